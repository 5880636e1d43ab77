"""How many projects of each series of stated totals are on record by a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Sum,
    Value,
    When,
)

from jcm_portal.dates import DatePrecision

from .models import (
    Milestone,
    MilestoneKind,
    Programme,
    Project,
    Series,
    StatedTotal,
    StatedWhat,
    Status,
)
from .models.taxonomy import FIRST_FISCAL_YEAR
from .spans import Span, span_from, until

LAST_YEAR = 2030  # the fiscal year up to which releases state a cumulative reduction
# Which programmes each series counts, by the words of the sources; ALL_PROGRAMMES counts every project, OTHER nothing
# that could be told.
MODEL_PROJECTS = ("jcm-model-projects", "jcm-eco-lease")
OF_THE_MINISTRY = (
    *MODEL_PROJECTS,
    "jcm-redd-plus",
    "jcm-f-gas",
    "jcm-hydrogen-new-technology",
    "co-innovation",
    "adb-jfjcm",
    "unido-contribution",
    "unido-lcet",
)
REGISTERED = [Status.REGISTERED, Status.CREDITS_ISSUED]  # what a project is once it was registered
PROGRAMMES: dict[str, tuple[str, ...]] = {
    Series.MODEL_PROJECTS: MODEL_PROJECTS,
    Series.ALL_MOE_PROGRAMMES: OF_THE_MINISTRY,
}


@dataclass(frozen=True)
class Group:
    """Public projects of one programme that were first selected within the same days.

    `reduction` are their tCO2 up to FY2030: the yearly figure of the `stating` ones, from the fiscal year after their
    selection on.
    """

    programme: int | None
    is_withdrawn: bool
    span: Span
    count: int
    stating: int
    reduction: int


@dataclass(frozen=True)
class Recorded:
    """How much of a series is on record by a day.

    `surely` were selected by then, of `perhaps` it is not known, and `withdrawn` since: stated totals leave them out.
    `stating` and `reduction` are those of the ones surely selected.
    """

    surely: int
    perhaps: int
    withdrawn: int
    stating: int
    reduction: int


class Selections:
    """When the public projects were first selected, by programme, told apart by the `days` that are asked for."""

    def __init__(self, days: Iterable[date]) -> None:
        ends_of_years = (date(year, 3, 31) for year in range(FIRST_FISCAL_YEAR, LAST_YEAR + 1))
        self.days = sorted({*days, *ends_of_years})  # so that the projects of a group are of one fiscal year
        self.programmes = dict(Programme.objects.order_by().values_list("slug", "pk"))
        apart, rough = _rough()
        registered = list(self._before_registration())
        self.groups = [*rough, *registered, *self._others(apart, registered)]
        self._of_series: dict[str, list[Group]] = {}  # of those asked for

    def recorded(self, series: str, by: date) -> Recorded | None:
        """What is on record of a series by the end of one of the days; None where the series counts nothing known."""
        if series not in PROGRAMMES:
            return None
        if series not in self._of_series:
            counted = {self.programmes.get(slug, 0) for slug in PROGRAMMES[series]}
            self._of_series[series] = [one for one in self.groups if one.programme in counted]
        groups = [one for one in self._of_series[series] if one.span.first <= by]
        standing = [one for one in groups if not one.is_withdrawn]
        surely = [one for one in standing if one.span.last <= by]
        return Recorded(
            surely=sum(one.count for one in surely),
            perhaps=sum(one.count for one in standing if one.span.last > by),
            withdrawn=sum(one.count for one in groups if one.is_withdrawn),
            stating=sum(one.stating for one in surely),
            reduction=sum(one.reduction for one in surely),
        )

    def _day(self, place: int) -> date:
        return self.days[place] if place < len(self.days) else date.max

    def _others(self, apart: list[int], registered: list[Group]) -> Iterator[Group]:
        """All but those told apart, in one query: of a day, only between which of the days it lies counts."""
        columns = {
            "gone": Q(status=Status.WITHDRAWN),
            "place": place_among(self.days, F("selected_on")),
            "year": Case(When(selected_on__isnull=True, then=F("fiscal_year")), default=None),
        }
        rows = Project.objects.published().exclude(pk__in=apart).order_by().annotate(**columns)
        grouped = rows.values("programme", *columns).annotate(**FIGURES)
        for programme, gone, place, year, *figures in grouped.values_list("programme", *columns, *FIGURES):
            if place is not None:
                yield _group(programme, gone, Span(self._day(place), self._day(place)), *figures)
            elif year:
                yield _group(programme, gone, span_from(year, None), *figures)
            else:  # those registered are in groups of their own
                known = sum(one.count for one in registered if one.programme == programme and not gone)
                yield _group(programme, gone, Span(), figures[0] - known, 0, 0)

    def _before_registration(self) -> Iterator[Group]:
        """Those of which the registration alone is on record; withdrawn ones are none of them."""
        registered = Milestone.objects.filter(kind=MilestoneKind.REGISTERED, reached_on__isnull=False)
        earlier = registered.filter(project=OuterRef("pk"), reached_on__lt=OuterRef("milestones__reached_on"))
        first = Project.objects.published().filter(
            ~Exists(earlier),
            status__in=REGISTERED,
            programme__isnull=False,
            selected_on=None,
            fiscal_year=None,
            milestones__kind=MilestoneKind.REGISTERED,
            milestones__reached_on__isnull=False,
        )
        last = last_possible("milestones__reached_on")
        placed = first.order_by().annotate(place=place_among(self.days, last))
        grouped = placed.values("programme", "place").annotate(**FIGURES)
        for programme, place, *figures in grouped.values_list("programme", "place", *FIGURES):
            yield _group(programme, False, Span(last=self._day(place)), *figures)


FIGURES: dict[str, Any] = {
    "count": Count("pk"),
    "stating": Count("expected_reduction_tco2_per_year"),
    "reduction": Sum("expected_reduction_tco2_per_year", default=0),
}


def _group(programme: int | None, gone: bool, span: Span, count: int, stating: int, reduction: int) -> Group:
    years = max(0, LAST_YEAR - fiscal_year(span.last))
    return Group(programme, gone, span, count, stating, reduction * years)


def place_among(days: list[date], day: Any) -> Func:
    """The place of the first of the days, in order, that is not before `day`; their number for a later one."""
    after = Value([one + timedelta(days=1) for one in days], ArrayField(DateField()))
    return Func(day, after, function="width_bucket", output_field=IntegerField())


def last_possible(field: str) -> Case:
    """The last day that a partial date may mean, in the database; see `until`."""
    return Case(
        When(
            **{f"{field}_precision": DatePrecision.MONTH},
            then=Func(F(field), template="(%(expressions)s + interval '1 month -1 day')::date"),
        ),
        When(
            **{f"{field}_precision": DatePrecision.YEAR},
            then=Func(F(field), template="(%(expressions)s + interval '1 year -1 day')::date"),
        ),
        default=F(field),
        output_field=DateField(),
    )


def fiscal_year(on: date) -> int:
    """Japan's, from April to March."""
    return on.year if on.month >= 4 else on.year - 1


