"""Similar projects: each for a reason that holds, public ones only, and in one query."""

from decimal import Decimal

import pytest
from django.test import Client

from jcm_portal.models import PublicationState
from projects.models import Participation, Project, ProjectMethodology
from projects.similar import MOST, is_near, similar_to
from tests.factories import (
    make_country,
    make_methodology,
    make_organisation,
    make_participation,
    make_project,
    make_project_methodology,
    make_technology,
)
from tests.reading import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def solar(empty_database):
    return make_technology(name="Solar")


@pytest.fixture
def here(solar):
    return make_project(technology=solar, country=make_country(iso2="FR"), capacity_mw=Decimal(2), title="Here")


def elsewhere(**fields):
    return make_project(country=make_country(), **fields)


def found(project):
    return {one.project.title: one.reasons for one in similar_to(project)}


def test_each_kind_of_likeness_is_a_reason_in_words(here, solar):
    firm, method = make_organisation(name="Acme"), make_methodology(number="FR_AM001", country=here.country)
    make_participation(project=here, organisation=firm)
    make_project_methodology(project=here, methodology=method)
    elsewhere(title="near", technology=solar, capacity_mw=Decimal(4))
    elsewhere(title="far", technology=solar, capacity_mw=Decimal("4.1"))
    make_participation(project=elsewhere(title="firm"), organisation=firm)
    make_project_methodology(project=elsewhere(title="method"), methodology=method)
    elsewhere(title="nothing")

    assert found(here) == {
        "near": ["same technology, near in capacity (4 MW; here 2 MW)"],
        "firm": ["same participant: Acme"],
        "method": ["same methodology: FR_AM001"],
        "far": ["same technology"],
    }
    assert next(iter(found(here))) == "near"
    assert list(found(here))[-1] == "far"


def test_the_country_alone_fills_up_to_three_and_no_more(here):
    for number in range(5):
        make_project(country=here.country, title=f"country {number}")

    assert list(found(here).values()) == [["same country"]] * 3


def test_there_are_at_most_six_and_the_project_itself_is_none_of_them(here, solar):
    for number in range(9):
        make_project(country=here.country, technology=solar, title=f"like {number}")

    assert len(found(here)) == MOST
    assert "Here" not in found(here)


@pytest.mark.parametrize("state", [PublicationState.DRAFT, PublicationState.IN_REVIEW, PublicationState.WITHDRAWN])
def test_what_is_not_public_is_like_nothing(here, solar, state):
    make_project(country=here.country, technology=solar, capacity_mw=Decimal(2), state=state)

    assert found(here) == {}


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [(1, 2, True), (2, 1, True), (1, "2.01", False), (0, 1, False), (None, 1, False), (1, None, False)],
)
def test_a_capacity_is_near_up_to_twice_as_much(one, other, near):
    as_stored = [None if value is None else Decimal(value) for value in (one, other)]
    assert is_near(*as_stored) is near


def test_one_query_whatever_the_number_of_projects(here, solar, django_assert_num_queries):
    for _ in range(30):
        make_project(country=here.country, technology=solar, capacity_mw=Decimal(2))
    with django_assert_num_queries(1):
        similar_to(here)


def test_the_page_shows_each_with_its_reason(here, solar):
    other = make_project(country=here.country, technology=solar, capacity_mw=Decimal(3), title="Like it")
    row = page_of(Client().get(here.get_absolute_url())).one(data_similar=str(other.pk))

    assert "near in capacity (3 MW; here 2 MW); same country" in row.text
    assert row.one("a")["href"] == other.get_absolute_url()


def test_the_reasons_of_bundled_projects_hold():
    for project in Project.objects.published().order_by("key")[::10]:
        for one in similar_to(project):
            other, reasons = one.project, " ".join(one.reasons)
            assert ("same country" in reasons) == (other.country_id == project.country_id)
            assert ("same technology" in reasons) == (
                bool(project.technology_id) and other.technology_id == project.technology_id
            )
            for model, field, words in (
                (Participation, "organisation", "same participant"),
                (ProjectMethodology, "methodology", "same methodology"),
            ):
                mine = set(model.objects.filter(project=project).values_list(field, flat=True))
                theirs = set(model.objects.filter(project=other).values_list(field, flat=True))
                assert (words in reasons) == bool(mine & theirs)
