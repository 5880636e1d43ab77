"""The search over everything, and what is offered while a reader types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .search.everything import SearchQuery
from .search.suggestions import suggest


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """A fragment of a page: options by what is typed, as `static/js/suggest.js` shows them; none is empty.

    `without=projects` where a list of them follows the typing anyway.
    """
    groups = suggest(request.GET.get("q", ""), projects=request.GET.get("without") != "projects")
    total = sum(len(group.suggestions) for group in groups)
    return render(request, "partials/suggestions.html", {"groups": groups, "total": total})


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Projects and all else that answers a question, best first, grouped by kind."""
    return render(request, "projects/search.html", {"query": SearchQuery(request.GET)})
