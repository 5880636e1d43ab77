"""Amounts, years and days as the field writes them, in the reader's language."""

from datetime import date
from decimal import Decimal

from django import template
from django.utils import dates
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jcm_portal.dates import DatePrecision, PartialDate

register = template.Library()


def in_japanese() -> bool:
    """Whether the page is in Japanese."""
    return (get_language() or "").startswith("ja")


@register.filter
def number(value: int | Decimal | None) -> str:
    """A count with thousands separated; an empty text for None. Decimals lose trailing zeros."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        value = value.normalize()
        return f"{value:,f}"
    return f"{value:,}"


@register.filter
def tco2(value: int | None) -> SafeString:
    """Tonnes of CO2 with their unit."""
    return format_html('<span class="num">{} tCO<sub>2</sub></span>', number(value)) if value is not None else _stated()


@register.filter
def tco2_per_year(value: int | None) -> SafeString:
    """Tonnes of CO2 in a year with their unit; “not stated” for None."""
    if value is None:
        return _stated()
    return format_html('<span class="num">{} tCO<sub>2</sub>/{}</span>', number(value), _("year"))


def _stated() -> SafeString:
    return format_html('<span class="unknown">{}</span>', _("not stated"))


@register.filter
def mw(value: Decimal | None) -> SafeString:
    """A capacity in megawatts with its unit; “not stated” for None."""
    return format_html('<span class="num">{} MW</span>', number(value)) if value is not None else _stated()


@register.filter
def fiscal_year(value: int | str | None) -> str:
    """A fiscal year of Japan: FY2023 or 2023年度; an empty text for None."""
    if value in (None, ""):
        return ""
    return f"{value}年度" if in_japanese() else f"FY{value}"


@register.filter
def day(value: date | PartialDate | None) -> str:
    """A date as far as it is known: 17 August 2023, August 2023 or 2023; 2023年8月17日 in Japanese."""
    if value is None:
        return ""
    on, precision = value if isinstance(value, PartialDate) else (value, DatePrecision.DAY)
    if on is None:
        return ""
    if precision == DatePrecision.YEAR:
        return f"{on.year}年" if in_japanese() else str(on.year)
    if precision == DatePrecision.MONTH:
        return f"{on.year}年{on.month}月" if in_japanese() else f"{dates.MONTHS[on.month]} {on.year}"
    return f"{on.year}年{on.month}月{on.day}日" if in_japanese() else f"{on.day} {dates.MONTHS[on.month]} {on.year}"


@register.filter
def day_stated(value: date | None) -> str | SafeString:
    """A date; “not stated” for None."""
    return day(value) or _stated()


@register.filter
def on(record: object, field: str) -> str:
    """A record's partial date, such as `milestone|on:"reached_on"`."""
    return day(record.partial(field))  # type: ignore[attr-defined]
