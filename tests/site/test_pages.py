"""Every public page in both languages: sound, closed to strangers' code, and without a link that leads nowhere."""

import re
from datetime import datetime, timedelta
from itertools import product
from urllib.parse import urldefrag, urljoin
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from countries.models import PartnerCountry
from jcm_portal.models import PublicationState
from projects import publishing
from projects.models import Announcement, Methodology, Organisation, Project, SelectionRound, Technology
from tests.factories import (
    make_announcement,
    make_country,
    make_issuance,
    make_organisation,
    make_project,
    make_publisher,
    make_round,
    make_selection,
)
from tests.reading import keys, page_of, problems, total

pytestmark = pytest.mark.django_db

LISTS = [
    "/", "/projects/", "/projects/?view=table", "/countries/", "/technologies/", "/organisations/", "/methodologies/",
    "/precedents/", "/precedents/rooftop-solar/TH/", "/precedents/rooftop-solar/SN/", "/reconciliation/",
    "/rounds/", "/announcements/", "/search/", "/search/?q=solar+Philippines", "/glossary/", "/about/",
    "/accessibility/", "/statistics/?compare=VN&compare=TH&rows=technology", "/statistics/progress/",
    "/statistics/credits/", "/statistics/participants/", "/statistics/outlook/?country=VN",
]  # fmt: skip
LANGUAGES = {"": "en", "/ja": "ja"}
CODE_OF_OURS = re.compile(r"/static/|data:")


@pytest.fixture(autouse=True)
def english():
    """A page leaves its language behind for whoever comes next in the same process."""
    with override("en"):
        yield


def everything_public():
    """The addresses of all records that have a public page."""
    nouns = [Project.objects.published(), Announcement.objects.published(), PartnerCountry.objects.all()]
    nouns += [Technology.objects.all(), Organisation.objects.published(), Methodology.objects.all()]
    nouns += [SelectionRound.objects.all()]
    return [[record.get_absolute_url() for record in records] for records in nouns]


# -- What is wrong with a page -----------------------------------------------------------------------


def faults(path, response):
    """What no page may have, in words; the same for every page."""
    if response.status_code != 200:
        return [f"{path} answers {response.status_code}"]
    return [f"{path} {fault}" for fault in [*_faults_within(path, page_of(response)), *_headers(response)]]


def _faults_within(path, page):
    language = "ja" if path.startswith("/ja/") else "en"
    return [*_faults_of_form(page, language), *_inline_code(page), *_strangers(page), *_lost_ids(page)]


def _faults_of_form(page, language):
    if [heading.text for heading in page.all("h1")].count("") or len(page.all("h1")) != 1:
        yield "has not just one h1"
    if not page.one("head").one("title").text or page.one("html")["lang"] != language:
        yield "has no title or not its language"
    if not page.one("main") or not page.one("meta", name="description")["content"]:
        yield "has no main part or no description"
    for table in page.all("table"):
        if len(table.all("caption")) != 1:
            yield "has a table without a caption"
    labelled = {label.get("for") for label in page.all("label")}
    labelled |= {id(one) for label in page.all("label") for one in label.everything()}
    for control in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        if control.get("type") != "hidden" and not ({control.get("id"), id(control)} & labelled):
            yield f"has no label for {control.get('name')}"


def _inline_code(page):
    for element in page.everything():
        if element.tag == "style" or "style" in element.attributes:
            yield f"has a style within <{element.tag}>"
        if any(name.startswith("on") for name in element.attributes):
            yield f"has a handler within <{element.tag}>"
        if element.tag == "script" and not element.get("src") and element.get("type") != "application/ld+json":
            yield "has a script within the page"
        if (element.get("href") or "").strip().lower().startswith(("javascript:", "data:", "//")):
            yield f"leads to {element['href']}"


def _strangers(page):
    for element in page.everything():
        loaded = element.get("src") or element.get("srcset") or element.get("data")
        if element.tag == "link" and element.get("rel") not in ("alternate", "canonical"):
            loaded = element.get("href")
        if loaded and not CODE_OF_OURS.match(loaded):
            yield f"loads {loaded}"
        if element.tag == "form" and not element["action"].startswith("/"):
            yield f"sends what is typed to {element['action']}"


def _lost_ids(page):
    ids = [element["id"] for element in page.everything() if "id" in element.attributes]
    if len(ids) != len(set(ids)):
        yield f"has an id twice: {sorted(one for one in set(ids) if ids.count(one) > 1)}"
    for element in page.everything():
        named = [element.get(name) or "" for name in ("for", "form", "aria-labelledby", "aria-describedby")]
        named += [element["href"].removeprefix("#")] if (element.get("href") or "").startswith("#") else []
        for one in " ".join(named).split():
            if one not in ids:
                yield f"names an id that there is not: {one}"


