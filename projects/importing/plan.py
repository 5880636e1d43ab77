"""What is to become of each record, by three versions of it.

They are what the file says now, what the loader last wrote (`LoadedRecord`) and what the database holds. Further
sources, technologies, aliases and the like count as part of their record.

- The file says what was written last: nothing is done, whatever staff made of the record.
- The file says something new, and the record is as it was written: the record follows the file.
- The file says something new, but staff edited or deleted the record since: it is kept, and the summary names it.
- Staff entered the same fact before the file had it: it counts as loaded if it is the same in all, else it is kept.

A record that names one that staff deleted is kept out likewise. Rows to which their file gives no key, such as
milestones, are compared with what was loaded before of the same project and kind: equal ones go together, then those
of which one may correct the other (`Table.corrects`), the most alike first; so a corrected day changes a record and
never doubles it.

An import by staff is an edit by a person: there are two versions, the file and the database, and the record follows
the file. What the loader wrote last does not matter, and stays as it is.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext as _

from projects.models import LoadedRecord

from .checking import Checked
from .present import Keys, Present
from .records import Record
from .tables import DERIVED, REFERRED, TABLES, Table, Values


class Outcome(StrEnum):
    """What becomes of a record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # as staff left it
    REFUSED = "refused"  # of rows, not of records: a bad row makes none


@dataclass(slots=True)
class Decision:
    """What is to become of one record, and what it stands on."""

    record: Record
    outcome: Outcome
    key: str  # of its LoadedRecord
    pk: int | None = None  # of the record in the database
    once: LoadedRecord | None = None
    reason: str = ""  # why it is kept
    before: Values | None = None  # where staff import: what is on record

    @property
    def to_be_remembered(self) -> bool:
        if self.outcome is Outcome.KEPT:
            return False
        if self.once is None:
            return True
        written = self.once.key, self.once.object_id, self.once.values
        return written != (self.key, self.pk, self.record.values)


class Written(Protocol):
    """A version of a record that is there."""

    values: Values


@dataclass(slots=True)
class OnRecord:
    """What the database holds of one record."""

    pk: int
    values: Values


class Plan:
    """What is to become of each record. Making one writes nothing, so that a preview can show it."""

    def __init__(self, checked: Checked) -> None:
        self.by_staff = checked.by_staff
        if checked.by_staff:
            assert checked.keys is not None
            self.keys = checked.keys
            self.present: dict[Table, Present] = checked.present
            self.decisions: dict[Table, list[Decision]] = self._of_staff(checked)
            return
        written: dict[str, list[LoadedRecord]] = defaultdict(list)
        for once in LoadedRecord.objects.order_by("pk"):
            written[once.file].append(once)
        self.keys = Keys(once for several in written.values() for once in several)
        self.present = {}
        self.decisions = {}
        # By file of the keys: what is there, or is going to be.
        self.alive = {table.name: set(self.keys.pk_of[model]) for model, table in REFERRED.items()}
        for name, records in checked.records.items():
            table = TABLES[name]
            self.present[table] = Present(table, self.keys)
            self.decisions[table] = self._decide(table, records, written[table.file])
            if name in self.alive:
                self.alive[name] |= {
                    decision.key for decision in self.decisions[table] if decision.outcome is Outcome.NEW
                }

    def _of_staff(self, checked: Checked) -> dict[Table, list[Decision]]:
        decisions: dict[Table, list[Decision]] = {}
        for name, records in checked.records.items():
            table = TABLES[name]
            if table not in self.present:  # all of its records follow from other files
                self.present[table] = Present(table, self.keys)
            decisions[table] = _follow(table, records, self.present[table])
        # What follows from a row follows when the row says something new.
        said_anew = {
            (decision.record.row.file, decision.record.row.line)
            for several in decisions.values()
            for decision in several
            if decision.outcome is not Outcome.UNCHANGED and not decision.record.derived
        }
        return {
            table: [
                decision
                for decision in several
                if not decision.record.derived or (decision.record.row.file, decision.record.row.line) in said_anew
            ]
            for table, several in decisions.items()
        }

    def _decide(self, table: Table, records: list[Record], written: list[LoadedRecord]) -> list[Decision]:
        present = self.present[table].values
        by_loader = {once.object_id for once in written}
        groups = _Groups(table, written, {pk: one for pk, one in present.items() if pk not in by_loader})
        for record in records:
            groups[table.key_of(record.values)].records.append(record)
        decisions = [decision for group in groups.values() for decision in group.decide(table, present)]
        for decision in decisions:
            if decision.outcome in (Outcome.NEW, Outcome.CHANGED):
                gone = next((key for key in self._gone(decision.record)), "")
                if gone:
                    decision.outcome = Outcome.KEPT
                    decision.reason = _("it names %(key)s, which staff deleted") % {"key": gone}
        return decisions

    def _gone(self, record: Record) -> Iterator[str]:
        for column in record.table.columns:
            if column.to and column.fills:
                named = [record[column.fills]] if record[column.fills] else []
                named += record[column.more] or [] if column.more else []
                yield from (key for key in named if key not in self.alive[column.to])


