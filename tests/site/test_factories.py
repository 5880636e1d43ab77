"""The factories give what the portal's own forms would accept."""

import pytest

from jcm_portal.models import PublicationState
from projects.models import Milestone, Project
from tests import factories

pytestmark = pytest.mark.django_db

WITH_STATE = [factories.make_announcement, factories.make_project]
RECORDS = [
    make
    for name, make in vars(factories).items()
    if name.startswith("make_") and name not in ("make_editor", "make_publisher")
]


@pytest.mark.parametrize("make", RECORDS, ids=lambda make: make.__name__)
def test_each_factory_gives_valid_saved_records_again_and_again(make):
    for record in (make(), make(), make()):
        assert record.pk
        record.full_clean()


@pytest.mark.parametrize("state", PublicationState)
@pytest.mark.parametrize("make", WITH_STATE, ids=lambda make: make.__name__)
def test_records_come_in_each_state_of_publication(make, state):
    record = make(state=state)

    record.refresh_from_db()
    assert record.state == state
    assert record.is_public() == (state == PublicationState.PUBLISHED)


def test_what_is_many_to_many_is_given_as_a_list():
    technology = factories.make_technology()

    project = factories.make_project(further_technologies=[technology])

    assert list(project.further_technologies.all()) == [technology]


def test_a_date_given_alone_is_exact_to_the_day():
    milestone = factories.make_milestone(reached_on="2023-08-17")

    assert Milestone.objects.get(pk=milestone.pk).reached_on_precision == "day"


def test_figures_bring_their_source_with_them():
    project = factories.make_project(expected_reduction_tco2_per_year=0, latitude=1, longitude=1)

    assert project.reduction_source
    assert project.location_source


def test_a_related_record_is_made_only_when_none_is_given():
    country, source = factories.make_country(), factories.make_source()
    before = Project.objects.count()

    factories.make_project(country=country, source=source)

    assert Project.objects.count() == before + 1
    assert type(country).objects.latest("pk") == country
    assert type(source).objects.latest("pk") == source
