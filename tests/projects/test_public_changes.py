"""“Changes to this record” on the page of a project, and the reason that is asked for where a figure changes."""

from datetime import date, timedelta

import pghistory
import pytest
from django.test import Client
from django.utils import timezone

from jcm_portal.history import KEPT
from projects import publishing
from projects.models import CreditIssuance, Project
from projects.public_changes import public_changes
from tests.adminpages import problems, sent
from tests.factories import (
    make_announcement,
    make_editor,
    make_issuance,
    make_milestone,
    make_organisation,
    make_participation,
    make_project,
    make_publisher,
    make_selection,
    make_source,
    make_technology,
    make_user,
)

pytestmark = pytest.mark.django_db

WHY = "The ministry corrected its table."
SECRET = "wakiko.only-staff"


@pytest.fixture
def publisher():
    client = Client()
    client.user = make_publisher(username=SECRET)
    client.force_login(client.user)
    return client


def save(client, record, **changes):
    address = f"/admin/projects/{record._meta.model_name}/{record.pk}/change/"
    return sent(client, address, f"{record._meta.model_name}_form", **changes)


def told(project, language=""):
    """What the page says of changes: for each, why, and each difference as text with its source."""
    page = Client().get(language + Project.objects.get(pk=project.pk).get_absolute_url())
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    return [
        (
            change.why,
            [
                (one.how, one.noun, one.name, [(field.label, field.old, field.new) for field in one.fields], source)
                for one, source in change.told
            ],
        )
        for change in page.context["changes"]
    ]


# -- What the public reads ------------------------------------------------------------------------------------


def test_a_changed_figure_is_told_with_its_reason_and_the_source_that_states_it_now(publisher):
    source = make_source(title="Corrected table")
    project = make_project(expected_reduction_tco2_per_year=1000, reduction_source=make_source())

    save(
        publisher,
        project,
        expected_reduction_tco2_per_year="1200",
        reduction_source=str(source.pk),
        change_reason=WHY,
    )

    ((why, ((how, _noun, name, fields, stated_by),)),) = told(project)
    assert (why, how, name) == (WHY, "changed", "")
    assert ("Expected emission reductions (tCO2/year)", "1,000", "1,200") in fields
    assert stated_by["title"] == "Corrected table"
    text = Client().get(project.get_absolute_url()).content.decode()
    assert "1,000 → 1,200" in text
    assert WHY in text


def test_the_changes_are_told_in_the_readers_language(publisher):
    old, new = make_technology(name="Solar", name_ja="太陽光"), make_technology(name="Wind", name_ja="風力")
    project = make_project(technology=old)

    save(publisher, project, technology=str(new.pk))

    ((_why, ((*_rest, fields, _source),)),) = told(project, "/ja")
    assert fields[0][1:] == ("太陽光", "風力")


def test_rows_that_come_and_go_are_told_and_what_no_page_shows_is_not(publisher):
    project, other = make_project(), make_project()
    organisation = make_organisation(name="Late Partner")

    with pghistory.context():
        step = make_milestone(project=project, kind="registered", reached_on=date(2021, 5, 6))
        make_participation(project=project, organisation=organisation)
    with pghistory.context():
        step.delete()
    with pghistory.context():
        project.possibly_same_as.add(other)

    (_, gone), (_, added) = told(project)
    assert [line[:3] for line in gone] == [("changed", "Project", ""), ("gone", "Milestone", "Registered, 2021-05-06")]
    assert {line[:3] for line in added} == {
        ("changed", "Project", ""),  # its status
        ("added", "Milestone", "Registered, 2021-05-06"),
        ("added", "Participation", "Late Partner, Japan"),
    }


def test_what_was_done_before_it_was_first_public_is_not_told(publisher):
    project = make_project(state="draft", title="Draft title", expected_reduction_tco2_per_year=1)
    save(publisher, project, title="Better title")
    save(publisher, project, expected_reduction_tco2_per_year="2", _publish="1")

    assert told(project) == []

    save(publisher, project, note="Seen later.")
    ((_why, ((_how, _noun, _name, fields, _source),)),) = told(project)
    assert fields == [("Note", "", "Seen later.")]


def test_what_was_done_before_a_scheduled_hour_is_not_told():
    project = make_project(state="draft")
    publishing.publish(record=project, by=make_user(), at=timezone.now() + timedelta(hours=1))
    Project.objects.filter(pk=project.pk).update(note="Before the hour.")

    now = timezone.now() + timedelta(hours=2)

    assert public_changes(Project.objects.for_detail().get(pk=project.pk), now) == []


def test_a_row_of_a_release_that_is_not_public_is_not_told():
    project = make_project()
    hidden = make_selection(project=project, announcement=make_announcement(state="draft"), stated_title="Hidden words")
    with pghistory.context():
        hidden.stated_title = "Words of a draft"
        hidden.save()
    with pghistory.context():
        hidden.stated_title = "Hidden words too"
        hidden.save()
    assert told(project) == []

    publishing.publish(record=hidden.announcement, by=make_user())
    assert told(project) == []  # nor what was done to it before

    with pghistory.context():
        hidden.stated_title = "Shown"
        hidden.save()
    assert "Words of a draft" not in str(told(project))
    assert "Hidden words too" in str(told(project))  # what the page showed until then


