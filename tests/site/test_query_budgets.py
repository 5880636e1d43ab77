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
ROWS = "the rows of this page, with what each shows"
TOTALS = "the figures of the sentence above a list"
COUNTS = "the counts of every facet, and the figures of the sentence above the rows"
LIST = [WORDS, COUNTS, ROWS]
MAP = "how many projects are where, by square of the globe"
COUNTRIES = "the countries to choose from"
PARTICIPANTS = ["the parts of every organisation, counted", "those with most of them, with their names"]
GROUPS = "the figures of every group of every table and chart"
NUMBER = "how many rows there are"
READING = ["what names the words are, and their form in the index", "whether a project answers the question"]
MARKING = "the words of the page as the index has them, to mark them"
NAMES = "what answers besides: the number and the best of each kind"

GRID = ["the projects by technology and country", "the technologies", "the countries"]
WORTH = ["the newest stated total, with its source", "how much of it is on record", "the programme of the subsidy"]

# What each query of a page is for. The pages of the bundled data take no more than those of these records.
BUDGETS = {
    "home": [
        WORDS,
        COUNTS,
        "the partner countries",
        MAP,
        "the country that joined last, with its source",
        "the newest stated totals, with their sources",
        "the latest announcements",
    ],
    "list": LIST,
    "list as a table": LIST,
    "list in Japanese": LIST,
    "list of a search": [*READING, *LIST, MARKING],
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
        "similar projects, each with what it shares",
    ],
    "countries": ["all of them, each with its source", WORDS, COUNTS, MAP],
    "country": [
        "the country with the sources of its facts",
        "its documents, each with its source",
        "the further sources of these",
        *LIST,
        "issuances of its projects, each with its source",
        "statements on the country, each with its source",
        "announcements about it",
        "how many of its projects are registered and have credits",
        "how many points of each precision they have",
        "the projects whose place is known",
        *PARTICIPANTS,
        "the selection rounds of its projects",
    ],
    "technologies": [WORDS, COUNTS, "the sectors", "the technologies of these"],
    "technology": ["the technology with its sector", *LIST, *PARTICIPANTS],
    "organisations": [COUNTRIES, NUMBER, ROWS],
    "organisation": [
        "the organisation with its country",
        "its other names",
        *LIST,
        "its roles",
        "its part in each project",
        *PARTICIPANTS,
        "the credits of its projects",
    ],
    "statistics": [WORDS, GROUPS],
    "from selection to credits": [WORDS, "the projects by their selection and status", "the median days between steps"],
    "credits issued": [
        WORDS,
        "the issuances by fiscal year",
        "expected and issued, project by project; both are known of none here, else countries and titles follow",
    ],
    "participants": [WORDS, *PARTICIPANTS],
    "outlook": [
        WORDS,
        "the projects by what they count as and when they start",
        "what sources state",
        "the targets",
    ],
    "statistics of countries side by side": [
        WORDS,
        GROUPS,
        "these countries with the sources of their facts",
        "their documents, each with its source",
        "the further sources of these",
    ],
    "methodologies": [
        COUNTRIES,
        "the families to choose from",
        NUMBER,
        ROWS,
        "the families across countries",
        "how many projects use them",
    ],
    "methodology": [
        "the methodology with its country and source",
        "its further sources",
        *LIST,
        "it and its relatives in other countries, each with the number of its projects",
        "the versions that projects use",
    ],
    "precedents": [WORDS, *GRID, *WORTH],
    "precedents by sector": [WORDS, *GRID, *WORTH],
    "precedents in a country": [
        "the technology with its sector",
        "the country",
        WORDS,
        "all projects of this technology here",
        "the days of selection that are not exact",
        "the registrations of those with no day or year of selection",
        "the credits of these",
        "how many projects the list has",
        "the precedents of this page",
        "their days with sources",
        "how many precedents other countries have",
        *PARTICIPANTS,
        *WORTH,
    ],
    "reconciliation": [
        "the stated totals, each with its source",
        "the releases, each with its round and how much of it is on record",
        "the programmes of the series",
        "selections known to the month or the year",
        "projects known by their registration alone",
        "all other selections by programme",
        "selections known by their fiscal year alone",
        "registrations by day",
        "the countries with their days",
        "credits by day",
        "the countries",
        "which of their projects have no participant",
        "what their projects state",
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
    "search without words": [],
    "search": [
        *READING,
        NAMES,
        "the records of these, each with the number of its projects",
        "how many projects are found",
        "the first of them, best first",
        "what each of these shows",
        "the stems of the words in these, to mark those searched for",
        "the announcements, each with how many of the projects it lists",
    ],
    "search for a name": [
        *READING,
        "the words of the name as the index holds them",
        NAMES,
        "the records of these, each with the number of its projects",
        "how many projects are found",
        "the first of them, best first",
        "what each of these shows",
        "the stems of the words in these, to mark those searched for",
        "the announcements, each with how many of the projects it lists",
    ],
    "glossary": ["the terms, each with its source"],
    "about": [
        "how many projects state each field",
        "how many have no participant",
        "the credits on record",
        "the publishers of all sources",
        "the programmes, each with its source",
        "the results and how much of each is on record",
    ],
    "accessibility": [],
    "card of home": [TOTALS, "the partner countries, counted", "how many projects are registered"],
    "card of a list": [TOTALS],
    "card of a page without figures": [],
    "card of a country": ["the country", TOTALS, "how many of its projects are registered"],
    "card of a technology": ["the technology with its sector", TOTALS],
    "card of an organisation": ["the organisation with its country", TOTALS, "the credits of its projects"],
    "card of a methodology": ["the methodology with its country", TOTALS],
    "card of a round": ["the round with its programme", TOTALS],
    "card of a precedent": [
        "the technology with its sector",
        "the country",
        "the words of the filters",
        "its projects there, with whether each counts",
        "the days of selection that are not exact",
        "the registrations of those with no day or year of selection",
        "the credits of these",
    ],
    "card of a project": ["the project with its country, technology, reference and the number of its sources"],
    "card of an announcement": ["the announcement, and how much of its list is on record"],
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
        "statistics": f"/statistics/?country={world.country.iso2}&rows=technology",
        "from selection to credits": "/statistics/progress/",
        "credits issued": "/statistics/credits/",
        "participants": "/statistics/participants/",
        "outlook": "/statistics/outlook/",
        "statistics of countries side by side": f"/statistics/?compare={world.country.iso2}",
        "methodologies": "/methodologies/",
        "methodology": world.methodology.get_absolute_url(),
        "precedents": "/precedents/",
        "precedents by sector": f"/precedents/?by=sector&region={world.country.region}&fiscal_year_max=2060",
        "precedents in a country": f"/precedents/{world.technology.slug}/{world.country.iso2}/",
        "reconciliation": "/reconciliation/",
        "rounds": "/rounds/",
        "round": world.round.get_absolute_url(),
        "announcements": "/announcements/",
        "announcement": world.announcement.get_absolute_url(),
        "search without words": "/search/",
        "search": "/search/?q=project",
        "search for a name": f"/ja/search/?q={world.country.name}",
        "glossary": "/glossary/",
        "about": "/about/",
        "accessibility": "/accessibility/",
        "card of home": "/cards/page/home.png",
        "card of a list": "/cards/page/projects.png",
        "card of a page without figures": "/cards/page/glossary.png",
        "card of a project": f"/cards/project/{project.key}.png",
        "card of a country": f"/cards/country/{world.country.slug}.png",
        "card of a technology": f"/cards/technology/{world.technology.slug}.png",
        "card of an organisation": f"/cards/organisation/{world.organisation.slug}.png",
        "card of a methodology": f"/cards/methodology/{world.methodology.number}.png",
        "card of a round": f"/cards/round/{world.round.key}.png",
        "card of an announcement": f"/cards/announcement/{world.announcement.key}.png",
        "card of a precedent": f"/cards/precedent/{world.technology.slug}_{world.country.iso2}.png",
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


@pytest.mark.parametrize(("name", "most"), [("list", 8), ("project", 9), ("country", 15), ("home", 8)])
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
