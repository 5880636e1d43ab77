"""What the pages say is what the data files say: their figures, their sources, and what is doubtful shown as such."""

from calendar import month_name
from collections import Counter
from functools import cache

import pytest
from django.test import Client
from django.utils.translation import override

from projects.models import Announcement, Project
from tests.bundled import items, rows_of
from tests.plain_list import UNKNOWN, narrowed, projects, values_of
from tests.reading import facets, keys, links, page_of, rows, total

pytestmark = pytest.mark.django_db

FIRST_ROUND_OF_2023 = "model-fy2023-r1"


@pytest.fixture(autouse=True)
def english():
    """A page leaves its language behind for whoever comes next in the same process."""
    with override("en"):
        yield


def page(path):
    response = Client().get(path)
    assert response.status_code == 200
    return page_of(response)


def in_words(day):
    """2023-08-17 as 17 August 2023; months and years alone likewise."""
    year, *rest = day.split("-")
    return " ".join([*(str(int(part)) for part in rest[1:]), *(month_name[int(part)] for part in rest[:1]), year])


@cache
def sources():
    return {row["source_id"]: row for row in rows_of("sources")}


def address_of_source(cell):
    """Where the first source of a cell is found."""
    return sources()[items(cell)[0]]["url"]


def counts(name):
    """How many projects have each value, in the data files."""
    return Counter(value for row in projects() for value in values_of(row, name) or [UNKNOWN])


def announced(key):
    return next(row for row in rows_of("announcements") if row["announcement_id"] == key)


def selections_of(key):
    return [row for row in rows_of("selections") if row["announcement_id"] == key]


# -- How many ----------------------------------------------------------------------------------------


def test_the_files_hold_what_this_data_set_is_known_to_hold():
    assert (len(rows_of("projects")), len(rows_of("countries"))) == (250, 31)
    assert (counts("country")["ID"], counts("sector")["renewable-energy"], counts("fiscal_year")["2022"]) == (
        56,
        145,
        21,
    )


def test_the_first_page_says_how_many_projects_and_partner_countries_there_are():
    figures = {item["data-figure"]: item for item in page("/").all("li", data_figure=True)}

    status = counts("status")
    assert {name: int(item["data-value"]) for name, item in figures.items()} == {
        "projects": 250,
        "partner-countries": 31,
        "registered": status["registered"] + status["credits_issued"],
        "reduction": 20_000_000,
    }
    assert figures["projects"].text.startswith("250 projects on record")
    assert figures["partner-countries"].text.startswith("31 partner countries")


def test_the_figures_of_the_first_page_that_others_state_have_their_sources():
    latest = max(
        (
            row
            for row in rows_of("stated_totals")
            if (row["what"], row["series"]) == ("cumulative_selected", "model_projects")
        ),
        key=lambda row: row["date"],
    )
    last = max(rows_of("countries"), key=lambda row: row["joined_on"])
    figures = {item["data-figure"]: item for item in page("/").all("li", data_figure=True)}

    assert latest["value"] in figures["projects"].text
    assert in_words(latest["date"]) in figures["projects"].text
    assert address_of_source(latest["source_id"]) in links(figures["projects"])
    assert f"{last['name']} joined last, on {in_words(last['joined_on'])}" in figures["partner-countries"].text
    assert address_of_source(last["joined_source_id"]) in links(figures["partner-countries"])


def test_the_first_page_counts_projects_by_country_year_and_technology():
    home = page("/")

    def counted(picture):
        rows = home.one("figure", data_picture=picture).one("tbody").all("tr")
        return {row.one("th").text: int(row.one("td")["data-value"]) for row in rows}

    countries = {row["iso2"]: row["name"] for row in rows_of("countries")}
    technologies = {row["slug"]: row["name_en"] for row in rows_of("technologies")} | {UNKNOWN: "Not known"}
    years = {f"FY{year}" if year != UNKNOWN else "Not known": count for year, count in counts("fiscal_year").items()}
    assert counted("projects-by-country") == {countries[iso2]: count for iso2, count in counts("country").items()}
    assert counted("projects-by-fiscal-year") == years
    assert counted("projects-by-technology") == {technologies[slug]: n for slug, n in counts("technology").items()}


def test_the_list_counts_all_projects_by_every_facet():
    shown = facets(page("/projects/"))

    for name in ("country", "region", "sector", "technology", "programme", "fiscal_year", "status"):
        on_page = {value: count for (facet, value), (count, _link) in shown.items() if facet == name}
        assert on_page == counts(name), name


