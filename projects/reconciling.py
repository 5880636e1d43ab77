"""What sources state of the programme as a whole, beside what the records here add up to."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate, groupby
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from countries.models import PartnerCountry

from .models import (
    Announcement,
    AnnouncementKind,
    CreditIssuance,
    Milestone,
    MilestoneKind,
    Selection,
    Series,
    StatedTotal,
    StatedWhat,
)
from .querysets import of_public_project
from .series import Coverage, Recorded, Selections, last_day, last_possible, place_among
from .spans import until


@dataclass(frozen=True)
class Line:
    """A stated number beside that on record; None where the two cannot be compared."""

    stated: Any
    value: int
    recorded: int | None
    perhaps: int = 0
    stating: int | None = None
    of: int | None = None

    @property
    def difference(self) -> int | None:
        """What is on record less what is stated."""
        return None if self.recorded is None else self.recorded - self.value

    @property
    def lacking(self) -> int:
        """How much less is on record than stated."""
        return max(0, -(self.difference or 0))


@dataclass(frozen=True)
class Comparison:
    """The stated totals of one kind and one series, oldest first; they may be looked at as one line."""

    what: str
    series: str
    lines: list[Line]

    @property
    def agrees(self) -> bool:
        """Whether every total is just what is on record."""
        return not any(line.difference for line in self.lines)

    @property
    def newest(self) -> Line:
        """The last of them."""
        return self.lines[-1]


class Reconciliation:
    """All that the page lays side by side."""

    @cached_property
    def selections(self) -> Selections:
        """Told apart by the day of each statement."""
        stated = [last_day(total, "stated_on") for total in self.totals]
        released = [last_day(one, "published_on") for one in self.announcements]
        return Selections(day for day in (*stated, *released) if day)

    @cached_property
    def coverage(self) -> Coverage | None:
        """Of the newest stated total of JCM Model Projects, how much is on record."""
        newest = [
            total
            for total in self.totals
            if (total.what, total.series) == (StatedWhat.CUMULATIVE_SELECTED, Series.MODEL_PROJECTS)
        ][-1:]
        for total in newest:
            recorded = self.selections.recorded(total.series, last_day(total, "stated_on") or date.max)
            return Coverage(total, recorded.surely, recorded.perhaps) if recorded else None
        return None

    @cached_property
    def totals(self) -> list[StatedTotal]:
        """Every stated total with a day."""
        rows = StatedTotal.objects.select_related("source").filter(stated_on__isnull=False)
        return list(rows.order_by("stated_on", "pk"))

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Totals that can be compared, by what they count and their series."""
        found: dict[tuple[str, str], list[Line]] = {}
        for line in self._lines:
            if line.recorded is not None:
                found.setdefault((line.stated.what, line.stated.series), []).append(line)
        return [
            Comparison(what, series, found[what, series])
            for what in StatedWhat.values
            for series in Series.values
            if (what, series) in found
        ]

    @cached_property
    def incomparable(self) -> list[StatedTotal]:
        """Totals that count what the records cannot tell; they are shown alone, and never as one line."""
        return [line.stated for line in self._lines if line.recorded is None]

    @cached_property
    def _lines(self) -> list[Line]:
        return [self._line(total) for total in self.totals]

    def _line(self, total: StatedTotal) -> Line:
        by = last_day(total, "stated_on") or date.max
        if total.what == StatedWhat.PARTNER_COUNTRIES:  # whatever their series, all of them count the same
            return Line(total, total.value, sum(on <= by for on in self._joined))
        if total.what in (StatedWhat.CUMULATIVE_SELECTED, StatedWhat.REDUCTION_BY_FY2030):
            return _of_selections(total, total.value, total.what, self.selections.recorded(total.series, by))
        if total.series != Series.ALL_PROGRAMMES:
            return Line(total, total.value, None)
        if total.what == StatedWhat.REGISTERED_PROJECTS:
            return Line(total, total.value, self._registered[by])
        return Line(total, total.value, self._issued[by])

    def _counted(self, what: str, rows: QuerySet, figure: type[Aggregate], of: str, on: Any) -> dict[date, int]:
        """The figure of the rows whose day `on` lies by each of the days on which a total of this kind was stated."""
        stated = (last_day(total, "stated_on") for total in self.totals if total.what == what)
        days = sorted({day for day in stated if day})
        placed = rows.order_by().annotate(_place=place_among(days, on)).values_list("_place")
        found = dict(placed.annotate(_figure=figure(of)))
        return dict(zip(days, accumulate(found.get(place) or 0 for place, _day in enumerate(days)), strict=True))

    @cached_property
    def _joined(self) -> list[date]:
        days = PartnerCountry.objects.filter(joined_on__isnull=False).order_by()
        return [until(on, exact) for on, exact in days.values_list("joined_on", "joined_on_precision") if on]

    @cached_property
    def _registered(self) -> dict[date, int]:
        steps = Milestone.objects.filter(of_public_project(), kind=MilestoneKind.REGISTERED, reached_on__isnull=False)
        return self._counted(StatedWhat.REGISTERED_PROJECTS, steps, Count, "pk", last_possible("reached_on"))

    @cached_property
    def _issued(self) -> dict[date, int]:
        issued, on = CreditIssuance.objects.of_published(), Coalesce("issued_on", "decided_on")
        return self._counted(StatedWhat.CREDITS_ISSUED, issued, Sum, "total_tco2", on)

    # -- Round by round ------------------------------------------------------------------------------

    @cached_property
    def announcements(self) -> list[Any]:
        """Public results, and other releases that state a total, the newest first, each with `recorded`."""
        states = Q(stated_cumulative__isnull=False) | Q(stated_reduction_by_fy2030_tco2__isnull=False)
        return list(
            Announcement.objects.published()
            .filter(Q(kind=AnnouncementKind.SELECTION_RESULT) | Q(stated_selected__isnull=False) | states)
            .select_related("round", "programme", "source")
            .with_recorded()
            .order_by(F("fiscal_year").desc(nulls_last=True), F("published_on").desc(nulls_last=True), "key")
        )

    @cached_property
    def rounds(self) -> list["Release"]:
        """What each of them states beside what is on record."""
        return [self._release(announcement) for announcement in self.announcements]

    @cached_property
    def years(self) -> list["Year"]:
        """The same by fiscal year, the newest first and what has none last."""
        by_year = groupby(self.rounds, key=lambda release: release.announcement.fiscal_year)
        return [Year(number, list(releases)) for number, releases in by_year]

    def _release(self, announcement: Any) -> "Release":
        stated = announcement.stated_selected
        by, series = last_day(announcement, "published_on"), announcement.stated_cumulative_series
        recorded = self.selections.recorded(series, by) if by else None
        totals = {
            StatedWhat.CUMULATIVE_SELECTED: announcement.stated_cumulative,
            # The series of its tonnes is that of its number; without one, it is not said what they are the tonnes of.
            StatedWhat.REDUCTION_BY_FY2030: announcement.stated_reduction_by_fy2030_tco2,
        }
        return Release(
            announcement,
            None if stated is None else Line(announcement, stated, announcement.recorded),
            [
                (str(what), _of_selections(announcement, value, what, recorded))
                for what, value in totals.items()
                if value is not None
            ],
        )

    @cached_property
    def listed(self) -> dict[str, int]:
        """Over the releases that state a number: what they state and what of it is on record, and lists without a row.

        `by_year_alone` are selections known without their release.
        """
        stating = [release for release in self.rounds if release.selected]
        return {
            "stated": sum(year.stated for year in self.years),
            "recorded": sum(year.recorded for year in self.years),
            "empty": sum(not release.announcement.recorded for release in stating),
            "by_year_alone": Selection.objects.filter(of_public_project(), announcement__isnull=True).count(),
        }

    @property
    def last_checked(self) -> date | None:
        """The latest day on which somebody read one of the sources of all this."""
        return max(
            (one.source.seen_on for one in (*self.totals, *self.announcements)),
            default=None,
        )

    @property
    def without_programme(self) -> int:
        """Public projects whose programme is not known: some may belong to a series."""
        return sum(one.count for one in self.selections.groups if one.programme is None)

    @property
    def withdrawn(self) -> int:
        """Public projects that were withdrawn."""
        return sum(one.count for one in self.selections.groups if one.is_withdrawn)


