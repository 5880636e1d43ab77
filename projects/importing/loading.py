"""Third step: records go into the database, all or none, and what staff changed since is left alone.

For each record three versions are compared: what the file says now, what the loader last wrote (`LoadedRecord`)
and what the database holds. Further sources, technologies, aliases and the like count as part of their record.

- The file says what was written last: nothing is done, whatever staff made of the record.
- The file says something new, and the record is as it was written: the record follows the file.
- The file says something new, but staff edited or deleted the record since: it is kept, and the summary names it.
- Staff entered the same fact before the file had it: it counts as loaded if it is the same in all, else it is kept.

A record that names one that staff deleted is kept out likewise. Rows that vanished from a file, and files that are
not given, leave their records in place. Rows to which their file gives no key, such as milestones, are compared with
what was loaded before of the same project and kind: equal ones go together, then those of which one may correct the
other (`Table.corrects`), the most alike first; so a corrected day changes a record and never doubles it. A link
between two records that may be the same follows the file when either of them does. New announcements and projects
become public at once; later loads leave the state alone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from jcm_portal.models import Publication
from projects.models import LoadedRecord
from projects.publishing import publish_loaded

from .checking import Checked, Record, check, one_line_end, plain
from .reading import Problem, read_folders
from .tables import DERIVED, REFERRED, TABLES, Part, Table, Values

Progress = Callable[[str, int], object]  # called with a file and how many of its records are done
UPDATED_AT_ONCE = 200  # rows in one UPDATE, whose text grows with rows times columns


class Outcome(StrEnum):
    """What becomes of a record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # as staff left it
    REFUSED = "refused"  # of rows, not of records: a bad row makes none


@dataclass(frozen=True)
class Kept:
    """A record that the loader left as it is, although the file says otherwise."""

    file: str
    line: int
    key: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key} ({self.name}): {self.reason}"


@dataclass
class Summary:
    """What a load did, or would do: how many records of each file met with which outcome.

    With problems, nothing was loaded; the other counts then say what the good rows would have done.
    """

    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)  # by file, in loading order
    kept: list[Kept] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    derived: int = 0  # records of milestones.csv that follow from other files
    dry_run: bool = False

    @property
    def total(self) -> Counter[Outcome]:
        return sum(self.counts.values(), Counter())

    @property
    def loaded(self) -> bool:
        """Whether the database now holds what the files say."""
        return not (self.problems or self.dry_run)


@dataclass
class Decision:
    """What is to become of one record, and what it stands on."""

    record: Record
    outcome: Outcome
    key: str  # of its LoadedRecord
    pk: int | None = None  # of the record in the database
    once: LoadedRecord | None = None
    reason: str = ""  # why it is kept

    @property
    def to_be_remembered(self) -> bool:
        if self.outcome is Outcome.KEPT:
            return False
        if self.once is None:
            return True
        written = self.once.key, self.once.object_id, self.once.values
        return written != (self.key, self.pk, self.record.values)


