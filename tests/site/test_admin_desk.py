"""The admin's first page, and each of its pages seen once."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from projects.models import LoadedRecord
from tests.adminpages import sent
from tests.factories import (
    make_alias,
    make_announcement,
    make_country_document,
    make_editor,
    make_identifier,
    make_issuance,
    make_issuance_statement,
    make_methodology,
    make_milestone,
    make_project,
    make_project_methodology,
    make_publisher,
    make_round,
    make_selection,
    make_stated_total,
    make_target,
    make_technology,
    make_term,
    make_user,
)

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def counted(page):
    """The counts of the page: (address of the list, count)."""
    return re.findall(r'<a href="([^"]+)" data-count="(\d+)"', page.content.decode())


# -- What waits ------------------------------------------------------------------------------------------------


def make_some_of_each():
    """Some of each kind: in each state, with each gap and without."""
    for make in (make_project, make_announcement):
        for state, number in (("draft", 3), ("in_review", 2), ("published", 1), ("withdrawn", 1)):
            for _number in range(number):
                make(state=state)
        make(published_at=timezone.now() + timedelta(days=1))
    whole = make_project(
        title_ja="題",
        technology=make_technology(),
        expected_reduction_tco2_per_year=1,
        latitude="1.5",
        longitude="1.5",
    )
    make_milestone(project=whole)
    make_project(merged_into=whole)


@pytest.mark.parametrize("make_user_of", [make_editor, make_publisher], ids=["editor", "publisher"])
def test_each_count_leads_to_a_list_of_exactly_that_many(make_user_of):
    make_some_of_each()
    client = signed_in(make_user_of())
    project = make_project(state="draft")
    sent(client, f"/admin/projects/project/{project.pk}/change/", "project_form", title="Mine")

    links = counted(client.get("/admin/"))

    assert len(links) == 2 * 4 + 5
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
        "project/?missing=technology": 7,
        "project/?missing=reduction": 7,
        "project/?missing=coordinates": 7,
        "project/?missing=title_ja": 7,
        "project/?missing=step": 7,
    }


def test_records_in_review_are_named_with_who_asks_for_it():
    record = make_project(state="in_review", title="Please look")

    page = signed_in(make_publisher()).get("/admin/").content.decode()

    assert f'<a href="/admin/projects/project/{record.pk}/change/">Please look</a>' in page
    assert str(record.submitted_by) in page


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

    # session, user, its two permissions; of each of two nouns its drafts of mine, drafts, in review, to come, and
    # who waits; the gaps; the last changes
    with django_assert_num_queries(16):
        client.get("/admin/")


# -- Each page ---------------------------------------------------------------------------------------------------

MAKERS = {
    "creditissuance": make_issuance,
    "glossaryterm": make_term,
    "issuancestatement": make_issuance_statement,
    "methodology": lambda: make_project_methodology().methodology,
    "organisation": lambda: make_alias().organisation,
    "partnercountry": lambda: make_country_document().country,
    "project": lambda: make_identifier(project=make_selection(project=make_issuance().project).project).project,
    "announcement": lambda: make_selection().announcement,
    "programme": lambda: make_round().programme,
    "sector": lambda: make_technology().sector,
    "selection": make_selection,
    "selectionround": make_round,
    "source": lambda: make_methodology().source,
    "statedtotal": make_stated_total,
    "target": make_target,
    "technology": make_technology,
    "user": make_user,
    "group": lambda: make_editor().groups.get(),
}
REGISTERED = sorted(model._meta.label_lower for model in admin.site._registry)


@pytest.mark.parametrize("label", REGISTERED)
def test_every_page_of_every_noun_is_there(label):
    app, noun = label.split(".")
    client = signed_in(make_user(is_staff=True, is_superuser=True))
    record = MAKERS[noun]()

    for page in ("", "add/", f"{record.pk}/change/", f"{record.pk}/history/", "?q=a", "?q=太陽 光"):
        assert client.get(f"/admin/{app}/{noun}/{page}").status_code == 200, page
    assert client.get(f"/admin/{app}/{noun}/{record.pk}/delete/").status_code in (200, 403)
    assert client.get(f"/admin/{app}/").status_code == 200


@pytest.mark.parametrize("label", [label for label in REGISTERED if not label.startswith("auth.")])
def test_every_record_is_saved_unchanged_as_its_form_shows_it(label):
    app, noun = label.split(".")
    record = MAKERS[noun]()
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
