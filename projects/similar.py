"""Projects like one of the records, each with the reason in words."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Abs, JSONObject
from django.utils.translation import gettext as _

from jcm_portal.templatetags.languages import plain

from .models import Participation, Project, ProjectMethodology

MOST = 6
ENOUGH = 3  # so many projects stand here even if only the country is the same
OF_EACH_KIND = 12  # candidates, from which the best are chosen
NEAR = 2  # a capacity is near another one up to this many times as large
# What speaks for a likeness, the strongest first.
WEIGHTS = {"capacity": 4, "participant": 3, "methodology": 3, "technology": 2, "country": 1}


@dataclass(frozen=True)
class Similar:
    """A project and why it stands here."""

    project: Project
    reasons: list[str]
    weight: int


def similar_to(project: Project) -> list[Similar]:
    """At most six public projects, the most alike first; one query."""
    mine = Participation.objects.filter(project=project).values("organisation")
    used = ProjectMethodology.objects.filter(project=project).values("methodology")
    shared_parts = Participation.objects.filter(project=OuterRef("pk"), organisation__in=mine).order_by("-role", "pk")
    shared_methods = ProjectMethodology.objects.filter(project=OuterRef("pk"), methodology__in=used).order_by("pk")
    organisation = JSONObject(name="organisation__name", name_ja="organisation__name_ja")
    rows = (
        Project.objects.published()
        .filter(pk__in=_candidates(project, mine, used))
        .select_related("country", "technology")
        .annotate(
            shared_participants=ArraySubquery(shared_parts.values_list(organisation)),
            shared_methodologies=ArraySubquery(shared_methods.values_list("methodology__number")),
        )
    )
    found = [_compared(project, other) for other in rows]
    found.sort(key=lambda one: (-one.weight, *_distance(project, one.project)))
    strong = [one for one in found if one.weight > WEIGHTS["country"]]
    return [*strong, *found[len(strong) : ENOUGH]][:MOST]


def _candidates(project: Project, mine: QuerySet, used: QuerySet) -> QuerySet:
    """The numbers of projects that are like this one in some way; a few of each kind, so that their number is bound."""
    others = Project.objects.published().exclude(pk=project.pk)
    newest = F("selected_on").desc(nulls_last=True), "pk"
    part = Participation.objects.filter(project=OuterRef("pk"), organisation__in=mine)
    method = ProjectMethodology.objects.filter(project=OuterRef("pk"), methodology__in=used)
    kinds = [
        others.filter(Exists(part)).order_by(*newest),
        others.filter(Exists(method)).order_by(*newest),
        others.filter(country=project.country_id).order_by(*newest),
    ]
    if project.technology_id:
        alike = others.filter(technology=project.technology_id)
        kinds += [alike.filter(country=project.country_id).order_by(*newest), alike.order_by(*newest)]
        if project.capacity_mw:
            near = alike.filter(
                capacity_mw__gte=project.capacity_mw / NEAR, capacity_mw__lte=project.capacity_mw * NEAR
            )
            kinds.append(near.order_by(Abs(F("capacity_mw") - project.capacity_mw), "pk"))
    numbers = [kind.values("pk")[:OF_EACH_KIND] for kind in kinds]
    return numbers[0].union(*numbers[1:])


def _compared(project: Project, other: Any) -> Similar:
    reasons: dict[str, str] = {}
    if project.technology_id and other.technology_id == project.technology_id:
        if is_near(project.capacity_mw, other.capacity_mw):
            reasons["capacity"] = _("same technology, near in capacity (%(there)s MW; here %(here)s MW)") % {
                "there": f"{other.capacity_mw.normalize():,f}",
                "here": f"{project.capacity_mw.normalize():,f}",  # type: ignore[union-attr]  # near, so known
            }
        else:
            reasons["technology"] = _("same technology")
    if other.shared_participants:
        names = dict.fromkeys(plain(one, "name") for one in other.shared_participants)
        reasons["participant"] = _("same participant: %s") % _(", ").join(names)
    if other.shared_methodologies:
        reasons["methodology"] = _("same methodology: %s") % _(", ").join(dict.fromkeys(other.shared_methodologies))
    if other.country_id == project.country_id:
        reasons["country"] = _("same country")
    return Similar(other, list(reasons.values()), sum(WEIGHTS[reason] for reason in reasons))


def is_near(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two capacities are known and neither is more than twice the other."""
    return bool(one and other and one <= NEAR * other and other <= NEAR * one)


def _distance(project: Project, other: Project) -> tuple[float, int, str, int]:
    """What decides between likenesses of one weight: the capacity, then the fiscal year, then the title."""
    near = is_near(project.capacity_mw, other.capacity_mw)
    capacity = float(abs(project.capacity_mw - other.capacity_mw)) if near else float("inf")  # type: ignore[operator]
    years = abs(project.fiscal_year - other.fiscal_year) if project.fiscal_year and other.fiscal_year else 99
    return capacity, years, other.title, other.pk
