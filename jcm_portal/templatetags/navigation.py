"""Where a page stands: the way up to it, and its address for the world."""

import json
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# What could end a script element within JSON.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def linked_data(value: dict[str, Any]) -> SafeString:
    """A block of JSON-LD; data, so that the Content-Security-Policy has nothing to run."""
    text = json.dumps(value, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


@register.simple_block_tag(takes_context=True)
def repeated(context: template.Context, content: str, name: str) -> str:
    """What stands inside, kept under `name` for further down the page (a `partial` does not see a page's blocks)."""
    context[name] = content
    return content


@register.inclusion_tag("partials/breadcrumbs.html", takes_context=True)
def breadcrumbs(context: template.Context, *steps: str) -> dict[str, Any]:
    """The way up: label and address in turn, the highest first; the page itself is not among them."""
    request: HttpRequest = context["request"]
    ways = list(zip(steps[::2], steps[1::2], strict=True))
    return {
        "ways": ways,
        "data": linked_data(
            {
                "@context": "https://schema.org",
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {
                        "@type": "ListItem",
                        "position": place,
                        "name": str(label),
                        "item": request.build_absolute_uri(str(address)),
                    }
                    for place, (label, address) in enumerate(ways, 1)
                ],
            }
        ),
    }


@register.simple_tag(takes_context=True)
def absolute(context: template.Context, address: str = "") -> str:
    """An address of this site in full; without one, that of this page without its query."""
    request: HttpRequest = context["request"]
    return request.build_absolute_uri(address or request.path)