def _rough() -> tuple[list[int], list[Group]]:
    """The numbers of those whose first selection is known to the month or the year, and their groups."""
    steps = Milestone.objects.filter(
        kind=MilestoneKind.SELECTED,
        reached_on_precision__in=[DatePrecision.MONTH, DatePrecision.YEAR],
        reached_on=F("project__selected_on"),
        project__in=Project.objects.published(),
    )
    columns = ("project", "project__programme", "project__status", "reached_on", "reached_on_precision")
    rows = steps.order_by().values_list(*columns, "project__expected_reduction_tco2_per_year")
    apart: list[int] = []
    figures: dict[tuple[int | None, bool, Span], list[int | None]] = {}
    for project, programme, status, on, exact, reduction in rows:
        if on:
            apart.append(project)
            alike = programme, status == Status.WITHDRAWN, Span(on, until(on, exact))
            figures.setdefault(alike, []).append(reduction)
    groups = []
    for alike, reductions in figures.items():
        stated = [one for one in reductions if one is not None]
        groups.append(_group(*alike, len(reductions), len(stated), sum(stated)))
    return apart, groups


# -- The newest total --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coverage:
    """A stated total of selected projects, and how many of its series were surely or perhaps selected by its day."""

    stated: StatedTotal
    surely: int
    perhaps: int


def coverage() -> Coverage | None:
    """Of the newest stated total of JCM Model Projects, how much is on record; two queries."""
    newest = (
        StatedTotal.objects.filter(
            what=StatedWhat.CUMULATIVE_SELECTED, series=Series.MODEL_PROJECTS, stated_on__isnull=False
        )
        .select_related("source")
        .order_by("-stated_on", "-pk")
        .first()
    )
    by = last_day(newest, "stated_on") if newest else None
    if newest is None or by is None:
        return None
    rows = Project.objects.published().filter(programme__slug__in=PROGRAMMES[newest.series])
    counted = rows.exclude(status=Status.WITHDRAWN).aggregate(
        surely=Count("pk", filter=_surely(by)), possibly=Count("pk", filter=_possibly(by))
    )
    return Coverage(newest, counted["surely"], counted["possibly"] - counted["surely"])


def _surely(by: date) -> Q:
    """That a project was selected by the end of a day; only what lies in the year of the day is looked at closely.

    Steps are asked for last: the database takes conditions in their order.
    """
    next_day = by + timedelta(days=1)
    new_year = next_day.replace(month=1, day=1)
    steps = Milestone.objects.alias(last=last_possible("reached_on")).filter(last__lte=by, project=OuterRef("pk"))
    this_year = steps.filter(kind=MilestoneKind.SELECTED, reached_on=OuterRef("selected_on"))
    registered = steps.filter(kind=MilestoneKind.REGISTERED)
    no_day = Q(selected_on__isnull=True)
    return (
        Q(selected_on__lt=new_year)
        | (Q(selected_on__gte=new_year, selected_on__lte=by) & Q(Exists(this_year)))
        | (no_day & Q(fiscal_year__lt=fiscal_year(next_day)))
        | (no_day & Q(fiscal_year__isnull=True, status__in=REGISTERED) & Q(Exists(registered)))
    )


def _possibly(by: date) -> Q:
    """That a project may have been selected by the end of a day."""
    no_day = Q(selected_on__isnull=True)
    in_time = Q(fiscal_year__lte=fiscal_year(by)) | Q(fiscal_year__isnull=True)
    return Q(selected_on__lte=by) | (no_day & in_time)


def last_day(record: Any, field: str) -> date | None:
    """The last day that a partial date of the record may mean."""
    on, exact = record.partial(field)
    return until(on, exact) if on else None
