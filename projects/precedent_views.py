"""The pages of precedents: the grid, its file, and one technology in one country."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from countries.models import PartnerCountry
from jcm_portal.listing import BadFilter
from jcm_portal.responses import bad_filter, csv_stream

from . import cards
from .filter_form import FilterForm
from .models import Programme, Technology
from .precedents import PrecedentQuery, Precedents, as_table
from .series import coverage

SUBSIDY = "jcm-model-projects"  # the programme whose ceiling depends on precedents


def _in_money() -> Programme | None:
    return Programme.objects.filter(slug=SUBSIDY).select_related("source").first()


@require_safe
def precedents(request: HttpRequest) -> HttpResponse:
    """Technology or sector by country; a question about one of each leads to its own page."""
    query = PrecedentQuery(request.GET)
    if query.one and query.by == "technology":
        return redirect(query.cell_address(*query.one))
    context = {"query": query, "filters": FilterForm(query), "grid": query.grid}
    return render(request, "projects/precedents.html", context | {"coverage": coverage(), "programme": _in_money()})


@require_safe
def precedents_csv(request: HttpRequest) -> HttpResponseBase:
    """The grid as CSV."""
    query = PrecedentQuery(request.GET)
    try:
        query.require_valid()
    except BadFilter as error:
        return bad_filter(error)
    names, rows = as_table(query.grid)
    return csv_stream(f"jcm-precedents-{timezone.localdate().isoformat()}.csv", names, rows)


@require_safe
def precedent(request: HttpRequest, technology: str, iso2: str) -> HttpResponse:
    """The precedents of one technology in one country."""
    of = get_object_or_404(Technology.objects.select_related("sector"), slug=technology)
    country = get_object_or_404(PartnerCountry, iso2=iso2.upper())
    query = Precedents(request.GET, of, country)
    return render(
        request,
        "projects/precedent_detail.html",
        {
            "card": cards.of_precedent(query),
            "query": query,
            "page": query.page,
            "coverage": coverage(),
            "programme": _in_money(),
        },
    )
