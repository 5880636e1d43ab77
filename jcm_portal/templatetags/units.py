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
ERAS = ((2019, "令和"), (1989, "平成"))  # by the fiscal year that was their first
MYRIAD = 10_000  # 万, by which Japanese counts large amounts; 億 is a myriad of myriads


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
def number_stated(value: int | Decimal | None) -> str | SafeString:
    """A count whose unit stands above it; “not stated” for None."""
    return _stated() if value is None else number(value)


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


@register.filter
def large(value: int) -> str:
    """A large amount as a headline says it: 約2,000万トン in Japanese, else the number as it is."""
    if not in_japanese():
        return number(value)
    if value < MYRIAD:
        return f"約{value:,}トン"
    above, below = divmod((value + MYRIAD // 2) // MYRIAD, MYRIAD)
    return f"約{f'{above:,}億' if above else ''}{f'{below:,}万' if below else ''}トン"


@register.filter
def exact(value: int) -> str | SafeString:
    """The figure that `large` rounds, to stand beside it; empty where `large` does not round."""
    return tco2(value) if in_japanese() else ""


@register.filter
def about_tco2(value: int) -> SafeString:
    """An amount that a source states roughly: about 20,000,000 tCO2, or 約2,000万トン with the figure beside it."""
    if in_japanese():
        return format_html('{}<span class="quiet">（{}）</span>', large(value), tco2(value))
    return format_html("about {}", tco2(value))


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


def era(year: int) -> str:
    """A fiscal year by the era of Japan's calendar: 令和5年度. That of 2019 began as 平成31年度."""
    first, name = next(one for one in ERAS if one[0] <= year)
    count = year - first + 1
    named = f"{name}{'元' if count == 1 else count}年度"
    return f"{named}（平成31年度）" if year == 2019 else named


@register.filter
def fiscal_year_and_era(value: int | None) -> str | SafeString:
    """A fiscal year and, in Japanese, the name by which releases call it: 2023年度 令和5年度."""
    if value is None or not in_japanese():
        return fiscal_year(value)
    return format_html('{} <span class="quiet">{}</span>', fiscal_year(value), era(value))


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
