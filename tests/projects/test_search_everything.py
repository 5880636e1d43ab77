"""The search over everything: what answers a question besides projects, in which order, what the page says of it."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.test import Client

from jcm_portal.models import PublicationState
from projects import search
from projects.models import Announcement, Organisation, Project
from projects.search.everything import everything
from tests.factories import (
    make_alias,
    make_announcement,
    make_country,
    make_methodology,
    make_organisation,
    make_participation,
    make_programme,
    make_project,
    make_round,
    make_sector,
    make_selection,
    make_technology,
    make_term,
)
from tests.reading import keys, page_of
from tests.reading import links as links_of

pytestmark = pytest.mark.django_db

ORDER = [
    "project", "technology", "country", "organisation", "announcement", "methodology", "round", "programme", "sector",
    "term",
]  # fmt: skip


def page(words, language="", **more):
    query = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    response = Client().get(f"{language}/search/?q={quote(words)}{query}")
    assert response.status_code == 200
    return page_of(response)


def groups(shown):
    """The groups of a page in their order, each with its count."""
    return {
        section["data-group"]: int(section.one("p", data_total=True)["data-total"])
        for section in shown.all("section", data_group=True)
    }


def hits(shown, noun):
    """What stands on a page of one kind, in order."""
    found = [section for section in shown.all("section", data_group=noun) if section]
    return [row[f"data-{noun}"] for section in found for row in section.all("li", **{f"data_{noun}": True})]


def found(words, noun):
    """What the words find of one kind, as its parameter's values."""
    answer = everything(search.read(words))
    return [hit.value for group in answer.groups if group.kind.noun == noun for hit in group.hits]


def best(shown):
    """The kind of the best match and the address that it leads to."""
    return [(one["data-best"], one.one("a")["href"]) for one in shown.all("p", data_best=True)]


# -- What answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["solar Philippines", "太陽光 フィリピン"])
@pytest.mark.parametrize("language", ["", "/ja"])
def test_a_question_of_two_parts_shows_what_each_names_and_what_has_both(words, language):
    shown = page(words, language)

    assert list(groups(shown)) == [noun for noun in ORDER if noun in groups(shown)]
    assert {"rooftop-solar", "ground-mounted-solar", "floating-solar"} <= set(hits(shown, "technology"))
    assert hits(shown, "country") == ["PH"]
    announced = Announcement.objects.filter(pk__in=hits(shown, "announcement"))
    assert announced
    for announcement in announced:
        listed = announcement.selections.filter(
            project__country__iso2="PH", project__technology__slug__contains="solar"
        )
        assert listed or ("olar" in announcement.body and "Philippines" in announcement.body)


def test_the_projects_are_those_of_the_list_and_a_link_leads_to_them_all():
    shown = page("solar Philippines")
    listed = page_of(Client().get("/projects/?q=solar+Philippines"))

    assert groups(shown)["project"] == int(listed.one(class_="summary")["data-total"]) > 5
    assert keys(shown) == keys(listed)[:5]
    assert "/projects/?q=solar%20Philippines" in links_of(shown.one("section", data_group="project"))


def test_names_answer_that_the_question_names_or_whose_names_have_its_other_words():
    country = make_country(name="Atlantis", name_ja="アトランティス")
    brewery = make_organisation(name="Numbat Brewery Ltd")
    make_participation(organisation=brewery, project=make_project(country=country))

    assert found("numbat Atlantis", "organisation") == [brewery.slug]
    assert found("numbat アトランティス", "organisation") == [brewery.slug]
    assert found("numbat Atlantis", "country") == [country.iso2]
    assert found("numbat wombat Atlantis", "organisation") == []


def test_an_organisation_answers_by_any_of_its_names():
    organisation = make_organisation(name="Numbat Brewery", name_ja="ナンバット醸造")
    make_alias(organisation=organisation, name="Wombat Beer")
    make_participation(organisation=organisation)

    for words in ("numbat", "ナンバット", "wombat beer"):
        assert found(words, "organisation") == [organisation.slug]


