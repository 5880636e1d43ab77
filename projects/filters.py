"""The public query language: each parameter of the project list, and what it narrows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter, NumberFilter

from countries.models import Region
from jcm_portal.listing import Chip, ListQuery, Rows
from jcm_portal.templatetags.units import fiscal_year as fiscal_year_label

from . import search, vocabulary
from .grouping import (
    COUNTS,
    REDUCTIONS,
    TRAITS,
    UNKNOWN,
    Figures,
    Group,
    Groups,
    Question,
    Traits,
    Wanted,
    answered,
    grouped,
    whole,
)
from .models import (
    Announcement,
    CreditIssuance,
    Milestone,
    MilestoneKind,
    Participation,
    Project,
    ProjectMethodology,
    Status,
)
from .models.taxonomy import FIRST_FISCAL_YEAR, LAST_FISCAL_YEAR

LARGEST = 10**9


class WholeNumber(forms.IntegerField):
    """Zero or more, in ASCII digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=LARGEST,
            error_messages={"invalid": gettext_lazy("Write a whole number in digits, such as 1000.")},
            **{name: value for name, value in kwargs.items() if name in ("label", "required", "help_text")},
        )

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if text and not (text.isascii() and text.isdigit()):  # Python reads 1_000, +5 and full-width digits too
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class WholeNumberFilter(NumberFilter):
    field_class = WholeNumber


class Words(MultipleChoiceFilter):
    """A parameter that may be given several times; a row with any of the values stays.

    `path` leads from a project to the value. “unknown” stands for rows without one.
    """

    def __init__(self, path: str, *, label: Any, **kwargs: Any) -> None:
        super().__init__(field_name=path, label=label, choices=kwargs.pop("choices", []), **kwargs)
        self.extra["error_messages"] = {
            "invalid_choice": gettext_lazy("“%(value)s” is none of the values that this filter knows.")
        }

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        return qs.filter(self.condition(value)) if value else qs

    def condition(self, value: list[str]) -> Q:
        known = [one for one in value if one != UNKNOWN]
        condition = Q(**{f"{self.field_name}__in": known})
        return condition | Q(**{f"{self.field_name}__isnull": True}) if UNKNOWN in value else condition


class Statuses(Words):
    """The status is always stored, “unknown” among its values."""

    def condition(self, value: list[str]) -> Q:
        return Q(status__in=value)


class Technologies(Words):
    """The main technology or a further one."""

    def condition(self, value: list[str]) -> Q:
        further = Project.further_technologies.through.objects.filter(project=OuterRef("pk"))
        return super().condition(value) | Q(Exists(further.filter(technology__slug__in=value)))


class Steps(Words):
    """The steps of its life on record, whatever came after them."""

    def condition(self, value: list[str]) -> Q:
        return Q(Exists(Milestone.objects.filter(project=OuterRef("pk"), kind__in=value)))


class IssuedIn(Words):
    """The fiscal years of its issuances, “unknown” for those without a day."""

    def condition(self, value: list[str]) -> Q:
        issued = CreditIssuance.objects.with_fiscal_year().filter(project=OuterRef("pk"))
        return Q(Exists(issued.filter(super().condition(value))))


