"""Projects counted and added up by their traits, as the list's summary and its facets count and add them up.

All groups come from one query and mostly from one pass over the rows (grouping sets). Withdrawn projects are counted,
but their expected reductions are not added; those of forests and agriculture stand apart. A project with several
technologies counts for each of them, as in the list, so technologies do not add up to the whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, Q, QuerySet, When

from countries.models import PartnerCountry

from .models import CreditIssuance, Programme, Project, Sector, Status, Technology

UNKNOWN = "unknown"
LAND_USE = "forest-and-agriculture"  # stocks and seasons of carbon: not added to the reductions of plants
# Whose expected reductions are added up, and whose are added up apart: nobody's that is withdrawn.
STANDS = ~Q(status=Status.WITHDRAWN)
OF_LAND_USE = Q(technology__in=Technology.objects.filter(sector__slug=LAND_USE))  # faster than to join every project's
ADDED = STANDS & (~OF_LAND_USE | Q(technology__isnull=True))
ADDED_APART = STANDS & OF_LAND_USE

Traits = tuple[str, ...]
Group = tuple[str, ...]  # the values of some traits, in their order


@dataclass(frozen=True)
class Figures:
    """What a group adds up to; tonnes are None where nobody states a figure.

    Reductions are tCO2/year, without withdrawn projects and, but for `land_use_reduction`, without forests and
    agriculture. Credits are those of `credited` projects with an issuance on record.
    """

    projects: int = 0
    withdrawn: int = 0
    stating: int = 0
    reduction: int | None = None
    land_use_stating: int = 0
    land_use_reduction: int | None = None
    credited: int = 0
    credits: int | None = None

    def __add__(self, other: "Figures") -> "Figures":
        pairs = zip(in_order(self), in_order(other), strict=True)
        sums: Any = (one if two is None else two if one is None else one + two for one, two in pairs)
        return Figures(*sums)


in_order = attrgetter(*(field.name for field in fields(Figures)))  # a tenth of the time of astuple()
NOTHING = Figures()
# Each trait and the column by which projects are grouped for it: regions and sectors are told from the groups of
# countries and main technologies, which costs less than to join them to every project.
TRAITS: dict[str, str] = {
    "country": "country",
    "region": "country",
    "sector": "main",
    "technology": "technology",
    "programme": "programme",
    "fiscal_year": "fiscal_year",
    "status": "status",
}
# The columns in their order, and the word of a group for each trait.
COLUMNS = {
    "country": "country_id",
    "main": "technology_id",
    "technology": "technology_id",
    "programme": "programme_id",
    "fiscal_year": "fiscal_year",
    "status": "status",
}
WORDS = {
    "country": "country_noun.iso2",
    "region": "country_noun.region",
    "sector": "sector_noun.slug",
    "technology": "technology_noun.slug",
    "programme": "programme_noun.slug",
    "fiscal_year": "groups.fiscal_year::text",
    "status": "groups.status::text",
}
JOINS = {
    "country": f"left join {PartnerCountry._meta.db_table} country_noun on country_noun.id = groups.country",
    "main": f"left join {Technology._meta.db_table} main_noun on main_noun.id = groups.main"
    f" left join {Sector._meta.db_table} sector_noun on sector_noun.id = main_noun.sector_id",
    "technology": f"left join {Technology._meta.db_table} technology_noun on technology_noun.id = groups.technology",
    "programme": f"left join {Programme._meta.db_table} programme_noun on programme_noun.id = groups.programme",
}
# The columns of `Figures` in their order, and how many of them are asked for.
SUMS = (
    "count(*)",
    f"count(*) filter (where asked.status = '{Status.WITHDRAWN}')",
    *("count(added)", "sum(added)", "count(apart)", "sum(apart)"),
    *("count(issued.project_id)", "sum(issued.credits)"),
)
COUNTS, REDUCTIONS, CREDITS = 1, 6, 8


@dataclass(frozen=True)
class Question:
    """Rows, and the sets of traits to group them by; of technologies only these count, where some are named."""

    rows: QuerySet
    sets: Sequence[Traits]
    technologies: Sequence[str] = ()


Groups = dict[Traits, dict[Group, Figures]]


def grouped(rows: QuerySet, sets: Iterable[Traits], technologies: Sequence[str] = (), *, most: int = CREDITS) -> Groups:
    """The figures of `rows` by each set of traits; where the rows were narrowed to technologies, name these."""
    return answered([Question(rows, list(sets), technologies)], most=most)[0]


def whole(groups: dict[Group, Figures]) -> Figures:
    """All groups together; not of technologies, which overlap."""
    return sum(groups.values(), NOTHING)


def answered(questions: Sequence[Question], *, most: int = CREDITS) -> list[Groups]:
    """The answers to several questions, in one query, each with the first `most` of the figures."""
    found: list[Groups] = [{one: {} for one in question.sets} for question in questions]
    parts: list[str] = []
    parameters: list[Any] = []
    places: list[tuple[int, list[Traits]]] = []  # what a group of the query answers: a question and some of its sets
    for number, question in enumerate(questions):
        for part in _parts(question, most=most):
            parts.append(part.sql(len(places), most=most))
            parameters += part.parameters
            places += [(number, sets) for sets in part.sets.values()]
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(f"{_issued(most)}{' union all '.join(parts)}", parameters)
        rows = cursor.fetchall()
    for place, *cells in rows:
        number, sets = places[place]
        values = {trait: UNKNOWN if word is None else word for trait, word in zip(TRAITS, cells, strict=False)}
        # Sums may be null, counts are not.
        figures: Any = (None if cell is None else int(cell) for cell in cells[len(TRAITS) :])
        here = Figures(*figures)
        kept = questions[number].technologies
        for traits in sets:
            if kept and "technology" in traits and values["technology"] not in kept:
                continue
            groups, group = found[number][traits], tuple(values[trait] for trait in traits)
            groups[group] = groups[group] + here if group in groups else here
    return found


def _issued(most: int) -> str:
    if most < CREDITS:
        return ""
    table = CreditIssuance._meta.db_table
    return f"with issued as (select project_id, sum(total_tco2) as credits from {table} group by project_id) "  # noqa: S608


@dataclass(frozen=True)
class Part:
    """Rows of a question in sets of columns, each with the sets of traits that are read from it.

    The names of tables and columns are ours; readers' words are among the `parameters`.
    """

    source: str
    parameters: Sequence[Any]
    columns: dict[str, str]  # those used, and where each stands in the source
    sets: dict[tuple[str, ...], list[Traits]]

    def sql(self, first: int, *, most: int) -> str:
        """A row for each group: the place of its set, counted from `first`, the words of its traits, its figures."""
        places = enumerate(self.sets, first)
        which = " ".join(f"when {_left_out(list(self.columns), one)} then {place}" for place, one in places)
        place = f"case grouping({', '.join(self.columns.values())}) {which} end" if self.columns else str(first)
        sums = {f"sum{order}": sql for order, sql in enumerate(SUMS[:most])}
        inner = ", ".join(f"{sql} as {name}" for name, sql in ({"place": place} | self.columns | sums).items())
        wanted = ", ".join(f"({', '.join(self.columns[column] for column in one)})" for one in self.sets)
        credits = "" if most < CREDITS else " left join issued on issued.project_id = asked.id"
        groups = f"select {inner} from {self.source}{credits} group by grouping sets ({wanted})"  # noqa: S608
        words = {trait: WORDS[trait] for trait, column in TRAITS.items() if column in self.columns}
        if "main" in self.columns:
            words.setdefault("technology", "main_noun.slug")
        names = [words.get(trait, "null::text") for trait in TRAITS]
        joins = " ".join(JOINS[column] for column in self.columns if column in JOINS)
        return f"select place, {', '.join([*names, *sums])} from ({groups}) groups {joins}"  # noqa: S608


def _parts(question: Question, *, most: int) -> Iterator[Part]:
    """The rows by their main technology, then those with further ones, once for each of these."""
    used = {TRAITS[trait] for traits in question.sets for trait in traits}
    if "technology" in used:
        used.add("main")
    columns = {name: path for name, path in COLUMNS.items() if name in used and name not in ("technology", "status")}
    reduction = F("expected_reduction_tco2_per_year")
    amounts: dict[str, Case] = {}
    if most >= REDUCTIONS:
        amounts = {"_added": Case(When(ADDED, then=reduction)), "_apart": Case(When(ADDED_APART, then=reduction))}
    rows = question.rows.order_by().annotate(**amounts).values_list("pk", "status", *columns.values(), *amounts)
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:  # the filters exclude each other
        return
    names = ", ".join(["id", "status", *columns, *(name.removeprefix("_") for name in amounts)])
    source = f"({sql}) as asked ({names})"
    sets = _by_columns(question.sets, {"technology": "main"})
    yield Part(source, parameters, {name: f"asked.{name}" for name in _in_use(sets)}, sets)
    several = _by_columns([traits for traits in question.sets if "technology" in traits], {})
    if several:
        table = Project.further_technologies.through._meta.db_table
        link = f"{source} join {table} link on link.project_id = asked.id and link.technology_id"
        at = {name: f"asked.{name}" for name in _in_use(several)} | {"technology": "link.technology_id"}
        yield Part(f"{link} is distinct from asked.main", parameters, at, several)


def _in_use(sets: Iterable[tuple[str, ...]]) -> list[str]:
    used = {column for columns in sets for column in columns}
    return [name for name in COLUMNS if name in used]


def _by_columns(sets: Iterable[Traits], instead: dict[str, str]) -> dict[tuple[str, ...], list[Traits]]:
    """The sets of traits by the columns that each is read from."""
    found: dict[tuple[str, ...], list[Traits]] = {}
    for traits in sets:
        columns = {instead.get(TRAITS[trait], TRAITS[trait]) for trait in traits}
        found.setdefault(tuple(name for name in COLUMNS if name in columns), []).append(traits)
    return found


def _left_out(order: Sequence[str], columns: Sequence[str]) -> int:
    """The number that PostgreSQL's grouping() gives the set."""
    return sum(1 << place for place, column in enumerate(reversed(order)) if column not in columns)
