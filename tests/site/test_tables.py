"""Tables: their frame, how they say and change their order, and the signs beside words."""

import pytest
from django.test import Client

from jcm_portal.templatetags.icons import FULL, PATHS, icon
from tests.reading import keys, page_of

pytestmark = pytest.mark.django_db

SORTED = {
    "/projects/?view=table&country=MN": ("selected", "descending"),
    "/projects/?view=table&country=MN&sort=title": ("title", "ascending"),
    "/projects/?view=table&country=MN&sort=-reduction": ("reduction", "descending"),
    "/organisations/": ("projects", "descending"),
    "/organisations/?sort=name": ("name", "ascending"),
    "/methodologies/": ("number", "ascending"),
    "/methodologies/?sort=-projects": ("projects", "descending"),
}


def page(path):
    return page_of(Client().get(path))


@pytest.mark.parametrize("path", SORTED)
def test_a_head_says_by_what_the_list_is_sorted(path):
    name, way = SORTED[path]
    heads = page(path).one("table", id="rows").all("th", aria_sort=True)
    assert [(head.one("a")["id"], head["aria-sort"]) for head in heads] == [(f"by-{name}", way)]


def test_a_search_in_the_order_of_the_best_match_is_sorted_by_no_head():
    assert not page("/projects/?view=table&q=solar").all("th", aria_sort=True)


def test_a_head_leads_to_the_same_list_in_its_order():
    shown = page("/projects/?view=table&country=MN&per_page=50&page=1")
    address = shown.one("a", id="by-title")["href"]
    assert address == "?country=MN&per_page=50&view=table&sort=title"
    assert keys(page(f"/projects/{address}")) == keys(page("/projects/?country=MN&sort=title&per_page=50"))


def test_filters_keep_the_order_that_a_head_has_chosen():
    form = page("/organisations/?sort=name").one("form", class_="simple-filters")
    assert form.one("input", name="sort")["value"] == "name"
    assert not page("/organisations/").one("form", class_="simple-filters").all("input", name="sort")


def test_a_wide_table_can_be_reached_and_is_called_by_its_caption():
    for frame in page("/methodologies/").all(class_="scroll"):
        assert frame["tabindex"] == "0"
        assert frame["aria-label"] == frame.one("caption").text


def test_signs_are_silent_and_take_the_colour_of_their_words():
    assert set(PATHS) >= FULL
    for name in PATHS:
        assert 'aria-hidden="true"' in icon(name)
        assert "fill=" not in icon(name)