def test_the_page_of_the_list_sums_up_all_projects_in_one_sentence():
    adding = [row for row in projects() if row["status"] != "withdrawn" and row["reduction"] is not None]
    plants = [row["reduction"] for row in adding if row["sector"] != "forest-and-agriculture"]
    land_use = [row["reduction"] for row in adding if row["sector"] == "forest-and-agriculture"]

    sentence = page("/projects/").one("p", class_="summary").text

    assert sentence.startswith(
        f"250 projects in {len(counts('country'))} countries; {sum(plants):,} tCO2/year expected"
    )
    assert f"by the {len(plants)} that state it" in sentence
    assert f"{len(land_use)} forest and agriculture projects" in sentence
    assert f"{sum(land_use):,} tCO2/year" in sentence
    assert f"{counts('status')['withdrawn']} withdrawn, not added" in sentence


def test_the_technologies_page_counts_sectors_and_technologies():
    shown = page("/technologies/")

    sectors = {section["data-sector"]: int(section["data-value"]) for section in shown.all(data_sector=True)}
    technologies = {item["data-technology"]: int(item["data-value"]) for item in shown.all(data_technology=True)}

    assert sectors == {row["slug"]: counts("sector")[row["slug"]] for row in rows_of("sectors")}
    assert technologies == {row["slug"]: counts("technology")[row["slug"]] for row in rows_of("technologies")}
    assert f"Technology not stated {counts('technology')[UNKNOWN]}" in shown.one("main").text


def test_each_technology_has_its_projects_and_countries():
    for slug in ("rooftop-solar", "cement-waste-heat-recovery", "high-efficiency-chiller"):
        own = narrowed({"technology": [slug]})

        shown = page(f"/technologies/{slug}/")

        assert total(shown) == len(own) > 0
        on_page = {value: count for (facet, value), (count, _link) in facets(shown).items() if facet == "country"}
        assert on_page == Counter(row["country"] for row in own)


@pytest.mark.parametrize(
    ("path", "file"),
    [("/announcements/", "announcements"), ("/methodologies/", "methodologies"), ("/glossary/", "glossary")],
)
def test_the_other_lists_hold_every_row_of_their_file(path, file):
    assert total(page(path)) == len(rows_of(file))


def test_the_organisations_are_those_that_take_part_in_a_project():
    assert total(page("/organisations/")) == len({row["organisation_key"] for row in rows_of("participants")})


def test_the_page_on_sources_says_how_much_is_known():
    about = page("/about/")

    table = next(one for one in about.all("table") if one.one("caption").text.startswith("How many of the 250"))
    known = {row.one("th").text: int(row.one("td").text) for row in table.one("tbody").all("tr")}

    files = rows_of("projects")
    assert known == {
        "Technology": sum(bool(row["technologies"]) for row in files),
        "A participant": sum(bool(row["participant"]) for row in projects()),
        "Expected yearly reductions": sum(bool(row["expected_reduction_tco2_per_year"]) for row in files),
        "Programme": sum(bool(row["programme"]) for row in files),
        "Official English title": sum(row["title_kind"] == "official" for row in files),
        "Fiscal year of selection": sum(bool(row["fiscal_year"]) for row in files),
        "Japanese title": sum(bool(row["title_ja"]) for row in files),
        "Capacity in MW": sum(bool(row["capacity_mw"]) for row in files),
        "Coordinates": sum(bool(row["latitude"]) for row in files),
    }
    confidence = Counter(row["confidence"] for row in files)
    assert all(f"{level} ({confidence[level]})" in about.one("main").text for level in ("high", "medium", "low"))
    total_issued = sum(int(row["total_tco2"]) for row in rows_of("issuances") if row["total_tco2"])
    assert f"{total_issued:,} tCO2" in about.one("main").text


def test_the_rounds_say_what_each_release_states_and_what_of_it_is_on_record():
    shown = {row["data-announcement"]: row for row in page("/rounds/").all("tr", data_announcement=True)}

    results = [row for row in rows_of("announcements") if row["kind"] == "selection_result"]
    numbers = dict(Announcement.objects.values_list("key", "pk"))
    assert len(shown) == len(results)
    for result in results:
        key = result["announcement_id"]
        stated, recorded = (cell.text for cell in shown[str(numbers[key])].all("td", class_="amount"))
        assert (stated, recorded) == (result["stated_selected"] or "not stated", str(len(selections_of(key)))), key


