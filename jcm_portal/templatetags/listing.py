"""Addresses of a list with a change."""

from django import template

from jcm_portal.listing import ListQuery

register = template.Library()


@register.simple_tag
def list_address(query: ListQuery, **changes: object) -> str:
    """The query string of the list with parameters changed: `{% list_address query page=2 %}`."""
    return query.address(**{name: str(value) for name, value in changes.items()})
