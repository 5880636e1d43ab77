"""Projects counted and added up by their traits, as the list's summary and its facets count and add them up.

All groups come from one query. It tallies the rows by a few columns at a time and adds the tallies up to the groups
asked for, which takes half as long as to add each row to each group. Withdrawn projects are counted, but their expected
reductions are not added; those of forests and agriculture stand apart. A project with several technologies counts for
each of them, as in the list, so technologies do not add up to the whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from math import prod
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from countries.models import PartnerCountry

from .models import CreditIssuance, Programme, Project, Sector, Status, Technology

UNKNOWN = "unknown"
LAND_USE = "forest-and-agriculture"  # stocks and seasons of carbon: not added to the reductions of plants

Traits = tuple[str, ...]
Group = tuple[str, ...]  # the values of some traits, in their order


class Figures(NamedTuple):
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

    def __add__(self, other: "Figures") -> "Figures":  # type: ignore[override]
        return Figures._make(
            [one if two is None else two if one is None else one + two for one, two in zip(self, other, strict=True)]
        )


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
# What is read of each project.
NAMES = {
    "id": "pk",
    "status": "status",
    "country": "country_id",
    "main": "technology_id",
    "programme": "programme_id",
    "fiscal_year": "fiscal_year",
    "reduction": "expected_reduction_tco2_per_year",
}
ISSUED = (
    "issued as (select project_id as id, sum(total_tco2) as credits"  # noqa: S608
    f" from {CreditIssuance._meta.db_table} group by project_id)"
)
# The columns in their order, and the word of a group for each trait.
COLUMNS = ("country", "main", "technology", "programme", "fiscal_year", "status")
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


class Wanted(Flag):
    """Which figures are asked for besides the number of projects."""

    COUNTS = 0
    REDUCTIONS = auto()
    CREDITS = auto()


COUNTS, REDUCTIONS, CREDITS = Wanted.COUNTS, Wanted.REDUCTIONS, Wanted.CREDITS
# What is tallied of each project, and of each that has credits.
PROJECTS = {"projects": "count(*)"}
TALLIES = {
    COUNTS: PROJECTS,
    REDUCTIONS: PROJECTS
    | {
        "withdrawn": f"count(*) filter (where asked.status = '{Status.WITHDRAWN}')",
        "stating": f"count(asked.reduction) filter (where asked.status <> '{Status.WITHDRAWN}')",
        "reduction": f"sum(asked.reduction) filter (where asked.status <> '{Status.WITHDRAWN}')",
    },
    CREDITS: {"credited": "count(*)", "credits": "sum(credits)"},
}
# How tallies add up to figures: the expected reductions of forests and agriculture apart.
OF_LAND_USE = (
    f"(tallied.main in (select of_land_use.id from {Technology._meta.db_table} of_land_use"  # noqa: S608
    f" join {Sector._meta.db_table} land_use on land_use.id = of_land_use.sector_id"
    f" where land_use.slug = '{LAND_USE}')) is"
)
SUMS = {
    "projects": ("projects", ""),
    "withdrawn": ("withdrawn", ""),
    "stating": ("stating", f"{OF_LAND_USE} not true"),
    "reduction": ("reduction", f"{OF_LAND_USE} not true"),
    "land_use_stating": ("stating", f"{OF_LAND_USE} true"),
    "land_use_reduction": ("reduction", f"{OF_LAND_USE} true"),
    "credited": ("credited", ""),
    "credits": ("credits", ""),
}
# The columns by which an index orders the projects.
IN_ORDER = {"country", "main", "technology", "fiscal_year"}
# About how many values each column has, and of how many tallies one pass is quicker than two of fewer.
VALUES = {"country": 30, "main": 70, "technology": 70, "programme": 15, "fiscal_year": 20, "status": 7}
AT_ONCE = 20_000


@dataclass(frozen=True)
class Question:
    """Rows, and the sets of traits to group them by, each with what is wanted of it.

    Of technologies only these count, where some are named. Rows `narrowed` to few are best found once for all sets.
    """

    rows: QuerySet
    sets: Mapping[Traits, Wanted]
    technologies: Sequence[str] = ()
    narrowed: bool = False


Groups = dict[Traits, dict[Group, Figures]]


def grouped(rows: QuerySet, sets: Iterable[Traits], wanted: Wanted, technologies: Sequence[str] = ()) -> Groups:
    """What is wanted of `rows` by each set of traits; name the technologies that rows were narrowed to."""
    return answered([Question(rows, dict.fromkeys(sets, wanted), technologies)])[0]


def whole(groups: dict[Group, Figures]) -> Figures:
    """All groups together; not of technologies, which overlap."""
    return sum(groups.values(), NOTHING)


def answered(questions: Sequence[Question]) -> list[Groups]:
    """The answers to several questions, in one query."""
    found: list[Groups] = [{one: {} for one in question.sets} for question in questions]
    tables, parts = [ISSUED], []
    parameters: list[Any] = []
    readers: list[list[Reader]] = []  # of the groups of each place, those who read them
    for number, question in enumerate(questions):
        try:
            sql, values = question.rows.order_by().values_list(*NAMES.values()).query.sql_with_params()
        except EmptyResultSet:  # the filters exclude each other
            continue
        kept = "materialized" if question.narrowed else "not materialized"
        tables.append(f"asked_{number} ({', '.join(NAMES)}) as {kept} ({sql})")
        parameters += values
        tables += _few(question, number)
        for part in _parts(question, number):
            parts.append(part.sql(len(readers)))
            readers += [[Reader(found[number], traits, question) for traits in sets] for sets in part.sets.values()]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"with {', '.join(tables)} {' union all '.join(parts)}", parameters)
            for place, *cells in cursor.fetchall():
                words = [UNKNOWN if word is None else word for word in cells[: len(TRAITS)]]
                figures = Figures._make(cells[len(TRAITS) :])
                for reader in readers[place]:
                    reader.read(words, figures)
    return found


class Reader:
    """Who adds to the groups of a set of traits what was found of one of them; there may be thousands."""

    def __init__(self, groups: Groups, traits: Traits, question: Question) -> None:
        order = list(TRAITS)
        self.groups = groups[traits]
        self.places = [order.index(trait) for trait in traits]
        self.technology = order.index("technology")
        self.kept = question.technologies if "technology" in traits else ()

    def read(self, words: Sequence[str], figures: Figures) -> None:
        """Add the figures to the group of these words, which are those of `TRAITS`."""
        if self.kept and words[self.technology] not in self.kept:
            return
        group = tuple([words[place] for place in self.places])
        self.groups[group] = self.groups[group] + figures if group in self.groups else figures


@dataclass(frozen=True)
class Part:
    """Rows of a question in sets of columns, each with the sets of traits that are read from it.

    The names of tables and columns are ours.
    """

    source: str
    sets: dict[tuple[str, ...], list[Traits]]
    wanted: Wanted

    def sql(self, first: int) -> str:
        """A row for each group: the place of its set, counted from `first`, the words of its traits, its figures."""
        columns = _in_use(self.sets)
        which = " ".join(f"when {_left_out(columns, one)} then {place}" for place, one in enumerate(self.sets, first))
        place = f"case grouping({', '.join(columns)}) {which} end" if columns else str(first)
        sums = [f"{_sum(name, self.wanted)} as sum_{name}" for name in SUMS]
        inner = ", ".join([f"{place} as place", *columns, *sums])
        wanted = ", ".join(f"({', '.join(one)})" for one in self.sets)
        groups = f"select {inner} from ({self._tallies(columns)}) tallied group by grouping sets ({wanted})"  # noqa: S608
        words = {trait: WORDS[trait] for trait, column in TRAITS.items() if column in columns}
        if "main" in columns:
            words.setdefault("technology", "main_noun.slug")
        names = [words.get(trait, "null::text") for trait in TRAITS]
        joins = " ".join(JOINS[column] for column in columns if column in JOINS)
        outer = ", ".join(["place", *names, *(f"sum_{name}" for name in SUMS)])
        return f"select {outer} from ({groups}) groups {joins}"  # noqa: S608

    def _tallies(self, columns: Sequence[str]) -> str:
        """The rows tallied by the columns, and by their main technology where it matters to what is added up."""
        keys = [*columns, "main"] if self.wanted is REDUCTIONS and "main" not in columns else columns
        tallies = [f"{sql} as {name}" for name, sql in TALLIES[self.wanted].items()]
        by = f" group by {', '.join(str(place) for place, _key in enumerate(keys, 1))}" if keys else ""
        return f"select {', '.join([*keys, *tallies])} from {self.source} asked{by}"  # noqa: S608


def _sum(name: str, wanted: Wanted) -> str:
    """Counts of nothing are zero, while tonnes that nobody states are not known."""
    tally, condition = SUMS[name]
    narrowed = f" filter (where {condition})" if condition else ""
    sql = f"(sum({tally}){narrowed})::bigint" if tally in TALLIES[wanted] else "null::bigint"
    return sql if getattr(NOTHING, name) is None else f"coalesce({sql}, 0)"


def _few(question: Question, number: int) -> Iterator[str]:
    """Tables of few rows that several parts read: a row for each further technology, and projects with credits."""
    if any("technology" in traits for traits in question.sets):
        link = f"join {Project.further_technologies.through._meta.db_table} link on link.project_id = asked.id"
        yield (
            f"several_{number} as materialized (select asked.*, link.technology_id as technology"  # noqa: S608
            f" from asked_{number} asked {link} and link.technology_id is distinct from asked.main)"
        )
    if any(CREDITS in wanted for wanted in question.sets.values()):
        yield f"credited_{number} as materialized (select * from asked_{number} join issued using (id))"  # noqa: S608


def _parts(question: Question, number: int) -> Iterator[Part]:
    """The rows by their main technology, then those with further technologies, once for each of these; of both the
    projects with credits again.
    """
    several = {traits: wanted for traits, wanted in question.sets.items() if "technology" in traits}
    for alike in _tallied_together(question.sets):
        yield _part(f"asked_{number}", alike, {"technology": "main"})
    if several:
        yield _part(f"several_{number}", several, {})
    of_further = f"(select * from several_{number} join issued using (id))"  # noqa: S608
    for rows, sets, instead in (
        (f"credited_{number}", question.sets, {"technology": "main"}),
        (of_further, several, {}),
    ):
        if credits := [traits for traits, wanted in sets.items() if CREDITS in wanted]:
            yield Part(rows, _by_columns(credits, instead), CREDITS)


def _part(rows: str, sets: Mapping[Traits, Wanted], instead: dict[str, str]) -> Part:
    reductions = any(REDUCTIONS in wanted for wanted in sets.values())
    return Part(rows, _by_columns(sets, instead), REDUCTIONS if reductions else COUNTS)


def _tallied_together(sets: Mapping[Traits, Wanted]) -> Iterable[Mapping[Traits, Wanted]]:
    """Sets that one pass tallies: those that the order of the index makes cheap, and others while tallies are few.

    Reductions need the tallies by technology, so that those by year are best had in that order too.
    """
    in_order: dict[Traits, Wanted] = {}
    passes: list[tuple[set[str], dict[Traits, Wanted]]] = []
    for traits, wanted in sets.items():
        columns = {"main" if trait == "technology" else TRAITS[trait] for trait in traits}
        if columns <= IN_ORDER and (columns != {"fiscal_year"} or REDUCTIONS in wanted):
            in_order[traits] = wanted
            continue
        for tallied, together in passes:
            if prod(VALUES[column] for column in tallied | columns) <= AT_ONCE:
                tallied.update(columns)
                together[traits] = wanted
                break
        else:
            passes.append((columns, {traits: wanted}))
    return [alike for alike in (in_order, *(together for _columns, together in passes)) if alike]


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
