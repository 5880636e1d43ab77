"""What search engines and shared links read: the head of every page, robots.txt, sitemap.xml.

More on the cards is in `test_cards.py`.
"""

import json
import re
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import override

from jcm_portal.models import PublicationState
from projects import card_views
from projects.models import Announcement, Project
from tests.reading import page_of

pytestmark = pytest.mark.django_db
HOST = "http://testserver"
SEEN = {}
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def page_types():
    """An address of each page type."""
    return [
        "/", "/projects/", "/countries/", "/countries/mongolia/", "/technologies/", "/technologies/rooftop-solar/",
        "/organisations/", "/organisations/sharp/", "/methodologies/", "/methodologies/MN_AM003/", "/rounds/",
        "/rounds/model-fy2023-1/", "/announcements/", "/search/", "/glossary/", "/about/", "/accessibility/",
        "/statistics/", "/statistics/progress/", "/statistics/credits/", "/statistics/participants/",
        "/statistics/outlook/", "/precedents/", "/reconciliation/",
        Project.objects.get(key="mn001").get_absolute_url(),
        Announcement.objects.get(key="model-fy2023-r1").get_absolute_url(),
    ]  # fmt: skip


@pytest.fixture
def read(client):
    """Pages by their address, each asked for once: for tests that change nothing."""

    def read(path):
        if path not in SEEN:
            SEEN[path] = page_of(client.get(path))
        return SEEN[path]

    return read


def meta(page, name):
    return page.one("meta", property=name)["content"]


def test_every_page_type_has_a_title_and_a_description_of_its_own(read):
    for prefix in ("", "/ja"):
        pages = [read(prefix + path) for path in page_types()]
        titles = [page.one("head").one("title").text for page in pages]
        descriptions = [page.one("meta", name="description")["content"] for page in pages]
        assert len(set(titles)) == len(titles)
        assert len(set(descriptions)) == len(descriptions)
        assert all(20 <= len(text) <= 320 for text in descriptions), [d for d in descriptions if len(d) > 320]


def test_every_page_names_itself_and_its_twin(read):
    for path in page_types():
        english, japanese = read(path), read(f"/ja{path}")
        for page, own in ((english, path), (japanese, f"/ja{path}")):
            assert page.one("link", rel="canonical")["href"] == HOST + own
            twins = {one["hreflang"]: one["href"] for one in page.all("link", rel="alternate", hreflang=True)}
            assert twins == {"en": HOST + path, "ja": f"{HOST}/ja{path}", "x-default": HOST + path}


def test_a_shared_link_shows_what_the_page_says(read):
    for path in page_types():
        page = read(path)
        assert page.one("head").one("title").text.startswith(meta(page, "og:title"))
        assert meta(page, "og:description") == page.one("meta", name="description")["content"]
        assert meta(page, "og:url") == HOST + path


def test_every_page_names_a_card_of_its_own_and_tells_what_it_says(read):
    paths = [*page_types(), "/precedents/rooftop-solar/TH/", "/precedents/rooftop-solar/SN/"]
    for prefix, language in (("", "en"), ("/ja", "ja")):
        addresses = set()
        for path in paths:
            page = read(prefix + path)
            address = meta(page, "og:image")
            card = drawn(address)
            with override(language):
                assert meta(page, "og:image:alt") == card.words
            assert card.title in meta(page, "og:title") or card.title.startswith(meta(page, "og:title"))
            assert (meta(page, "og:image:width"), meta(page, "og:image:height")) == ("1200", "630")
            assert address.startswith(f"{HOST}{prefix}/cards/")
            addresses.add(address)
        assert len(addresses) == len(paths)


def drawn(address):
    """The card at an address, as it is before it becomes a picture."""
    path = urlsplit(address).path
    with override("ja" if path.startswith("/ja/") else "en"):
        match = resolve(path)
        return card_views.KINDS[match.kwargs["kind"]](match.kwargs["key"])


def test_breadcrumbs_say_to_machines_what_they_say_to_people(read):
    counted = 0
    for path in page_types():
        page = read(path)
        for block in page.all("script", type="application/ld+json"):
            data = json.loads("".join(block.children))
            shown = page.one("nav", class_="crumbs").all("a")
            assert [(one["name"], one["item"]) for one in data["itemListElement"]] == [
                (link.text, HOST + link["href"]) for link in shown
            ]
            assert [one["position"] for one in data["itemListElement"]] == list(range(1, len(shown) + 1))
            counted += 1
    assert counted >= 7


# -- robots.txt and sitemap.xml ------------------------------------------------------------------------


def test_robots_may_read_pages_but_not_the_staffs_part(client):
    robots = RobotFileParser()
    text = client.get("/robots.txt").content.decode()
    robots.parse(text.splitlines())
    assert robots.can_fetch("*", f"{HOST}/projects/")
    assert not robots.can_fetch("*", f"{HOST}/admin/")
    assert not robots.can_fetch("*", f"{HOST}/ja/admin/")
    assert robots.site_maps() == [f"{HOST}/sitemap.xml"]


def addresses(client):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return {one.findtext("s:loc", namespaces=NAMES): one for one in root.findall("s:url", NAMES)}


def test_the_sitemap_lists_every_page_type_in_both_languages_with_its_twin(client):
    listed = addresses(client)
    for path in page_types():
        for own in (path, f"/ja{path}"):
            twins = {one.get("hreflang"): one.get("href") for one in listed[HOST + own].findall("x:link", NAMES)}
            assert twins["en"] == HOST + path
            assert twins["ja"] == f"{HOST}/ja{path}"


def test_the_sitemap_lists_what_is_public_and_when_it_changed(client):
    project = Project.objects.get(key="mn001")
    entry = addresses(client)[HOST + project.get_absolute_url()]
    assert entry.findtext("s:lastmod", namespaces=NAMES) == timezone.localdate(project.updated_at).isoformat()

    Project.objects.filter(pk=project.pk).update(state=PublicationState.DRAFT, published_at=None, published_by=None)

    assert HOST + project.get_absolute_url() not in addresses(client)


def test_what_the_sitemap_lists_is_there(client):
    """One in forty; `test_pages` follows the links of every page type."""
    for address in list(addresses(client))[::40]:
        assert client.get(re.sub(f"^{HOST}", "", address)).status_code == 200, address
