"""An earlier version of a record, or a deleted one, put back: first what would change, then all of it or nothing.

Only facts come back. Whether a record is public, since when and by whom is for the verbs of publication alone: they
stay as they are, and what was deleted comes back as a draft.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .changes import KINDS, Event, Key, facts_of, of_record, outlines, with_facts
from .history import KEPT, Kept, parts_of
from .models import Publication, PublicationState

# What the verbs of publication move.
STATE = {
    *("state", "submitted_at", "submitted_by", "published_at", "published_by"),
    *("withdrawn_at", "withdrawn_by", "withdrawal_reason"),
}
# And what links and files of others name, or what else decides whether a page is public.
FIXED = STATE | {"created_at", "key", "merged_into"}
DERIVED = {"status", "selected_on"}  # the database works them out


class NotRestorable(Exception):
    """It cannot be put back; the text says why."""


@dataclass
class Row:
    """A row as it is and as it would be; None where it is not there."""

    kept: Kept
    pk: int
    now: dict[str, Any] | None
    then: dict[str, Any] | None

    @property
    def values(self) -> dict[str, Any]:
        """What it would be, as the database wants it."""
        columns = {column.name: column for column in self.kept.model._meta.concrete_fields}
        assert self.then is not None
        return {
            columns[name].attname: value if columns[name].is_relation else columns[name].to_python(value)
            for name, value in self.then.items()
        }


@dataclass
class Plan:
    """What would be written: the record's own row first, then its parts."""

    record: Key
    rows: list[Row] = field(default_factory=list)

    def events(self) -> list[tuple[Event | None, Event]]:
        """The same as if it had happened, to be told like any other change."""
        now = timezone.now()
        pairs = []
        for row in self.rows:
            was = Event(row.kept, 0, row.pk, now, "update", "", {}, row.now) if row.now is not None else None
            if row.then is None:
                pairs.append((was, Event(row.kept, 0, row.pk, now, "delete", "", {}, row.now or {})))
            else:
                pairs.append((was, Event(row.kept, 0, row.pk, now, "update" if was else "insert", "", {}, row.then)))
        return pairs


def restorable(kept: Kept) -> list[str]:
    """The facts that come back with an earlier version of a row."""
    publication = issubclass(kept.model, Publication)
    return [name for name in kept.facts if not (publication and name in FIXED | DERIVED)]


def _belonging(model: type[Model], pk: int) -> Iterator[tuple[Kept, QuerySet]]:
    """The events of the record, its parts, and the other halves of entries that stand in the lists of two records."""
    own = {model, *(part.model for part in parts_of(model))}
    yield from ((kept, rows) for kept, rows in of_record(model, pk) if kept.model in own)
    for part in parts_of(model):
        if part.link is not None and getattr(part.link.remote_field, "symmetrical", False):
            yield part, part.events.objects.filter(**{f"{part.named_by[0]}_id": pk})


def _naming(model: type[Model], pk: int) -> Iterator[tuple[Kept, QuerySet]]:
    """The events of entries in other records' lists that name the record; they go with it when it is deleted."""
    for kept in KINDS:
        if (
            kept.link is not None
            and kept.belongs_to(kept.named_by[0]) is model
            and kept.belongs_to(kept.parent) is not model
        ):
            yield kept, kept.events.objects.filter(**{f"{kept.named_by[0]}_id": pk})


def _present(kept: Kept, model: type[Model], pk: int) -> dict[int, dict[str, Any]]:
    """The rows that belong to the record now, with their facts as JSON knows them."""
    if kept.model is model:
        mine = Q(pk=pk)
    elif kept.belongs_to(kept.parent) is model:
        mine = Q(**{f"{kept.parent}_id": pk})
        if kept.link is not None and getattr(kept.link.remote_field, "symmetrical", False):
            mine |= Q(**{f"{kept.named_by[0]}_id": pk})
    else:
        owner = KEPT[kept.belongs_to(kept.parent)]
        mine = Q(**{f"{kept.parent}__{owner.parent}_id": pk})
    rows = kept.model._base_manager.filter(mine).order_by()
    return dict(rows.values_list("pk", facts_of(kept)))


