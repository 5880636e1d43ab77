"""A filterable list: a reader's question becomes a queryset, and what was wrong with it stays beside its field.

The good part of a question is answered, each bad value is named. Pages show both; files, feeds and the API
call `require_valid()` first, so that they never answer another question than the one that was asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django_filters import FilterSet

Rows = Any  # a queryset of the list's own class, with its own methods
PER_PAGE = (25, 50, 100)
PAGING = ("page", "per_page", "view")  # what a page does with the rows; no file or feed heeds it
VIEWS = ("rows", "table")
LONGEST = 200  # characters of a value; more is a mistake or an attack


@dataclass(frozen=True)
class Problem:
    """A value that could not be used: its parameter, the value (shortened) and the reason in plain words."""

    parameter: str
    value: str
    reason: str


class BadFilter(Exception):
    """A question with a bad part, where a partial answer would mislead; `problems` says what is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{problem.parameter}: {problem.reason}" for problem in problems))


@dataclass(frozen=True)
class Chip:
    """An active filter as shown above the rows, and the address of the list without it.

    Of words that were read as a filter, `instead` is the address of the list that looks for the words as they stand.
    """

    parameter: str
    label: str
    value: str
    remove: str
    of: str = ""  # the value as the address has it
    words: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Control:
    """A filter of a short list as a form shows it: a selection where it has `choices`, else a text."""

    name: str
    label: str
    values: list[str]
    choices: list[tuple[str, str]]


