"""A number on each record that rises when the record or one of its parts changes, whoever writes.

The database raises it, so that the loader, an import, `update()` and a hand at psql are seen as well as a form.
Migrations of the other apps take the statements from here.
"""

from django.db import migrations, models

# A row that is written as it was is no change. Who writes another number by himself cannot lower it, or keep it.
FUNCTIONS = """
create function version_rises() returns trigger language plpgsql as $f$
declare
  is_now record := new;
begin
  is_now.version := old.version;
  if new.version <> old.version or is_now is distinct from old then
    new.version := old.version + 1;
  end if;
  return new;
end $f$;

-- Arguments: the record's table; the column of the part that names the record; if that rather names another part of
-- it, that part's table and the column there. Once for each record, however many of its rows a statement changes.
create function part_raises_version() returns trigger language plpgsql as $f$
declare
  changed text := case tg_op
    when 'INSERT' then 'is_now'
    when 'DELETE' then 'was'
    else '((table was except table is_now) union all (table is_now except table was)) as changed'
  end;
  records text := format('select %I from %s', tg_argv[1], changed);
begin
  if tg_nargs > 2 then
    records := format('select %I from %I where id in (%s)', tg_argv[3], tg_argv[2], records);
  end if;
  execute format('update %I set version = version + 1 where id in (%s)', tg_argv[0], records);
  return null;
end $f$;
"""
FUNCTIONS_BACK = """
drop function part_raises_version();
drop function version_rises();
"""


def version():
    return models.PositiveIntegerField(db_default=1, default=1, editable=False, verbose_name="version")


def rises(*tables, by="version_rises"):
    """Operation: the version of each row of the tables rises when the row becomes another."""
    return migrations.RunSQL(
        [
            f"create trigger version_rises before update on {table} for each row execute function {by}()"
            for table in tables
        ],
        [f"drop trigger version_rises on {table}" for table in tables],
    )


def part(table, column, record, *through):
    """Operation: rows of `table` are parts of the record whose table is `record`, and `column` says of which.

    Where it names a part of the record instead, `through` is that part's table and its own such column.
    """
    told = ", ".join(f"'{argument}'" for argument in (record, column, *through))
    events = {
        "insert": "new table as is_now",
        "update": "old table as was new table as is_now",
        "delete": "old table as was",
    }
    return migrations.RunSQL(
        [
            f"create trigger part_{event}_raises_version after {event} on {table} referencing {rows}"
            f" for each statement execute function part_raises_version({told})"
            for event, rows in events.items()
        ],
        [f"drop trigger part_{event}_raises_version on {table}" for event in events],
    )


class Migration(migrations.Migration):
    dependencies = [("jcm_portal", "0001_sources")]

    operations = [
        migrations.AddField("source", "version", version()),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
        rises("jcm_portal_source"),
    ]
