"""Where a page stands: the way up to it, and its address for the world."""

import json
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# The picture that a shared link shows, by the name of the page's address; others show that of the first page.
CARDS = {
    "projects": "projects",
    "project": "project",
    "countries": "country",
    "country": "country",
    "technologies": "technology",
    "technology": "technology",
    "announcements": "announcement",
    "announcement": "announcement",
    "organisations": "organisation",
    "organisation": "organisation",
    "methodologies": "methodology",
    "methodology": "methodology",
    "rounds": "round",
    "round": "round",
    "glossary": "reference",
    "about": "reference",
    "accessibility": "reference",
}
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


@register.simple_tag(takes_context=True)
def social_card(context: template.Context) -> str:
    """The address in full of the picture for this type of page, 1200 by 630 points."""
    request: HttpRequest = context["request"]
    name = request.resolver_match.url_name if request.resolver_match else None
    return request.build_absolute_uri(static(f"img/cards/{CARDS.get(name or '', 'home')}.png"))