class Without(Technologies):
    """Rows with none of the values."""

    def __init__(self, *args: Any, of: type[Words] = Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = of

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        has_one = Project.objects.filter(self.of.condition(self, value), pk=OuterRef("pk"))
        return qs.filter(~Exists(has_one))


class ProjectFilter(FilterSet):
    """The parameters of the list; their values come from the vocabulary."""

    organisations: Mapping[str, int] = {}  # the numbers of those that may be asked for, by slug

    q = CharFilter(label=gettext_lazy("Search"), method="find")
    country = Words("country__iso2", label=gettext_lazy("Country"))
    region = Words("country__region", label=gettext_lazy("Region"), choices=Region.choices)
    sector = Words("technology__sector__slug", label=gettext_lazy("Sector"))
    technology = Technologies("technology__slug", label=gettext_lazy("Technology"))
    programme = Words("programme__slug", label=gettext_lazy("Programme"))
    fiscal_year = Words("fiscal_year", label=gettext_lazy("Fiscal year"))
    fiscal_year_min = WholeNumberFilter(
        field_name="fiscal_year", lookup_expr="gte", label=gettext_lazy("Fiscal year from")
    )
    fiscal_year_max = WholeNumberFilter(
        field_name="fiscal_year", lookup_expr="lte", label=gettext_lazy("Fiscal year to")
    )
    round = ChoiceFilter(label=gettext_lazy("Selection round"), method="in_round", choices=[])
    status = Statuses("status", label=gettext_lazy("Status"), choices=Status.choices)
    step = Steps("milestones__kind", label=gettext_lazy("Step on record"), choices=MilestoneKind.choices)
    issued_in = IssuedIn("issued_in", label=gettext_lazy("Credits issued in"))
    participant = ChoiceFilter(label=gettext_lazy("Participant"), method="with_participant", choices=[])
    methodology = MultipleChoiceFilter(label=gettext_lazy("Methodology"), method="with_methodology", choices=[])
    reduction_min = WholeNumberFilter(
        field_name="expected_reduction_tco2_per_year",
        lookup_expr="gte",
        label=gettext_lazy("Expected reductions from (tCO2/year)"),
    )
    reduction_max = WholeNumberFilter(
        field_name="expected_reduction_tco2_per_year",
        lookup_expr="lte",
        label=gettext_lazy("Expected reductions to (tCO2/year)"),
    )
    has_credits = ChoiceFilter(
        label=gettext_lazy("Credits"),
        method="with_credits",
        choices=[("true", gettext_lazy("issuance on record")), ("false", gettext_lazy("no issuance on record"))],
    )
    exclude_country = Without("country__iso2", label=gettext_lazy("Not in"))
    exclude_technology = Without("technology__slug", label=gettext_lazy("Not with"), of=Technologies)

    class Meta:
        model = Project
        fields: list[str] = []

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return search.found(rows, self.question(value).reading) if value else rows

    @cache  # noqa: B019  # the filters live as long as one answer
    def question(self, text: str) -> search.Question:
        """What the words searched for mean."""
        return search.read(text)

    def in_round(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        public = Announcement.objects.published().filter(selections__project=OuterRef("pk"), round__key=value)
        return rows.filter(Exists(public)) if value else rows

    def with_participant(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        # By its number, as the database knows how many rows have that.
        parts = Participation.objects.filter(project=OuterRef("pk"), organisation=self.organisations.get(value))
        return rows.filter(Exists(parts)) if value else rows

    def with_methodology(self, rows: QuerySet, name: str, value: list[str]) -> QuerySet:
        used = ProjectMethodology.objects.filter(project=OuterRef("pk"), methodology__number__in=value)
        return rows.filter(Exists(used)) if value else rows

    def with_credits(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        issued = Exists(CreditIssuance.objects.filter(project=OuterRef("pk")))
        return rows.filter(issued if value == "true" else ~issued) if value else rows


@dataclass(frozen=True)
class Choice:
    """A value of a facet: how many rows it would leave, were it the facet's only one."""

    value: str
    label: str
    count: int
    chosen: bool
    only: str  # the address of the list with this value alone in the facet


@dataclass(frozen=True)
class Facet:
    """A parameter with the values that occur under all the other filters."""

    name: str
    label: str
    choices: list[Choice]

    @property
    def counts(self) -> dict[str, int]:
        """The counts by value."""
        return {choice.value: choice.count for choice in self.choices}

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(choice.chosen for choice in self.choices)


@dataclass(frozen=True)
class Totals:
    """What one sentence says of a list; tonnes are tCO2/year, without withdrawn projects.

    Land use stands apart, as its tonnes are of another kind. A sum is None where nobody states a figure.
    """

    projects: int
    countries: int
    withdrawn: int
    stating: int
    reduction: int | None
    land_use_stating: int
    land_use_reduction: int | None


NEWEST = (F("fiscal_year").desc(nulls_last=True), F("selected_on").desc(nulls_last=True), "title", "pk")
# The same order, which the index of it does not have: PostgreSQL would walk through that index past all newer projects
# to find those few of a year long ago, and it does not know that it must.
NEWEST_OF_FEW = ((F("fiscal_year") + 0).desc(nulls_last=True), *NEWEST[1:])
FEW = 10_000


def newest(total: int) -> Sequence[Any]:
    """The terms of order_by() that put the newest selection first, for a list of so many projects."""
    return NEWEST_OF_FEW if total <= FEW else NEWEST


def totals_of(by_country: dict[Group, Figures]) -> Totals:
    """The totals of a list from its figures by country."""
    figures = whole(by_country)
    return Totals(
        projects=figures.projects,
        countries=len(by_country),
        withdrawn=figures.withdrawn,
        stating=figures.stating,
        reduction=figures.reduction,
        land_use_stating=figures.land_use_stating,
        land_use_reduction=figures.land_use_reduction,
    )


def totals_about(rows: QuerySet | None = None, **about: str) -> Totals:
    """What the list adds up to on the page of one value of a parameter, or over all; the value is on record."""
    rows = Project.objects.published() if rows is None else rows
    filters = ProjectFilter(queryset=rows).filters
    for name, value in about.items():
        many = isinstance(filters[name], MultipleChoiceFilter)
        rows = filters[name].filter(rows, [value] if many else value)
    return totals_of(grouped(rows, [("country",)], REDUCTIONS)["country",])


class ProjectQuery(ListQuery):
    """The project list as asked for: rows, facets and totals. Page, file, feed and API read the same object."""

    filterset_class = ProjectFilter
    codes: Sequence[str] = ("country", "exclude_country", "methodology")
    sorts = {
        "-selected": NEWEST,
        "title": ("title", "pk"),
        "country": ("country__name", *NEWEST),
        "-reduction": (F("expected_reduction_tco2_per_year").desc(nulls_last=True), "title", "pk"),
        "-credits": (F("credits_tco2").desc(nulls_last=True), "title", "pk"),
        "relevance": NEWEST,  # after the rank of the search
    }
    sort_labels = {
        "-selected": gettext_lazy("Newest selection first"),
        "title": gettext_lazy("Title"),
        "country": gettext_lazy("Country"),
        "-reduction": gettext_lazy("Largest expected reductions first"),
        "-credits": gettext_lazy("Most credits first"),
        "relevance": gettext_lazy("Best match first"),
    }

    def __init__(
        self,
        params: QueryDict,
        rows: QuerySet | None = None,
        *,
        within: dict[str, list[str]] | None = None,
        facets: Sequence[str] = tuple(TRAITS),
    ) -> None:
        """Besides what every list takes: which `facets` the page shows, as to count one takes time."""
        self.counted = [name for name in facets if name not in (within or {})]
        asked_for = [*params.getlist("participant"), *(within or {}).get("participant", [])]
        slugs = [slug for slug in asked_for if slug and "\x00" not in slug and len(slug) <= 80]
        self.vocabulary = vocabulary.load(participants=slugs)
        super().__init__(params, Project.objects.published() if rows is None else rows, within=within)

    def make_filterset(self) -> FilterSet:
        filterset = super().make_filterset()
        words = self.vocabulary.of("participant")
        filterset.organisations = {slug: word.number for slug, word in words.items()}
        fields = filterset.form.fields
        unknown = (UNKNOWN, _("Not known"))
        for name in ("sector", "technology", "programme"):
            fields[name].choices = [*self.vocabulary.choices(name), unknown]
        years = sorted(self.vocabulary.of("fiscal_year"), reverse=True)
        issued_in = [(str(year), fiscal_year_label(year)) for year in range(FIRST_FISCAL_YEAR, LAST_FISCAL_YEAR + 1)]
        fields["issued_in"].choices = [*issued_in, unknown]
        fields["fiscal_year"].choices = [
            *((year, fiscal_year_label(year)) for year in years),
            unknown,
        ]
        for name in ("country", "round", "participant"):
            fields[name].choices = self.vocabulary.choices(name)
        numbers = self.vocabulary.of("methodology").values()
        fields["methodology"].choices = [(word.value, f"{word.value} {word.name}".strip()) for word in numbers]
        fields["exclude_country"].choices = self.vocabulary.choices("country")
        fields["exclude_technology"].choices = self.vocabulary.choices("technology")
        for name in ("round", "participant", "methodology", "has_credits"):
            fields[name].error_messages["invalid_choice"] = _("“%(value)s” is not on record here.")
        return filterset

    @property
    def usual_sort(self) -> str:
        """The order where none is asked for: the best match first in a search, else the newest selection."""
        return "relevance" if "q" in self.values else "-selected"

    @cached_property
    def sort(self) -> str:
        sort = self._single("sort", self.sorts, self.usual_sort)
        if sort == "relevance" and "q" not in self.values:
            self.problem("sort", sort, _("The best match comes first only in a search."))
            return "-selected"
        return sort

    @property
    def sort_choices(self) -> list[tuple[str, str]]:
        """The orders that make sense here."""
        return [
            (sort, str(label)) for sort, label in self.sort_labels.items() if sort != "relevance" or "q" in self.values
        ]

    def ordered(self, rows: Rows) -> Rows:
        if self.sort == "relevance" and self.question:
            total = self.totals.projects
            return search.best_first(rows, self.question.reading, total=total, then=newest(total))
        if self.sort == "-selected" and self.values:
            return rows.order_by(*newest(self.totals.projects))
        return super().ordered(rows.with_credits() if self.sort == "-credits" else rows)

    def for_page(self) -> Rows:
        rows = self.queryset.for_list()
        return rows.with_names() if self.question else rows

    @cached_property
    def paginator(self) -> Any:
        paginator = super().paginator
        paginator.count = self.totals.projects
        return paginator

    @cached_property
    def totals(self) -> Totals:
        """The figures of the sentence above the rows, in one query with the facets."""
        return totals_of(self._answers[0]["country",])

    @property
    def as_of(self) -> Any:
        """The day of the figures, in Japan."""
        return timezone.localdate()

    # -- Search ------------------------------------------------------------------------------------

    @cached_property
    def question(self) -> search.Question | None:
        """What the words searched for mean; None where there are none."""
        text = self.values.get("q", "").strip()
        return self.filterset.question(text) if text else None

    @cached_property
    def chips(self) -> list[Chip]:
        """Every active filter, those that words of the search were read as among them."""
        others = [chip for chip in super().chips if chip.parameter != "q"]
        return [*self.search_chips.values(), *others]

    @cached_property
    def search_chips(self) -> dict[tuple[search.Term, ...], Chip]:
        """The parts of the search, each with its terms: names one by one, all words together."""
        if not self.question:
            return {}
        reading = self.question.reading
        chips: dict[tuple[search.Term, ...], Chip] = {}
        for term in reading.understood:
            without, instead = self._searching(reading.without(term)), self._searching(reading.as_words(term))
            words = reading.text[term.start : term.end]
            label, value = self._term_label(term), self._term_value(term)
            chips[(term,)] = Chip("q", label, value, without, words=words, instead=instead)
        rest = tuple(term for term in reading.terms if term not in reading.understood)
        if rest:
            names = " ".join(reading.text[term.start : term.end] for term in reading.understood)
            shown = " ".join(f"-{term.text}" if term.negated else reading.text[term.start : term.end] for term in rest)
            chips[rest] = Chip("q", str(self.form.fields["q"].label), shown, self._searching(names))
        return chips or {(): Chip("q", str(self.form.fields["q"].label), reading.text, self.address(q=None))}

    def _searching(self, text: str) -> str:
        if not text and self.sort == "relevance":
            return self.address(q=None, sort=None)
        return self.address(q=text or None)

    def _term_label(self, term: search.Term) -> str:
        label = _("Reference") if term.parameter == "reference" else str(self.form.fields[term.parameter].label)
        return _("Not: %s") % label if term.negated else label

    def _term_value(self, term: search.Term) -> str:
        known = [value for value in term.values if value in self._words_of(term.parameter)]
        if len(known) != 1 or term.parameter == "participant":  # also found by the name as words
            return self._many(term, len(known))
        return self._words_of(term.parameter)[known[0]]

    def _words_of(self, parameter: str) -> dict[str, str]:
        return {str(value): str(label) for value, label in getattr(self.form.fields.get(parameter), "choices", ())}

    def _many(self, term: search.Term, count: int) -> str:
        if term.parameter == "technology" and count:
            return ngettext("%(words)s (%(count)d technology)", "%(words)s (%(count)d technologies)", count) % {
                "words": term.text,
                "count": count,
            }
        return term.values[0].upper() if term.parameter == "reference" else term.text

    @property
    def typed_instead(self) -> str:
        """The address of the list for what was typed, slips and all."""
        return self.address(q=self.question.as_typed) if self.question else ""

    @cached_property
    def perhaps_meant(self) -> str:
        """What may have been meant where little is found; empty where there is no such thing."""
        little = self.question and self.totals.projects <= search.LITTLE
        return search.perhaps_meant(self.question) if self.question and little else ""

    @property
    def meant_instead(self) -> str:
        """The address of the list for what may have been meant."""
        return self.address(q=self.perhaps_meant)

    # -- Facets ------------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> list[Facet]:
        """Each facet with its values, counted under all the other filters, in one query with the totals."""
        return [
            Facet(name, str(self.form.fields[name].label), list(self._choices(name, counts)))
            for name, counts in zip(self.counted, self._counts, strict=True)
        ]

    @cached_property
    def _answers(self) -> list[Groups]:
        """First the groups of the projects asked for, by country and by all traits of facets that none was chosen of;
        then, for each facet that some were chosen of, its groups under all the other filters.
        """
        chosen = [name for name in self.counted if name in self.values]
        # The totals are added up from those by country: to count distinct countries, all rows would have to be sorted.
        sets: dict[Traits, Wanted] = {(name,): COUNTS for name in self.counted if name not in chosen}
        sets["country",] = REDUCTIONS
        others = [Question(self.without(name), {(name,): COUNTS}) for name in chosen]
        return answered([Question(self.matching, sets, narrowed=bool(self.values)), *others])

    @property
    def _counts(self) -> Iterator[dict[str, int]]:
        """How many projects each value of each facet has."""
        others = iter(self._answers[1:])
        for name in self.counted:
            groups = next(others) if name in self.values else self._answers[0]
            yield {value: figures.projects for (value,), figures in groups[name,].items()}

    def facet(self, name: str) -> Facet:
        """The facet of one parameter; KeyError where the page fixes it or does not show it."""
        return {facet.name: facet for facet in self.facets}[name]

    def _choices(self, name: str, counts: dict[str, int]) -> Iterator[Choice]:
        chosen = self.values.getlist(name)
        for value, label in self.form.fields[name].choices:
            if counts.get(value) or value in chosen:
                only = self.address(**{name: value})
                yield Choice(value, str(label), counts.get(value, 0), value in chosen, only)


def selected(params: QueryDict, *, within: dict[str, list[str]] | None = None) -> Rows:
    """The projects that `params` ask for, in their order; raises BadFilter when any part of them is bad."""
    query = ProjectQuery(params, within=within, facets=())
    query.require_valid()
    return query.queryset
