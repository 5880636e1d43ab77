"""Nothing found is a help, not an end: what empties a list, and what there is near it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, IntegerField, QuerySet, TextField, Value

from jcm_portal.listing import Chip, Rows

from . import search
from .filters import ProjectQuery
from .models import Project

TECHNOLOGIES = 3


@dataclass(frozen=True)
class Without:
    """How many projects there would be without one filter or part of the search."""

    chip: Chip
    count: int


@dataclass(frozen=True)
class Nearby:
    """A technology near what was asked for, with its public projects and the countries that have them."""

    slug: str
    name: str
    count: int
    countries: list[tuple[str, str, int]]  # ISO code, name, projects


class WaysOut:
    """What a list without rows offers, in at most three queries."""

    def __init__(self, query: ProjectQuery) -> None:
        self.query = query

    @cached_property
    def fewer(self) -> list[Without]:
        """Each filter and part of the search with the count of the list without it, most first."""
        ways = list(self._ways())
        if not ways:
            return []
        counting = [
            rows.order_by()
            .annotate(_way=Value(place, IntegerField()))
            .values("_way")
            .annotate(_count=Count("pk"))
            .values_list("_way", "_count")
            for place, (_chip, rows) in enumerate(ways)
        ]
        counts = dict(counting[0].union(*counting[1:], all=True).order_by())
        found = [Without(chip, counts.get(place, 0)) for place, (chip, _rows) in enumerate(ways)]
        return sorted(found, key=lambda one: -one.count)

    def _ways(self) -> Iterator[tuple[Chip, Rows]]:
        query, question = self.query, self.query.question
        if question:
            rest = query.without("q")
            for terms, chip in query.search_chips.items():
                fewer = question.reading.dropping(*terms)
                if question.reading.all_but_one:
                    fewer = search.asked_again(fewer)
                yield chip, search.found(rest, fewer) if fewer.condition else rest
        for chip in query.chips:
            if chip.parameter != "q":
                values = [value for value in query.values.getlist(chip.parameter) if chip.of != value]
                rows = query.without(chip.parameter)
                if values:
                    rows = query.filterset.filters[chip.parameter].filter(rows, values)
                yield chip, rows

    @cached_property
    def nearby(self) -> list[Nearby]:
        """The technologies asked for, or else those whose names are nearest to the words."""
        slugs = self._technologies()
        if not slugs:
            return []
        countries: dict[str, list[tuple[str, int]]] = {slug: [] for slug in slugs}
        for slug, iso2, count in self._by_country(slugs):
            countries[slug].append((iso2, count))
        names = self.query.vocabulary.of("technology")
        places = self.query.vocabulary.of("country")
        return [
            Nearby(
                slug,
                names[slug].label,
                sum(count for _iso2, count in found),
                [(iso2, places[iso2].label, count) for iso2, count in sorted(found, key=lambda one: -one[1])],
            )
            for slug, found in countries.items()
            if slug in names
        ]

    def _technologies(self) -> list[str]:
        chosen = [slug for slug in self.query.values.getlist("technology") if slug != "unknown"]
        question = self.query.question
        if question and not chosen:
            terms = [
                term for term in question.reading.understood if term.parameter == "technology" and not term.negated
            ]
            chosen = [slug for term in terms for slug in term.values]
        if question and not chosen:
            words = " ".join(term.text for term in question.reading.terms if not (term.parameter or term.negated))
            chosen = search.nearest_technologies(words, TECHNOLOGIES) if words else []
        return list(dict.fromkeys(chosen))[: 2 * TECHNOLOGIES]

    def _by_country(self, slugs: list[str]) -> QuerySet:
        """Slug, ISO code and number of public projects that the list has for both."""
        technology = self.query.filterset.filters["technology"]
        counting = [
            Project.objects.published()
            .filter(technology.condition([slug]))
            .order_by()
            .annotate(_slug=Value(slug, TextField()))
            .values("_slug", "country__iso2")
            .annotate(_count=Count("pk"))
            .values_list("_slug", "country__iso2", "_count")
            for slug in slugs
        ]
        return counting[0].union(*counting[1:], all=True).order_by()
