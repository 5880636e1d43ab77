"""What a reader's words mean: names become values of the list's parameters, the rest stay words.

The longest name wins, and only whole words are names: “Niger” is not in “Nigeria”, タイ not in タイヤ. What stands in
quotation marks is taken as it stands.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise

from countries.iso3166 import ALPHA3_OF

from . import index, kana, syntax, thesaurus, words
from .index import Looked, Named
from .syntax import Atom, Piece

TITLE = 5  # words from which on a title may have been typed; three Japanese characters count as one
LONGEST_NAME = 20  # words of a name
LONGEST_JAPANESE = 48  # characters of one
SPANS = 2400  # stretches of a question that are looked up; of a long one, the shorter ones
# Of two things with the same name, what the reader more likely means.
KINDS = ("country", "region", "programme", "sector", "technology", "methodology", "organisation")
PARAMETERS = {"organisation": "participant"}
ALSO_WORDS = ("technology", "participant")  # a row may have the name itself, as words, instead of the value
_REFERENCE = re.compile(r"(?<![\w-])(?:([A-Z]{2}) (\d{3})|([A-Za-z]{2})-?(\d{3}))(?![\w-])")
_LEXEME = re.compile("'([^']+)'")
_DIRECTIONS = ("東", "西", "南", "北", "south", "north", "east", "west")
_SIMPLE = re.compile(f"'(?:(?![{kana.LETTERS}])[^' ])+'")  # one word that is not Japanese


@dataclass(frozen=True)
class Term:
    """A part of the question: a value of a parameter, or words.

    `lexemes` is the query for its words in PostgreSQL's notation; it is empty where a value says it all. `adjacent`
    is that for the words side by side, where they count only so. Neither names weights or, unless quoted, sequences:
    these are not in the index, and each row found would be read again.
    """

    text: str
    start: int
    end: int
    parameter: str = ""
    values: tuple[str, ...] = ()
    name: str = ""  # as the record has it that was named
    lexemes: str = ""
    adjacent: str = ""
    quoted: bool = False
    negated: bool = False
    alternative: bool = False  # OR stands before it
    optional: bool = False  # ranks, but need not be there

    @property
    def may_lack(self) -> bool:
        """Whether it may be missing where nothing has all of the question: a word or a technology."""
        return not self.quoted and self.parameter in ("", "technology")

    @property
    def condition(self) -> str:
        """The query for rows that have it, in PostgreSQL's notation."""
        return self._any(self.adjacent or self.lexemes)

    @property
    def ranking(self) -> str:
        """The query by which rows that have it are ranked."""
        return self._any(self.lexemes)

    def _any(self, words: str) -> str:
        ways = [f"'{self.parameter}:{value}'" for value in self.values]
        if words:
            ways.append(f"({words})")
        return f"({' | '.join(ways)})" if ways else ""


@dataclass(frozen=True)
class Reading:
    """A question as understood; `text` is what was typed, cleaned, and the places of the terms are places in it."""

    text: str
    terms: tuple[Term, ...]
    literal: str = ""  # the query for rows that have all the words, whatever they mean
    all_but_one: bool = False  # a row may lack one of the words

    @cached_property
    def _required(self) -> list[Term]:
        wanted = [term for term in self.terms if not term.optional and not term.negated]
        return wanted or [term for term in self.terms if not term.negated]

    @cached_property
    def condition(self) -> str:
        """The query that all rows found answer, in PostgreSQL's notation; empty where no word is in the text."""
        groups: list[list[str]] = []
        for term in self._required:
            if term.alternative and groups:
                groups[-1].append(term.condition)
            else:
                groups.append([term.condition])
        parts = [f"({' | '.join(group)})" for group in groups]
        if self.all_but_one:
            words = [part for part, term in zip(parts, self._required, strict=True) if term.may_lack]
            fixed = [part for part, term in zip(parts, self._required, strict=True) if not term.may_lack]
            some = (" & ".join(rest) for rest in combinations(words, len(words) - 1))
            parts = [*fixed, f"({' | '.join(f'({one})' for one in some)})"]
        parts += [f"!{term.condition}" for term in self.terms if term.negated]
        meant = " & ".join(parts)
        return f"({meant}) | {self.literal}" if meant and self.literal else meant

    @property
    def may_lack_one(self) -> bool:
        """Whether there are so many words that a row may lack one, where none has all."""
        words = [term for term in self._required if term.may_lack]
        many = len(words) > 1 and len(self._required) > 2
        return many and not any(term.quoted or term.alternative for term in self._required)

    @property
    def word_conditions(self) -> list[str]:
        """The queries for each of the words that must be there."""
        return [term.condition for term in self._required if term.may_lack]

    @cached_property
    def wanted(self) -> str:
        """The query by which rows are ranked: any of the terms. Empty where all rows answer alike."""
        tells = [term for term in self.terms if not term.negated and (term.lexemes or len(term.values) > 1)]
        return " | ".join(term.ranking for term in tells)

    @cached_property
    def preferred(self) -> str:
        """The query for rows that come before all others: an exact reference, a kind within a family."""
        first = [term for term in self.terms if term.parameter == "reference" or (term.optional and term.values)]
        return " | ".join([*(term.condition for term in first), *([self.literal] if self.literal else [])])

    @property
    def understood(self) -> list[Term]:
        """The terms that became values of a parameter."""
        return [term for term in self.terms if term.parameter and not term.optional]

    def dropping(self, *terms: Term) -> "Reading":
        """The same question without the terms, of which each must be there; see `search.asked_again`."""
        kept = tuple(term for term in self.terms if term not in terms)
        return replace(self, terms=kept, literal="", all_but_one=False)

    def without(self, term: Term) -> str:
        """The text without the term."""
        rest = f"{self.text[: term.start].removesuffix('-')} {self.text[term.end :]}"
        return re.sub(r"^OR | OR$|(?<= OR) OR", "", " ".join(rest.split())).strip()

    def as_words(self, term: Term) -> str:
        """The text that asks for the words of the term as they stand."""
        words = term.text.replace('"', "")
        return f'{self.text[: term.start]}"{words}"{self.text[term.end :]}'