class Refused(Exception):
    """The database refused records; `problems` says which and why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} refused")


def load_folders(folders: Iterable[Path], *, dry_run: bool = False, progress: Progress | None = None) -> Summary:
    """Read, check and load the files of the folders."""
    return load(check(read_folders(folders)), dry_run=dry_run, progress=progress)


def load(checked: Checked, *, dry_run: bool = False, progress: Progress | None = None) -> Summary:
    """Write the records, or nothing at all where there is any problem; a dry run takes all of it back."""
    summary = Summary(problems=list(checked.problems), warnings=checked.warnings, derived=checked.derived)
    summary.dry_run = dry_run
    try:
        with transaction.atomic():
            _lock()
            plan = Plan(checked)
            _count(summary, plan)
            if not checked.problems:
                _carry_out(plan, progress or (lambda file, done: None))
                _check_deferred()
            if not summary.loaded:
                transaction.set_rollback(True)
    except Refused as refused:
        summary.problems = refused.problems
        _count_refused(summary)
    return summary


def _lock() -> None:
    """Let nobody else write what is compared until it is written; readers go on. A second load waits here."""
    names = {LoadedRecord._meta.db_table}
    for table in TABLES.values():
        names |= {table.model._meta.db_table, *(part.model._meta.db_table for part in table.parts)}
    tables = sql.SQL(", ").join(sql.Identifier(name) for name in sorted(names))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("lock table {} in share row exclusive mode").format(tables))


def _count(summary: Summary, plan: "Plan") -> None:
    for table, decisions in plan.decisions.items():
        summary.counts[table.file] = Counter(decision.outcome for decision in decisions)
        summary.kept += [_kept(decision) for decision in decisions if decision.outcome is Outcome.KEPT]
    _count_refused(summary)


def _count_refused(summary: Summary) -> None:
    for file, _line in {(problem.file, problem.line) for problem in summary.problems}:
        if file:
            summary.counts.setdefault(file, Counter())[Outcome.REFUSED] += 1


def _kept(decision: Decision) -> Kept:
    record = decision.record
    names = (record[name] for name in ("title", "name", "label", "term", "statement", "stated_title", "kind", "what"))
    name = next((str(name) for name in names if name), record.table.name)
    return Kept(record.row.file, record.row.line, decision.key, name, decision.reason)


# -- What the database holds ------------------------------------------------------------------------


class Keys:
    """The records that others name, by stable key and by primary key.

    A key that the loader once wrote goes on naming its record, also when staff gave the record another one since.
    """

    def __init__(self, once: Iterable[LoadedRecord]) -> None:
        self.pk_of: dict[type[models.Model], dict[str, int]] = {}
        self.key_of: dict[type[models.Model], dict[int, str]] = {}
        written: dict[str, list[LoadedRecord]] = defaultdict(list)
        for loaded in once:
            written[loaded.file].append(loaded)
        for model, table in REFERRED.items():
            key_of = dict(model._default_manager.order_by().values_list("pk", table.key[0]))
            pk_of = {key: pk for pk, key in key_of.items()}
            for loaded in written[table.file]:
                if loaded.object_id in key_of:
                    pk_of[loaded.key], key_of[loaded.object_id] = loaded.object_id, loaded.key
            self.pk_of[model], self.key_of[model] = pk_of, key_of

    def add(self, model: type[models.Model], key: str, pk: int) -> None:
        if model in self.pk_of:
            self.pk_of[model][key] = pk
            self.key_of[model][pk] = key

    def out_of(self, model_field: Any, value: Any) -> Any:
        """A value of the database as the values of a record have it."""
        if value is None:
            return None
        if model_field.is_relation:
            return self.key_of[model_field.related_model][value]
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return plain(value)
        if isinstance(value, str):
            return one_line_end(value)
        return value

    def into(self, model_field: Any, value: Any) -> Any:
        """A value of a record as the database takes it; raises KeyError for a key that names nothing."""
        if value is None:
            return None
        if model_field.is_relation:
            return self.pk_of[model_field.related_model][value]
        if isinstance(model_field, models.DateField):
            return date.fromisoformat(value)
        if isinstance(model_field, models.DecimalField):
            return Decimal(value)
        return value


Entry = tuple[Any, ...]  # what one row of a part says, by its fields


class Present:
    """The rows of one table as the database has them, in the form in which records have their values."""

    def __init__(self, table: Table, keys: Keys) -> None:
        model_fields = _fields(table.model, table.fields)
        self.values: dict[int, Values] = {}
        rows = table.model._default_manager.order_by("pk").values_list("pk", *(found.attname for found in model_fields))
        for pk, *row in rows:
            pairs = zip(model_fields, row, strict=True)
            self.values[pk] = {found.name: keys.out_of(found, value) for found, value in pairs}
        # By part and record: what each row says, and its primary key.
        self.entries: dict[str, dict[int, dict[Entry, int]]] = {}
        for part in table.parts:
            self.entries[part.name] = self._entries(part, keys)
            for pk, values in self.values.items():
                values[part.name] = sorted(_said(entry) for entry in self.entries[part.name].get(pk, ()))

    def _entries(self, part: Part, keys: Keys) -> dict[int, dict[Entry, int]]:
        model_fields = _fields(part.model, part.fields)
        parent = part.model._meta.get_field(part.parent).attname  # type: ignore[union-attr]
        found: dict[int, dict[Entry, int]] = defaultdict(dict)
        rows = part.model._default_manager.filter(**part.fixed).order_by()
        for pk, owner, *row in rows.values_list("pk", parent, *(one.attname for one in model_fields)):
            entry = tuple(keys.out_of(one, value) for one, value in zip(model_fields, row, strict=True))
            found[owner][entry] = pk
        return found


def _fields(model: type[models.Model], names: Iterable[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


def _said(entry: Entry) -> Any:
    """An entry as it stands among the values of a record: the value itself where there is but one."""
    return entry[0] if len(entry) == 1 else list(entry)


def _entry(said: Any) -> Entry:
    return tuple(said) if isinstance(said, list) else (said,)


# -- What is to be done -----------------------------------------------------------------------------


class Plan:
    """What is to become of each record. Making one writes nothing, so that a preview can show it."""

    def __init__(self, checked: Checked) -> None:
        written: dict[str, list[LoadedRecord]] = defaultdict(list)
        for once in LoadedRecord.objects.order_by("pk"):
            written[once.file].append(once)
        self.keys = Keys(once for several in written.values() for once in several)
        self.present: dict[Table, Present] = {}
        self.decisions: dict[Table, list[Decision]] = {}
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


def paired(records: Sequence[Record], written: Sequence[LoadedRecord]) -> dict[int, LoadedRecord]:
    """Which row, by its position, goes on with which record written before.

    Equal ones first, then those that may be corrected, the most alike first, in order; each once.
    """
    pairs: dict[int, LoadedRecord] = {}
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


# -- Writing ----------------------------------------------------------------------------------------


def _carry_out(plan: Plan, progress: Progress) -> None:
    for table, decisions in plan.decisions.items():
        changed = [decision for decision in decisions if decision.outcome is Outcome.CHANGED]
        new = [decision for decision in decisions if decision.outcome is Outcome.NEW]
        _update(table, changed, plan.keys)  # first, as a new row may take over what a changed one gives up
        _insert(table, new, plan.keys)
        for part in table.parts:
            _write_part(part, [*changed, *new], plan.present[table].entries[part.name], plan.keys)
        _remember(table, [decision for decision in decisions if decision.to_be_remembered])
        progress(table.file, len(decisions))


def _update(table: Table, decisions: list[Decision], keys: Keys) -> None:
    rows = table.model._default_manager.filter(pk__in=[decision.pk for decision in decisions])
    if decisions and table.emptied:
        rows.update(**dict.fromkeys(table.emptied))
    names = [*table.fields, *(["updated_at"] if issubclass(table.model, Publication) else [])]
    _save(
        [(decision.record, _instance(table, decision, keys)) for decision in decisions],
        lambda found: table.model._default_manager.bulk_update(found, names, batch_size=UPDATED_AT_ONCE),
        lambda instance: instance.save(update_fields=names),
    )


def _insert(table: Table, decisions: list[Decision], keys: Keys) -> None:
    instances = [_instance(table, decision, keys) for decision in decisions]
    _save(
        [(decision.record, instance) for decision, instance in zip(decisions, instances, strict=True)],
        table.model._default_manager.bulk_create,
        _insert_one,
    )
    for decision, instance in zip(decisions, instances, strict=True):
        decision.pk = instance.pk
        keys.add(table.model, decision.key, instance.pk)
    if decisions and issubclass(table.model, Publication):
        publish_loaded(records=table.model._default_manager.filter(pk__in=[decision.pk for decision in decisions]))


def _insert_one(instance: models.Model) -> None:
    instance.pk = None  # an attempt with others may have given it one
    instance._state.adding = True
    instance.save(force_insert=True)


def _instance(table: Table, decision: Decision, keys: Keys) -> models.Model:
    model_fields = _fields(table.model, table.fields)
    values = {found.attname: keys.into(found, decision.record[found.name]) for found in model_fields}
    if issubclass(table.model, Publication):
        values["updated_at"] = timezone.now()
    return table.model(pk=decision.pk, **values)


def _write_part(part: Part, decisions: list[Decision], present: dict[int, dict[Entry, int]], keys: Keys) -> None:
    """Bring the rows of a part in line with the records that are new or changed."""
    gone: list[int] = []
    missing: list[tuple[Record, models.Model]] = []
    for decision in decisions:
        assert decision.pk is not None
        here = present.get(decision.pk, {})
        wanted = {_entry(said) for said in decision.record[part.name]}
        gone += [pk for entry, pk in here.items() if entry not in wanted]
        for entry in sorted(wanted - here.keys()):
            missing += [(decision.record, instance) for instance in _part_instances(part, decision.pk, entry, keys)]
        if part.mirrored:
            gone += _mirrored(part, decision.pk, here.keys() - wanted, keys)
    part.model._default_manager.filter(pk__in=gone).delete()
    _save(
        missing,
        lambda found: part.model._default_manager.bulk_create(found, ignore_conflicts=part.mirrored),
        _insert_one,
    )


def _part_instances(part: Part, owner: int, entry: Entry, keys: Keys) -> list[models.Model]:
    """The row or, where it is mirrored, the two rows of an entry; none where it names what staff deleted."""
    names = [found.attname for found in _fields(part.model, part.fields)]
    parent = part.model._meta.get_field(part.parent).attname  # type: ignore[union-attr]
    try:
        said = [keys.into(one, value) for one, value in zip(_fields(part.model, part.fields), entry, strict=True)]
    except KeyError:
        return []
    instances = [part.model(**{parent: owner}, **dict(zip(names, said, strict=True)), **part.fixed)]
    if part.mirrored:
        instances.append(part.model(**{parent: said[0], names[0]: owner}))
    return instances


def _mirrored(part: Part, owner: int, entries: Iterable[Entry], keys: Keys) -> list[int]:
    """The rows of the other records that stand for the same entries."""
    others = [keys.into(_fields(part.model, part.fields)[0], entry[0]) for entry in entries]
    rows = part.model._default_manager.filter(**{f"{part.parent}__in": others, part.fields[0]: owner})
    return list(rows.values_list("pk", flat=True)) if others else []


def _remember(table: Table, decisions: list[Decision]) -> None:
    """Keep what was written, so that the next load can tell a correction of the file from an edit of staff."""
    model = ContentType.objects.get_for_model(table.model)
    new: list[LoadedRecord] = []
    changed: list[LoadedRecord] = []
    for decision in decisions:
        once = decision.once or LoadedRecord(file=table.file, key=decision.key, model=model)
        assert decision.pk is not None
        once.key, once.object_id, once.values = decision.key, decision.pk, decision.record.values
        once.loaded_at = timezone.now()
        (changed if decision.once else new).append(once)
    LoadedRecord.objects.bulk_create(new)
    LoadedRecord.objects.bulk_update(changed, ["key", "object_id", "values", "loaded_at"], batch_size=UPDATED_AT_ONCE)


def _save(
    pairs: list[tuple[Record, models.Model]],
    all_at_once: Callable[[list[models.Model]], object],
    one: Callable[[models.Model], None],
) -> None:
    """Save instances together; where the database refuses, one by one, to find out which, and raise Refused.

    A row may only be refused as long as another one holds what that is going to give up; so the refused ones are
    tried again while any succeeds.
    """
    if not pairs:
        return
    try:
        with transaction.atomic():
            all_at_once([instance for _record, instance in pairs])
            return
    except (IntegrityError, DataError):
        pass
    while pairs:
        refused: list[tuple[Record, models.Model]] = []
        problems: list[Problem] = []
        for record, instance in pairs:
            try:
                with transaction.atomic():
                    one(instance)
            except (IntegrityError, DataError) as error:
                refused.append((record, instance))
                problems.append(_problem(record, type(instance), error))
        if len(refused) == len(pairs):
            raise Refused(sorted(set(problems)))
        pairs = refused


def _problem(record: Record, model: type[models.Model], error: Exception) -> Problem:
    """The refusal in the words of the constraint, at the row of the record."""
    name = _diagnosis(error, "constraint_name")
    for constraint in model._meta.constraints:
        if constraint.name == name:
            fields = [one for one in getattr(constraint, "fields", ()) if one in record.values]
            return record.problem(fields[-1] if fields else "", str(constraint.violation_error_message))
    for one in model._meta.local_fields:
        # PostgreSQL's or Django's own name for the rule of a column that is unique by itself.
        if one.unique and name.startswith(f"{model._meta.db_table}_{one.column}_"):
            reason = _("Another record has “%(value)s” already.") % {"value": record[one.name]}
            return record.problem(one.name, reason)
    return record.problem("", _refusal(error))


def _refusal(error: Exception) -> str:
    if _diagnosis(error, "constraint_name") == "projects_announcement_round_in_its_programme":
        return _("This round belongs to another programme or fiscal year than the announcement.")
    message = _diagnosis(error, "message_primary") or str(error)
    return _("The database refuses the record (%(message)s).") % {"message": message}


def _diagnosis(error: Exception, what: str) -> str:
    """What PostgreSQL itself says of an error."""
    return getattr(getattr(error.__cause__, "diag", None), what, None) or ""


def _check_deferred() -> None:
    """Have the database check now what it would check at the end of the transaction."""
    try:
        with transaction.atomic():
            connection.check_constraints()
    except IntegrityError as error:
        raise Refused([Problem("", 0, "", _refusal(error))]) from None
