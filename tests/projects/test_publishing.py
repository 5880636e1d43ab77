"""The verbs that move a record between draft, review, public and withdrawn."""

import ast
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pghistory
import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from jcm_portal.models import PublicationState
from projects.models import Announcement, Project
from projects.publishing import OwnEdit, WrongState, publish, publish_loaded, send_back, submit, withdraw
from tests.concurrency import second_one_waiting
from tests.factories import make_announcement, make_milestone, make_project, make_selection, make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=30)

MAKERS = pytest.mark.parametrize("make", [make_project, make_announcement], ids=["project", "announcement"])
VERBS = {
    "submit": submit,
    "send_back": send_back,
    "publish": publish,
    "withdraw": partial(withdraw, reason="Entered twice."),
}
ALLOWED = {
    ("draft", "submit"): "in_review",
    ("draft", "publish"): "published",
    ("in_review", "send_back"): "draft",
    ("in_review", "publish"): "published",
    ("published", "withdraw"): "withdrawn",
    ("withdrawn", "publish"): "published",
}
REFUSED = [(state, verb) for state in PublicationState.values for verb in VERBS if (state, verb) not in ALLOWED]


def again(record):
    """The record as the database has it."""
    return type(record).objects.get(pk=record.pk)


def moves(record):
    """Who moved the record, when, and why it was withdrawn."""
    return {
        name: getattr(again(record), name)
        for name in (
            "submitted_at",
            "submitted_by",
            "published_at",
            "published_by",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawal_reason",
        )
    }


NOTHING = {
    "submitted_at": None,
    "submitted_by": None,
    "published_at": None,
    "published_by": None,
    "withdrawn_at": None,
    "withdrawn_by": None,
    "withdrawal_reason": "",
}


# -- Which verb leads where ----------------------------------------------------------------------------------


@MAKERS
@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_a_verb_leads_to_its_state(make, state, verb):
    record = make(state=state)

    VERBS[verb](record=record, by=make_user())

    assert record.state == again(record).state == ALLOWED[state, verb]


@MAKERS
@pytest.mark.parametrize(("state", "verb"), REFUSED)
def test_a_verb_that_does_not_lead_from_there_is_refused_and_changes_nothing(make, state, verb):
    record = make(state=state)
    before = moves(record)

    with pytest.raises(WrongState) as refused:
        VERBS[verb](record=record, by=make_user())

    assert refused.value.state == state
    assert str(refused.value) == f"“{record}” is {PublicationState(state).label}."
    assert again(record).state == state
    assert moves(record) == before


@MAKERS
def test_what_somebody_else_did_meanwhile_counts_not_what_was_on_the_screen(make):
    record = make(state="draft")
    on_the_screen = again(record)
    publish(record=record, by=make_user())

    with pytest.raises(WrongState) as refused:
        submit(record=on_the_screen, by=make_user())

    assert refused.value.state == "published"


# -- Who and when --------------------------------------------------------------------------------------------


@MAKERS
def test_submitting_keeps_who_and_when(make):
    record, editor = make(state="draft"), make_user()

    with time_machine.travel(NOON, tick=False):
        submit(record=record, by=editor)

    assert moves(record) == {**NOTHING, "submitted_at": NOON, "submitted_by": editor}


@MAKERS
def test_sending_back_forgets_the_submission(make):
    record = make(state="in_review")

    send_back(record=record, by=make_user())

    assert moves(record) == NOTHING


@MAKERS
def test_publishing_keeps_who_and_when_beside_the_submission(make):
    record, editor, publisher = make(state="draft"), make_user(), make_user()
    with time_machine.travel(NOON, tick=False):
        submit(record=record, by=editor)

    with time_machine.travel(LATER, tick=False):
        publish(record=record, by=publisher)

    assert moves(record) == {
        **NOTHING,
        "submitted_at": NOON,
        "submitted_by": editor,
        "published_at": LATER,
        "published_by": publisher,
    }