# -- Partner countries -------------------------------------------------------------------------------


def test_all_31_partner_countries_are_there_with_the_day_each_joined_and_its_source():
    shown = {row["data-country"]: row for row in page("/countries/").all("tr", data_country=True)}

    assert set(shown) == {row["iso2"] for row in rows_of("countries")}
    for row in rows_of("countries"):
        on_page = shown[row["iso2"]]
        assert row["name"] in on_page.text
        assert row["name_ja"] in on_page.text
        assert in_words(row["joined_on"]) in on_page.text
        assert address_of_source(row["joined_source_id"]) in links(on_page)
        assert int(on_page.one("td", class_="num").text) == counts("country")[row["iso2"]]


def test_the_countries_page_sums_them_up():
    summary = page("/countries/").one("p", class_="summary")

    assert summary["data-total"] == "31"
    assert f"{len(counts('country'))} of them have projects on record, 250 in all" in summary.text


def test_each_countrys_page_has_its_facts_documents_and_projects_with_their_sources():
    documents = rows_of("country_documents")
    for row in rows_of("countries"):
        response = Client().get(f"/countries/{row['name'].lower().replace(' ', '-')}/")
        shown = page_of(response)
        text, addresses = shown.one("main").text, links(shown)

        assert total(shown) == counts("country")[row["iso2"]]
        for fact, source in (
            ("joined_note", "joined_source_id"),
            ("focal_point", "focal_source_id"),
            ("ndc_target", "ndc_source_id"),
        ):
            assert row[fact] in text
            assert not row[fact] or address_of_source(row[source]) in addresses
        assert in_words(row["joined_on"]) in text
        for document in documents:
            if document["iso2"] == row["iso2"]:
                assert in_words(document["signed_on"]) in text
                assert {sources()[source]["url"] for source in items(document["source_id"])} <= set(addresses)


# -- The first round of FY2023 -----------------------------------------------------------------------


def first_round_stated(element):
    return {fact["data-stated"]: fact.text for fact in element.all("dd", data_stated=True)}


STATED = {
    "selected": "4",
    "cumulative": "219 (JCM Model Projects)",
    "reduction": "about 20,000,000 tCO2",
    "partner-countries": "27",
}


def test_the_round_has_its_four_projects_and_what_the_release_states():
    shown = page("/rounds/model-fy2023-1/")

    assert set(keys(shown)) == {row["project_key"] for row in selections_of(FIRST_ROUND_OF_2023)}
    assert total(shown) == 4
    [release] = shown.all("article", class_="stated")
    assert first_round_stated(release) == STATED
    assert address_of_source(announced(FIRST_ROUND_OF_2023)["source_id"]) in links(release)


def test_the_announcement_states_its_totals_and_its_list_word_for_word_with_its_sources():
    row = announced(FIRST_ROUND_OF_2023)
    shown = page(Announcement.objects.get(key=FIRST_ROUND_OF_2023).get_absolute_url())

    assert first_round_stated(shown) == STATED
    assert (shown.one("h1").text, row["title_ja"] in shown.one("article").text) == (row["title"], True)
    assert "17 August 2023" in shown.one("article").text
    assert row["note"] in shown.one("article").text
    assert {sources()[source]["url"] for source in items(row["source_id"])} <= set(links(shown))
    stated = shown.all("tr", data_selection=True)
    assert len(stated) == 4
    for line, selection in zip(stated, selections_of(FIRST_ROUND_OF_2023), strict=True):
        assert selection["number_in_list"] == line.all("td")[0].text
        for said in ("stated_country", "stated_title", "stated_title_ja", "stated_representative"):
            assert selection[said] in line.text
        assert f"{int(selection['stated_reduction_tco2_per_year']):,}" == line.one("td", class_="amount").text
        assert address_of_source(selection["source_id"]) in links(line)
        assert Project.objects.get(key=selection["project_key"]).get_absolute_url() in links(line)


