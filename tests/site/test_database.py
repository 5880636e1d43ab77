"""What the portal asks of its PostgreSQL, and that a restarted one costs no visitor an error."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.checks import Tags, run_checks
from django.db import OperationalError, connection, connections

from jcm_portal import localdb
from jcm_portal.checks import unsuitable
from jcm_portal.localdb import Cluster

BASE_DIR = Path(localdb.__file__).parent.parent


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("database") / "pg", ("fsync=off", "max_connections=20"))
    localdb.ensure(cluster)
    yield cluster
    localdb.stop(cluster)


@pytest.fixture
def visit(server, monkeypatch, django_db_blocker):
    """Ask the server something through the portal's own database settings, and give the connection back."""
    database = copy.deepcopy(connections["default"].settings_dict)
    database |= {**localdb.django_database(server), "PASSWORD": ""}
    # Django keeps pools by alias, so it must not be "default".
    monkeypatch.setitem(connections.settings, "restarted", database)

    def ask():
        try:
            with connections["restarted"].cursor() as cursor:
                cursor.execute("select 1")
                return cursor.fetchone()
        finally:
            connections["restarted"].close()

    ask.database = database
    with django_db_blocker.unblock():
        yield ask
        connections["restarted"].close_pool()
        del connections["restarted"]


def restart(server):
    localdb.stop(server)
    localdb.ensure(server)


def test_after_a_restart_of_the_server_the_next_visitor_gets_an_answer(server, visit):
    assert visit() == (1,)
    restart(server)
    assert visit() == (1,)


def test_and_that_is_due_to_the_health_check(server, visit):
    visit.database["CONN_HEALTH_CHECKS"] = False
    assert visit() == (1,)
    restart(server)
    with pytest.raises(OperationalError):
        visit()


def test_the_tests_database_can_read_japanese(db):
    assert run_checks(tags=[Tags.database], databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("create extension if not exists pg_trgm")
        cursor.execute("select cardinality(show_trgm('太陽光'))")
        assert cursor.fetchone() == (4,)


@pytest.mark.parametrize(
    ("encoding", "character_type", "ids"),
    [
        ("UTF8", "C.UTF-8", []),
        ("UTF8", "ja_JP.UTF-8", []),
        ("UTF8", "C", ["jcm_portal.E002"]),
        ("UTF8", "POSIX", ["jcm_portal.E002"]),
        ("SQL_ASCII", "C", ["jcm_portal.E001", "jcm_portal.E002"]),
        ("EUC_JP", "ja_JP.eucJP", ["jcm_portal.E001"]),
    ],
)
def test_what_is_suitable(encoding, character_type, ids):
    assert [problem.id for problem in unsuitable("default", encoding, character_type)] == ids


def test_a_database_that_cannot_read_japanese_is_refused_before_anything_is_made_in_it(server):
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(
            "create database ascii template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'"
        )
    url = f"postgresql://{localdb.NAME}@/ascii?host={server.sockets}"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "jcm_portal.settings", "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "migrate"]
    done = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "stores text as SQL_ASCII; the portal needs UTF8" in done.stderr
    assert "createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8" in done.stderr
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)
