"""A plan goes into the database, and a refusal of the database becomes a problem of a row.

Called within one transaction: whoever calls takes all of it back when `Refused` is raised.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jcm_portal.models import Publication
from projects.models import LoadedRecord
from projects.publishing import publish_loaded

from .plan import Decision, Outcome, Plan
from .present import Entry, Keys, entry_of, fields_of
from .reading import Problem
from .records import Record
from .tables import Part, Table

Progress = Callable[[str, int], object]  # called with a file and how many of its records are done
AT_ONCE = 1_000  # rows in one statement, whose text lies in memory several times


class Refused(Exception):
    """The database refused records; `problems` says which and why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} refused")


def carry_out(plan: Plan, progress: Progress) -> None:
    """Write what is new or changed, file by file, and remember what the loader wrote; raises Refused.

    What the loader brings is public at once; what staff import begins as a draft.
    """
    for table, decisions in plan.decisions.items():
        told = 0

        def written(number: int, table: Table = table) -> None:
            nonlocal told
            if plan.by_staff:  # the loader tells of files
                told += number
                progress(table.file, number)

        changed = [decision for decision in decisions if decision.outcome is Outcome.CHANGED]
        new = [decision for decision in decisions if decision.outcome is Outcome.NEW]
        _update(table, changed, plan.keys, written)  # first, as a new row may take over what a changed one gives up
        _insert(table, new, plan.keys, written, public=not plan.by_staff)
        for part in table.parts:
            _write_part(part, [*changed, *new], plan.present[table].entries[part.name], plan.keys)
        if not plan.by_staff:
            _remember(table, [decision for decision in decisions if decision.to_be_remembered])
        progress(table.file, len(decisions) - told)


def _update(table: Table, decisions: list[Decision], keys: Keys, written: Callable[[int], None]) -> None:
    if not decisions:
        return
    if table.emptied:
        rows = table.model._default_manager.filter(pk__in=[decision.pk for decision in decisions])
        rows.update(**dict.fromkeys(table.emptied))
    names = [*table.fields, *(["updated_at"] if issubclass(table.model, Publication) else [])]

    def all_at_once() -> None:
        for some in batched(decisions, AT_ONCE):
            rewrite([_instance(table, decision, keys) for decision in some], names)
            written(len(some))

    _save(
        all_at_once,
        lambda: [(decision.record, _instance(table, decision, keys)) for decision in decisions],
        lambda instance: instance.save(update_fields=names),
    )


def rewrite(instances: Sequence[models.Model], names: list[str]) -> None:
    """Write these fields of the instances; a `bulk_update` whose statement does not grow with rows times columns."""
    columns = {str(field.column): field for field in fields_of(type(instances[0]), names)}
    rows = [
        {"id": one.pk} | {name: getattr(one, field.attname) for name, field in columns.items()} for one in instances
    ]
    told = ", ".join(f'"{name}" = said."{name}"' for name in columns)
    statement = f"update {{table}} t set {told} from {{rows}} said where t.id = said.id"  # noqa: S608  # names of ours
    _execute(type(instances[0]), statement, rows)


def insert(instances: Sequence[models.Model], *, ignore_conflicts: bool = False) -> list[int]:
    """Write the instances, which are all new, and tell their numbers; it is half the work of `bulk_create`."""
    fields = type(instances[0])._meta.concrete_fields
    columns = {str(field.column): field for field in fields if not field.primary_key}
    rows = [{name: field.pre_save(one, add=True) for name, field in columns.items()} for one in instances]
    told = ", ".join(f'"{name}"' for name in columns)
    conflicts = " on conflict do nothing" if ignore_conflicts else ""
    statement = f"insert into {{table}} ({told}) select {told} from {{rows}}{conflicts} returning id"  # noqa: S608
    return _execute(type(instances[0]), statement, rows)


def _execute(model: type[models.Model], statement: str, rows: list[dict[str, Any]]) -> list[int]:
    table = f'"{model._meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(table=table, rows=f"json_populate_recordset(null::{table}, %s)"),
            [json.dumps(rows, default=str, ensure_ascii=False)],
        )
        return [pk for (pk,) in cursor.fetchall()] if cursor.description else []


