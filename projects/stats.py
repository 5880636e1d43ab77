"""Figures over all public projects, for the pages that sum the programme up."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from countries.models import PartnerCountry
from jcm_portal.models import Source

from .models import (
    Announcement,
    AnnouncementKind,
    Confidence,
    CreditIssuance,
    Organisation,
    Participation,
    Project,
    Series,
    StatedTotal,
    StatedWhat,
    TitleKind,
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


def completeness() -> dict[str, int]:
    """How many public projects state each of the fields that readers look for; `all` is the number of them."""
    participants = Participation.objects.filter(project=OuterRef("pk"))
    return Project.objects.published().aggregate(
        all=Count("pk"),
        reduction=Count("expected_reduction_tco2_per_year"),
        coordinates=Count("latitude"),
        capacity=Count("capacity_mw"),
        title_ja=Count("pk", filter=~Q(title_ja="")),
        official_title=Count("pk", filter=Q(title_kind=TitleKind.OFFICIAL)),
        programme=Count("programme"),
        fiscal_year=Count("fiscal_year"),
        technology=Count("technology"),
        participants=Count("pk", filter=Exists(participants)),
        high=Count("pk", filter=Q(confidence=Confidence.HIGH)),
        medium=Count("pk", filter=Q(confidence=Confidence.MEDIUM)),
        low=Count("pk", filter=Q(confidence=Confidence.LOW)),
    )


def selection_results() -> QuerySet[Announcement]:
    """Public selection results, newest first, each with `recorded`: how many of its rows are on record."""
    public = Q(selections__project__in=Project.objects.published())
    return (
        Announcement.objects.published()
        .filter(kind=AnnouncementKind.SELECTION_RESULT)
        .select_related("round", "programme")
        .annotate(recorded=Count("selections", filter=public))
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


def participants_of(rows: QuerySet[Project], *, most: int = 12) -> QuerySet[Organisation]:
    """Organisations that take part in most of `rows`, each with `count`."""
    part = Participation.objects.filter(project__in=rows.order_by().values("pk"))
    return (
        Organisation.objects.filter(participations__in=part)
        .annotate(count=Count("participations__project", distinct=True))
        .order_by("-count", "name", "pk")[:most]
    )
