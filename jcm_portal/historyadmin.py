"""The history of a record in the admin: read it, put an earlier version back, recover what was deleted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pghistory
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import restoring
from .changes import (
    Change,
    Difference,
    Names,
    Step,
    called,
    changes,
    differences,
    names_in,
    of_record,
    outlines,
    people,
    tell,
)
from .history import KEPT
from .restoring import NotRestorable, Plan

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
ON_A_PAGE = 20


class ReasonForm(forms.Form):
    """Why a version is put back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Kept in the history. At a public project, the public reads it."),
    )


def told_by(change: Change, names: dict[int, str]) -> str:
    """Who made the change, as far as anybody said so."""
    said = change.steps[0].after.said
    return names.get(said.get("user", 0)) or str(said.get("loader") or "")


class Remembered(admin.ModelAdmin):
    """A noun whose every version is kept."""

    object_history_template = "admin/record_history.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("deleted/", view(self.deleted_view), name=f"{name}_deleted"),
            path("deleted/<int:pk>/recover/", view(self.recover_view), name=f"{name}_recover"),
            path("<path:object_id>/history/<int:version>/restore/", view(self.restore_view), name=f"{name}_restore"),
            *super().get_urls(),
        ]

    def _page_of(self, view: str, *arguments: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}"
        return reverse(name, args=arguments, current_app=self.admin_site.name)

    def _shown(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        shared = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "app_label": self.opts.app_label,
            "module_name": capfirst(str(self.opts.verbose_name_plural)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, shared | context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        to_recover = self.has_add_permission(request) and "_popup" not in request.GET
        context = {"deleted_address": self._page_of("deleted") if to_recover else ""}
        return super().changelist_view(request, context | (extra_context or {}))

    # -- Reading -------------------------------------------------------------------------------------

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Each change of the record and its parts, newest first, in a constant number of queries."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        key = self.model, record.pk
        page = Paginator(changes(outlines(of_record(*key))), ON_A_PAGE).get_page(request.GET.get("page"))
        found = tell(list(page.object_list))
        names, who = names_in(found), people(found)
        can_restore = self.has_change_permission(request, record)
        rows = []
        for place, change in enumerate(found):
            newest = place == 0 and page.number == 1
            rows.append(
                {
                    "at": change.at,
                    "who": told_by(change, who),
                    "why": change.steps[0].after.said.get("why", ""),
                    "differences": differences(change, key, names),
                    "restore": ""
                    if newest or not can_restore
                    else self._page_of("restore", record.pk, (change.until - EPOCH) // INSTANT),
                }
            )
        context = {"title": gettext("History: %s") % record, "object": record, "page": page, "changes": rows}
        return self._shown(request, self.object_history_template, **context, **(extra_context or {}))

    # -- An earlier version --------------------------------------------------------------------------

    def restore_view(self, request: HttpRequest, object_id: str, version: int) -> HttpResponse:
        """What would change if this version were put back; sent with a reason, it is."""
        with transaction.atomic():
            record = self.get_object(request, unquote(object_id))
            if record is None:
                raise Http404
            if not self.has_change_permission(request, record):
                raise PermissionDenied
            try:
                until = EPOCH + version * INSTANT
            except OverflowError:
                raise Http404 from None
            if request.method == "POST":
                self.model._base_manager.select_for_update(of=("self",)).filter(pk=record.pk).first()
            try:
                plan = restoring.plan(self.model, record.pk, until)
            except NotRestorable as refusal:
                return self._back(request, refusal, self._page_of("history", record.pk))
            seen = str(self.model._base_manager.values_list("version", flat=True).get(pk=record.pk))
            form = ReasonForm(request.POST if request.method == "POST" else None)
            problem = ""
            if request.method == "POST" and form.is_valid():
                if request.POST.get("seen") != seen:
                    problem = gettext("Somebody changed the record meanwhile. Look at what would change now.")
                else:
                    problem = self._written(request, plan, form.cleaned_data["reason"])
                if not problem:
                    day = f"{until.astimezone():%Y-%m-%d %H:%M}"
                    self.log_change(request, record, gettext("Restored the version of %(day)s.") % {"day": day})
                    self.message_user(request, gettext("The earlier version is restored."), messages.SUCCESS)
                    return HttpResponseRedirect(self._page_of("history", record.pk))
        return self._shown(
            request,
            "admin/restore.html",
            title=gettext("Restore an earlier version: %s") % record,
            object=record,
            until=until,
            seen=seen,
            form=form,
            problem=problem,
            differences=self._would_change(plan),
        )

    # -- What was deleted ----------------------------------------------------------------------------

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """Deleted records of this noun, the last one first."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kept = KEPT[self.model]
        later = kept.events.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
        gone = kept.events.objects.filter(
            ~Exists(later), ~Exists(self.model._base_manager.filter(pk=OuterRef("pgh_obj_id"))), pgh_label="delete"
        )
        page = Paginator(gone.order_by("-pgh_id"), ON_A_PAGE).get_page(request.GET.get("page"))
        events = outlines([(kept, kept.events.objects.filter(pk__in=[event.pk for event in page.object_list]))])
        found = tell([Change([event], [Step(None, event)]) for event in events[::-1]])
        names, who = names_in(found), people(found)
        rows = [
            {
                "name": called(kept, change.steps[0].after.facts, names),
                "at": change.at,
                "who": told_by(change, who),
                "why": change.steps[0].after.said.get("why", ""),
                "recover": self._page_of("recover", change.steps[0].after.row),
            }
            for change in found
        ]
        title = gettext("Recently deleted: %s") % self.opts.verbose_name_plural
        return self._shown(request, "admin/deleted.html", title=title, page=page, rows=rows)

    def recover_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What would come back; sent with a reason, it does, all of it or nothing."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            try:
                plan = restoring.plan_recovery(self.model, pk)
            except NotRestorable as refusal:
                return self._back(request, refusal, self._page_of("deleted"))
            form = ReasonForm(request.POST if request.method == "POST" else None)
            problem = ""
            if request.method == "POST" and form.is_valid():
                problem = self._written(request, plan, form.cleaned_data["reason"])
                if not problem:
                    record = self.model._base_manager.get(pk=pk)
                    self.log_addition(request, record, gettext("Recovered after it had been deleted."))
                    self.message_user(request, gettext("The record is back, with its parts."), messages.SUCCESS)
                    return HttpResponseRedirect(self._page_of("change", pk))
        return self._shown(
            request,
            "admin/restore.html",
            title=gettext("Recover a deleted record"),
            deleted=True,
            form=form,
            problem=problem or " ".join(restoring.refusals(plan)),
            differences=self._would_change(plan),
        )

    # -- Writing -------------------------------------------------------------------------------------

    def _written(self, request: HttpRequest, plan: Plan, reason: str) -> str:
        """Carry the plan out; where it is refused, nothing of it, and the sentence that says why."""
        from .admin import sentence_of

        self._check_permissions(request, plan)
        pghistory.context(why=reason)
        try:
            restoring.carry_out(plan)
        except NotRestorable as refusal:
            return str(refusal)
        except (IntegrityError, DataError) as refusal:
            return sentence_of(refusal)
        return ""

    def _check_permissions(self, request: HttpRequest, plan: Plan) -> None:
        """Parts are written by whom their own rows may be written."""
        for row in plan.rows:
            if row.kept.link is not None or row.kept.model is self.model:
                continue
            verb = "delete" if row.then is None else "add" if row.now is None else "change"
            meta = row.kept.model._meta
            if not request.user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}"):
                raise PermissionDenied

    def _would_change(self, plan: Plan) -> list[Difference]:
        if not plan.rows:
            return []
        change = Change([], [Step(was, now) for was, now in plan.events()])
        names: Names = names_in([change])
        return differences(change, plan.record, names)

    def _back(self, request: HttpRequest, refusal: NotRestorable, address: str) -> HttpResponse:
        self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(address)
