"""The portal's charts: what each asks of the projects, and the list behind each of its marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jcm_portal.pictures.marks import Bar, Key, Part, bars
from jcm_portal.pictures.svg import Cell, Column, Picture
from jcm_portal.templatetags.units import number

from .filters import ProjectQuery, Totals, totals_of
from .grouping import REDUCTIONS, UNKNOWN, Figures, Groups, Traits, grouped, whole

MOST = 12  # bars of a chart whose table has more rows
# What there is a chart of, by the name in its address: a measure and a trait.
BY_TRAIT = {
    "projects-by-fiscal-year": ("projects", "fiscal_year", gettext_lazy("Projects by fiscal year of selection")),
    "projects-by-sector": ("projects", "sector", gettext_lazy("Projects by sector")),
    "projects-by-technology": ("projects", "technology", gettext_lazy("Projects by technology")),
    "projects-by-country": ("projects", "country", gettext_lazy("Projects by country")),
    "reductions-by-fiscal-year": (
        "reduction",
        "fiscal_year",
        gettext_lazy("Expected reductions by fiscal year of selection, tCO₂/year"),
    ),
    "reductions-by-sector": ("reduction", "sector", gettext_lazy("Expected reductions by sector, tCO₂/year")),
    "reductions-by-technology": (
        "reduction",
        "technology",
        gettext_lazy("Expected reductions by technology, tCO₂/year"),
    ),
    "reductions-by-country": ("reduction", "country", gettext_lazy("Expected reductions by country, tCO₂/year")),
}


TRAITS_DRAWN: list[Traits] = list(dict.fromkeys((trait,) for _measure, trait, _title in BY_TRAIT.values()))


class Lists:
    """Addresses of the lists of projects that the figures of a question count."""

    def __init__(self, query: ProjectQuery, *, without: Sequence[str] = ()) -> None:
        self.address = reverse("projects")
        self.kept = {name: query.values.getlist(name) for name in query.values if name not in without}

    def of(self, **narrowed: str | list[str]) -> str:
        """The list of the question narrowed further; a value takes the place of what the question had there."""
        return self.address + self.question(**narrowed)

    def question(self, **narrowed: str | list[str]) -> str:
        """The query string of the question narrowed further."""
        wanted = (self.kept | narrowed).items()
        pairs = [_pair(name, one) for name, many in wanted for one in ([many] if isinstance(many, str) else many)]
        return f"?{'&'.join(pairs)}" if pairs else ""


@lru_cache(maxsize=2_000)
def _pair(name: str, value: str) -> str:
    """As it stands in an address; a table of thousands of figures has few different ones."""
    return urlencode({name: value})


@dataclass(frozen=True)
class Row:
    """A group of a chart: its name, what it adds up to, and its list."""

    value: str
    label: str
    figures: Figures
    address: str


class Charts:
    """The charts of one question; what several of them need is asked once."""

    def __init__(self, query: ProjectQuery) -> None:
        self.query = query
        self.lists = Lists(query)

    @cached_property
    def groups(self) -> Groups:
        """The figures by each trait that has a chart; who has asked for more in the same query sets them."""
        return grouped(self.query.matching, TRAITS_DRAWN, REDUCTIONS, self.query.values.getlist("technology"))

    @property
    def totals(self) -> Totals:
        """The figures of the summary, without a further query."""
        return totals_of(self.groups["country",])

    def rows(self, trait: str) -> list[Row]:
        """The groups of one trait."""
        found = self.groups[(trait,)]
        return [
            Row(value, label, found[value,], self.lists.of(**{trait: value}))
            for value, label in choices(self.query, trait)
            if (value,) in found
        ]

    def by_trait(self, name: str) -> Picture:
        """The chart of that name of projects or their expected reductions."""
        measure, trait, _title = BY_TRAIT[name]
        rows = in_order(trait, self.rows(trait), measure)
        if measure == "projects":
            return _projects(name, self.query, rows, self.lists.question())
        return _reductions(name, self.query, rows, whole(self.groups[("country",)]), self.lists.question())


def of_facet(query: ProjectQuery, trait: str) -> Picture:
    """Projects by a trait as its facet counts them: under all other filters, without a further query."""
    lists = Lists(query, without=[trait])
    rows = [
        Row(choice.value, choice.label, Figures(projects=choice.count), lists.of(**{trait: choice.value}))
        for choice in query.facet(trait).choices
        if choice.count
    ]
    name = f"projects-by-{trait.replace('_', '-')}"
    return _projects(name, query, in_order(trait, rows), lists.question())


def choices(query: ProjectQuery, trait: str) -> list[tuple[str, str]]:
    """The values of a trait with their names: years as they follow each other, others in the order of the filters."""
    known = [(str(value), str(label)) for value, label in query.form.fields[trait].choices]
    return sorted(known) if trait == "fiscal_year" else known  # letters come after digits


def in_order(trait: str, rows: list[Row], measure: str = "projects") -> list[Row]:
    """Years as they follow each other, others with the largest first; what is not known comes last."""
    if trait == "fiscal_year":
        return sorted(rows, key=lambda row: row.value)  # letters come after digits
    return sorted(rows, key=lambda row: (row.value == UNKNOWN, -_drawn(row, measure)))


def _drawn(row: Row, measure: str) -> int:
    return row.figures.projects if measure == "projects" else drawn_reduction(row.figures)[0] or 0


def _projects(name: str, query: ProjectQuery, rows: list[Row], question: str) -> Picture:
    _measure, trait, title = BY_TRAIT[name]
    shown, notes = _largest(trait, rows)
    marks = [
        Bar(row.label, number(n), [Part(n)], f"{row.label}: {so_many(n)}", row.address, "projects")
        for row in shown
        for n in [row.figures.projects]
    ]
    return Picture(
        name,
        str(title),
        _described(marks, [row.figures.projects for row in shown]),
        bars(name, marks),
        [_heading(query, trait), Column("projects", _("Projects"))],
        [[Cell(row.label), Cell(row.figures.projects, row.address)] for row in rows],
        question,
        notes,
    )


def _reductions(name: str, query: ProjectQuery, rows: list[Row], everything: Figures, question: str) -> Picture:
    _measure, trait, title = BY_TRAIT[name]
    shown, notes = _largest(trait, rows)
    marks = [_reduction_bar(row) for row in shown]
    apart = {look for row in marks for part in row.parts for look in [part.look]} - {"series-1"}
    keys = [Key("series-3", _("Forests and agriculture, counted apart"))] if apart else []
    notes.append(_("Expectations, not results; withdrawn projects are not added."))
    if everything.land_use_reduction is not None and not apart:
        apart_words = ngettext(
            "%(n)s forest or agriculture project, counted apart, states %(amount)s tCO₂/year.",
            "%(n)s forest and agriculture projects, counted apart, state %(amount)s tCO₂/year.",
            everything.land_use_stating,
        )
        figures = number(everything.land_use_stating), number(everything.land_use_reduction)
        notes.append(apart_words % dict(zip(("n", "amount"), figures, strict=True)))
    return Picture(
        name,
        str(title),
        _described(marks, [drawn_reduction(row.figures)[0] or 0 for row in shown]),
        bars(name, marks, keys),
        [
            _heading(query, trait),
            Column("reduction_tco2_per_year", _("Expected reductions, tCO₂/year")),
            Column("projects_stating", _("Projects that state it")),
            Column("land_use_reduction_tco2_per_year", _("Forests and agriculture, apart")),
            Column("land_use_projects_stating", _("Projects that state it")),
        ],
        [
            [
                Cell(row.label),
                Cell(row.figures.reduction, row.address),
                Cell(row.figures.stating),
                Cell(row.figures.land_use_reduction, row.address),
                Cell(row.figures.land_use_stating),
            ]
            for row in rows
        ],
        question,
        notes,
    )


def drawn_reduction(figures: Figures) -> tuple[int | None, str]:
    """What a group's bar shows: its plants, or what is counted apart where there is nothing else."""
    if figures.reduction is None and figures.land_use_reduction is not None:
        return figures.land_use_reduction, "series-3"
    return figures.reduction, "series-1"


