"""The database of the sample projects: made on the portal's server, filled by COPY, dropped again.

It bears a comment by which it is known. Nothing is ever written into another database, and one that holds
anything but sample records is not dropped.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import quote, urlencode

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from psycopg import sql

from jcm_portal.models import Source
from projects.importing.tables import bundled_folders
from projects.models import Announcement, Organisation, Project

from .records import COLUMNS, KEY, SOURCE, Country, Round, Row, Rows, Samples, Technology, Vocabulary

Connection = psycopg.Connection[tuple[Any, ...]]
Step = Callable[[str], AbstractContextManager[None]]  # stands around each step, whose name it is given

COMMENT = "Sample projects for measurement; make_sample_projects drops this database and makes it anew."
WORKERS = 2  # connections that compute at a time
NAME_FORM = re.compile(r"[a-z_][a-z0-9_]{0,62}")
# The files that hold no project and nothing of one.
VOCABULARY = (
    "sources",
    "countries",
    "country_documents",
    "sectors",
    "technologies",
    "programmes",
    "rounds",
    "methodologies",
    "stated_totals",
    "targets",
    "glossary",
)

# What the triggers keep for the search besides the vectors of projects: of organisations and announcements, as the
# rest was loaded with the triggers on; and the words of all titles.
PARTS: tuple[LiteralString, ...] = (
    """
    insert into projects_searchentry (kind, ref, vector)
    select 'organisation', id, search_entry_vector('organisation', id) from projects_organisation
    """,
    """
    insert into projects_searchname (kind, ref, value, name, key)
    select distinct 'organisation', o.id, n.value, n.name, n.key
    from projects_organisation o, search_entry_names('organisation', o.id) n
    """,
    """
    insert into projects_searchname (kind, ref, value, name, key)
    select distinct 'word', 0, '', word, word
    from (
      select distinct raw from projects_project, search_raw_words(concat_ws(' . ', title, title_ja, locality)) raw
      union select raw from projects_organisation, search_raw_words(concat_ws(' . ', name, name_ja)) raw
    ) raw_words, search_words(raw) word
    on conflict do nothing
    """,
    "select search_renew('announcement', id) from projects_announcement",
)
# What the releases state: as many as their lists have rows, and the sum of them so far.
STATED: LiteralString = """
    update projects_announcement a
    set stated_selected = found.rows, stated_cumulative = found.so_far, stated_cumulative_series = 'model_projects'
    from (
      select listing.id, count(s.project_id) as rows,
        sum(count(s.project_id)) over (order by published_on, listing.id) as so_far
      from projects_announcement listing left join projects_selection s on s.announcement_id = listing.id
      group by listing.id
    ) found
    where a.id = found.id
"""


class SampleDatabaseError(RuntimeError):
    """The database cannot be made or dropped; the text says why and what to do."""


# -- The database as a whole ------------------------------------------------------------------------


def connect(name: str) -> Connection:
    """A connection to a database on the portal's server; each statement outside a transaction is its own."""
    return psycopg.connect(**connection.get_connection_params() | {"dbname": name, "autocommit": True})


def own_name() -> str:
    """The portal's own database."""
    return str(connection.get_connection_params()["dbname"])


def address(name: str, *, with_password: bool = True) -> str:
    """The DATABASE_URL of a database on the portal's server."""
    values = {name.lower(): value for name, value in connection.settings_dict.items() if isinstance(value, str | int)}
    ours = ("pool", "options")  # set by the portal's settings, whatever the address
    options = {option: value for option, value in connection.settings_dict["OPTIONS"].items() if option not in ours}
    options |= {option: values[option] for option in ("host", "port") if values.get(option)}
    who = quote(str(values.get("user", "")), safe="")
    if values.get("password"):
        who += ":" + (quote(str(values["password"]), safe="") if with_password else "PASSWORD")
    return f"postgresql://{who}{'@' if who else ''}/{name}?{urlencode(options)}".removesuffix("?")


def make_empty(name: str) -> None:
    """Make the database, in place of an older one; raises SampleDatabaseError where that holds anything else."""
    drop(name)
    with connect(own_name()) as server:
        found = server.execute("select datcollate, datctype from pg_database where datname = current_database()")
        collation, character_type = found.fetchone() or ("C.UTF-8", "C.UTF-8")
        server.execute(
            sql.SQL("create database {} template template0 encoding 'UTF8' lc_collate {} lc_ctype {}").format(
                sql.Identifier(name), collation, character_type
            )
        )
        server.execute(sql.SQL("comment on database {} is {}").format(sql.Identifier(name), COMMENT))


