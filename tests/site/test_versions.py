"""The database counts the versions of a record: each change of it or of its parts, by any way, and nothing else."""

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import F

from countries.models import PartnerCountry
from jcm_portal.admin import StaffAdmin
from jcm_portal.models import PublicationState, Source, Versioned
from projects import publishing
from projects.importing.checking import check
from projects.importing.loading import load
from projects.importing.reading import read_files
from projects.models import (
    Announcement,
    CreditIssuance,
    Identifier,
    IssuanceStatement,
    Methodology,
    Milestone,
    Organisation,
    Participation,
    Project,
    Selection,
    Technology,
)
from tests import factories
from tests.adminpages import sent
from tests.datafiles import contents, small_set

pytestmark = pytest.mark.django_db

VERSIONED = {
    model: maker
    for maker, model in (
        (factories.make_announcement, Announcement),
        (factories.make_country, PartnerCountry),
        (factories.make_issuance, CreditIssuance),
        (factories.make_issuance_statement, IssuanceStatement),
        (factories.make_methodology, Methodology),
        (factories.make_organisation, Organisation),
        (factories.make_project, Project),
        (factories.make_selection, Selection),
        (factories.make_source, Source),
        (factories.make_technology, Technology),
    )
}
EACH = pytest.mark.parametrize("make", VERSIONED.values(), ids=[model.__name__ for model in VERSIONED])
STAFF_ADMINS = [one for one in admin.site._registry.values() if isinstance(one, StaffAdmin)]


def version(record):
    return type(record)._base_manager.values_list("version", flat=True).get(pk=record.pk)


def a_text(record):
    """A field of the record that takes any words."""
    names = [field.name for field in record._meta.fields]
    return next(name for name in ("note", "title", "name", "quote", "publisher") if name in names)


# -- Whoever writes ----------------------------------------------------------------------------------------------


def test_a_new_record_is_of_the_first_version():
    assert version(factories.make_project(state="draft")) == 1


def by_save(record, field):
    record = type(record)._base_manager.get(pk=record.pk)
    setattr(record, field, "Changed")
    record.save()


def by_save_of_the_field(record, field):
    setattr(record, field, "Changed")
    record.save(update_fields=[field])


def by_update(record, field):
    type(record)._base_manager.filter(pk=record.pk).update(**{field: "Changed"})


def by_bulk_update(record, field):
    setattr(record, field, "Changed")
    type(record)._base_manager.bulk_update([record], [field])


def by_hand(record, field):
    with connection.cursor() as cursor:
        cursor.execute(f"update {record._meta.db_table} set {field} = 'Changed' where id = %s", [record.pk])


WRITERS = pytest.mark.parametrize("write", [by_save, by_save_of_the_field, by_update, by_bulk_update, by_hand])


@EACH
@WRITERS
def test_each_write_that_changes_a_record_raises_its_version_by_one(make, write):
    record = make()
    before = version(record)

    write(record, a_text(record))

    assert version(record) == before + 1


@EACH
def test_what_is_written_as_it_was_is_no_change(make):
    record = make()
    before = version(record)

    type(record)._base_manager.get(pk=record.pk).save()

    assert version(record) == before


@pytest.mark.parametrize("written", [1, 0, -1, 7, F("version") - 1], ids=str)
def test_nobody_can_write_a_version_that_was_there_before(written):
    source = factories.make_source()
    Source.objects.filter(pk=source.pk).update(title="Second")

    Source.objects.filter(pk=source.pk).update(title="Third", version=written)

    assert version(source) == 3


def test_a_verb_of_publication_is_a_change():
    project = factories.make_project(state="draft")

    publishing.submit(record=project, by=factories.make_editor())

    assert version(project) == 2
    assert project.state == PublicationState.IN_REVIEW


# -- Parts -------------------------------------------------------------------------------------------------------


def row(make, of, **fields):
    return lambda record: make(**{of: record}, **fields)


PARTS = {
    "selection": (factories.make_announcement, row(factories.make_selection, "announcement"), "stated_title"),
    "identifier": (factories.make_project, row(factories.make_identifier, "project", scheme="gec"), "value"),
    "participation": (factories.make_project, row(factories.make_participation, "project"), None),
    "milestone": (factories.make_project, row(factories.make_milestone, "project"), "note"),
    "issuance": (factories.make_project, row(factories.make_issuance, "project"), "note"),
    "methodology": (factories.make_project, row(factories.make_project_methodology, "project"), "version"),
    "document": (factories.make_country, row(factories.make_country_document, "country"), "note"),
    "alias": (factories.make_organisation, row(factories.make_alias, "organisation"), "name"),
}


@pytest.mark.parametrize(("make", "make_row", "field"), PARTS.values(), ids=PARTS)
def test_a_row_that_is_added_changed_or_removed_raises_the_version_of_its_record(make, make_row, field):
    record = make()

    part = make_row(record)
    added = version(record)
    if field:
        setattr(part, field, "2.0")
        part.save()
    else:
        part.role = "representative"
        part.save()
    changed = version(record)
    part.delete()

    assert added > 1
    assert changed == added + 1
    assert version(record) == changed + 1


@pytest.mark.parametrize(("make", "make_row"), [part[:2] for part in PARTS.values()], ids=PARTS)
def test_a_row_that_is_written_as_it_was_is_no_change(make, make_row):
    record = make()
    part = make_row(record)
    before = version(record)

    type(part)._base_manager.get(pk=part.pk).save()

    assert version(record) == before


def test_a_row_that_moves_raises_both_versions():
    one, other = factories.make_project(), factories.make_project()
    identifier = factories.make_identifier(project=one)
    before = version(one), version(other)

    Identifier.objects.filter(pk=identifier.pk).update(project=other)

    assert (version(one), version(other)) == (before[0] + 1, before[1] + 1)


