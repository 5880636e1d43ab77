"""The bundled data in the tests: the database of a run holds it from the start.

It is loaded once, when the database is made; each test rolls back what it does, so the next one finds it whole.
A test that wants nothing but its own records asks for `empty_database`. Records of `factories` never meet the
bundled ones: their keys are others. A test that commits (`transaction=True`, `live_server`) leaves the database
empty behind it, so one that needs the data too asks for `bundled_data`.
"""

import csv
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.utils.translation import get_language
from pghistory.models import Event

FOLDERS = [Path(__file__).parent.parent / app / "data" for app in ("countries", "projects")]


def rows_of(name):
    """The rows of a bundled file, read without the portal's code: a list of dicts of text."""
    path = next(folder / f"{name}.csv" for folder in FOLDERS if (folder / f"{name}.csv").exists())
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def items(cell):
    return cell.split("; ") if cell else []


def load_bundled():
    from projects.importing.loading import load_folders

    summary = load_folders(FOLDERS)
    assert not summary.problems, "\n".join(map(str, summary.problems))
    return summary


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        load_bundled()


@pytest.fixture
def bundled_data(db):
    """The bundled data, loaded anew where a test that commits has emptied the database."""
    if not apps.get_model("projects", "Project").objects.exists():
        load_bundled()


@pytest.fixture(scope="module")
def words_read_once():
    """The words that parameters may hold are read once in a module whose tests leave them as they are."""
    from projects import vocabulary

    load, words = vocabulary.load, {}

    def once(*, participants=()):
        asked_for = tuple(participants), get_language()
        if asked_for not in words:
            words[asked_for] = load(participants=asked_for[0])
        return words[asked_for]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabulary, "load", once)
        yield


@pytest.fixture
def empty_database(db):
    """No country, no project, nothing that was loaded; all is back after the test."""
    clear()


def clear():
    """Empty our tables, but for the history, which is only ever added to: nothing is written there."""
    tables = {
        connection.ops.quote_name(model._meta.db_table)
        for app in ("projects", "countries", "jcm_portal")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if not issubclass(model, Event)
    }
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {', '.join(sorted(tables))}")