@MAKERS
def test_publishing_may_name_the_moment(make):
    record = make(state="draft")

    publish(record=record, by=make_user(), at=LATER)

    assert again(record).published_at == LATER
    assert not record.is_public(at=LATER - timedelta(seconds=1))
    assert record.is_public(at=LATER)


@MAKERS
def test_the_bundled_data_is_published_by_nobody(make):
    record = make(state="draft")

    publish(record=record, by=None)

    assert again(record).state == "published"
    assert again(record).published_by is None


@MAKERS
def test_withdrawing_keeps_who_when_and_why(make):
    record, publisher = make(state="published", published_at=NOON), make_user()

    with time_machine.travel(LATER, tick=False):
        withdraw(record=record, by=publisher, reason="  Entered twice. ")

    assert moves(record) == {
        **NOTHING,
        "published_at": NOON,
        "withdrawn_at": LATER,
        "withdrawn_by": publisher,
        "withdrawal_reason": "Entered twice.",
    }


@MAKERS
def test_publishing_again_forgets_the_withdrawal(make):
    record, publisher = make(state="withdrawn"), make_user()

    with time_machine.travel(LATER, tick=False):
        publish(record=record, by=publisher)

    assert moves(record) == {**NOTHING, "published_at": LATER, "published_by": publisher}


@MAKERS
@pytest.mark.parametrize("reason", ["", "  \n"], ids=["nothing", "blanks"])
def test_withdrawing_needs_a_reason(make, reason):
    record = make()

    with pytest.raises(ValueError, match="Say why the record is withdrawn"):
        withdraw(record=record, by=make_user(), reason=reason)

    assert again(record).state == "published"


@MAKERS
def test_a_verb_moves_the_record_and_nothing_else_of_it(make):
    record = make(state="draft", title="On the screen, not saved")
    type(record).objects.filter(pk=record.pk).update(title="Saved by somebody else")

    publish(record=record, by=make_user())

    assert again(record).title == "Saved by somebody else"


# -- An announcement takes its projects along ----------------------------------------------------------------


def test_an_announcement_takes_along_what_waits_in_its_list():
    announcement, publisher = make_announcement(state="draft"), make_user()
    waiting = [make_project(state="draft"), make_project(state="in_review")]
    for project in waiting:
        make_selection(announcement=announcement, project=project)
    elsewhere = make_selection(project=make_project(state="draft")).project

    taken_along = publish(record=announcement, by=publisher, at=NOON)

    assert set(taken_along) == set(waiting)
    for record in (announcement, *waiting):
        assert (again(record).state, again(record).published_at) == ("published", NOON)
        assert again(record).published_by == publisher
    assert again(elsewhere).state == "draft"


def test_an_announcement_leaves_what_was_public_or_withdrawn_as_it_was():
    announcement = make_announcement(state="draft")
    public = make_project(published_at=NOON)
    withdrawn = make_project(state="withdrawn")
    for project in (public, withdrawn):
        make_selection(announcement=announcement, project=project)

    assert publish(record=announcement, by=make_user(), at=LATER) == []

    assert again(public).published_at == NOON
    assert again(withdrawn).state == "withdrawn"


def test_an_announcement_goes_public_with_all_its_projects_or_not_at_all(monkeypatch):
    announcement = make_announcement(state="draft")
    projects = [
        make_selection(announcement=announcement, project=make_project(state="draft")).project for _ in range(3)
    ]
    save, saved = Project.save, []

    def fail_at_the_last(project, **options):
        save(project, **options)
        saved.append(project)
        if len(saved) == len(projects):
            raise ConnectionError("the cable was pulled")

    monkeypatch.setattr(Project, "save", fail_at_the_last)

    with pytest.raises(ConnectionError):
        publish(record=announcement, by=make_user())

    assert len(saved) == len(projects)
    assert {again(record).state for record in (announcement, *projects)} == {"draft"}


def test_a_withdrawn_announcement_leaves_its_projects_public():
    selection = make_selection()

    withdraw(record=selection.announcement, by=make_user(), reason="Never released.")

    assert again(selection.project).is_public()


