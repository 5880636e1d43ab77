"""A reader's words, in English, Japanese or both, find the projects that have all of them."""

import re
from urllib.parse import quote

import pytest
from django.test import Client

from projects import search
from projects.models import Project
from tests.bundled import items, rows_of
from tests.factories import make_identifier, make_project, make_technology
from tests.plain_list import narrowed
from tests.reading import keys, page_of, problems, total

pytestmark = pytest.mark.django_db

FILLERS = {*re.findall(r"\w+", "a an against all and at by for from in into not of on once only s the through to with")}


def found(words):
    """The keys of the public projects that the words find."""
    return set(search.found(Project.objects.published(), search.read(words).reading).values_list("key", flat=True))


def having(parameter, value):
    return {project["key"] for project in narrowed({parameter: [value]})}


def missed(names, own):
    """The names that do not find all of their own projects."""
    return {name: own - hits for name in names if name and not own <= (hits := found(name))}


def page(words):
    response = Client().get(f"/projects/?q={quote(words)}&per_page=100")
    assert response.status_code == 200
    return page_of(response)


# -- What a project is found by ----------------------------------------------------------------------


def test_every_project_is_found_by_every_word_of_its_title():
    by_word = {}
    for row in rows_of("projects"):
        for word in re.findall(r"(?<![\w.])[^\W\d]\w*", row["title"]):
            if word.lower() not in FILLERS:
                by_word.setdefault(word, set()).add(row["project_key"])

    assert {word: own - hits for word, own in by_word.items() if not own <= (hits := found(word))} == {}
    assert len(by_word) > 300


def test_every_project_is_found_by_its_whole_title_in_either_language():
    titles = [(row["project_key"], title) for row in rows_of("projects") for title in (row["title"], row["title_ja"])]

    assert [(key, title) for key, title in titles if title and key not in found(title)] == []


@pytest.mark.parametrize("words", ["VN003", "vn003", "ＶＮ００３", "  vn003 ", "vn003 hotel", "ホテル vn003"])
def test_a_reference_finds_its_one_project_however_it_is_typed(words):
    assert found(words) == {"vn003"}


def test_every_reference_finds_its_project_alone():
    references = {row["jcm_ref"]: row["project_key"] for row in rows_of("projects") if row["jcm_ref"]}

    assert [reference for reference, key in references.items() if found(reference) != {key}] == []


def test_a_number_of_another_scheme_finds_its_project():
    identifier = make_identifier(scheme="nedo", value="NEDO-Q7-77")

    assert found("nedo-q7-77") == {identifier.project.key}


def test_a_technology_finds_its_projects_by_its_names_and_all_its_synonyms():
    without_effect = {}
    for row in rows_of("technologies"):
        names = [row["name_en"], row["name_ja"], *items(row["synonyms_en"]), *items(row["synonyms_ja"])]
        without_effect |= missed(names, having("technology", row["slug"]))

    assert without_effect == {}


def test_a_country_finds_its_projects_by_its_names_in_both_languages_its_variants_and_its_codes():
    without_effect = {}
    for row in rows_of("countries"):
        names = [row["name"], row["name_ja"], row["iso2"], row["iso3"]]
        without_effect |= missed(
            [*names, *items(row["variants_en"]), *items(row["variants_ja"])], having("country", row["iso2"])
        )

    assert without_effect == {}


def test_an_organisation_finds_its_projects_by_its_names_and_aliases():
    without_effect = {}
    for row in rows_of("organisations"):
        names = [row["name"], row["name_ja"], *items(row["aliases"])]
        without_effect |= missed(names, having("participant", row["organisation_key"]))

    assert without_effect == {}


def test_a_locality_finds_the_projects_there():
    there = {row["project_key"] for row in rows_of("projects") if "Hanoi" in row["locality"]}

    assert len(there) > 1
    assert found("hanoi") >= there


