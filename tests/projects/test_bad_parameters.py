"""A bad value says what is wrong at its field and the rest of the question is answered; a file refuses all of it.

Never an error of ours, and never silently another list than the one that was asked for.
"""

import json
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_organisation, make_participation, make_project
from tests.plain_list import NARROWS, narrowed
from tests.reading import page_of, problems, rows, total

pytestmark = pytest.mark.django_db

LONG = "solar+" * 1700  # 10 kB


def bad(what, query, *parameters):
    return pytest.param(query, set(parameters), id=what)


# What is wrong, as it stands in an address, and the parameters that the answer must name.
BAD_VALUES = [
    bad("a country that is none", "country=ZZ", "country"),
    bad("a country beside a good one", "country=ZZ&country=TH", "country"),
    bad("a country by its name", "country=Viet+Nam", "country"),
    bad("a country that is not known", "country=unknown", "country"),
    bad("a region that is none", "region=atlantis", "region"),
    bad("a sector that is none", "sector=magic", "sector"),
    bad("a technology by its name", "technology=Rooftop+solar", "technology"),
    bad("a programme that is none", "programme=none", "programme"),
    bad("a year in which nothing was selected", "fiscal_year=1999", "fiscal_year"),
    bad("a year that is a word", "fiscal_year=FY2023", "fiscal_year"),
    bad("a year in full-width digits", "fiscal_year=" + quote("２０２３"), "fiscal_year"),
    bad("a round that is none", "round=model-fy2023-99", "round"),
    bad("two rounds", "round=model-fy2023-1&round=model-fy2022-1", "round"),
    bad("a status that is none", "status=finished", "status"),
    bad("a participant that is none", "participant=acme", "participant"),
    bad("two participants", "participant=acecook&participant=aaic-japan", "participant"),
    bad("a methodology that is none", "methodology=VN_AM999", "methodology"),
    bad("credits neither true nor false", "has_credits=yes", "has_credits"),
    bad("credits both true and false", "has_credits=true&has_credits=false", "has_credits"),
    bad("a country to leave out that is none", "exclude_country=ZZ", "exclude_country"),
    bad("a technology to leave out that is not known", "exclude_technology=unknown", "exclude_technology"),
    bad("an amount that is a word", "reduction_min=abc", "reduction_min"),
    bad("an amount below zero", "reduction_min=-5", "reduction_min"),
    bad("an amount with a sign", "reduction_min=%2B5", "reduction_min"),
    bad("an amount with a power of ten", "reduction_min=1e3", "reduction_min"),
    bad("an amount beyond all measure", f"reduction_max={10**30}", "reduction_max"),
    bad("an amount of thousands of digits", f"reduction_max={'9' * 5000}", "reduction_max"),
    bad("an amount with a fraction", "reduction_min=1.5", "reduction_min"),
    bad("an amount with an empty fraction", "reduction_min=1.0&reduction_max=2000000", "reduction_min"),
    bad("an amount with an underscore", "reduction_min=1_000", "reduction_min"),
    bad("an amount with thousands separated", "reduction_min=1,000", "reduction_min"),
    bad("an amount in full-width digits", "reduction_min=" + quote("１０００"), "reduction_min"),
    bad("an amount that is not a number", "reduction_min=NaN", "reduction_min"),
    bad("two lower bounds", "reduction_min=5&reduction_min=6", "reduction_min"),
    bad("a lower bound above the upper one", "reduction_min=9&reduction_max=8", "reduction_min"),
    bad("a first year after the last one", "fiscal_year_min=2023&fiscal_year_max=2020", "fiscal_year_min"),
    bad("an order that is none", "sort=;drop", "sort"),
    bad("an order by a column of the database", "sort=search", "sort"),
    bad("two orders", "sort=title&sort=country", "sort"),
    bad("the best match without a search", "sort=relevance", "sort"),
    bad("an odd number of rows on a page", "per_page=7", "per_page"),
    bad("all rows on a page", "per_page=100000", "per_page"),
    bad("page zero", "page=0", "page"),
    bad("a page before the first", "page=-1", "page"),
    bad("a page with a power of ten", "page=9e99", "page"),
    bad("a page that is a word", "page=last", "page"),
    bad("a page in full-width digits", "page=" + quote("２"), "page"),
    bad("two pages", "page=1&page=2", "page"),
    bad("a NUL byte in the search", "q=solar%00", "q"),
    bad("a NUL byte in a choice", "country=V%00N", "country"),
    bad("a NUL byte in a single choice", "participant=acecook%00", "participant"),
    bad("a NUL byte in a number", "reduction_min=5%00", "reduction_min"),
    bad("a search of 10 kB", f"q={LONG}", "q"),
    bad("a choice of 10 kB", f"technology={LONG}", "technology"),
    bad("an order of 10 kB", f"sort={LONG}", "sort"),
    bad("two searches", "q=solar&q=wind", "q"),
    bad("a view that is none", "view=cards", "view"),
    bad("bytes that are no text", "country=%ff", "country"),
    bad("several bad values at once", "country=ZZ&sector=magic&page=0", "country", "sector", "page"),
]
PAST_THE_END = bad("a page past the end", "page=999", "page")


