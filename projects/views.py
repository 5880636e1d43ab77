"""Public pages on projects and what they are sorted by. Each asks a question and names a template.

The pages of partner countries are here too: most of what they show is projects.
"""

from typing import Any

from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from countries.models import PartnerCountry
from jcm_portal.listing import Rows
from jcm_portal.models import Publication, PublicationState, Source
from jcm_portal.templatetags.languages import in_reading_order, plain

from . import cards, completeness, maps, search, stats
from .charts import of_facet
from .filter_form import FilterForm
from .filters import ProjectQuery
from .lists import AnnouncementQuery, MethodologyQuery, OrganisationQuery
from .models import (
    Announcement,
    CreditIssuance,
    GlossaryTerm,
    IssuanceStatement,
    Methodology,
    Organisation,
    Participation,
    Programme,
    Project,
    Scheme,
    Sector,
    SelectionRound,
    Status,
    Technology,
)
from .public_changes import MOST, public_changes
from .similar import similar_to
from .timeline import timeline
from .ways_out import WaysOut


def listed(request: HttpRequest, **within: str) -> dict[str, Any]:
    """The context of a page with a project list, `within` what the page is about."""
    query = ProjectQuery(request.GET, within={name: [value] for name, value in within.items()})
    query.view  # noqa: B018  # what is wrong with it and with the page stands beside the problems of the filters
    page = query.page
    if query.question:
        search.explain(list(page.object_list), query.question.reading)
    return {"query": query, "page": page, "filters": FilterForm(query), "ways_out": WaysOut(query)}


MOST_ISSUANCES = 30  # of a country's page


class Withdrawn(Exception):
    """The record was public and is no more."""

    def __init__(self, record: Publication) -> None:
        self.record = record


def public_or_404(rows: Rows, pk: int) -> Any:
    """The public record with this number; raises Withdrawn for one that was, Http404 for any other."""
    record = rows.published().filter(pk=pk).first()
    if record is None:
        gone = rows.model.objects.filter(pk=pk, state=PublicationState.WITHDRAWN).first()
        if gone:
            raise Withdrawn(gone)
        raise Http404
    return record


def gone(request: HttpRequest, record: Publication) -> HttpResponse:
    """The answer at the address of a withdrawn record: 410 and why."""
    return render(request, "410.html", {"record": record}, status=410)


# -- Projects --------------------------------------------------------------------------------------


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """The filterable list."""
    context = listed(request)
    card = cards.of_list("projects", cards.whole(context["query"]))
    return render(request, "projects/project_list.html", context | {"card": card})


@require_safe
def project_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    """One project; a merged one leads to the record that stands for it."""
    try:
        project = public_or_404(Project.objects.for_detail(), pk)
    except Withdrawn as withdrawn:
        return gone(request, withdrawn.record)
    except Http404:
        was_public = Project.objects.filter(merged_into__isnull=False, state=PublicationState.PUBLISHED)
        merged = get_object_or_404(was_public, pk=pk)
        target = get_object_or_404(Project.objects.published(), pk=merged.merged_into_id)
        return redirect(target, permanent=True)
    if slug != project.slug:
        return redirect(project, permanent=True)
    return render(request, "projects/project_detail.html", project_context(project))


def project_context(project: Project, *, preview: bool = False) -> dict[str, Any]:
    """What the page of a project of `for_detail()` shows."""
    today = timezone.localdate()
    changes = public_changes(project, timezone.now())
    sources = _sources(project)
    return {
        "project": project,
        "preview": preview,
        "card": None if preview else cards.of_project(project, _jcm_reference(project), len(sources)),
        "today": today,
        "timeline": timeline(project.milestones.all(), today=today),
        "similar": similar_to(project),
        "map": maps.locator(project),
        "sources": sources,
        "is_withdrawn": project.status == Status.WITHDRAWN,
        "changes": changes[:MOST],
        "changes_in_all": len(changes),
    }


def _jcm_reference(project: Any) -> str | None:
    return next((one["value"] for one in project.identifier_list if one["scheme"] == Scheme.JCM), None)


def _sources(project: Project) -> list[Source]:
    """Every source that a fact of the page names, the project's own first."""
    found = dict.fromkeys(project.all_sources())
    for source in (project.reduction_source, project.location_source):
        if source:
            found.setdefault(source)
    for facts in (project.selections, project.milestones, project.participations, project.issuances):
        for fact in facts.all():
            found.setdefault(fact.source)
    return list(found)


# -- Countries -------------------------------------------------------------------------------------