@dataclass(frozen=True)
class Span:
    """Neighbouring atoms, from `first` to before `last`, as text that may be a name."""

    first: int
    last: int
    text: str


def parse(text: str) -> Reading:
    """Read a question as it was typed; never refuses one. Asks the database once or twice."""
    text = words.LEGAL_JA.sub(lambda form: " " * len(form[0]), syntax.clean(text))
    pieces = [_without_legal_forms(text, piece) for piece in syntax.pieces(text)]
    spans = [_spans(text, piece) for piece in pieces]
    plain = _words_to_look_up(pieces, [span for each in spans for span in each])
    looked = index.look_up(list(dict.fromkeys(span.text for each in spans for span in each)), plain)
    terms: list[Term] = []
    for piece, each in zip(pieces, spans, strict=True):
        found = _Reader(text, piece, looked).terms(each)
        if found and piece.alternative:
            found[0] = replace(found[0], alternative=True)
        terms += found
    return Reading(text, tuple(_with_kinds_first(terms)), _literal(text, pieces, looked))


def _literal(text: str, pieces: Sequence[Piece], looked: Looked) -> str:
    """The query for a title, or most of one; empty for a few words."""
    if len(pieces) != 1 or pieces[0].quoted or pieces[0].negated:
        return ""
    if sum(1 / 3 if atom.japanese else 1 for atom in pieces[0].atoms) < TITLE:
        return ""
    words = _Reader(text, pieces[0], looked).literally()
    return f"({' & '.join(f'({word})' for word in words)})" if words else ""


def _words_to_look_up(pieces: Sequence[Piece], spans: Sequence[Span]) -> list[str]:
    """Every word whose form in the index is asked for: those typed, and those that mean the same."""
    found = [atom.text for piece in pieces for atom in piece.atoms if not atom.japanese]
    found += [words.SPELLINGS[word.lower()] for word in found if word.lower() in words.SPELLINGS]
    found += [part for span in spans for word in thesaurus.same(span.text) if word.isascii() for part in _parts(word)]
    return list(dict.fromkeys(found))


def _parts(word: str) -> list[str]:
    return word.replace("-", " ").split()


def _without_legal_forms(text: str, piece: Piece) -> Piece:
    """Without “Co., Ltd.” and the like, unless there is nothing else; “co-generation” stays."""
    kept = [
        atom for atom in piece.atoms if atom.text.lower() not in words.LEGAL or text[atom.end : atom.end + 1] == "-"
    ]
    if kept and not piece.quoted:
        piece.atoms = kept
    return piece