def _headers(response):
    policy = response.get("Content-Security-Policy", "")
    if "unsafe" in policy or not {"default-src 'none'", "script-src 'self'"} <= set(re.split(r"; ?", policy)):
        yield f"has the policy {policy}"
    expected = {
        "Content-Type": "text/html; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    yield from (f"has {name}: {response.get(name)}" for name in expected if response.get(name) != expected[name])
    if response.cookies:
        yield "sets a cookie"


# -- The sweep ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", LANGUAGES, ids=LANGUAGES.values())
@pytest.mark.parametrize("path", LISTS)
def test_a_page_is_sound_in_each_language(path, prefix):
    assert faults(prefix + path, Client().get(prefix + path)) == []


def test_records_of_every_noun_are_sound_in_japanese():
    some = [path for addresses in everything_public() for path in addresses[:: len(addresses) // 3]]

    assert [fault for path in some for fault in faults(f"/ja{path}", Client().get(f"/ja{path}"))] == []


PAGED = ["projects", "organisations", "announcements", "methodologies"]


class Crawl:
    """The English site as somebody finds it who follows every link from the first page on.

    Addresses without a query are visited once each, as are all pages of the lists; of other addresses with a query,
    which are without number, only some. Of the nouns whose pages are alike, one in so many; the others are public
    records, and a link to them is good if it is their address.
    """

    def __init__(self, alike):
        self.visited = {path: place % share == 0 for share, paths in alike for place, path in enumerate(paths)}
        self.statuses, self.faults, self.anchors, self.ids, self.queries = {}, [], set(), {}, set()
        waiting = ["/", *(f"/{noun}/?per_page=100" for noun in PAGED)]
        while waiting:
            path = waiting.pop()
            if path not in self.statuses:
                waiting += self.visit(path) if self.visited.get(path, True) else self.believe(path)

    def believe(self, path):
        self.statuses[path] = 200
        return []

    def visit(self, path):
        response = Client().get(path)
        self.statuses[path] = response.status_code
        if response.status_code == 301:
            return [response["Location"]]
        if response.streaming or not response["Content-Type"].startswith("text/html"):
            return []
        page = page_of(response)
        self.faults += [f"{path} {fault}" for fault in [*_faults_within(path, page), *_headers(response)]]
        self.ids[path] = {element["id"] for element in page.everything() if "id" in element.attributes}
        leads = [link["href"] for link in page.all("a", href=True) if "hreflang" not in link.attributes]
        leads += [link["href"] for link in page.all("link", rel="alternate", type="application/atom+xml")]
        return list(self.within_the_site(path, leads))

    def within_the_site(self, path, leads):
        for lead in leads:
            address, anchor = urldefrag(urljoin(f"http://testserver{path}", lead))
            if not address.startswith("http://testserver/"):
                continue
            address = address.removeprefix("http://testserver")
            if "?" not in address or re.fullmatch(rf"/({'|'.join(PAGED)})/\?((per_page=100|page=\d+)&?){{2}}", address):
                self.anchors |= {(address, anchor)} if anchor else set()
                yield address
            else:
                self.queries.add(address)

    def some_queries(self, most):
        """So many of the addresses with a query, from all over the site."""
        return sorted(self.queries)[:: len(self.queries) // most]


@pytest.fixture(scope="module")
def crawl(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), override("en"):
        alike = [
            (24, Organisation.objects.published()),
            (24, Methodology.objects.all()),
            (12, Technology.objects.all()),
        ]
        alike += [(12, Technology.objects.all()), (8, Project.objects.published())]
        paths = [(share, [record.get_absolute_url() for record in records]) for share, records in alike]
        cells = product(Technology.objects.all(), PartnerCountry.objects.all())
        precedents = [reverse("precedent", args=[technology.slug, country.iso2]) for technology, country in cells]
        return Crawl([*paths, (202, precedents)])


def test_every_link_of_the_site_leads_to_a_page(crawl):
    assert {path: status for path, status in crawl.statuses.items() if status not in (200, 301)} == {}


def test_every_page_that_links_lead_to_is_sound(crawl):
    assert crawl.faults == []


def test_every_link_into_a_page_leads_to_a_place_that_is_there(crawl):
    lost = {(path, anchor) for path, anchor in crawl.anchors if anchor not in crawl.ids.get(path, {anchor})}

    assert lost == set()


def test_links_lead_to_every_public_record(crawl):
    unreached = {path for addresses in everything_public() for path in addresses if path not in crawl.statuses}

    assert unreached == set()


def test_links_with_a_query_ask_good_questions(crawl):
    answers = {path: Client().get(path) for path in crawl.some_queries(most=20)}

    assert {path: response.status_code for path, response in answers.items() if response.status_code != 200} == {}
    pages = {path: page_of(response) for path, response in answers.items() if "html" in response["Content-Type"]}
    assert {path: problems(page) for path, page in pages.items() if problems(page)} == {}
    assert len(crawl.queries) > 1000


# -- Addresses that lead to no page, or elsewhere ----------------------------------------------------


def address_of(record, wrong_slug=False):
    noun = "projects" if isinstance(record, Project) else "announcements"
    return f"/{noun}/{record.pk}/old-words/" if wrong_slug else record.get_absolute_url()


MAKES = [make_project, make_announcement]
NOUNS = ["project", "announcement"]


@pytest.mark.parametrize("make", MAKES, ids=NOUNS)
@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_what_is_not_published_is_not_found_by_any_words_in_its_address(make, state):
    record = make(state=state, title="Hidden plant")

    responses = [Client().get(address_of(record, wrong_slug)) for wrong_slug in (False, True)]

    assert [response.status_code for response in responses] == [404, 404]
    assert all("Hidden plant" not in response.content.decode() for response in responses)


@pytest.mark.parametrize("make", MAKES, ids=NOUNS)
def test_what_is_not_yet_due_is_not_found_until_the_moment_comes(make):
    due = timezone.now() + timedelta(hours=1)
    record = make(published_at=due)

    before = Client().get(address_of(record)).status_code
    with time_machine.travel(due + timedelta(seconds=1)):
        after = Client().get(address_of(record)).status_code

    assert (before, after) == (404, 200)


@pytest.mark.parametrize(
    "path",
    [
        "/projects/999999/",
        "/projects/999999/some-words/",
        "/projects/99999999999999999999/",
        "/projects/0/",
        "/projects/-1/",
        "/announcements/999999/",
        "/announcements/99999999999999999999/x/",
        "/countries/atlantis/",
        "/technologies/magic/",
        "/organisations/nobody/",
        "/methodologies/VN_AM999/",
        "/rounds/model-fy1999-1/",
        "/nothing/",
        "/ja/nothing/",
        "/projects/export.doc",
        "/projects/%00/",
        "/projects/%ff/",
    ],
)
def test_where_nothing_is_a_page_says_so_and_shows_ways_on(path):
    response = Client().get(path)

    assert response.status_code == 404
    page = page_of(response)
    assert len(page.all("h1")) == 1
    assert page.one("main").one("form")["action"].endswith("/projects/")
    assert len(page.one("main").all("a")) >= 3
    assert _faults_within(path, page) == []


def test_an_organisation_without_a_public_project_is_not_found():
    assert Client().get(make_organisation().get_absolute_url()).status_code == 404


@pytest.mark.parametrize("make", MAKES, ids=NOUNS)
@pytest.mark.parametrize("prefix", LANGUAGES, ids=LANGUAGES.values())
def test_what_was_withdrawn_is_gone_and_the_page_says_when_and_why(make, prefix):
    with time_machine.travel(datetime(2026, 12, 1, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo"))):  # in UTC still 30 November
        record = make(title="Former plant")
        publishing.withdraw(record=record, by=make_publisher(), reason="Entered twice.")

    responses = [Client().get(prefix + address_of(record, wrong_slug)) for wrong_slug in (False, True)]

    assert [response.status_code for response in responses] == [410, 410]
    page = page_of(responses[0])
    assert "Entered twice." in page.one("main").text
    assert ("2026年12月1日" if prefix else "1 December 2026") in page.one("main").text
    assert "Former plant" not in responses[0].content.decode()
    assert _faults_within(prefix + "/", page) == []


@pytest.mark.parametrize("make", MAKES, ids=NOUNS)
@pytest.mark.parametrize("prefix", LANGUAGES, ids=LANGUAGES.values())
def test_other_words_or_none_in_an_address_lead_to_those_of_today(make, prefix):
    record = make(title="Plant at the river")
    number = address_of(record).removesuffix("plant-at-the-river/")

    responses = [Client().get(f"{prefix}{number}{words}") for words in ("", "old-words/", "PLANT-at-the-river/")]

    assert [(response.status_code, response["Location"]) for response in responses] == [
        (301, f"{prefix}{number}plant-at-the-river/")
    ] * 3


def test_a_merged_record_leads_to_the_one_that_stands_for_it():
    stands = make_project()
    merged = make_project(merged_into=stands)

    response = Client().get(address_of(merged))

    assert (response.status_code, response["Location"]) == (301, address_of(stands))


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_record_merged_into_one_that_is_not_public_is_not_found(state):
    merged = make_project(merged_into=make_project(state=state))

    assert Client().get(address_of(merged)).status_code == 404


def test_a_draft_that_was_merged_does_not_lead_anywhere():
    merged = make_project(state=PublicationState.DRAFT, merged_into=make_project())

    assert Client().get(address_of(merged)).status_code == 404


def test_a_title_without_a_latin_letter_has_its_key_in_the_address():
    project = make_project(key="test-key", title="太陽光発電")

    assert project.get_absolute_url() == f"/projects/{project.pk}/test-key/"
    assert Client().get(project.get_absolute_url()).status_code == 200


# -- A draft does not show through what is public ----------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_a_public_project_keeps_quiet_about_an_announcement_that_is_not(state):
    listed = make_selection(
        announcement=make_announcement(title="Hidden release", state=state, round=make_round()),
        project=make_project(),
        stated_title="Hidden words",
    )
    selection_round = listed.announcement.round

    project = Client().get(address_of(listed.project)).content.decode()
    in_round = page_of(Client().get(selection_round.get_absolute_url()))

    assert "Hidden" not in project
    assert (keys(in_round), total(in_round)) == ([], 0)
    assert "Hidden" not in in_round.text
    assert total(page_of(Client().get(f"/projects/?round={selection_round.key}"))) == 0


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_a_public_announcement_keeps_quiet_about_a_project_that_is_not(state):
    announcement = make_announcement(title="Release", fiscal_year=2023, stated_selected=7)
    make_selection(announcement=announcement, project=make_project(state=state), stated_title="Hidden words")

    shown = page_of(Client().get(address_of(announcement)))
    rounds = page_of(Client().get("/rounds/"))

    assert "Hidden" not in shown.text
    assert "7 stated, 0 on record" in shown.text
    assert [cell.text for cell in rounds.one("tr", data_announcement=str(announcement.pk)).all("td")][-2:] == ["7", "0"]


def test_a_country_keeps_quiet_about_what_is_not_public():
    country = make_country()
    make_project(country=country, title="Hidden plant", state="draft")
    make_issuance(project=make_project(country=country, state="in_review"), note="Hidden credits")
    make_announcement(countries=[country], title="Hidden release", state="draft")

    shown = page_of(Client().get(country.get_absolute_url()))

    assert "Hidden" not in shown.text
    assert total(shown) == 0


# -- Methods, errors, machines -----------------------------------------------------------------------

READ_ONLY = [
    *LISTS, "/countries/mongolia/", "/technologies/rooftop-solar/", "/organisations/acecook/",
    "/methodologies/BD_AM001/", "/rounds/model-fy2023-1/", "/projects/export.csv", "/projects/export.json",
    "/healthz", "/readyz", "/robots.txt",
]  # fmt: skip


def paths_of_records():
    return [Project.objects.first().get_absolute_url(), Announcement.objects.first().get_absolute_url()]


def test_the_head_of_every_page_can_be_asked_for_alone():
    paths = [*READ_ONLY, *paths_of_records(), "/projects/feed/", "/announcements/feed/"]

    responses = {path: Client().head(path) for path in paths}

    assert {path: response.status_code for path, response in responses.items()} == dict.fromkeys(paths, 200)
    assert all(response.streaming or response.content == b"" for response in responses.values())


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_page_takes_anything_but_a_question(method):
    paths = [*READ_ONLY, *paths_of_records()]

    statuses = {path: getattr(Client(), method)(path).status_code for path in paths}

    assert statuses == dict.fromkeys(paths, 405)


def test_a_failure_of_ours_is_told_without_the_database_and_without_details():
    client = Client(raise_request_exception=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("projects.views.ProjectQuery", lambda *args, **kwargs: 1 / 0)
        response = client.get("/projects/")

    assert response.status_code == 500
    page = page_of(response)
    assert page.one("h1").text == "Something went wrong on our side"
    assert page.one("p", lang="ja").text
    assert "ZeroDivisionError" not in response.content.decode()
    assert response.content.decode().strip() == render_to_string("500.html").strip()


def test_the_process_and_the_database_say_that_they_are_there():
    assert Client().get("/healthz").content == b"ok\n"
    assert Client().get("/readyz").content == b"ready\n"


def test_a_page_that_a_reader_has_already_is_not_sent_again():
    first = Client().get("/countries/")

    again = Client().get("/countries/", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_the_language_of_a_page_is_that_of_its_address_whatever_the_browser_prefers():
    english = Client().get("/countries/", headers={"Accept-Language": "ja"})
    japanese = Client().get("/ja/countries/", headers={"Accept-Language": "en"})

    assert page_of(english).one("html")["lang"] == "en"
    assert page_of(japanese).one("html")["lang"] == "ja"


@pytest.mark.parametrize("query", ["", "?country=PH&q=%E5%A4%AA%E9%99%BD&sort=title", "?utm_source=x&country=ZZ"])
def test_the_switch_of_language_keeps_the_page_and_its_question(query):
    english = page_of(Client().get(f"/projects/{query}"))
    japanese = page_of(Client().get(f"/ja/projects/{query}"))

    assert english.one("a", class_="language")["href"] == f"/ja/projects/{query}"
    assert japanese.one("a", class_="language")["href"] == f"/projects/{query}"
