"""Two editors, one record: the second to save sees both versions, field by field, and chooses.

A form carries the record as it was read (its reading, signed). A save locks the row and compares the versions; when
somebody saved meanwhile, the reading, the record as it stands and what was entered are set side by side. What only
one of the two changed is proposed; what both did has to be chosen. Until then nothing is written, and all that was
entered stays in the page. The answer to that page is merged into the request, which then goes the way of any save.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import PublicationState, Versioned

Raw = str | list[str]  # a value as a browser sends it
Values = dict[str, list[str]]  # those of a row

VERSION, READING, MEANWHILE, CHOOSE, LOOK = "_version", "_as_read", "_meanwhile", "_choose-", "_look"
THEIRS, MINE = "theirs", "mine"
# Names in the form's data that begin like a button's, but are none.
NO_BUTTONS = {VERSION, READING, MEANWHILE, "_draft", IS_POPUP_VAR, "_to_field", "_source_model", "_selected_action"}


# -- A value, as it is sent, compared and shown --------------------------------------------------------


def raw(field: forms.Field, value: Any) -> Raw:
    """The value as a browser would send it."""
    widget: Any = getattr(field.widget, "widget", field.widget)  # inside the admin's frame of buttons
    if isinstance(widget, forms.SelectMultiple):
        return sorted(str(one) for one in value or [])
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else ""
    if value is None:
        return ""
    written = str(value) if isinstance(widget, forms.Select) else widget.format_value(value)
    return "" if written is None else str(written)


def raw_of(bound: BoundField) -> Raw:
    return raw(bound.field, bound.value())


def entered(field: forms.Field, name: str, data: Any) -> Raw:
    return raw(field, field.widget.value_from_datadict(data, MultiValueDict(), name))


def same(field: forms.Field, one: Raw, other: Raw) -> bool:
    """Whether the two would be saved as the same value: line ends, spaces at the ends and 1.0 for 1 are no change."""
    if isinstance(one, list) or isinstance(other, list):
        return sorted(one or []) == sorted(other or [])
    one, other = (text.replace("\r\n", "\n").strip() for text in (one, other))
    if one == other or isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return one == other
    try:
        return bool(field.to_python(one) == field.to_python(other))
    except ValidationError:
        return False


def shown(field: forms.Field, value: Raw | None) -> str:
    """The value in words; None is one that is not known any more."""
    if value is None:
        return gettext("not known")
    if isinstance(field, forms.ModelChoiceField):
        keys = [key for key in (value if isinstance(value, list) else [value]) if key.isdecimal()]
        records = field.queryset.model._default_manager.filter(pk__in=keys)  # type: ignore[union-attr]
        return "; ".join(field.label_from_instance(record) for record in records) or "–"
    if isinstance(value, list):
        return "; ".join(value) or "–"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(key): label for key, label in choices}
        return str(labels.get(value, value)) if value else "–"
    if isinstance(field, forms.BooleanField):
        return gettext("yes") if value else gettext("no")
    return value or "–"


# -- A record as it was read ---------------------------------------------------------------------------


@dataclass
class Reading:
    """What a form showed of a record: its fields and, by formset and primary key, those of its rows."""

    version: int
    at: str  # the moment, as ISO 8601
    state: str
    fields: dict[str, Raw]
    rows: dict[str, dict[str, dict[str, Raw]]] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def own_fields(formset: Any, form: Any) -> dict[str, forms.Field]:
    """The fields of a row without those by which Django knows it."""
    technical = {formset.model._meta.pk.name, formset.fk.name, DELETION_FIELD_NAME, ORDERING_FIELD_NAME}
    return {name: one for name, one in form.fields.items() if name not in technical}


def read(record: Any, form: Any, formsets: Iterable[Any]) -> Reading:
    """The record as unbound forms show it."""
    return Reading(
        version=record.version,
        at=timezone.now().isoformat(),
        state=getattr(record, "state", ""),
        fields={name: raw_of(form[name]) for name in form.fields},
        rows={
            formset.prefix: {
                str(row.instance.pk): {name: raw_of(row[name]) for name in own_fields(formset, row)}
                for row in formset.initial_forms
            }
            for formset in formsets
        },
    )


def salt(record: Model) -> str:
    return f"{record._meta.label_lower}:{record.pk}"


def sealed(record: Model, reading: Reading) -> str:
    return signing.dumps(asdict(reading), salt=salt(record), compress=True)


def unsealed(record: Model, text: str) -> Reading | None:
    """The reading that a form carried; None where there is none, or it is of another record or not ours."""
    try:
        return Reading(**signing.loads(text, salt=salt(record)))
    except (signing.BadSignature, TypeError):  # the latter: of an earlier version of the portal
        return None


# -- Three versions side by side -----------------------------------------------------------------------


@dataclass
class Difference:
    """A field that is not the same as saved meanwhile and as entered; `chosen` is empty where it must be chosen."""

    name: str
    label: str
    part: str  # of which row; empty for the record's own fields
    opened: str
    saved: str
    yours: str
    chosen: str
    both: bool  # changed by both, or nobody knows any more

    @property
    def field_name(self) -> str:
        return f"{CHOOSE}{self.name}"


class Meanwhile:
    """What became of a record since a form was opened, and the form's data with it.

    `data` is what was entered, with theirs wherever that is chosen or nothing was entered. It is complete only when
    nothing is `undecided`.
    """

    def __init__(self, data: QueryDict, was: Reading | None, now: Reading, form: Any, formsets: Iterable[Any]) -> None:
        self.sent = data
        self.data = data.copy()
        self.was = was
        self.now = now
        self.differences: list[Difference] = []
        self.news: list[str] = []  # what needs no choice
        self.adds_or_removes = False  # rows, by what was entered
        self.blanks: dict[str, Any] = {}
        for name, one in form.fields.items():
            was_raw = was.fields.get(name) if was else None
            self._compare(name, form.add_prefix(name), one, "", was_raw, now.fields[name], self.data)
        if was:
            self._no_longer_a_field(form, was)
            self._moved(was)
        for formset in formsets:
            self._rows(formset)

    @property
    def undecided(self) -> bool:
        return any(not difference.chosen for difference in self.differences)

    @property
    def nothing_to_lose(self) -> bool:
        """Whether what was entered is just what stands there already."""
        return not (self.differences or self.adds_or_removes)

    def _choice(self, name: str, default: str) -> str:
        chosen = self.sent.get(f"{CHOOSE}{name}", "")
        return chosen if chosen in (THEIRS, MINE) else default

    def _compare(
        self, name: str, key: str, one: forms.Field, part: str, was: Raw | None, theirs: Raw, into: QueryDict
    ) -> None:
        mine = entered(one, key, into)
        if same(one, theirs, mine):
            return
        they_did = was is None or not same(one, was, theirs)
        i_did = was is None or not same(one, was, mine)
        default = "" if they_did and i_did else MINE if i_did else THEIRS
        chosen = self._choice(name, default)
        self.differences.append(
            Difference(
                name,
                str(one.label or name),
                part,
                shown(one, was),
                shown(one, theirs),
                shown(one, mine),
                chosen,
                not default,
            )
        )
        if chosen == THEIRS:
            put(into, key, theirs)

    def _no_longer_a_field(self, form: Any, was: Reading) -> None:
        """What was entered into a field that the form does not offer any more, as the record was published."""
        for name in was.fields.keys() - form.fields.keys():
            mine = self.sent.get(form.add_prefix(name), "")
            if mine and mine != was.fields[name]:
                label = form._meta.model._meta.get_field(name).verbose_name
                self.news.append(
                    gettext("%(field)s can no longer be changed; you entered: %(entered)s")
                    % {"field": label, "entered": mine}
                )

    def _moved(self, was: Reading) -> None:
        if was.state != self.now.state:
            before, after = (PublicationState(state).label for state in (was.state, self.now.state))
            self.news.append(
                gettext("Publication: it was %(before)s, and is %(after)s.") % {"before": before, "after": after}
            )

    def _blank(self, formset: Any) -> Any:
        """The form of a new row, whose fields know all choices; made once."""
        if formset.prefix not in self.blanks:
            self.blanks[formset.prefix] = formset.empty_form
        return self.blanks[formset.prefix]

    # Rows. A row that stands is known by its primary key, whatever its place on the page was.

    def _rows(self, formset: Any) -> None:
        prefix, noun = formset.prefix, formset.model._meta.verbose_name
        there = {str(row.instance.pk): row for row in formset.initial_forms}
        were = self.was.rows.get(prefix, {}) if self.was else {}
        kept: list[Values] = []
        added: list[Values] = []
        for row in sent_rows(self.sent, prefix, formset.model._meta.pk.name):
            if row.key in there:
                kept.append(self._row_that_stands(formset, there.pop(row.key), row))
            elif row.key:
                added += self._row_that_is_gone(formset, row)
            else:
                blank = self._blank(formset)
                if any(
                    not same(one, raw_of(blank[name]), entered(one, name, row.data()))
                    for name, one in own_fields(formset, blank).items()
                ):
                    self.adds_or_removes = True
                added.append(row.values)
        for key, theirs in there.items():
            kept.append(values_of(formset, theirs, self.now.rows[prefix][key]))
            if key not in were:
                self.news.append(gettext("Added: %(noun)s “%(row)s”.") % {"noun": noun, "row": theirs.instance})
        write_rows(self.data, prefix, kept, added)

    def _row_that_stands(self, formset: Any, theirs: Any, row: "SentRow") -> Values:
        now = self.now.rows[formset.prefix][row.key]
        was = self.was.rows.get(formset.prefix, {}).get(row.key) if self.was else None
        part = f"{formset.model._meta.verbose_name}: {theirs.instance}"
        fields = own_fields(formset, self._blank(formset))
        name = f"{formset.prefix}-{row.key}"
        if DELETION_FIELD_NAME in row.values:
            self.adds_or_removes = True
            changed = was is None or any(not same(one, was.get(key, ""), now[key]) for key, one in fields.items())
            if not changed:
                return row.values
            chosen = self._choice(name, "")
            removed = gettext("remove this row")
            self._row_difference(name, part, summary(fields, was), summary(fields, now), removed, chosen)
            return values_of(formset, theirs, now) if chosen == THEIRS else row.values
        data = row.data()
        for key, one in fields.items():
            self._compare(f"{name}-{key}", key, one, part, was.get(key) if was else None, now[key], data)
        return dict(data.lists())

    def _row_that_is_gone(self, formset: Any, row: "SentRow") -> list[Values]:
        """Removed by them: so be it, unless something else was entered into it."""
        noun = formset.model._meta.verbose_name
        was = self.was.rows.get(formset.prefix, {}).get(row.key) if self.was else None
        fields = own_fields(formset, self._blank(formset))
        mine = {key: entered(one, key, row.data()) for key, one in fields.items()}
        untouched = was is not None and all(same(one, was.get(key, ""), mine[key]) for key, one in fields.items())
        if untouched or DELETION_FIELD_NAME in row.values:
            self.news.append(gettext("Removed: %(noun)s “%(row)s”.") % {"noun": noun, "row": summary(fields, mine)})
            return []
        name = f"{formset.prefix}-{row.key}"
        chosen = self._choice(name, "")
        self._row_difference(
            name, str(noun), summary(fields, was), gettext("this row was removed"), summary(fields, mine), chosen
        )
        if chosen == THEIRS:
            return []
        return [row.values | {formset.model._meta.pk.name: [""]}]

    def _row_difference(self, name: str, part: str, opened: str, saved: str, yours: str, chosen: str) -> None:
        self.differences.append(Difference(name, gettext("the row"), part, opened, saved, yours, chosen, both=True))


def put(data: QueryDict, key: str, value: Raw) -> None:
    """Let the data say the value as a browser would."""
    if value:
        data.setlist(key, value if isinstance(value, list) else [value])
    else:
        data.pop(key, None)


def summary(fields: Mapping[str, forms.Field], row: Mapping[str, Raw] | None) -> str:
    """What stands in a row, in one line."""
    if row is None:
        return gettext("not known")
    return " · ".join(shown(one, row[name]) for name, one in fields.items() if row.get(name)) or "–"


@dataclass
class SentRow:
    """A row of a formset as it was sent: its primary key, empty for a new one, and its values without the prefix."""

    key: str
    values: Values

    def data(self) -> QueryDict:
        data = QueryDict(mutable=True)
        for name, values in self.values.items():
            data.setlist(name, values)
        return data


def sent_rows(data: QueryDict, prefix: str, pk: str) -> Iterator[SentRow]:
    def number(name: str) -> int:
        text = data.get(f"{prefix}-{name}", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0

    initial = number("INITIAL_FORMS")
    by_row: dict[str, Values] = {}
    for name, values in data.lists():
        if name.startswith(f"{prefix}-"):
            place, _dash, rest = name.removeprefix(f"{prefix}-").partition("-")
            by_row.setdefault(place, {})[rest] = values
    for index in range(min(number("TOTAL_FORMS"), len(data))):
        row = by_row.get(str(index), {})
        yield SentRow(next(iter(row.get(pk, [])), "") if index < initial else "", row)


def values_of(formset: Any, form: Any, row: Mapping[str, Raw]) -> Values:
    """A row that stands, as it would be sent back unchanged."""
    values = {name: value if isinstance(value, list) else [value] for name, value in row.items() if value}
    return {
        formset.model._meta.pk.name: [str(form.instance.pk)],
        formset.fk.name: [str(formset.instance.pk)],
        **values,
    }


def write_rows(data: QueryDict, prefix: str, kept: list[Values], added: list[Values]) -> None:
    """Number the rows anew: first those that stand."""
    for name in list(data):
        if name.startswith(f"{prefix}-") and name.removeprefix(f"{prefix}-").partition("-")[0].isdigit():
            del data[name]
    for place, row in enumerate([*kept, *added]):
        for name, values in row.items():
            data.setlist(f"{prefix}-{place}-{name}", values)
    data[f"{prefix}-INITIAL_FORMS"] = str(len(kept))
    data[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(added))


# -- The admin's side ----------------------------------------------------------------------------------


class VersionChecked(admin.ModelAdmin):
    """Forms that do not overwrite what somebody else saved since they were opened."""

    @property
    def has_versions(self) -> bool:
        return issubclass(self.model, Versioned)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST" or object_id is None or not self.has_versions:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            # Held until the save is done, so that of two who save at once one waits, and then finds the other's.
            self.lock(unquote(object_id))
            page = self.saved_meanwhile(request, unquote(object_id))
            return page or super().changeform_view(request, object_id, form_url, extra_context)

    def lock(self, object_id: str) -> None:
        """Lock the record, after what it is a row of: in that order a save of the latter's form takes them, too."""
        try:
            key = self.opts.pk.to_python(object_id)
        except ValidationError:
            return
        relation = self.model.row_of
        record = self.model._base_manager.filter(pk=key).select_related(relation).first() if relation else None
        above = getattr(record, relation, None)
        if above is not None:
            type(above)._base_manager.select_for_update().filter(pk=above.pk).order_by("pk").values_list("pk").first()
        self.model._base_manager.select_for_update().filter(pk=key).order_by("pk").values_list("pk").first()

    def saved_meanwhile(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """The page with both versions; None where the form's is the one that stands, or all is chosen."""
        record = self.get_object(request, object_id)
        if record is None or not self.has_change_permission(request, record):
            return None
        data = request.POST
        if data.get(VERSION) == str(record.version):
            return None
        # As the form would show it now.
        asked = request.method
        request.method = "GET"
        try:
            form, formsets = self.unbound(request, record)
        finally:
            request.method = asked
        now = read(record, form, formsets)
        was = unsealed(record, data.get(READING, ""))
        meanwhile = Meanwhile(data, was, now, form, formsets)
        answered = data.get(MEANWHILE) == str(record.version) and not meanwhile.undecided
        if not (answered or meanwhile.nothing_to_lose):
            return self.two_versions(request, record, meanwhile)
        for name in [name for name in meanwhile.data if name == MEANWHILE or name.startswith(CHOOSE)]:
            del meanwhile.data[name]
        meanwhile.data[VERSION] = str(record.version)
        meanwhile.data[READING] = sealed(record, now)
        request.POST = meanwhile.data  # type: ignore[assignment]
        return None

    def unbound(self, request: HttpRequest, record: Any) -> tuple[Any, list[Any]]:
        """The form of the record and the formsets of the rows that may be changed on it."""
        form = self.get_form(request, record, change=True)(instance=record)
        formsets, inlines = self._create_formsets(request, record, change=True)  # type: ignore[attr-defined]
        pairs = zip(formsets, inlines, strict=True)
        return form, [formset for formset, inline in pairs if inline.has_change_permission(request, record)]

    def two_versions(self, request: HttpRequest, record: Any, meanwhile: Meanwhile) -> HttpResponse:
        data = request.POST
        hidden = [
            (name, value)
            for name, values in data.lists()
            for value in values
            if name not in ("csrfmiddlewaretoken", MEANWHILE)
            and not name.startswith(CHOOSE)
            and not self.is_button(name)
        ]
        pressed = next((name for name in data if self.is_button(name) and name != LOOK), "_save")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Somebody else saved this record meanwhile"),
            "original": record,
            "is_popup": IS_POPUP_VAR in data,
            "meanwhile": meanwhile,
            "saves": self.saves_since(record, meanwhile.was),
            "hidden": hidden,
            "pressed": pressed,
            "pressed_label": self.button_label(pressed),
            "again": MEANWHILE in data,
            "names": {"version": MEANWHILE, "look": LOOK, "theirs": THEIRS, "mine": MINE},
        }
        return TemplateResponse(request, "admin/two_versions.html", context)

    def is_button(self, name: str) -> bool:
        return name.startswith("_") and name not in NO_BUTTONS and not name.startswith(("_changelist", CHOOSE))

    def button_label(self, name: str) -> Any:
        labels = {
            "_continue": _("Save and continue editing"),
            "_addanother": _("Save and add another"),
        }
        return labels.get(name, _("Save"))

    def saves_since(self, record: Any, was: Reading | None) -> list[LogEntry]:
        """Who saved the record since the form was opened, the last one first."""
        content_type = ContentType.objects.get_for_model(record, for_concrete_model=False)
        entries = LogEntry.objects.filter(content_type=content_type, object_id=str(record.pk)).select_related("user")
        return list(entries.filter(action_time__gte=was.moment) if was else entries[:1])

    # -- A form that is only shown again, with what was chosen or kept in the browser

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if request.method != "POST" or LOOK not in request.POST:
            return form

        class LookedAt(form):  # type: ignore[misc,valid-type]
            def is_valid(self) -> bool:
                super().is_valid()
                return False  # not to be saved yet

        return LookedAt

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        form = context["adminform"].form
        if request.method == "POST" and LOOK in request.POST:
            context["errors"] = []  # of the page; those of fields stand at them
            self.message_user(request, _("Not saved yet: look it over, and save."), messages.WARNING)
        if obj is not None and self.has_versions and self.has_change_permission(request, obj):
            if form.is_bound:
                carried = {"version": request.POST.get(VERSION, ""), "reading": request.POST.get(READING, "")}
            else:
                inlines = [one for one in context["inline_admin_formsets"] if one.has_change_permission]
                reading = read(obj, form, [one.formset for one in inlines])
                carried = {"version": str(obj.version), "reading": sealed(obj, reading)}
            context["carried"] = carried
        return super().render_change_form(request, context, add, change, form_url, obj)
