"""The page that lays what is stated beside what is on record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from . import completeness
from .reconciling import Reconciliation


@require_safe
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Stated totals, as a whole and round by round, with what the records add up to; staff find where to mend it."""
    may_mend = {
        noun: request.user.is_staff and request.user.has_perm(f"projects.change_{noun}")
        for noun in ("announcement", "statedtotal")
    }
    response = render(
        request,
        "projects/reconciliation.html",
        {
            "reconciliation": Reconciliation(),
            "fields": [label for label, _known, _missing in completeness.FIELDS.values()],
            "completeness": completeness.by_country(),
            "as_of": timezone.localdate(),
            "may_mend": may_mend,
        },
    )
    if any(may_mend.values()):
        add_never_cache_headers(response)
    return response
