"""How many queries each page takes, what each of them is for, and that 500 projects take no more than 10."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from projects.models import Project
from tests.bundled import clear
from tests.many import World

pytestmark = pytest.mark.django_db

WORDS = "the words that the parameters may hold, with their names"
TOTALS = "the figures of the sentence above the rows"
ROWS = "the rows of this page, with what each shows"
COUNTS = "the counts of every facet"
LIST = [WORDS, TOTALS, COUNTS, ROWS]
COUNTRIES = "the countries to choose from"
NUMBER = "how many rows there are"

# What each query of a page is for. The pages of the bundled data take no more than those of these records.
BUDGETS = {
    "home": [
        WORDS,
        TOTALS,
        COUNTS,
        "how many partner countries there are",
        "the country that joined last, with its source",
        "the newest stated totals, with their sources",
        "the latest announcements",
    ],
    "list": LIST,
    "list as a table": LIST,
    "list in Japanese": LIST,
    "list of a search": LIST,
    "list with every kind of filter": LIST,
    "project": [
        "the project with its country, technology, programme, sources of figures, identifiers and like records",
        "its further sources",
        "its participants, each with its source",
        "its milestones, each with its sources",
        "its issuances, each with its source",
        "statements over several projects, this one among them",
        "its methodologies, each with its source",
        "the rows of lists that name it, each with its announcement, round and source",
    ],
    "countries": ["all of them, each with its source", WORDS, COUNTS, TOTALS],
    "country": [
        "the country with the sources of its facts",
        "its documents, each with its source",
        "the further sources of these",
        *LIST,
        "issuances of its projects, each with its source",
        "statements on the country, each with its source",
        "announcements about it",
    ],
    "technologies": [WORDS, COUNTS, TOTALS, "the sectors", "the technologies of these"],
    "technology": ["the technology with its sector", *LIST, "its most frequent participants"],
    "organisations": [COUNTRIES, NUMBER, ROWS],
    "organisation": ["the organisation with its country", "its other names", *LIST, "its part in each project"],
    "methodologies": [COUNTRIES, "the families to choose from", NUMBER, ROWS],
    "methodology": [
        "the methodology with its country and source",
        "its further sources",
        *LIST,
        "its relatives in other countries",
    ],
    "rounds": ["the results, each with its round and how much of it is on record"],
    "round": ["the round with its programme", *LIST, "its announcements", "the countries that these name"],
    "announcements": ["the years to choose from", COUNTRIES, NUMBER, ROWS, "the countries that these name"],
    "announcement": [
        "the announcement with its programme, round and source",
        "the countries that it names",
        "its further sources",
        "the rows of its list, each with its project",
    ],
    "glossary": ["the terms, each with its source"],
    "about": [
        "how many projects state each field",
        "the credits on record",
        "the publishers of all sources",
        "the programmes, each with its source",
        "the results and how much of each is on record",
    ],
    "accessibility": [],
    "feed of announcements": ["the latest announcements"],
    "feed of projects": [WORDS, "the projects changed last, each with its country"],
}


def addresses(world):
    project = Project.objects.filter(country=world.country).first()
    return {
        "home": "/",
        "list": "/projects/",
        "list as a table": "/projects/?view=table&per_page=100",
        "list in Japanese": "/ja/projects/",
        "list of a search": "/projects/?q=project",
        "list with every kind of filter": f"/projects/?country={world.country.iso2}&technology={world.technology.slug}"
        f"&round={world.round.key}&participant={world.organisation.slug}&methodology={world.methodology.number}"
        "&has_credits=true&reduction_min=1&fiscal_year_max=2060&exclude_technology=unused&sort=-credits",
        "project": project.get_absolute_url(),
        "countries": "/countries/",
        "country": world.country.get_absolute_url(),
        "technologies": "/technologies/",
        "technology": world.technology.get_absolute_url(),
        "organisations": "/organisations/",
        "organisation": world.organisation.get_absolute_url(),
        "methodologies": "/methodologies/",
        "methodology": world.methodology.get_absolute_url(),
        "rounds": "/rounds/",
        "round": world.round.get_absolute_url(),
        "announcements": "/announcements/",
        "announcement": world.announcement.get_absolute_url(),
        "glossary": "/glossary/",
        "about": "/about/",
        "accessibility": "/accessibility/",
        "feed of announcements": "/announcements/feed/",
        "feed of projects": "/projects/feed/",
    }


def queries_of(path):
    with CaptureQueriesContext(connection) as captured:
        response = Client().get(path)
    assert response.status_code == 200, path
    return [query["sql"] for query in captured]


@pytest.fixture(scope="module")
def queries(django_db_setup, django_db_blocker):
    """The queries of each page with 10 projects and with 500; all is taken back."""
    with django_db_blocker.unblock(), transaction.atomic(), override("en"):
        clear()
        world = World()
        world.grow(10)
        few = {name: queries_of(path) for name, path in addresses(world).items()}
        world.grow(490)
        many = {name: queries_of(path) for name, path in addresses(world).items()}
        transaction.set_rollback(True)
    return few, many


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_takes_just_the_queries_of_its_budget_whatever_the_number_of_projects(name, queries):
    few, many = queries

    assert len(few[name]) == len(BUDGETS[name]), "\n".join(few[name])
    assert len(many[name]) == len(few[name]), "\n".join(many[name])


@pytest.mark.parametrize(("name", "most"), [("list", 8), ("project", 8), ("country", 10), ("home", 8)])
def test_the_pages_that_most_readers_see_stay_within_what_was_promised(name, most, queries):
    assert max(len(queries[0][name]), len(queries[1][name])) <= most


def test_no_page_of_the_bundled_data_takes_more():
    pages = {
        "home": "/",
        "list": "/projects/?per_page=100",
        "country": "/countries/indonesia/",
        "technology": "/technologies/rooftop-solar/",
        "round": "/rounds/model-fy2023-1/",
        "announcements": "/announcements/",
    } | {f"project {key}": Project.objects.get(key=key).get_absolute_url() for key in ("vn003", "th010", "id015")}

    taken = {name: len(queries_of(path)) for name, path in pages.items()}

    assert {name: number for name, number in taken.items() if number > len(BUDGETS[name.split()[0]])} == {}
