"""The frame of every wide table, and heads by which a list is sorted."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jcm_portal.listing import ListQuery

from .icons import icon

register = template.Library()


@register.simple_block_tag
def table(content: str, caption: str, *, seen: bool = False, **attributes: str) -> SafeString:
    """A table from its head on, in a frame that scrolls by finger and by keys; `seen` shows the caption."""
    return format_html(
        '<div class="scroll" role="group" tabindex="0" aria-label="{}">'
        "<table{}>\n<caption{}>{}</caption>{}</table></div>",
        caption,
        format_html_join("", ' {}="{}"', attributes.items()),
        "" if seen else SafeString(' class="unseen"'),
        caption,
        content,
    )


@register.simple_tag
def sort_head(query: ListQuery, sort: str, label: str, *, amount: bool = False) -> SafeString:
    """The head of a column that the list can be sorted by: the way to that order, and whether it is this one."""
    way = "descending" if sort.startswith("-") else "ascending"
    sorted_so = query.sort == sort
    return format_html(
        '<th scope="col"{}{}><a class="sort" id="by-{}" href="{}" rel="nofollow">{}{}</a></th>',
        SafeString(' class="amount"') if amount else "",
        format_html(' aria-sort="{}"', way) if sorted_so else "",
        sort.removeprefix("-"),
        query.address(sort=sort),
        label,
        icon(way if sorted_so else "unsorted"),
    )
