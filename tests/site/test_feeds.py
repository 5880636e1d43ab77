"""The Atom feeds of announcements and of projects: whole, in order, and of nothing that is not public."""

from datetime import datetime, timedelta
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from projects.models import Announcement, Project
from tests.factories import make_announcement, make_project
from tests.plain_list import narrowed

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/announcements/feed/", "/projects/feed/"]


@pytest.fixture(autouse=True)
def english():
    """A page leaves its language behind for whoever comes next in the same process."""
    with override("en"):
        yield


def feed(path):
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    return root


def entries(path):
    return feed(path).findall(f"{ATOM}entry")


def texts(path, name):
    return [entry.findtext(ATOM + name) for entry in entries(path)]


def links(path):
    """Where the entries lead, as addresses of this site."""
    return [entry.find(f"{ATOM}link").get("href").removeprefix("http://testserver") for entry in entries(path)]


@pytest.mark.parametrize("path", [*FEEDS, "/ja/announcements/feed/", "/ja/projects/feed/"])
def test_a_feed_has_all_that_atom_asks_for(path):
    root = feed(path)

    for name in ("id", "title", "updated", "subtitle"):
        assert root.findtext(ATOM + name), name
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == ("ja" if path.startswith("/ja/") else "en")
    [itself] = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert itself.get("href") == f"http://testserver{path}"
    for entry in root.findall(f"{ATOM}entry"):
        for name in ("id", "title", "published"):
            assert entry.findtext(ATOM + name), name
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")).tzinfo


@pytest.mark.parametrize("path", FEEDS)
def test_each_entry_has_an_id_of_its_own_that_is_the_same_in_both_languages(path):
    english, japanese = texts(path, "id"), texts(f"/ja{path}", "id")

    assert english == japanese
    assert len(set(english)) == len(english) == 50
    assert all(one.startswith("urn:uuid:") for one in english)


@pytest.mark.parametrize(("path", "make"), [(FEEDS[0], make_announcement), (FEEDS[1], make_project)])
def test_an_entry_keeps_its_id_when_the_title_changes(path, make):
    record = make(title="Before", **({"published_on": timezone.localdate()} if make is make_announcement else {}))
    [before] = [entry.findtext(f"{ATOM}id") for entry in entries(path) if entry.findtext(f"{ATOM}title") == "Before"]

    record.title = "After"
    record.save()

    [after] = [entry.findtext(f"{ATOM}id") for entry in entries(path) if entry.findtext(f"{ATOM}title") == "After"]
    assert after == before


def test_announcements_come_newest_first_as_in_their_list():
    newest = [announcement.get_absolute_url() for announcement in Announcement.objects.published()[:50]]

    assert links("/announcements/feed/") == newest
    assert {Client().get(link).status_code for link in newest[:5]} == {200}


def test_projects_come_in_the_order_of_their_last_change():
    changed, other = make_project(title="Changed a moment ago"), make_project(title="Changed later still")
    Project.objects.filter(pk=changed.pk).update(updated_at=timezone.now() + timedelta(minutes=1))
    Project.objects.filter(pk=other.pk).update(updated_at=timezone.now() + timedelta(minutes=2))

    updated = texts("/projects/feed/", "updated")

    assert texts("/projects/feed/", "title")[:2] == ["Changed later still", "Changed a moment ago"]
    assert updated == sorted(updated, reverse=True)
    assert feed("/projects/feed/").findtext(f"{ATOM}updated") == updated[0]


def test_the_feed_of_a_list_holds_the_projects_of_that_list_and_leads_back_to_it():
    query = f"country=MN&sector=renewable-energy&q={quote('太陽')}&sort=title"
    fitting = {row["key"] for row in narrowed({"country": ["MN"], "sector": ["renewable-energy"]})}

    numbers = {int(link.split("/")[2]) for link in links(f"/projects/feed/?{query}")}
    found = set(Project.objects.filter(pk__in=numbers).values_list("key", flat=True))

    assert found
    assert found <= fitting
    [back] = [link for link in feed(f"/projects/feed/?{query}").findall(f"{ATOM}link") if link.get("rel") != "self"]
    assert back.get("href") == f"http://testserver/projects/?{query}"


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_nothing_is_in_a_feed_that_is_not_public(state):
    make_project(title="Hidden", state=state)
    make_announcement(title="Hidden", state=state, published_on=timezone.localdate())

    assert [title for path in FEEDS for title in texts(path, "title") if title == "Hidden"] == []


def test_what_is_published_but_not_yet_due_is_in_no_feed():
    tomorrow = timezone.now() + timedelta(days=1)
    make_project(title="Hidden", published_at=tomorrow)
    make_announcement(title="Hidden", published_at=tomorrow, published_on=timezone.localdate())

    assert [title for path in FEEDS for title in texts(path, "title") if title == "Hidden"] == []


def test_a_title_with_signs_of_markup_stays_text():
    make_project(title='<b>"R&D"</b> ]]>')

    assert texts("/projects/feed/", "title")[0] == '<b>"R&D"</b> ]]>'


def test_an_entry_of_a_project_sums_it_up_in_the_readers_language():
    project = make_project(title="Plant", title_ja="工場", fiscal_year=2023, expected_reduction_tco2_per_year=1234)
    country = project.country

    [english] = [entry for entry in entries("/projects/feed/") if entry.findtext(f"{ATOM}title") == "Plant"]
    [japanese] = [entry for entry in entries("/ja/projects/feed/") if entry.findtext(f"{ATOM}title") == "工場"]

    assert english.findtext(f"{ATOM}summary").startswith(f"{country.name} · FY2023 · ")
    assert "1,234" in english.findtext(f"{ATOM}summary")
    assert japanese.findtext(f"{ATOM}summary").startswith(f"{country.name_ja} · 2023年度 · ")


@pytest.mark.parametrize("path", FEEDS)
def test_a_reader_that_has_the_feed_already_is_told_so(path):
    first = Client().get(path)

    again = Client().get(path, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
