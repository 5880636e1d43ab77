"""Markdown of editors as clean HTML."""

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()
reader = MarkdownIt("commonmark", {"html": False}).enable("table")
TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "a", "blockquote", "code", "h3", "h4", "table", "thead", "tbody"}
TAGS |= {"tr", "th", "td", "hr"}


@register.filter
def markdown(text: str) -> SafeString:
    """CommonMark and tables; no raw HTML, no style, no script."""
    return mark_safe(nh3.clean(reader.render(text), tags=TAGS, attributes={"a": {"href"}}))  # noqa: S308