def test_one_statement_raises_the_version_once_however_many_rows_it_writes():
    project, source = factories.make_project(state="draft"), factories.make_source()
    organisations = [factories.make_organisation() for _ in range(3)]

    Participation.objects.bulk_create(
        Participation(project=project, organisation=one, side="japan", source=source) for one in organisations
    )

    assert version(project) == 2


LISTS = {
    "further technologies": (factories.make_project, "further_technologies", factories.make_technology),
    "further sources of a project": (factories.make_project, "further_sources", factories.make_source),
    "possibly the same": (factories.make_project, "possibly_same_as", factories.make_project),
    "countries of an announcement": (factories.make_announcement, "countries", factories.make_country),
    "further sources of an announcement": (factories.make_announcement, "further_sources", factories.make_source),
    "further sources of a methodology": (factories.make_methodology, "further_sources", factories.make_source),
    "projects of a statement": (factories.make_issuance_statement, "projects", factories.make_project),
}


@pytest.mark.parametrize(("make", "relation", "make_other"), LISTS.values(), ids=LISTS)
def test_a_list_that_changes_raises_the_version(make, relation, make_other):
    record, other = make(), make_other()
    before = version(record)

    getattr(record, relation).add(other)
    added = version(record)
    getattr(record, relation).remove(other)

    assert (added, version(record)) == (before + 1, before + 2)


@pytest.mark.parametrize(
    ("make", "above"),
    [(factories.make_milestone, "project"), (factories.make_country_document, "country")],
    ids=["step", "document"],
)
def test_a_list_of_a_row_raises_the_version_of_the_record(make, above):
    part = make()
    before = version(getattr(part, above))

    part.further_sources.add(factories.make_source())

    assert version(getattr(part, above)) == before + 1


@pytest.mark.parametrize("staff_admin", STAFF_ADMINS, ids=lambda one: one.opts.model_name)
def test_whatever_a_form_can_change_raises_the_version(staff_admin):
    """A sweep: each record with a page has a version, each table that its form writes has the triggers."""
    model = staff_admin.model
    if not issubclass(model, Versioned):
        assert not staff_admin.has_change_permission(staff_request())
        return
    tables = {model._meta.db_table: "version_rises"}
    rows = [inline.model for inline in staff_admin.inlines if inline.__name__ != "ListedInInline"]
    for one in [model, *rows]:
        tables |= {
            field.m2m_db_table(): "part_insert_raises_version"
            for field in one._meta.local_many_to_many
            if field.remote_field.through._meta.auto_created
        }
    for one in rows:  # of a milestone the project's status follows in the same step
        assert {"part_insert_raises_version", "milestones_move_projects"} & set(triggers(one._meta.db_table)), one
    for table, name in tables.items():
        assert name in triggers(table), table


def staff_request():
    from django.test import RequestFactory

    request = RequestFactory().get("/admin/")
    request.user = factories.make_user(is_staff=True, is_superuser=True)
    return request


def triggers(table):
    with connection.cursor() as cursor:
        cursor.execute("select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal", [table])
        return {name for (name,) in cursor.fetchall()}


# -- What is no edit ---------------------------------------------------------------------------------------------


def test_a_new_search_vector_is_no_edit():
    project = factories.make_project()
    before = version(project)

    Project.objects.filter(pk=project.pk).update(search=None)
    country = project.country
    country.name_ja = "別の国"
    country.save()

    assert version(project) == before
    assert version(country) == 2
    assert Project.objects.filter(pk=project.pk, search__isnull=False).exists()


def test_the_status_is_counted_as_the_step_that_moved_it_and_not_again():
    project = factories.make_project()
    before = version(project)

    factories.make_milestone(project=project, kind="registered")

    assert Project.objects.get(pk=project.pk).status == "registered"
    assert version(project) == before + 1


def test_the_moment_of_a_save_alone_is_no_edit():
    project = factories.make_project(state="draft")
    before = project.updated_at

    project.save()

    assert Project.objects.get(pk=project.pk).updated_at > before
    assert version(project) == 1


def test_opening_and_saving_a_form_unchanged_is_no_edit(client):
    project = factories.make_milestone().project
    client.force_login(factories.make_editor())
    before = version(project)

    answer = sent(client, f"/admin/projects/project/{project.pk}/change/", "project_form")

    assert answer.status_code == 302
    assert version(project) == before


# -- The loader and the inlines ----------------------------------------------------------------------------------


def test_the_loader_raises_the_version_of_what_it_changes_and_of_nothing_else():
    data = small_set()
    load(check(read_files(contents(data))))
    before = versions()

    load(check(read_files(contents(data))))
    assert versions() == before
    data["sources"][0]["title"] = "Release, corrected"
    load(check(read_files(contents(data))))

    raised = {key for key, number in versions().items() if number != before[key]}
    assert raised == {("source", Source.objects.get(key="test-a").pk)}


def versions():
    return {
        (model._meta.model_name, pk): number
        for model in VERSIONED
        for pk, number in model._base_manager.values_list("pk", "version")
    }


def test_a_row_of_an_inline_raises_the_version_of_the_form(client):
    project = factories.make_project(state="draft")
    client.force_login(factories.make_editor())

    answer = sent(
        client,
        f"/admin/projects/project/{project.pk}/change/",
        "project_form",
        rows=[("milestones", {"kind": "registered", "source": project.source_id})],
    )

    assert answer.status_code == 302
    assert Milestone.objects.filter(project=project, kind="registered").exists()
    assert version(project) == 2
