"""Signs that help to find or to tell something, in the size and colour of the words beside them.

Links to other sites have theirs by style (`a[rel~="external"]` in base.css), as many stand within translated sentences.
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
# Paths on a sheet of 16 by 16, drawn as lines; those in FULL are filled.
PATHS = {
    "ascending": "M8 4l4.5 8h-9z",
    "close": "M4 4l8 8M12 4l-8 8",
    "descending": "M8 12L3.5 4h9z",
    "download": "M8 2v8.5M4.5 7L8 10.5 11.5 7M2.5 14h11",
    "feed": "M3 13h.01M3 8a5 5 0 0 1 5 5M3 3a10 10 0 0 1 10 10",
    "filter": "M1.5 4h13M4 8h8M6.5 12h3",
    "menu": "M2 4h12M2 8h12M2 12h12",
    "moon": "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z",
    "search": "M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2zM10.5 10.5l4 4",
    "sun": "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1M8 14v1M1 8h1M14 8h1M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
    "unsorted": "M8 2l3.5 5h-7zM8 14L4.5 9h7z",
}
FULL = {"ascending", "descending", "unsorted"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """The sign of that name; hidden from readers by ear, who have the words."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="{}"/></svg>',
        " full" if name in FULL else "",
        PATHS[name],
    )