@require_safe
def country_list(request: HttpRequest) -> HttpResponse:
    """Partner countries by region, with their projects counted."""
    query = ProjectQuery(QueryDict(), facets=["country"])
    counts = query.facet("country").counts
    countries = list(PartnerCountry.objects.select_related("source"))
    for country in countries:
        country.project_count = counts.get(country.iso2, 0)  # type: ignore[attr-defined]
    countries.sort(key=lambda one: [in_reading_order(name) for name in (one.get_region_display(), plain(one, "name"))])
    world = maps.world_map(countries, counts)
    return render(
        request,
        "countries/country_list.html",
        {
            "card": cards.of_list("countries", query.totals),
            "countries": countries,
            "totals": query.totals,
            "world": world,
        },
    )


@require_safe
def country_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One partner country: its agreement, focal point, projects, methodologies, issuances, announcements."""
    country = get_object_or_404(PartnerCountry.objects.for_detail(), slug=slug)
    context = listed(request, country=country.iso2)
    query: ProjectQuery = context["query"]
    methodologies = [word for word in query.vocabulary.of("methodology").values() if word.parent == country.iso2]
    projects = Project.objects.published().filter(country=country)
    figures = stats.figures_of(projects)
    issuances = CreditIssuance.objects.of_published().filter(project__country=country)
    return render(
        request,
        "countries/country_detail.html",
        context
        | {
            "card": cards.of_country(country, cards.whole(query), figures["registered"]),
            "country": country,
            "figures": figures,
            "map": maps.country_map(country, figures["projects"]),
            "others": [word for word in query.vocabulary.of("country").values() if word.value != country.iso2],
            "participants": stats.participants_of(projects),
            "rounds": stats.rounds_of(projects),
            "technologies": query.facet("technology"),
            "by_year": of_facet(query, "fiscal_year"),
            "methodologies": methodologies,
            "issuances": issuances.select_related("project", "source")[:MOST_ISSUANCES],
            "most_issuances": MOST_ISSUANCES,
            "statements": IssuanceStatement.objects.filter(country=country).select_related("source"),
            "announcements": Announcement.objects.published().about_country([country.iso2]),
        },
    )


# -- Technologies ----------------------------------------------------------------------------------


@require_safe
def technology_list(request: HttpRequest) -> HttpResponse:
    """The taxonomy with counts."""
    query = ProjectQuery(QueryDict(), facets=["technology", "sector"])
    by_technology, by_sector = query.facet("technology").counts, query.facet("sector").counts
    sectors = list(Sector.objects.prefetch_related(Prefetch("technologies", Technology.objects.order_by("position"))))
    for sector in sectors:
        sector.project_count = by_sector.get(sector.slug, 0)  # type: ignore[attr-defined]
        sector.rows = [  # type: ignore[attr-defined]
            (technology, by_technology.get(technology.slug, 0)) for technology in sector.technologies.all()
        ]
    return render(
        request,
        "projects/technology_list.html",
        {
            "card": cards.of_list("technologies", query.totals),
            "sectors": sectors,
            "unknown": by_technology.get("unknown", 0),
            "totals": query.totals,
        },
    )


@require_safe
def technology_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One technology: what it is, its projects, countries and participants."""
    technology = get_object_or_404(Technology.objects.select_related("sector"), slug=slug)
    context = listed(request, technology=slug)
    query: ProjectQuery = context["query"]
    return render(
        request,
        "projects/technology_detail.html",
        context
        | {
            "card": cards.of_technology(technology, cards.whole(query)),
            "technology": technology,
            "countries": query.facet("country"),
            "by_year": of_facet(query, "fiscal_year"),
            "participants": stats.participants_of(query.without("participant")),
        },
    )


# -- Organisations ---------------------------------------------------------------------------------


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Who takes part."""
    query = OrganisationQuery(request.GET)
    return render(request, "projects/organisation_list.html", {"query": query, "page": query.page})


PARTS = 25  # shown one by one; the list below them has all projects


@require_safe
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation: its names, its projects and its part in each."""
    organisation = get_object_or_404(
        Organisation.objects.published().select_related("country").prefetch_related("aliases"), slug=slug
    )
    context = listed(request, participant=slug)
    query: ProjectQuery = context["query"]
    parts = (
        Participation.objects.filter(organisation=organisation, project__in=Project.objects.published())
        .select_related("project__country", "source")
        .order_by(
            F("project__fiscal_year").desc(nulls_last=True),
            F("project__selected_on").desc(nulls_last=True),
            *("project__title", "project", "-role", "pk"),
        )
    )
    roles = stats.roles_of(organisation)
    issued = stats.issued_of(query.matching)
    return render(
        request,
        "projects/organisation_detail.html",
        context
        | {
            "card": cards.of_organisation(organisation, cards.whole(query), issued),
            "organisation": organisation,
            "roles": roles,
            "parts": parts[:PARTS],
            "further_parts": max(0, sum(count for _side, _role, count in roles) - PARTS),
            "partners": stats.partners_of(organisation),
            "countries": query.facet("country"),
            "technologies": query.facet("technology"),
            "issued": issued,
        },
    )


