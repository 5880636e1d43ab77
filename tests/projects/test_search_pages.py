"""The list of a search says how the words were read and why each project was found, and helps on where none was."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from projects.models import Technology
from tests.factories import (
    make_alias,
    make_country,
    make_organisation,
    make_participation,
    make_programme,
    make_project,
    make_technology,
)
from tests.plain_list import narrowed, projects
from tests.reading import keys, page_of, rows, total

pytestmark = pytest.mark.django_db

MARKUP = "<b title=\"x\">'numbat'</b> & co"


def get(address):
    response = Client().get(address)
    assert response.status_code == 200, address
    return response


def page(text, path="/projects/", **more):
    return page_of(get(f"{path}?{urlencode({'q': text, **more}, doseq=True)}"))


def follow(href, path="/projects/"):
    """The page behind a link of a list."""
    return page_of(get(href if href.startswith("/") else path + href.split("#")[0]))


def having(**parameters):
    return {project["key"] for project in narrowed({name: [value] for name, value in parameters.items()})}


def chips(shown):
    """The active filters: what each is called, without the words for readers of screens."""
    return [chip.text.removeprefix("Take away: ") for chip in shown.all("a", data_chip=True)]


def row(shown, project):
    [found] = [row for row in rows(shown) if row["data-key"] == project.key]
    return found


def why(shown, project):
    """The reasons of a row, each with its label and its text."""
    reasons = row(shown, project).one("p", data_why=True).all("span", class_="label")
    return [reason.text.removesuffix(":") for reason in reasons]


def marked(element):
    return [mark.text for mark in element.all("mark")]


# -- How the words were read ---------------------------------------------------------------------------


def test_each_part_of_a_search_that_names_something_is_shown_as_a_filter():
    shown = page("solar Viet Nam FY2019 registered VN003 -Laos numbat wombat", country="VN")

    assert chips(shown) == [
        "Technology: solar (5 technologies)",
        "Country: Viet Nam",
        "Fiscal year: FY2019",
        "Status: registered",
        "Reference: VN003",
        "Not: Country: Lao PDR",
        "Search: numbat wombat",
        "Country: Viet Nam",
    ]


@pytest.mark.parametrize(
    ("text", "chip"),
    [
        ("Vietnam", "Country: Viet Nam"),
        ("Thai", "Country: Thailand"),
        ("Africa", "Region: Africa"),
        ("southeast asia", "Country: southeast asia"),
        ("LED", "Technology: LED lighting"),
        ("renewable energy", "Sector: Renewable energy"),
        ("acecook", "Participant: acecook"),  # found by the name as words too
        ("令和元年度", "Fiscal year: FY2019"),
        ("vn_am001", "Methodology: VN_AM001"),
        ("withdrawn", "Status: Withdrawn"),
    ],
)
def test_a_filter_that_was_read_from_words_is_called_as_in_the_lists_of_the_filters(text, chip):
    [shown] = chips(page(text))

    assert shown.startswith(chip)


def test_a_filter_read_from_words_is_called_in_the_readers_language():
    shown = page("solar Vietnam", path="/ja/projects/")

    assert [chip.text for chip in shown.all("a", data_chip=True)][1].count("ベトナム") == 1


def test_each_part_of_a_search_is_taken_back_by_its_link():
    shown = page("solar Thailand FY2016", sort="title", per_page=100)
    links = [chip["href"] for chip in shown.all("a", data_chip=True)]

    lists = [follow(link) for link in links]

    assert [chips(one) for one in lists] == [
        ["Country: Thailand", "Fiscal year: FY2016"],
        ["Technology: solar (5 technologies)", "Fiscal year: FY2016"],
        ["Technology: solar (5 technologies)", "Country: Thailand"],
    ]
    assert set(keys(lists[0])) == having(country="TH", fiscal_year="2016") > set(keys(shown)) != set()
    assert all(parse_qs(link[1:])["sort"] == ["title"] for link in links)


def test_taking_the_last_part_back_leaves_the_list_of_all_in_its_usual_order():
    [link] = [chip["href"] for chip in page("Thailand", sort="relevance").all("a", data_chip=True)]

    everything = follow(link)

    assert total(everything) == len(projects())
    assert everything.one("select", id="sort").one("option", selected=True)["value"] == "-selected"
    assert everything.all(data_problem=True) == []


def test_the_words_of_each_name_can_be_searched_for_instead():
    shown = page("Thailand solar", per_page=100)
    links = shown.all("a", data_instead=True)

    lists = [follow(link["href"]) for link in links]

    assert [link.text for link in links] == ["“Thailand”", "“solar”"]
    assert [one.one("input", id="q")["value"] for one in lists] == ['"Thailand" solar', 'Thailand "solar"']
    assert [chips(one) for one in lists] == [
        ["Technology: solar (5 technologies)", "Search: Thailand"],
        ["Country: Thailand", "Search: solar"],
    ]
    assert {link["rel"] for link in links} == {"nofollow"}


def test_a_search_for_words_alone_offers_nothing_instead():
    make_project(title="Numbat drying")

    assert page("numbat drying").all("a", data_instead=True) == []


def test_markup_in_what_is_typed_is_text_in_the_filters_and_beside_them():
    text = f"{MARKUP} Thailand"
    response = get(f"/projects/?{urlencode({'q': text})}")

    shown = page_of(response)

    assert escape(text) in response.content.decode()
    assert '<b title="x">' not in response.content.decode()
    assert shown.one("ul", class_="chips").all("b") == []
    assert shown.one("input", id="q")["value"] == text


def test_where_no_project_has_all_of_many_words_those_that_lack_one_are_shown_and_it_is_said():
    first = make_project(title="Numbat quokka wombat")
    second = make_project(title="Numbat quokka kowari")

    shown = page("numbat quokka wombat kowari")

    assert set(keys(shown)) == {first.key, second.key}
    assert len(shown.all(data_all_but_one=True)) == 1
    assert page("numbat quokka wombat").all(data_all_but_one=True) == []


# -- Why a project was found ---------------------------------------------------------------------------


def test_the_words_are_marked_in_the_titles_in_all_their_forms():
    project = make_project(title="Drying of numbats, and a numbat dryer; numbatless")

    title = row(page("numbat dry"), project).one("h3")

    assert title.text == "Drying of numbats, and a numbat dryer; numbatless"
    assert marked(title)[:3] == ["Drying", "numbats", "numbat"]
    assert "numbatless" not in marked(title)


def test_a_phrase_and_a_name_are_marked_too():
    project = make_project(title="Wombat warming in a numbat house", technology=make_technology(name="Numbat house"))

    assert marked(row(page('"wombat warming" numbat house'), project).one("h3")) == [
        "Wombat",
        "warming",
        "numbat",
        "house",
    ]


def test_japanese_words_are_marked_in_the_japanese_title():
    project = make_project(title="Numbat", title_ja="冷凍ボイラー工場の試験語")

    title = row(page("試験語 ボイラ", path="/ja/projects/"), project).one("h3")

    assert title.text == "冷凍ボイラー工場の試験語"
    assert marked(title) == ["ボイラ", "試験語"]


def test_a_list_without_a_search_marks_nothing_and_gives_no_reasons():
    shown = page_of(get("/projects/"))

    assert shown.one("ol", id="rows").all("mark") == shown.all(data_why=True) == []
    assert len(rows(shown)) == 25


def test_a_project_whose_title_has_all_the_words_needs_no_other_reason():
    project = make_project(title="Numbat drying", note="A numbat", locality="Numbat town")

    assert row(page("numbat"), project).all(data_why=True) == []


def project_found_elsewhere(**fields):
    return make_project(title="Quiet project", **fields)


def with_participant(**organisation):
    project = project_found_elsewhere()
    make_participation(project=project, organisation=make_organisation(**organisation))
    return project


def with_alias(name):
    project = project_found_elsewhere()
    make_participation(project=project, organisation=make_alias(name=name).organisation)
    return project


PLACES = {
    "participant": (lambda text: with_participant(name=text), "Participant"),
    "participant's Japanese name": (lambda text: with_participant(name_ja=text), "Participant"),
    "participant's other name": (with_alias, "Participant"),
    "place": (lambda text: project_found_elsewhere(locality=text), "Place"),
    "note": (lambda text: project_found_elsewhere(note=text), "Note"),
    "capacity": (lambda text: project_found_elsewhere(capacity=text), "Capacity"),
    "title in the other language": (lambda text: project_found_elsewhere(title_ja=text), "Title in Japanese"),
    "programme": (lambda text: project_found_elsewhere(programme=make_programme(name=text)), "Programme"),
    "technology": (lambda text: project_found_elsewhere(technology=make_technology(name=text)), "Technology"),
    "further technology": (
        lambda text: project_found_elsewhere(further_technologies=[make_technology(name=text)]),
        "Technology",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_word_that_the_title_does_not_have_is_shown_where_it_stands(place):
    make, label = PLACES[place]
    project = make("The numbats of wombat hill")

    shown = page("numbat")

    assert keys(shown) == [project.key]
    assert why(shown, project) == [label]
    assert "The numbats of wombat hill" in row(shown, project).one(data_why=True).text
    assert marked(row(shown, project).one(data_why=True)) == ["numbats"]


@pytest.mark.parametrize("place", PLACES)
def test_markup_is_text_wherever_a_word_was_found(place):
    make, _label = PLACES[place]
    project = make(MARKUP)
    response = get("/projects/?q=numbat")

    reasons = row(page_of(response), project).one(data_why=True)

    assert MARKUP in reasons.text
    assert reasons.all("b") == []
    assert marked(reasons) == ["numbat"]
    assert '<b title="x">' not in response.content.decode()


def test_markup_in_a_title_is_text_and_its_words_are_marked():
    project = make_project(title=MARKUP)

    title = row(page("numbat"), project).one("h3")

    assert title.text == MARKUP
    assert title.all("b") == []
    assert marked(title) == ["numbat"]


@pytest.mark.parametrize("relation", ["technology", "further_technologies"])
def test_a_synonym_of_the_technology_is_named_beside_the_technology(relation):
    technology = make_technology(name="Wombat drying", synonyms_en=["numbat warmer"])
    project = project_found_elsewhere(**{relation: [technology] if relation != "technology" else technology})

    shown = page("numbat warmers")

    assert why(shown, project) == ["Technology"]
    assert row(shown, project).one(data_why=True).text == "Technology: Wombat drying, also called “numbat warmer”"
    assert marked(row(shown, project).one(data_why=True)) == ["numbat warmer"]


def test_markup_in_a_technology_and_its_synonym_is_text():
    technology = make_technology(name="<i>Wombat</i> & drying", synonyms_en=["<u>numbat</u>"])
    project = project_found_elsewhere(technology=technology)

    shown = page("u numbat u")

    reasons = row(shown, project).one(data_why=True)
    assert reasons.text == "Technology: <i>Wombat</i> & drying, also called “<u>numbat</u>”"
    assert reasons.all("i") == reasons.all("u") == []


def test_a_long_note_is_cut_around_the_word():
    project = project_found_elsewhere(note=f"{'before ' * 60}numbat {'after ' * 60}")

    text = row(page("numbat"), project).one(data_why=True).text

    assert "before numbat after" in text
    assert text.count("…") == 2
    assert len(text) < 250


def test_no_project_is_given_more_than_three_reasons():
    names = ["numbat", "wombat", "quokka", "kowari", "kultarr"]
    project = project_found_elsewhere(
        locality=names[0], note=names[1], capacity=names[2], programme=make_programme(name=names[3]), title_ja=names[4]
    )

    shown = page(" ".join(names))

    assert len(why(shown, project)) == 3


def test_what_a_minus_leaves_out_is_marked_nowhere():
    project = make_project(title="Numbat house", note="Quokka")

    shown = row(page("numbat -wombat"), project)

    assert marked(shown) == ["Numbat"]
    assert shown.all(data_why=True) == []


def test_every_project_of_a_search_has_its_words_marked_or_a_reason():
    texts = [
        "biomass",
        "JFE",
        "Hanoi",
        "solar Thailand",
        "太陽光",
        "ホテル",
        "hotel",
        "chiller",
        "セメント",
        "Toyota Tsusho",
    ]
    shown = {text: rows(page(text, per_page=100)) for text in texts}

    silent = {
        text: keys
        for text, found in shown.items()
        if (keys := [row["data-key"] for row in found if not row.all("mark") and not row.all(data_why=True)])
    }

    assert silent == {}
    assert min(len(found) for found in shown.values()) > 0


# -- Where nothing is found ----------------------------------------------------------------------------


def ways(shown):
    """What can be taken away: its value, the number of projects that it promises, and its link."""
    return [(way["data-without"], int(way["data-value"]), way["href"]) for way in shown.all("a", data_without=True)]


EMPTY = [
    ("solar Kenya FY2013", {}),
    ("geothermal", {"country": ["MN", "TH"], "fiscal_year": "2019"}),
    ("numbatless solar Thailand", {}),
    ("wind", {"region": "africa", "reduction_min": "1000"}),
    ("Laos -Laos", {}),
    ("", {"country": "PW", "technology": "geothermal", "status": "registered"}),
    ("xyzzy", {}),
    ("太陽光 ケニア 2013年度", {"sector": "transport"}),
]


@pytest.mark.parametrize(("text", "more"), EMPTY)
def test_what_can_be_taken_away_leaves_as_many_projects_as_it_says(text, more):
    shown = page(text, **more)

    assert total(shown) == 0
    assert {way: count for way, count, _href in ways(shown)} == {
        way: total(follow(href)) for way, _count, href in ways(shown)
    }
    assert [count for _way, count, _href in ways(shown)] == sorted(
        (count for _way, count, _href in ways(shown)), reverse=True
    )
    assert len(ways(shown)) == len(shown.all("a", data_chip=True)) > 0


def test_each_filter_and_each_part_of_the_search_can_be_taken_away():
    shown = page("geothermal numbatless wombatless", country=["MN", "TH"])

    names = {way for way, _count, _href in ways(shown)}

    assert len(ways(shown)) == len(names) == 4
    assert names > {"numbatless wombatless", "Mongolia", "Thailand"}


@pytest.mark.parametrize(
    ("path", "text", "more"),
    [
        ("/projects/", "geothermal Mongolia", {}),
        ("/projects/", "", {"technology": "geothermal", "country": "MN"}),
        ("/projects/", "wind Bangladesh FY2013", {}),
        ("/projects/", "solar dryers numbatless", {"country": "PW"}),
        ("/countries/mongolia/", "geothermal", {}),
        ("/technologies/geothermal/", "numbatless", {}),
        ("/technologies/rooftop-solar/", "Ukraine", {}),
    ],
)
def test_technologies_near_by_are_shown_with_the_countries_that_have_them(path, text, more):
    shown = page(text, path=path, **more)
    near = shown.all("li", data_technology=True)

    assert total(shown) == 0
    assert len(near) > 0
    for one in near:
        slug = one["data-technology"]
        first, *countries = one.all("a")
        assert first["href"] == Technology.objects.get(slug=slug).get_absolute_url()
        counts = [int(number.text) for number in one.all("span", class_="num")]
        listed = [total(follow(country["href"])) for country in countries]
        assert counts == sorted(counts, reverse=True)
        assert counts == listed
        there = {project["country"] for project in projects() if slug in project["technology"]}
        assert len(countries) == len(there)


def test_the_technologies_near_by_are_those_that_were_asked_for():
    shown = page("geothermal Mongolia")

    assert [one["data-technology"] for one in shown.all("li", data_technology=True)] == ["geothermal"]


def test_without_a_technology_in_the_question_those_with_names_like_its_words_are_shown():
    shown = page("geothermics xyzzy")

    assert [one["data-technology"] for one in shown.all("li", data_technology=True)] == ["geothermal"]


def test_nothing_near_by_is_shown_where_nothing_is_near():
    assert page("xyzzyqqq").all("li", data_technology=True) == []


def test_a_technology_of_no_project_says_so_instead_of_countries():
    make_technology(name="Numbat drying", slug="test-numbat")

    [near] = page("numbat drying").all("li", data_technology=True)

    assert near["data-technology"] == "test-numbat"
    assert "no project on record" in near.text
    assert len(near.all("a")) == 1


def test_drafts_are_counted_nowhere_where_nothing_is_found():
    technology = make_technology(name="Numbat drying", slug="test-numbat")
    public, country = make_project(technology=technology), make_country(name="Wombatia")
    make_project(technology=technology, country=country, state="draft")
    make_project(technology=technology, country=public.country, state="draft")

    shown = page("numbat drying xyzzy")

    [near] = shown.all("li", data_technology=True)
    assert [link.text for link in near.all("a")[1:]] == [public.country.name]
    assert near.one("span", class_="num").text == "1"
    assert {way: count for way, count, _href in ways(shown)}["xyzzy"] == 1


def test_markup_in_what_was_not_found_is_text():
    technology = make_technology(name="<b>Numbat</b>", slug="test-numbat")
    response = get(f"/projects/?{urlencode({'q': 'b numbat b <i>xyzzy</i>'})}")

    box = page_of(response).one("div", class_="empty")

    assert box.all("i") == []
    assert [link.text for link in box.one("li", data_technology=technology.slug).all("a")] == ["<b>Numbat</b>"]


# -- On the page of a country or a technology -----------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "chip", "expected"),
    [
        ("/countries/viet-nam/", "solar", "Technology: solar (5 technologies)", {"country": "VN"}),
        ("/technologies/rooftop-solar/", "Thailand", "Country: Thailand", {"technology": "rooftop-solar"}),
    ],
)
def test_a_search_within_a_page_is_explained_and_taken_back_there(path, text, chip, expected):
    shown = page(text, path=path, per_page=100)
    [link] = shown.all("a", data_chip=True)

    back = follow(link["href"], path)

    assert chips(shown) == [chip]
    assert 0 < total(shown) < total(back)
    assert total(back) == len(having(**expected))
    assert [link.text for link in shown.all("a", data_instead=True)] == [f"“{text}”"]


@pytest.mark.parametrize("path", ["/countries/viet-nam/", "/technologies/rooftop-solar/"])
def test_a_correction_is_said_within_a_page_and_leads_back_to_it(path):
    shown = page("rooftp solr xyzzy thailnd", path=path)

    note = shown.one(data_corrected=True)

    assert "Thailand" in note.one("b").text
    assert urlsplit(note.one("a")["href"]).path == ""
    assert follow(note.one("a")["href"], path).all(data_corrected=True) == []


@pytest.mark.parametrize("path", ["/countries/viet-nam/", "/technologies/rooftop-solar/"])
def test_what_can_be_taken_away_within_a_page_leaves_as_many_of_its_projects_as_it_says(path):
    shown = page("FY2013 withdrawn numbatless", path=path, status="registered")

    assert total(shown) == 0
    assert [count for _way, count, _href in ways(shown)] == [total(follow(href, path)) for _w, _c, href in ways(shown)]
    assert len(ways(shown)) == 4


@pytest.mark.parametrize("text", ["geothermal hydropower Philippines", "chiller Philippines hospital ballast"])
def test_where_a_word_may_be_missing_any_part_can_be_taken_away_besides(text):
    here = "/countries/viet-nam/"
    shown = page(text, path=here)

    assert total(shown) == 0
    assert [count for _way, count, _href in ways(shown)] == [total(follow(href, here)) for _w, _c, href in ways(shown)]


# -- Queries -------------------------------------------------------------------------------------------

READING = ["the values that filters take", "what names the words are", "whether a project answers the question"]
LIST = ["the counts of every facet, and the figures above the rows"]
ROWS = ["the rows", "the words of the page as the index has them"]
MENDING = ["which words no project has", "the names nearest to them"]
MEANT = ["which words few projects have", "the names nearest to them"]
NOTHING = ["how many without each part", "where the technologies near by are"]


def queries_of(text, **more):
    with CaptureQueriesContext(connection) as captured:
        page(text, **more)
    return [query["sql"] for query in captured]


def assert_takes(purposes, taken):
    assert len(taken) == len(purposes), "\n".join([*purposes, *taken])


@pytest.mark.parametrize("text", ["solar", "solar Viet Nam", "太陽光 ベトナム", "biomass OR wind -Laos"])
def test_a_search_takes_so_many_queries_whatever_it_finds(text):
    assert_takes([*READING, *LIST, *ROWS], queries_of(text))
    assert_takes([*READING, *LIST, *ROWS], queries_of(text, per_page=100))


def test_a_search_that_finds_little_takes_two_queries_more_for_what_else_may_be_meant():
    assert_takes([*READING, *LIST, *ROWS, *MEANT], queries_of("JFE"))


def test_a_word_that_may_name_one_of_several_technologies_takes_one_query_more():
    assert_takes([*READING, "which of the technologies has it in its name", *LIST, *ROWS], queries_of("rooftop PV"))


@pytest.mark.parametrize("text", ["philipines", "solar philipines", "geothermall philipines", "Thailnd VN003 OR solar"])
def test_a_search_with_slips_takes_so_many_queries_more_however_many_slips_it_has(text):
    again = ["what names the mended words are", "whether a project answers the mended question"]

    assert len(queries_of(text)) <= len([*READING, *MENDING, *again, *LIST, *ROWS])


@pytest.mark.parametrize("text", ["geothermal Mongolia", "geothermal Mongolia FY2013", "wind Palau FY2014 registered"])
def test_a_search_that_finds_nothing_takes_so_many_queries_however_many_parts_it_has(text):
    assert len(queries_of(text)) <= len([*READING, *MENDING[:1], *LIST, *ROWS[1:], *NOTHING])


def test_a_search_for_words_that_no_project_has_takes_so_many_queries():
    nearest = ["the technologies with the nearest names"]

    taken = len(queries_of("geothermics xyzzy"))

    assert taken <= len([*READING, *MENDING, *LIST, *ROWS[1:], *nearest, *NOTHING, *MEANT])


@pytest.mark.parametrize("text", ["solar", "solar philipines", "geothermal Mongolia", "numbatless"])
def test_more_projects_take_no_more_queries(text):
    few = queries_of(text)
    technology = Technology.objects.get(slug="rooftop-solar")
    for number in range(20):
        project = make_project(title=f"Solar {number}", technology=technology, further_technologies=[make_technology()])
        make_participation(project=project)

    assert len(queries_of(text, per_page=100)) == len(few)
