"""Rows of the database as JSON before and after an import, and the way back from one to the other.

A record is here with all of its columns, also those that no file has, and so is each row of its parts. Left out is
what the database itself works out: it follows when the rest goes back. None of it passes through Python, as fifty
thousand rows would fill the memory.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any, LiteralString

from django.db import connection, models
from django.utils.translation import gettext as _
from psycopg import sql

from projects.models import Announcement, ImportRun, WrittenRow

from .plan import Outcome, Plan
from .tables import TABLES, Part

Row = dict[str, Any]

WORKED_OUT = {"version", "status", "selected_on", "search"}  # where nobody edits them: some versions are facts
NO_EDIT = {"updated_at"}  # a form that is saved with nothing new in it moves it
AT_ONCE = 5_000


def columns_of(model: type[models.Model]) -> list[str]:
    found = (one for one in model._meta.concrete_fields if not getattr(one, "generated", False))
    return [one.attname for one in found if one.editable or one.name not in WORKED_OUT]


def _statement(text: LiteralString, model: type[models.Model], run: ImportRun, **more: sql.Composable) -> str:
    """A statement on the rows that a run wrote of a model, as text: the history adds who writes to it.

    In it, {table} is the model's table, {row} its row `t` as JSON, {columns} what is kept of a row, {kept} the same of
    `said`, and {mine} that `w` is what the run wrote of the model.
    """
    columns = [sql.Identifier(name) for name in columns_of(model)]
    run_and_label = sql.Literal(run.pk), sql.Literal(model._meta.label_lower)
    composed = sql.SQL(text).format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(columns),
        kept=sql.SQL(", ").join(sql.SQL("said.{}").format(name) for name in columns),
        row=sql.SQL("(select to_jsonb(r) from (select {}) r)").format(
            sql.SQL(", ").join(sql.SQL("t.{}").format(name) for name in columns)
        ),
        run=run_and_label[0],
        label=run_and_label[1],
        mine=sql.SQL("w.run_id = {} and w.model = {}").format(*run_and_label),
        **more,
    )
    with connection.cursor() as cursor:
        return composed.as_string(cursor.connection)


def _execute(text: LiteralString, model: type[models.Model], run: ImportRun, **more: sql.Composable) -> int:
    """Run the statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(text, model, run, **more))
        return int(cursor.rowcount)


def keep_before(run: ImportRun, plan: Plan) -> None:
    """Remember what the records that the plan is going to change look like, with their parts."""
    _keep(run, plan, {Outcome.CHANGED}, "before")


def keep_after(run: ImportRun, plan: Plan) -> None:
    """Remember what the records that the plan changed or made look like now, and forget what is as it was."""
    _keep(run, plan, {Outcome.CHANGED, Outcome.NEW}, "after")
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from projects_writtenrow where run_id = %s and before is not distinct from after", [run.pk]
        )


def _keep(run: ImportRun, plan: Plan, outcomes: set[Outcome], when: str) -> None:
    for table, decisions in plan.decisions.items():
        pks = [decision.pk for decision in decisions if decision.outcome in outcomes and decision.pk is not None]
        for some in batched(pks, AT_ONCE):
            _keep_rows(run, table.model, when, "id", some)
            for part in table.parts:
                _keep_rows(run, part.model, when, _column(part, part.parent), some, part.fixed)
                if part.mirrored:
                    _keep_rows(run, part.model, when, _column(part, part.fields[0]), some)


def _keep_rows(
    run: ImportRun,
    model: type[models.Model],
    when: str,
    column: str,
    pks: Iterable[int],
    fixed: Mapping[str, str] | None = None,
) -> None:
    narrowed = [sql.SQL("t.{} = any({})").format(sql.Identifier(column), sql.Literal(list(pks)))]
    narrowed += [sql.SQL("t.{} = {}").format(sql.Identifier(name), str(value)) for name, value in (fixed or {}).items()]
    _execute(
        """
        insert into projects_writtenrow (run_id, model, object_id, {when})
        select {run}, {label}, t.id, {row} from {table} t where {narrowed}
        on conflict (run_id, model, object_id) do update set {when} = excluded.{when}
        """,
        model,
        run,
        when=sql.Identifier(when),
        narrowed=sql.SQL(" and ").join(narrowed),
    )


def _column(part: Part, name: str) -> str:
    """The column of the part's table that names a record."""
    return part.model._meta.get_field(name).attname  # type: ignore[union-attr]


# -- Back -------------------------------------------------------------------------------------------


def models_in_order() -> list[type[models.Model]]:
    """Whatever an import writes, each after what it stands on."""
    found: dict[type[models.Model], None] = {}
    for table in TABLES.values():
        found |= dict.fromkeys([table.model, *(part.model for part in table.parts)])
    return list(found)


def edited_since(run: ImportRun) -> list[str]:
    """Sentences on what keeps the import from being undone: what was edited, deleted or built upon since."""
    found: list[str] = []
    for model in models_in_order():
        found += [_what_happened(model, one, now) for one, now in _edited(run, model)]
        found += _built_upon(run, model)
    return found