# -- Rounds and announcements ----------------------------------------------------------------------


@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """Selection rounds and results by fiscal year: what was stated, and what of it is on record."""
    return render(request, "projects/round_list.html", {"results": stats.selection_results()})


@require_safe
def round_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One selection round: its announcements, what they state, and the projects on record."""
    selection_round = get_object_or_404(SelectionRound.objects.select_related("programme"), key=key)
    announcements = Announcement.objects.published().for_list().filter(round=selection_round)
    context = listed(request, round=key)
    card = cards.of_round(selection_round, cards.whole(context["query"]))
    return render(
        request,
        "projects/round_detail.html",
        context | {"card": card, "round": selection_round, "announcements": announcements},
    )


@require_safe
def announcement_list(request: HttpRequest) -> HttpResponse:
    """Releases, newest first."""
    query = AnnouncementQuery(request.GET)
    return render(request, "projects/announcement_list.html", {"query": query, "page": query.page})


@require_safe
def announcement_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    """One release: what it states, and its list row by row."""
    try:
        announcement = public_or_404(Announcement.objects.for_detail(), pk)
    except Withdrawn as withdrawn:
        return gone(request, withdrawn.record)
    if slug != announcement.slug:
        return redirect(announcement, permanent=True)
    return render(request, "projects/announcement_detail.html", announcement_context(announcement))


def announcement_context(announcement: Announcement, *, preview: bool = False) -> dict[str, Any]:
    """What the page of an announcement of `for_detail()` shows."""
    selections = list(announcement.selections.all())
    return {
        "announcement": announcement,
        "preview": preview,
        "card": None if preview else cards.of_announcement(announcement, len(selections)),
        "selections": selections,
    }


# -- Methodologies, terms, sources -----------------------------------------------------------------


@require_safe
def methodology_list(request: HttpRequest) -> HttpResponse:
    """Methodologies by country and family."""
    query = MethodologyQuery(request.GET)
    context = {"query": query, "page": query.page, "families": stats.families()}
    return render(request, "projects/methodology_list.html", context)


@require_safe
def methodology_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One methodology, its relatives in other countries, and the projects that use it."""
    methodology = get_object_or_404(
        Methodology.objects.select_related("country", "source").prefetch_related("further_sources"), number=number
    )
    context = listed(request, methodology=number)
    return render(
        request,
        "projects/methodology_detail.html",
        context
        | {
            "card": cards.of_methodology(methodology, cards.whole(context["query"])),
            "methodology": methodology,
            "family": stats.family_of(methodology),
            "versions": stats.versions_of(methodology),
        },
    )


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The field's terms in both languages."""
    return render(request, "projects/glossary.html", {"terms": GlossaryTerm.objects.select_related("source")})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Where the facts come from, how they are put together, and what is missing."""
    results = stats.selection_results()
    return render(
        request,
        "projects/about.html",
        {
            "fields": completeness.of_all(),
            "issued": stats.issued_total(),
            "publishers": stats.publishers(),
            "programmes": Programme.objects.select_related("source"),
            "results": results,
            "stated": sum(result.stated_selected or 0 for result in results),
            "recorded": sum(result.recorded for result in results if result.stated_selected),  # type: ignore[attr-defined]
        },
    )


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the JCM is, how far it has come, and the ways in."""
    query = ProjectQuery(QueryDict(), facets=["country", "technology", "fiscal_year", "status"])
    by_status = query.facet("status").counts
    countries = list(PartnerCountry.objects.all())
    registered = by_status.get(Status.REGISTERED, 0) + by_status.get(Status.CREDITS_ISSUED, 0)
    return render(
        request,
        "home.html",
        {
            "card": cards.of_home(query.totals, len(countries), registered),
            "totals": query.totals,
            "as_of": query.as_of,
            "by_technology": of_facet(query, "technology"),
            "by_country": of_facet(query, "country"),
            "by_year": of_facet(query, "fiscal_year"),
            "partner_countries": len(countries),
            "world": maps.world_map(countries, query.facet("country").counts),
            "registered": registered,
            "issued": by_status.get(Status.CREDITS_ISSUED, 0),
            "latest_country": stats.latest_country(),
            "stated": stats.latest_stated_totals(),
            "announcements": Announcement.objects.published()[:6],
        },
    )
