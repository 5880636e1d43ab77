"""Cross tables by traits of the visitor's choice, and countries side by side; the question stands in the address."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from countries.models import PartnerCountry
from jcm_portal.models import Source
from jcm_portal.pictures.svg import Cell
from jcm_portal.templatetags.units import number, on

from .charts import Lists, choices
from .filters import ProjectQuery
from .grouping import (
    COUNTS,
    CREDITS,
    NOTHING,
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
    whole,
)

MEASURES = {
    "projects": gettext_lazy("Projects"),
    "reduction": gettext_lazy("Expected reductions (tCO₂/year)"),
    "credits": gettext_lazy("Credits issued (tCO₂)"),
}
WANTED = {"projects": COUNTS, "reduction": REDUCTIONS, "credits": CREDITS}
FEWEST, MOST = 2, 5  # countries side by side
TECHNOLOGIES = 5  # of a country, the most frequent


class StatisticsQuery(ProjectQuery):
    """The list's question, and the tables asked for besides: rows, columns, measure and compare."""

    settings = ("rows", "columns", "measure", "compare")
    codes = (*ProjectQuery.codes, "compare")

    @cached_property
    def table(self) -> tuple[str, str]:
        """The traits of the rows and of the columns, never the same."""
        rows = self._single("rows", TRAITS, "country")
        others = [trait for trait in TRAITS if trait != rows]
        usual = "status" if rows != "status" else "fiscal_year"
        given = [text for text in self.params.getlist("columns") if text.strip()]
        if given == [rows]:
            self.problem("columns", rows, _("The rows show this already; choose something else."))
            return rows, usual
        return rows, self._single("columns", others, usual)

    @cached_property
    def measure(self) -> str:
        """What the table counts or adds up."""
        return self._single("measure", MEASURES, "projects")

    @cached_property
    def compared(self) -> list[str]:
        """The countries side by side, by their ISO codes; at most five."""
        known = self.vocabulary.of("country")
        given = list(dict.fromkeys(text for text in self.params.getlist("compare") if text.strip()))
        for text in given:
            if text not in known:
                self.problem("compare", text, _("This is the code of no partner country."))
        good = [text for text in given if text in known]
        if given and not FEWEST <= len(good) <= MOST:
            reason = _("Choose two to five countries; of more, the first five are shown.")
            self.problem("compare", ", ".join(good), reason)
        return good[:MOST]

    def read(self) -> None:
        """Read all parameters, so that what is wrong with them is known."""
        self.table, self.measure, self.compared  # noqa: B018

    def require_valid(self) -> None:
        self.read()
        super().require_valid()

    def address(self, **changes: Any) -> str:
        """As for the list, with the countries side by side, which are several."""
        if self.compared:
            changes.setdefault("compare", self.compared)
        return super().address(**changes)

    @property
    def own_question(self) -> list[tuple[str, str]]:
        """What was asked for besides filters, name by name."""
        rows, columns = self.table
        return [("rows", rows), ("columns", columns), ("measure", self.measure)]


@dataclass(frozen=True)
class Value:
    """A cell of a cross table: a figure, None where nobody states one, and what is counted apart from it."""

    value: int | None
    address: str = ""
    apart: int | None = None


@dataclass(frozen=True)
class Line:
    """A row of a cross table."""

    label: str
    cells: Sequence[Value]


