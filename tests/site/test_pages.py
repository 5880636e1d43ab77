"""Every public page in both languages: sound, closed to strangers' code, and without a link that leads nowhere."""

import re
from datetime import datetime, timedelta
from urllib.parse import urldefrag
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from countries.models import PartnerCountry
from jcm_portal.models import PublicationState
from projects import publishing
from projects.models import Announcement, Methodology, Organisation, Project, SelectionRound, Technology
from tests.factories import make_announcement, make_organisation, make_project, make_publisher
from tests.reading import page_of, problems

pytestmark = pytest.mark.django_db

LISTS = [
    "/", "/projects/", "/projects/?view=table", "/countries/", "/technologies/", "/organisations/", "/methodologies/",
    "/rounds/", "/announcements/", "/glossary/", "/about/", "/accessibility/",
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
    page = page_of(response)
    language = "ja" if path.startswith("/ja/") else "en"
    found = [*_faults_of_form(page, language), *_inline_code(page), *_strangers(page), *_lost_ids(page)]
    return [f"{path} {fault}" for fault in [*found, *_headers(response)]]


def _faults_of_form(page, language):
    if [heading.text for heading in page.all("h1")].count("") or len(page.all("h1")) != 1:
        yield "has not just one h1"
    if not page.one("title").text or page.one("html")["lang"] != language:
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


class Crawl:
    """The English site as somebody finds it who follows every link from the first page on.

    Addresses without a query are visited once each; of those with one, that are without number, only some.
    """

    def __init__(self):
        self.statuses, self.faults, self.anchors, self.ids, self.queries = {}, [], set(), {}, {}
        waiting = ["/"]
        while waiting:
            path = waiting.pop()
            if path not in self.statuses:
                waiting += self.visit(path)

    def visit(self, path):
        response = Client().get(path)
        self.statuses[path] = response.status_code
        if response.status_code == 301:
            return [response["Location"]]
        if response.streaming or not response["Content-Type"].startswith("text/html"):
            return []
        self.faults += faults(path, response)
        page = page_of(response)
        self.ids[path] = {element["id"] for element in page.everything() if "id" in element.attributes}
        leads = [link["href"] for link in page.all("a", href=True) if "hreflang" not in link.attributes]
        leads += [link["href"] for link in page.all("link", rel="alternate", type="application/atom+xml")]
        return list(self.sorted_in(path, leads))

    def sorted_in(self, path, leads):
        for lead in leads:
            if lead.startswith(("http://", "https://", "#")) and not lead.startswith("http://testserver"):
                continue
            address, anchor = urldefrag(lead.removeprefix("http://testserver"))
            target, asked, query = address.partition("?")
            target = target or path
            if anchor and not query:
                self.anchors.add((target, anchor))
            if query:
                self.queries.setdefault(target, set()).add(query)
            else:
                yield target

    def some_queries(self, every):
        """One in so many of the addresses with a query, from all over the site."""
        addresses = sorted(f"{target}?{query}" for target, queries in self.queries.items() for query in queries)
        return addresses[::every]


@pytest.fixture(scope="module")
def crawl(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), override("en"):
        return Crawl()


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
    some = crawl.some_queries(every=len(crawl.some_queries(every=1)) // 60)

    answers = {path: Client().get(path) for path in some}

    assert len(some) >= 60
    assert {path for path, response in answers.items() if response.status_code != 200} == set()
    pages = {path: page_of(response) for path, response in answers.items() if not response.streaming and "html" in response["Content-Type"]}
    assert {path: problems(page) for path, page in pages.items() if problems(page)} == {}
