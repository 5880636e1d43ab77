"""Some fields of many records at once: choose the rows and what becomes of the fields, look at each, and confirm.

Nothing is written before the page that lists every record with what stands there and what will. It is written in one
transaction under locks, all of it or nothing; a record that somebody saved since that page is shown again. The rows go
from page to page by number and version, signed, so that none is added on the way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pghistory
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.constraints import BaseConstraint
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

AT_MOST = 500  # records at once: more than a person looks through
TICK = "change_"  # before the name of a field: whether it is to be changed

Versions = dict[int, int]  # primary key → version


class Conflict(Exception):
    """Nothing is written; the sentences say why."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = list(sentences)


@dataclass
class Row:
    """What would become of a record."""

    record: Any
    address: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # label, before, then
    faults: list[str] = field(default_factory=list)  # why it is refused


class BulkForm(forms.Form):
    """Which fields are changed, and into what; a field that is not ticked stays as it is in every record."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Kept in the history; the public reads it where a record is public."),
    )

    def __init__(self, data: Any, values: dict[str, forms.Field]) -> None:
        super().__init__(data)
        self.names = list(values)
        for name, value in values.items():
            label = gettext("Change: %(field)s") % {"field": value.label}
            self.fields[TICK + name] = forms.BooleanField(label=label, required=False)
            if data is None or TICK + name not in data:
                value.required = False
            self.fields[name] = value

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if not any(entered.get(TICK + name) for name in self.names):
            raise ValidationError(_("Tick the fields that are to be changed."))
        return entered

    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names if self.cleaned_data[TICK + name]}

    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[TICK + name], self[name]) for name in self.names]

    def carried(self) -> list[Any]:
        """The hidden fields by which the next page knows the same choices."""
        return [one.as_hidden() for tick, value in self.pairs() if tick.value() for one in (tick, value)]


class BulkEdit(admin.ModelAdmin):
    """A list whose rows can be changed together, in the fields of `bulk_fields`."""

    bulk_fields: ClassVar[tuple[str, ...]]
    actions = ["change_fields"]

    @admin.action(permissions=["change"], description=_("Change fields of the chosen %(verbose_name_plural)s"))
    def change_fields(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """The first page: the rows are those chosen now, also where “all” were."""
        found = dict(queryset.order_by().values_list("pk", "version"))
        if len(found) > AT_MOST:
            sentence = gettext("%(number)d records are chosen; at most %(most)d can be changed at once.")
            self.message_user(request, sentence % {"number": len(found), "most": AT_MOST}, messages.ERROR)
            return None
        return self._choose(request, found, BulkForm(None, self._values(request)))

    def get_urls(self) -> list[URLPattern]:
        view = require_POST(self.admin_site.admin_view(self.bulk_view))
        return [path("bulk/", view, name=f"{self.opts.app_label}_{self.opts.model_name}_bulk"), *super().get_urls()]

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """From the choice to the preview, and from the preview to the deed."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        versions = self._unsealed(request.POST.get("rows", ""))
        if versions is None:
            self.message_user(request, gettext("Choose the records again."), messages.WARNING)
            return HttpResponseRedirect(self._list_address())
        form = BulkForm(request.POST, self._values(request))
        if not form.is_valid() or "_choose" in request.POST:
            return self._choose(request, versions, form)
        if "_write" not in request.POST:
            return self._preview(request, self._records(request, versions), form)
        try:
            with transaction.atomic():
                number = self._write(request, versions, form)
        except Conflict as conflict:
            return self._preview(request, self._records(request, versions), form, conflict.sentences)
        except (IntegrityError, DataError, OperationalError) as refusal:
            from .admin import crossed, sentence_of

            if isinstance(refusal, OperationalError) and not crossed(refusal):
                raise
            return self._preview(request, self._records(request, versions), form, [sentence_of(refusal)])
        told = ngettext("%(number)d record was changed.", "%(number)d records were changed.", number)
        self.message_user(request, told % {"number": number}, messages.SUCCESS)
        return HttpResponseRedirect(self._list_address())

    # -- Pages ---------------------------------------------------------------------------------------

    def _choose(self, request: HttpRequest, versions: Versions, form: BulkForm) -> HttpResponse:
        records = [Row(one, self._address(one)) for one in self._records(request, versions)]
        return self._page(request, "admin/bulk_choose.html", records, form, media=form.media)

    def _preview(
        self, request: HttpRequest, records: list[Any], form: BulkForm, problems: Iterable[str] = ()
    ) -> HttpResponse:
        rows = [self._row(record, form.chosen()) for record in records]
        problems = list(problems)
        if "_write" in request.POST and not problems:
            problems = [gettext("Nothing was written.")]
        return self._page(
            request,
            "admin/bulk_preview.html",
            rows,
            form,
            changed=[row for row in rows if row.changes and not row.faults],
            refused=[row for row in rows if row.faults],
            unchanged=[row for row in rows if not row.changes and not row.faults],
            problems=problems,
            needs_reason=self._needs_reason(row.record for row in rows if row.changes),
        )

    def _page(
        self,
        request: HttpRequest,
        template: str,
        rows: list[Row],
        form: BulkForm,
        media: Media | None = None,
        **more: Any,
    ) -> TemplateResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Change fields of %(number)d %(noun)s")
            % {"number": len(rows), "noun": self.opts.verbose_name_plural},
            "form": form,
            "rows": rows,
            "sealed": self._sealed({row.record.pk: row.record.version for row in rows}),
            "address": self._url("bulk"),
            "list_address": self._list_address(),
            "media": self.media + (media or Media()),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, context | more)

    # -- What would become of a record, and the deed ---------------------------------------------------

    def _row(self, record: Any, chosen: dict[str, Any]) -> Row:
        """The record with the new values set, not saved."""
        row = Row(record, self._address(record))
        for name, value in chosen.items():
            column: Any = self.opts.get_field(name)
            before = getattr(record, name)
            if value is None and not column.null:
                value = ""
            if before != value:
                label, was = str(column.verbose_name), self._in_words(record, column)  # type: ignore[attr-defined]
                setattr(record, name, value)
                row.changes.append((label, was or "–", self._in_words(record, column) or "–"))  # type: ignore[attr-defined]
        if row.changes:
            row.faults = faults(record, chosen)
        return row

    def _write(self, request: HttpRequest, versions: Versions, form: BulkForm) -> int:
        """Change the records; raises Conflict where one of them cannot be changed as it was shown."""
        locked = self.model._base_manager.select_for_update().filter(pk__in=versions).order_by("pk")
        now = dict(locked.values_list("pk", "version"))
        records = self._records(request, versions)
        stale = [str(record) for record in records if now[record.pk] != versions[record.pk]]
        gone = len(versions) - len(records)
        if stale or gone:
            sentence = gettext("Nothing was written: somebody saved these since: %(records)s. Look at them again.")
            told = [sentence % {"records": "; ".join(stale)}] if stale else []
            raise Conflict(*told, *[gettext("Nothing was written: some of the records are gone.")] * bool(gone))
        if not all(self.has_change_permission(request, record) for record in records):
            raise PermissionDenied
        chosen, reason = form.chosen(), form.cleaned_data["reason"].strip()
        known = {record.pk for record in records if self._needs_reason([record])}
        rows = [row for row in (self._row(record, chosen) for record in records) if row.changes]
        if any(row.faults for row in rows):
            raise Conflict(gettext("Nothing was written, as records below are refused. Choose again without them."))
        if not reason and any(row.record.pk in known for row in rows):
            raise Conflict(gettext("Nothing was written: give a reason, as the public knows some of these records."))
        if not rows:
            raise Conflict(gettext("Nothing was written: every record has these values already."))
        if reason:
            pghistory.context(why=reason)
        names = [*chosen, *(one.name for one in self.opts.concrete_fields if getattr(one, "auto_now", False))]
        for row in rows:
            row.record.save(update_fields=names)
        connection.check_constraints()
        LogEntry.objects.log_actions(
            request.user.pk,  # type: ignore[arg-type]
            self.model._default_manager.filter(pk__in=[row.record.pk for row in rows]),
            CHANGE,
            change_message=[{"changed": {"fields": [str(self.opts.get_field(name).verbose_name) for name in chosen]}}],  # type: ignore[union-attr]
        )
        return len(rows)

    def _needs_reason(self, records: Iterable[Any]) -> bool:
        """Whether the public knows one of them, where the noun can be unknown to the public at all."""
        known = getattr(self, "is_known_to_all", None)
        return known is not None and any(known(record) for record in records)

    # -- Which records ---------------------------------------------------------------------------------

    def _records(self, request: HttpRequest, versions: Versions) -> list[Any]:
        related = [name for name in self.bulk_fields if self.opts.get_field(name).is_relation]
        rows = self.get_queryset(request).filter(pk__in=versions)
        return list((rows.select_related(*related) if related else rows).order_by(*self.get_ordering(request), "pk"))

    def _values(self, request: HttpRequest) -> dict[str, forms.Field]:
        """The fields as the form of a record has them, without the buttons that add what they name."""
        values = {}
        for name in self.bulk_fields:
            column: Any = self.opts.get_field(name)
            one: Any = self.formfield_for_dbfield(column, request)
            if isinstance(one.widget, RelatedFieldWidgetWrapper):
                one.widget = one.widget.widget
            one.initial = None
            values[name] = one
        return values

    def _sealed(self, versions: Versions) -> str:
        return signing.dumps(list(versions.items()), salt=self._salt(), compress=True)

    def _unsealed(self, text: str) -> Versions | None:
        try:
            return dict(signing.loads(text, salt=self._salt()))
        except signing.BadSignature:
            return None

    def _salt(self) -> str:
        return f"bulk:{self.opts.label_lower}"

    def _url(self, view: str, *arguments: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}"
        return reverse(name, args=arguments, current_app=self.admin_site.name)

    def _address(self, record: Model) -> str:
        return self._url("change", record.pk)

    def _list_address(self) -> str:
        return self._url("changelist")


def faults(record: Model, changed: Iterable[str]) -> list[str]:
    """What the record's own rules say against it.

    Only rules that the changed fields can break are asked: each is a query. That a related record exists, the form has
    found out already.
    """
    columns = {one.name: one for one in record._meta.concrete_fields}
    asked = {*changed}
    for rule in record._meta.constraints:
        if asked_of(rule) & {*changed}:
            asked |= asked_of(rule)
    try:
        record.clean_fields(exclude={name for name, one in columns.items() if one.is_relation or name not in asked})
        record.clean()
        record.validate_constraints(exclude=columns.keys() - asked)
    except ValidationError as refusal:
        found = refusal.message_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.messages}
        return [
            f"{columns[name].verbose_name}: {text}" if name in columns else text
            for name, texts in found.items()
            for text in texts
        ]
    return []


def asked_of(rule: BaseConstraint) -> set[str]:
    """The fields that a rule is about."""
    condition = getattr(rule, "condition", None)
    return {*getattr(rule, "fields", ()), *(condition.referenced_base_fields if condition else ())}
