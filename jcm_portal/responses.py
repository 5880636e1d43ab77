"""Small outputs that every list shares: rows as CSV or JSON, streamed, and a problem as JSON."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from .listing import BadFilter

# A spreadsheet would run a text that opens with one of these as a formula.
FORMULA_OPENERS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """What csv.writer takes for a file; gives each line back."""

    def write(self, line: str) -> str:
        return line


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_OPENERS):
        return "'" + value
    return "" if value is None else value


def _named(response: StreamingHttpResponse, filename: str) -> StreamingHttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def csv_stream(filename: str, names: Sequence[str], rows: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    """`rows` as CSV for spreadsheets: UTF-8 with a byte order mark, a header, and no text that runs as a formula."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + str(writer.writerow(names))
        for row in rows:
            yield str(writer.writerow([_cell(row[name]) for name in names]))

    return _named(StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8"), filename)


def json_stream(
    filename: str, head: dict[str, Any], name: str, rows: Iterable[dict[str, Any]]
) -> StreamingHttpResponse:
    """An object with the entries of `head`, and then `rows` as the list `name`."""

    def number(value: Any) -> Any:
        if isinstance(value, Decimal):
            return float(value)
        return str(value)  # a lazy translation

    def parts() -> Iterator[str]:
        yield json.dumps(head, ensure_ascii=False, default=number)[:-1] + f', "{name}": ['
        for place, row in enumerate(rows):
            yield ("," if place else "") + "\n" + json.dumps(row, ensure_ascii=False, default=number)
        yield "\n]}\n"

    return _named(StreamingHttpResponse(parts(), content_type="application/json"), filename)


def asked_again(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware: what a browser or a proxy kept is asked for again before it is shown.

    So what is withdrawn is gone at once, everywhere. An answer that says how long it may be kept stays as it is.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_cache=True)
        return response

    return answered


def bad_filter(error: BadFilter) -> JsonResponse:
    """400 with the reasons, in the form of RFC 9457 (problem details)."""
    return JsonResponse(
        {
            "type": "about:blank",
            "title": _("The question cannot be answered as it was asked."),
            "status": 400,
            "problems": [
                {"parameter": problem.parameter, "value": problem.value, "reason": problem.reason}
                for problem in error.problems
            ],
        },
        status=400,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
