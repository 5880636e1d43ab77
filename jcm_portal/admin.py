"""The admin, made for an editor: what all its pages share, and sources."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg.errors
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connection
from django.db.models import Field, Model, QuerySet
from django.db.models.deletion import ProtectedError
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from .adminforms import ChooseOne, ChooseSeveral, ProposedKey, RowForm, RowsApart, TabularRow, Words
from .bulkedit import BulkEdit
from .dates import Dated
from .editing import OpenForms
from .historyadmin import Remembered
from .liststeps import ListSteps
from .models import Source, SourceKind
from .savedfilters import SavedFilters
from .templatetags.languages import plain
from .versions import VersionChecked

admin.site.site_header = _("JCM Portal: staff")
admin.site.site_title = _("JCM Portal")
admin.site.index_title = _("What waits")
admin.site.empty_value_display = "–"


# Words of Django's own pages that it does not have in Japanese.
OF_DJANGO = (gettext_noop("Filter by %(field_name)s"), gettext_noop("- Select an option -"))


class Refused(Exception):
    """What was asked for cannot be done; nothing is saved, and the form says why."""


def sentence_of(refusal: Exception) -> str:
    """Why the database refused, in the words of the rule that was broken."""
    if isinstance(refusal, Refused):
        return str(refusal)
    cause = refusal.__cause__
    if crossed(refusal):
        return str(_("Nothing was saved: somebody saved records that hang together with this one. Save again."))
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    for model in apps.get_models():
        for rule in model._meta.constraints:
            if rule.name == name:
                return str(rule.get_violation_error_message())
    if isinstance(cause, psycopg.errors.UniqueViolation):
        return str(_("Nothing was saved: another record has one of these values already, and only one may."))
    if isinstance(cause, psycopg.errors.ForeignKeyViolation) or isinstance(refusal, ProtectedError):
        return str(_("Nothing was saved: a record that this one needs is gone, or another one still needs this one."))
    return str(_("Nothing was saved, as the database refused it: %(reason)s") % {"reason": cause or refusal})


def crossed(refusal: Exception) -> bool:
    """Whether two saves waited for each other, so that the database ended this one."""
    return isinstance(refusal.__cause__, psycopg.errors.DeadlockDetected)


class RefusalsShown(admin.ModelAdmin):
    """A refusal by the database or by a verb is a sentence on the form, which keeps what was entered.

    The forms find nearly all faults first; this is for two people who write at once, and for what a form cannot see.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, IntegrityError, DataError, OperationalError) as refusal:
            if isinstance(refusal, OperationalError) and not crossed(refusal):
                raise
            # The transaction is rolled back. The same request again, with a form that finds this fault.
            request.refusal = sentence_of(refusal)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        if refusal is None:
            return form

        class RefusedForm(form):  # type: ignore[misc,valid-type]
            def clean(self) -> Any:
                self.add_error(None, refusal)
                return super().clean()

        return RefusedForm

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Foreign keys are checked at the end of a transaction: let that be here, before anybody is told "saved".
        connection.check_constraints()

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except IntegrityError as refusal:
            return self._refused(request, refusal)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except IntegrityError as refusal:
            return self._refused(request, refusal)

    def _refused(self, request: HttpRequest, refusal: DatabaseError) -> HttpResponse:
        self.message_user(request, sentence_of(refusal), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


class Suggesting(BaseModelAdmin):
    """Relations are labelled the same way in an autocomplete's answers and in its chosen value.

    What a relation names can be added and changed from there, but not deleted.
    """

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ChooseOne(db_field, self.admin_site)
        return self._labelled(db_field, super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ChooseSeveral(db_field, self.admin_site)
        return self._labelled(db_field, super().formfield_for_manytomany(db_field, request, **kwargs))

    def _labelled(self, db_field: Field, field: Any) -> Any:
        related = self.admin_site._registry.get(db_field.related_model)  # type: ignore[arg-type]
        if field is not None and isinstance(related, StaffAdmin):
            field.label_from_instance = related.suggestion
            if related.suggestion_needs:  # without a name, select_related() would follow every relation
                field.queryset = field.queryset.select_related(*related.suggestion_needs)
        return field


class StaffAdmin(Suggesting, RefusalsShown, OpenForms, VersionChecked, Remembered, SavedFilters, ListSteps):
    """What every noun's pages have in common."""

    formfield_overrides = {ArrayField: {"form_class": Words}}
    list_per_page = 50
    show_full_result_count = False
    suggestion_needs: tuple[str, ...] = ()  # relations that `suggestion()` reads
    kept_for_the_next: tuple[str, ...] = ()  # fields in which a record is mostly like the one entered before it

    def get_ordering(self, request: HttpRequest) -> Any:
        """The model's own unless another is given; said out loud, since counting related rows drops the model's."""
        return super().get_ordering(request) or self.opts.ordering

    def suggestion(self, obj: Model) -> str:
        """How an autocomplete names the record, in the language of the admin where it has a name in it."""
        return own_name(obj)

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        """Straight to the public page, where the record has one."""
        if obj is None or obj.pk is None or not hasattr(obj, "get_absolute_url"):
            return None
        return obj.get_absolute_url()

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Keep the change; saving what nobody changed is none."""
        return super().log_change(request, obj, message) if message else None

    # -- "Save and add another"

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._next_one(request, obj, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._next_one(request, obj, super().response_change(request, obj))

    def _next_one(self, request: HttpRequest, record: Model, answer: HttpResponse) -> HttpResponse:
        """Fill in what the next record has in common with this one, and say so."""
        if "_addanother" not in request.POST or not isinstance(answer, HttpResponseRedirect):
            return answer
        values, told = {}, []
        for name in self.kept_for_the_next:
            field: Any = self.opts.get_field(name)
            value = getattr(record, field.attname)
            if value not in (None, ""):
                values[name] = value
                told.append(f"{field.verbose_name} ({self._in_words(record, field)})")
        if told:
            kept = gettext("Kept for the next one: %(fields)s.") % {"fields": "; ".join(told)}
            self.message_user(request, kept, messages.INFO)
        joint = "&" if "?" in answer.url else "?"
        return HttpResponseRedirect(f"{answer.url}{joint}{urlencode(values)}" if values else answer.url)

    def _in_words(self, record: Model, field: Any) -> str:
        if field.choices:
            return str(getattr(record, f"get_{field.name}_display")() or "")
        value = getattr(record, field.name)
        return "" if value is None else str(value)


class StaffInline(Suggesting, InlineModelAdmin):
    """Rows of a record's page, checked against each other and shown in a constant number of queries."""

    form = RowForm
    formset = RowsApart
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        fields = [self.model._meta.get_field(name) for name in self.autocomplete_fields]
        one, many = [], []
        for field in fields:
            if field.many_to_many:
                many.append(field.name)
            else:
                one += [field.name, *(f"{field.name}__{need}" for need in self._needs(field))]
        rows = super().get_queryset(request).prefetch_related(*many)
        return rows.select_related(*one) if one else rows

    def _needs(self, field: Any) -> tuple[str, ...]:
        related = self.admin_site._registry.get(field.related_model)
        return related.suggestion_needs if isinstance(related, StaffAdmin) else ()


class StaffTabular(StaffInline, admin.TabularInline):
    """Short rows, one line each."""

    form = TabularRow


class StaffStacked(StaffInline, admin.StackedInline):
    """Long rows, several lines each."""


class OnesInUse(admin.RelatedOnlyFieldListFilter):
    """Narrows a list by what its rows name, told in the language of the admin."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        named = model_admin.get_queryset(request).order_by().values(f"{self.field_path}__pk")
        records = field.related_model._default_manager.filter(pk__in=named)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return [(one.pk, own_name(one)) for one in (records.order_by(*ordering) if ordering else records)]


def own_name(record: Model) -> str:
    """In Japanese on a Japanese page, where it has such a name."""
    name = next((one for one in ("name", "label") if hasattr(record, f"{one}_ja")), "")
    return plain(record, name) if name else str(record)


def day(field: str, label: Any) -> Callable[[Any], str]:
    """A column of a list: the day as far as it is known."""

    @admin.display(description=label, ordering=field)
    def known(record: Dated) -> str:
        return record.partial(field).isoformat()

    known.__name__ = field
    return known


class Suggestions(AutocompleteJsonView):
    """Answers of an autocomplete, labelled by the admin of the noun."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        answer = super().serialize_result(obj, to_field_name)
        if isinstance(self.model_admin, StaffAdmin):
            answer["text"] = self.model_admin.suggestion(obj)
        return answer


def autocomplete_view(request: HttpRequest) -> HttpResponseBase | JsonResponse:
    return Suggestions.as_view(admin_site=admin.site)(request)


admin.site.autocomplete_view = autocomplete_view  # type: ignore[method-assign,assignment]


def without_view_on_site(get_urls: Callable[[], list[Any]]) -> Callable[[], list[Any]]:
    """Leave out Django's way from a number to the public address of any record, drafts and their titles included.

    It asks for no permission; our own links go straight to the page.
    """

    @wraps(get_urls)
    def urls() -> list[Any]:
        return [one for one in get_urls() if getattr(one, "name", "") != "view_on_site"]

    return urls


admin.site.get_urls = without_view_on_site(admin.site.get_urls)  # type: ignore[method-assign]


class SourceForm(ProposedKey):
    def key_words(self, entered: dict[str, Any]) -> list[object]:
        host = (urlsplit(entered.get("url") or "").hostname or "").removeprefix("www.")
        return [host.replace(".", "-") or entered["publisher"], entered.get("published_on") or entered["seen_on"]]


@admin.register(Source)
class SourceAdmin(BulkEdit, StaffAdmin):
    form = SourceForm
    list_display = ["title", "publisher", "kind", "language", day("published_on", _("published on")), "seen_on"]
    list_filter = ["kind", "language"]
    search_fields = ["title", "publisher", "url", "key"]
    date_hierarchy = "published_on"
    ordering = ["-seen_on", "key"]
    kept_for_the_next = ("publisher", "kind", "language")
    bulk_fields = ("kind", "language")
    fieldsets = [
        (None, {"fields": ["publisher", "title", "url", ("kind", "language")]}),
        (_("Days"), {"fields": [("published_on", "published_on_precision"), "seen_on"]}),
        (_("Record"), {"fields": ["key"]}),
    ]

    def suggestion(self, obj: Model) -> str:
        day = obj.partial("published_on").isoformat()  # type: ignore[attr-defined]
        return f"{obj} ({day})" if day else str(obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A source is mostly entered by somebody who reads a release just now."""
        usual = {"seen_on": timezone.localdate(), "kind": SourceKind.RELEASE, "language": "en"}
        return {**usual, **super().get_changeform_initial_data(request)}


# After what it builds on.
from . import accounts  # noqa: E402, F401  registers itself