def drop(name: str) -> bool:
    """Drop the database if it holds sample records only, else raise SampleDatabaseError; False where none is."""
    if not NAME_FORM.fullmatch(name):
        raise SampleDatabaseError(f"{name!r} is no name for it: take small letters, digits and underscores, up to 63.")
    if name == own_name():
        raise SampleDatabaseError(f"{name} is the portal's own database. Name another one; it is made.")
    with connect(own_name()) as server:
        query = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
        found = server.execute(query, [name]).fetchone()
        if found is None:
            return False
        other = "it was not made by this command" if found[0] != COMMENT else other_data(name)
        if other:
            raise SampleDatabaseError(f"The database {name} is left as it is: {other}. Name another one; it is made.")
        try:
            server.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))
        except psycopg.errors.ObjectInUse as error:
            raise SampleDatabaseError(f"The database {name} is in use. Stop what is connected to it.") from error
    return True


def other_data(name: str) -> str:
    """What a database holds besides sample records and the bundled vocabulary, in words; empty: nothing."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    with connect(name) as samples:
        query = "select tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        there = {table for (table,) in samples.execute(query)}
        if strange := sorted(there - tables):
            return f"it has the table {strange[0]}, which is not the portal's"
        for model, field in ((Project, "key"), (Announcement, "key"), (Organisation, "slug")):
            if model._meta.db_table not in there:
                continue
            others = sql.SQL("select {field} from {table} where not starts_with({field}, {key}) limit 1").format(
                field=sql.Identifier(field), table=sql.Identifier(model._meta.db_table), key=KEY
            )
            if found := samples.execute(others).fetchone():
                return f"it holds the {model._meta.verbose_name} {found[0]}, which is no sample"
    return ""


# -- What the portal needs there --------------------------------------------------------------------


def make_tables(name: str) -> None:
    """The portal's tables, triggers and indexes."""
    _manage(name, "migrate", "--verbosity", "0")


def load_vocabulary(name: str) -> None:
    """Countries, technologies, programmes and the like, by the loader, from a folder without the real projects."""
    files = {path.stem: path for folder in bundled_folders() for path in folder.glob("*.csv")}
    with tempfile.TemporaryDirectory() as folder:
        for file in VOCABULARY:
            (Path(folder) / files[file].name).symlink_to(files[file])
        _manage(name, "load_jcm_data", folder)


def _manage(name: str, *arguments: str) -> None:
    """Run a command of manage.py whose one and only database is the sample database.

    In a process of its own, so that nothing in it can reach the portal's.
    """
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "jcm_portal.settings",
        "DATABASE_URL": address(name),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SampleDatabaseError(f"manage.py {arguments[0]} failed in the database {name}:\n{done.stderr[-2000:]}")


# -- Filling it -------------------------------------------------------------------------------------


def make(name: str, *, projects: int, seed: int, step: Step) -> None:
    """Make the database and fill it; raises SampleDatabaseError where one of that name may not go."""
    with step("database"):
        make_empty(name)
    with step("tables"):
        make_tables(name)
    with step("vocabulary"):
        load_vocabulary(name)
    with connect(name) as samples:
        with without_triggers(samples):
            indexes = drop_project_indexes(samples)
            with step("records"):
                fill(samples, projects=projects, seed=seed)
            with step("status"):
                set_status(name)
            with step("search"):
                set_search_vector(name)
        with step("indexes, vacuum"):
            tidy(samples, indexes)


def fill(samples: Connection, *, projects: int, seed: int) -> None:
    """Copy the records of a seed; the next are made while the server stores the last."""
    skip_foreign_keys(samples)
    source = copy_source(samples)
    records = Samples(read_vocabulary(samples, source), seed)
    copy(samples, Organisation, records.organisations)
    copy(samples, Announcement, records.results.announcements)
    with ThreadPoolExecutor(1) as copier:
        last: Future[None] | None = None
        for rows in records.batches(projects):
            if last:
                last.result()
            last = copier.submit(copy_all, samples, rows)
        if last:
            last.result()
    for model in (Organisation, Project, Announcement):
        move_sequence(samples, model)
    samples.execute(STATED)
    samples.execute("analyze")  # without it, each search vector is made with scans of whole tables


@contextmanager
def without_triggers(samples: Connection) -> Iterator[None]:
    """Our triggers are off, which would run for each row; what they do is for the caller to make good."""
    query = "select distinct tgrelid::regclass::text from pg_trigger where not tgisinternal order by 1"
    tables = [sql.SQL(table) for (table,) in samples.execute(query)]
    for table in tables:
        samples.execute(sql.SQL("alter table {} disable trigger user").format(table))
    try:
        yield
    finally:
        for table in tables:
            samples.execute(sql.SQL("alter table {} enable trigger user").format(table))


def skip_foreign_keys(samples: Connection) -> None:
    """Save their checks, most of the time of copying, if the user may: it takes a superuser."""
    with suppress(psycopg.errors.InsufficientPrivilege):
        samples.execute("set session_replication_role = replica")


def drop_project_indexes(samples: Connection) -> list[str]:
    """Drop the indexes of projects that keep no rule, as each change of a row costs them all; return how to make them.

    An index at the end is quicker than many changes to it.
    """
    found = samples.execute(
        """
        select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
        where indrelid = 'projects_project'::regclass
          and not exists (select from pg_constraint where conindid = indexrelid)
        order by 1
        """
    ).fetchall()
    for index, _ in found:
        samples.execute(sql.SQL("drop index {}").format(sql.SQL(index)))
    return [definition for _, definition in found]


