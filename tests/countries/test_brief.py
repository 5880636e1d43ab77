"""A country's page as a brief: each number in it is that of the list behind it."""

import pytest
from django.test import Client

from countries.models import PartnerCountry
from projects.models import Project, Status
from projects.stats import figures_of
from tests.reading import links, page_of, total

pytestmark = pytest.mark.django_db
ADDRESS = "/countries/mongolia/"


def page(path):
    return page_of(Client().get(path))


@pytest.mark.parametrize("section", ["technologies-title", "participants-title", "rounds-title"])
def test_every_number_of_the_brief_leads_to_a_list_of_so_many(section):
    items = page(ADDRESS).one("section", aria_labelledby=section).all("li")
    assert items
    for item in items[:8]:
        number = item.one(class_="num").text
        (address,) = [address for address in links(item) if address.endswith("#list")]
        assert total(page(ADDRESS + address.removesuffix("#list"))) == int(number), address


def test_the_first_sentence_says_how_far_the_projects_have_come():
    for country in PartnerCountry.objects.filter(iso2__in=["MN", "IN", "MV"]):
        projects = Project.objects.published().filter(country=country)
        figures = figures_of(projects)
        registered = [Status.REGISTERED, Status.CREDITS_ISSUED]

        assert figures["projects"] == projects.count()
        assert figures["registered"] == projects.filter(status__in=registered).count()
        lede = page(country.get_absolute_url()).one(class_="lede").text
        assert f"{figures['projects']} project" in lede
        assert f"{figures['registered']} registered" in lede


def test_a_filter_of_the_list_does_not_change_the_brief():
    whole, filtered = page(ADDRESS), page(f"{ADDRESS}?status=registered")
    for section in ("participants-title", "rounds-title", "map-title"):
        texts = [one.one("section", aria_labelledby=section).text for one in (whole, filtered)]
        assert texts[0] == texts[1]