def _reduction_bar(row: Row) -> Bar:
    amount, look = drawn_reduction(row.figures)
    if amount is None:
        words = _("not stated")
        return Bar(row.label, words, [], f"{row.label}: {words}", row.address, "reduction_tco2_per_year")
    stating = row.figures.stating if look == "series-1" else row.figures.land_use_stating
    words = _("%(amount)s tCO₂/year stated by %(projects)s") % {
        "amount": number(amount),
        "projects": so_many(stating),
    }
    column = "reduction_tco2_per_year" if look == "series-1" else "land_use_reduction_tco2_per_year"
    return Bar(row.label, number(amount), [Part(amount, look)], f"{row.label}: {words}", row.address, column)


def _largest(trait: str, rows: list[Row]) -> tuple[list[Row], list[str]]:
    """The rows to draw and the notes that they need."""
    notes = [_("A project with several technologies counts for each of them.")] if trait == "technology" else []
    if len(rows) <= MOST or trait in ("fiscal_year", "sector"):
        return rows, notes
    return rows[:MOST], [
        _("The largest %(n)d are drawn; the table has all %(all)s.") % {"n": MOST, "all": number(len(rows))},
        *notes,
    ]


def _heading(query: ProjectQuery, trait: str) -> Column:
    return Column(trait, str(query.form.fields[trait].label), amount=False)


def so_many(projects: int) -> str:
    """A number of projects in words."""
    return ngettext("%(n)s project", "%(n)s projects", projects) % {"n": number(projects)}


def _described(marks: list[Bar], amounts: Sequence[int]) -> str:
    if not any(amounts):
        return _("Nothing to draw: no figure is on record.")
    most = marks[max(range(len(marks)), key=lambda place: amounts[place])]
    return _("Bars from left to right, %(n)d in all; the longest: %(most)s.") % {"n": len(marks), "most": most.name}
