"""The filters of the project list as a plain HTML form: what each control holds, typed mistakes included."""

from dataclasses import dataclass
from functools import cached_property

from jcm_portal.listing import PER_PAGE, Problem

from .filters import Choice, Facet, ProjectQuery

OPEN = ("country", "sector", "status")  # shown without a click
FURTHER = ("fiscal_year_min", "fiscal_year_max", "reduction_min", "reduction_max", "round", "has_credits")
EXCLUSIONS = ("exclude_country", "exclude_technology")
LINKED = ("participant", "methodology", "step", "issued_in")  # set by links only; carried along


@dataclass(frozen=True)
class Field:
    """A control: a selection where it has `choices`, else a number."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]
    problems: list[Problem]


class FilterForm:
    """The controls for one list."""

    per_page_choices = PER_PAGE
    linked = LINKED

    def __init__(self, query: ProjectQuery) -> None:
        self.query = query

    def _given(self, name: str) -> str:
        """What the reader typed, also where it is wrong, so that it can be mended."""
        return self.query.params.get(name, "").replace("\x00", "")[:200]

    @property
    def words(self) -> str:
        """The words searched for."""
        return self._given("q")

    @property
    def facets(self) -> list[tuple[Facet, bool]]:
        """Each facet and whether it stands open."""
        return [
            (facet, bool(facet.chosen) or facet.name in OPEN or facet.name in self.query.problems_of)
            for facet in self.query.facets
        ]

    @cached_property
    def further(self) -> list[Field]:
        """The filters that most readers do not need."""
        fields = self.query.form.fields
        return [
            Field(
                name,
                str(fields[name].label),
                self._given(name),
                [(str(value), str(label)) for value, label in getattr(fields[name], "choices", []) if value],
                self.query.problems_of.get(name, []),
            )
            for name in FURTHER
            if name not in self.query.within
        ]

    @property
    def further_chosen(self) -> int:
        """How many of them are used."""
        return sum(name in self.query.values or name in self.query.problems_of for name in (*FURTHER, *EXCLUSIONS))

    @cached_property
    def exclusions(self) -> list[Facet]:
        """What may be left out; its choices are not counted."""
        found = []
        for name in EXCLUSIONS:
            if name.removeprefix("exclude_") in self.query.within:
                continue
            chosen = self.query.values.getlist(name)
            choices = self.query.form.fields[name].choices
            label = str(self.query.form.fields[name].label)
            found.append(
                Facet(name, label, [Choice(value, str(text), 0, value in chosen, "") for value, text in choices])
            )
        return found

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What links have set and the form carries along."""
        linked = [(name, value) for name in LINKED for value in self.query.values.getlist(name)]
        shown = [(name, self._given(name)) for name in self.query.settings if self._given(name)]
        return [(name, value) for name, value in (*linked, *shown) if name not in self.query.within]
