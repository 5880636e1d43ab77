"""When projects were first selected, as closely as that is known, and in which order."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import Counter
from datetime import date
from typing import NamedTuple

from jcm_portal.dates import DatePrecision


class Span(NamedTuple):
    """From which day to which day a project was first selected, as closely as that is known.

    A day of selection makes both the same. Of a registered project without one, only the last possible day is known.
    """

    first: date = date.min
    last: date = date.max

    @property
    def is_a_day(self) -> bool:
        return self.first == self.last


class Standing(NamedTuple):
    """A precedent among those of its technology and country.

    `before` are surely earlier, `same_day` were selected on its very day, and of `open` the order is not known.
    """

    pk: int
    span: Span
    before: int
    same_day: int
    open: int


def standings(spans: dict[int, Span]) -> list[Standing]:
    """The projects in the order of their selection, those whose last possible day is earliest first."""
    firsts = sorted(span.first for span in spans.values())
    lasts = sorted(span.last for span in spans.values())
    on_a_day = Counter(span.first for span in spans.values() if span.is_a_day)
    found = []
    for pk, span in sorted(spans.items(), key=lambda item: (item[1].last, item[1].first, item[0])):
        before = bisect_left(lasts, span.first)
        after = len(firsts) - bisect_right(firsts, span.last)
        same_day = on_a_day[span.first] - 1 if span.is_a_day else 0
        found.append(Standing(pk, span, before, same_day, len(spans) - before - after - same_day - 1))
    return found


def until(on: date, precision: str) -> date:
    """The last day that a date may mean: 2023-08 is at the latest 31 August."""
    if precision == DatePrecision.YEAR:
        return date(on.year, 12, 31)
    if precision == DatePrecision.MONTH:
        return date(on.year, on.month, monthrange(on.year, on.month)[1])
    return on


def span_from(fiscal_year: int | None, registered_on: date | None) -> Span:
    """When a project without a day of selection was selected: in its fiscal year, else before its registration."""
    if fiscal_year:
        return Span(date(fiscal_year, 4, 1), date(fiscal_year + 1, 3, 31))
    return Span(last=registered_on or date.max)