def _of_selections(stated: Any, value: int, what: str, recorded: Recorded | None) -> Line:
    if recorded is None:
        return Line(stated, value, None)
    if what == StatedWhat.REDUCTION_BY_FY2030:
        return Line(stated, value, recorded.reduction, stating=recorded.stating, of=recorded.surely)
    return Line(stated, value, recorded.surely, perhaps=recorded.perhaps)


@dataclass(frozen=True)
class Release:
    """What a release states: how many projects it selects, and totals so far by `StatedWhat`."""

    announcement: Any
    selected: Line | None
    totals: list[tuple[str, Line]]

    @property
    def differs(self) -> bool:
        """Whether any of its numbers is another one than on record."""
        lines = [self.selected, *(line for _what, line in self.totals)]
        return any(line is not None and bool(line.difference) for line in lines)


@dataclass(frozen=True)
class Year:
    """The releases of a fiscal year, None where they name none."""

    number: int | None
    releases: list[Release]

    @property
    def stating(self) -> list[Line]:
        """The numbers of selected projects that they state."""
        return [release.selected for release in self.releases if release.selected]

    @property
    def stated(self) -> int:
        """How many projects they say were selected."""
        return sum(line.value for line in self.stating)

    @property
    def recorded(self) -> int:
        """How many of these rows are on record."""
        return sum(line.recorded or 0 for line in self.stating)


def differing_announcements() -> QuerySet[Announcement]:
    """Announcements, public or not, that state another number of selected projects than their list has rows."""
    counted = Announcement.objects.filter(stated_selected__isnull=False).annotate(rows=Count("selections"))
    return counted.exclude(stated_selected=F("rows"))
