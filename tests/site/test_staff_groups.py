"""The groups Editor and Publisher, and just what each may do."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connection

from tests.factories import make_editor, make_publisher

pytestmark = pytest.mark.django_db

migration = import_module("projects.migrations.0004_staff_groups")

# What an editor writes but never deletes: it has an address, or other records stand on it.
LASTING = {
    "jcm_portal.source",
    "countries.partnercountry",
    "projects.announcement",
    "projects.issuancestatement",
    "projects.glossaryterm",
    "projects.methodology",
    "projects.organisation",
    "projects.programme",
    "projects.project",
    "projects.sector",
    "projects.selectionround",
    "projects.statedtotal",
    "projects.target",
    "projects.technology",
}
# Rows of those.
PARTS = {
    "countries.countrydocument",
    "projects.creditissuance",
    "projects.identifier",
    "projects.milestone",
    "projects.organisationalias",
    "projects.participation",
    "projects.projectmethodology",
    "projects.selection",
}
PUBLISHERS_ALONE = {
    "projects.publish_announcement",
    "projects.publish_project",
    "projects.delete_announcement",
    "projects.delete_project",
    "projects.delete_glossaryterm",
    "projects.delete_issuancestatement",
    "projects.delete_statedtotal",
    "projects.delete_target",
}


def allowed(noun, *verbs):
    app, model = noun.split(".")
    return {f"{app}.{verb}_{model}" for verb in verbs}


EDITORS = {may for noun in LASTING for may in allowed(noun, "add", "change", "view")} | {
    may for noun in PARTS for may in allowed(noun, "add", "change", "delete", "view")
}


def test_an_editor_enters_and_changes_but_neither_publishes_nor_deletes_records():
    assert make_editor().get_all_permissions() == EDITORS


def test_a_publisher_may_besides_publish_and_delete_what_has_no_state_or_was_never_public():
    assert make_publisher().get_all_permissions() == EDITORS | PUBLISHERS_ALONE


def test_nobody_of_the_groups_may_touch_accounts_or_the_loaders_memory():
    codes = Permission.objects.filter(group__name__in=["Editor", "Publisher"])

    assert not codes.filter(content_type__app_label__in=["auth", "admin", "sessions", "contenttypes"]).exists()
    assert not codes.filter(content_type__model__in=["loadedrecord", "searchentry", "searchname"]).exists()


def test_every_noun_of_ours_is_in_the_table():
    ours = {
        model._meta.label_lower
        for label in ("jcm_portal", "countries", "projects")
        for model in apps.get_app_config(label).get_models()
        if model._meta.default_permissions  # the history is written by the database alone
    }

    assert ours - LASTING - PARTS == {"projects.loadedrecord", "projects.searchentry", "projects.searchname"}


def test_the_permissions_are_djangos_own():
    before = set(Permission.objects.values_list("content_type__app_label", "codename", "name"))

    for label in ("jcm_portal", "countries", "projects"):
        create_permissions(apps.get_app_config(label), verbosity=0)

    assert set(Permission.objects.values_list("content_type__app_label", "codename", "name")) == before
    assert Permission.objects.get(codename="publish_project").name == "Can publish project"


def test_the_migration_can_be_undone_and_done_again():
    with connection.schema_editor() as schema_editor:
        migration.remove_groups(apps, schema_editor)
        assert not Group.objects.filter(name__in=["Editor", "Publisher"]).exists()

        migration.make_groups(apps, schema_editor)

    assert make_editor().get_all_permissions() == EDITORS


def test_the_migration_makes_the_permissions_that_it_needs_on_an_empty_database():
    Permission.objects.all().delete()

    with connection.schema_editor() as schema_editor:
        migration.make_groups(apps, schema_editor)

    assert make_publisher().get_all_permissions() == EDITORS | PUBLISHERS_ALONE