# -- What becomes public on its own ----------------------------------------------------------------------------


def make_scheduled(make, at=None, **fields):
    return make(published_at=at or timezone.now() + timedelta(days=30), **fields)


@MAKERS
def test_the_moment_of_what_is_scheduled_can_be_changed(make):
    record, publisher, sooner = make_scheduled(make), make_user(), timezone.now() + timedelta(days=1)

    publish(record=record, by=publisher, at=sooner)
    assert (again(record).published_at, again(record).published_by) == (sooner, publisher)

    publish(record=record, by=publisher)
    assert again(record).is_public()


@MAKERS
def test_what_is_scheduled_can_be_made_a_draft_again(make):
    record = make_scheduled(make)

    send_back(record=record, by=make_user())

    assert again(record).state == "draft"
    assert moves(record) == NOTHING


@MAKERS
def test_what_the_public_never_saw_is_not_withdrawn(make):
    record = make_scheduled(make)

    with pytest.raises(WrongState, match="is scheduled"):
        withdraw(record=record, by=make_user(), reason="Entered twice.")

    assert again(record).is_scheduled()


def test_an_announcement_and_its_projects_are_moved_and_sent_back_together():
    at, publisher = timezone.now() + timedelta(days=30), make_user()
    announcement = make_scheduled(make_announcement, at)
    project = make_selection(announcement=announcement, project=make_scheduled(make_project, at)).project
    apart = make_selection(announcement=announcement, project=make_scheduled(make_project, at + timedelta(1))).project
    public = make_selection(announcement=announcement).project

    assert send_back(record=announcement, by=publisher) == [project]
    assert [again(one).state for one in (announcement, project)] == ["draft", "draft"]
    assert again(apart).is_scheduled()
    assert again(public).is_public()

    assert set(publish(record=announcement, by=publisher, at=at)) == {project, apart}
    assert {again(one).published_at for one in (announcement, project, apart)} == {at}


# -- Four eyes -------------------------------------------------------------------------------------------------


def edit(record, by, **facts):
    """The record, or a row of it, saved by a person as the admin does it."""
    with pghistory.context(user=by.pk):
        for name, value in facts.items():
            setattr(record, name, value)
        record.save()


@pytest.fixture
def four_eyes(settings):
    settings.FOUR_EYES = True


@MAKERS
def test_who_changed_a_record_last_does_not_publish_it(make, four_eyes):
    record, editor, publisher = make(state="draft"), make_user(), make_user()
    edit(record, editor, note="Entered")

    with pytest.raises(OwnEdit, match="Somebody else has to publish"):
        publish(record=record, by=editor)
    assert again(record).state == "draft"

    publish(record=record, by=publisher)
    assert again(record).published_by == publisher


@MAKERS
def test_two_who_both_changed_it_see_each_others_work(make, four_eyes):
    record, first, second = make(state="draft"), make_user(), make_user()
    edit(record, first, note="One")
    edit(record, second, note="Two")

    with pytest.raises(OwnEdit):
        publish(record=record, by=second)
    publish(record=record, by=first)


@MAKERS
def test_moving_a_record_is_no_edit_of_it(make, four_eyes):
    record, editor, publisher = make(state="draft"), make_user(), make_user()
    edit(record, editor, note="Entered")
    for verb in (submit, send_back, submit):
        with pghistory.context(user=publisher.pk):
            verb(record=record, by=publisher)

    with pytest.raises(OwnEdit):
        publish(record=record, by=editor)
    publish(record=record, by=publisher)


def test_a_row_of_a_record_is_a_part_of_it(four_eyes):
    project, editor = make_project(state="draft"), make_user()
    edit(project, make_user(), note="By somebody else")
    edit(make_milestone(project=project), editor, note="Mine")

    with pytest.raises(OwnEdit):
        publish(record=project, by=editor)


