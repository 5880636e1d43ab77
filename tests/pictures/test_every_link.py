"""Every number in a picture, a grid, a table or a facet equals the list behind it, whatever the filters.

EVERY=1 walks many sets of filters and says how many links there were (with -s).
"""

import os
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.utils.text import slugify
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from projects.grouping import TRAITS
from projects.statistics import MEASURES
from tests.bundled import rows_of
from tests.pictures.links import check_pictures, differences
from tests.plain_list import UNKNOWN, projects, questions
from tests.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_read_once")]

EVERY = os.environ.get("EVERY")
SETS = 60 if EVERY else 2
WALKED = Counter()  # what all tests of a run have seen so far
USED = {}  # the templates of each page walked


def walk(client, address, follow=0):
    """Check every number of a page, and by the pages that readers see, `follow` of the lists that it leads to."""
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    request = answer.request
    here = request["PATH_INFO"] + (f"?{request['QUERY_STRING']}" if request["QUERY_STRING"] else "")
    page = page_of(answer)
    checked, wrong, lists = differences(page, here)
    WALKED.update(pages=1, links=checked, different=len(wrong), pictures=check_pictures(page))
    for address, number in lists[len(lists) // 2 :][:follow]:
        if number.what in ("projects", "precedents"):
            said = page_of(client.get(address, follow=True)).one("p", data_total=True)
            WALKED["lists read"] += 1
            assert int(said["data-total"]) == number.value, address
    assert not wrong, f"{here}: " + "\n".join(wrong[:10])
    return {one.name for one in answer.templates}


# -- The same pages each time ------------------------------------------------------------------------

PAGES = [
    "/",
    "/ja/countries/",
    "/countries/viet-nam/",
    "/technologies/",
    "/technologies/high-efficiency-chiller/",
    "/organisations/",
    "/organisations/sharp/",
    "/methodologies/",
    "/methodologies/MN_AM003/",
    "/rounds/",
    "/rounds/model-fy2023-1/",
    "/reconciliation/",
    "/precedents/",
    "/precedents/?empty=true&region=africa",
    "/precedents/rooftop-solar/TH/",
    "/statistics/",
    "/statistics/?compare=VN&compare=TH&compare=MM&rows=sector&columns=programme&measure=reduction",
    "/statistics/?step=in_validation&compare=MN&compare=LA",  # of Laos only tonnes that are counted apart
    "/statistics/progress/",
    "/statistics/credits/",
    "/statistics/participants/",
    "/ja/statistics/outlook/",
    "/projects/?view=table",
    "/projects/?q=zzzz&country=MN",
    "/projects/?q=geothermal+Mongolia",
    "/search/?q=solar",
    "/search/?q=Sharp",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_number_of_a_page_is_that_of_its_list(client, address):
    USED[address] = walk(client, address, follow=1)


# What draws, tabulates or leads to a list without a number that a list has: records, statements, words, errors.
NO_FIGURES = {
    *("404.html", "410.html", "accessibility.html"),
    *(f"projects/{name}.html" for name in ("about", "announcement_detail", "project_detail")),
    *(f"partials/{name}.html" for name in ("map_locator", "ways_on")),
}


def test_no_template_with_figures_escapes(client):
    """A new page with a picture, a table or a list must be among those that are walked."""
    folder = Path(settings.BASE_DIR) / "templates"
    telling = re.compile(r"<svg|<table|{% table|{% url \"projects\" %}|picture|class=\"columns|data-figure")
    found = {
        str(one.relative_to(folder))
        for part in ("", "countries", "partials", "projects")
        for one in (folder / part).glob("*.html")
        if telling.search(one.read_text())
    }
    used = {name for address in PAGES for name in USED.get(address) or walk(client, address)}
    assert found - used == NO_FIGURES


# -- Any filters -------------------------------------------------------------------------------------


def asked(path, question):
    return f"{path}?{urlencode(question, doseq=True)}"


def some(draw, values):
    return draw(st.sampled_from(sorted(values)))


def column(file, name):
    return {row[name] for row in rows_of(file)}


def cross_table(draw, question):
    rows, columns = draw(st.permutations(list(TRAITS)))[:2]
    compare = draw(st.lists(st.sampled_from(sorted(column("countries", "iso2"))), max_size=5, unique=True))
    question |= {"rows": rows, "columns": columns, "measure": some(draw, MEASURES)}
    return asked("/statistics/", question | ({"compare": compare} if len(compare) > 1 else {}))


def outlook(draw, question):
    return asked("/statistics/outlook/", question | {"lag": draw(st.integers(0, 10)), "life": draw(st.integers(1, 60))})


def grid(draw, question):
    return asked("/precedents/", question | {"by": some(draw, ["technology", "sector"])})


def precedent(draw, question):
    project = draw(st.sampled_from([one for one in projects() if one["technology"]]))
    rest = {name: values for name, values in question.items() if name not in ("technology", "country")}
    return asked(f"/precedents/{project['technology'][0]}/{project['country']}/", rest)


def page_within(noun, parameter, file, name):
    """A page about one value of a parameter, with filters by others."""

    def address(draw, question):
        value = some(draw, [one for one in question.get(parameter, ()) if one != UNKNOWN] or column(file, name))
        rest = {other: values for other, values in question.items() if other != parameter}
        return asked(f"/{noun}/{slug(value) if noun == 'countries' else value}/", rest)

    return address


def slug(iso2):
    return slugify(next(row["name"] for row in rows_of("countries") if row["iso2"] == iso2))


KINDS = {
    "list": lambda _draw, question: asked("/projects/", question),
    "cross table": cross_table,
    "progress": lambda _draw, question: asked("/statistics/progress/", question),
    "credits": lambda _draw, question: asked("/statistics/credits/", question),
    "participants": lambda _draw, question: asked("/statistics/participants/", question),
    "outlook": outlook,
    "grid": grid,
    "precedent": precedent,
    "country": page_within("countries", "country", "countries", "iso2"),
    "technology": page_within("technologies", "technology", "technologies", "slug"),
    "organisation": page_within("organisations", "participant", "participants", "organisation_key"),
    "methodology": page_within("methodologies", "methodology", "methodologies", "number"),
    "round": page_within("rounds", "round", "rounds", "round_id"),
}


WORDS = [*[""] * 6, "solar", "chiller Thailand", "太陽光", "waste -cement"]


@pytest.mark.parametrize("kind", KINDS)
@examples(
    max_examples=SETS,
    deadline=None,
    phases=[Phase.generate],  # a set that fails is as good as a smaller one, which would take minutes to find
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_every_number_is_that_of_its_list_whatever_the_filters(client, kind, data):
    question = data.draw(st.just({}) | questions(most=1) | questions(most=2))
    words = data.draw(st.sampled_from(WORDS))
    language = data.draw(st.sampled_from(["", "/ja"]))
    walk(client, language + KINDS[kind](data.draw, question | ({"q": words} if words else {})), follow=1)
    if EVERY:
        print(kind, dict(WALKED))  # noqa: T201  # asked for


# -- The walker itself -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "added",
    [
        '<p><a href="/projects/?country=VN">2 projects</a></p>',
        '<table><tr><td><a href="/projects/?country=VN">many</a></td></tr></table>',
        '<ul><li data-figure="projects" data-value="2"><a href="/countries/viet-nam/">Viet Nam</a></li></ul>',
        '<p><span data-figure="projects" data-value="2">2</span></p>',
        '<table><tr><td><a href="/projects/?country=PW" data-figure="reduction" data-value="0">0</a></td></tr></table>',
    ],
)
def test_a_number_that_is_wrong_or_leads_nowhere_is_found(client, added):
    answer = client.get("/technologies/")
    right, *wrong = (answer.text, answer.text.replace("</main>", f"{added}</main>"))
    assert not differences(page_of(SimpleNamespace(content=right.encode())), "/technologies/")[1]
    for one in wrong:
        assert differences(page_of(SimpleNamespace(content=one.encode())), "/technologies/")[1]
