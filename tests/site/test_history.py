"""The history is written by the database, whoever writes, and tells who did what at once and why."""

from importlib import import_module
from io import StringIO

import pghistory
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.test import Client

from countries.models import PartnerCountry
from jcm_portal.history import KEPT
from jcm_portal.models import Source
from projects.models import Announcement, Milestone, Organisation, Project, Technology
from tests import factories
from tests.adminpages import sent
from tests.site.test_constraints import FACTORIES

pytestmark = pytest.mark.django_db

NOUNS = [kept.model for kept in KEPT.values() if kept.link is None]
LISTS = [kept for kept in KEPT.values() if kept.link is not None]
NOUN = pytest.mark.parametrize("model", NOUNS, ids=lambda model: model.__name__)
LIST = pytest.mark.parametrize("kept", LISTS, ids=lambda kept: kept.model.__name__)
# A column that is no key and has no partner, so that it can be changed alone.
CHANGED = {
    "Announcement": "note",
    "CountryDocument": "place",
    "CreditIssuance": "note",
    "GlossaryTerm": "definition",
    "Identifier": "value",
    "IssuanceStatement": "quote",
    "Methodology": "title",
    "Milestone": "note",
    "Organisation": "name_ja",
    "OrganisationAlias": "name",
    "Participation": "role",
    "PartnerCountry": "name_ja",
    "Programme": "name_ja",
    "Project": "note",
    "ProjectMethodology": "version",
    "Sector": "description",
    "Selection": "quote",
    "SelectionRound": "label",
    "Source": "title",
    "StatedTotal": "quote",
    "Target": "quote",
    "Technology": "description",
}
NEW = {"Participation": "representative", "Identifier": "VN998"}


def labels(record):
    """What became of the record's row, in order."""
    return list(KEPT[type(record)].events.objects.filter(pgh_obj_id=record.pk).values_list("pgh_label", flat=True))


def new_value(model):
    return NEW.get(model.__name__, "new")


def test_every_noun_that_staff_write_keeps_its_history():
    assert set(NOUNS) == set(FACTORIES)


@NOUN
def test_what_the_orm_writes_is_kept(model):
    record = FACTORIES[model]()
    setattr(record, CHANGED[model.__name__], new_value(model))
    record.save()
    record_pk = record.pk
    record.delete()
    record.pk = record_pk

    assert labels(record)[0] == "insert"
    assert labels(record)[-2:] == ["update", "delete"]


@NOUN
def test_what_update_and_bulk_create_write_is_kept(model):
    record = FACTORIES[model]()
    rows = model._base_manager.filter(pk=record.pk)
    before = len(labels(record))

    rows.update(**{CHANGED[model.__name__]: new_value(model)})
    rows._raw_delete(connection.alias)
    record._state.adding = True
    model._base_manager.bulk_create([record])

    assert labels(record)[before:] == ["update", "delete", "insert"]


@NOUN
def test_what_raw_sql_writes_is_kept(model):
    record = FACTORIES[model]()
    table, column = model._meta.db_table, CHANGED[model.__name__]
    before = len(labels(record))

    with connection.cursor() as cursor:
        cursor.execute(f"update {table} set {column} = %s where id = %s", [new_value(model), record.pk])
        cursor.execute(
            f"create temporary table copy on commit drop as select * from {table} where id = %s", [record.pk]
        )
        cursor.execute(f"delete from {table} where id = %s", [record.pk])
        cursor.execute(f"insert into {table} select * from copy")
        cursor.execute("drop table copy")

    assert labels(record)[before:] == ["update", "delete", "insert"]


@LIST
def test_what_is_entered_into_a_list_and_taken_out_is_kept(kept):
    owner_model = kept.belongs_to(kept.parent)
    owner = FACTORIES[owner_model]()
    entry = FACTORIES[kept.belongs_to(kept.named_by[0])]()
    entries = getattr(owner, kept.link.name)

    entries.add(entry)
    entries.remove(entry)

    events = kept.events.objects.filter(**{f"{kept.parent}_id": owner.pk, f"{kept.named_by[0]}_id": entry.pk})
    assert list(events.values_list("pgh_label", flat=True)) == ["insert", "delete"]