def test_an_announcement_with_a_project_of_ones_own_waits_for_somebody_else(four_eyes):
    selection, publisher = make_selection(project=make_project(state="draft")), make_user()
    release = make_announcement(state="draft")
    type(selection).objects.filter(pk=selection.pk).update(announcement=release)
    edit(selection.project, publisher, note="Mine")

    with pytest.raises(OwnEdit, match=selection.project.title):
        publish(record=release, by=publisher)

    assert again(release).state == again(selection.project).state == "draft"


@MAKERS
def test_without_the_rule_whoever_entered_it_publishes_it(make):
    record, editor = make(state="draft"), make_user()
    edit(record, editor, note="Entered")

    publish(record=record, by=editor)

    assert again(record).published_by == editor


# -- The bundled data ----------------------------------------------------------------------------------------


@MAKERS
def test_what_was_just_loaded_goes_public_at_once_by_nobody(make):
    records = [make(state=state) for state in PublicationState.values]
    rows = type(records[0]).objects.filter(pk__in=[record.pk for record in records])

    with time_machine.travel(LATER, tick=False):
        count = publish_loaded(records=rows)

    draft, in_review, published, withdrawn = records
    assert count == 1
    assert moves(draft) == {**NOTHING, "published_at": LATER}
    assert [again(record).state for record in records] == ["published", "in_review", "published", "withdrawn"]
    assert again(published).published_at == published.published_at
    assert again(withdrawn).withdrawal_reason == "Entered twice."
    assert again(in_review).published_at is None


# -- Two at once -----------------------------------------------------------------------------------------------


@MAKERS
@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_the_second_is_told(make):
    record, first, second = make(state="draft"), make_user(), make_user()

    with second_one_waiting(lambda: publish(record=again(record), by=second)) as other:
        publish(record=again(record), by=first)

    with pytest.raises(WrongState) as refused:
        other.result()
    assert refused.value.state == "published"
    assert again(record).published_by == first


@pytest.mark.django_db(transaction=True)
def test_what_is_withdrawn_while_another_submits_is_not_submitted():
    record = make_project(published_at=timezone.now())

    with second_one_waiting(lambda: submit(record=again(record), by=make_user())) as other:
        withdraw(record=again(record), by=make_user(), reason="Entered twice.")

    with pytest.raises(WrongState):
        other.result()
    assert again(record).state == "withdrawn"


# -- Nobody else -----------------------------------------------------------------------------------------------

WRITING_CALLS = {
    *("update", "aupdate", "create", "acreate", "get_or_create", "update_or_create", "setdefault"),
    *(Project.__name__, Announcement.__name__),
}


def moves_a_state(node):
    """Whether the piece of code sets a publication's state: an assignment, a setattr, or `state=` in a write."""
    if isinstance(node, ast.Attribute) and node.attr == "state":
        return isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        words = {keyword.arg for keyword in node.keywords}
        named = {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
        return (called in WRITING_CALLS and "state" in words) or (called == "setattr" and "state" in named)
    return False


def places(code, name=""):
    return [f"{name}:{node.lineno}" for node in ast.walk(ast.parse(code)) if moves_a_state(node)]


def test_no_other_code_moves_a_state():
    base = Path(settings.BASE_DIR)
    files = [file for app in ("jcm_portal", "countries", "projects") for file in (base / app).rglob("*.py")]
    others = [file for file in files if file != base / "projects" / "publishing.py" and "migrations" not in file.parts]

    assert len(others) > 20
    assert [place for file in others for place in places(file.read_text("utf-8"), file.relative_to(base))] == []


@pytest.mark.parametrize(
    "code",
    [
        "project.state = 'published'",
        "setattr(project, 'state', 'published')",
        "projects.filter(pk=1).update(note='', state='published')",
        "Project(key='x', state='published')",
        "Announcement.objects.create(state='published')",
    ],
)
def test_the_search_for_other_code_finds_it(code):
    assert places(code)


@pytest.mark.parametrize("code", ["project.state == 'draft'", "projects.filter(state='draft')", "state = row.state"])
def test_the_search_for_other_code_leaves_readers_alone(code):
    assert not places(code)
