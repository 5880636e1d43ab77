"""The files that a list of the admin can be taken away as."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse

from ..admin.exports import table_of
from ..admin.imports import importable, tables_for

register = template.Library()


@register.simple_tag
def file_links(cl: Any, request: HttpRequest) -> dict[str, Any]:
    """Addresses of the list's exports, just as it is filtered, and of the import where the person may import it."""
    table = table_of(cl.model)
    if table is None:
        return {}
    query = cl.get_query_string(remove=["p", "all"])
    exports = [
        (kind.upper(), reverse("admin:export", args=[table.name, kind]) + ("" if query == "?" else query))
        for kind in ("csv", "xlsx")
    ]
    return {"exports": exports, "imports": reverse("admin:import") if importable(request.user, table) else ""}


@register.simple_tag(takes_context=True)
def may_import(context: dict[str, Any]) -> bool:
    """Whether the person may import any list at all."""
    return bool(tables_for(context["request"].user))
