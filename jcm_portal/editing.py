"""Forms that are open: who else has one, and what is typed into it but not saved."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from .models import Editing
from .versions import LOOK

DRAFT = "_draft"  # in the form's data: under which number the browser keeps what is typed
SAVED = "saved"  # the cookie that tells the browser which of these are saved
DRAFT_FORM = re.compile(r"[0-9a-z]{1,20}")


class OpenForms(admin.ModelAdmin):
    """Tells an editor who else has the form open, and the browser when what it keeps of a form has been saved."""

    # -- What is typed. The browser keeps it (static/js/admin-drafts.js); only the server knows when it is saved.

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        request.is_saved = False  # type: ignore[attr-defined]
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        if request.is_saved:  # type: ignore[attr-defined]
            tell_saved(request, answer)
        return answer

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        request.is_saved = True  # type: ignore[attr-defined]

    # -- Who else

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        allowed = self.has_change_permission(request, obj) if change else self.has_add_permission(request)
        if allowed and not context["is_popup"]:
            context["draft"] = {
                "record": f"{self.opts.label_lower}:{'add' if obj is None else obj.pk}",
                "number": drafted(request),
                "fresh": not context["adminform"].form.is_bound,
            }
        if allowed and obj is not None and request.user.is_authenticated:
            context["others"] = list(Editing.objects.others(obj, request.user))
            context["seen"] = {"address": self.editing_address(obj), "at": seen(obj, request.user).isoformat()}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self) -> list[URLPattern]:
        view = require_POST(self.admin_site.admin_view(self.editing))
        name = f"{self.opts.app_label}_{self.opts.model_name}_editing"
        return [path("<path:object_id>/editing/", view, name=name), *super().get_urls()]

    def editing_address(self, record: Model) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_editing"
        return reverse(name, args=[quote(record.pk)], current_app=self.admin_site.name)

    def editing(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The open form says that it is still there, and is told when it said so; or that it is left (`left`).

        With `left` goes the moment of its last word, so that it does not take away what another page, opened since,
        has said for the same person.
        """
        record = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        if left := request.POST.get("left"):
            leave(record, request.user, left)
            return HttpResponse(status=204)
        return HttpResponse(seen(record, request.user).isoformat(), content_type="text/plain")


def seen(record: Model, user: Any) -> datetime:
    """Keep that the person has the form open now. Who was away too long opens it anew; what is old is thrown away."""
    now = timezone.now()
    Editing.objects.filter(seen_at__lt=now - Editing.FORGOTTEN_AFTER).delete()
    Editing.objects.bulk_create(
        [Editing(content_type=ContentType.objects.get_for_model(record), object_id=record.pk, user=user, seen_at=now)],
        update_conflicts=True,
        unique_fields=["content_type", "object_id", "user"],
        update_fields=["seen_at"],
    )
    return now


def leave(record: Model, user: Any, last_word: str) -> None:
    try:
        at = datetime.fromisoformat(last_word)
    except ValueError:
        return
    if timezone.is_aware(at):
        content_type = ContentType.objects.get_for_model(record)
        Editing.objects.filter(content_type=content_type, object_id=record.pk, user=user, seen_at=at).delete()


def drafted(request: HttpRequest) -> str:
    """The number under which the browser keeps what is typed into the form that is sent; empty: none."""
    number = request.POST.get(DRAFT, "")
    return number if DRAFT_FORM.fullmatch(number) else ""


def tell_saved(request: HttpRequest, answer: HttpResponse) -> None:
    """Tell the browser, which then forgets the draft; several, where the page that follows has not been read yet."""
    number = drafted(request)
    if not number or LOOK in request.POST:
        return
    before = [one for one in request.COOKIES.get(SAVED, "").split(".") if DRAFT_FORM.fullmatch(one)]
    answer.set_cookie(
        SAVED,
        ".".join([*before[-20:], number]),
        max_age=60 * 60 * 24 * 7,  # as long as the browser keeps a draft
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
