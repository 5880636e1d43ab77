"""Facets are honest: a link gives the count it showed, and what a facet counts adds up to the whole list."""

from functools import cache
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings

from projects.filters import ProjectQuery, selected
from projects.grouping import TRAITS
from projects.models import Technology
from tests.factories import make_project
from tests.plain_list import UNKNOWN, narrowed, projects, questions, values_of
from tests.reading import facets, keys, page_of, total

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_read_once")]

EACH_PROJECT_ONCE = sorted(set(TRAITS) - {"technology"})  # a project may use several technologies


def counted(question):
    """The facets of a question's list: by name, the choices with a count."""
    query = ProjectQuery(QueryDict(urlencode(question, doseq=True)))
    return {facet.name: facet.choices for facet in query.facets}


def followed(link):
    """How many rows the list at a facet's link has."""
    return selected(QueryDict(link.removeprefix("?"))).count()


followed_once = cache(followed)  # for the bundled projects alone: many lists have links in common


def others(question, name):
    return {parameter: chosen for parameter, chosen in question.items() if parameter != name}


@settings(max_examples=15, deadline=None)
@given(questions(most=3))
def test_every_facet_link_gives_exactly_the_count_it_showed(question):
    for name, choices in counted(question).items():
        for choice in choices:
            rest = others(question, name)
            assert choice.count == len(narrowed({**rest, name: [choice.value]})), (name, choice.value)
            assert choice.count == followed_once(choice.only), choice.only


@settings(max_examples=50, deadline=None)
@given(questions(most=3))
def test_no_value_with_a_project_is_left_out_of_its_facet(question):
    for name, choices in counted(question).items():
        present = {value for row in narrowed(others(question, name)) for value in values_of(row, name) or [UNKNOWN]}
        assert {choice.value for choice in choices if choice.count} == present


@settings(max_examples=50, deadline=None)
@given(questions(most=3))
def test_the_counts_of_a_facet_add_up_to_the_list_under_the_other_filters(question):
    facets_of_list = counted(question)

    sums = {name: sum(choice.count for choice in facets_of_list[name]) for name in EACH_PROJECT_ONCE}

    assert sums == {name: len(narrowed(others(question, name))) for name in EACH_PROJECT_ONCE}


def test_countries_sectors_years_and_statuses_with_the_not_known_each_add_up_to_all_projects():
    choices = counted({})

    sums = {name: sum(choice.count for choice in choices[name]) for name in EACH_PROJECT_ONCE}

    assert sums == dict.fromkeys(EACH_PROJECT_ONCE, len(projects()))
    for name in ("sector", "programme", "fiscal_year"):
        assert choices[name][-1].value == UNKNOWN
        assert choices[name][-1].count == len(narrowed({name: [UNKNOWN]})) > 0


def test_a_project_with_two_technologies_counts_under_each_of_them():
    several = [row for row in projects() if len(row["technology"]) > 1]

    count = {choice.value: choice.count for choice in counted({})["technology"]}

    assert sum(count.values()) == len(projects()) + sum(len(row["technology"]) - 1 for row in several)


def test_a_further_technology_that_is_the_main_one_too_counts_once():
    technology = Technology.objects.get(slug="rooftop-solar")
    make_project(technology=technology, further_technologies=[technology])

    [choice] = [choice for choice in counted({})["technology"] if choice.value == "rooftop-solar"]

    assert choice.count == followed(choice.only) == len(narrowed({"technology": ["rooftop-solar"]})) + 1


# -- On the page -------------------------------------------------------------------------------------


def page(path):
    response = Client().get(path)
    assert response.status_code == 200
    return page_of(response)


def test_every_facet_link_of_a_page_leads_to_as_many_rows_as_it_says():
    shown = facets(page("/projects/?programme=jcm-eco-lease&reduction_min=1"))

    lists = {link: page(f"/projects/{link}&per_page=100") for _count, link in shown.values()}

    assert {name for name, _value in shown} == set(TRAITS)
    assert {link: len(keys(lists[link])) for link in lists} == {link: min(count, 100) for count, link in shown.values()}
    assert {link: total(lists[link]) for link in lists} == {link: count for count, link in shown.values()}


def test_the_page_of_a_country_counts_its_own_projects_and_has_no_facet_of_countries():
    shown = facets(page("/countries/mongolia/"))

    assert {name for name, _value in shown} == set(TRAITS) - {"country"}
    assert sum(count for (name, _value), (count, _link) in shown.items() if name == "status") == 13
    count, link = next(found for (name, _value), found in shown.items() if name == "status")
    assert total(page(f"/countries/mongolia/{link}")) == count


def test_a_chosen_value_is_ticked_and_stays_in_its_facet_without_a_project():
    shown = page("/projects/?country=VN&country=SN&sector=transport")

    boxes = [box["value"] for box in shown.all("input", type="checkbox", name="country", checked=True)]
    assert sorted(boxes) == ["SN", "VN"]
    assert facets(shown)["country", "SN"][0] == 0


def test_a_chosen_value_does_not_hide_the_others_of_its_facet():
    alone, chosen = (
        {choice: count for choice, (count, _link) in facets(page(f"/projects/{query}")).items()}
        for query in ("", "?sector=transport")
    )

    assert {choice: count for choice, count in alone.items() if choice[0] == "sector"} == {
        choice: count for choice, count in chosen.items() if choice[0] == "sector"
    }
    assert sum(count for (name, _value), count in chosen.items() if name == "country") == 3