# -- English and Japanese ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("ベトナム", "Viet Nam"),
        ("ﾍﾞﾄﾅﾑ", "ベトナム"),
        ("Vietnam", "VNM"),
        ("Laos", "ラオス"),
        ("太陽光 フィリピン", "solar power Philippines"),
        ("solar ベトナム", "太陽光 Vietnam"),
        ("バイオマス", "biomass"),
        ("ﾊﾞｲｵﾏｽ", "バイオマス"),
        ("セメント", "cement"),
        ("ＪＦＥ 廃熱", "JFE 廃熱"),
        ("株式会社キューデン・インターナショナル", "キューデン インターナショナル"),
        ("bíomass", "biomass"),
        ("BIOMASS", "biomass"),
        ("  solar \t power ", "solar power"),
        ("solar-power", "solar power"),
        ("high-efficiency chillers", "High Efficiency Chiller"),
        ("the power of solar", "power solar"),
        ("太陽、発電", "太陽 発電"),
    ],
)
def test_words_that_mean_the_same_find_the_same_projects(words, same):
    assert found(words) == found(same) != set()


@pytest.mark.parametrize(
    ("japanese", "technology"),
    [
        ("太陽", "rooftop-solar"),
        ("冷凍", "high-efficiency-chiller"),
        ("廃熱", "cement-waste-heat-recovery"),
        ("光", "rooftop-solar"),
    ],
)
def test_one_or_two_japanese_characters_find_the_projects_of_their_technology(japanese, technology):
    assert found(japanese) >= having("technology", technology) != set()


@pytest.mark.parametrize(
    ("title_ja", "finds", "finds_not"),
    [
        ("佐々木工場の排熱", "佐々木", "佐木"),
        ("太陽光・蓄電池", "光 蓄電", "光蓄"),
        ("太陽光・蓄電池", "太陽光・蓄電池", "蓄電池・風力"),
        ("ディーゼル", "デイーゼル", "ゼルデイ"),
        ("インバーター・エアコン", "インバータエアコン", "エアコンインバータ"),
        ("もみ殻", "モミ殻", "殻もみ"),
        ("タイヤ工場", "タイヤ", "タイ"),
    ],
)
def test_japanese_is_found_by_what_stands_together(title_ja, finds, finds_not):
    key = make_project(title_ja=title_ja).key

    assert key in found(finds)
    assert key not in found(finds_not)


# -- All words, no word ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["solar Philippines", "太陽光 フィリピン", "chiller タイ", "JFE waste heat"])
def test_only_projects_with_all_of_the_words_are_found(words):
    each = [found(word) for word in words.split()]

    assert found(words) == set.intersection(*each) != set()
    assert all(found(words) < alone for alone in each)


@pytest.mark.parametrize("words", ["!!!", "・・・", "、。", "-", "the of and", "xyzzy", "太陽xyzzy", "坩堝"])
def test_words_that_find_nothing_give_a_page_that_says_so_and_how_to_go_on(words):
    shown = page_of(Client().get(f"/projects/?q={quote(words)}"))

    assert (total(shown), keys(shown), problems(shown)) == (0, [], set())
    empty = shown.one(class_="empty", id="rows")
    assert "No project on record fits" in empty.text
    assert [link["href"] for link in empty.all("a")] == ["?", "/about/#missing"]


@pytest.mark.parametrize("words", ["", "   ", "\u3000"])
def test_no_words_at_all_search_for_nothing(words):
    assert total(page(words)) == len(narrowed({}))


@pytest.mark.parametrize("words", ["solar' | 'wind", "solar & !power", "solar:*", "(solar", "太陽' | '風力", "sol%"])
def test_signs_of_a_query_language_are_no_commands(words):
    bare = re.sub(r"[^\w\s]", " ", words)

    assert found(words) == found(bare)


# -- On the page and beyond --------------------------------------------------------------------------


def test_the_page_of_a_search_shows_what_was_found_best_first_with_the_words_in_the_box():
    shown = page("hydropower Lao")

    assert set(keys(shown)) == found("hydropower Lao")
    assert shown.one("input", id="q")["value"] == "hydropower Lao"
    assert shown.one("select", id="sort").one("option", selected=True)["value"] == "relevance"


def test_a_title_counts_more_than_a_participant():
    by_title = make_project(title="Numbat drying").key
    by_technology = make_project(technology=make_technology(name="Numbat")).key

    assert keys(page("numbat")) == [by_title, by_technology]


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_nothing_is_found_that_is_not_public(state):
    make_project(title="Numbat drying", state=state)

    assert total(page("numbat")) == 0


def test_a_search_from_the_first_page_leads_to_the_list():
    home = page_of(Client().get("/"))

    form = next(form for form in home.all("form") if form["action"] == "/projects/")

    assert (form["method"], form.one("input", type="search")["name"]) == ("get", "q")