def page(path):
    response = Client().get(path)
    assert response.status_code == 200
    return page_of(response)


def assert_is_told(shown, parameters):
    """Each parameter is named above the list with a link to its field, and the reason stands beside the field."""
    assert problems(shown) == parameters
    for told in shown.all("li", data_problem=True):
        field = shown.one(id=told.one("a")["href"].removeprefix("#"))
        beside = [reason.text for reason in field.all(class_="problem")]
        assert any(reason and told.text.endswith(reason) for reason in beside)


# -- Project lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "parameters"), [*BAD_VALUES, PAST_THE_END])
def test_the_list_tells_what_is_wrong_and_answers_the_rest(query, parameters):
    good = {"status": ["withdrawn"]}

    shown = page(f"/projects/?{query}&{urlencode(good, doseq=True)}")

    assert_is_told(shown, parameters)
    good |= {"country": ["TH"]} if "country=TH" in query else {}
    assert total(shown) == len(narrowed(good))
    assert rows(shown)


LISTS_OF_ONE = {
    "/countries/palau/": {"country": ["PW"]},
    "/technologies/gas-cogeneration/": {"technology": ["gas-cogeneration"]},
    "/organisations/acecook/": {"participant": ["acecook"]},
    "/rounds/model-fy2023-1/": {"round": ["model-fy2023-1"]},
    "/methodologies/BD_AM001/": {"methodology": ["BD_AM001"]},
}


@pytest.mark.parametrize("path", LISTS_OF_ONE)
@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        bad("an amount that is a word", "reduction_min=abc", "reduction_min"),
        bad("a status that is none, two orders", "status=finished&sort=title&sort=country", "status", "sort"),
        bad("a page past the end, a search of 10 kB", f"page=999&q={LONG}", "page", "q"),
        bad("a page with a power of ten, a NUL byte", "page=9e99&q=%00", "page", "q"),
    ],
)
def test_a_list_on_another_page_tells_what_is_wrong_too(path, query, parameters):
    shown = page(f"{path}?{query}")

    assert_is_told(shown, parameters)
    assert total(shown) == len(narrowed(LISTS_OF_ONE[path])) > 0


def test_an_organisation_without_a_public_project_is_no_value():
    hidden = make_participation(project=make_project(state="draft"), organisation=make_organisation(name="Hidden Ltd"))

    response = Client().get(f"/projects/?participant={hidden.organisation.slug}")

    assert problems(page_of(response)) == {"participant"}
    assert "Hidden Ltd" not in response.content.decode()


def test_words_of_tracking_are_ignored_on_pages():
    shown = page("/projects/?utm_source=letter&fbclid=1&country=VN")

    assert problems(shown) == set()
    assert total(shown) == len(narrowed({"country": ["VN"]}))


@pytest.mark.parametrize("words", ["!!!", "・", "。", "the", "' or ''=''; --", "%", "_", "\\", "&|!:*()<->"])
def test_signs_and_filler_in_the_search_find_nothing_and_break_nothing(words):
    shown = page(f"/projects/?{urlencode({'q': words})}&sort=relevance")

    assert problems(shown) == set()
    assert total(shown) == 0


def test_bytes_that_are_no_text_are_searched_as_what_is_left_of_them():
    shown = page("/projects/?q=solar%ff")

    assert problems(shown) == set()
    assert "solar" in shown.one("input", id="q")["value"]


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"])
def test_a_value_is_shown_again_as_mere_text(value):
    response = Client().get(f"/projects/?{urlencode({'q': value, 'country': value, 'reduction_min': value})}")

    shown = page_of(response)
    assert problems(shown) == {"country", "reduction_min"}
    assert shown.one("input", id="q")["value"] == value
    assert "<script>alert" not in response.content.decode()
    assert not shown.all("img")


def test_a_mistyped_value_stays_in_its_field_to_be_mended():
    shown = page("/projects/?reduction_min=12x&q=solar%00")

    field = shown.one("input", id="f-reduction_min")
    assert (field["value"], field["aria-invalid"], field["aria-describedby"]) == (
        "12x",
        "true",
        "problem-reduction_min",
    )
    assert shown.one(id="problem-reduction_min").text == "Write a whole number in digits, such as 1000."


def test_a_long_value_is_shortened_where_it_is_told():
    shown = page(f"/projects/?q={LONG}")

    assert len(shown.one("li", data_problem="q").text) < 200


def test_a_bad_value_is_not_carried_on_by_the_links_of_the_page():
    shown = page("/projects/?country=ZZ&country=ID&reduction_min=abc&sort=;drop&page=2&per_page=7")

    assert shown.one("a", rel="next")["href"].startswith("?country=ID&page=")


