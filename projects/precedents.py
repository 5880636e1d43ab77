"""Precedents: which projects count as one, and how many a technology has in each country."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy

from countries.models import PartnerCountry
from jcm_portal.dates import DatePrecision
from jcm_portal.listing import Rows

from . import stats
from .filters import UNKNOWN, Choice, Facet, ProjectFilter, ProjectQuery, Technologies, Without, Words
from .grouping import TRAITS
from .models import CreditIssuance, Milestone, MilestoneKind, Organisation, Project, Status, Technology
from .spans import Span, Standing, span_from, standings, until

KINDS = ("technology", "sector")  # what the rows of the grid are


def counts() -> Q:
    """What makes a project a precedent: it was selected or registered, and is not withdrawn.

    One that is only known to be in validation, or to have met no objection, may have been selected for no programme.
    """
    settled = [Status.SELECTED, Status.REGISTERED, Status.CREDITS_ISSUED]
    on_the_way = [Status.NO_OBJECTION, Status.IN_VALIDATION]
    selected = Milestone.objects.filter(project=OuterRef("pk"), kind=MilestoneKind.SELECTED, reached_on__isnull=True)
    known = Q(selected_on__isnull=False) | Q(Exists(selected))
    return Q(status__in=settled) | Q(known, status__in=on_the_way)


class PrecedentFilter(ProjectFilter):
    """The parameters of the list; here a technology is the main one of a project, so that sums add up."""

    technology = Words("technology__slug", label=gettext_lazy("Technology"))
    exclude_technology = Without("technology__slug", label=gettext_lazy("Not with"))


@dataclass(frozen=True)
class Cell:
    """How many precedents, and how many further projects that do not count as one; the address of both."""

    count: int
    others: int
    address: str
    of: str  # the country by name
    mark: str  # how the eye finds it: none, other, some or many


MANY = 5  # precedents of a technology in one country


def mark(count: int, others: int) -> str:
    """The class of a cell."""
    if count:
        return "many" if count >= MANY else "some"
    return "other" if others else "none"


@dataclass(frozen=True)
class Column:
    iso2: str
    name: str
    total: int
    address: str


@dataclass(frozen=True)
class Row:
    value: str
    name: str
    address: str
    total: int
    cells: list[Cell]


@dataclass(frozen=True)
class Grid:
    """Precedents by technology or sector, and country. A project stands in one cell: the sums are those of the list.

    `others` are projects of the same rows that are no precedents; `unstated` those whose technology no source states.
    """

    columns: list[Column]
    rows: list[Row]
    total: int
    others: int
    unstated: int

    @property
    def used(self) -> int:
        """How many countries have a precedent."""
        return sum(column.total > 0 for column in self.columns)


class PrecedentQuery(ProjectQuery):
    """Precedents as asked for: the filters of the project list, over those projects that count."""

    filterset_class = PrecedentFilter
    settings: tuple[str, ...] = ("by", "empty")
    sorts = {}
    usual_sort = ""
    unshown = ("by", "empty", "sort", "page")  # parameters without a field in the form

    def __init__(self, params: QueryDict, *, within: dict[str, list[str]] | None = None) -> None:
        super().__init__(params, Project.objects.published().filter(counts()), within=within)
        self.by, self.empty, self.sort  # noqa: B018  # reading them checks them

    @cached_property
    def by(self) -> str:
        """What the rows of the grid are."""
        return self._single("by", KINDS, KINDS[0])

    @cached_property
    def empty(self) -> bool:
        """Whether countries and technologies without a project are shown too."""
        return self._single("empty", ("true", "false"), "false") == "true"

    @cached_property
    def sort(self) -> str:
        return self._single("sort", (), "")

    def ordered(self, rows: Rows) -> Rows:
        return rows

    @cached_property
    def facets(self) -> list[Facet]:
        """Each facet with its values, uncounted: the grid has the counts."""
        return [
            Facet(name, str(self.form.fields[name].label), list(self._uncounted(name)))
            for name in TRAITS
            if name not in self.within
        ]

    def _uncounted(self, name: str) -> Iterator[Choice]:
        chosen = self.values.getlist(name)
        for value, label in self.form.fields[name].choices:
            yield Choice(value, str(label), 0, value in chosen, "")

    @property
    def one(self) -> tuple[str, str] | None:
        """The technology and the country, where the question is about one of each."""
        asked = [self.values.getlist(name) for name in ("technology", "country")]
        if self.problems or any(len(values) != 1 or values[0] == UNKNOWN for values in asked):
            return None
        return asked[0][0], asked[1][0]

    @property
    def technologies(self) -> list[tuple[str, str]]:
        """The technologies that can be looked up, with their names."""
        return self.vocabulary.choices("technology")

    @property
    def countries(self) -> list[tuple[str, str]]:
        """The countries that can be looked up, with their names."""
        return self.vocabulary.choices("country")

    @property
    def unstated_address(self) -> str:
        """The query string of the list of projects whose technology no source states."""
        return self._at("", technology=UNKNOWN, by=None, empty=None)

    @cached_property
    def grid(self) -> Grid:
        """The grid, counted in one query."""
        counted = (
            self.narrowed(Project.objects.published())
            .order_by()
            .values("technology", "country")
            .annotate(every=Count("pk"), precedents=Count("pk", filter=counts()))
            .values_list("technology", "country", "precedents", "every")
        )
        rows_of = dict(
            Technology.objects.order_by().values_list("pk", "sector__slug" if self.by == "sector" else "slug")
        )
        iso2_of = dict(PartnerCountry.objects.order_by().values_list("pk", "iso2"))
        found: dict[tuple[str | None, str], tuple[int, int]] = {}
        for technology, country, precedents, every in counted:  # by number: joins to the words cost more than the rest
            place = rows_of.get(technology), iso2_of[country]
            before = found.get(place, (0, 0))
            found[place] = before[0] + precedents, before[1] + every - precedents
        stated = {(row, iso2): numbers for (row, iso2), numbers in found.items() if row is not None}
        columns, rows = Counter[str](), Counter[str]()
        for (row, iso2), (precedents, _others) in stated.items():
            columns[iso2] += precedents
            rows[row] += precedents
        shown = list(self._columns(columns))
        return Grid(
            columns=shown,
            rows=[self._row(value, name, shown, stated, rows[value]) for value, name in self._shown(self.by, rows)],
            total=sum(precedents for precedents, _others in stated.values()),
            others=sum(others for _precedents, others in stated.values()),
            unstated=sum(sum(numbers) for (row, _iso2), numbers in found.items() if row is None),
        )

    def _shown(self, name: str, found: Counter[str]) -> list[tuple[str, str]]:
        """The values with a project or asked for, or all of them, with their names."""
        chosen = self.values.getlist(name)
        return [
            (value, label)
            for value, label in self.vocabulary.choices(name)
            if value in found or value in chosen or (self.empty and not chosen)
        ]

    def _columns(self, found: Counter[str]) -> Iterator[Column]:
        for iso2, name in self._shown("country", found):
            yield Column(iso2, name, found[iso2], self.address(country=iso2))

    def _row(
        self, value: str, name: str, columns: list[Column], found: dict[tuple[str, str], tuple[int, int]], total: int
    ) -> Row:
        cells = []
        for column in columns:
            count, others = found.get((value, column.iso2), (0, 0))
            address = self.cell_address(value, column.iso2)
            cells.append(Cell(count, others, address, column.name, mark(count, others)))
        return Row(value, name, self.address(**{self.by: value}), total, cells)

    def cell_address(self, value: str, iso2: str) -> str:
        """Where the precedents of a cell are: those of a technology on their own page, those of a sector in a grid."""
        if self.by == "sector":
            return self._at(self._grid_page, sector=value, country=iso2, by=None)
        path = self._detail_page.replace("/technology/ISO/", f"/{value}/{iso2}/")
        return path + self._kept

    @cached_property
    def _grid_page(self) -> str:
        return reverse("precedents")

    @cached_property
    def _detail_page(self) -> str:
        return reverse("precedent", args=["technology", "ISO"])

    @cached_property
    def _kept(self) -> str:
        """The filters that a page of one technology and country keeps."""
        return self._at("", technology=None, country=None, by=None, empty=None)

    def _at(self, path: str, **changes: str | None) -> str:
        address = self.address(**dict[str, Any](changes))
        return path + (address if address != "?" else "")


# -- One technology in one country -------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbour:
    """Another country with precedents of the technology; `kilometres` between the points of both, if they have any."""

    country: PartnerCountry
    count: int
    first_on: date | None
    kilometres: int | None
    same_region: bool


NOT_COUNTED = 25  # shown of those that are no precedents; the list of projects has all


class Light(NamedTuple):
    """What the order and the sums take of a project; there may be thousands of them."""

    pk: int
    counts: bool
    selected_on: date | None
    fiscal_year: int | None
    reduction: int | None


class Precedents(PrecedentQuery):
    """The precedents of one technology in one country; the order is that among all of them, whatever the filters."""

    settings = ()
    by, empty = KINDS[0], False

    def __init__(self, params: QueryDict, technology: Technology, country: PartnerCountry) -> None:
        self.technology, self.country = technology, country
        super().__init__(params, within={"technology": [technology.slug], "country": [country.iso2]})

    @cached_property
    def on_record(self) -> list[Light]:
        """All projects of this main technology here, also those that do not count."""
        here = Project.objects.published().filter(technology=self.technology, country=self.country).order_by()
        columns = ("pk", "counts", "selected_on", "fiscal_year", "expected_reduction_tco2_per_year")
        return [Light(*values) for values in here.annotate(counts=Q(counts())).values_list(*columns)]

    @cached_property
    def left(self) -> set[int]:
        """The numbers of those that the filters leave, by themselves a question only where there are any."""
        if not self.chips:
            return {one.pk for one in self.on_record}
        return set(self.narrowed(Project.objects.published()).order_by().values_list("pk", flat=True))

    @cached_property
    def all_standings(self) -> list[Standing]:
        """All precedents, in order."""
        return standings({one.pk: self._span(one) for one in self.on_record if one.counts})

    def _span(self, one: Light) -> Span:
        if one.selected_on:
            return Span(one.selected_on, until(one.selected_on, self._rough.get(one.pk, DatePrecision.DAY)))
        return span_from(one.fiscal_year, self._registered.get(one.pk))

    @cached_property
    def _rough(self) -> dict[int, str]:
        """How exact the first selection is, where it is not a day."""
        first = {one.pk: one.selected_on for one in self.on_record}
        steps = Milestone.objects.filter(
            kind=MilestoneKind.SELECTED,
            reached_on_precision__in=[DatePrecision.MONTH, DatePrecision.YEAR],
            project__technology=self.technology,
            project__country=self.country,
        )
        columns = ("project", "reached_on", "reached_on_precision")
        return {pk: exact for pk, on, exact in steps.order_by().values_list(*columns) if on == first.get(pk)}

    @cached_property
    def _registered(self) -> dict[int, date]:
        """The last day that the first registration may mean, where nothing tells more of the selection."""
        undated = [one.pk for one in self.on_record if one.counts and not (one.selected_on or one.fiscal_year)]
        steps = Milestone.objects.filter(kind=MilestoneKind.REGISTERED, reached_on__isnull=False, project__in=undated)
        found: dict[int, date] = {}
        for pk, on, exact in steps.order_by().values_list("project", "reached_on", "reached_on_precision"):
            if on:
                found[pk] = min(found.get(pk, date.max), until(on, exact))
        return found

    @cached_property
    def shown(self) -> list[Standing]:
        """Those that the filters leave."""
        return [standing for standing in self.all_standings if standing.pk in self.left]

    @property
    def hidden(self) -> int:
        """How many the filters leave out."""
        return len(self.all_standings) - len(self.shown)

    @cached_property
    def reduction(self) -> tuple[int, int] | None:
        """Expected tCO2/year of those shown, and how many state it; None where none does."""
        stated = [one.reduction for one in self.on_record if one.counts and one.pk in self.left]
        figures = [figure for figure in stated if figure is not None]
        return (sum(figures), len(figures)) if figures else None

    @cached_property
    def issued(self) -> tuple[int, int] | None:
        """Credits of those shown, in tCO2, and how many have some with a stated amount; None where none has."""
        shown = {standing.pk for standing in self.shown}
        stated = CreditIssuance.objects.filter(
            total_tco2__isnull=False, project__technology=self.technology, project__country=self.country
        )
        amounts = [(pk, tons) for pk, tons in stated.order_by().values_list("project", "total_tco2") if pk in shown]
        return (sum(tons or 0 for _pk, tons in amounts), len({pk for pk, _tons in amounts})) if amounts else None

    @cached_property
    def paginator(self) -> Paginator:
        return Paginator(self.shown, self.per_page)

    @cached_property
    def on_page(self) -> list[tuple[Standing, Project]]:
        """The precedents of this page with all that a row shows."""
        standings_here = list(self.page.object_list)
        steps = Milestone.objects.filter(kind__in=[MilestoneKind.SELECTED, MilestoneKind.REGISTERED])
        projects = Project.objects.for_list().filter(pk__in=[one.pk for one in standings_here])
        found = {project.pk: project for project in projects}
        for project in found.values():
            project.dated = {}
        for step in steps.filter(project__in=list(found), reached_on__isnull=False).select_related("source"):
            found[step.project_id].dated.setdefault(step.kind, step)
        return [(standing, found[standing.pk]) for standing in standings_here if standing.pk in found]

    @cached_property
    def not_counted(self) -> tuple[int, list[Project]]:
        """How many projects of this main technology are no precedents, and the first of them."""
        numbers = [one.pk for one in self.on_record if not one.counts and one.pk in self.left]
        rows = Project.objects.filter(pk__in=numbers).for_list().order_by("title", "pk")
        return len(numbers), list(rows[:NOT_COUNTED])

    @cached_property
    def listed(self) -> int:
        """How many projects the list shows, which also has those with it as a further technology."""
        rows = self.narrowed(Project.objects.published(), "technology")
        technology: Technologies = ProjectFilter.base_filters["technology"]
        return technology.filter(rows, [self.technology.slug]).count()

    @cached_property
    def participants(self) -> list[Organisation]:
        """Who takes part in most of those that the other filters leave."""
        rows = self.without("participant")
        return stats.participants_of(rows.filter(technology=self.technology, country=self.country))

    @cached_property
    def neighbours(self) -> list[Neighbour]:
        """The other countries with precedents of the technology, nearest first; filters do not narrow them."""
        counted = {
            pk: (count, first_on)
            for pk, count, first_on in self.rows.filter(technology=self.technology)
            .exclude(country=self.country)
            .order_by()
            .values("country")
            .annotate(count=Count("pk"), first_on=Min("selected_on"))
            .values_list("country", "count", "first_on")
        }
        found = [
            Neighbour(
                country, *counted[country.pk], kilometres(self.country, country), country.region == self.country.region
            )
            for country in PartnerCountry.objects.filter(pk__in=counted)
        ]
        return sorted(found, key=lambda one: (one.kilometres is None, one.kilometres, not one.same_region, -one.count))


def kilometres(one: PartnerCountry, other: PartnerCountry) -> int | None:
    """The way by air between the points by which maps label two countries, to the nearest 100 km."""
    places = [place for country in (one, other) for place in (country.latitude, country.longitude)]
    if None in places:
        return None
    latitude, longitude, other_latitude, other_longitude = (radians(place) for place in places if place is not None)
    half = sin((other_latitude - latitude) / 2) ** 2
    half += cos(latitude) * cos(other_latitude) * sin((other_longitude - longitude) / 2) ** 2
    return round(2 * 63.71 * asin(sqrt(half))) * 100


def as_table(grid: Grid) -> tuple[list[str], Iterable[dict[str, Any]]]:
    """The grid as columns of a file and its rows, the last of them the totals."""
    names = ["value", "name", *(column.iso2 for column in grid.columns), "total"]
    rows: list[dict[str, Any]] = [
        {"value": row.value, "name": row.name, "total": row.total}
        | {column.iso2: cell.count for column, cell in zip(grid.columns, row.cells, strict=True)}
        for row in grid.rows
    ]
    totals = {column.iso2: column.total for column in grid.columns}
    return names, [*rows, {"value": "total", "name": "", "total": grid.total} | totals]
