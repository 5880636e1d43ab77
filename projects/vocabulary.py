"""The words that the list's parameters may hold, with their names, in one query."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from countries.models import PartnerCountry
from jcm_portal.templatetags.languages import in_reading_order
from jcm_portal.templatetags.units import in_japanese

from .models import Methodology, Organisation, Programme, Project, Sector, SelectionRound, Technology

Query = tuple[str, tuple[Any, ...]]  # SQL and its parameters


class Word(NamedTuple):
    """A value of a parameter, its names, and what it lies within (a technology's sector, a country's region).

    `number` is that of its record; a fiscal year has none.
    """

    value: str
    name: str
    name_ja: str
    parent: str
    number: int = 0

    @property
    def label(self) -> str:
        """The name in the reader's language, or the other where there is none."""
        return self.named(in_japanese())

    def named(self, japanese: bool) -> str:
        """The name in Japanese or English, or the other where there is none."""
        return (self.name_ja if japanese else self.name) or self.name or self.name_ja


ENDS = (F("fiscal_year").desc(nulls_last=True), F("fiscal_year").asc(nulls_first=True))


@dataclass
class Vocabulary:
    """Words by kind: country, sector, technology, programme, round, methodology, participant, fiscal_year."""

    words: dict[str, dict[str, Word]] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Word]:
        """The words of one kind by value, in their order."""
        return self.words.get(kind, {})

    def choices(self, kind: str) -> list[tuple[str, str]]:
        """The same as choices of a form field."""
        japanese = in_japanese()
        return [(word.value, word.named(japanese)) for word in self.of(kind).values()]


def _columns(rows: QuerySet, kind: str, value: str, name: str, name_ja: str, parent: str, position: str) -> QuerySet:
    """A row for each word: its kind, what `Word` holds in this order, and the position that editors gave it."""

    def text(path: str) -> Cast:
        return Cast(F(path) if path else Value(""), TextField())

    return (
        rows.order_by()
        .annotate(
            _kind=Value(kind, TextField()),
            _value=text(value),
            _name=text(name),
            _name_ja=text(name_ja),
            _parent=text(parent),
            _number=F("pk"),
            _position=Cast(F(position) if position else Value(0), IntegerField()),
        )
        .values_list("_kind", "_value", "_name", "_name_ja", "_parent", "_number", "_position")
    )


@cache
def _of_the_nouns() -> list[Query]:
    """The queries that are the same for every page; to put them together takes longer than to answer them."""
    rows = [
        _columns(PartnerCountry.objects.all(), "country", "iso2", "name", "name_ja", "region", ""),
        _columns(Sector.objects.all(), "sector", "slug", "name", "name_ja", "", "position"),
        _columns(Technology.objects.all(), "technology", "slug", "name", "name_ja", "sector__slug", "position"),
        _columns(Programme.objects.all(), "programme", "slug", "name", "name_ja", "", ""),
        _columns(SelectionRound.objects.all(), "round", "key", "label", "label_ja", "", ""),
        _columns(Methodology.objects.all(), "methodology", "number", "title", "", "country__iso2", ""),
    ]
    return [one.query.sql_with_params() for one in rows]


def load(*, participants: Iterable[str] = ()) -> Vocabulary:
    """All words that the parameters accept; of organisations only those asked for, as there are many."""
    dated = Project.objects.published().filter(fiscal_year__isnull=False)
    year = dict.fromkeys(("value", "name"), "fiscal_year") | dict.fromkeys(("name_ja", "parent", "position"), "")
    # The first and the last, which the index in the order of the list tells at once.
    rows = [_columns(dated, "fiscal_year", **year).order_by(order)[:1] for order in ENDS]
    if slugs := list(participants):
        chosen = Organisation.objects.published().filter(slug__in=slugs)
        rows.append(_columns(chosen, "participant", "slug", "name", "name_ja", "", ""))
    found = _found([*_of_the_nouns(), *(one.query.sql_with_params() for one in rows)])
    japanese = in_japanese()

    def place(row: tuple[str, int, Word]) -> tuple[Any, ...]:
        """As its reader reads: by the position that editors gave, then by the name in the language of the page."""
        return *row[:2], in_reading_order(row[2].named(japanese)), row[2].value

    vocabulary = Vocabulary()
    for kind, _position, word in sorted(found, key=place):
        vocabulary.words.setdefault(kind, {})[word.value] = word
    vocabulary.words["fiscal_year"] = _years_between(vocabulary.of("fiscal_year"))
    return vocabulary


def _found(queries: list[Query]) -> list[tuple[str, int, Word]]:
    """The words that all of the queries find, each with its kind and its position."""
    with connection.cursor() as cursor:
        sql = " union all ".join(f"({sql})" for sql, _values in queries)
        cursor.execute(sql, [value for _sql, values in queries for value in values])
        return [(kind, position, Word(*word)) for kind, *word, position in cursor.fetchall()]


def _years_between(ends: Iterable[str]) -> dict[str, Word]:
    """All fiscal years from the first to the last that a public project has."""
    known = [int(year) for year in ends]
    years = map(str, range(min(known), max(known) + 1)) if known else ()
    return {year: Word(year, year, "", "") for year in years}
