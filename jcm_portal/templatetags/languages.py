"""Names and titles in the reader's language, with the other one beside them."""

from functools import partial

from django import template
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .units import in_japanese

register = template.Library()


def _texts(record: object, field: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """(language, text) for the reader's language, then for the other."""
    read = record.get if isinstance(record, dict) else partial(getattr, record)
    texts = ("en", read(field, "")), ("ja", read(f"{field}_ja", ""))
    return (texts[1], texts[0]) if in_japanese() else texts


def _marked(language: str, text: str) -> SafeString:
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def here(record: object, field: str) -> str | SafeString:
    """The field in the reader's language, else in the other, which is then marked up as such."""
    (_language, text), (other, fallback) = _texts(record, field)
    return text or _marked(other, fallback)


@register.filter
def beside(record: object, field: str) -> str | SafeString:
    """The field in the other language, marked up as such; empty where `here` shows it already or there is none."""
    (_language, text), (other, fallback) = _texts(record, field)
    return _marked(other, fallback) if text and fallback and fallback != text else ""


@register.filter
def plain(record: object, field: str) -> str:
    """Like `here`, without markup: for titles of pages and attributes."""
    (_language, text), (_other, fallback) = _texts(record, field)
    return text or fallback


@register.simple_tag(takes_context=True)
def address_in(context: template.Context, language: str) -> str:
    """The address of this page, with its query, in another language."""
    request: HttpRequest = context["request"]
    return translate_url(request.get_full_path(), language)
