"""From a reader's words to projects: the one place that knows how the search works.

    syntax      takes a text apart: phrases, -words, OR, words
    words       what the language of search has besides names: regions, years, words that say nothing
    thesaurus   words that mean the same in both languages
    reading     what the words mean: values of parameters, or words
    entries     a reading as queries for all that is no project
    everything  the search over all that is public
    suggestions what is offered while a reader types
    reasons     why a project was found, with the words marked
    spelling    slips of the finger, and what was meant
    index       what is asked of the database
    kana        Japanese text as the index holds it

The other half, what a project is found by, the database keeps itself: migration 0006 of this app.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, F, FloatField, QuerySet, Value, When

from . import index, spelling
from .index import StoredQuery, nearest_technologies
from .reading import Reading, Term, parse
from .reasons import explain
from .spelling import Correction

__all__ = [
    "LITTLE",
    "Correction",
    "Question",
    "Reading",
    "Term",
    "asked_again",
    "best_first",
    "explain",
    "found",
    "nearest_technologies",
    "perhaps_meant",
    "read",
]

WEIGHTS = [0.05, 0.2, 0.4, 1.0]  # of description, participant and place, technology and country, title
BEFORE_ALL = 10.0
RANKED = 1000  # rows
LITTLE = 3  # projects: where no more are found, another spelling may have been meant


@dataclass(frozen=True)
class Question:
    """A reader's question: as typed, as understood, and the slips that were mended in between."""

    typed: Reading
    reading: Reading
    corrections: tuple[Correction, ...] = ()

    @property
    def as_typed(self) -> str:
        """The text that asks for what was typed, slips and all: in quotation marks nothing is mended."""
        text = self.typed.text
        for slip in reversed(self.corrections):
            text = f'{text[: slip.start]}"{slip.typed}"{text[slip.end :]}'
        return text


def read(text: str) -> Question:
    """Understand a question. Where no project answers it, slips are mended, or one of many words may be missing."""
    typed = parse(text)
    if not typed.condition or index.exists(typed.condition):
        return Question(typed, typed)
    found = tuple(spelling.corrections(typed))
    reading = parse(spelling.corrected(typed, found)) if found else typed
    if reading.may_lack_one and not (found and index.exists(reading.condition)):
        reading = _all_but_one(reading)
    return Question(typed, reading, found)


def asked_again(reading: Reading) -> Reading:
    """What a question becomes that is asked without some of its parts: one word may be missing where none has all."""
    if not reading.may_lack_one or index.exists(reading.condition):
        return reading
    return _all_but_one(reading)


def _all_but_one(reading: Reading) -> Reading:
    fewer = replace(reading, all_but_one=True)
    return fewer if index.all_exist(reading.word_conditions) and index.exists(fewer.condition) else reading


def perhaps_meant(question: Question) -> str:
    """For a question with little found: its text with rare words taken for slips, if that finds more; else empty.

    It is only offered: a rare word may well be right.
    """
    if question.corrections:
        return ""
    slips = spelling.corrections(question.typed, LITTLE)
    if not slips:
        return ""
    text = spelling.corrected(question.typed, slips)
    return text if index.more_than(parse(text).condition, LITTLE) else ""


def found(rows: QuerySet, reading: Reading) -> QuerySet:
    """The projects among `rows` that answer the question; none where it holds no word."""
    return rows.filter(search=StoredQuery(reading.condition)) if reading.condition else rows.none()


def best_first(rows: QuerySet, reading: Reading, *, total: int, then: Sequence[Any]) -> QuerySet:
    """`rows`, which are `total`, in the order of their `rank`, and `then` in that of these terms of order_by().

    Of very many rows the rank is left out: the whole vector of each would be read, to tell little.
    """
    if total > RANKED:
        return rows.order_by(*then)
    rank: Any = Value(0.0, FloatField())
    if reading.wanted:
        rank = SearchRank(F("search"), StoredQuery(reading.wanted), weights=WEIGHTS)
    if reading.preferred:
        first = When(search=StoredQuery(reading.preferred), then=Value(BEFORE_ALL))
        rank += Case(first, default=Value(0.0), output_field=FloatField())
    return rows.annotate(rank=rank).order_by("-rank", *then)
