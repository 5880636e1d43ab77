"""Names and titles in the reader's language, with the other one beside them, and text that has but one language."""

import re
import unicodedata
from functools import partial
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jcm_portal.publishers import IN_JAPANESE

from .units import in_japanese

register = template.Library()
JAPANESE = re.compile("[々〆ヶー\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
LATIN = re.compile("[A-Za-zÀ-ɏ]")
# For sorting: hiragana count as katakana, small kana as large ones, the mark of a long vowel not at all.
SMALL = dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True))
KANA: dict[int, Any] = {code: SMALL.get(chr(code + 0x60), chr(code + 0x60)) for code in range(0x3041, 0x3097)}
KANA |= str.maketrans(SMALL | {"ー": ""})


def in_reading_order(text: str) -> tuple[str, str]:
    """What names are sorted by: letters without accents and capitals, then kana without marks and size, then kanji.

    The syllabary's order is that of the code points once ガ counts as カ and ャ as ヤ; a kanji's reading is not known.
    """
    if text.isascii():
        return text.casefold(), text
    letters = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare.translate(KANA), text


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
def told(record: object, field: str) -> str | SafeString:
    """Like `here` for whole sentences: what stands in the other language is said to."""
    (language, text), (other, fallback) = _texts(record, field)
    if text or not fallback:
        return written(text, language)
    return format_html("{} {}", written(fallback, other), other_language(other))


@register.simple_tag
def other_language(language: str) -> str | SafeString:
    """A quiet mark for sentences in this language where it is not the page's."""
    if in_japanese() == (language == "ja"):
        return ""
    words = _("(in Japanese)") if language == "ja" else _("(in English)")
    return format_html('<span class="small quiet">{}</span>', words)


@register.filter
def written(text: str, language: str = "") -> str | SafeString:
    """Words as a source wrote them, marked up with their language, Japanese within other text as well.

    Without a `language` the letters tell: Japanese where at least half of them are, else English or close to it.
    """
    if not text:
        return ""
    here = "ja" if in_japanese() else "en"
    japanese = sum(map(len, JAPANESE.findall(text)))
    if not language:
        language = "ja" if japanese and japanese >= len(LATIN.findall(text)) else "en"
    marked: str = escape(text)
    if japanese and language != "ja":
        marked = JAPANESE.sub(lambda run: _marked("ja", run[0]), marked)
    return mark_safe(marked) if language == here else _marked(language, mark_safe(marked))  # noqa: S308  # escaped above


@register.filter
def publisher(name: str) -> str | SafeString:
    """Who published something: by its Japanese name for readers of Japanese where that is known, else as written."""
    known = IN_JAPANESE.get(name) if in_japanese() else None
    return known or written(name)


@register.filter
def plain(record: object, field: str) -> str:
    """Like `here`, without markup: for titles of pages and attributes."""
    (_language, text), (_other, fallback) = _texts(record, field)
    return text or fallback


@register.filter
def title_is_ours(record: Any) -> bool:
    """Whether the title that `here` shows is a description of ours; Japanese titles never are."""
    return record.title_kind == "description" and not (in_japanese() and record.title_ja)


@register.simple_tag(takes_context=True)
def address_in(context: template.Context, language: str) -> str:
    """The address of this page, with its query, in another language."""
    request: HttpRequest = context["request"]
    return _translated(request.get_full_path(), language)


@register.simple_tag(takes_context=True)
def page_in(context: template.Context, language: str) -> str:
    """The same without the query: the page that search engines know, whatever its filters."""
    request: HttpRequest = context["request"]
    return _translated(request.path, language)


def _translated(address: str, language: str) -> str:
    if language == get_language():
        return address
    found = translate_url(address, language)
    if found != address:
        return found
    # There is no such page; its beginning alone tells the language.
    return f"/{language}{address}" if language != settings.LANGUAGE_CODE else address.removeprefix(f"/{get_language()}")
