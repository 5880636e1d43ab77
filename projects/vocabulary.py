"""The words that the list's parameters may hold, with their names, in one query."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from countries.models import PartnerCountry
from jcm_portal.templatetags.languages import in_reading_order

from .models import Methodology, Organisation, Programme, Project, Sector, SelectionRound, Technology


@dataclass(frozen=True)
class Word:
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
        japanese = (get_language() or "").startswith("ja")
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
        return [(word.value, word.label) for word in self.of(kind).values()]


def _columns(rows: QuerySet, kind: str, value: str, name: str, name_ja: str, parent: str, position: str) -> QuerySet:
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


def load(*, participants: Iterable[str] = ()) -> Vocabulary:
    """All words that the parameters accept; of organisations only those asked for, as there are many."""
    dated = Project.objects.published().filter(fiscal_year__isnull=False)
    year = dict.fromkeys(("value", "name"), "fiscal_year") | dict.fromkeys(("name_ja", "parent", "position"), "")
    queries = [
        _columns(PartnerCountry.objects.all(), "country", "iso2", "name", "name_ja", "region", ""),
        _columns(Sector.objects.all(), "sector", "slug", "name", "name_ja", "", "position"),
        _columns(Technology.objects.all(), "technology", "slug", "name", "name_ja", "sector__slug", "position"),
        _columns(Programme.objects.all(), "programme", "slug", "name", "name_ja", "", ""),
        _columns(SelectionRound.objects.all(), "round", "key", "label", "label_ja", "", ""),
        _columns(Methodology.objects.all(), "methodology", "number", "title", "", "country__iso2", ""),
        # The first and the last, which the index in the order of the list tells at once.
        *(_columns(dated, "fiscal_year", **year).order_by(order)[:1] for order in ENDS),
    ]
    if slugs := list(participants):
        chosen = Organisation.objects.published().filter(slug__in=slugs)
        queries.append(_columns(chosen, "participant", "slug", "name", "name_ja", "", ""))
    rows = [
        (kind, position, Word(*word)) for kind, *word, position in queries[0].union(*queries[1:], all=True).order_by()
    ]
    vocabulary = Vocabulary()
    # As its reader reads: by the position that editors gave, then by the name in the language of the page.
    for kind, _position, word in sorted(rows, key=lambda row: (*row[:2], in_reading_order(row[2].label), row[2].value)):
        vocabulary.words.setdefault(kind, {})[word.value] = word
    vocabulary.words["fiscal_year"] = _years_between(vocabulary.of("fiscal_year"))
    return vocabulary


def _years_between(ends: Iterable[str]) -> dict[str, Word]:
    """All fiscal years from the first to the last that a public project has."""
    known = [int(year) for year in ends]
    years = map(str, range(min(known), max(known) + 1)) if known else ()
    return {year: Word(year, year, "", "") for year in years}