@NOUN
def test_a_row_that_is_written_as_it_was_makes_no_event(model):
    record = FACTORIES[model]()
    before = labels(record)

    model._base_manager.get(pk=record.pk).save()
    column = CHANGED[model.__name__]
    model._base_manager.filter(pk=record.pk).update(**{column: models.F(column)})

    assert labels(record) == before


def test_the_search_and_the_version_of_a_project_and_the_moment_of_its_last_save_are_no_change():
    project = factories.make_project()
    before = labels(project)

    factories.make_identifier(project=project)  # moves the search vector and the version
    Project.objects.filter(pk=project.pk).update(
        search=None, updated_at="2020-01-01T00:00Z", version=models.F("version") + 1
    )
    project.country.name_ja = "別の国"
    project.country.save()

    assert labels(project) == before


def test_a_status_that_follows_from_a_milestone_is_kept():
    project = factories.make_project()
    before = len(labels(project))

    factories.make_milestone(project=project, kind="registered")

    assert labels(project)[before:] == ["update"]
    assert KEPT[Project].events.objects.filter(pgh_obj_id=project.pk).last().status == "registered"


@pytest.mark.parametrize("statement", ["update {} set title = ''", "delete from {}"])
def test_the_history_is_only_ever_added_to(statement):
    factories.make_project()

    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("projects_projectevent"))


def test_all_that_one_request_of_staff_writes_has_one_context_that_says_who_and_where():
    editor, project = factories.make_editor(), factories.make_project(state="draft")
    milestone = factories.make_milestone(project=project)
    client = Client()
    client.force_login(editor)
    page = f"/admin/projects/project/{project.pk}/change/"

    answer = sent(client, page, "project_form", note="Other words.", **{"milestones-0-note": "Seen."})

    assert answer.status_code == 302
    events = [KEPT[type(one)].events.objects.filter(pgh_obj_id=one.pk).last() for one in (project, milestone)]
    assert len({event.pgh_context_id for event in events}) == 1
    assert events[0].pgh_context.metadata == {"user": editor.pk, "address": page}


def test_reading_writes_nothing_whoever_reads():
    project = factories.make_project(state="published")
    numbers = {kept: kept.events.objects.count() for kept in KEPT.values()}
    contexts = pghistory.models.Context.objects.count()
    staff = Client()
    staff.force_login(factories.make_publisher())

    for client in (Client(), staff):
        client.get(project.get_absolute_url())
    staff.get(f"/admin/projects/project/{project.pk}/history/")

    assert {kept: kept.events.objects.count() for kept in KEPT.values()} == numbers
    assert pghistory.models.Context.objects.count() == contexts


def test_the_bundled_data_have_a_history_from_the_first_row_on():
    for model in (Source, PartnerCountry, Technology, Organisation, Announcement, Project, Milestone):
        known = KEPT[model].events.objects.filter(pgh_label="insert").values("pgh_obj_id")

        assert not model._base_manager.exclude(pk__in=known).exists()


def test_all_that_one_load_writes_is_known_by_one_id_that_says_so(empty_database):
    call_command("load_jcm_data", stdout=StringIO(), stderr=StringIO())

    (context,) = set(
        KEPT[Project]
        .events.objects.filter(pgh_label="insert", pgh_obj_id__in=Project.objects.values("pk"))
        .values_list("pgh_context_id", flat=True)
    )
    assert pghistory.models.Context.objects.get(pk=context).metadata == {"loader": "load_jcm_data"}
    assert set(
        KEPT[Source]
        .events.objects.filter(pgh_obj_id__in=Source.objects.values("pk"), pgh_label="insert")
        .values_list("pgh_context_id", flat=True)
    ) == {context}


def test_the_history_of_what_was_there_before_begins_with_each_row_as_it_stands():
    project = factories.make_project()
    begin = import_module("jcm_portal.migrations.0005_history_begins").begin

    with connection.schema_editor() as schema_editor:
        begin(apps, schema_editor)

    event = KEPT[Project].events.objects.filter(pgh_obj_id=project.pk).last()
    assert (event.pgh_label, event.title, event.pgh_context) == ("begin", project.title, None)
    page = Client().get(project.get_absolute_url())
    assert page.context["changes"] == []
