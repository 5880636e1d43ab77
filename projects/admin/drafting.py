"""A draft project out of a row of a release's list, so that a list is typed once."""

import unicodedata

from django.db.models import Q
from django.utils.text import slugify

from countries.models import PartnerCountry
from jcm_portal.adminforms import free_key, whole_words

from ..models import (
    AnnouncementKind,
    Milestone,
    MilestoneKind,
    Organisation,
    Participation,
    Project,
    Role,
    Selection,
    Side,
)

TITLE_IN_KEY = 40  # characters of it


def country_called(name: str) -> PartnerCountry | None:
    """The partner country of that name, in either language or another usual spelling."""
    name = name.strip()
    named = Q(name__iexact=name) | Q(name_ja=name) | Q(variants_en__contains=[name]) | Q(variants_ja__contains=[name])
    return PartnerCountry.objects.filter(named).first() if name else None


def organisation_called(name: str) -> Organisation | None:
    """The organisation on record under just that name or alias; None also where there are two."""
    named = Q(name__iexact=name) | Q(name_ja=name) | Q(aliases__name__iexact=name)
    found = list(Organisation.objects.filter(named).distinct()[:2]) if name.strip() else []
    return found[0] if len(found) == 1 else None


def titled_alike(country: PartnerCountry, *titles: str) -> Project | None:
    """A project of the country that has one of the titles already, whatever their case and spacing."""
    wanted = {plain(title) for title in titles} - {""}
    for project in Project.objects.filter(country=country):
        if wanted & {plain(project.title), plain(project.title_ja)}:
            return project
    return None


def plain(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def project_key(country: PartnerCountry, title: str, fiscal_year: int | None) -> str:
    """A free key like those of the bundled data: `ph-cement-waste-heat-2023`."""
    words = whole_words(slugify(title), TITLE_IN_KEY)
    return free_key(Project, "key", [country.iso2, words, fiscal_year])


def draft_from(row: Selection, country: PartnerCountry) -> Project:
    """Save a draft with what the row and its announcement state, each figure standing on the row's source.

    The representative participant comes along only when exactly one organisation on record has its name.
    """
    release = row.announcement
    assert release is not None
    title = row.stated_title or row.stated_title_ja
    reduction = row.stated_reduction_tco2_per_year
    project = Project.objects.create(
        key=project_key(country, title, release.fiscal_year),
        title=title,
        title_ja=row.stated_title_ja,
        country=country,
        programme=row.programme or release.programme,
        fiscal_year=release.fiscal_year,
        expected_reduction_tco2_per_year=reduction,
        reduction_source=None if reduction is None else row.source,
        source=row.source,
        confidence=row.confidence,
    )
    if release.kind == AnnouncementKind.SELECTION_RESULT:
        Milestone.objects.create(
            project=project,
            kind=MilestoneKind.SELECTED,
            reached_on=release.published_on,
            reached_on_precision=release.published_on_precision,
            source=row.source,
        )
    organisation = organisation_called(row.stated_representative)
    if organisation:
        Participation.objects.create(
            project=project, organisation=organisation, side=Side.JAPAN, role=Role.REPRESENTATIVE, source=row.source
        )
    return project