def _edited(run: ImportRun, model: type[models.Model]) -> Iterator[tuple[WrittenRow, Row | None]]:
    """What was written and is no more as it was, with what it is now."""
    # What was kept goes through the types of the table, so that it is told as what is there.
    statement = _statement(
        """
        with mine as (
          select w.id, case when t.id is not null then {row} end - {no_edit} as is_now, (
            select {row} from jsonb_populate_record(null::{table}, w.after) t where w.after is not null
          ) - {no_edit} as was
          from projects_writtenrow w left join {table} t on t.id = w.object_id where {mine}
        )
        select id, is_now from mine where is_now is distinct from was order by id
        """,
        model,
        run,
        no_edit=sql.SQL("{}::text[]").format(sorted(NO_EDIT)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()
    written = WrittenRow.objects.in_bulk([pk for pk, _is_now in rows])
    for pk, is_now in rows:
        yield written[pk], json.loads(is_now) if is_now else None


def _what_happened(model: type[models.Model], one: WrittenRow, now: Row | None) -> str:
    said = {"noun": model._meta.verbose_name, "name": _name(model, one.after or one.before or now or {})}
    if now is None:
        return _("%(noun)s “%(name)s” was deleted since.") % said
    if one.after is None:
        return _("%(noun)s “%(name)s” was entered again since.") % said
    columns = {found.attname: str(found.verbose_name) for found in model._meta.concrete_fields}
    said["columns"] = ", ".join(columns[name] for name in now if now[name] != one.after[name] and name not in NO_EDIT)
    return _("%(noun)s “%(name)s” was edited since: %(columns)s.") % said


def _name(model: type[models.Model], row: Row) -> str:
    names = (row.get(name) for name in ("title", "name", "stated_title", "label", "key", "slug"))
    told = next((name for name in names if name), None)
    if told is None:
        parents: list[Any] = [one for one in model._meta.concrete_fields if one.is_relation and row.get(one.attname)]
        record = parents and parents[0].related_model._default_manager.filter(pk=row[parents[0].attname]).first()
        told = str(record or row.get("id", ""))
    return str(told)


def _built_upon(run: ImportRun, model: type[models.Model]) -> Iterator[str]:
    """Rows that others entered since and that need a record which the undo would remove."""
    made = run.written.filter(model=model._meta.label_lower, before__isnull=True)
    if not made.exists():
        return
    for relation in model._meta.related_objects:
        owner, link = relation.related_model, relation.field
        if not getattr(link, "db_constraint", False) or link.many_to_many:
            continue
        ours = run.written.filter(model=owner._meta.label_lower, before__isnull=True).values("object_id")
        others = owner._base_manager.filter(**{f"{link.name}__in": made.values("object_id")}).exclude(pk__in=ours)
        for record in others.select_related(link.name)[:20]:
            said = {"noun": owner._meta.verbose_name, "other": record, "name": getattr(record, link.name)}
            yield _("%(noun)s “%(other)s” was entered since and needs “%(name)s”.") % said


def put_back(run: ImportRun, progress: Any) -> None:
    """Every row is what it was before the import, under its old number; the caller holds the lock."""
    several = models_in_order()
    # Records before their parts, which then have no record any more whose search is to be kept right; what keys ask
    # is checked at the end. The rule that an announcement names a round of its programme is checked at once.
    for model in sorted(several, key=lambda one: one is not Announcement):
        progress("", _execute(REMOVE, model, run))
    emptied = {table.model: table.emptied for table in TABLES.values()}
    for model in several:
        progress("", _write_back(model, run, emptied.get(model, ())))
        progress("", _execute(ENTER_AGAIN, model, run))


REMOVE = """
delete from {table} t using projects_writtenrow w where {mine} and w.before is null and t.id = w.object_id
"""
ENTER_AGAIN = """
insert into {table} ({columns}) select {kept}
from projects_writtenrow w, lateral (select * from jsonb_populate_record(null::{table}, w.before)) said
where {mine} and w.before is not null and w.after is null
"""
EMPTY = """
update {table} t set {changes} from projects_writtenrow w
where {mine} and w.before is not null and w.after is not null and t.id = w.object_id
"""
WRITE_BACK = """
update {table} t set {changes}
from projects_writtenrow w, lateral (select * from jsonb_populate_record(null::{table}, w.before)) said
where {mine} and w.before is not null and w.after is not null and t.id = w.object_id
"""


def _write_back(model: type[models.Model], run: ImportRun, emptied: tuple[str, ...]) -> int:
    """The columns in which any of the rows differs from what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct was.key from projects_writtenrow w, jsonb_each(w.before) was"
            " where w.run_id = %s and w.model = %s and w.after is not null and w.after -> was.key <> was.value",
            [run.pk, model._meta.label_lower],
        )
        names = {name for (name,) in cursor.fetchall()} & set(columns_of(model))
    if not names:
        return 0
    if emptied:
        _execute(EMPTY, model, run, changes=_changes("{} = null", emptied))
    return _execute(WRITE_BACK, model, run, changes=_changes("{0} = said.{0}", {*names, *emptied}))


def _changes(text: LiteralString, names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(text).format(sql.Identifier(name)) for name in names)