def test_a_country_brings_its_methodologies_and_a_region_its_countries():
    mine = make_methodology()
    other = make_methodology(country=make_country())

    assert mine.number in found(mine.country.name, "methodology")
    assert other.number not in found(mine.country.name, "methodology")
    assert set(found("Middle East", "country")) == {"SA", "AE"}


def test_a_year_brings_its_rounds_and_announcements():
    selection_round = make_round(fiscal_year=2044)
    announcement = make_announcement(fiscal_year=2044)
    make_announcement(fiscal_year=2045)

    for words in ("FY2044", "2044", "2044年度"):
        shown = page(words)
        assert hits(shown, "round") == [selection_round.key]
        assert hits(shown, "announcement") == [str(announcement.pk)]


def test_programmes_and_sectors_lead_to_the_list_that_they_filter():
    programme, sector = make_programme(name="Numbat Programme"), make_sector(name="Numbat farming")
    shown = page("numbat")

    assert hits(shown, "programme") == [programme.slug]
    assert hits(shown, "sector") == [sector.slug]
    assert f"/projects/?programme={programme.slug}" in links_of(shown)
    assert f"/projects/?sector={sector.slug}" in links_of(shown)


def test_a_term_leads_to_its_place_in_the_glossary():
    shown = page("corresponding adjustment")
    address = shown.one("li", data_term="corresponding-adjustment").one("a")["href"]

    assert address == "/glossary/#corresponding-adjustment"
    assert page_of(Client().get("/glossary/")).one(id="corresponding-adjustment")


def test_of_a_term_the_other_words_of_a_question_must_be_the_term_itself():
    term = make_term(term="Numbat", definition="A wombat.")
    country = make_country(name="Atlantis")

    assert found(f"numbat {country.name}", "term") == [term.slug]
    assert found(f"wombat {country.name}", "term") == []
    assert found("wombat", "term") == [term.slug]


def test_an_announcement_answers_by_a_project_that_it_lists():
    project = make_project(title="Numbat drying")
    by_list = make_selection(project=project, announcement=make_announcement(title="Result")).announcement
    by_title = make_announcement(title="Numbat week")
    shown = page("numbat")

    assert hits(shown, "announcement") == [str(by_title.pk), str(by_list.pk)]
    assert "lists 1 of the projects found" in shown.one("li", data_announcement=str(by_list.pk)).text
    assert "projects found" not in shown.one("li", data_announcement=str(by_title.pk)).text


def test_what_a_minus_stands_before_does_not_answer():
    for noun in ("technology", "organisation", "announcement"):
        assert set(hits(page("solar -rooftop"), noun)) < set(hits(page("solar", kind=noun), noun)), noun
    assert groups(page("-solar")).keys() == {"project"}


def test_one_of_two_answers_where_or_stands_between_them():
    assert set(found("Mongolia OR Kenya", "country")) == {"MN", "KE"}
    assert {"wind-power", "rooftop-solar"} <= set(found("wind OR rooftop solar", "technology"))


@pytest.mark.parametrize("words", ["光", "o'neil", "a:b\\c", "'x' & !(y", "太陽' | '風", "sol%:*", '"solar', "\\"])
@pytest.mark.parametrize("kind", ["", "term", "announcement", "organisation"])
def test_signs_of_a_query_language_are_no_commands(words, kind):
    page(words, **({"kind": kind} if kind else {}))


