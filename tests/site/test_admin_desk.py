"""The admin's first page, and each of its pages seen once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from projects.models import LoadedRecord
from tests.adminpages import sent
from tests.factories import (
    make_announcement,
    make_country,
    make_editor,
    make_milestone,
    make_project,
    make_publisher,
    make_selection,
    make_source,
    make_technology,
    make_user,
)
from tests.records import WITH_ROWS

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def counted(page):
    """The counts of the page: (address of the list, count)."""
    return re.findall(r'<a href="([^"]+)" data-count="(\d+)"', page.content.decode())


# -- What waits ------------------------------------------------------------------------------------------------


def complete():
    """What a project without a gap has, but for the steps of its life."""
    known = {"title_ja": "題", "technology": make_technology(), "expected_reduction_tco2_per_year": 1}
    return known | {"latitude": "1.5", "longitude": "1.5"}


def make_some_of_each():
    """Some of each kind: in each state, with each gap and without."""
    for make in (make_project, make_announcement):
        for state, number in (("draft", 3), ("in_review", 2), ("published", 1), ("withdrawn", 1)):
            for _number in range(number):
                make(state=state)
        make(published_at=timezone.now() + timedelta(days=1))
    whole = make_project(**complete())
    make_milestone(project=whole)
    make_project(merged_into=whole)
    make_project(**complete(), source=make_source(url=""))
    make_project(**complete(), source=make_source(url=""), further_sources=[make_source()])
    today = timezone.localdate()
    for days in (2 * 366 + 31, 365):
        make_milestone(project=make_project(**complete()), reached_on=today - timedelta(days=days))
    for year in (2020, 2021):
        make_project(**complete(), fiscal_year=year)
    make_project(**complete(), fiscal_year=today.year)
    registered = make_milestone(project=make_project(**complete(), fiscal_year=2020), kind="registered").project
    make_milestone(project=registered, reached_on=today - timedelta(days=2000))


@pytest.mark.parametrize("make_user_of", [make_editor, make_publisher], ids=["editor", "publisher"])
def test_each_count_leads_to_a_list_of_exactly_that_many(make_user_of):
    make_some_of_each()
    client = signed_in(make_user_of())
    project = make_project(state="draft")
    sent(client, f"/admin/projects/project/{project.pk}/change/", "project_form", title="Mine")

    links = counted(client.get("/admin/"))

    assert len(links) == 2 * 4 + 7 + 3
    assert len({address for address, _count in links}) == len(links)
    for address, count in links:
        changelist = client.get(address).context["cl"]
        assert (address, changelist.result_count) == (address, int(count))


def test_the_counts_are_those_of_the_records(empty_database):
    make_some_of_each()
    client = signed_in(make_publisher())

    counts = {address.removeprefix("/admin/projects/"): int(count) for address, count in counted(client.get("/admin/"))}

    assert counts == {
        "announcement/?publication=mine": 0,
        "announcement/?publication=draft": 3,
        "announcement/?publication=in_review": 2,
        "announcement/?publication=scheduled": 1,
        "project/?publication=mine": 0,
        "project/?publication=draft": 3,
        "project/?publication=in_review": 2,
        "project/?publication=scheduled": 1,
        # of the three drafts, two in review, one public and one to come; neither withdrawn, merged nor whole
        "project/?missing=source": 1,
        "project/?missing=technology": 7,
        "project/?missing=reduction": 7,
        "project/?missing=coordinates": 7,
        "project/?missing=title_ja": 7,
        "project/?missing=step": 12,  # and the five whole ones that are known by a year or a source alone
        "project/?missing=registration": 3,
        "project/?twins=title": 5,  # “Project 3”, “Project 4” … of one country
        "project/?twins=marked": 0,
        "announcement/?totals=differ": 0,
    }


def test_what_may_be_on_record_twice_and_what_differs_from_the_stated_is_counted(empty_database):
    title = "Rooftop solar power for the numbat factory in Testonia"
    public = make_project(title=title)
    draft = make_project(state="draft", country=public.country, title=title.replace("for the", "to"))
    make_project(state="draft", country=make_country(), title=title)
    make_project(state="draft", country=public.country, title="A biogas plant")
    make_project(state="withdrawn", country=make_country(), title="A wind farm, entered twice")
    marked = make_project(title="A cement kiln", possibly_same_as=[public])
    differs = make_selection(announcement=make_announcement(stated_selected=2)).announcement
    make_selection(announcement=make_announcement(stated_selected=1))
    make_selection(announcement=make_announcement(stated_selected=3, difference_note="One was left out."))
    client = signed_in(make_editor())

    def listed(address):
        return set(client.get(f"/admin/projects/{address}").context["cl"].result_list)

    assert listed("project/?twins=title") == {draft}
    assert listed("project/?twins=marked") == {public, marked}
    assert listed("announcement/?totals=differ") == {differs}
    counts = {address.removeprefix("/admin/projects/"): int(count) for address, count in counted(client.get("/admin/"))}
    assert [counts[f"project/?twins={twins}"] for twins in ("title", "marked")] == [1, 2]
    assert counts["announcement/?totals=differ"] == 1


def test_a_publisher_is_shown_what_is_in_review_and_who_asks_for_it():
    record = make_project(state="in_review", title="Please look")

    page = signed_in(make_publisher()).get("/admin/").content.decode()

    assert f'<a href="/admin/projects/project/{record.pk}/change/">Please look</a>' in page
    assert f"submitted by {record.submitted_by}" in page


def test_an_editor_is_shown_the_own_drafts_and_not_what_a_publisher_has_to_look_at():
    editor = make_editor()
    make_project(state="in_review", title="For a publisher")
    project = make_project(state="draft")
    sent(signed_in(editor), f"/admin/projects/project/{project.pk}/change/", "project_form", title="Mine")

    waiting = [one.record for one in signed_in(editor).get("/admin/").context["waiting"]]

    assert waiting == [project]


def test_what_becomes_public_on_its_own_is_named_with_the_time_in_japan():
    at = datetime(2099, 8, 20, 5, tzinfo=UTC)
    later, sooner = make_project(title="Later", published_at=at + timedelta(days=1)), make_announcement(published_at=at)

    page = signed_in(make_editor()).get("/admin/")

    assert [one.record for one in page.context["scheduled"]] == [sooner, later]
    assert "Aug. 20, 2099, 2 p.m." in page.content.decode()


def test_a_draft_is_mine_when_i_entered_or_changed_it():
    mine, others = make_editor(), make_editor()
    project = make_project(state="draft")
    sent(signed_in(mine), f"/admin/projects/project/{project.pk}/change/", "project_form", title="Mine")
    place = "/admin/projects/project/?publication=mine"

    assert list(signed_in(mine).get(place).context["cl"].result_list) == [project]
    assert not signed_in(others).get(place).context["cl"].result_list


def test_the_last_changes_say_who_did_what():
    editor = make_editor(username="hanako")
    project = make_project(state="draft", title="Wind")
    sent(signed_in(editor), f"/admin/projects/project/{project.pk}/change/", "project_form", title="Wind farm")

    page = signed_in(make_publisher()).get("/admin/").content.decode()

    assert "hanako" in page
    assert "Wind farm" in page
    assert "Changed Title." in page


def test_who_may_see_nothing_is_shown_nothing():
    make_project(state="in_review", title="Not for all")
    LogEntry.objects.log_actions(make_editor().pk, [make_project(title="Nor this")], 2, "x", single_object=True)

    page = signed_in(make_user(is_staff=True)).get("/admin/")

    assert page.status_code == 200
    assert "Not for all" not in page.content.decode()
    assert "Nor this" not in page.content.decode()
    assert not counted(page)


def test_the_first_page_is_for_staff_alone(client):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert signed_in(make_user()).get("/admin/").status_code == 302


@pytest.mark.parametrize("number", [10, 60])
def test_the_first_page_takes_the_same_queries_whatever_there_is(number, django_assert_num_queries):
    client, author = signed_in(make_publisher()), make_editor()
    for _number in range(number):
        project = make_project(state="in_review")
        make_announcement(state="in_review")
        LogEntry.objects.log_actions(author.pk, [project], 2, "x", single_object=True)
    client.get("/admin/")

    # session, user, its two permissions; of each of two nouns the counts of its drafts of mine, drafts, in review and
    # to come, what was submitted, the own drafts, and what is to come; the gaps; projects titled much alike and marked
    # as the same, releases that differ; the last changes
    with django_assert_num_queries(23):
        client.get("/admin/")


# -- Each page ---------------------------------------------------------------------------------------------------

# Entered with their project, which has the version that is checked; and what comes with the nouns.
ONLY_LISTED = {"projects.milestone", "auth.permission"}
REGISTERED = sorted(model._meta.label_lower for model in admin.site._registry)


@pytest.mark.parametrize("label", REGISTERED)
def test_every_page_of_every_noun_is_there(label):
    app, noun = label.split(".")
    client = signed_in(make_user(is_staff=True, is_superuser=True))
    record = WITH_ROWS[noun]()

    assert client.get(f"/admin/{app}/{noun}/add/").status_code == (403 if label in ONLY_LISTED else 200)
    for page in ("", f"{record.pk}/change/", f"{record.pk}/history/", "?q=a", "?q=太陽 光"):
        assert client.get(f"/admin/{app}/{noun}/{page}").status_code == 200, page
    assert client.get(f"/admin/{app}/{noun}/{record.pk}/delete/").status_code in (200, 403)
    assert client.get(f"/admin/{app}/").status_code == 200


@pytest.mark.parametrize(
    "label", [label for label in REGISTERED if not label.startswith("auth.") and label not in ONLY_LISTED]
)
def test_every_record_is_saved_unchanged_as_its_form_shows_it(label):
    app, noun = label.split(".")
    record = WITH_ROWS[noun]()
    before = type(record).objects.values().get(pk=record.pk)

    answer = sent(signed_in(make_editor()), f"/admin/{app}/{noun}/{record.pk}/change/", f"{noun}_form")

    assert answer.status_code == 302
    after = type(record).objects.values().get(pk=record.pk)
    assert {name: value for name, value in after.items() if name != "updated_at"} == {
        name: value for name, value in before.items() if name != "updated_at"
    }
    assert not LogEntry.objects.exists()


def test_what_the_loader_remembers_is_not_for_hands():
    assert not admin.site.is_registered(LoadedRecord)


@pytest.mark.parametrize("page", ["/admin/", "/admin/projects/announcement/add/", "/admin/projects/project/add/"])
def test_nothing_of_ours_is_written_into_a_page_that_its_policy_forbids(page):
    html = signed_in(make_publisher()).get(page).content.decode()

    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", html)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)


def test_the_desk_speaks_japanese_under_its_own_address():
    assert '<html lang="ja"' in signed_in(make_publisher()).get("/ja/admin/").content.decode()
