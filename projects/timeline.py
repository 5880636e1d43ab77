"""A project's line of time: what is on record, what comes next by the project cycle, how long it is silent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jcm_portal.dates import DatePrecision, PartialDate

from .models import Milestone, MilestoneKind

ORDER = {kind: place for place, kind in enumerate(MilestoneKind.values)}
# What may lie ahead, as the Project Cycle Procedure has it; the glossary names the source of that. No objection is
# none of it: a model project is selected only after it, so where it is missing it is not on record, not to come.
CYCLE = (
    MilestoneKind.VALIDATED,
    MilestoneKind.REGISTERED,
    MilestoneKind.MONITORING_REPORT,
    MilestoneKind.VERIFIED,
    MilestoneKind.CREDITS_ISSUED,
)
SILENT_FROM = 12  # months without news that are worth a word


@dataclass(frozen=True)
class Step:
    """A milestone, and the days since the dated one before it; None unless both are known to the day."""

    milestone: Milestone
    days: int | None


@dataclass(frozen=True)
class Silence:
    """How many whole months ago the last news came at the least, and when that was."""

    months: int
    since: PartialDate


@dataclass(frozen=True)
class Timeline:
    """What the line of time shows; `ahead` are the steps not yet reached, the next one first."""

    steps: list[Step]
    ahead: list[MilestoneKind]
    silence: Silence | None


def timeline(milestones: Iterable[Milestone], *, today: date) -> Timeline:
    """The line of time of a project with these milestones."""
    ordered = in_order(milestones)
    return Timeline(_steps(ordered), _ahead(ordered), _silence(ordered, today))


def in_order(milestones: Iterable[Milestone]) -> list[Milestone]:
    """Milestones by day; where no day decides, in the order of the project cycle."""
    known = list(milestones)
    dated = sorted((one for one in known if one.reached_on), key=lambda one: (one.reached_on, ORDER[one.kind]))
    story = sorted((one for one in known if not one.reached_on), key=lambda one: ORDER[one.kind])
    for one in dated:
        places = (i for i, other in enumerate(story) if not other.reached_on and ORDER[other.kind] > ORDER[one.kind])
        story.insert(next(places, len(story)), one)
    return story


def _steps(ordered: Sequence[Milestone]) -> list[Step]:
    steps, before = [], None
    for one in ordered:
        exact = one.reached_on if one.reached_on_precision == DatePrecision.DAY else None
        steps.append(Step(one, (exact - before).days if exact and before else None))
        if one.reached_on:
            before = exact
    return steps


def _ahead(ordered: Sequence[Milestone]) -> list[MilestoneKind]:
    """The steps of the cycle behind the farthest one reached; none where it is not known how far a project is."""
    kinds = {one.kind for one in ordered}
    if MilestoneKind.WITHDRAWN in kinds:
        return []
    reached = max((ORDER[kind] for kind in kinds if kind != MilestoneKind.COMPLETED), default=None)
    return [] if reached is None else [kind for kind in CYCLE if ORDER[kind] > reached]


def _silence(ordered: Sequence[Milestone], today: date) -> Silence | None:
    if any(one.kind == MilestoneKind.WITHDRAWN for one in ordered):
        return None
    last = max((one for one in ordered if one.reached_on), key=_latest, default=None)
    if last is None:
        return None
    day = _latest(last)
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return Silence(months, last.partial("reached_on")) if months >= SILENT_FROM else None


def _latest(milestone: Milestone) -> date:
    """The last day that a milestone may have been reached on: of a month or a year its end."""
    day = milestone.reached_on
    assert day is not None  # only dated ones are asked for
    if milestone.reached_on_precision == DatePrecision.YEAR:
        return date(day.year, 12, 31)
    if milestone.reached_on_precision == DatePrecision.MONTH:
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day
