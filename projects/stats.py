"""Figures over all public projects, for the pages that sum the programme up."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.urls import reverse

from countries.models import PartnerCountry
from jcm_portal.models import Source

from .models import (
    Announcement,
    AnnouncementKind,
    CreditIssuance,
    Methodology,
    Organisation,
    Participation,
    Project,
    ProjectMethodology,
    Role,
    SelectionRound,
    Series,
    Side,
    StatedTotal,
    StatedWhat,
    Status,
)


def latest_stated_totals() -> dict[str, StatedTotal]:
    """The newest stated numbers of the JCM Model Projects: how many so far, and their tonnes by FY2030.

    Keyed by `StatedWhat`; of one series only, as unlike series are not compared.
    """
    rows = (
        StatedTotal.objects.filter(
            series=Series.MODEL_PROJECTS, what__in=[StatedWhat.CUMULATIVE_SELECTED, StatedWhat.REDUCTION_BY_FY2030]
        )
        .select_related("source")
        .order_by("what", "-stated_on", "pk")
        .distinct("what")
    )
    return {row.what: row for row in rows}


def latest_country() -> PartnerCountry | None:
    """The country that joined last."""
    return (
        PartnerCountry.objects.filter(joined_on__isnull=False).select_related("source").order_by("-joined_on").first()
    )


def selection_results() -> QuerySet[Announcement]:
    """Public selection results, newest first, each with `recorded`: how many of its rows are on record."""
    return (
        Announcement.objects.published()
        .filter(kind=AnnouncementKind.SELECTION_RESULT)
        .select_related("round", "programme")
        .with_recorded()
        .order_by("-fiscal_year", F("published_on").desc(nulls_last=True), "key")
    )


def issued_total() -> dict[str, int | None]:
    """Credits of single projects on record: `total` tonnes, in `issuances` that state one, for `projects`."""
    return (
        CreditIssuance.objects.of_published()
        .filter(total_tco2__isnull=False)
        .aggregate(total=Sum("total_tco2"), issuances=Count("pk"), projects=Count("project", distinct=True))
    )


def publishers() -> QuerySet[Any, Any]:
    """Publishers of the sources with how many sources each, most first."""
    return Source.objects.order_by().values("publisher").annotate(count=Count("pk")).order_by("-count", "publisher")


def figures_of(rows: QuerySet[Project]) -> dict[str, int]:
    """How many `projects` there are, are `registered`, and have credits `issued`."""
    registered = [Status.REGISTERED, Status.CREDITS_ISSUED]
    return rows.order_by().aggregate(
        projects=Count("pk"),
        registered=Count("pk", filter=Q(status__in=registered)),
        issued=Count("pk", filter=Q(status=Status.CREDITS_ISSUED)),
    )


def rounds_of(rows: QuerySet[Project]) -> QuerySet[SelectionRound]:
    """Selection rounds whose public announcements list some of `rows`, the newest first, each with `count`."""
    return (
        SelectionRound.objects.filter(
            announcements__in=Announcement.objects.published(),
            announcements__selections__project__in=rows.order_by().values("pk"),
        )
        .annotate(count=Count("announcements__selections__project", distinct=True))
        .order_by("-fiscal_year", F("number").desc(nulls_last=True), "key")
    )


def participants_of(rows: QuerySet[Project], *, most: int = 12) -> list[Organisation]:
    """Organisations that take part in most of `rows`, each with `count`.

    Parts are counted first, which is fast; who takes part on both sides, perhaps in one project, is counted again.
    """
    parts = Participation.objects.filter(project__in=rows.order_by().values("pk"))
    counted = (
        parts.order_by()
        .values_list("organisation")
        .annotate(parts=Count("pk"), of_japan=Count("pk", filter=Q(side=Side.JAPAN)))
        .order_by("-parts", "organisation")[: 2 * most]
    )
    counts = {organisation: n for organisation, n, _of_japan in counted}
    both = [organisation for organisation, n, of_japan in counted if 0 < of_japan < n]
    exact = parts.filter(organisation=OuterRef("pk")).order_by().values("organisation")
    again = Subquery(exact.annotate(n=Count("project", distinct=True)).values("n"))
    found: Any = list(Organisation.objects.filter(pk__in=counts).annotate(again=Case(When(pk__in=both, then=again))))
    for organisation in found:
        organisation.count = organisation.again or counts[organisation.pk]
    found.sort(key=lambda one: (-one.count, one.name, one.pk))
    return found[:most]


def issued_of(rows: QuerySet[Project]) -> dict[str, int | None]:
    """Credits of `rows` on record: `total` tonnes, None where none is stated, and of how many `projects` they are."""
    issued = CreditIssuance.objects.filter(project__in=rows.order_by().values("pk"), total_tco2__isnull=False)
    return issued.aggregate(total=Sum("total_tco2"), projects=Count("project", distinct=True))


# -- Organisations -----------------------------------------------------------------------------------


def roles_of(organisation: Organisation) -> list[tuple[str, str, int]]:
    """On which side and in which role the organisation takes part in how many public projects, most first."""
    parts = Participation.objects.filter(organisation=organisation, project__in=Project.objects.published())
    counted = parts.order_by().values("side", "role").annotate(count=Count("pk")).order_by("-count", "side", "role")
    columns = counted.values_list("side", "role", "count")
    return [(str(Side(side).label), str(Role(role).label), count) for side, role, count in columns]


def partners_of(organisation: Organisation, *, most: int = 12) -> list[Organisation]:
    """The organisations with which it shares most public projects, each with `count`."""
    shared = Project.objects.published().filter(participations__organisation=organisation)
    return [one for one in participants_of(shared, most=most + 1) if one.pk != organisation.pk][:most]


# -- Methodologies -----------------------------------------------------------------------------------


def _with_projects(rows: QuerySet[Methodology]) -> QuerySet[Methodology]:
    public = Q(project_methodologies__project__in=Project.objects.published())
    return rows.select_related("country").annotate(count=Count("project_methodologies", filter=public))


def family_of(methodology: Methodology) -> QuerySet[Methodology]:
    """The methodology and its relatives in other countries, each with `count`: the public projects that use it."""
    alike = Q(family=methodology.family) if methodology.family else Q(pk=methodology.pk)
    return _with_projects(Methodology.objects.filter(alike)).order_by("number")


def versions_of(methodology: Methodology) -> QuerySet[Any, Any]:
    """The versions that public projects use, each with `count`; an empty one is not stated."""
    used = ProjectMethodology.objects.filter(methodology=methodology, project__in=Project.objects.published())
    return used.order_by().values("version").annotate(count=Count("pk")).order_by("version")


@dataclass(frozen=True)
class Family:
    """Like methodologies of several countries; `count` public projects use at least one of them."""

    slug: str
    members: list[Methodology]
    count: int

    @property
    def projects(self) -> str:
        """The list of the projects."""
        return reverse("projects", query={"methodology": [member.number for member in self.members]})


def families() -> list[Family]:
    """Families with methodologies of more than one country, those with most members first; two queries."""
    members: dict[str, list[Methodology]] = {}
    for methodology in Methodology.objects.exclude(family="").select_related("country").order_by("number"):
        members.setdefault(methodology.family, []).append(methodology)
    used = ProjectMethodology.objects.exclude(methodology__family="").filter(project__in=Project.objects.published())
    counted = used.order_by().values("methodology__family").annotate(count=Count("project", distinct=True))
    counts = dict(counted.values_list("methodology__family", "count"))
    found = [Family(slug, alike, counts.get(slug, 0)) for slug, alike in members.items()]
    several = [family for family in found if len({member.country_id for member in family.members}) > 1]
    return sorted(several, key=lambda family: (-len(family.members), family.slug))