def _spans(text: str, piece: Piece) -> list[Span]:
    if piece.quoted:
        return []
    atoms = piece.atoms
    longest = max(4, min(LONGEST_JAPANESE, SPANS // len(atoms)))
    found = []
    for first in range(len(atoms)):
        if first and not syntax.may_part(text, atoms[first - 1], atoms[first]):
            continue
        joined, latin = "", 0
        for last in range(first, len(atoms)):
            latin += not atoms[last].japanese
            joined += atoms[last].text if last == first or _close(text, atoms, last) else f" {atoms[last].text}"
            if latin > LONGEST_NAME or last - first >= longest:
                break
            if last + 1 < len(atoms) and not syntax.may_part(text, atoms[last], atoms[last + 1]):
                continue
            if len(joined) > 1:
                found.append(Span(first, last + 1, joined))
    return found


def _close(text: str, atoms: Sequence[Atom], place: int) -> bool:
    return atoms[place - 1].end == atoms[place].start or syntax.touch(text, atoms[place - 1], atoms[place])


class _Reader:
    """Reads one piece."""

    def __init__(self, text: str, piece: Piece, looked: Looked) -> None:
        self.text, self.piece, self.looked = text, piece, looked
        self.lexemes = looked.lexemes

    def terms(self, spans: Sequence[Span]) -> list[Term]:
        """The terms of the piece, in its order."""
        if self.piece.quoted:
            return [term for term in [self._phrase()] if term]
        named = [*self._references(), *self._years(), *self._names(spans)]
        taken: dict[int, Term] = {}
        covered: set[int] = set()
        for first, last, term in sorted(named, key=lambda one: (-len(one[2].text), one[0])):
            if covered.isdisjoint(range(first, last)):
                taken[first] = term
                covered.update(range(first, last))
        rest = [place for place in range(len(self.piece.atoms)) if place not in covered]
        for first, term in self._words(rest):
            taken[first] = term
        return [taken[first] for first in sorted(taken)]

    def _term(self, first: int, last: int, **more: object) -> Term:
        atoms = self.piece.atoms
        start, end = atoms[first].start, atoms[last - 1].end
        return Term(self.text[start:end], start, end, negated=self.piece.negated, **more)  # type: ignore[arg-type]

    def _within(self, start: int, end: int) -> tuple[int, int] | None:
        inside = [place for place, atom in enumerate(self.piece.atoms) if start <= atom.start and atom.end <= end]
        return (inside[0], inside[-1] + 1) if inside else None

    # -- Names -------------------------------------------------------------------------------------

    def _references(self) -> Iterator[tuple[int, int, Term]]:
        for found in _REFERENCE.finditer(self.text, self.piece.start, self.piece.end):
            country, number = found[1] or found[3], found[2] or found[4]
            place = self._within(*found.span())
            if country.upper() in ALPHA3_OF and place:
                yield *place, self._term(*place, parameter="reference", values=((country + number).lower(),))

    def _years(self) -> Iterator[tuple[int, int, Term]]:
        for start, end, year, called_so in words.years(self.text[: self.piece.end]):
            place = self._within(start, end) if start >= self.piece.start else None
            if place:
                bare = "" if called_so else f"'{year}'"
                yield *place, self._term(*place, parameter="fiscal_year", values=(str(year),), lexemes=bare)

    def _names(self, spans: Sequence[Span]) -> Iterator[tuple[int, int, Term]]:
        for span in spans:
            key, names = self.looked.keys[span.text], self.looked.names[span.text]
            if (same := self._same(span)) and not names:
                yield span.first, span.last, self._term(span.first, span.last, lexemes=same)
                continue
            name = span.text
            if key in words.NAMES:
                parameter, values = words.NAMES[key]
            elif names := [name for name in names if not _is_code(name) or span.text == name.name]:
                kind = min((name.kind for name in names), key=KINDS.index)
                parameter = PARAMETERS.get(kind, kind)
                values = tuple(dict.fromkeys(name.value for name in names if name.kind == kind))
                name = names[0].name
            else:
                continue
            if parameter in ("country", "region") and self._after_direction(span):
                continue
            lexemes = adjacent = ""
            if parameter in ALSO_WORDS:
                lexemes = same or self._all_of(span)
            if parameter == "technology":
                adjacent = self._same(span, _side_by_side) or _side_by_side(self._lexemes(span))
            yield (
                span.first,
                span.last,
                self._term(
                    span.first,
                    span.last,
                    parameter=parameter,
                    values=values,
                    name=name,
                    lexemes=lexemes,
                    adjacent=adjacent,
                ),
            )

    def _after_direction(self, span: Span) -> bool:
        """Whether it is a part of another name: 南アフリカ, South Africa."""
        before = self.piece.atoms[span.first - 1] if span.first else None
        if before is None or before.text.lower() not in _DIRECTIONS:
            return False
        return not before.japanese or before.end == self.piece.atoms[span.first].start

    # -- Words -------------------------------------------------------------------------------------

    def _word(self, word: str) -> str:
        ways = dict.fromkeys(self.lexemes.get(one, "") for one in (word, words.SPELLINGS.get(word.lower(), word)))
        return " | ".join(f"({way})" if "&" in way else way for way in ways if way)

    def _same(self, span: Span, joined: Callable[[Sequence[str]], str] = " & ".join) -> str:
        """The query for all words that mean the same as those of the span."""
        ways = []
        for word in thesaurus.same(span.text):
            if word.isascii():
                way = joined([lexeme for part in _parts(word) if (lexeme := self.lexemes.get(part, ""))])
            else:
                way = kana.pairs(word)
            ways.append(f"({way})" if "&" in way else way)
        return " | ".join(dict.fromkeys(way for way in ways if way))

    def _lexemes(self, span: Span) -> list[str]:
        """The query for each word of a span, and for each run of Japanese."""
        return [term.lexemes for _, term in self._words(range(span.first, span.last))]

    def _all_of(self, span: Span) -> str:
        """The query for all words of a span."""
        return " & ".join(f"({one})" if "|" in one else one for one in self._lexemes(span))

    def literally(self) -> list[str]:
        """The queries for each word and each run of Japanese as they stand."""
        atoms = self.piece.atoms
        joined = " <-> " if self.piece.quoted else " & "
        found = [
            kana.pairs(self._slice(run), joined) if atoms[run[0]].japanese else self.lexemes.get(atoms[run[0]].text, "")
            for run in self._runs(range(len(atoms)))
        ]
        return [one for one in found if one]

    def _phrase(self) -> Term | None:
        parts = [f"({part})" if "&" in part else part for part in self.literally()]
        if not parts:
            return None
        return self._term(0, len(self.piece.atoms), lexemes=" <-> ".join(parts), quoted=True)

    def _words(self, places: Sequence[int]) -> Iterator[tuple[int, Term]]:
        atoms = self.piece.atoms
        for run in self._runs(places):
            if not atoms[run[0]].japanese:
                word = atoms[run[0]].text
                if lexemes := self._word(word):
                    little = not words.SAYING_LITTLE.isdisjoint(_LEXEME.findall(lexemes)) and "&" not in lexemes
                    yield run[0], self._term(run[0], run[0] + 1, lexemes=lexemes, optional=little)
                continue
            for part in _without_particles(atoms, run):
                lexemes = self._japanese(part)
                little = kana.fold(self._slice(part)) in words.SAYING_LITTLE
                if lexemes:
                    yield part[0], self._term(part[0], part[-1] + 1, lexemes=lexemes, optional=little)

    def _japanese(self, part: Sequence[int]) -> str:
        """The query for a run; a katakana word stands in one piece, or every long one would be found by chance."""
        in_sequence = len(part) > 4 and all(self.piece.atoms[place].katakana for place in part)
        return kana.pairs(self._slice(part), " <-> " if in_sequence else " & ")

    def _runs(self, places: Sequence[int]) -> Iterator[list[int]]:
        """Single words, and unbroken runs of Japanese."""
        atoms = self.piece.atoms
        run: list[int] = []
        for place in places:
            if run and not (place == run[-1] + 1 and syntax.touch(self.text, atoms[run[-1]], atoms[place])):
                yield run
                run = []
            run.append(place)
        if run:
            yield run

    def _slice(self, run: Sequence[int]) -> str:
        return self.text[self.piece.atoms[run[0]].start : self.piece.atoms[run[-1]].end]


def _side_by_side(lexemes: Sequence[str]) -> str:
    """The query for words next to each other in a title or a technology's name, whose pairs are in the index."""
    if any(not _SIMPLE.fullmatch(one) for one in lexemes) or len(lexemes) < 2:
        return " & ".join(f"({one})" if "|" in one else one for one in lexemes)
    return " & ".join(f"'{one[1:-1]} {other[1:-1]}'" for one, other in pairwise(lexemes))


def _is_code(name: Named) -> bool:
    """Whether it is an ISO code, which counts only in capitals: “in” is not India."""
    return name.kind == "country" and name.name in (name.value, ALPHA3_OF.get(name.value))


_HIRAGANA = re.compile("[\u3041-\u309f及]+")


def _without_particles(atoms: Sequence[Atom], run: Sequence[int]) -> Iterator[list[int]]:
    letters = "".join(atoms[place].text for place in run)
    start = 0
    for found in _HIRAGANA.finditer(letters):
        if words.PARTICLES.fullmatch(found[0]):
            if found.start() > start:
                yield list(run[start : found.start()])
            start = found.end()
    if start < len(run):
        yield list(run[start:])


def _with_kinds_first(terms: list[Term]) -> Iterator[Term]:
    """Let “rooftop” before “PV” rank: it stands in the name of one kind of what the next word names."""
    families = [
        (before, term)
        for before, term in pairwise(terms)
        if term.parameter == "technology" and len(term.values) > 1 and not (before.parameter or before.negated)
        if before.text.isascii() and not before.quoted and not term.negated
    ]
    kinds = {before: index.named_by(before.text, term.values) for before, term in families}
    for term in terms:
        found = kinds.get(term, [])
        yield replace(term, parameter="technology", values=tuple(found), optional=True) if found else term
