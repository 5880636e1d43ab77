"""What a box offers while a reader types: which pages, in which order, by which names, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Organisation
from tests.factories import (
    make_alias,
    make_announcement,
    make_country,
    make_organisation,
    make_participation,
    make_project,
    make_technology,
)
from tests.reading import page_of

pytestmark = pytest.mark.django_db


def answer(typed, prefix="", **more):
    return Client().get(f"{prefix}/search/suggestions/", {"q": typed, **more})


def offered(typed, prefix="", **more):
    """Groups, each with the texts of its options."""
    response = answer(typed, prefix, **more)
    assert response.status_code == 200
    groups = page_of(response).all(role="group")
    return {group["data-group"]: [option.text for option in group.all("a", role="option")] for group in groups}


def a_participant(**fields):
    return make_participation(organisation=make_organisation(**fields)).organisation


# -- What is offered ---------------------------------------------------------------------------------


def test_each_kind_of_page_is_offered_in_its_group_and_in_this_order(empty_database):
    technology = make_technology(name="Quokka drying")
    country = make_country(name="Quokkaland")
    organisation = make_organisation(name="Quokka Works Ltd.")
    announcement = make_announcement(title="Quokka projects selected")
    project = make_project(title="Plant for quokkas", country=country)
    make_participation(project=project, organisation=organisation)

    page = page_of(answer("quok"))

    records = [technology, country, organisation, announcement, project]
    assert [group["data-group"] for group in page.all(role="group")] == [
        "technology", "country", "organisation", "announcement", "project",
    ]  # fmt: skip
    assert [option["href"] for option in page.all(role="option")] == [record.get_absolute_url() for record in records]
    assert [group["aria-label"] for group in page.all(role="group")] == [
        "Technologies", "Countries", "Organisations", "Announcements", "Projects",
    ]  # fmt: skip
    assert page.one(role="listbox")["data-said"] == "5 suggestions"
    assert page.all(role="option")[-1].text == "Plant for quokkas — Quokkaland"


def test_groups_share_the_eight_places(empty_database):
    for number in range(9):
        make_technology(name=f"Quokka drying {number}")
        make_announcement(title=f"Quokka selection {number}")
        make_project(title=f"Quokka plant {number}")
        a_participant(name=f"Quokka {number}")

    found = offered("quokka")

    assert {kind: len(texts) for kind, texts in found.items()} == {
        "technology": 2, "organisation": 2, "announcement": 2, "project": 2,
    }  # fmt: skip


def test_projects_take_what_the_others_leave(empty_database):
    make_technology(name="Quokka drying")
    for number in range(9):
        make_project(title=f"Quokka plant {number}")

    assert {kind: len(texts) for kind, texts in offered("quokka").items()} == {"technology": 1, "project": 7}


def test_names_alone_never_take_more_than_three_places(empty_database):
    for number in range(9):
        make_technology(name=f"Quokka drying {number}")

    assert {kind: len(texts) for kind, texts in offered("quokka").items()} == {"technology": 3}


def test_where_a_list_of_projects_follows_the_typing_none_is_offered(empty_database):
    make_project(title="Quokka plant", technology=make_technology(name="Quokka drying"))

    assert offered("quokka", without="projects") == {"technology": ["Quokka drying"]}


def test_the_nearest_name_comes_first(empty_database):
    for name in ("Drying by quokka", "Quokka drying", "Quokka", "Quokkas and wombats"):
        make_technology(name=name)

    assert offered("quokka")["technology"] == ["Quokka", "Quokka drying", "Quokkas and wombats"]


def test_a_project_with_the_words_in_its_title_comes_first(empty_database):
    make_project(title="Plant", note="Beside it lives a quokka.", fiscal_year=2024)
    make_project(title="Quokka plant", fiscal_year=2013)

    assert [text.split(" —")[0] for text in offered("quok")["project"]] == ["Quokka plant", "Plant"]


@pytest.mark.parametrize("typed", ["gratit", "heat gratit", "GRATITUDE heat", "heat-grat", " heat  gratitude "])
def test_words_in_any_order_and_the_beginning_of_the_last_find_a_title(typed):
    make_project(title="Heat pumps of the Gratitude works")

    assert [text for text in offered(typed)["project"] if text.startswith("Heat pumps of the Gratitude")]


@pytest.mark.parametrize("typed", ["coolin", "cooling", "batter", "batteri", "batterie", "batteries", "battery"])
def test_no_letter_on_the_way_to_a_word_loses_it(typed, empty_database):
    make_technology(name="Battery cooling")
    make_project(title="Cooling with batteries")

    assert offered(typed).keys() == {"technology", "project"}


# -- By which names ----------------------------------------------------------------------------------


def test_a_synonym_stands_beside_the_name(empty_database):
    make_technology(name="Waste-heat power generation", synonyms_en=["WHR", "exhaust heat"])

    assert offered("whr") == {"technology": ["Waste-heat power generation — WHR"]}
    assert offered("waste") == {"technology": ["Waste-heat power generation"]}


def test_an_alias_and_a_name_in_the_other_language_stand_beside_the_name(empty_database):
    organisation = a_participant(name="Quokka Works", name_ja="縞栗鼠製作所")
    make_alias(organisation=organisation, name="Dunnart Brothers", language="en")

    assert offered("dunn")["organisation"] == ["Quokka Works — Dunnart Brothers"]
    assert offered("縞栗")["organisation"] == ["Quokka Works — 縞栗鼠製作所"]
    assert offered("縞栗", "/ja")["organisation"] == ["縞栗鼠製作所"]
    assert offered("quok", "/ja")["organisation"] == ["縞栗鼠製作所 — Quokka Works"]


def test_a_code_finds_its_country():
    assert offered("VN")["country"][0] == "Viet Nam — VN"
    assert offered("viet")["country"] == ["Viet Nam"]
    assert offered("vietn")["country"][0].startswith("Viet Nam — Vietnam")


def test_a_company_is_found_without_and_with_its_legal_form(empty_database):
    a_participant(name="Quokka Works Co., Ltd.", name_ja="縞栗鼠製作所株式会社")

    for typed in ("quokka", "works", "quokka works co", "縞栗鼠", "株式会社縞栗鼠", "製作"):
        assert len(offered(typed)["organisation"]) == 1, typed


@pytest.mark.parametrize("typed", ["太陽", "太", "太陽光", "タイヨ", "たいよ"])
def test_japanese_is_found_by_one_character_and_more(typed, empty_database):
    make_technology(name="Solar power", name_ja="太陽光発電", synonyms_ja=["タイヨウコウ"])
    make_project(title="Panels", title_ja="太陽光・タイヨーコーの導入")

    assert len(offered(typed)["technology"]) == 1
    assert offered(typed, "/ja")["technology"][0].startswith("太陽光発電")
    assert offered(typed, "/ja")["project"][0].startswith("太陽光・タイヨーコーの導入")


def test_a_part_of_a_katakana_word_is_no_name(empty_database):
    make_country(name="Iranlike", name_ja="イランリカ")

    assert offered("ラン") == {}
    assert offered("イラ")["country"] == ["Iranlike — イランリカ"]


def test_labels_names_and_addresses_are_in_the_language_of_the_page():
    page = page_of(answer("ベトナム", "/ja"))

    group = page.one(role="group", data_group="country")
    assert group["aria-label"] == "パートナー国"
    assert group.one(role="option").text == "ベトナム"
    assert all(option["href"].startswith("/ja/") for option in page.all(role="option"))


def test_what_is_in_the_other_language_is_marked_as_such(empty_database):
    make_technology(name="Solar power", name_ja="太陽光発電")

    option = page_of(answer("太陽")).one(role="option")

    assert option.one("span", lang="ja").text == "太陽光発電"


# -- Only what is public -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_what_is_not_public_is_not_offered(state, empty_database):
    project = make_project(title="Quokka plant", state=state)
    make_announcement(title="Quokka selection", state=state)
    make_participation(project=project, organisation=make_organisation(name="Quokka Works"))
    make_organisation(name="Quokka Brothers")

    assert offered("quokka") == {}


def test_what_is_due_later_or_merged_is_not_offered(empty_database):
    later = timezone.now() + timedelta(hours=1)
    make_project(title="Quokka plant", published_at=later)
    make_announcement(title="Quokka selection", published_at=later)
    make_project(title="Quokka mill", merged_into=make_project(title="Wombat mill"))

    assert offered("quokka") == {}


def test_many_that_are_not_public_do_not_hide_the_one_that_is(empty_database):
    for number in range(30):
        make_organisation(name=f"Quokka {number}")
        make_project(title=f"Quokka {number}", state="draft")
    a_participant(name="Quokka Works of the North")

    assert offered("quokka")["organisation"] == ["Quokka Works of the North"]


# -- Whatever is typed -------------------------------------------------------------------------------

NOTHING = {
    "nothing": "",
    "blanks": "   ",
    "one letter": "s",
    "one digit": "7",
    "an ideographic blank": "\u3000",
    "signs": "%_\\'\":*&|!()<->",
    "too long": "solar " * 34,
    "NUL": "solar\x00",
    "too long when in one width": "\ufdfa" * 150,
    "an emoji": "🌞",
}


@pytest.mark.parametrize("typed", NOTHING.values(), ids=NOTHING.keys())
def test_what_says_nothing_yields_an_empty_fragment(typed):
    response = answer(typed)

    assert response.status_code == 200
    assert response.content.decode().strip() == ""


ODD = {
    "quotes": "o'brien's \"solar",
    "a backslash": "solar\\",
    "a letter with an apostrophe": "ŉ ŉsolar",
    "operators": "solar & | ! <-> :* wind:*",
    "wild cards": "so%lar_",
    "a placeholder": "%s %(x)s {} {{ x }}",
    "stop words": "of the in",
    "half a pair": "solar \ud800".encode("utf-8", "surrogatepass"),
    "controls": "so\u200dlar\u202e \x01",
    "a pile of marks": "z" + "\u0301" * 150,
    "Arabic": "الطاقة الشمسية",
    "Cyrillic": "солнечная",
    "underscores": "____ a_b",
    "two hundred letters": "a" * 200,
    "two hundred kanji": "太" * 200,
    "a hundred words": "ab " * 66,
    "a hundred mixed runs": "a太" * 100,
    "markup": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("prefix", ["", "/ja"], ids=["en", "ja"])
@pytest.mark.parametrize("typed", ODD.values(), ids=ODD.keys())
def test_odd_text_is_answered(typed, prefix):
    response = answer(typed, prefix)

    assert response.status_code == 200
    assert "alert(1)" not in response.content.decode()


def test_titles_are_text_not_markup(empty_database):
    make_project(title="Quokka <b onclick=x>plant</b>")
    make_technology(name="Dry", synonyms_en=["quokka <i>drying"])

    page = page_of(answer("quokka"))

    assert page.all("b") == []
    assert page.all("i") == []
    assert page.one("div", data_group="technology").one(role="option").text == "Dry — quokka <i>drying"


def test_without_a_parameter_nothing_is_offered():
    response = Client().get("/search/suggestions/")

    assert (response.status_code, response.content.decode().strip()) == (200, "")


def test_nothing_is_written_this_way():
    assert Client().post("/search/suggestions/", {"q": "solar"}).status_code == 405


# -- What it costs -----------------------------------------------------------------------------------

FOR = ["names and what was typed", "which organisations are public", "announcements", "projects"]


@pytest.mark.parametrize("typed", ["so", "solar", "sharp solar", "太陽", "mitsubishi", "in", "zzzz", "LED照明 p"])
def test_it_takes_at_most_four_queries(typed):
    with CaptureQueriesContext(connection) as captured:
        answer(typed)

    assert 1 <= len(captured) <= len(FOR)


def test_the_number_of_queries_does_not_grow(empty_database):
    def taken():
        with CaptureQueriesContext(connection) as captured:
            answer("quokka")
        return len(captured)

    make_announcement(title="Quokka 0")
    a_participant(name="Quokka 0")
    few = taken()
    for number in range(1, 15):
        make_technology(name=f"Quokka {number}")
        make_announcement(title=f"Quokka {number}")
        a_participant(name=f"Quokka {number}")

    assert (few, taken()) == (len(FOR), len(FOR))


def test_it_may_be_kept_for_a_minute():
    response = answer("solar")

    assert response["Cache-Control"] == "no-cache"
    assert not response.cookies


def test_bundled_words_find_what_a_reader_expects():
    assert any("chiller" in text for text in offered("chil")["technology"])
    assert offered("mongo")["country"] == ["Mongolia"]
    assert Organisation.objects.published().filter(name__in=offered("sharp")["organisation"]).exists()