class CrossTable:
    """Projects by two traits, with totals; the last row and column are of what is not known."""

    def __init__(self, query: StatisticsQuery, groups: Groups) -> None:
        self.query, self.groups = query, groups
        self.lists = Lists(query)
        self.across, self.down = query.table[1], query.table[0]

    @staticmethod
    def question(query: StatisticsQuery) -> Question:
        """What has to be known for the table. Technologies overlap, so the totals beside them are asked for."""
        table = query.table
        sets: list[Traits] = [table]
        if "technology" in table:
            sets += [(trait,) for trait in table if trait != "technology"]
        return Question(query.matching, dict.fromkeys(sets, WANTED[query.measure]), query.values.getlist("technology"))

    @cached_property
    def _cells(self) -> dict[Group, Figures]:
        return self.groups[self.down, self.across]

    def _heads(self, trait: str, place: int) -> list[tuple[str, str]]:
        there = {group[place] for group in self._cells}
        return [one for one in choices(self.query, trait) if one[0] in there]

    @cached_property
    def columns(self) -> list[tuple[str, str]]:
        """The values of the columns with their names."""
        return self._heads(self.across, 1)

    @cached_property
    def head(self) -> str:
        """What the rows are."""
        return str(self.query.form.fields[self.down].label)

    @property
    def caption(self) -> str:
        """What the table shows, in words."""
        return _("%(measure)s by %(rows)s and %(columns)s") % {
            "measure": MEASURES[self.query.measure],
            "rows": self.head.lower() if self.head.isascii() else self.head,
            "columns": str(self.query.form.fields[self.across].label).lower(),
        }

    def lines(self) -> Iterator[Line]:
        """The rows with their totals, and last the totals of the columns."""
        rows = self._heads(self.down, 0)
        for value, label in rows:
            cells = [
                self._value(self._cells.get((value, other), NOTHING), value, other) for other, _label in self.columns
            ]
            yield Line(label, [*cells, self._value(self._margin(self.down, 0, value), value, None)])
        if rows:
            sums = [self._value(self._margin(self.across, 1, other), None, other) for other, _label in self.columns]
            yield Line(_("All"), [*sums, self._value(self._whole, None, None)])

    def _margin(self, trait: str, place: int, value: str) -> Figures:
        if self.overlaps and trait != "technology":
            return self.groups[trait,].get((value,), NOTHING)
        # Each project stands once in the cells across, as technologies are not among them here.
        return sum((figures for group, figures in self._cells.items() if group[place] == value), NOTHING)

    @cached_property
    def _whole(self) -> Figures:
        once = [(trait,) for trait in self.query.table if self.overlaps and trait != "technology"]
        return whole(self.groups[once[0]] if once else self._cells)

    def _value(self, figures: Figures, row: str | None, column: str | None) -> Value:
        narrowed = {trait: value for trait, value in ((self.down, row), (self.across, column)) if value}
        if self.query.measure == "credits":
            address = self.lists.of(**narrowed, has_credits="true")
            return Value(figures.credits if figures.credited else 0, address)
        address = self.lists.of(**narrowed)
        if self.query.measure == "projects":
            return Value(figures.projects, address)
        if figures.reduction is None and figures.land_use_reduction is None:
            return Value(None if figures.projects else 0, address)
        return Value(figures.reduction, address, figures.land_use_reduction)

    @property
    def overlaps(self) -> bool:
        """Whether a project may stand in several cells of a row or column."""
        return "technology" in self.query.table

    def as_rows(self) -> tuple[list[str], list[dict[str, Any]]]:
        """The table as names of columns and rows of a file; what is counted apart follows in columns of its own."""
        labels = [self.head, *(label for _value, label in self.columns), _("All")]
        apart = self.query.measure == "reduction"
        more = [_("%s: forests and agriculture, apart") % label for label in labels[1:]] if apart else []
        rows = []
        for line in self.lines():
            row: dict[str, Any] = {labels[0]: line.label}
            row |= {label: cell.value for label, cell in zip(labels[1:], line.cells, strict=True)}
            row |= {label: cell.apart for label, cell in zip(more, line.cells, strict=False)}
            rows.append(row)
        return labels + more, rows


# -- Side by side ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """A row of the countries side by side: for each of them one or more values."""

    label: str
    of_each: Sequence[Sequence[Cell]]
    column: str = ""