def copy_all(samples: Connection, rows: Rows) -> None:
    for model, of_model in rows.items():
        copy(samples, model, of_model)


def copy_source(samples: Connection) -> int:
    copy(samples, Source, [SOURCE])
    found = samples.execute("select id from jcm_portal_source where key = %s", [SOURCE[0]]).fetchone()
    assert found
    return int(found[0])


def copy(samples: Connection, model: type[models.Model], rows: Iterable[Row]) -> None:
    """Copy rows of `COLUMNS`, with the defaults of the other fields, which only Django knows."""
    columns = COLUMNS[model]
    defaults = {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if field.attname not in columns and not (field.null or field.primary_key or field.generated)
    }
    constant = tuple(defaults.values())
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, [*columns, *defaults]))
    )
    with samples.cursor() as cursor, cursor.copy(statement) as into:
        for row in rows:
            into.write_row(row + constant)


def move_sequence(samples: Connection, model: type[models.Model]) -> None:
    """Let the next record that somebody enters have a number of its own."""
    table = model._meta.db_table
    query = "select setval(pg_get_serial_sequence({name}, 'id'), max(id)) from {table}"
    samples.execute(sql.SQL(query).format(name=table, table=sql.Identifier(table)))


def read_vocabulary(samples: Any, source: int) -> Vocabulary:
    """What was loaded; `samples` is a connection or a cursor."""
    technologies = samples.execute(
        """
        select t.id, t.slug, s.slug, t.name || t.synonyms_en, t.name_ja || t.synonyms_ja
        from projects_technology t join projects_sector s on s.id = t.sector_id order by t.position, t.slug
        """
    )
    found = [Technology(*row) for row in technologies]
    countries = samples.execute(
        "select id, iso2, name, name_ja, latitude, longitude from countries_partnercountry order by iso2"
    )
    places = [Country(*row) for row in countries]
    programmes = dict(samples.execute("select slug, id from projects_programme order by slug").fetchall())
    methodologies: dict[int, list[int]] = {}
    for country, pk in samples.execute("select country_id, id from projects_methodology order by number").fetchall():
        methodologies.setdefault(country, []).append(pk)
    rounds = samples.execute(
        "select id, key, label, programme_id, fiscal_year from projects_selectionround order by key"
    ).fetchall()
    return Vocabulary(found, places, programmes, methodologies, [Round(*row) for row in rounds], source)


def set_status(name: str) -> None:
    """Do what the trigger on projects does: the status and the day of the first selection."""
    _update(
        name,
        """
        update projects_project set status = projects_status_of(id), selected_on = (
          select min(reached_on) from projects_milestone where project_id = projects_project.id and kind = 'selected'
        )
        where mod(id, %(workers)s) = %(worker)s
        """,
    )


def set_search_vector(name: str) -> None:
    """Do what the triggers on projects and their parts do for the search."""
    with connect(name) as samples:
        for statement in PARTS:
            samples.execute(statement)
        samples.execute("analyze projects_searchentry, projects_searchname")
        found = samples.execute("select prosrc from pg_proc where proname = 'projects_search_vector'").fetchone()
    assert found
    # The body of the function stands in the statement: to call it for each row takes half as long again.
    vector = found[0].strip().removeprefix("select")
    _update(
        name,
        sql.SQL("update projects_project p set search = {} where mod(id, %(workers)s) = %(worker)s").format(
            sql.SQL(vector)
        ),
    )


def _update(name: str, statement: LiteralString | sql.Composed) -> None:
    """Run a statement in several connections, each for its share of the projects: one keeps one processor busy."""

    def run(worker: int) -> None:
        with connect(name) as samples:
            samples.execute(statement, {"worker": worker, "workers": WORKERS})

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run, range(WORKERS)))


def tidy(samples: Connection, indexes: Iterable[str]) -> None:
    """Put the indexes back, and leave the tables as compact and as well known to the planner as old ones."""
    samples.execute("vacuum full projects_project")  # two updates of all rows left two dead copies of each
    for definition in indexes:
        samples.execute(sql.SQL(definition))
    samples.execute("vacuum analyze")


def sizes(name: str) -> list[tuple[str, int, int]]:
    """The largest tables: name, rows (about), bytes with indexes; the whole database at the end, rows zero."""
    with connect(name) as samples:
        tables = samples.execute(
            """
            select relname, greatest(reltuples, 0)::bigint, pg_total_relation_size(oid) from pg_class
            where relkind = 'r' and relnamespace = 'public'::regnamespace order by 3 desc limit 6
            """
        ).fetchall()
        whole = samples.execute("select 'database', 0::bigint, pg_database_size(current_database())").fetchall()
    return [*tables, *whole]