@pytest.mark.parametrize("place", range(4))
def test_each_of_the_four_projects_shows_its_facts_with_their_sources_and_what_was_stated(place):
    selection = selections_of(FIRST_ROUND_OF_2023)[place]
    row = next(one for one in rows_of("projects") if one["project_key"] == selection["project_key"])
    shown = page(Project.objects.get(key=row["project_key"]).get_absolute_url())
    facts = dict(
        zip(
            [name.text for name in shown.one("section", aria_labelledby="facts-title").all("dt")],
            shown.one("section", aria_labelledby="facts-title").all("dd"),
            strict=True,
        )
    )

    reduction = facts["Expected emission reductions"]
    assert f"{int(row['expected_reduction_tco2_per_year']):,} tCO2/year" in reduction.text
    assert address_of_source(row["reduction_source_id"]) in links(reduction)
    assert "FY2023" in facts["Fiscal year of the first selection"].text
    assert address_of_source(row["source_ids"]) in links(facts["Fiscal year of the first selection"])
    stated = shown.one("section", aria_labelledby="stated-title")
    for said in ("stated_country", "stated_title_ja", "stated_representative", "quote"):
        assert selection[said] in stated.text
    assert Announcement.objects.get(key=FIRST_ROUND_OF_2023).get_absolute_url() in links(stated)
    [selected] = shown.all("li", data_milestone="selected")
    assert "17 August 2023" in selected.text
    assert any(address.startswith("http") for address in links(selected))


# -- Doubt shown as such -----------------------------------------------------------------------------

OURS = "a description of ours"


def test_each_third_project_shows_what_is_doubtful_and_the_sources_of_all_its_facts():
    numbers = {project.key: project for project in Project.objects.all()}
    steps, parts = Counter(row["project_key"] for row in rows_of("milestones")), Counter()
    for row in rows_of("participants"):
        parts[row["project_key"]] += 1
    same = {(row["project_key"], key) for row in rows_of("projects") for key in possibly_the_same(row["note"])}
    same |= {(other, one) for one, other in same}

    wrong = []
    for row in rows_of("projects")[::3]:
        key = row["project_key"]
        shown = page(numbers[key].get_absolute_url())
        text, notices = shown.one("article").text, " ".join(notice.text for notice in shown.all(class_="notice"))
        doubts = {
            "note": " ".join(row["note"].split()) in text,
            "our description": (OURS in notices) == (row["title_kind"] == "description"),
            "low confidence": ("Low confidence" in notices) == (row["confidence"] == "low"),
            "withdrawn": ("was withdrawn from the JCM" in notices) == (numbers[key].status == "withdrawn"),
            "possibly the same": all(f"({other})" in notices for one, other in same if one == key)
            and ("Possibly the same" in notices) == any(one == key for one, _other in same),
            "technology": bool(row["technologies"]) != ("not stated by any source" in text),
        }
        named = set(links(shown.one("section", aria_labelledby="sources-title")))
        facts = {
            "sources": {sources()[source]["url"] for source in items(row["source_ids"])} <= named,
            "source of the reduction": not row["reduction_source_id"]
            or sources()[row["reduction_source_id"]]["url"] in links(shown),
            "source of the place": not row["location_source_id"]
            or sources()[row["location_source_id"]]["url"] in {*links(shown), ""},
            "steps": len(shown.all("li", data_milestone=True)) >= steps[key],
            "source of each step": all(step.all(class_="src") for step in shown.all("li", data_milestone=True)),
            "source of each part": sum(len(line.all(class_="src")) for line in participants(shown)) == parts[key],
        }
        wrong += [f"{key}: {name}" for name, right in {**doubts, **facts}.items() if not right]

    assert wrong == []


def possibly_the_same(note):
    """The keys that a note names as possibly the same."""
    return [words.split()[0].strip(".,;()") for words in note.split("Possibly the same as ")[1:]]


def participants(shown):
    tables = shown.one("section", aria_labelledby="participants-title").all("table")
    return [line for table in tables for line in table.one("tbody").all("tr")]


def test_a_list_marks_descriptions_of_ours_and_low_confidence_on_their_rows():
    known = {row["project_key"]: row for row in rows_of("projects")}

    shown = [row for number in (1, 2, 3) for row in rows(page(f"/projects/?per_page=100&page={number}"))]

    flags = {row["data-key"]: {flag.text for flag in row.all(class_="flag")} for row in shown}
    assert len(flags) == 250
    assert flags == {
        key: {
            text
            for text, is_so in (
                ("our description", row["title_kind"] == "description"),
                ("low confidence", row["confidence"] == "low"),
            )
            if is_so
        }
        for key, row in known.items()
    }


def test_credits_of_single_projects_and_statements_over_several_stand_apart():
    shown = page("/countries/indonesia/")

    captions = [
        table.one("caption").text for table in shown.one("section", aria_labelledby="issuances-title").all("table")
    ]

    assert len(captions) == 2
    assert "not added" in captions[1]