class SideBySide:
    """Two to five countries: the same facts of each."""

    SETS: Mapping[Traits, Wanted] = {
        ("country",): REDUCTIONS | CREDITS,
        ("country", "status"): COUNTS,
        ("country", "technology"): COUNTS,
        ("country", "fiscal_year"): COUNTS,
    }

    def __init__(self, query: StatisticsQuery, groups: Groups) -> None:
        self.query, self.groups = query, groups
        self.lists = Lists(query)
        found = PartnerCountry.objects.for_detail().filter(iso2__in=query.compared)
        self.countries = sorted(found, key=lambda country: query.compared.index(country.iso2))

    @classmethod
    def question(cls, query: StatisticsQuery) -> Question:
        """What has to be known of the countries."""
        words = query.vocabulary.of("country")
        rows = query.without("country").filter(country__in=[words[iso2].number for iso2 in query.compared])
        return Question(rows, cls.SETS, query.values.getlist("technology"))

    @cached_property
    def facts(self) -> list[Fact]:
        """The rows, those that count projects with the lists that they count."""
        return [
            self._fact(_("Partner country since"), self._joined),
            self._fact(_("Agreements"), self._agreements),
            self._fact(_("Projects"), lambda one: [self._count(one, self._of(one).projects)], "projects"),
            *self._by_status(),
            self._fact(_("Expected reductions (tCO₂/year)"), self._reduction, "reduction"),
            self._fact(_("Credits issued (tCO₂)"), self._credits, "credits"),
            self._fact(_("First selection"), self._first, "fiscal_year"),
            self._fact(_("Most frequent technologies"), self._technologies, "projects"),
        ]

    def _fact(self, label: str, cells: Any, column: str = "") -> Fact:
        return Fact(label, [cells(country) for country in self.countries], column)

    @cached_property
    def _by_trait(self) -> dict[tuple[str, str], dict[str, Figures]]:
        found: dict[tuple[str, str], dict[str, Figures]] = {}
        for _country, trait in (traits for traits in self.SETS if len(traits) > 1):
            for (iso2, value), figures in self.groups["country", trait].items():
                found.setdefault((iso2, trait), {})[value] = figures
        return found

    def _groups(self, country: PartnerCountry, trait: str) -> dict[str, Figures]:
        """The groups of one country by a trait."""
        return self._by_trait.get((country.iso2, trait), {})

    def _of(self, country: PartnerCountry) -> Figures:
        return self.groups["country",].get((country.iso2,), NOTHING)

    def _count(self, country: PartnerCountry, count: int, **narrowed: str) -> Cell:
        return Cell(count, self.lists.of(country=country.iso2, **narrowed))

    def _by_status(self) -> Iterator[Fact]:
        there = {status for _country, status in self.groups["country", "status"]}
        for status, label in choices(self.query, "status"):
            if status in there:
                counts = [
                    self._count(one, self._groups(one, "status").get(status, NOTHING).projects, status=status)
                    for one in self.countries
                ]
                yield Fact(_("of these: %s") % label, [[cell] for cell in counts], "projects")

    def _reduction(self, country: PartnerCountry) -> list[Cell]:
        figures = self._of(country)
        address = self.lists.of(country=country.iso2)
        cells = [Cell(figures.reduction if figures.stating else None, address)]
        if figures.land_use_reduction is not None:
            apart = _("%s forests and agriculture, counted apart") % number(figures.land_use_reduction)
            alone = "" if figures.stating else address  # “not stated” above it is no link
            cells.append(Cell(apart, alone, figures.land_use_reduction, "apart"))
        if figures.stating:
            stating = ngettext("stated by %s project", "stated by %s projects", figures.stating)
            cells.append(Cell(stating % number(figures.stating), counted=figures.stating, figure="projects_stating"))
        return cells

    def _credits(self, country: PartnerCountry) -> list[Cell]:
        figures = self._of(country)
        if not figures.credited:
            return [Cell(_("none on record"))]
        return [Cell(figures.credits, self.lists.of(country=country.iso2, has_credits="true"))]

    def _first(self, country: PartnerCountry) -> list[Cell]:
        known = sorted(year for year in self._groups(country, "fiscal_year") if year != UNKNOWN)
        if not known:
            return [Cell(None)]
        names = dict(choices(self.query, "fiscal_year"))
        return [Cell(names[known[0]], self.lists.of(country=country.iso2, fiscal_year=known[0]), int(known[0]))]

    def _technologies(self, country: PartnerCountry) -> list[Cell]:
        names = dict(choices(self.query, "technology"))
        groups = sorted(self._groups(country, "technology").items(), key=lambda one: (-one[1].projects, names[one[0]]))
        return [
            Cell(
                f"{names[value]}: {number(figures.projects)}",
                self.lists.of(country=country.iso2, technology=value),
                figures.projects,
            )
            for value, figures in groups[:TECHNOLOGIES]
        ] or [Cell(_("none on record"))]

    def _joined(self, country: PartnerCountry) -> list[Cell]:
        return [Cell(_with_source(on(country, "joined_on"), country.source) if country.joined_on else None)]

    def _agreements(self, country: PartnerCountry) -> list[Cell]:
        return [
            Cell(_with_source(f"{one.get_kind_display()}: {on(one, 'signed_on') or _('day not known')}", one.source))
            for one in country.documents.all()
        ] or [Cell(None)]


def _with_source(text: str, source: Source) -> SafeString:
    return format_html("{} {}", text, render_to_string("partials/source.html", {"source": source}))


def tables(query: StatisticsQuery, drawn: Iterable[Traits] = ()) -> tuple[CrossTable, SideBySide | None]:
    """The cross table, and the countries side by side where some are asked for.

    The reductions of the sets of traits `drawn` are asked for in the same query, and found with the table's groups.
    """
    table = CrossTable.question(query)
    both = _with(table.sets, dict.fromkeys(drawn, REDUCTIONS))
    if not query.compared:
        [groups] = answered([replace(table, sets=both)])
        return CrossTable(query, groups), None
    if "country" in query.values:  # those side by side may be others
        groups, of_each = answered([replace(table, sets=both), SideBySide.question(query)])
        return CrossTable(query, groups), SideBySide(query, of_each)
    [groups] = answered([replace(table, sets=_with(both, SideBySide.SETS))])
    return CrossTable(query, groups), SideBySide(query, groups)


def _with(*several: Mapping[Traits, Wanted]) -> dict[Traits, Wanted]:
    """All of the sets, each with all that is wanted of it."""
    together: dict[Traits, Wanted] = {}
    for sets in several:
        for traits, wanted in sets.items():
            together[traits] = together.get(traits, COUNTS) | wanted
    return together
