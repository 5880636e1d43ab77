"""Answers about the site itself."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .accessibility import CRITERIA, TESTED_ON


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 while the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement on accessibility, criterion by criterion."""
    return render(request, "accessibility.html", {"criteria": CRITERIA, "tested_on": TESTED_ON})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon where browsers look for it beside files and pages that name none, such as the admin's."""
    return redirect(static("img/icon.ico"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: every page, but not each combination of filters, nor the staff's part."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {prefix}{path}" for prefix in ("", "/ja") for path in ("/admin/", "/*?*", "/projects/export.")),
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 while the database answers too, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
