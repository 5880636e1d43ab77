"""Slips of the finger: words that no project has, and the names and words that were meant.

A word that projects use is never changed, nor one of English: “Nigeria” is no slip of “Algeria”.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from . import index
from .index import Near
from .reading import Reading, Term

WINDOW = 6  # terms of a name with a slip in it
LOOKED_AT = 24  # words of a question that are asked for in the index one by one
LONGEST = 60  # letters of a word
UNKNOWN = 8  # words that are looked after in one question
WINDOWS = 40  # stretches that are compared with names
ALWAYS_PUBLIC = ("country", "technology", "sector", "programme", "methodology")
SHORTEST = 5  # letters of a word that may be changed
LONG = 9  # letters from which two slips are seen
_LETTERS = re.compile("[a-z]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Correction:
    """What was typed and what it was taken for; the place is one in the text that was typed."""

    typed: str
    meant: str
    start: int
    end: int


@cache
def _english() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


def is_english(word: str) -> bool:
    """Whether it is an English word, or a name that English texts use."""
    return bool(_english().known([word.lower()]))


def corrections(reading: Reading, rare: int = 0) -> list[Correction]:
    """The slips in a question, from left to right; none where each of its words is one.

    `rare`: words that so few projects have may be slips too, of names that are always public.
    """
    unknown = index.without_rows([term for term in reading.terms if _may_be_slip(term)][:LOOKED_AT], rare)
    if not unknown:
        return []
    windows = [window for term in unknown[:UNKNOWN] for window in _windows(reading, term)]
    windows = sorted(windows, key=lambda window: window.terms)[:WINDOWS]
    near = index.nearest([reading.text[window.start : window.end] for window in windows])
    meant = [
        (window, name)
        for window, each in zip(windows, near, strict=True)
        for name in each
        if _meant(window, name) and not (rare and name.kind not in ALWAYS_PUBLIC)
    ]
    public = index.in_public(sorted({name.name for _window, name in meant if name.kind not in ALWAYS_PUBLIC}))
    meant = [(window, name) for window, name in meant if name.kind in ALWAYS_PUBLIC or name.name in public]
    found: list[Correction] = []
    # The fewest slips first; of as many, names before words, and the longer name (“Papau New Guinea” is not Palau).
    for window, name in sorted(meant, key=lambda one: (_slips(one[1]), one[1].kind == "word", -one[0].terms)):
        if all(window.end <= other.start or other.end <= window.start for other in found):
            found.append(Correction(reading.text[window.start : window.end], name.name, window.start, window.end))
    return sorted(found, key=lambda one: one.start)


def corrected(reading: Reading, found: Sequence[Correction]) -> str:
    """The text with the slips mended."""
    text = reading.text
    for one in reversed(found):
        text = text[: one.start] + one.meant + text[one.end :]
    return text


def _may_be_slip(term: Term) -> bool:
    plain = not (term.parameter or term.quoted or term.negated or _DIGIT.search(term.text))
    return plain and len(term.text) <= LONGEST


@dataclass(frozen=True)
class _Window:
    """A stretch of the text with an unknown word in it."""

    start: int
    end: int
    terms: int
    english: bool


def _windows(reading: Reading, term: Term) -> Iterator[_Window]:
    terms = reading.terms
    place = terms.index(term)
    for first in range(max(0, place - WINDOW + 1), place + 1):
        for last in range(place + 1, min(len(terms), first + WINDOW) + 1):
            part = terms[first:last]
            if any(one.quoted or one.negated for one in part) or any(one.alternative for one in part[1:]):
                continue
            start, end = part[0].start, part[-1].end
            words = _LETTERS.findall(reading.text[start:end].lower())
            yield _Window(start, end, len(part), bool(words) and all(is_english(word) for word in words))


def _slips(name: Near) -> int:
    """How far apart they are; as written too, as the plural's end is cut off before they are compared (Maldies)."""
    written = OSA.distance(name.written.lower(), name.name.lower())
    return int(min(OSA.distance(name.typed, name.key), written or LONG))


def _meant(window: _Window, name: Near) -> bool:
    length, slips = len(name.typed), _slips(name)
    if not slips or length < SHORTEST or (window.terms > 1 and name.kind == "word"):
        return False
    if window.english:
        # “eat pump” may be “heat pump”, but “solar tower” is not “solar power”.
        return window.terms > 1 and slips == 1 and not _other_letter(name)
    return slips == 1 or (slips == 2 and length >= LONG and name.typed[0] == name.key[0])


def _other_letter(name: Near) -> bool:
    """Whether the slip is a wrong letter, rather than one too many, too few, or two that changed places."""
    return len(name.typed) == len(name.key) and sorted(name.typed) != sorted(name.key)
