"""PostgreSQL answers a search from its index: it never reads through the table of projects."""

from io import StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from projects.filters import ProjectQuery
from projects.samples import database
from projects.search import read
from tests.search.judged import judged_queries

pytestmark = pytest.mark.django_db

PROJECTS = 10_000  # enough for the planner to prefer the index; `make search-speed` looks at 100,000
TABLE = "projects_project"


@pytest.fixture(scope="module")
def samples(django_db_setup):
    """A connection to many synthetic projects, with the portal's own settings for the planner."""
    name = f"{connection.settings_dict['NAME']}_plans"
    call_command("make_sample_projects", projects=PROJECTS, seed=3, database=name, stdout=StringIO())
    with database.connect(name) as samples:
        yield samples
    with database.connect(database.own_name()) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def search(text):
    """The queries over projects that a search takes, apart from those that every page takes."""
    with CaptureQueriesContext(connection) as captured:
        query = ProjectQuery(QueryDict(urlencode({"q": text})))
        assert query.totals.projects >= len(query.queryset[:25])
    return [found["sql"] for found in captured if TABLE in found["sql"] and "@@" in found["sql"]]


def within(samples, function, text):
    """The query inside one of the database's functions, for the words of a question."""
    query = "select prosrc, proconfig from pg_proc where proname = %s"
    [[body, settings]] = samples.execute(query, [function]).fetchall()
    assert settings == ["enable_seqscan=off"]
    condition = read(text).reading.condition.replace("'", "''")
    return body.replace("$1", f"'{condition}'::tsquery").replace("limit most", "limit 200")


def reads_through(samples, statement):
    """Whether the planner would read all projects for it."""
    [[plan]] = samples.execute("explain (format json) " + statement).fetchall()
    return any(scans(plan[0]["Plan"]))


def scans(plan):
    """The nodes of a plan that read all of the table, or as much: the index in the order of the list."""
    if plan.get("Node Type") == "Seq Scan" and plan.get("Relation Name") == TABLE:
        yield plan
    if plan.get("Index Name") == "projects_project_newest":
        yield plan
    for part in plan.get("Plans", []):
        yield from scans(part)


def test_no_search_reads_through_all_projects(samples):
    asked = [(query.text, statement) for query in judged_queries() for statement in search(query.text)]

    assert len(asked) > 2 * 250
    assert [text for text, statement in asked if reads_through(samples, statement)] == []


@pytest.mark.parametrize("function", ["search_finds", "search_some"])
def test_nor_do_the_functions_that_look_before(samples, function):
    texts = [query.text for query in judged_queries() if read(query.text).reading.condition]

    bodies = {text: within(samples, function, text) for text in texts}
    samples.execute("set enable_seqscan = off")
    try:
        assert [text for text, body in bodies.items() if reads_through(samples, body)] == []
    finally:
        samples.execute("reset enable_seqscan")


def test_a_query_that_must_read_through_all_is_seen(samples):
    assert reads_through(samples, "select count(*) from projects_project where note like '%x%'")
