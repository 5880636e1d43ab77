"""The cards as files. Each record is looked up as its page does it, so that a card is there as long as its page."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from countries.models import PartnerCountry
from jcm_portal.pictures.card import Card, without_words
from jcm_portal.pictures.svg import can_write, png

from . import cards, stats
from .filters import totals_about
from .models import Announcement, Methodology, Organisation, Project, SelectionRound, Technology
from .precedents import Precedents

# A link that is shared is looked at by many at once, and to make a picture of a drawing takes longer than all else.
picture_of = lru_cache(maxsize=64)(png)


@require_safe
def card(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The card of a page as PNG."""
    if kind not in KINDS:
        raise Http404
    found = KINDS[kind](key)
    drawn = found.svg() if can_write(get_language() or "") else without_words()
    return HttpResponse(picture_of(drawn), content_type="image/png")


def _page(key: str) -> Card:
    if key not in cards.PAGES:
        raise Http404
    if key == "home":
        figures = stats.figures_of(Project.objects.published())
        return cards.of_home(totals_about(), PartnerCountry.objects.count(), figures["registered"])
    return cards.of_list(key, totals_about()) if key in cards.LISTS else cards.of_page(key)


def _project(key: str) -> Card:
    project = get_object_or_404(Project.objects.for_card().published(), key=key)
    sources = {project.source_id, project.reduction_source_id, project.location_source_id} - {None}
    sources = sources.union(*project.sources_of_facts.values())
    return cards.of_project(project, project.jcm_ref, len(sources))


def _country(key: str) -> Card:
    country = get_object_or_404(PartnerCountry, slug=key)
    figures = stats.figures_of(Project.objects.published().filter(country=country))
    return cards.of_country(country, totals_about(country=country.iso2), figures["registered"])


def _technology(key: str) -> Card:
    technology = get_object_or_404(Technology.objects.select_related("sector"), slug=key)
    return cards.of_technology(technology, totals_about(technology=key))


def _organisation(key: str) -> Card:
    organisation = get_object_or_404(Organisation.objects.published().select_related("country"), slug=key)
    rows = Project.objects.published().filter(pk__in=organisation.participations.values("project"))
    return cards.of_organisation(organisation, totals_about(rows), stats.issued_of(rows))


def _methodology(key: str) -> Card:
    methodology = get_object_or_404(Methodology.objects.select_related("country"), number=key)
    return cards.of_methodology(methodology, totals_about(methodology=key))


def _round(key: str) -> Card:
    selection_round = get_object_or_404(SelectionRound.objects.select_related("programme"), key=key)
    return cards.of_round(selection_round, totals_about(round=key))


def _announcement(key: str) -> Card:
    announcement: Any = get_object_or_404(Announcement.objects.published().with_recorded(), key=key)
    return cards.of_announcement(announcement, announcement.recorded)


def _precedent(key: str) -> Card:
    slug, _underscore, iso2 = key.rpartition("_")
    technology = get_object_or_404(Technology.objects.select_related("sector"), slug=slug)
    country = get_object_or_404(PartnerCountry, iso2=iso2)
    return cards.of_precedent(Precedents(QueryDict(), technology, country))


KINDS: dict[str, Callable[[str], Card]] = {
    "page": _page,
    "project": _project,
    "country": _country,
    "technology": _technology,
    "organisation": _organisation,
    "methodology": _methodology,
    "round": _round,
    "announcement": _announcement,
    "precedent": _precedent,
}
