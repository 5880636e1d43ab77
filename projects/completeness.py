"""Which fields the public projects state, by country and all together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from countries.models import PartnerCountry
from jcm_portal.templatetags.languages import plain

from .models import Confidence, Participation, Project, TitleKind

# Field → its name, and how the list of projects is narrowed to those that state it, or to those that do not.
FIELDS: dict[str, tuple[Any, dict[str, str], dict[str, str]]] = {
    "technology": (gettext_lazy("Technology"), {}, {"technology": "unknown"}),
    "participants": (gettext_lazy("A participant"), {}, {}),
    "reduction": (gettext_lazy("Expected yearly reductions"), {"reduction_min": "0"}, {}),
    "programme": (gettext_lazy("Programme"), {}, {"programme": "unknown"}),
    "fiscal_year": (gettext_lazy("Fiscal year of selection"), {"fiscal_year_min": "0"}, {"fiscal_year": "unknown"}),
    "official_title": (gettext_lazy("Official English title"), {}, {}),
    "title_ja": (gettext_lazy("Japanese title"), {}, {}),
    "capacity": (gettext_lazy("Capacity in MW"), {}, {}),
    "coordinates": (gettext_lazy("Coordinates"), {}, {}),
}


@dataclass(frozen=True)
class Share:
    """How many projects of a country state a field; `known` and `missing` are lists of them, where there are such."""

    label: Any
    count: int
    percent: int
    lacking: int
    known: str
    missing: str


@dataclass(frozen=True)
class Completeness:
    """What the projects of a country state; of all countries where `iso2` is empty."""

    iso2: str
    name: str
    counts: dict[str, int]
    labels: dict[str, str]  # of the fields, in the language of the page

    @property
    def all(self) -> int:
        return self.counts["all"]

    @property
    def address(self) -> str:
        """The list of its projects."""
        return self._list({})

    @property
    def shares(self) -> Sequence[Share]:
        """Field by field."""
        return [
            Share(
                self.labels[field],
                self.counts[field],
                self.counts[field] * 100 // self.all,
                self.all - self.counts[field],
                self._list(known) if known else "",
                self._list(missing) if missing else "",
            )
            for field, (_label, known, missing) in FIELDS.items()
        ]

    @cached_property
    def _path(self) -> str:
        return reverse("projects")

    def _list(self, narrowed: dict[str, str]) -> str:
        country = {"country": self.iso2} if self.iso2 else {}
        query = urlencode({**country, **narrowed})
        return f"{self._path}?{query}" if query else self._path


def _stating() -> dict[str, Any]:
    """How many of some projects state each of the fields that readers look for; `all` is the number of them."""
    return {
        "all": Count("pk"),
        "reduction": Count("expected_reduction_tco2_per_year"),
        "coordinates": Count("latitude"),
        "capacity": Count("capacity_mw"),
        "title_ja": Count("pk", filter=~Q(title_ja="")),
        "official_title": Count("pk", filter=Q(title_kind=TitleKind.OFFICIAL)),
        "programme": Count("programme"),
        "fiscal_year": Count("fiscal_year"),
        "technology": Count("technology"),
    }


# Counted by those that lack them: to look each project up among all parts takes twice as long as all the rest.
# To find them by their numbers alone, in the order of two indexes, is quicker than to look at the public ones.
ALONE = Q(pk__in=Project.objects.filter(~Exists(Participation.objects.filter(project=OuterRef("pk")))).order_by())


def of_all() -> dict[str, int]:
    """How many public projects state each field, and of which confidence they are."""
    confidence = {str(one): Count("pk", filter=Q(confidence=one)) for one in Confidence.values}
    counts = Project.objects.published().aggregate(**_stating(), **confidence)
    return counts | {"participants": counts["all"] - Project.objects.published().filter(ALONE).count()}


def _by_country() -> dict[int, dict[str, int]]:
    """The same fields for each country with a public project, by its number."""
    rows = Project.objects.published().order_by().values("country")
    alone = dict(rows.filter(ALONE).annotate(n=Count("pk")).values_list("country", "n"))
    return {
        row["country"]: row | {"participants": row["all"] - alone.get(row["country"], 0)}
        for row in rows.annotate(**_stating())
    }


def by_country() -> list[Completeness]:
    """By country, the fullest list first, and all together at the end."""
    countries = {country.pk: country for country in PartnerCountry.objects.all()}
    rows = [(countries[pk], counts) for pk, counts in _by_country().items()]
    labels = {field: str(label) for field, (label, _known, _missing) in FIELDS.items()}
    found = [Completeness(country.iso2, plain(country, "name"), counts, labels) for country, counts in rows]
    found.sort(key=lambda one: (-one.all, one.name))
    every = {field: sum(counts[field] for _country, counts in rows) for field in ("all", *FIELDS)}
    return [*found, Completeness("", "", every, labels)] if found else []