def plan(model: type[Model], pk: int, until: datetime) -> Plan:
    """What it takes to bring a record and its parts back to how they stood at a moment.

    Rows of which no event is known are left alone. Raises NotRestorable where the record itself has no version then.
    """
    events = outlines(_belonging(model, pk))
    then: dict[Key, Event] = {event.key: event for event in events if event.at <= until}
    if (model, pk) not in then or not then[model, pk].stands:
        raise NotRestorable(_("There is no version of this record from that time."))
    told = with_facts(then.values())
    rows = []
    for kept in [KEPT[model], *parts_of(model)]:
        names = restorable(kept)
        present = _present(kept, model, pk)
        known = {event.row for event in events if event.kept is kept}
        for row in sorted(present.keys() | known):
            event = then.get((kept.model, row))
            if event is None and row not in known:
                continue
            wanted = told[event.kept, event.number].facts if event and event.stands else None
            now = present.get(row)
            wanted = {name: wanted.get(name) for name in names} if wanted is not None else None
            now = {name: now.get(name) for name in names} if now is not None else None
            if wanted != now:
                rows.append(Row(kept, row, now, wanted))
    return Plan((model, pk), rows)


def plan_recovery(model: type[Model], pk: int) -> Plan:
    """What it takes to put a deleted record back, with the parts that went with it.

    Raises NotRestorable where it is there, or was never deleted.
    """
    events = outlines([*_belonging(model, pk), *_naming(model, pk)])
    own = [event for event in events if event.key == (model, pk)]
    if not own or own[-1].stands or model._base_manager.filter(pk=pk).exists():
        raise NotRestorable(_("This record is not deleted."))
    gone = own[-1]
    last = {event.key: event for event in events}
    with_it = [event for event in last.values() if not event.stands and _at_once(event, gone)]
    told = with_facts(with_it)
    rows = []
    for event in sorted(with_it, key=lambda event: (KINDS.index(event.kept), event.row)):
        facts = dict(told[event.kept, event.number].facts)
        if issubclass(event.kept.model, Publication):
            facts |= dict.fromkeys(STATE, None) | {"state": PublicationState.DRAFT, "withdrawal_reason": ""}
            facts = {name: value for name, value in facts.items() if name not in DERIVED}
        rows.append(Row(event.kept, event.row, None, facts))
    rows.sort(key=lambda row: (row.kept.model is not model, KINDS.index(row.kept)))
    return Plan((model, pk), rows)


def _at_once(event: Event, gone: Event) -> bool:
    if gone.context:
        return event.context == gone.context
    return abs((event.at - gone.at).total_seconds()) < 1


def refusals(plan: Plan) -> list[str]:
    """Why the plan cannot be carried out, as far as that can be told beforehand, in words."""
    found = []
    for row in plan.rows:
        if row.then is None:
            continue
        for column in row.kept.model._meta.concrete_fields:
            value = row.then.get(column.name)
            if not column.unique or column.primary_key or value in (None, ""):
                continue
            if row.kept.model._base_manager.filter(**{column.name: value}).exclude(pk=row.pk).exists():
                label = column.verbose_name
                found.append(_("Another record has the %(field)s “%(value)s” now.") % {"field": label, "value": value})
    return found


@transaction.atomic
def carry_out(plan: Plan) -> None:
    """Write it; raises NotRestorable for what can be told beforehand, and the database's own error for the rest."""
    found = refusals(plan)
    if found:
        raise NotRestorable(" ".join(found))
    for row in reversed(plan.rows):
        if row.then is None:
            row.kept.model._base_manager.filter(pk=row.pk).delete()
    for row in plan.rows:
        if row.then is None:
            continue
        values = row.values
        if issubclass(row.kept.model, Publication):
            values["updated_at"] = timezone.now()
        if row.now is None:
            record = row.kept.model(pk=row.pk, **values)
            record.save_base(force_insert=True, raw=True)  # as it was, also the moment at which it was made
        else:
            row.kept.model._base_manager.filter(pk=row.pk).update(**values)
    connection.check_constraints()