# -- The other lists ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/announcements/?kind=rumour&year=1999&country=ZZ", {"kind", "year", "country"}),
        ("/announcements/?kind=%00", {"kind"}),
        (f"/announcements/?year={LONG}", {"year"}),
        ("/organisations/?side=left&country=ZZ&sort=;drop", {"side", "country", "sort"}),
        ("/organisations/?q=a&q=b", {"q"}),
        ("/organisations/?q=%00", {"q"}),
        (f"/organisations/?q={LONG}", {"q"}),
        ("/organisations/?side=japan&side=host", {"side"}),
        ("/methodologies/?country=ZZ&family=none&sort=;drop", {"country", "family", "sort"}),
        ("/methodologies/?family=%00", {"family"}),
        *(
            (f"/{noun}/?{name}={value}", {name})
            for noun in ("announcements", "organisations", "methodologies")
            for name, value in [
                ("page", "0"),
                ("page", "9e99"),
                ("page", "999"),
                ("per_page", "7"),
                ("sort", "nothing"),
            ]
        ),
    ],
)
def test_the_other_lists_tell_what_is_wrong_and_answer_the_rest(path, parameters):
    everything = total(page(path.split("?")[0]))

    shown = page(path)

    assert_is_told(shown, parameters)
    assert total(shown) == everything


@pytest.mark.parametrize("path", ["/", "/countries/", "/technologies/", "/rounds/", "/glossary/", "/about/"])
def test_pages_that_take_no_parameter_ignore_all_of_them(path):
    plainly = page(path).text

    assert page(f"{path}?country=ZZ&page=9e99&q=%00&sort=;drop").text == plainly


# -- Files and feeds ---------------------------------------------------------------------------------

FILES = ["/projects/export.csv", "/projects/export.json", "/projects/feed/"]


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(("query", "parameters"), BAD_VALUES)
def test_a_file_refuses_a_question_with_a_bad_value_and_says_which(path, query, parameters):
    response = Client().get(f"{path}?{query}&status=registered")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    refused = response.json()["problems"]
    assert {problem["parameter"] for problem in refused} == parameters
    assert all(problem["reason"] and len(problem["value"]) <= 61 for problem in refused)
    assert response.json()["status"] == 400


@pytest.mark.parametrize("path", FILES)
def test_a_file_refuses_a_parameter_that_there_is_not(path):
    response = Client().get(f"{path}?utm_source=letter&contry=VN")

    assert response.status_code == 400
    assert [problem["parameter"] for problem in response.json()["problems"]] == ["utm_source", "contry"]


def test_the_reason_stands_in_the_readers_language():
    english = Client().get("/projects/export.csv?country=ZZ").json()["problems"][0]
    japanese = Client().get("/ja/projects/export.csv?country=ZZ").json()["problems"][0]

    assert english["parameter"] == japanese["parameter"] == "country"
    assert "ZZ" in english["reason"]
    assert "ZZ" in japanese["reason"]


# -- Whatever somebody types -------------------------------------------------------------------------

PARAMETERS = [*NARROWS, "q", "sort", "page", "per_page"]
anything = st.one_of(
    st.text(max_size=40),
    st.text("0123456789０１２.,-+e_ ", max_size=12),
    st.text("'\"\\:*&|!<>()・ー太陽々 aZ", max_size=12),
    st.sampled_from(["VN", "unknown", "2023", "title", "true", "25", "\x00", "%", "__class__", "' or 1=1 --"]),
)
typed = st.dictionaries(st.sampled_from(PARAMETERS), st.lists(anything, min_size=1, max_size=2), min_size=1, max_size=8)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(typed)
def test_no_text_in_any_parameter_breaks_the_page_and_files_refuse_what_the_page_could_not_use(question):
    query = urlencode(question, doseq=True)

    shown = page(f"/projects/?{query}")
    file = Client().get(f"/projects/export.json?{query}")

    if problems(shown) - {"page"}:
        assert file.status_code == 400
        assert {problem["parameter"] for problem in file.json()["problems"]} >= problems(shown) - {"page"}
    elif file.status_code == 200:
        assert len(json.loads(b"".join(file.streaming_content))["projects"]) == total(shown)


@settings(max_examples=60, deadline=None)
@given(typed, st.sampled_from(FILES))
def test_no_text_in_any_parameter_breaks_a_file_or_a_feed(question, path):
    response = Client().get(f"{path}?{urlencode(question, doseq=True)}")

    assert response.status_code in (200, 400)


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=30), st.sampled_from(["/projects/export.csv", "/organisations/", "/announcements/"]))
def test_no_bytes_in_an_address_break_a_page(noise, path):
    response = Client().get(f"{path}?{quote(noise)}")

    assert response.status_code in (200, 400)