def _insert(
    table: Table, decisions: list[Decision], keys: Keys, written: Callable[[int], None], *, public: bool
) -> None:
    if not decisions:
        return
    made: list[int] = []

    def all_at_once() -> None:
        for some in batched(decisions, AT_ONCE):
            made.extend(insert([_instance(table, decision, keys) for decision in some]))
            written(len(some))

    left = _save(
        all_at_once,
        lambda: [(decision.record, _instance(table, decision, keys)) for decision in decisions],
        _insert_one,
    )
    for decision, pk in zip(decisions, [instance.pk for _record, instance in left] or made, strict=True):
        decision.pk = pk
        keys.add(table.model, decision.key, pk)
    if public and issubclass(table.model, Publication):
        publish_loaded(records=table.model._default_manager.filter(pk__in=[decision.pk for decision in decisions]))


def _insert_one(instance: models.Model) -> None:
    instance.pk = None  # an attempt with others may have given it one
    instance._state.adding = True
    instance.save(force_insert=True)


def _instance(table: Table, decision: Decision, keys: Keys) -> models.Model:
    model_fields = fields_of(table.model, table.fields)
    values = {found.attname: keys.into(found, decision.record[found.name]) for found in model_fields}
    if issubclass(table.model, Publication):
        values["updated_at"] = timezone.now()
    return table.model(pk=decision.pk, **values)


def _write_part(part: Part, decisions: list[Decision], present: dict[int, dict[Entry, int]], keys: Keys) -> None:
    """Bring the rows of a part in line with the records that are new or changed."""
    if not decisions:
        return
    gone: list[int] = []
    for decision in decisions:
        here = present.get(_number_of(decision), {})
        unwanted = here.keys() - _wanted(part, decision) if here else set()
        gone += [here[entry] for entry in unwanted]
        if part.mirrored and unwanted:
            gone += _mirrored(part, _number_of(decision), unwanted, keys)
    for some in batched(gone, AT_ONCE):
        part.model._default_manager.filter(pk__in=some).delete()

    def missing() -> Iterator[tuple[Record, models.Model]]:
        for decision in decisions:
            owner = _number_of(decision)
            for entry in sorted(_wanted(part, decision) - present.get(owner, {}).keys()):
                for instance in _part_instances(part, owner, entry, keys):
                    yield decision.record, instance

    def all_at_once() -> None:
        for some in batched(missing(), AT_ONCE):
            insert([instance for _record, instance in some], ignore_conflicts=part.mirrored)

    _save(all_at_once, lambda: list(missing()), _insert_one)


def _wanted(part: Part, decision: Decision) -> set[Entry]:
    return {entry_of(said) for said in decision.record[part.name]}


def _number_of(decision: Decision) -> int:
    assert decision.pk is not None
    return decision.pk


def _part_instances(part: Part, owner: int, entry: Entry, keys: Keys) -> list[models.Model]:
    """The row or, where it is mirrored, the two rows of an entry; none where it names what staff deleted."""
    names = [found.attname for found in fields_of(part.model, part.fields)]
    parent = part.model._meta.get_field(part.parent).attname  # type: ignore[union-attr]
    try:
        said = [keys.into(one, value) for one, value in zip(fields_of(part.model, part.fields), entry, strict=True)]
    except KeyError:
        return []
    instances = [part.model(**{parent: owner}, **dict(zip(names, said, strict=True)), **part.fixed)]
    if part.mirrored:
        instances.append(part.model(**{parent: said[0], names[0]: owner}))
    return instances


def _mirrored(part: Part, owner: int, entries: Iterable[Entry], keys: Keys) -> list[int]:
    """The rows of the other records that stand for the same entries."""
    others = [keys.into(fields_of(part.model, part.fields)[0], entry[0]) for entry in entries]
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
    for some in batched(new, AT_ONCE):
        insert(some)
    for some in batched(changed, AT_ONCE):
        rewrite(some, ["key", "object_id", "values", "loaded_at"])


# -- What the database refuses ----------------------------------------------------------------------


def _save(
    all_at_once: Callable[[], None],
    each: Callable[[], list[tuple[Record, models.Model]]],
    one: Callable[[models.Model], None],
) -> list[tuple[Record, models.Model]]:
    """Save all at once; where the database refuses, each by itself, to find out which, and raise Refused.

    A row may only be refused as long as another one holds what that is going to give up; so the refused ones are
    tried again while any succeeds. Returns what it saved each by itself.
    """
    try:
        with transaction.atomic():
            all_at_once()
            return []
    except (IntegrityError, DataError):
        pass
    everything = pairs = each()
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
    return everything


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


def check_deferred() -> None:
    """Have the database check now what it would check at the end of the transaction; raises Refused."""
    try:
        with transaction.atomic():
            connection.check_constraints()
    except IntegrityError as error:
        raise Refused([Problem("", 0, "", _refusal(error))]) from None
