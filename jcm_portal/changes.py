"""What changed: the events of a record and its parts, put together by what was done at once, and in words.

Works on the events of `history`; how they are fetched matters little to it, so that staff and public read the same.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import DateTimeField, DecimalField, F, ForeignKey, IntegerField, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .dates import PartialDate
from .history import KEPT, Kept, parts_of
from .templatetags.languages import plain
from .templatetags.units import number

KINDS = list(KEPT.values())
Key = tuple[type[Model], int]  # a row: the noun, and its number
Names = dict[Key, Any]  # what rows are called, as records or as dicts that `plain()` can read
EXACT = "_on_precision"
NEVER_TOLD = {"created_at", "pk"}


@dataclass(frozen=True)
class Event:
    """A row as it stood after an insert or update (or when its history began), or before a delete."""

    kept: Kept
    number: int
    row: int
    at: datetime
    label: str
    context: str  # the id that all events of one request or load share; empty where nobody said who writes
    said: dict[str, Any] = field(default_factory=dict)  # who, why and where
    facts: dict[str, Any] = field(default_factory=dict)  # as JSON knows them, by the name of the field

    @property
    def key(self) -> Key:
        return self.kept.model, self.row

    @property
    def stands(self) -> bool:
        return self.label != "delete"


@dataclass
class Step:
    """What became of one row; `before` is None where nothing was there.

    `unknown`: something was, but the history of the row had not begun.
    """

    before: Event | None
    after: Event
    unknown: bool = False


@dataclass
class Change:
    """All that was done at once: by one request, one load, or within one second by an unknown hand."""

    events: list[Event]
    steps: list[Step]

    @property
    def at(self) -> datetime:
        return self.events[0].at

    @property
    def until(self) -> datetime:
        return self.events[-1].at


# -- Which events ---------------------------------------------------------------------------------------


def of_record(model: type[Model], pk: int) -> Iterator[tuple[Kept, QuerySet]]:
    """The events of a record, of its parts, and of the rows of other records that tell of it."""
    yield from of_record_alone(model, pk)
    for kept in KEPT.values():
        for other in kept.others:
            if kept.belongs_to(other) is model:
                yield kept, kept.events.objects.filter(**{f"{other}_id": pk})


def of_record_alone(model: type[Model], pk: int) -> Iterator[tuple[Kept, QuerySet]]:
    """The events of a record and of its parts."""
    yield KEPT[model], KEPT[model].events.objects.filter(pgh_obj_id=pk)
    for part in parts_of(model):
        owner = part.belongs_to(part.parent)
        if owner is model:
            yield part, part.events.objects.filter(**{f"{part.parent}_id": pk})
        else:
            rows = KEPT[owner].events.objects.filter(**{f"{KEPT[owner].parent}_id": pk}).order_by()
            yield part, part.events.objects.filter(**{f"{part.parent}_id__in": rows.values("pgh_obj_id")})


def outlines(found: Iterable[tuple[Kept, QuerySet]]) -> list[Event]:
    """The events without their facts, oldest first, in one query."""
    columns = ("pgh_id", "pgh_obj_id", "pgh_created_at", "pgh_label", "pgh_context_id")
    queries = [rows.order_by().values_list(Value(KINDS.index(kept)), *columns) for kept, rows in found]
    events = [
        Event(KINDS[kind], number, row, at, label, str(context or ""))
        for kind, number, row, at, label, context in _together(queries)
    ]
    return sorted(events, key=lambda event: (event.at, event.number))


def with_facts(events: Iterable[Event]) -> dict[tuple[Kept, int], Event]:
    """The same events with facts, and with what was said of them, in one query; by kind and number."""
    wanted: dict[int, dict[int, Event]] = {}
    for event in events:
        wanted.setdefault(KINDS.index(event.kept), {})[event.number] = event
    queries = [
        KINDS[kind]
        .events.objects.filter(pgh_id__in=list(found))
        .order_by()
        .values_list(Value(kind), "pgh_id", facts_of(KINDS[kind]), "pgh_context__metadata")
        for kind, found in wanted.items()
    ]
    told = {}
    for kind, number_, facts, said in _together(queries):
        told[KINDS[kind], number_] = replace(wanted[kind][number_], facts=facts, said=said or {})
    return told


def facts_of(kept: Kept, names: Iterable[str] = ()) -> JSONObject:
    """The facts of an event (all, or those named) as one JSON value; decimals as text, which loses nothing."""
    columns: dict[str, Any] = {}
    for name in names or kept.facts:
        column = kept.events._meta.get_field(name)
        columns[name] = Cast(name, TextField()) if isinstance(column, DecimalField) else F(column.attname)
    return JSONObject(**columns)


def _together(queries: list[QuerySet]) -> Iterable[tuple[Any, ...]]:
    return reduce(lambda one, other: one.union(other, all=True), queries).order_by() if queries else []


# -- What was done at once ----------------------------------------------------------------------------------


def changes(events: list[Event]) -> list[Change]:
    """The events, oldest first, by what was done at once; newest first. An entry that came and went is none."""
    groups: dict[Any, list[Event]] = {}
    for event in events:
        groups.setdefault(event.context or event.at.replace(microsecond=0), []).append(event)
    last: dict[Key, Event] = {}
    found = []
    for group in sorted(groups.values(), key=lambda group: (group[-1].at, group[-1].number)):
        before = {event.key: last.get(event.key) for event in group}
        last |= {event.key: event for event in group}
        first: dict[Key, Event] = {}
        for event in group:
            first.setdefault(event.key, event)
        steps = []
        for key, was in before.items():
            unknown = was is None and first[key].label != "insert"
            if (was and was.stands) or last[key].stands or unknown:  # else an entry that came and went
                steps.append(Step(was, last[key], unknown))
        if steps:
            found.append(Change(group, steps))
    return found[::-1]


def tell(found: list[Change]) -> list[Change]:
    """The changes with the facts of their events, in one query."""
    told = with_facts(
        event for change in found for step in change.steps for event in (step.before, step.after) if event
    )
    if not told:
        return found
    answer = []
    for change in found:
        steps = [
            Step(
                told[step.before.kept, step.before.number] if step.before else None,
                told[step.after.kept, step.after.number],
                step.unknown,
            )
            for step in change.steps
        ]
        answer.append(Change(change.events, steps))
    return answer


def last_editor(model: type[Model], pk: int, apart_from: Collection[str]) -> int | None:
    """The account that changed the record or a part of it last; None where a load did, or nobody said who.

    A change of nothing but the fields `apart_from`, such as the publication, is no edit.
    """
    for change in changes(outlines(of_record_alone(model, pk))):
        (told,) = tell([change])
        if any(_edits(step, apart_from) for step in told.steps):
            return told.steps[0].after.said.get("user")
    return None


def _edits(step: Step, apart_from: Collection[str]) -> bool:
    if step.before is None or step.before.stands != step.after.stands:
        return True
    was, now = step.before.facts, step.after.facts
    return any(was.get(name) != now.get(name) for name in step.after.kept.facts if name not in apart_from)


# -- In words ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A field, and what stood and stands there."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """What became of one row, in words; `how` is begins, added, changed or gone."""

    key: Key
    noun: str
    name: str
    how: str
    fields: list[Said]
    changed: tuple[str, ...] = ()  # the names of these fields
    after: Event | None = None


def differences(
    change: Change, record: Key, names: Names, shown: dict[type[Model], set[str]] | None = None
) -> list[Difference]:
    """What a change did to the record and its parts, the record first; `shown` leaves out all other fields."""
    order = {kept.model: place for place, kept in enumerate(KINDS)}
    steps = sorted(
        change.steps, key=lambda step: (step.after.key != record, order[step.after.kept.model], step.after.row)
    )
    told = [_difference(step, record, names, shown) for step in steps]
    return [one for one in told if one is not None]


def _difference(step: Step, record: Key, names: Names, shown: dict[type[Model], set[str]] | None) -> Difference | None:
    after, kept = step.after, step.after.kept
    was = step.before.facts if step.before and step.before.stands else {}
    now = after.facts if after.stands else {}
    if after.stands and (after.label == "begin" or step.unknown):
        how, was, now = "begins", {}, {}
    else:
        how = "changed" if was and now else "added" if now else "gone"
    if how == "gone":
        was = after.facts
    fields, changed = [], []
    for name in kept.facts:
        if name in NEVER_TOLD or name.endswith(EXACT) or (shown is not None and name not in shown.get(kept.model, ())):
            continue
        if (kept.link or name == kept.parent) and not (was and now):
            continue
        column: Any = kept.model._meta.get_field(name)
        exact = f"{name}_precision"
        if (was.get(name), was.get(exact)) == (now.get(name), now.get(exact)):
            continue
        old, new = (say(kept.model, name, facts, names) if facts else "" for facts in (was, now))
        if old != new:
            fields.append(Said(capfirst(str(column.verbose_name)), old, new))
            changed.append(name)
    if how == "changed" and not fields:
        return None
    name = "" if after.key == record else called(kept, after.facts, names)
    return Difference(after.key, capfirst(str(kept.model._meta.verbose_name)), name, how, fields, tuple(changed), after)


def called(kept: Kept, facts: dict[str, Any], names: Names) -> str:
    """By what a row is told from its neighbours, else by its own name or title."""
    words = [say(kept.model, name, facts, names) for name in kept.named_by]
    if not kept.named_by:
        words = [
            str(facts.get(name) or "") for name in ("title", "name", "label", "term", "statement", "number", "key")
        ]
        words = list(filter(None, words))[:1]
    return ", ".join(filter(None, words))


def say(model: type[Model], name: str, facts: dict[str, Any], names: Names) -> str:
    """A fact as a reader would say it; an empty text where there is none."""
    column: Any = model._meta.get_field(name)
    value = facts.get(name)
    if value is None or value in ("", []):
        return ""
    if f"{name}_precision" in facts:
        return PartialDate(column.to_python(value), facts[f"{name}_precision"]).isoformat()
    if isinstance(column, ForeignKey):
        return name_of((column.related_model, value), names)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, DateTimeField):
        return f"{timezone.localtime(column.to_python(value)):%Y-%m-%d %H:%M}"
    if isinstance(column, DecimalField):
        return number(Decimal(value))
    if isinstance(column, IntegerField) and not name.endswith("fiscal_year"):
        return number(value)
    return "; ".join(value) if isinstance(value, list) else str(value)


def name_of(key: Key, names: Names) -> str:
    record = names.get(key)
    if record is None:
        return _("no. %(number)s, which is gone") % {"number": key[1]}
    if isinstance(record, str):
        return record
    for name in ("title", "name", "label"):
        if name in record if isinstance(record, dict) else hasattr(record, f"{name}_ja"):
            return plain(record, name)
    return str(record)


def names_in(found: list[Change]) -> Names:
    """The records that the facts name, in one query for each noun."""
    wanted: dict[type[Model], set[int]] = {}
    for change in found:
        for step in change.steps:
            for event in filter(None, (step.before, step.after)):
                for column in event.kept.model._meta.concrete_fields:
                    if isinstance(column, ForeignKey) and (pk := event.facts.get(column.name)):
                        wanted.setdefault(column.related_model, set()).add(pk)
    names: Names = {}
    for model, pks in wanted.items():
        names |= {(model, record.pk): record for record in model._default_manager.filter(pk__in=pks)}
    return names


def people(found: list[Change]) -> dict[int, str]:
    """Who made the changes, by number of the account."""
    numbers = {number for change in found for step in change.steps if (number := step.after.said.get("user"))}
    accounts = get_user_model()._default_manager.filter(pk__in=numbers)
    return {account.pk: account.get_username() for account in accounts}
