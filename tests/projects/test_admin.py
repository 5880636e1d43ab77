"""Announcements and projects as editors write them and publishers publish them, at the admin's addresses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone

from projects import publishing
from projects.admin import issuances
from projects.admin.project import ProjectAdmin, ProjectForm
from projects.models import Announcement, Milestone, Participation, Project, Selection
from tests.adminpages import fields_of, problems, sent, told
from tests.concurrency import second_one_waiting
from tests.factories import (
    make_announcement,
    make_country,
    make_editor,
    make_identifier,
    make_issuance,
    make_methodology,
    make_milestone,
    make_organisation,
    make_participation,
    make_project,
    make_project_methodology,
    make_publisher,
    make_round,
    make_selection,
    make_source,
    make_technology,
    make_user,
)

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("make", [make_project, make_announcement], ids=["project", "announcement"])
WHY = "Entered twice."


@pytest.fixture
def editor():
    return signed_in(make_editor())


@pytest.fixture
def publisher():
    return signed_in(make_publisher())


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def address(record, page="change"):
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/{page}/"


def form_of(record):
    return f"{record._meta.model_name}_form"


def send(client, record, **changes):
    """The answer to the record's form, changed."""
    return sent(client, address(record), form_of(record), **changes)


def add(client, model, **changes):
    """The answer to the form for a new record."""
    return sent(client, f"/admin/projects/{model}/add/", f"{model}_form", **changes)


def again(record):
    return type(record).objects.get(pk=record.pk)