class ListQuery:
    """One list as asked for by the parameters of an address.

    Subclasses name the `filterset_class`, the `sorts` (parameter value → order_by terms, total), the rows, and the
    `codes`: parameters whose values stand in capitals, which readers type in either case. `settings` are parameters of
    its own, read by the subclass itself, that leave the rows as they are.
    """

    filterset_class: type[FilterSet]
    codes: Sequence[str] = ()
    settings: Sequence[str] = ()
    sorts: Mapping[str, Sequence[Any]] = {}
    default_sort = ""

    def __init__(self, params: QueryDict, rows: Rows, *, within: Mapping[str, list[str]] | None = None) -> None:
        """Read `params` over `rows`; `within` holds parameters that the page itself fixes (a country's page)."""
        self.within = dict(within or {})
        self.params = self._in_capitals(params)
        self.rows = rows
        self.problems: list[Problem] = []
        self.values: MultiValueDict[str, str] = MultiValueDict()
        self.filterset = self.make_filterset()
        self.form = self.filterset.form
        self._read(self.form.fields)
        self._check_ranges()
        self.filterset.form.data = self.filterset.data = self.values
        self.filterset.form.full_clean()

    def make_filterset(self) -> FilterSet:
        """The filters, bound to nothing yet."""
        return self.filterset_class(data=MultiValueDict(), queryset=self.rows)

    # -- Reading the address -----------------------------------------------------------------------

    def _in_capitals(self, params: QueryDict) -> QueryDict:
        copy = params.copy()
        for name in self.codes:
            if name in copy:
                copy.setlist(name, [value.strip().upper() for value in copy.getlist(name)])
        return copy

    def _read(self, fields: Mapping[str, forms.Field]) -> None:
        for name, field in fields.items():
            given = [text for text in self.params.getlist(name) if text.strip()]
            if name in self.within:
                given = self._only_fixed(name, given)
            many = isinstance(field, forms.MultipleChoiceField)
            if not many and len(set(given)) > 1:
                self.problem(name, " / ".join(given), _("This is given more than once; give it once."))
                continue
            good = [text for text in dict.fromkeys(given) if self._is_good(name, field, text, many)]
            if good:
                self.values.setlist(name, good if many else good[:1])

    def _only_fixed(self, name: str, given: list[str]) -> list[str]:
        for text in dict.fromkeys(given):
            if text not in self.within[name]:
                self.problem(name, text, _("This page is about one value of it; the list of all projects takes any."))
        return self.within[name]

    def _is_good(self, name: str, field: forms.Field, text: str, many: bool) -> bool:
        if len(text) > LONGEST or "\x00" in text:
            self.problem(name, text, _("This is too long, or holds a character that cannot be searched."))
            return False
        try:
            field.clean([text] if many else text)
        except ValidationError as error:
            self.problem(name, text, " ".join(error.messages))
            return False
        return True

    def _check_ranges(self) -> None:
        for name in list(self.values):
            if not name.endswith("_min"):
                continue
            upper = name.removesuffix("_min") + "_max"
            if upper in self.values and int(self._value(name)) > int(self._value(upper)):
                self.problem(name, self._value(name), _("The lower bound is above the upper bound."))
                del self.values[name], self.values[upper]

    def _value(self, name: str) -> str:
        return self.values.getlist(name)[-1]

    def problem(self, parameter: str, value: str, reason: str) -> None:
        """Keep what is wrong with a parameter; the value is shortened to what a message can show."""
        shown = value.replace("\x00", "␀")
        self.problems.append(Problem(parameter, shown[:60] + "…" if len(shown) > 60 else shown, reason))

    @cached_property
    def problems_of(self) -> dict[str, list[Problem]]:
        """The problems by parameter."""
        by_parameter: dict[str, list[Problem]] = {}
        for problem in self.problems:
            by_parameter.setdefault(problem.parameter, []).append(problem)
        return by_parameter

    def require_valid(self) -> None:
        """Raise BadFilter when any part of the question is bad, or a parameter is not known."""
        known = {*self.form.fields, "sort", *PAGING, *self.settings}
        unknown = [Problem(name, "", _("There is no such parameter.")) for name in self.params if name not in known]
        self.sort, self.page_number, self.per_page, self.view  # noqa: B018  # reading them checks them
        if self.problems or unknown:
            raise BadFilter([*self.problems, *unknown])

    # -- Rows --------------------------------------------------------------------------------------

    @cached_property
    def matching(self) -> Rows:
        """The rows that the filters leave, in no order."""
        return self.without()

    def without(self, *names: str) -> Rows:
        """The rows that all filters but the named ones leave."""
        return self.narrowed(self.rows, *names)

    def narrowed(self, rows: Rows, *names: str) -> Rows:
        """Of any rows of this noun, those that all filters but the named ones leave."""
        for name, value in self.filterset.form.cleaned_data.items():
            if name not in names:
                rows = self.filterset.filters[name].filter(rows, value)
        return rows

    @cached_property
    def queryset(self) -> Rows:
        """The rows that the filters leave, in the order asked for."""
        return self.ordered(self.matching)

    def ordered(self, rows: Rows) -> Rows:
        """`rows` in the order asked for."""
        return rows.order_by(*self.sorts[self.sort]) if self.sort else rows

    @cached_property
    def sort(self) -> str:
        """The order asked for, or the usual one."""
        return self._single("sort", self.sorts, self.default_sort)

    def _single(self, name: str, accepted: Iterable[str], default: str) -> str:
        given = [text for text in self.params.getlist(name) if text.strip()]
        if not given:
            return default
        choices = list(accepted)
        if len(set(given)) > 1:
            self.problem(name, " / ".join(given), _("This is given more than once; give it once."))
        elif not choices:
            self.problem(name, given[0], _("This list has one order only."))
        elif given[0] not in choices:
            self.problem(name, given[0], _("Choose one of: %s.") % ", ".join(choices))
        else:
            return given[0]
        return default

    # -- Pages -------------------------------------------------------------------------------------

    @cached_property
    def per_page(self) -> int:
        """Rows on a page."""
        return int(self._single("per_page", map(str, PER_PAGE), str(PER_PAGE[0])))

    @cached_property
    def view(self) -> str:
        """How a page shows the rows."""
        return self._single("view", VIEWS, VIEWS[0])

    @cached_property
    def paginator(self) -> Paginator:
        """The list cut into pages; its count is one query unless the subclass knows the total."""
        return Paginator(self.for_page(), self.per_page)

    def for_page(self) -> Rows:
        """The rows with what a page of the list shows."""
        return self.queryset

    @cached_property
    def page_number(self) -> int:
        """The number of the page asked for; 1 where none or a bad one is given."""
        given = [text for text in self.params.getlist("page") if text.strip()]
        if len(set(given)) > 1:
            self.problem("page", " / ".join(given), _("This is given more than once; give it once."))
        elif given and not (given[0].isascii() and given[0].isdigit() and 0 < len(given[0]) < 8 and int(given[0])):
            self.problem("page", given[0], _("A page is a whole number from 1; this is the first page."))
        elif given:
            return int(given[0])
        return 1

    @cached_property
    def page(self) -> Page:
        """The page asked for; of a bad number the first, of one past the end the last, with a problem noted."""
        number, last = self.page_number, self.paginator.num_pages
        if number > last:
            self.problem("page", str(number), _("The list ends at page %d; this is that page.") % last)
            number = last
        return self.paginator.page(number)

    # -- Addresses ---------------------------------------------------------------------------------

    def address(self, *, drop: Iterable[str] = PAGING[:1], **changes: list[str] | str | None) -> str:
        """The query string of this list with `changes`; without the parameters that the page fixes.

        A change to None or an empty list takes the parameter away. Bad values are not carried on.
        """
        query = QueryDict(mutable=True)
        kept = {name: self.values.getlist(name) for name in self.values if name not in self.within}
        kept |= {
            name: self.params.getlist(name)[:1] for name in (*self.settings, "sort", *PAGING) if self._carried(name)
        }
        for name, change in changes.items():
            kept[name] = [change] if isinstance(change, str) else list(change or [])
        for name, values in kept.items():
            if values and (name not in drop or name in changes):
                query.setlist(name, values)
        return "?" + query.urlencode()

    def _carried(self, name: str) -> bool:
        given = self.params.getlist(name)
        return len(given) == 1 and bool(given[0].strip()) and name not in self.problems_of

    @property
    def here(self) -> str:
        """The query string of this very list, from its first page."""
        return self.address()

    @property
    def for_files(self) -> str:
        """The query string by which a file or a feed gives the same rows, with what the page fixes."""
        query = QueryDict(self.address(drop=PAGING)[1:], mutable=True)
        for name, values in self.within.items():
            query.setlist(name, values)
        return "?" + query.urlencode() if query else ""

    # -- Active filters ----------------------------------------------------------------------------

    @cached_property
    def chips(self) -> list[Chip]:
        """Every active filter, each with the address of the list without it."""
        found = []
        for name in self.values:
            if name in self.within:
                continue
            values = self.values.getlist(name)
            for value in values:
                rest = [other for other in values if other != value]
                label = str(self.form.fields[name].label or name)
                found.append(Chip(name, label, self.value_label(name, value), self.address(**{name: rest}), value))
        return found

    @property
    def controls(self) -> list[Control]:
        """The filters as a short list's form shows them, each with what was typed."""
        return [
            Control(
                name,
                str(field.label),
                [text.replace("\x00", "")[:LONGEST] for text in self.params.getlist(name)],
                [(str(value), str(label)) for value, label in getattr(field, "choices", []) if value],
            )
            for name, field in self.form.fields.items()
        ]

    def value_label(self, name: str, value: str) -> str:
        """A parameter's value in the reader's words."""
        for choice, label in getattr(self.form.fields[name], "choices", ()):
            if str(choice) == value:
                return str(label)
        return value
