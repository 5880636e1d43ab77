"""Pages with pictures keep no old figures: each counts a project once it is public, no more once it is withdrawn."""

import re
from datetime import date

import pytest
from django.test import Client

from countries.models import PartnerCountry
from projects import publishing
from projects.models import MilestoneKind, Organisation, Programme, Technology
from tests.factories import (
    make_issuance,
    make_milestone,
    make_participation,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/countries/",
    "/countries/mongolia/",
    "/statistics/",
    "/statistics/?compare=MN&compare=VN",
    "/statistics/progress/",
    "/statistics/credits/",
    "/statistics/participants/?country=MN",
    "/statistics/outlook/",
    "/precedents/",
    "/precedents/?by=sector",
    "/precedents/small-hydro/MN/",
    "/reconciliation/",
    "/technologies/small-hydro/",
    "/organisations/sharp/",
)
FILES = (
    "/precedents/export.csv",
    "/statistics/table.csv",
    "/statistics/charts/projects-by-country.svg",
    "/statistics/charts/projects-by-country.csv",
    "/statistics/charts/outlook.svg",
)


def a_project_with_all(state):
    """A project of Mongolia, a technology that has none there yet, and a known organisation; with credits."""
    project = make_project(
        state=state,
        country=PartnerCountry.objects.get(iso2="MN"),
        technology=Technology.objects.get(slug="small-hydro"),
        programme=Programme.objects.get(slug="jcm-model-projects"),
        fiscal_year=2020,
        expected_reduction_tco2_per_year=98_765,
    )
    make_milestone(project=project, kind=MilestoneKind.SELECTED, reached_on=date(2020, 6, 1))
    make_milestone(project=project, kind=MilestoneKind.REGISTERED, reached_on=date(2021, 6, 1))
    make_participation(project=project, organisation=Organisation.objects.get(slug="sharp"))
    make_issuance(project=project, total_tco2=54_321, issued_on=date(2022, 6, 1))
    return project


def shown(addresses):
    client = Client()
    bodies = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        body = b"".join(response.streaming_content) if response.streaming else response.content
        bodies[address] = re.sub(r"csrf\S+", "", body.decode())
    return bodies


def test_each_picture_counts_a_project_from_the_moment_it_is_public_until_it_is_withdrawn():
    project, publisher = a_project_with_all("in_review"), make_user()
    addresses = PAGES + FILES

    before = shown(addresses)
    publishing.publish(record=project, by=publisher)
    public = shown(addresses)
    publishing.withdraw(record=project, by=publisher, reason="The company stepped back.")
    after = shown(addresses)

    assert [address for address in addresses if public[address] == before[address]] == []
    assert [address for address in addresses if after[address] != before[address]] == []