def history(record):
    """What the history of the record says, oldest first."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(record), object_id=str(record.pk)
    ).order_by("pk")
    return [(entry.user.username, entry.get_change_message()) for entry in entries]


# -- Buttons that move a record ----------------------------------------------------------------------------------

MOVES = [
    ("draft", "_submit", "in_review", {}),
    ("draft", "_publish", "published", {}),
    ("in_review", "_publish", "published", {}),
    ("in_review", "_send_back", "draft", {}),
    ("published", "_withdraw", "withdrawn", {"withdrawal_reason": WHY}),
    ("withdrawn", "_publish", "published", {}),
]


@BOTH
@pytest.mark.parametrize(("state", "button", "then", "needed"), MOVES, ids=[f"{one[1]} from {one[0]}" for one in MOVES])
def test_a_publisher_moves_a_record_by_a_button(publisher, make, state, button, then, needed):
    record = make(state=state)

    answer = send(publisher, record, **{button: "1"}, **needed)

    assert answer.status_code == 302
    assert answer["Location"] == address(record)
    assert again(record).state == then
    assert [who for who, _what in history(record)] == [publisher.user.username]


@BOTH
def test_an_editor_submits_and_takes_back_what_she_submitted(editor, make):
    record = make(state="draft")

    send(editor, record, _submit="1")
    assert again(record).submitted_by == editor.user
    send(editor, record, _send_back="1")

    assert again(record).state == "draft"
    assert history(record) == [
        (editor.user.username, "Submitted for review."),
        (editor.user.username, "Made a draft again."),
    ]


FORBIDDEN = [
    ("draft", "_publish", {}),
    ("in_review", "_publish", {}),
    ("in_review", "_send_back", {}),  # somebody else submitted it
    ("published", "_withdraw", {"withdrawal_reason": WHY}),
    ("withdrawn", "_publish", {}),
]


@pytest.mark.parametrize(("state", "button", "needed"), FORBIDDEN, ids=[f"{one[1]} from {one[0]}" for one in FORBIDDEN])
def test_an_editor_may_not_decide_what_is_public(editor, state, button, needed):
    record = make_announcement(state=state)

    answer = send(editor, record, title="Changed", **{button: "1"}, **needed)

    assert answer.status_code == 403
    assert again(record).state == state
    assert again(record).title == record.title
    assert f'name="{button}"' not in editor.get(address(record)).content.decode()


@BOTH
def test_the_page_offers_the_buttons_that_lead_on_from_where_the_record_stands(publisher, make):
    offered = {}
    for state in ("draft", "in_review", "published", "withdrawn"):
        page = publisher.get(address(make(state=state))).content.decode()
        offered[state] = {
            name for name in ("_submit", "_send_back", "_publish", "_withdraw") if f'name="{name}"' in page
        }

    assert offered == {
        "draft": {"_submit", "_publish"},
        "in_review": {"_send_back", "_publish"},
        "published": {"_withdraw"},
        "withdrawn": {"_publish"},
    }


WRONG = [
    ("draft", "_send_back", {}, "is draft."),
    ("draft", "_withdraw", {"withdrawal_reason": WHY}, "is draft."),
    ("in_review", "_submit", {}, "is in review."),
    ("published", "_publish", {}, "is published."),
    ("published", "_submit", {}, "is published."),
    ("withdrawn", "_withdraw", {"withdrawal_reason": WHY}, "is withdrawn."),
    ("published", "_withdraw", {}, "Say why the record is withdrawn; the public reads it."),
    ("published", "_withdraw", {"withdrawal_reason": "  "}, "Say why the record is withdrawn; the public reads it."),
    ("published", "_withdraw", {"withdrawal_reason": "x" * 301}, "at most 300 characters"),
    ("draft", "_publish", {"publish_at_0": "2001-01-01", "publish_at_1": "10:00"}, "This time has passed"),
    ("draft", "_publish", {"publish_at_0": "soon", "publish_at_1": "10:00"}, "Enter a valid date."),
    ("draft", "_publish", {"publish_at_0": "2099-01-01"}, "Enter a valid time."),
]


@pytest.mark.parametrize(("state", "button", "given", "sentence"), WRONG)
def test_what_cannot_be_done_is_said_and_nothing_is_saved_or_lost(publisher, state, button, given, sentence):
    record = make_announcement(state=state)

    answer = send(publisher, record, title="Changed meanwhile", **{button: "1"}, **given)

    assert answer.status_code == 200
    assert any(sentence in problem for problem in problems(answer))
    assert 'value="Changed meanwhile"' in answer.content.decode()
    assert again(record).title == record.title
    assert again(record).state == state
    assert not history(record)


@BOTH
def test_a_button_saves_what_was_entered_before_it_moves_the_record(editor, make):
    record = make(state="draft")

    send(editor, record, title="A better title", _submit="1")

    assert again(record).title == "A better title"
    assert history(record) == [
        (editor.user.username, "Changed Title."),
        (editor.user.username, "Submitted for review."),
    ]


@BOTH
def test_a_button_does_not_move_a_record_whose_form_is_wrong(publisher, make):
    record = make(state="draft")

    answer = send(publisher, record, title="", _publish="1")

    assert problems(answer) == ["This field is required."]
    assert again(record).state == "draft"


def test_a_new_record_is_entered_and_published_with_one_button(publisher):
    answer = add(
        publisher, "project", title="A plant", country=make_country().pk, source=make_source().pk, _publish="1"
    )

    project = Project.objects.get(title="A plant")
    assert answer["Location"] == address(project)
    assert project.is_public()
    assert project.published_by == publisher.user


def test_an_editor_cannot_publish_while_adding(editor):
    answer = add(editor, "project", title="A plant", country=make_country().pk, source=make_source().pk, _publish="1")

    assert answer.status_code == 403
    assert not Project.objects.filter(title="A plant").exists()


def test_a_record_is_published_at_a_time_to_come(publisher):
    project = make_project(state="draft")

    send(publisher, project, _publish="1", publish_at_0="2099-08-20", publish_at_1="14:00")

    project = again(project)
    assert timezone.localtime(project.published_at).isoformat() == "2099-08-20T14:00:00+09:00"
    assert not project.is_public()
    assert "from 2099-08-20 14:00" in publisher.get("/admin/projects/project/?publication=scheduled").content.decode()


def test_the_time_of_what_is_scheduled_stands_in_the_form_and_can_be_changed_or_given_up(publisher):
    project = make_project(published_at=datetime(2099, 8, 20, 5, tzinfo=UTC))
    fields = fields_of(publisher, address(project), "project_form")
    assert (fields["publish_at_0"], fields["publish_at_1"]) == ("2099-08-20", "14:00:00")
    assert 'name="_withdraw"' not in publisher.get(address(project)).content.decode()

    send(publisher, project, _publish="1", publish_at_0="2099-09-01")
    assert again(project).published_at == datetime(2099, 9, 1, 5, tzinfo=UTC)

    send(publisher, project, _send_back="1")
    assert again(project).state == "draft"


def test_an_editor_does_not_touch_the_time_that_a_publisher_set(editor):
    project = make_project(published_at=datetime(2099, 8, 20, 5, tzinfo=UTC))
    Project.objects.filter(pk=project.pk).update(submitted_at=timezone.now(), submitted_by=editor.user)

    assert send(editor, project, _send_back="1").status_code == 403
    assert again(project).is_scheduled()


def test_an_announcement_takes_its_drafts_along_and_each_history_says_so(publisher):
    announcement = make_announcement(state="draft", title="Round one")
    drafts = [make_selection(announcement=announcement, project=make_project(state="draft")).project for _n in range(2)]
    public = make_selection(announcement=announcement).project
    page = publisher.get(address(announcement))
    assert page.context["taken_along"] == drafts

    send(publisher, announcement, _publish="1")

    assert all(project.is_public() for project in drafts)
    for project in drafts:
        ((who, what),) = history(project)
        assert who == publisher.user.username
        assert "Round one" in what
    assert not history(public)
    assert "With it: 2 projects." in history(announcement)[-1][1]


def test_who_may_publish_announcements_alone_does_not_publish_projects_with_them():
    user = make_editor()
    user.user_permissions.add(Permission.objects.get(codename="publish_announcement"))
    announcement = make_announcement(state="draft")
    project = make_selection(announcement=announcement, project=make_project(state="draft")).project

    assert send(signed_in(user), announcement, _publish="1").status_code == 403
    assert again(project).state == "draft"


@BOTH
def test_where_four_eyes_are_asked_for_the_last_editor_is_told_and_another_publishes(settings, publisher, make):
    settings.FOUR_EYES = True
    record = make(state="draft")
    send(publisher, record, title="By the publisher")

    page = publisher.get(address(record)).content.decode()
    answer = send(publisher, record, title="Another title", _publish="1")

    assert "Somebody else has to publish this record" in page
    assert 'name="_publish"' not in page
    assert "you changed it last" in problems(answer)[0]
    assert (again(record).state, again(record).title) == ("draft", "By the publisher")

    second = signed_in(make_publisher())
    assert 'name="_publish"' in second.get(address(record)).content.decode()
    send(second, record, _publish="1")
    assert again(record).published_by == second.user


def test_where_four_eyes_are_asked_for_nobody_publishes_what_is_just_entered(settings, publisher):
    settings.FOUR_EYES = True
    entered = {"title": "A plant", "country": make_country().pk, "source": make_source().pk}

    answer = add(publisher, "project", **entered, _publish="1")

    assert "you changed it last" in problems(answer)[0]
    assert not Project.objects.filter(title="A plant").exists()


def test_who_and_when_stand_on_the_page(publisher):
    project = make_project(state="withdrawn")

    page = publisher.get(address(project)).content.decode()

    assert str(project.withdrawn_by) in page
    assert project.withdrawal_reason in page


@BOTH
def test_a_form_cannot_set_what_the_buttons_and_the_database_set(editor, make):
    record = make(state="draft")

    send(editor, record, state="published", published_at="2020-01-01", withdrawal_reason="x", status="registered")

    record = again(record)
    assert (record.state, record.published_at, record.withdrawal_reason) == ("draft", None, "")


def test_a_button_needs_the_token_of_the_page(publisher):
    project = make_project(state="draft")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(publisher.user)
    data = fields_of(strict, address(project), "project_form")
    data.pop("csrfmiddlewaretoken")

    assert strict.post(address(project), data | {"_publish": "1"}).status_code == 403
    assert again(project).state == "draft"


def test_pressing_enter_saves_as_the_first_button_of_the_form_does(publisher):
    page = publisher.get(address(make_project(state="draft"))).content.decode()

    assert page.index('name="_save"') < page.index('name="_publish"')


@pytest.mark.django_db(transaction=True)
@BOTH
def test_of_two_who_press_at_once_the_second_sees_both_versions_and_overwrites_nothing(make):
    record = make(state="in_review")
    first = make_user(username="first")
    client = signed_in(make_user(username="second", is_staff=True, is_superuser=True))
    data = fields_of(client, address(record), form_of(record)) | {"title": "Of the second", "_publish": "1"}

    with second_one_waiting(lambda: client.post(address(record), data)) as second:
        type(record).objects.filter(pk=record.pk).update(title="Of the first")
        publishing.publish(record=again(record), by=first)

    meanwhile = second.result().context["meanwhile"]
    assert [(one.saved, one.yours) for one in meanwhile.differences] == [("Of the first", "Of the second")]
    assert meanwhile.news == ["Publication: it was in review, and is published."]
    assert again(record).title == "Of the first"
    assert again(record).published_by == first


@pytest.mark.django_db(transaction=True)
@BOTH
def test_saving_a_form_does_not_undo_what_a_button_did_meanwhile(make):
    record = make(state="in_review")
    client = signed_in(make_user(username="second", is_staff=True, is_superuser=True))
    data = fields_of(client, address(record), form_of(record)) | {"title": "Of the second", "_save": "1"}

    with second_one_waiting(lambda: client.post(address(record), data)) as second:
        publishing.publish(record=again(record), by=make_user(username="first"))

    meanwhile = second.result().context["meanwhile"]
    assert meanwhile.news == ["Publication: it was in review, and is published."]
    assert meanwhile.data["title"] == "Of the second"
    assert again(record).state == "published"


# -- Who may see, change and delete ------------------------------------------------------------------------------

PAGES = ["", "add/", "{}/change/", "{}/delete/", "{}/history/", "{}/preview/"]


@BOTH
@pytest.mark.parametrize("page", PAGES)
def test_the_admin_is_for_staff_alone(client, make, page):
    record = make(state="draft")
    place = f"/admin/projects/{record._meta.model_name}/{page.format(record.pk)}"

    anonymous = client.get(place)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith("/admin/login/")

    assert signed_in(make_user()).get(place)["Location"].startswith("/admin/login/")
    assert signed_in(make_user(is_staff=True)).get(place).status_code == 403


@BOTH
def test_an_editor_deletes_no_record(editor, make):
    record = make(state="draft")

    assert editor.post(address(record, "delete"), {"post": "yes"}).status_code == 403
    assert again(record)


DELETABLE = {"draft": True, "in_review": True, "published": False, "withdrawn": False}


@BOTH
@pytest.mark.parametrize("state", DELETABLE)
def test_a_publisher_deletes_only_what_was_never_public(publisher, make, state):
    record = make(state=state)

    answer = publisher.post(address(record, "delete"), {"post": "yes"})

    assert answer.status_code == (302 if DELETABLE[state] else 403)
    assert type(record).objects.filter(pk=record.pk).exists() != DELETABLE[state]


def test_the_action_of_the_list_deletes_nothing_public_either(publisher):
    public, draft = make_project(), make_project(state="draft")

    publisher.post(
        "/admin/projects/project/",
        {"action": "delete_selected", "_selected_action": [public.pk, draft.pk], "post": "yes"},
    )

    assert again(public)
    assert again(draft)


def test_a_project_that_others_know_is_not_deleted_and_the_page_says_what_needs_it(publisher):
    project = make_project(state="draft")
    make_identifier(project=project, value="test-known")
    make_selection(project=project)

    page = publisher.post(address(project, "delete"), {"post": "yes"})

    assert page.status_code == 200
    assert "test-known" in page.content.decode()
    assert again(project)


def test_an_editor_corrects_what_is_public(editor):
    project = make_project()

    send(editor, project, title="Corrected")

    assert again(project).title == "Corrected"
    assert again(project).is_public()


# -- The form of an announcement ---------------------------------------------------------------------------------


def stated(number, country, **more):
    return (
        "selections",
        {
            "number_in_list": number,
            "stated_title": f"Plant {number}",
            "stated_country": country.name,
            "stated_representative": "",
            "stated_reduction_tco2_per_year": 1000 * number,
            "confidence": "high",
            **more,
        },
    )


def test_a_release_with_its_projects_is_entered_on_one_page(publisher):
    country, source = make_country(), make_source()
    company = make_organisation(name_ja="試験電力株式会社")
    on_record = make_project(country=country)
    selection_round = make_round()
    rows = [
        stated(1, country, new_project="on", stated_representative="試験電力株式会社"),
        stated(2, country, project=on_record.pk),
        stated(3, country, new_project="on", stated_country=country.name_ja, stated_reduction_tco2_per_year=""),
    ]

    answer = add(
        publisher,
        "announcement",
        kind="selection_result",
        title="Results",
        published_on="2024-03-04",
        source=source.pk,
        round=selection_round.pk,
        stated_selected="3",
        rows=rows,
        _publish="1",
        follow=True,
    )

    announcement = Announcement.objects.get(title="Results")
    assert (announcement.programme, announcement.fiscal_year) == (selection_round.programme, 2023)
    assert announcement.key == selection_round.key
    first, second, third = announcement.selections.select_related("project")
    assert second.project == on_record
    assert {row.source for row in (first, second, third)} == {source}
    project = first.project
    assert (project.title, project.country, project.programme) == ("Plant 1", country, selection_round.programme)
    assert (project.fiscal_year, project.expected_reduction_tco2_per_year) == (2023, 1000)
    assert (project.source, project.reduction_source) == (source, source)
    assert project.key == f"{country.iso2.lower()}-plant-1-2023"
    assert (project.status, project.selected_on) == ("selected", date(2024, 3, 4))
    assert [(part.organisation, part.role) for part in project.participations.all()] == [(company, "representative")]
    assert third.project.expected_reduction_tco2_per_year is None
    assert third.project.country == country
    assert all(row.project.is_public() for row in (first, second, third))
    assert len(told(answer)) == 3  # published; two new projects
    assert "Made of a row of “Results”." in history(project)[0][1]


def test_a_representative_that_is_not_on_record_is_told(editor):
    country = make_country()
    announcement = make_announcement()

    answer = send(
        editor,
        announcement,
        rows=[stated(1, country, new_project="on", stated_representative="Nobody Inc.")],
        follow=True,
    )

    assert "No organisation on record is called “Nobody Inc.”; enter it with the project." in told(answer)
    assert announcement.selections.get().project.state == "draft"


NEW = {"new_project": "on", "stated_title": "A new plant"}
ROWS = [
    ([{"project": ""}], "Choose the project, or ask for a new draft."),
    ([{"new_project": "on", "stated_country": "Atlantis"}], "No partner country has this name"),
    ([{"new_project": "on", "stated_country": ""}], "No partner country has this name"),
    ([{"new_project": "on", "stated_title": ""}], "A new project needs a title."),
    ([NEW, NEW | {"number_in_list": 2}], "Another row asks for a new project of this title already."),
    ([{"new_project": "on", "stated_title": "  KNOWN   plant"}], "A project with this title is on record"),
    ([{"new_project": "on", "project": "known"}], "not both"),
    ([{"project": "999999999"}], "Select a valid choice."),
    ([{"project": "abc"}], "Select a valid choice."),
    ([{"project": "99999999999999999999999"}], "Select a valid choice."),
    ([{"project": "known"}, {"project": "known", "number_in_list": 2}], "This announcement lists the project already."),
    ([{"project": "known", "number_in_list": "0"}], "The rows of a list are numbered from 1."),
    ([{"project": "known", "number_in_list": "99999999999999999999"}], "Ensure this value is less than"),
    ([{"project": "known", "stated_reduction_tco2_per_year": "-5"}], "greater than or equal to 0"),
    ([{"project": "known", "stated_title": "A\0B"}], "Null characters are not allowed."),
    ([{"project": "known", "stated_title": "x" * 301}], "at most 300 characters"),
]


@pytest.mark.parametrize(("rows", "sentence"), ROWS, ids=[one[1] for one in ROWS])
def test_a_wrong_row_is_told_at_its_place_and_nothing_is_saved(editor, rows, sentence):
    country = make_country()
    known = {"known": make_project(country=country, title="Known Plant").pk}
    rows = [
        (prefix, values | {"project": known.get(values.get("project"), values.get("project", ""))})
        for prefix, values in (stated(row.pop("number_in_list", 1), country, **row) for row in map(dict, rows))
    ]
    before = Project.objects.count(), Selection.objects.count()

    answer = add(editor, "announcement", kind="other", title="Changed", source=make_source().pk, rows=rows)

    assert answer.status_code == 200
    assert any(sentence in problem for problem in problems(answer)), problems(answer)
    assert 'value="Changed"' in answer.content.decode()
    assert (Project.objects.count(), Selection.objects.count()) == before
    assert not Announcement.objects.filter(title="Changed").exists()


def test_two_rows_on_record_keep_their_project_when_another_is_added(editor):
    announcement = make_announcement()
    rows = [make_selection(announcement=announcement, number_in_list=number) for number in (1, 2)]

    send(editor, announcement, rows=[stated(3, make_country(), project=make_project().pk)])

    assert [row.project for row in announcement.selections.all()][:2] == [row.project for row in rows]
    assert announcement.selections.count() == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stated_cumulative": "219"}, "A cumulative number comes with what it counts."),
        ({"opens_on": "2024-05-02", "closes_on": "2024-05-01"}, "A call cannot close before it opens."),
        ({"fiscal_year": "5"}, "lies between 2010 and 2060"),
        ({"published_on": "2024-05-02", "published_on_precision": "year"}, "a year as 1 January"),
        ({"stated_selected": "99999999999"}, "less than or equal to"),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"source": ""}, "This field is required."),
        ({"source": "999999999"}, "Select a valid choice."),
        ({"source": "99999999999999999999999"}, "Select a valid choice."),
        ({"source": "abc"}, "Select a valid choice."),
        ({"kind": "rumour"}, "Select a valid choice."),
        ({"countries": ["999999999"]}, "Select a valid choice."),
        ({"countries": ["abc"]}, "is not a valid value."),
    ],
)
def test_a_wrong_announcement_is_told_at_the_form(editor, changes, sentence):
    announcement = make_announcement()

    answer = send(editor, announcement, title="Changed", **changes)

    assert answer.status_code == 200
    assert any(sentence in problem for problem in problems(answer)), problems(answer)
    assert again(announcement).title != "Changed"


def test_a_round_of_another_programme_is_refused(editor):
    announcement = make_announcement(round=make_round())

    answer = send(editor, announcement, round=make_round().pk)

    assert problems(answer) == ["This round belongs to another programme or fiscal year than the announcement."]


def test_the_list_sets_what_is_stated_beside_what_is_on_record(editor):
    announcement = make_announcement(stated_selected=4)
    make_selection(announcement=announcement)

    page = editor.get("/admin/projects/announcement/", {"q": announcement.key})

    assert "4, 1 (differ)" in page.content.decode()


def test_what_waits_stands_first(publisher):
    public = make_announcement(published_on=date(2030, 1, 1))
    draft = make_announcement(state="draft")
    waiting = make_announcement(state="in_review")

    rows = list(publisher.get("/admin/projects/announcement/").context["cl"].result_list)

    assert rows[0] == waiting
    assert rows[1] == draft
    assert rows.index(public) == 2


# -- The form of a project ---------------------------------------------------------------------------------------


@pytest.fixture
def project():
    return make_project(title="The plant")


def test_all_that_hangs_on_a_project_is_entered_on_its_page(editor, project):
    organisation, methodology, source = make_organisation(), make_methodology(), make_source()
    rows = [
        ("identifiers", {"scheme": "gec", "value": "test-gec-1"}),
        ("participations", {"organisation": organisation.pk, "side": "host", "role": "participant", "source": ""}),
        ("milestones", {"kind": "registered", "reached_on": "2024-05-06", "source": source.pk}),
        ("project_methodologies", {"methodology": methodology.pk, "version": "1.0"}),
        ("issuances", {"total_tco2": "10", "source": source.pk, "japan_share_means": "unknown"}),
    ]

    assert send(editor, project, rows=rows).status_code == 302

    assert project.identifiers.get().value == "test-gec-1"
    assert project.participations.get().source == project.source  # none was named
    assert project.milestones.get().partial("reached_on").isoformat() == "2024-05-06"
    assert project.project_methodologies.get().methodology == methodology
    assert project.issuances.get().total_tco2 == 10
    assert again(project).status == "registered"


def test_a_participation_is_taken_away(editor, project):
    make_participation(project=project)

    send(editor, project, **{"participations-0-DELETE": "on"})

    assert not Participation.objects.filter(project=project).exists()


PERIOD = {"monitoring_from": "2020-01-01", "monitoring_to": "2020-12-31", "japan_share_means": "unknown"}
LATER_PERIOD = PERIOD | {"monitoring_from": "2020-12-31", "monitoring_to": "2021-12-31"}
BACKWARDS = PERIOD | {"monitoring_from": "2020-12-31", "monitoring_to": "2020-01-01"}
REGISTERED = {"kind": "registered", "reached_on": "2020-01-01", "reached_on_precision": "day"}
SOME_DAY = {"kind": "validated", "reached_on": "", "reached_on_precision": "unknown"}
PAIRS = [
    ("issuances", PERIOD, LATER_PERIOD, "The monitoring period overlaps another one of this project."),
    ("issuances", PERIOD, BACKWARDS, "The monitoring period cannot end before it starts."),
    ("milestones", REGISTERED, REGISTERED, "This step is on record for this day already."),
    ("milestones", SOME_DAY, SOME_DAY, "This step is on record for this day already."),
    (
        "identifiers",
        {"scheme": "jcm", "value": "XX001"},
        {"scheme": "jcm", "value": "XX001"},
        "Another project has this identifier; an identifier is never used again.",
    ),
    (
        "participations",
        {"organisation": "its", "side": "japan", "role": "participant"},
        {"organisation": "its", "side": "japan", "role": "representative"},
        "The organisation takes part in this project on this side already.",
    ),
    (
        "project_methodologies",
        {"methodology": "its", "version": "1.0"},
        {"methodology": "its", "version": "2.0"},
        "The project uses this methodology already.",
    ),
]


@pytest.mark.parametrize("where", ["new project", "one row saved"])
@pytest.mark.parametrize(("prefix", "one", "other", "sentence"), PAIRS, ids=[f"{one[0]}: {one[3]}" for one in PAIRS])
def test_two_rows_that_cannot_both_be_are_told_and_nothing_is_lost(editor, prefix, one, other, sentence, where):
    its = {"organisation": make_organisation().pk, "methodology": make_methodology().pk, "source": make_source().pk}
    one, other = (filled(row, its, prefix) for row in (one, other))
    rows = [(prefix, one), (prefix, other)]
    if where == "new project":
        answer = add(editor, "project", title="Changed", country=make_country().pk, source=make_source().pk, rows=rows)
    else:
        project = make_project()
        assert send(editor, project, rows=rows[:1]).status_code == 302
        answer = send(editor, project, title="Changed", rows=rows[1:])

    assert answer.status_code == 200
    assert sentence in problems(answer)
    assert 'value="Changed"' in answer.content.decode()
    assert not Project.objects.filter(title="Changed").exists()


def filled(row, its, prefix):
    row = {name: its[name] if value == "its" else value for name, value in row.items()}
    return row | ({} if prefix in ("identifiers", "project_methodologies") else {"source": its["source"]})


def test_a_period_that_ends_before_it_starts_is_told_once_at_its_field(editor, project):
    answer = send(editor, project, rows=[("issuances", BACKWARDS | {"source": make_source().pk})])

    assert problems(answer) == ["The monitoring period cannot end before it starts."]


def test_a_row_taken_away_and_the_same_for_another_are_no_clash_between_new_rows(editor, project):
    rows = [
        ("milestones", REGISTERED | {"source": make_source().pk, "DELETE": "on"}),
        ("milestones", REGISTERED | {"source": make_source().pk}),
    ]

    assert send(editor, project, rows=rows).status_code == 302
    assert project.milestones.count() == 1


BAD_ROWS = [
    ("identifiers", {"scheme": "jcm", "value": "vn3"}, "A JCM reference has two capital letters"),
    ("identifiers", {"scheme": "nobody", "value": "x"}, "Select a valid choice."),
    ("milestones", REGISTERED | {"reached_on": "2020-05-05", "reached_on_precision": "month"}, "first day"),
    ("milestones", REGISTERED | {"source": ""}, "This field is required."),
    ("issuances", {"total_tco2": "10", "japan_tco2": "8", "host_tco2": "3"}, "together exceed the total"),
    ("issuances", {"decided_on": "2020-02-02", "issued_on": "2020-02-01"}, "before the Joint Committee decides"),
    ("issuances", {"total_tco2": "-1"}, "greater than or equal to 0"),
    ("issuances", {"monitoring_from": "31/12/2020x"}, "Enter a valid date."),
    ("participations", {"organisation": "", "side": "japan", "role": "participant"}, "This field is required."),
]


@pytest.mark.parametrize(("prefix", "row", "sentence"), BAD_ROWS)
def test_a_bad_row_is_told_at_its_place(editor, project, prefix, row, sentence):
    more = {} if prefix == "identifiers" else {"source": make_source().pk, "japan_share_means": "unknown"}

    answer = send(editor, project, title="Changed", rows=[(prefix, more | row)])

    assert answer.status_code == 200
    assert any(sentence in problem for problem in problems(answer)), problems(answer)
    assert again(project).title == "The plant"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"expected_reduction_tco2_per_year": "5"}, "zero or more tCO2/year and name their source"),
        ({"expected_reduction_tco2_per_year": "abc"}, "Enter a whole number."),
        ({"expected_reduction_tco2_per_year": "-1"}, "greater than or equal to 0"),
        ({"latitude": "10"}, "Give both latitude and longitude, or neither."),
        ({"latitude": "91", "longitude": "10"}, "The latitude lies between -90 and 90 degrees."),
        ({"latitude": "9", "longitude": "10"}, "Name the source of the coordinates."),
        ({"latitude": "NaN", "longitude": "1"}, "Enter a number."),
        ({"capacity_mw": "-1"}, "A capacity is zero or more MW."),
        ({"fiscal_year": "23"}, "lies between 2010 and 2060"),
        ({"title": "A\0B"}, "Null characters are not allowed."),
        ({"country": ""}, "This field is required."),
        ({"technology": "999999999"}, "Select a valid choice."),
    ],
)
def test_a_wrong_project_is_told_at_the_form(editor, project, changes, sentence):
    answer = send(editor, project, note="Changed", **changes)

    assert answer.status_code == 200
    assert any(sentence in problem for problem in problems(answer)), problems(answer)
    assert again(project).note == ""


def test_a_project_is_not_merged_into_itself(editor, project):
    answer = send(editor, project, merged_into=project.pk)

    assert problems(answer) == ["A project cannot be merged into itself."]


def test_rows_that_somebody_took_away_meanwhile_are_no_fault_of_the_server(editor, project):
    milestone = make_milestone(project=project)
    data = fields_of(editor, address(project), "project_form")
    Milestone.objects.filter(pk=milestone.pk).delete()

    assert editor.post(address(project), data | {"_save": "1"}).status_code in (200, 302)


@pytest.mark.parametrize(
    "damage",
    [
        {"milestones-TOTAL_FORMS": "x"},
        {"milestones-TOTAL_FORMS": "-1"},
        {"milestones-INITIAL_FORMS": "5"},
        {"milestones-0-id": "x"},
        {"milestones-0-id": "999999999"},
    ],
    ids=str,
)
def test_damaged_data_of_rows_is_no_fault_of_the_server(editor, project, damage):
    make_milestone(project=project)

    assert send(editor, project, title="Changed", **damage).status_code in (200, 302)


def test_the_list_of_its_announcements_is_there_to_read(editor, project):
    row = make_selection(project=project, stated_title="As it stood there")
    page = editor.get(address(project)).content.decode()

    assert address(row.announcement) in page
    assert "As it stood there" in page
    send(editor, project, **{"selections-0-stated_title": "Changed", "selections-0-DELETE": "on"})
    row.refresh_from_db()
    assert row.stated_title == "As it stood there"


def test_a_selection_before_the_country_joined_is_questioned(editor, project):
    country = make_country(joined_on=date(2020, 5, 1))
    row = {"kind": "selected", "reached_on": "2019-05-01", "source": make_source().pk}

    answer = send(editor, project, country=country.pk, rows=[("milestones", row)], follow=True)

    (caution,) = [message for message in told(answer) if "is it so?" in message]
    assert "was selected on 2019-05-01, before" in caution
    assert again(project).selected_on == date(2019, 5, 1)


def test_a_selection_after_the_country_joined_is_not(editor, project):
    country = make_country(joined_on=date(2018, 5, 1))
    row = {"kind": "selected", "reached_on": "2019-05-01", "source": make_source().pk}

    answer = send(editor, project, country=country.pk, rows=[("milestones", row)], follow=True)

    assert not [message for message in told(answer) if "is it so?" in message]


# -- Keys ----------------------------------------------------------------------------------------------------------


def test_a_key_is_proposed_of_country_title_and_year(editor):
    country = make_country()
    given = {"title": "Introduction of solar power to a very large factory of cement in the north", "fiscal_year": 2024}

    for _time in range(2):
        add(editor, "project", country=country.pk, source=make_source().pk, **given)

    code = country.iso2.lower()
    keys = Project.objects.filter(country=country).order_by("pk").values_list("key", flat=True)
    assert list(keys) == [
        f"{code}-introduction-of-solar-power-to-a-very-2024",
        f"{code}-introduction-of-solar-power-to-a-very-2024-2",
    ]


def test_a_title_in_japanese_alone_still_gives_a_key(editor):
    country = make_country()

    add(editor, "project", title="太陽光発電", country=country.pk, source=make_source().pk)

    assert Project.objects.get(country=country).key == country.iso2.lower()


def test_a_key_of_ones_own_is_taken(editor):
    add(editor, "project", title="X", key="my-own", country=make_country().pk, source=make_source().pk)

    assert Project.objects.get(key="my-own")


def test_a_key_that_is_taken_is_told(editor, project):
    answer = add(editor, "project", title="X", key=project.key, country=make_country().pk, source=make_source().pk)

    assert problems(answer) == ["Project with this Key already exists."]


@BOTH
@pytest.mark.parametrize(("state", "fixed"), [("draft", False), ("published", True), ("withdrawn", True)])
def test_a_key_is_fixed_once_it_was_public(editor, make, state, fixed):
    record = make(state=state)

    send(editor, record, key="another-key")

    assert (again(record).key == record.key) == fixed


def test_the_next_project_starts_with_what_it_shares_with_the_last(editor):
    country, source = make_country(), make_source()

    answer = add(
        editor, "project", title="X", country=country.pk, source=source.pk, fiscal_year="2024", _addanother="1"
    )

    fields = fields_of(editor, answer["Location"], "project_form")
    assert (fields["country"], fields["source"], fields["fiscal_year"]) == (str(country.pk), str(source.pk), "2024")
    assert fields["title"] == ""


# -- What the database refuses after the form found no fault -------------------------------------------------------


def test_a_rule_that_the_form_overlooked_is_told_by_the_databases_own_sentence(editor, project, monkeypatch):
    monkeypatch.setattr(ProjectForm, "validate_constraints", lambda self: None)
    row = ("milestones", REGISTERED | {"source": make_source().pk})

    answer = send(editor, project, note="Kept", expected_reduction_tco2_per_year="5", rows=[row])

    assert problems(answer) == ["Expected emission reductions are zero or more tCO2/year and name their source."]
    assert "Kept" in answer.content.decode()
    assert 'value="2020-01-01"' in answer.content.decode()
    assert again(project).note == ""
    assert not project.milestones.exists()
    assert not history(project)


def test_a_rule_that_the_rows_overlooked_is_told_too_and_the_record_is_not_half_saved(editor, project, monkeypatch):
    monkeypatch.setattr(issuances.IssuanceRows, "clash", lambda *args: False)
    row = {"source": make_source().pk}

    answer = send(editor, project, note="Kept", rows=[("issuances", PERIOD | row), ("issuances", LATER_PERIOD | row)])

    assert problems(answer) == ["The monitoring period overlaps another one of this project."]
    assert again(project).note == ""
    assert not project.issuances.exists()


def test_a_key_that_somebody_took_meanwhile_is_told(editor, project, monkeypatch):
    monkeypatch.setattr(ProjectForm, "validate_unique", lambda self: None)

    answer = add(editor, "project", title="Mine", key=project.key, country=make_country().pk, source=make_source().pk)

    assert problems(answer) == ["Nothing was saved: another record has one of these values already, and only one may."]
    assert 'value="Mine"' in answer.content.decode()


def test_a_record_that_is_gone_meanwhile_is_told(editor, project, monkeypatch):
    def save_with_a_country_that_is_gone(self, request, obj, form, change):
        Project.objects.filter(pk=obj.pk).update(country_id=999_999_999)

    monkeypatch.setattr(ProjectAdmin, "save_model", save_with_a_country_that_is_gone)

    answer = send(editor, project, title="Mine")

    assert problems(answer) == [
        "Nothing was saved: a record that this one needs is gone, or another one still needs this one."
    ]
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def test_a_record_that_somebody_needs_meanwhile_is_not_deleted(publisher, monkeypatch):
    project = make_project(state="draft")

    def delete_what_just_got_an_identifier(self, request, obj):
        make_identifier(project=obj)
        obj.delete()

    monkeypatch.setattr(ProjectAdmin, "delete_model", delete_what_just_got_an_identifier)

    answer = publisher.post(address(project, "delete"), {"post": "yes"}, follow=True)

    assert "Nothing was saved" in told(answer)[0]
    assert again(project)


def test_saving_what_nobody_changed_is_no_change(editor, project):
    send(editor, project)

    assert not history(project)


# -- The preview -----------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("state", ["draft", "in_review", "published", "withdrawn"])
def test_staff_see_a_record_as_the_public_will(editor, make, state):
    record = make(state=state, title="Not to be seen yet")

    page = editor.get(address(record, "preview"))

    assert page.status_code == 200
    assert page.templates[0].name == f"projects/{record._meta.model_name}_detail.html"
    assert "Not to be seen yet" in page.content.decode()
    assert "Preview for staff" in page.content.decode()
    assert {"no-store", "private"} <= {word.strip() for word in page["Cache-Control"].split(",")}
    assert page["X-Robots-Tag"] == "noindex"


@BOTH
def test_the_preview_is_there_in_both_languages(editor, make):
    record = make(state="draft", title="English title", title_ja="日本語の題")
    places = [place for _language, place in editor.get(address(record)).context["previews"]]

    english, japanese = (editor.get(place) for place in places)

    assert '<html lang="en"' in english.content.decode()
    assert '<html lang="ja"' in japanese.content.decode()
    assert editor.get(address(record, "preview") + "?language=xx").status_code == 200


def test_the_preview_of_an_announcement_shows_the_drafts_that_become_public_with_it(editor):
    announcement = make_announcement(state="draft")
    make_selection(announcement=announcement, project=make_project(state="draft", title="A draft of it"))

    assert "A draft of it" in editor.get(address(announcement, "preview")).content.decode()


@BOTH
@pytest.mark.parametrize("number", ["999999999", "abc", "1_2F", "99999999999999999999999"])
def test_the_preview_of_nothing_is_a_404(editor, make, number):
    noun = make()._meta.model_name

    assert editor.get(f"/admin/projects/{noun}/{number}/preview/").status_code == 404


@BOTH
def test_a_public_record_has_its_page_one_click_away_and_another_its_preview(editor, make):
    public, draft = make(), make(state="draft")
    due_later = make(published_at=timezone.now() + timedelta(days=1))

    assert f'href="{public.get_absolute_url()}"' in editor.get(address(public)).content.decode()
    for record in (draft, due_later):
        page = editor.get(address(record)).content.decode()
        assert record.get_absolute_url() not in page
        assert address(record, "preview") in page


# -- Lists ------------------------------------------------------------------------------------------------------------


def test_a_list_is_searched_by_reference_and_other_words(editor):
    project = make_project(title_ja="試験所の太陽光")
    make_identifier(project=project, scheme="jcm", value="XY007")

    for words in ("XY007", "試験所", project.key):
        rows = editor.get("/admin/projects/project/", {"q": words}).context["cl"].result_list
        assert list(rows) == [project]


@pytest.mark.parametrize("noun", ["project", "announcement"])
@pytest.mark.parametrize(
    "query",
    [
        "publication=nonsense",
        "missing=nonsense",
        "fiscal_year=abc",
        "fiscal_year__exact=x",
        "o=99",
        "p=-1",
        "p=9e9",
        "q=%00",
        "country__id__exact=x",
        "unknown=1",
        "state=published",
        "e=1",
    ],
)
def test_a_bad_address_of_a_list_is_no_fault_of_the_server(editor, noun, query):
    assert editor.get(f"/admin/projects/{noun}/?{query}", follow=True).status_code < 500


@pytest.mark.parametrize("rows", [10, 60])
def test_the_list_of_projects_takes_the_same_queries_whatever_its_rows(
    editor, rows, django_assert_num_queries, empty_database
):
    country = make_country()
    for number in range(rows):
        project = make_project(country=country, technology=None, state="draft" if number % 2 else "published")
        make_identifier(project=project, scheme="jcm", value=f"XX{number:03}")
    narrowed = "/admin/projects/project/?publication=draft"

    # session, user, its two permissions; how many, the rows with their country, their references; for the filters
    # the fiscal years, programmes, sectors and countries, and whether some have none; first and last day; saved filters
    for place in ("/admin/projects/project/", narrowed):
        editor.get(place)
        with django_assert_num_queries(14):
            editor.get(place)


@pytest.mark.parametrize("rows", [10, 60])
def test_the_list_of_announcements_takes_the_same_queries_whatever_its_rows(
    editor, rows, django_assert_num_queries, empty_database
):
    selection_round, project = make_round(), make_project()
    for number in range(rows):
        announcement = make_announcement(round=selection_round, state="draft" if number % 2 else "published")
        make_selection(announcement=announcement, project=project)
    editor.get("/admin/projects/announcement/")

    # session, user, its two permissions; how many, the rows with their round; for the filters the fiscal years,
    # programmes and countries; first and last day, the years between; saved filters
    with django_assert_num_queries(12):
        editor.get("/admin/projects/announcement/")


@pytest.mark.parametrize("rows", [4, 20])
def test_the_form_of_an_announcement_takes_the_same_queries_whatever_its_rows(editor, rows, django_assert_num_queries):
    announcement = make_announcement()
    for number in range(rows):
        make_selection(announcement=announcement, number_in_list=number + 1)
    editor.get(address(announcement))

    # session, user, its two permissions; the announcement, its countries and further sources; its rows with all
    # that they name; which drafts go with it; who else has it open, in three; the label of its source;
    # words of the glossary
    with django_assert_num_queries(14):
        editor.get(address(announcement))


@pytest.mark.parametrize("rows", [2, 12])
def test_the_form_of_a_project_takes_the_same_queries_whatever_its_rows(editor, rows, django_assert_num_queries):
    project = make_project(technology=make_technology())
    for number in range(rows):
        make_participation(project=project)
        make_milestone(project=project, reached_on=date(2020, 1, 1 + number), further_sources=[make_source()])
        make_project_methodology(project=project)
        make_identifier(project=project)
        make_issuance(project=project)
        make_selection(project=project)
    editor.get(address(project))

    # session, user, its two permissions; the project, its reference, further technologies, further sources and
    # likely doubles; participations, milestones and their further sources, identifiers, methodologies, issuances,
    # selections; who else has it open, in three; labels of country, technology and source; words of the glossary
    with django_assert_num_queries(23):
        editor.get(address(project))


# -- Autocompletes ----------------------------------------------------------------------------------------------------


def suggested(client, model, field, term):
    answer = client.get(
        "/admin/autocomplete/", {"app_label": "projects", "model_name": model, "field_name": field, "term": term}
    )
    return [one["text"] for one in answer.json()["results"]]


def test_a_project_is_suggested_with_country_year_and_key(editor):
    project = make_project(title="Solar power at the test site", fiscal_year=2023)

    (text,) = suggested(editor, "selection", "project", "test site")

    assert text == f"Solar power at the test site ({project.country.iso2}, FY2023, {project.key})"
    row = make_selection(project=project)
    assert text in editor.get(address(row.announcement)).content.decode()


def test_relations_are_suggested_by_the_words_of_both_languages(editor):
    technology = make_technology(synonyms_ja=["試験用蓄熱"], synonyms_en=["test heat store"])
    organisation = make_organisation(name_ja="試験電力")
    country = make_country(variants_en=["Old Testland"])

    assert suggested(editor, "project", "technology", "試験用蓄") == [technology.name]
    assert suggested(editor, "participation", "organisation", "試験電") == [organisation.name]
    assert suggested(editor, "project", "country", "Old Testl") == [country.name]


def test_no_relation_is_a_long_list_to_scroll(editor):
    for noun in ("announcement", "project"):
        fields = editor.get(f"/admin/projects/{noun}/add/").context["adminform"].form.fields
        for field in fields.values():
            if hasattr(field, "queryset"):
                assert "admin-autocomplete" in str(field.widget.render("x", None))


def test_nobody_but_staff_gets_suggestions(client):
    assert client.get("/admin/autocomplete/").status_code == 302
    staff = signed_in(make_user(is_staff=True))
    query = {"app_label": "projects", "model_name": "selection", "field_name": "project"}
    assert staff.get("/admin/autocomplete/", query).status_code == 403
