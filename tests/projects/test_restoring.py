"""Earlier versions and deleted records put back in the admin: the facts, never the state, all or nothing."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import Announcement, Milestone, Participation, Project, Selection
from tests.adminpages import sent, told
from tests.factories import (
    make_announcement,
    make_editor,
    make_identifier,
    make_milestone,
    make_organisation,
    make_participation,
    make_project,
    make_publisher,
    make_selection,
    make_source,
    make_technology,
)

pytestmark = pytest.mark.django_db

WHY = "The second release was a mistake."


@pytest.fixture
def publisher():
    return signed_in(make_publisher())


@pytest.fixture
def editor():
    return signed_in(make_editor())


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def address(record, page="change"):
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/{page}/"


def save(client, record, **changes):
    answer = sent(client, address(record), f"{record._meta.model_name}_form", **changes)
    assert answer.status_code == 302, answer.content.decode()


def history(client, record, query=""):
    page = client.get(address(record, "history") + query)
    assert page.status_code == 200
    return page


def versions(client, record):
    """The addresses that restore a version, the newest first."""
    return [change["restore"] for change in history(client, record).context["changes"] if change["restore"]]


def restore(client, where, **changes):
    return sent(client, where, "restore_form", reason=WHY, **changes)


def again(record):
    return type(record).objects.get(pk=record.pk)


def said(page):
    """The differences of the newest change, as text."""
    found = page.context["changes"][0]["differences"]
    return [
        (one.how, one.noun, one.name, [(field.label, field.old, field.new) for field in one.fields]) for one in found
    ]


# -- Reading --------------------------------------------------------------------------------------------------


def test_the_history_says_who_changed_what_with_labels_and_names(editor):
    old, new = make_technology(name="Solar"), make_technology(name="Wind", name_ja="風力")
    project = make_project(state="draft", technology=old, note="")

    save(editor, project, technology=str(new.pk), note="Two sources differ.")

    page = history(editor, project)
    assert page.context["changes"][0]["who"] == editor.user.username
    assert (
        "changed",
        "Project",
        "",
        [("Main technology", "Solar", "Wind"), ("Note", "", "Two sources differ.")],
    ) in said(page)
    assert "風力" in editor.get(f"/ja{address(project, 'history')}").content.decode()


def test_parts_that_were_added_changed_and_removed_are_told_with_the_record(editor):
    project = make_project(state="draft")
    step = make_milestone(project=project, kind="selected", reached_on=date(2020, 3, 1), reached_on_precision="month")
    other = make_participation(project=project, organisation=make_organisation(name="Old Power"))

    save(editor, project, **{"milestones-0-reached_on_precision": "year", "milestones-0-reached_on": "2020-01-01"})
    assert ("changed", "Milestone", "Selected, 2020", [("Reached on", "2020-03", "2020")]) in said(
        history(editor, project)
    )

    save(editor, project, **{"participations-0-DELETE": "on"})
    (gone,) = [one for one in said(history(editor, project)) if one[0] == "gone"]
    assert gone[1:3] == ("Participation", "Old Power, Japan")
    assert Milestone.objects.filter(pk=step.pk).exists()
    assert not Participation.objects.filter(pk=other.pk).exists()


def test_entries_of_a_list_are_told_by_name(editor):
    project, wind = make_project(state="draft"), make_technology(name="Wind")

    save(editor, project, further_technologies=[str(wind.pk)])

    assert ("added", "Further technologies", "Wind", []) in said(history(editor, project))


def test_the_history_is_paged_and_takes_as_many_queries_for_many_changes_as_for_few(editor):
    project, technology = make_project(state="draft"), make_technology()
    make_participation(project=project)
    Project.objects.filter(pk=project.pk).update(technology=technology, note="0")

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            history(editor, project)
        return len(captured)

    few = queries()
    for number in range(30):
        with connection.cursor() as cursor:  # a context of its own, as a request has
            cursor.execute("select set_config('pghistory.context_id', gen_random_uuid()::text, true)")
            cursor.execute("select set_config('pghistory.context_metadata', '{}', true)")
            cursor.execute("update projects_project set note = %s where id = %s", [f"n{number}", project.pk])
        make_participation(project=project)

    assert queries() == few
    first, second = history(editor, project), history(editor, project, "?page=2")
    assert len(first.context["changes"]) == 20
    assert second.context["changes"]


# -- An earlier version ---------------------------------------------------------------------------------------


def test_an_earlier_version_comes_back_with_its_parts_and_is_itself_a_change_with_its_reason(editor):
    source = make_source()
    project = make_project(state="draft", title="First title", note="First.")
    step = make_milestone(project=project, kind="selected", reached_on=date(2020, 3, 1), note="Seen.", source=source)
    save(editor, project, confidence="high")
    save(
        editor,
        project,
        title="Second title",
        note="",
        **{"milestones-0-DELETE": "on"},
    )
    assert not Milestone.objects.filter(project=project).exists()

    answer = restore(editor, versions(editor, project)[0])

    assert answer.status_code == 302, answer.content.decode()
    now = again(project)
    assert (now.title, now.note, now.confidence) == ("First title", "First.", "high")
    (back,) = Milestone.objects.filter(project=project)
    assert (back.pk, back.kind, back.reached_on, back.note, back.source) == (
        step.pk,
        "selected",
        date(2020, 3, 1),
        "Seen.",
        source,
    )
    newest = history(editor, project).context["changes"][0]
    assert (newest["who"], newest["why"]) == (editor.user.username, WHY)


def test_the_page_shows_what_would_change_and_changes_nothing(editor):
    project = make_project(state="draft", title="First title")
    save(editor, project, confidence="high")
    save(editor, project, title="Second title")

    page = editor.get(versions(editor, project)[0])

    ((field,),) = [one.fields for one in page.context["differences"]]
    assert (field.label, field.old, field.new) == ("Title", "Second title", "First title")
    assert again(project).title == "Second title"


def test_the_state_never_comes_back_with_a_version(publisher):
    project = make_project(state="draft", title="First title")
    save(publisher, project, confidence="high")
    save(publisher, project, title="Second title", _publish="1")
    before = again(project)

    restore(publisher, versions(publisher, project)[0])

    now = again(project)
    assert now.title == "First title"
    assert (now.state, now.published_at, now.published_by) == ("published", before.published_at, publisher.user)


def test_a_version_without_a_reason_is_not_restored(editor):
    project = make_project(state="draft", title="First title")
    save(editor, project, confidence="high")
    save(editor, project, title="Second title")

    answer = sent(editor, versions(editor, project)[0], "restore_form", reason="")

    assert answer.status_code == 200
    assert "reason" in answer.context["form"].errors
    assert again(project).title == "Second title"


def test_what_somebody_changed_since_the_page_was_shown_is_shown_first(editor):
    project = make_project(state="draft", title="First title")
    save(editor, project, confidence="high")
    save(editor, project, title="Second title")

    answer = restore(editor, versions(editor, project)[0], seen="1")

    assert answer.status_code == 200
    assert "Somebody changed the record meanwhile." in answer.content.decode()
    assert again(project).title == "Second title"


def test_a_rule_of_the_database_refuses_a_version_in_words(editor):
    project = make_project(state="draft")
    identifier = make_identifier(project=project, scheme="gec", value="7")
    save(editor, project, confidence="high")
    identifier.delete()
    save(editor, project, confidence="low")
    make_identifier(scheme="gec", value="7")

    answer = restore(editor, versions(editor, project)[-1])

    assert answer.status_code == 200
    assert "Another project has this identifier; an identifier is never used again." in answer.content.decode()
    assert again(project).confidence == "low"


def test_a_version_of_a_record_that_another_needs_no_more_is_refused_in_words(editor):
    technology = make_technology()
    project = make_project(state="draft", technology=technology)
    save(editor, project, confidence="high")
    save(editor, project, technology="")
    technology.delete()

    answer = restore(editor, versions(editor, project)[0])

    assert answer.status_code == 200
    assert "a record that this one needs is gone" in answer.content.decode()
    assert again(project).technology is None


def test_who_may_not_change_a_record_restores_nothing():
    project = make_project(state="draft")
    editor = signed_in(make_editor())
    save(editor, project, confidence="high")
    save(editor, project, confidence="low")
    (where, *_rest) = versions(editor, project)
    editor.user.groups.clear()

    assert editor.get(where).status_code == 403
    assert editor.post(where, {"reason": WHY}).status_code == 403


@pytest.mark.parametrize("version", [1, 10**30], ids=["before everything", "no moment"])
def test_a_version_that_never_was_is_refused(editor, version):
    project = make_project(state="draft")

    answer = editor.get(address(project, f"history/{version}/restore"))

    assert answer.status_code in (302, 404)


# -- What was deleted -----------------------------------------------------------------------------------------


def delete(client, record):
    answer = client.post(address(record, "delete"), {"post": "yes"})
    assert answer.status_code == 302
    assert not type(record).objects.filter(pk=record.pk).exists()


def recovery(record):
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/deleted/{record.pk}/recover/"


def test_a_deleted_record_comes_back_with_its_parts(publisher):
    further = make_technology()
    project = make_project(state="draft", title="Lost", further_technologies=[further], capacity_mw="1.25")
    step = make_milestone(project=project, kind="registered", reached_on=date(2020, 3, 1))
    part = make_participation(project=project)
    before = Project.objects.values().get(pk=project.pk)
    delete(publisher, project)

    listed = publisher.get("/admin/projects/project/deleted/")
    assert [(row["name"], row["who"]) for row in listed.context["rows"]] == [("Lost", publisher.user.username)]
    answer = restore(publisher, recovery(project))

    assert answer.status_code == 302, answer.content.decode()
    after = Project.objects.values().get(pk=project.pk)
    same = before.keys() - {"updated_at", "version", "search"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert set(project.milestones.all()) == {step}
    assert set(project.participations.all()) == {part}
    assert set(again(project).further_technologies.all()) == {further}
    assert "Lost" not in publisher.get("/admin/projects/project/deleted/").content.decode()


def test_an_announcement_comes_back_with_its_list(publisher):
    announcement = make_announcement(state="in_review")
    row = make_selection(announcement=announcement)
    delete(publisher, announcement)

    restore(publisher, recovery(announcement))

    assert again(announcement).state == "draft"
    assert set(Selection.objects.filter(announcement=announcement)) == {row}


def test_what_was_public_comes_back_as_a_draft(publisher):
    announcement = make_announcement(state="published")
    Announcement.objects.filter(pk=announcement.pk).delete()

    restore(publisher, recovery(announcement))

    now = again(announcement)
    assert (now.state, now.published_at, now.published_by) == ("draft", None, None)


def test_a_key_that_was_taken_since_is_refused_in_words_and_nothing_comes_back(publisher):
    project = make_project(state="draft", key="test-taken")
    make_participation(project=project)
    delete(publisher, project)
    make_project(key="test-taken")

    answer = restore(publisher, recovery(project))

    assert answer.status_code == 200
    assert "Another record has the key “test-taken” now." in answer.content.decode()
    assert not Project.objects.filter(pk=project.pk).exists()
    assert not Participation.objects.filter(project=project.pk).exists()


def test_a_record_that_is_there_is_not_recovered(publisher):
    project = make_project(state="draft")

    answer = publisher.get(recovery(project), follow=True)

    assert "This record is not deleted." in " ".join(told(answer))


def test_who_may_not_add_records_neither_sees_nor_recovers_deleted_ones():
    client = signed_in(make_editor())
    client.user.groups.clear()

    assert client.get("/admin/projects/project/deleted/").status_code == 403
    assert client.post("/admin/projects/project/deleted/1/recover/", {"reason": WHY}).status_code == 403
