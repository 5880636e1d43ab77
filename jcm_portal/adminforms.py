"""Pieces of the admin's forms: names in one box, proposed keys, and rows that are checked against each other."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, combinations, count
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import Model, UniqueConstraint
from django.db.models.constraints import BaseConstraint
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

# A semicolon, also as it is typed in Japanese, or a new line.
BETWEEN_WORDS = re.compile(r"[;;\n]")


class Words(SimpleArrayField):
    """Several names in one box: `solar PV; photovoltaic`."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 60})

    def __init__(self, *args: Any, help_text: Any = "", **kwargs: Any) -> None:
        help_text = format_lazy("{} {}", help_text, _("Separate several by semicolons."))
        super().__init__(*args, delimiter=";", help_text=help_text, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "; ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            words = [word.strip() for word in BETWEEN_WORDS.split(value)]
            value = list(dict.fromkeys(filter(None, words)))
        return super().to_python(value)


def free_key(model: type[Model], field: str, words: Iterable[object]) -> str:
    """A key made of the words that no record of the model has yet; empty when nothing of them can stand in a key."""
    longest = getattr(model._meta.get_field(field), "max_length", None) or 60
    stem = whole_words(slugify(" ".join(str(word) for word in words if word)), longest - 4)
    if not stem:
        return ""
    taken = set(model._default_manager.filter(**{f"{field}__startswith": stem}).values_list(field, flat=True))
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(key for key in chain([stem], numbered) if key not in taken)


def whole_words(slug: str, longest: int) -> str:
    """The slug, cut between two words where it is longer."""
    return slug if len(slug) <= longest else slug[: longest + 1].rpartition("-")[0] or slug[:longest]


class ProposedKey(forms.ModelForm):
    """A form whose stable key may be left empty: it is then made of what else was entered."""

    key_field = "key"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.key_field in self.fields:
            self.fields[self.key_field].required = False
            self.fields[self.key_field].help_text = _(
                "Files and links name the record by it for good. Left empty, the portal proposes one."
            )

    def key_words(self, entered: dict[str, Any]) -> Iterable[object]:
        """What the key is made of; only called when no field is wrong."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if self.key_field in self.fields and not entered.get(self.key_field) and not self.errors:
            key = free_key(self._meta.model, self.key_field, self.key_words(entered))
            if not key:
                self.add_error(self.key_field, _("No key can be made of what is entered here; please give one."))
            entered[self.key_field] = key
        return entered


class Forgiving(AutocompleteMixin):
    """Shows a form again whose data holds what is no key at all; Django's own would fail on looking up its label."""

    def optgroups(self, name: Any, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if str(key).isdecimal()], attr)


class ChooseOne(Forgiving, AutocompleteSelect):
    pass


class ChooseSeveral(Forgiving, AutocompleteSelectMultiple):
    """Each of those chosen has a cross of its own; one for all stands where only entries of the list may."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}


class Known(list):
    """Records at hand, in place of the query by which each autocomplete looks up the label of its value."""

    def all(self) -> "Known":
        return self

    def using(self, alias: str) -> "Known":
        return self

    def filter(self, **lookups: Any) -> "Known":
        return self


class RowForm(forms.ModelForm):
    """A row of an inline, shown without a query of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if self.instance.pk and not self.is_bound and isinstance(field, forms.ModelChoiceField):
                self._spare_query(name, field)

    def _spare_query(self, name: str, field: forms.ModelChoiceField) -> None:
        if not isinstance(getattr(field.widget, "widget", field.widget), AutocompleteMixin):
            return
        related = getattr(self.instance, name)
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = Known(related.all())  # type: ignore[assignment]
        else:
            field.queryset = Known([related] if related else [])  # type: ignore[assignment]

    def validate_constraints(self) -> None:
        # Each rule costs a query, and a list may have some hundred rows that nobody touched.
        if self.has_changed():
            super().validate_constraints()


class TabularRow(RowForm):
    """A row of a table, whose fields are labelled also for those who do not see the heading of the column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = field.label


class RowsApart(forms.BaseInlineFormSet):
    """Rows of one page, checked against each other by the database's own rules.

    Each row by itself is checked against what is saved; two rows that are both new know nothing of each other.
    """

    model: type[Model]

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        # At hand for a row that names itself after the record above it.
        setattr(form.instance, self.fk.name, self.instance)
        return form

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].widget.attrs["aria-label"] = _("Delete this row")

    def validate_unique(self) -> None:
        """Say the rule's own sentence at the later of two rows that break it."""
        for earlier, later in combinations(self.kept(), 2):
            for rule in self.model._meta.constraints:
                if self.clash(rule, earlier.instance, later.instance):
                    later.add_error(None, rule.get_violation_error_message())

    def kept(self) -> Iterator[forms.ModelForm]:
        """The rows that will stand after saving."""
        for form in self.forms:
            stands = form.instance.pk or form.has_changed()
            if stands and form.is_valid() and not form.cleaned_data.get(DELETION_FIELD_NAME):
                yield form

    def clash(self, rule: BaseConstraint, one: Model, other: Model) -> bool:
        """Whether the rule forbids the two rows side by side; rules with a condition are left to subclasses."""
        if not isinstance(rule, UniqueConstraint) or rule.condition is not None:
            return False
        fields = [self.model._meta.get_field(name) for name in rule.fields if name != self.fk.name]
        values, others = ([getattr(row, field.attname) for field in fields] for row in (one, other))  # type: ignore[union-attr]
        return values == others and (None not in values or rule.nulls_distinct is False)


class SourceOfParent(RowsApart):
    """Rows that stand on the source of the record above them unless they name another."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "source" in form.fields:
            form.fields["source"].required = False

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Model:
        return super().save_new(self._sourced(form), commit)

    def save_existing(self, form: forms.ModelForm, obj: Model, commit: bool = True) -> Model:
        return super().save_existing(self._sourced(form), obj, commit)

    def _sourced(self, form: forms.ModelForm) -> forms.ModelForm:
        if form.instance.source_id is None:
            form.instance.source = self.instance.source
        return form