def test_only_the_last_twenty_are_told_and_how_many_there_are():
    project = make_project()
    for number in range(25):
        change(project, note=f"Note {number}")

    page = Client().get(project.get_absolute_url())

    assert len(page.context["changes"]) == 20
    assert page.context["changes_in_all"] == 25
    assert "25 changes since it was first published here" in page.content.decode()


def change(project, **values):
    """A change of its own, as another request would make it."""
    with pghistory.context():
        Project.objects.filter(pk=project.pk).update(**values)


def test_the_changes_of_a_withdrawn_project_are_kept_and_told_when_it_is_public_again(publisher):
    project = make_project()
    change(project, note="New note")
    save(publisher, project, _withdraw="1", withdrawal_reason="By mistake.")

    assert Client().get(project.get_absolute_url()).status_code == 410

    save(publisher, project, _publish="1")
    assert [found[0][3] for _why, found in told(project)] == [[("Note", "", "New note")]]


# -- Why a figure changes -------------------------------------------------------------------------------------


def figure(make, name, value, new, part=""):
    return pytest.param(make, name, value, new, part, id=f"{part or make.__name__[5:]}.{name}")


@pytest.mark.parametrize(
    ("make", "name", "value", "new", "part"),
    [
        figure(make_project, "expected_reduction_tco2_per_year", 1000, "1200"),
        figure(make_project, "capacity_mw", "1.5", "1.6"),
        figure(make_announcement, "stated_selected", 5, "6"),
        figure(make_announcement, "stated_reduction_by_fy2030_tco2", 5, "6"),
        figure(make_milestone, "reached_on", "2020-01-02", "2020-01-03", "milestones"),
        figure(make_issuance, "total_tco2", 50, "60", "issuances"),
    ],
)
def test_a_figure_that_the_public_knows_changes_with_a_reason_or_not_at_all(publisher, make, name, value, new, part):
    if part:
        row = make(project=make_project(), **{name: value})
        record, field = row.project, f"{part}-0-{name}"
    else:
        row = record = make(state="published", **{name: value})
        field = name

    answer = save(publisher, record, **{field: new})

    assert answer.status_code == 200
    assert "Why does the figure change?" in answer.content.decode()
    row.refresh_from_db()
    assert str(getattr(row, name)).rstrip("0") == str(value).rstrip("0")

    answer = save(publisher, record, **{field: new}, change_reason=WHY)

    assert answer.status_code == 302, problems(answer)
    row.refresh_from_db()
    assert str(getattr(row, name)).rstrip("0") == new.rstrip("0")
    newest = KEPT[type(row)].events.objects.filter(pgh_obj_id=row.pk).last()
    assert newest.pgh_context.metadata["why"] == WHY


def test_a_row_with_a_figure_is_not_removed_without_a_reason(publisher):
    issuance = make_issuance(project=make_project(), total_tco2=50)

    answer = save(publisher, issuance.project, **{"issuances-0-DELETE": "on"})

    assert answer.status_code == 200
    assert CreditIssuance.objects.filter(pk=issuance.pk).exists()


@pytest.mark.parametrize("make", [make_issuance, make_selection], ids=["issuance", "selection"])
def test_the_page_of_a_row_asks_too(publisher, make):
    name = "total_tco2" if make is make_issuance else "stated_reduction_tco2_per_year"
    fields = {} if make is make_issuance else {"announcement": None, "fiscal_year": 2020}
    row = make(project=make_project(), **{name: 50}, **fields)

    assert save(publisher, row, **{name: "60"}).status_code == 200
    assert save(publisher, row, **{name: "60"}, change_reason=WHY).status_code == 302


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("draft", {"expected_reduction_tco2_per_year": "1200"}),
        ("published", {"note": "No figure."}),
        ("published", {"capacity_mw": "2"}),  # none was published before
    ],
    ids=["a draft", "no figure", "a figure where none was"],
)
def test_no_reason_is_asked_for_where_no_published_figure_changes(publisher, state, changes):
    project = make_project(state=state, expected_reduction_tco2_per_year=1000)

    assert save(publisher, project, **changes).status_code == 302


def test_the_field_is_there_only_where_the_record_is_public(publisher):
    for state, there in (("draft", False), ("published", True)):
        page = publisher.get(f"/admin/projects/project/{make_project(state=state).pk}/change/")

        assert ("change_reason" in page.content.decode()) == there


def test_the_reason_of_a_withdrawal_is_that_of_the_change(publisher):
    project = make_project()

    save(publisher, project, _withdraw="1", withdrawal_reason=WHY)

    newest = KEPT[Project].events.objects.filter(pgh_obj_id=project.pk).last()
    assert (newest.state, newest.pgh_context.metadata["why"]) == ("withdrawn", WHY)


def test_an_editor_is_asked_like_anybody():
    client = Client()
    client.force_login(make_editor())

    answer = save(client, make_project(expected_reduction_tco2_per_year=1), expected_reduction_tco2_per_year="2")

    assert answer.status_code == 200
