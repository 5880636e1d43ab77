"""The programme in figures: charts and tables by traits of the visitor's choice, and each as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcm_portal.listing import BadFilter
from jcm_portal.pictures.svg import Picture, png
from jcm_portal.responses import bad_filter, csv_stream
from jcm_portal.templatetags.units import day

from . import outlook, progress
from .charts import BY_TRAIT, TRAITS_DRAWN, Charts, choices
from .filters import ProjectQuery
from .grouping import LAND_USE, TRAITS
from .models import Status
from .statistics import MEASURES, StatisticsQuery, tables

ZOOM = 2  # points of a PNG for each of the drawing


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """A table of the visitor's choice, countries side by side, and charts: of all projects, or of those asked for."""
    query = StatisticsQuery(request.GET)
    query.read()
    charts = Charts(query)
    table, side_by_side = tables(query, TRAITS_DRAWN)
    charts.groups = table.groups
    query.totals = charts.totals
    return render(
        request,
        "projects/statistics.html",
        {
            "query": query,
            "table": table,
            "side_by_side": side_by_side,
            "measures": MEASURES.items(),
            "traits": [(trait, query.form.fields[trait].label) for trait in TRAITS],
            "filters": [(trait, query.form.fields[trait].label, _boxes(query, trait)) for trait in TRAITS],
            "countries": choices(query, "country"),
            "carried": [
                (name, value) for name in query.values if name not in TRAITS for value in query.values.getlist(name)
            ],
            "elsewhere": [name for name in query.problems_of if name not in (*TRAITS, *query.settings)],
            "filters_only": charts.lists.question(),
            "pictures": [charts.by_trait(name) for name in BY_TRAIT],
        },
    )


@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """How far projects come."""
    return _page(request, "progress")


@require_safe
def credits_issued(request: HttpRequest) -> HttpResponse:
    """What was issued, for whom, and of what was expected."""
    return _page(request, "credits")


@require_safe
def participants(request: HttpRequest) -> HttpResponse:
    """Who takes part in most projects."""
    return _page(request, "participants")


def _page(request: HttpRequest, name: str) -> HttpResponse:
    query = ProjectQuery(request.GET)
    charts = progress.Progress(query)
    here = progress.PAGES[name]
    return render(
        request,
        "projects/statistics_page.html",
        {
            "query": query,
            "here": name,
            "page": here,
            "pictures": [picture for picture in map(charts.picture, here.charts) if picture],
            "filters_only": charts.lists.question(),
        },
    )


@require_safe
def to_2030(request: HttpRequest) -> HttpResponse:
    """The expected cumulative reduction to FY2030 on the visitor's assumptions."""
    query = outlook.OutlookQuery(request.GET)
    estimate = outlook.Outlook(query)
    pictures = [picture for picture in map(estimate.picture, outlook.NAMES) if picture]
    return render(
        request,
        "projects/outlook.html",
        {
            "query": query,
            "assumed": query.assumed,
            "outlook": estimate,
            "pictures": pictures,
            "carried": [(name, value) for name in query.values for value in query.values.getlist(name)],
            "filters_only": estimate.lists.question(),
            "withdrawn_list": estimate.lists.of(status=Status.WITHDRAWN),
            "land_use_list": estimate.lists.of(sector=LAND_USE, status=estimate.standing),
        },
    )


def _boxes(query: StatisticsQuery, trait: str) -> list[tuple[str, str, bool]]:
    chosen = query.values.getlist(trait)
    return [(value, label, value in chosen) for value, label in choices(query, trait)]


@require_safe
def table_csv(request: HttpRequest) -> HttpResponseBase:
    """The table of the visitor's choice as CSV."""
    query = StatisticsQuery(request.GET)
    try:
        query.require_valid()
    except BadFilter as error:
        return bad_filter(error)
    names, rows = tables(query)[0].as_rows()
    day = timezone.localdate().isoformat()
    return csv_stream(f"jcm-{query.measure}-by-{'-and-'.join(query.table)}-{day}.csv", names, rows)


@require_safe
def chart(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """One chart as a file, of the projects that the same parameters list."""
    if kind not in FILES:
        raise Http404
    try:
        picture = _asked_for(request, name)
    except BadFilter as error:
        return bad_filter(error)
    return FILES[kind](request, picture)


def _asked_for(request: HttpRequest, name: str) -> Picture:
    picture: Picture | None = None
    if name in BY_TRAIT:
        picture = Charts(_valid(ProjectQuery(request.GET))).by_trait(name)
    elif name in progress.NAMES:
        picture = progress.Progress(_valid(ProjectQuery(request.GET))).picture(name)
    elif name in outlook.NAMES:
        picture = outlook.Outlook(_valid(outlook.OutlookQuery(request.GET))).picture(name)
    if picture is None:
        raise Http404
    return picture


def _valid[Query: ProjectQuery](query: Query) -> Query:
    query.require_valid()
    return query


def _file(request: HttpRequest, picture: Picture) -> str:
    read = _("Read on %(day)s.") % {"day": day(timezone.localdate())}
    page = request.build_absolute_uri(reverse(_page_of(picture)) + picture.question)
    return picture.file(f"{_('JCM Portal')}. {read}", page)


def _page_of(picture: Picture) -> str:
    """The name of the address of the page that shows a picture."""
    for name, here in progress.PAGES.items():
        if picture.name in here.charts:
            return f"statistics-{name}"
    return "outlook" if picture.name in outlook.NAMES else "statistics"


def _named(response: HttpResponse, picture: Picture, kind: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{_filename(picture, kind)}"'
    return response


def _filename(picture: Picture, kind: str) -> str:
    return f"jcm-{picture.name}-{timezone.localdate().isoformat()}.{kind}"


def _as_svg(request: HttpRequest, picture: Picture) -> HttpResponse:
    return _named(HttpResponse(_file(request, picture), content_type="image/svg+xml"), picture, "svg")


def _as_png(request: HttpRequest, picture: Picture) -> HttpResponse:
    drawn = png(_file(request, picture), zoom=ZOOM)
    return _named(HttpResponse(drawn, content_type="image/png"), picture, "png")


def _as_csv(request: HttpRequest, picture: Picture) -> HttpResponseBase:
    names = [column.name for column in picture.columns]
    return csv_stream(_filename(picture, "csv"), names, picture.as_rows())


FILES: dict[str, Any] = {"svg": _as_svg, "png": _as_png, "csv": _as_csv}
