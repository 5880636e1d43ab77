"""The public query language: each parameter of the project list, and what it narrows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter, NumberFilter

from countries.models import Region
from jcm_portal.listing import ListQuery, Rows
from jcm_portal.templatetags.units import fiscal_year as fiscal_year_label

from . import search, vocabulary
from .models import Announcement, CreditIssuance, Participation, Project, ProjectMethodology, Status

UNKNOWN = "unknown"
LAND_USE = "forest-and-agriculture"  # stocks and seasons of carbon: not added to the reductions of plants
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
        return search.found(rows, value) if value else rows

    def in_round(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        public = Announcement.objects.published().filter(selections__project=OuterRef("pk"), round__key=value)
        return rows.filter(Exists(public)) if value else rows

    def with_participant(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        parts = Participation.objects.filter(project=OuterRef("pk"), organisation__slug=value)
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


# Parameter, path from a project to its value, and whether “not known” can occur.
FACETS = {
    "country": "country__iso2",
    "region": "country__region",
    "sector": "technology__sector__slug",
    "technology": "technology__slug",
    "programme": "programme__slug",
    "fiscal_year": "fiscal_year",
    "status": "status",
}
NEWEST = (F("fiscal_year").desc(nulls_last=True), F("selected_on").desc(nulls_last=True), "title", "pk")


class ProjectQuery(ListQuery):
    """The project list as asked for: rows, facets and totals. Page, file, feed and API read the same object."""

    filterset_class = ProjectFilter
    codes = ("country", "exclude_country", "methodology")
    sorts = {
        "-selected": NEWEST,
        "title": ("title", "pk"),
        "country": ("country__name", *NEWEST),
        "-reduction": (F("expected_reduction_tco2_per_year").desc(nulls_last=True), "title", "pk"),
        "-credits": (F("credits_tco2").desc(nulls_last=True), "title", "pk"),
        "relevance": ("-rank", *NEWEST),
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
    ) -> None:
        asked_for = [*params.getlist("participant"), *(within or {}).get("participant", [])]
        slugs = [slug for slug in asked_for if slug and "\x00" not in slug and len(slug) <= 80]
        self.vocabulary = vocabulary.load(participants=slugs)
        super().__init__(params, Project.objects.published() if rows is None else rows, within=within)

    def make_filterset(self) -> FilterSet:
        filterset = super().make_filterset()
        fields = filterset.form.fields
        unknown = (UNKNOWN, _("Not known"))
        for name in ("sector", "technology", "programme"):
            fields[name].choices = [*self.vocabulary.choices(name), unknown]
        years = sorted(self.vocabulary.of("fiscal_year"), reverse=True)
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
        return super().ordered(rows.with_credits() if self.sort == "-credits" else rows)

    def for_page(self) -> Rows:
        return self.queryset.for_list()

    @cached_property
    def paginator(self) -> Any:
        paginator = super().paginator
        paginator.count = self.totals.projects
        return paginator

    @cached_property
    def totals(self) -> Totals:
        """The figures of the sentence above the rows, in one query."""
        plants = ~Q(technology__sector__slug=LAND_USE) | Q(technology__isnull=True)
        land_use = Q(technology__sector__slug=LAND_USE)
        stands = ~Q(status=Status.WITHDRAWN)
        reduction = "expected_reduction_tco2_per_year"
        return Totals(
            **self.matching.order_by().aggregate(
                projects=Count("pk"),
                countries=Count("country", distinct=True),
                withdrawn=Count("pk", filter=~stands),
                stating=Count(reduction, filter=plants & stands),
                reduction=Sum(reduction, filter=plants & stands),
                land_use_stating=Count(reduction, filter=land_use & stands),
                land_use_reduction=Sum(reduction, filter=land_use & stands),
            )
        )

    @property
    def as_of(self) -> Any:
        """The day of the figures, in Japan."""
        return timezone.localdate()

    # -- Facets ------------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> list[Facet]:
        """Each facet with its values, counted under all the other filters, in one query."""
        names = [name for name in FACETS if name not in self.within]
        counts: dict[str, dict[str, int]] = {name: {} for name in names}
        queries = [query for name in names for query in self._counting(name)]
        for name, value, count in queries[0].union(*queries[1:], all=True).order_by():
            value = UNKNOWN if value is None else value
            counts[name][value] = counts[name].get(value, 0) + count
        return [
            Facet(name, str(self.form.fields[name].label), list(self._choices(name, counts[name]))) for name in names
        ]

    def facet(self, name: str) -> Facet:
        """The facet of one parameter; KeyError where the page fixes it."""
        return {facet.name: facet for facet in self.facets}[name]

    def _counting(self, name: str) -> Iterator[QuerySet]:
        rows = self.without(name)
        yield _grouped(rows, name, FACETS[name])
        if name == "technology":
            further = Project.further_technologies.through.objects.filter(project__in=rows.order_by().values("pk"))
            again = Q(technology=F("project__technology"), project__technology__isnull=False)
            yield _grouped(further.exclude(again), name, "technology__slug")

    def _choices(self, name: str, counts: dict[str, int]) -> Iterator[Choice]:
        chosen = self.values.getlist(name)
        for value, label in self.form.fields[name].choices:
            if counts.get(value) or value in chosen:
                only = self.address(**{name: value})
                yield Choice(value, str(label), counts.get(value, 0), value in chosen, only)


def _grouped(rows: QuerySet, name: str, path: str) -> QuerySet:
    return (
        rows.order_by()
        .annotate(_facet=Value(name, TextField()), _value=Cast(F(path), TextField()))
        .values("_facet", "_value")
        .annotate(_count=Count("pk"))
        .values_list("_facet", "_value", "_count")
    )


def selected(params: QueryDict, *, within: dict[str, list[str]] | None = None) -> Rows:
    """The projects that `params` ask for, in their order; raises BadFilter when any part of them is bad."""
    query = ProjectQuery(params, within=within)
    query.require_valid()
    return query.queryset
