"""What is asked of `projects_searchentry`: a question as queries for the kinds of things that are no project.

`everything` says what answers a question, and why.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Model

from countries.models import PartnerCountry

from ..models import (
    Announcement,
    GlossaryTerm,
    Methodology,
    Organisation,
    Programme,
    Project,
    Sector,
    SelectionRound,
    Technology,
)
from .index import weighted
from .reading import Reading, Term, parse


@dataclass(frozen=True)
class Kind:
    """A kind of hit: its word in addresses, its model, and the parameters whose values are of this kind."""

    noun: str
    model: type[Model]
    names: tuple[str, ...] = ()

    @property
    def one(self) -> str:
        """The word for one, in the reader's language."""
        return str(self.model._meta.verbose_name)

    @property
    def many(self) -> str:
        """The word for several."""
        return str(self.model._meta.verbose_name_plural)


# In the order of the page.
KINDS = {
    kind.noun: kind
    for kind in (
        Kind("project", Project, ("reference",)),
        Kind("technology", Technology, ("technology",)),
        Kind("country", PartnerCountry, ("country", "region")),
        Kind("organisation", Organisation, ("participant",)),
        Kind("announcement", Announcement),
        Kind("methodology", Methodology, ("methodology", "country")),
        Kind("round", SelectionRound, ("fiscal_year",)),
        Kind("programme", Programme, ("programme",)),
        Kind("sector", Sector, ("sector",)),
        Kind("term", GlossaryTerm),
    )
}
NAMES = [noun for noun in KINDS if noun not in ("project", "announcement")]


class Asked:
    """A reading as queries for entries."""

    def __init__(self, reading: Reading) -> None:
        self.wanted = [term for term in reading.terms if not term.negated]
        required = [term for term in self.wanted if not term.optional] or self.wanted
        self.required = [[term] for term in required[:1]]
        for term in required[1:]:
            if term.alternative:
                self.required[-1].append(term)
            else:
                self.required.append([term])
        self.literal = reading.literal
        self.negated = [term for term in reading.terms if term.negated]
        self.typed = _typed([term for term in reading.terms if term.values and not term.lexemes])

    def whole(self) -> str:
        """For what has the whole question."""
        meant = self._all([self._ways(group) for group in self.required])
        return f"({meant}) | {self.literal}" if meant and self.literal else meant

    def named(self, kind: Kind) -> str:
        """For names of this kind."""
        values = [way for term in self._required() if term.parameter in kind.names for way in self._value(term, kind)]
        plain = [[term for term in group if not term.parameter] for group in self.required]
        # A term's definition has many words; those of the question must be in the term itself.
        weight = "A" if kind.noun == "term" else ""
        words = self._all([[weighted(term.lexemes, weight) for term in group] for group in plain if group])
        ways = dict.fromkeys(way for way in (*values, words, self.whole()) if way)
        return self._without(" | ".join(f"({way})" for way in ways))

    @property
    def about(self) -> str:
        """For announcements."""
        return self._without(self.whole())

    @property
    def rank(self) -> str:
        """By which entries are ranked: any of the question's parts."""
        return " | ".join(f"({way})" for way in self._ways(self.wanted))

    @property
    def first(self) -> str:
        """For what the question names itself, which comes before what has but its words."""
        own = [term for term in self._required() if term.parameter and term.parameter not in ("region", "status")]
        return " | ".join(way for term in own for way in _tokens(term))

    def _required(self) -> Iterator[Term]:
        for group in self.required:
            yield from group

    def _value(self, term: Term, kind: Kind) -> list[str]:
        """The ways in which an entry of the kind is what the term names."""
        if kind.noun == "sector":  # its entry holds its names alone
            return [self.typed.get(term.text, "")]
        if kind.noun == "methodology" and term.parameter == "country":
            return [f"'methodology:{value}_':*" for value in term.values]  # the number begins with the country
        return [term.condition]

    def _ways(self, terms: Iterable[Term]) -> list[str]:
        """All ways in which an entry may have one of the terms."""
        words = [way for term in terms for way in (term.lexemes, self.typed.get(term.text, ""))]
        return [*(way for term in terms for way in _tokens(term)), *(way for way in words if way)]

    def _all(self, groups: Iterable[Sequence[str]]) -> str:
        return " & ".join(f"({' | '.join(f'({way})' for way in ways)})" for ways in groups if ways)

    def _without(self, condition: str) -> str:
        unwanted = [f"!({way})" for way in self._ways(self.negated)]
        return " & ".join([f"({condition})", *unwanted]) if condition else ""


def _tokens(term: Term) -> Iterator[str]:
    for value in term.values:
        yield f"'{term.parameter}:{value}'"


def _typed(terms: Sequence[Term]) -> Mapping[str, str]:
    """The queries for the words of terms that became values, by their text: “Philippines” besides `country:PH`."""
    texts = [" ".join(term.text.replace('"', " ").split()) for term in terms]
    if not texts:
        return {}
    return {term.text: term.lexemes for term in parse(" ".join(f'"{text}"' for text in dict.fromkeys(texts))).terms}
