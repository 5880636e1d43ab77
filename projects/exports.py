"""The project list as a file: the same parameters, rows and order as the page."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from jcm_portal.listing import BadFilter
from jcm_portal.responses import bad_filter, csv_stream, json_stream

from .columns import COLUMNS, row
from .filters import selected
from .models import Project

CHUNK = 500  # projects held at a time


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """The projects asked for, one at a time; raises BadFilter before the first."""
    projects = selected(request.GET).for_export().iterator(chunk_size=CHUNK)
    return (_absolute(request, project) for project in projects)


def _absolute(request: HttpRequest, project: Project) -> dict[str, Any]:
    cells = row(project)
    return cells | {"address": request.build_absolute_uri(str(cells["address"]))}


def _filename(ending: str) -> str:
    return f"jcm-projects-{timezone.localdate().isoformat()}.{ending}"


@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """The list as CSV."""
    try:
        return csv_stream(_filename("csv"), [column.name for column in COLUMNS], _rows(request))
    except BadFilter as error:
        return bad_filter(error)


@require_safe
def as_json(request: HttpRequest) -> HttpResponseBase:
    """The list as JSON, with its columns explained and the address by which it was asked for."""
    head = {
        "query": request.build_absolute_uri(),
        "as_of": timezone.localdate().isoformat(),
        "columns": [
            {"name": column.name, "label": column.label, "unit": column.unit, "source": column.source}
            for column in COLUMNS
        ],
    }
    try:
        return json_stream(_filename("json"), head, "projects", _rows(request))
    except BadFilter as error:
        return bad_filter(error)