# -- In which order ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "noun", "address"),
    [
        ("Philippines", "country", "/countries/philippines/"),
        ("フィリピン", "country", "/countries/philippines/"),
        ("Vietnam", "country", "/countries/viet-nam/"),
        ("wind power", "technology", "/technologies/wind-power/"),
        ("Sharp", "organisation", "/organisations/sharp/"),
        ("VN_AM001", "methodology", "/methodologies/VN_AM001/"),
        ("renewable energy", "sector", "/projects/?sector=renewable-energy"),
        ("joint committee", "term", "/glossary/#joint-committee"),
        ("MRV", "term", "/glossary/#mrv"),
        ("JCM", "term", "/glossary/#jcm"),
    ],
)
def test_the_one_thing_that_a_question_names_is_the_best_match_and_its_group_comes_first(words, noun, address):
    shown = page(words)

    assert best(shown) == [(noun, address)]
    assert next(iter(groups(shown))) == noun
    assert shown.one("section", data_group=noun).all("li")[0].one("a")["href"] == address


def test_a_reference_is_best_matched_by_its_project():
    shown = page("VN003")

    assert best(shown) == [("project", Project.objects.get(key="vn003").get_absolute_url())]


@pytest.mark.parametrize("words", ["solar", "solar Philippines", "southeast asia", "hotel"])
def test_a_question_that_names_nothing_alone_has_no_best_match(words):
    assert best(page(words)) == []


def test_a_group_shows_its_first_five_and_a_link_to_all():
    shown = page("JCM")
    assert groups(shown)["round"] > 5
    assert len(hits(shown, "round")) == 5
    address = next(link for link in links_of(shown) if "kind=round" in link)

    alone = page_of(Client().get(f"/search/{address}"))

    assert groups(alone) == {"round": groups(shown)["round"]}
    assert len(hits(alone, "round")) == groups(shown)["round"]
    assert hits(alone, "round")[:5] == hits(shown, "round")
    assert "?q=JCM" in links_of(alone)


@pytest.mark.parametrize("noun", [noun for noun in ORDER if noun != "project"])
def test_a_kind_alone_shows_what_it_shows_among_the_others(noun):
    for words in ("JCM", "solar Philippines", "Mongolia"):
        assert groups(page(words, kind=noun)).get(noun) == groups(page(words)).get(noun)


def test_the_jumps_lead_to_the_groups_with_their_counts():
    shown = page("solar")
    jumps = shown.one("nav", class_="jumps").all("a")

    assert [link["href"].removeprefix("#") for link in jumps] == list(groups(shown))
    assert [int(link.one(class_="num").text) for link in jumps] == list(groups(shown).values())
    assert all(shown.one("h2", id=noun) for noun in groups(shown))
    assert int(shown.one("p", data_results=True)["data-results"]) == sum(groups(shown).values())


def test_a_name_tells_how_many_public_projects_it_has():
    technology = make_technology(name="Numbat power")
    make_project(technology=technology)
    make_project(further_technologies=[technology])
    make_project(technology=technology, state="draft")

    assert "2 projects" in page("numbat").one("li", data_technology=technology.slug).text


# -- Only what is public -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_nothing_answers_that_is_not_public(state):
    project = make_project(title="Numbat drying", state=state)
    make_participation(project=project, organisation=make_organisation(name="Numbat Ltd"))
    make_announcement(title="Numbat week", state=state)
    make_selection(project=project, announcement=make_announcement(title="Result"))
    make_selection(project=make_project(), announcement=make_announcement(title="Numbats", state=state))

    shown = page("numbat")

    assert groups(shown) == {}
    assert shown.one("p", data_results="0")


def test_an_organisation_answers_once_a_project_of_its_is_public():
    part = make_participation(
        project=make_project(state=PublicationState.IN_REVIEW), organisation=make_organisation(name="Numbat Ltd")
    )
    assert not Organisation.objects.published().filter(pk=part.organisation_id)
    assert found("numbat", "organisation") == []

    make_participation(organisation=part.organisation, project=make_project())

    assert found("numbat", "organisation") == [part.organisation.slug]


# -- What the page says ------------------------------------------------------------------------------


