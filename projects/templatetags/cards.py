"""The picture that a shared link shows."""

from django import template

from jcm_portal.pictures.card import Card

from ..cards import PAGES, of_page

register = template.Library()


@register.simple_tag(takes_context=True)
def shared_card(context: template.Context) -> Card | None:
    """The card of the page: that which its view hands in as `card`, or by the page's title alone; None for errors."""
    match = context["request"].resolver_match
    if context.get("card") or match is None or match.url_name not in PAGES:
        return context.get("card")
    return of_page(match.url_name)