def _follow(table: Table, records: list[Record], present: Present) -> list[Decision]:
    """The decisions of records that follow the file, in its order."""
    groups: dict[str, list[int]] = defaultdict(list)
    for position, record in enumerate(records):
        groups[table.key_of(record.values)].append(position)
    there: dict[str, list[OnRecord]] = defaultdict(list)
    for pk, values in present.values.items():
        there[table.key_of(values)].append(OnRecord(pk, values))
    found: dict[int, OnRecord] = {}
    for key, positions in groups.items():
        pairs = paired([records[position] for position in positions], there.get(key, []))
        found |= {positions[place]: once for place, once in pairs.items()}
    decisions = []
    for position, record in enumerate(records):
        decision = Decision(record, Outcome.NEW, table.key_of(record.values))
        once = found.get(position)
        if once:
            decision.pk, decision.before = once.pk, once.values
            decision.outcome = Outcome.UNCHANGED if once.values == record.values else Outcome.CHANGED
        decisions.append(decision)
    return decisions


class _Groups(dict[str, "Group"]):
    """Groups by the key that their rows share, made as they are asked for."""

    def __init__(self, table: Table, written: list[LoadedRecord], free: dict[int, Values]) -> None:
        super().__init__()
        for once in written:
            self[once.key if table.unique else once.key.rpartition("#")[0]].written.append(once)
        for pk, values in free.items():
            self[table.key_of(values)].free[pk] = values

    def __missing__(self, key: str) -> "Group":
        self[key] = Group(key)
        return self[key]


@dataclass
class Group:
    """The rows of a file that share a key, what the loader wrote for that key, and what staff entered for it."""

    key: str
    records: list[Record] = field(default_factory=list)
    written: list[LoadedRecord] = field(default_factory=list)
    free: dict[int, Values] = field(default_factory=dict)  # by primary key

    def decide(self, table: Table, present: dict[int, Values]) -> list[Decision]:
        """Say what becomes of each of the group's records."""
        pairs = paired(self.records, self.written)
        number = max((_number(once) for once in self.written), default=0) if not table.unique else 0
        decisions = []
        for position, record in enumerate(self.records):
            once = pairs.get(position)
            if once is None:
                number += 1
            decision = Decision(record, Outcome.NEW, self.key, once=once)
            if not table.unique:
                decision.key += f"#{_number(once) if once else number}{DERIVED if record.derived else ''}"
            if once and once.object_id in present:
                decision.pk = once.object_id
                self._compare(decision, once.values, present[once.object_id])
            else:
                self._look_for_staffs_own(decision, table)
            decisions.append(decision)
        return decisions

    @staticmethod
    def _compare(decision: Decision, once: Values, current: Values) -> None:
        file = decision.record.values
        if file in (current, once):
            decision.outcome = Outcome.UNCHANGED
        elif all(current[name] == once[name] for name in current.keys() & once.keys()):
            decision.outcome = Outcome.CHANGED
        else:
            decision.outcome, decision.reason = Outcome.KEPT, _("staff edited it since it was loaded")

    def _look_for_staffs_own(self, decision: Decision, table: Table) -> None:
        """Adopt a record that staff entered, keep it where it differs, and keep out what staff deleted."""
        file = decision.record.values
        pk = next((pk for pk, current in self.free.items() if current == file), None)
        if pk is not None:
            decision.outcome, decision.pk = Outcome.UNCHANGED, pk
        else:
            pk = next((pk for pk, current in self.free.items() if table.fact_of(current) == table.fact_of(file)), None)
            if pk is not None:
                decision.outcome, decision.reason = Outcome.KEPT, _("staff entered it with other values")
            elif decision.once:
                decision.outcome, decision.reason = Outcome.KEPT, _("staff deleted it")
        self.free.pop(pk, None)  # type: ignore[arg-type]


def _number(once: LoadedRecord) -> int:
    """The number by which a record is told among those of its group."""
    return int(once.key.rpartition("#")[2].removesuffix(DERIVED))


def paired[One: Written](records: Sequence[Record], written: Sequence[One]) -> dict[int, One]:
    """Which row, by its position, goes on with which record written before.

    Equal ones first, then those that may be corrected, the most alike first, in order; each once.
    """
    pairs: dict[int, One] = {}
    left = list(written)
    for position, record in enumerate(records):
        equal = next((once for once in left if once.values == record.values), None)
        if equal:
            pairs[position] = equal
            left.remove(equal)
    likenesses = [
        (-_likeness(records[position].values, once.values), position, order)
        for order, once in enumerate(left)
        for position in range(len(records))
        if position not in pairs and records[position].corrects(once.values)
    ]
    taken: set[int] = set()
    for _likeness_of_pair, position, order in sorted(likenesses):
        if position not in pairs and order not in taken:
            pairs[position] = left[order]
            taken.add(order)
    return pairs


def _likeness(one: Values, other: Values) -> int:
    """In how many values two records agree, not counting empty ones."""
    return sum(1 for name, value in one.items() if value not in (None, "", []) and other.get(name) == value)