def test_a_correction_is_said_openly_and_can_be_taken_back():
    shown = page("solar philipines")

    said = shown.one("p", id="corrected")
    assert said.one("b").text == "solar Philippines"
    assert hits(shown, "country") == ["PH"]
    assert "solar philipines" in said.one("a").text
    instead = said.one("a")["href"]
    assert parse_qs(urlsplit(instead).query)["q"] == ['solar "philipines"']
    as_typed = page_of(Client().get(f"/search/{instead}"))
    assert as_typed.all("p", id="corrected") == []
    assert hits(as_typed, "country") == []


@pytest.mark.parametrize(("language", "words"), [("", "For example"), ("/ja", "solar Philippines")])
@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?q=%E3%80%80"])
def test_without_words_the_page_says_what_can_be_asked(language, words, query):
    shown = page_of(Client().get(f"{language}/search/{query}"))

    assert groups(shown) == {}
    examples = [link for link in links_of(shown) if link.startswith("?q=")]
    assert len(examples) == 4
    for example in examples:
        assert groups(page_of(Client().get(f"{language}/search/{example}"))), example
    assert shown.all("meta", name="robots") == []


@pytest.mark.parametrize("words", ["xyzzyq", "the of and", "!!!", "・・・"])
def test_where_nothing_answers_the_page_says_so_and_shows_ways_on(words):
    shown = page(words)

    assert f"Nothing on record answers “{words}”" in shown.one("p", data_results="0").text
    assert {"/projects/", "/technologies/", "/countries/"} <= set(links_of(shown.one("div", class_="empty")))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("q=" + "a" * 201, "too long"),
        ("q=a%00b", "cannot be searched"),
        ("q=solar&q=wind", "more than once"),
        ("q=solar&kind=nonsense", "none of the values"),
        ("q=solar&kind=project", "none of the values"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_box(query, says):
    response = Client().get(f"/search/?{query}")

    assert response.status_code == 200
    shown = page_of(response)
    assert says in shown.one("form", action="/search/").one("p", class_="problem").text
    assert len(shown.one("input", id="q")["value"]) <= 200


def test_two_hundred_characters_are_not_too_many():
    assert page(("solar " * 40)[:200]).all("p", class_="problem") == []


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "solar <b>philipines</b>",
        "'\"&lt;",
        "javascript:alert(1)",
    ],
)
@pytest.mark.parametrize("language", ["", "/ja"])
def test_what_is_typed_stays_text(words, language):
    response = Client().get(f"{language}/search/?q={quote(words)}")

    body = response.content.decode()
    assert [part for part in ("<script>alert", "<img src=x", "<b>philipines") if part in body] == []
    assert page_of(response).one("input", id="q")["value"] == words


def test_what_records_hold_stays_text():
    make_term(term="Numbat <i>x</i>", definition="<script>1</script>")

    response = Client().get("/search/?q=numbat")

    assert "<i>x</i>" not in response.content.decode()
    assert "<script>1" not in response.content.decode()


def test_search_engines_list_the_page_but_not_its_results():
    assert page("solar").one("meta", name="robots")["content"].startswith("noindex")


@pytest.mark.parametrize("language", ["", "/ja"])
def test_every_page_leads_to_the_search_and_the_list_of_projects_with_its_words(language):
    assert f"{language}/search/" in links_of(page_of(Client().get(f"{language}/about/")).one("footer"))
    assert f"{language}/search/?q=solar%20wind" in links_of(
        page_of(Client().get(f"{language}/projects/?q=solar+wind")).one("main")
    )
    assert f"{language}/search/" in links_of(page_of(Client().get(f"{language}/nowhere/")).one("main"))


def test_names_and_nouns_are_in_the_readers_language():
    english, japanese = page("Mongolia"), page("Mongolia", "/ja")

    assert english.one("li", data_country="MN").one("a").text == "Mongolia"
    assert japanese.one("li", data_country="MN").one("a").text == "モンゴル"
    assert english.one("h2", id="country").text == "Partner countries"
    assert japanese.one("h2", id="country").text == "パートナー国"
    assert groups(english) == groups(japanese)
