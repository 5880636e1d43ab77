"""From rows to records, and a sentence for everything that is wrong with them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.importing.checking import check
from projects.importing.reading import read_files
from projects.importing.tables import TABLES, Kind
from projects.models import Milestone
from tests.datafiles import JCM_TABLE, contents, small_set
from tests.factories import make_announcement, make_milestone, make_project, make_source

pytestmark = pytest.mark.django_db


def checked(data):
    return check(read_files(contents(data)))


def records(found, name):
    return [record.values for record in found.records[name]]


@pytest.fixture
def data():
    return small_set()


# -- What becomes of rows ----------------------------------------------------------------------------


def test_the_small_set_has_no_problem_and_gives_each_row_a_record(data):
    found = checked(data)

    assert not found.problems
    assert not found.warnings
    assert [name for name in TABLES if name in data] == list(found.records)
    counts = {name: len(rows) for name, rows in data.items()} | {"milestones": len(data["milestones"]) + 5}
    assert {name: len(rows) for name, rows in found.records.items()} == counts


def test_cells_are_read_into_the_values_of_the_model(data):
    found = checked(data)

    lima = records(found, "projects")[0]
    assert lima["latitude"] == "-12.0464"
    assert lima["capacity_mw"] == "1.5"
    assert lima["capacity"] == "1.50 MW"
    assert lima["expected_reduction_tco2_per_year"] == 1200
    assert (lima["technology"], lima["further_technologies"]) == ("test-solar", ["test-wind"])
    assert (lima["source"], lima["further_sources"]) == ("test-a", ["test-b"])
    assert lima["identifiers"] == ["PE001"]
    peru = records(found, "countries")[0]
    assert (peru["region"], peru["slug"], peru["longitude"]) == ("latin-america", "peru", "-76.5")
    assert peru["variants_en"] == ["Republic of Peru", "Perú"]
    assert [one["kind"] for one in records(found, "country_documents")] == ["first", "mutual_recognition", "first"]
    (maker, _mill) = records(found, "organisations")
    assert maker["aliases"] == [["Maker KK", "en"], ["メーカー", "ja"]]


def test_a_date_is_as_exact_as_its_cell(data):
    found = checked(data)

    days = [(one["signed_on"], one["signed_on_precision"]) for one in records(found, "country_documents")]
    assert days[:2] == [("2014-05-01", "day"), ("2020-01-01", "year")]
    assert (records(found, "targets")[0]["set_on"], records(found, "targets")[0]["set_on_precision"]) == (
        "2021-10-01",
        "month",
    )
    undated = records(found, "announcements")[1]
    assert (undated["published_on"], undated["published_on_precision"]) == (None, "unknown")


def test_two_projects_are_possibly_the_same_whichever_of_them_says_so(data):
    found = checked(data)

    same = {one["key"]: one["possibly_same_as"] for one in records(found, "projects")}
    assert same == {"pe001": ["pe-solar-mill"], "pe-solar-mill": ["pe001"], "np001": []}


def test_a_release_on_a_country_is_about_the_country_in_its_title(data):
    data["announcements"][1]["title"] = "One more project selected in Nepal"

    found = checked(data)

    assert [one["countries"] for one in records(found, "announcements")] == [[], [], ["PE"]]


def test_a_country_is_found_in_a_title_only_as_a_whole_word(data):
    data["announcements"][2]["title"] = "Peruvian partnership: Nepal, too"

    found = checked(data)

    assert records(found, "announcements")[2]["countries"] == ["NP"]


def test_a_selection_takes_its_fiscal_year_from_its_announcement_where_there_is_one(data):
    found = checked(data)

    assert [one["fiscal_year"] for one in records(found, "selections")] == [None, None, 2022]


def test_one_entry_of_a_list_may_name_two_projects(data):
    data["selections"][1] |= {"number_in_list": "1", "quote": "1) Lima"}

    found = checked(data)

    assert not found.problems
    assert [one["number_in_list"] for one in records(found, "selections")] == [1, 1, None]


# -- Milestones that follow from other files ---------------------------------------------------------


def derived(found):
    steps = records(found, "milestones")[-found.derived :] if found.derived else []
    return {(one["project"], one["kind"]): one for one in steps}


def test_a_selection_without_a_milestone_gives_one_on_the_day_of_the_announcement(data):
    step = derived(checked(data))["pe-solar-mill", "selected"]

    assert (step["reached_on"], step["reached_on_precision"], step["source"]) == ("2023-08-17", "day", "test-a")


def test_a_selection_known_by_its_year_alone_gives_a_milestone_without_a_day(data):
    step = derived(checked(data))["np001", "selected"]

    assert (step["reached_on"], step["reached_on_precision"], step["source"]) == (None, "unknown", "test-b")
    assert step["note"] == "Selected in fiscal year 2022; the day is not known"


def test_of_two_selections_of_a_project_the_first_counts(data):
    again = {"announcement_id": "test-undated", "fiscal_year": "2022", "quote": "3)", "source_id": "test-b"}
    data["selections"].insert(0, data["selections"][1] | again | {"round_id": "", "number_in_list": ""})

    found = checked(data)

    assert not found.problems
    assert derived(found)["pe-solar-mill", "selected"]["note"].startswith("Selected in fiscal year 2022")


@pytest.mark.parametrize(("status", "kind"), [("validation", "in_validation"), ("withdrawn", "withdrawn")])
def test_the_status_in_the_jcm_table_gives_a_milestone_that_stands_on_the_table(data, status, kind):
    data["projects"][2]["jcm_status"] = status

    step = derived(checked(data))["np001", kind]

    assert (step["reached_on"], step["source"]) == (None, JCM_TABLE)
    assert "table of 2026-06-04" in step["note"]


def test_an_issuance_without_a_milestone_gives_one_for_each_day(data):
    data["issuances"].append(data["issuances"][1] | {"note": "Another one.", "monitoring_from": "2030-01-01"})

    steps = [one for one in records(checked(data), "milestones") if one["kind"] == "credits_issued"]

    assert [one["reached_on"] for one in steps] == ["2025-05-20", None]


def test_a_milestone_that_the_file_states_is_not_derived(data):
    stated = {"kind": "credits_issued", "on": "2025-05-21", "source_id": "test-a"}
    data["milestones"].append({"project_key": "pe001"} | stated)

    assert ("pe001", "credits_issued") not in derived(checked(data))


def test_without_the_file_of_milestones_only_those_that_the_database_lacks_are_derived(data):
    one, other = make_project(), make_project()
    make_milestone(project=one, kind="selected")
    row = data["selections"][2] | {"stated_country": "", "source_id": make_source().key}

    found = checked({"selections": [row | {"project_key": one.key}, row | {"project_key": other.key}]})

    assert not found.problems
    assert set(derived(found)) == {(other.key, "selected")}


# -- What is refused: one cell -----------------------------------------------------------------------

# File, row (from 0), cells to change, column to be named, and words of the reason.
BAD_CELLS = {
    "no key": ("sources", 0, {"source_id": ""}, "source_id", "a value is needed"),
    "key that no address takes": ("sources", 0, {"source_id": "a b"}, "source_id", "slug"),
    "no title": ("projects", 1, {"title": ""}, "title", "a value is needed"),
    "title too long": ("projects", 1, {"title": "x" * 301}, "title", "at most 300 characters"),
    "title on two lines": ("projects", 1, {"title": "a\nb"}, "title", "line break"),
    "damaged text": ("projects", 1, {"title": "Caf\u00c3\u00a9"}, "title", "damaged"),
    "no day of joining": ("countries", 0, {"joined_on": ""}, "joined_on", "a value is needed"),
    "day of joining that is none": ("countries", 0, {"joined_on": "2014-02-30"}, "joined_on", "is not a date"),
    "day in European order": ("countries", 0, {"joined_on": "17.08.2023"}, "joined_on", "write 2023-08-17"),
    "month of thirteen": ("targets", 0, {"set_on": "2021-13"}, "set_on", "is not a date"),
    "month where the day is needed": ("sources", 0, {"seen_on": "2026-11"}, "seen_on", "is not a full date"),
    "day before the JCM": ("milestones", 0, {"on": "2003-08-17"}, "on", "plausible"),
    "negative reduction": (
        "projects",
        0,
        {"expected_reduction_tco2_per_year": "-5"},
        "expected_reduction_tco2_per_year",
        "whole number of zero or more",
    ),
    "reduction with a comma": (
        "projects",
        0,
        {"expected_reduction_tco2_per_year": "28,208"},
        "expected_reduction_tco2_per_year",
        "digits only",
    ),
    "reduction beyond what the column holds": (
        "projects",
        0,
        {"expected_reduction_tco2_per_year": "2147483648"},
        "expected_reduction_tco2_per_year",
        "less than or equal to 2147483647",
    ),
    "reduction of a thousand digits": (
        "projects",
        0,
        {"expected_reduction_tco2_per_year": "9" * 5000},
        "expected_reduction_tco2_per_year",
        "not a whole number",
    ),
    "capacity in words": ("projects", 0, {"capacity_mw": "two"}, "capacity_mw", "write it like 12.5"),
    "negative capacity": ("projects", 0, {"capacity_mw": "-2"}, "capacity_mw", "less than zero"),
    "latitude beyond the pole": ("projects", 0, {"latitude": "90.1"}, "latitude", "outside the globe"),
    "longitude beyond the globe": ("countries", 0, {"longitude": "-180.5"}, "longitude", "outside the globe"),
    "coordinate that is no number": ("projects", 0, {"latitude": "nan"}, "latitude", "is not a number"),
    "fiscal year of two digits": ("projects", 0, {"fiscal_year": "23"}, "fiscal_year", "2010 to 2060"),
    "fiscal year of a selection missing": ("selections", 0, {"fiscal_year": ""}, "fiscal_year", "value is needed"),
    "kind that is none": ("sources", 0, {"kind": "blog"}, "kind", "release, news, page, report"),
    "step that the model lacks": ("milestones", 0, {"kind": "methodology_approved"}, "kind", "selected, no_objection"),
    "region that is none": ("countries", 0, {"region": "Oceania"}, "region", "Asia, Pacific, Africa"),
    "confidence missing": ("projects", 0, {"confidence": ""}, "confidence", "value is needed"),
    "status that is none": ("projects", 0, {"jcm_status": "done"}, "jcm_status", "registered, validation, withdrawn"),
    "address without a scheme": ("sources", 0, {"url": "www.example.org"}, "url", "valid URL"),
    "a list of nothing": ("milestones", 0, {"source_id": ";"}, "source_id", "names nothing"),
    "two sources where one is taken": ("programmes", 0, {"source_id": "test-a; test-b"}, "source_id", "takes one"),
    "a source twice": ("milestones", 0, {"source_id": "test-a; test-a"}, "source_id", "twice"),
    "a technology twice": ("projects", 0, {"technologies": "test-wind; test-wind"}, "technologies", "twice"),
    "no source": ("milestones", 0, {"source_id": ""}, "source_id", "value is needed"),
    "unknown source": ("milestones", 0, {"source_id": "test-aa"}, "source_id", "is test-a meant?"),
    "unknown source among several": ("milestones", 0, {"source_id": "test-a; qqqqq"}, "source_id", "“qqqqq” is not"),
    "unknown sector": ("technologies", 0, {"sector": "qqqqq"}, "sector", "“qqqqq” is not accepted here; write one of"),
    "unknown project": ("participants", 0, {"project_key": "pe00l"}, "project_key", "is pe001 meant?"),
    "unknown country": ("projects", 0, {"country_iso2": "ZZ"}, "country_iso2", "“ZZ”"),
    "unknown round": ("announcements", 0, {"round_id": "qqqqq"}, "round_id", "“qqqqq”"),
}


@pytest.mark.parametrize("case", BAD_CELLS.values(), ids=BAD_CELLS)
def test_a_bad_cell_is_named_with_its_column_and_what_is_accepted(data, case):
    file, row, change, column, words = case
    data[file][row] |= change

    problems = checked(data).problems

    at_the_cell = [one for one in problems if (one.file, one.line, one.column) == (f"{file}.csv", row + 2, column)]
    assert at_the_cell, [str(one) for one in problems]
    assert any(words in one.reason for one in at_the_cell), [one.reason for one in at_the_cell]


# -- What is refused: rows and files that do not agree -----------------------------------------------


def same_row_again(name, row=0, /, **change):
    def change_data(data):
        data[name].append(data[name][row] | change)

    return change_data


def cells(name, row, /, **change):
    return lambda data: data[name][row].update(change)


# What is done to the data, then file, line and column to be named, and words of the reason.
BAD_ROWS = {
    "source twice": (same_row_again("sources"), "sources.csv", 5, "source_id", "Line 2 has this already"),
    "address of another source": (
        cells("sources", 1, url="https://example.org/test-a"),
        "sources.csv",
        3,
        "url",
        "stands in line 2",
    ),
    "language in words": (cells("sources", 0, language="English"), "sources.csv", 2, "language", "most 3 characters"),
    "language in capitals": (cells("sources", 0, language="EN"), "sources.csv", 2, "language", "form of en"),
    "ISO code that is none": (cells("countries", 0, iso2="XX"), "countries.csv", 2, "iso2", "ISO 3166-1"),
    "ISO codes of two countries": (cells("countries", 0, iso3="CHL"), "countries.csv", 2, "iso3", "PE is PER"),
    "name of another country": (cells("countries", 1, name="Peru"), "countries.csv", 3, "name", "line 2"),
    "latitude alone": (cells("countries", 0, longitude=""), "countries.csv", 2, "longitude", "both latitude and"),
    "focal point without a source": (
        cells("countries", 0, focal_source_id=""),
        "countries.csv",
        2,
        "focal_source_id",
        "Name the source",
    ),
    "two first documents": (
        same_row_again("country_documents", signed_on="2015-01-01"),
        "country_documents.csv",
        5,
        "iso2",
        "first document stands in line 2; this one is a renewal",
    ),
    "round with a number that is taken": (
        same_row_again("rounds", round_id="test-other"),
        "rounds.csv",
        3,
        "number",
        "“1” stands in line 2",
    ),
    "round number zero": (cells("rounds", 0, number="0"), "rounds.csv", 2, "number", "count from 1"),
    "announcement of a year that its round is not": (
        cells("announcements", 0, fiscal_year="2022"),
        "announcements.csv",
        2,
        "fiscal_year",
        "is of fiscal year 2023",
    ),
    "announcement of a programme that its round is not": (
        cells("announcements", 0, programme="test-lease"),
        "announcements.csv",
        2,
        "programme",
        "is of the programme test-model",
    ),
    "round without its programme": (
        cells("announcements", 0, programme=""),
        "announcements.csv",
        2,
        "programme",
        "is of the programme test-model",
    ),
    "cumulative number without its series": (
        cells("announcements", 0, stated_cumulative_series=""),
        "announcements.csv",
        2,
        "stated_cumulative_series",
        "comes with what it counts",
    ),
    "series without a cumulative number": (
        cells("announcements", 0, stated_cumulative=""),
        "announcements.csv",
        2,
        "stated_cumulative",
        "comes with what it counts",
    ),
    "call that closes before it opens": (
        cells("announcements", 1, opens_on="2023-05-01", closes_on="2023-04-30"),
        "announcements.csv",
        3,
        "closes_on",
        "cannot close before",
    ),
    "more selections than stated": (
        cells("announcements", 0, stated_selected="1"),
        "announcements.csv",
        2,
        "stated_selected",
        "states 1 projects, but selections.csv has 2",
    ),
    "project without technology": (
        cells("projects", 1, technologies=""),
        "projects.csv",
        3,
        "technologies",
        "technology not stated",
    ),
    "reduction without a source": (
        cells("projects", 0, reduction_source_id=""),
        "projects.csv",
        2,
        "reduction_source_id",
        "Name the source",
    ),
    "source of the reduction that is not among the project's": (
        cells("projects", 0, reduction_source_id=JCM_TABLE),
        "projects.csv",
        2,
        "reduction_source_id",
        "not among",
    ),
    "coordinates without a source": (
        cells("projects", 0, location_source_id=""),
        "projects.csv",
        2,
        "location_source_id",
        "Name the source",
    ),
    "longitude of a project alone": (cells("projects", 0, latitude=""), "projects.csv", 2, "latitude", "or neither"),
    "JCM reference of another form": (cells("projects", 0, jcm_ref="PE1"), "projects.csv", 2, "jcm_ref", "VN003"),
    "JCM reference of another project": (
        cells("projects", 0, jcm_ref="PE002"),
        "projects.csv",
        2,
        "project_key",
        "PE002 is pe002",
    ),
    "JCM reference without a status": (
        cells("projects", 2, jcm_status=""),
        "projects.csv",
        4,
        "jcm_status",
        "has a status",
    ),
    "status without a JCM reference": (cells("projects", 2, jcm_ref=""), "projects.csv", 4, "jcm_ref", "has a JCM ref"),
    "registered without a milestone": (
        cells("projects", 2, jcm_status="registered"),
        "projects.csv",
        4,
        "jcm_status",
        "no milestone that says so",
    ),
    "milestone as registered without the status": (
        cells("projects", 0, jcm_status="withdrawn"),
        "projects.csv",
        2,
        "jcm_status",
        "but not this status",
    ),
    "possibly the same as nothing": (
        cells("projects", 0, note="Possibly the same as pe-nothing."),
        "projects.csv",
        2,
        "note",
        "pe-nothing, which is not a project",
    ),
    "possibly the same as itself": (
        cells("projects", 0, note="Possibly the same as pe001."),
        "projects.csv",
        2,
        "note",
        "itself",
    ),
    "project twice": (same_row_again("projects"), "projects.csv", 5, "project_key", "Line 2 has this already"),
    "participant twice": (same_row_again("participants"), "participants.csv", 4, "side", "Line 2 has this"),
    "selection in another country": (
        cells("selections", 0, stated_country="Nepal"),
        "selections.csv",
        2,
        "stated_country",
        "pe001 is in Peru",
    ),
    "selection in another round": (
        cells("selections", 0, round_id=""),
        "selections.csv",
        2,
        "round_id",
        "another round (test-fy2023-1)",
    ),
    "selection in another fiscal year": (
        cells("selections", 0, fiscal_year="2022"),
        "selections.csv",
        2,
        "fiscal_year",
        "is of fiscal year 2023",
    ),
    "project twice in one announcement": (
        same_row_again("selections", number_in_list="3"),
        "selections.csv",
        5,
        "project_key",
        "Line 2 has this",
    ),
    "project twice in one year without announcement": (
        same_row_again("selections", 2, quote="again"),
        "selections.csv",
        5,
        "project_key",
        "Line 4 has this",
    ),
    "number in a list that is taken": (
        cells("selections", 1, number_in_list="1"),
        "selections.csv",
        3,
        "number_in_list",
        "line 2 already, with another quotation",
    ),
    "number in a list that is zero": (
        cells("selections", 0, number_in_list="0"),
        "selections.csv",
        2,
        "number_in_list",
        "count from 1",
    ),
    "milestone twice on a day": (same_row_again("milestones"), "milestones.csv", 4, "kind", "Line 2 has this"),
    "methodology of another form": (
        cells("methodologies", 0, number="PE_AM01"),
        "methodologies.csv",
        2,
        "number",
        "form of VN_AM001",
    ),
    "methodology of another country": (
        cells("methodologies", 0, country_iso2="NP"),
        "methodologies.csv",
        2,
        "number",
        "begins with the country's code, NP",
    ),
    "methodology of a project twice": (
        same_row_again("project_methodologies", version="2.0"),
        "project_methodologies.csv",
        3,
        "number",
        "Line 2 has this",
    ),
    "shares beyond the total": (cells("issuances", 0, total_tco2="899"), "issuances.csv", 2, "total_tco2", "exceed"),
    "period that ends before it starts": (
        cells("issuances", 0, monitoring_to="2024-02-28"),
        "issuances.csv",
        2,
        "monitoring_to",
        "cannot end before it starts",
    ),
    "issued before it was decided": (
        cells("issuances", 0, issued_on="2025-04-30"),
        "issuances.csv",
        2,
        "issued_on",
        "before the Joint Committee",
    ),
    "monitoring periods that share a day": (
        same_row_again("issuances", monitoring_from="2024-12-31", monitoring_to="2025-12-31"),
        "issuances.csv",
        4,
        "monitoring_from",
        "overlaps that of line 2",
    ),
    "shares of a statement beyond its total": (
        cells("issuance_statements", 0, japan_tco2="1001"),
        "issuance_statements.csv",
        2,
        "total_tco2",
        "exceed",
    ),
}


@pytest.mark.parametrize("case", BAD_ROWS.values(), ids=BAD_ROWS)
def test_what_does_not_agree_is_named_where_it_stands(data, case):
    change, *place, words = case
    change(data)

    problems = checked(data).problems

    at_the_place = [one for one in problems if [one.file, one.line, one.column] == place]
    assert at_the_place, [str(one) for one in problems]
    assert any(words in one.reason for one in at_the_place), [one.reason for one in at_the_place]


def test_neighbouring_monitoring_periods_do_not_overlap(data):
    data["issuances"].append(
        data["issuances"][0] | {"monitoring_from": "2025-01-01", "monitoring_to": "2025-12-31", "issued_on": ""}
    )

    assert not checked(data).problems


def test_the_problems_of_all_files_are_collected_in_one_go(data):
    data["sources"][0]["kind"] = "blog"
    data["projects"][0] |= {"latitude": "91", "capacity_mw": "much"}
    data["milestones"][1]["project_key"] = "nobody"

    problems = checked(data).problems

    assert {(one.file, one.column) for one in problems} >= {
        ("sources.csv", "kind"),
        ("projects.csv", "latitude"),
        ("projects.csv", "capacity_mw"),
        ("milestones.csv", "project_key"),
    }


def test_a_bad_row_is_not_blamed_on_those_that_name_it(data):
    data["sources"][0]["kind"] = "blog"

    assert {one.file for one in checked(data).problems} == {"sources.csv"}


def test_a_bad_row_gives_no_record_and_the_others_do(data):
    data["projects"][1]["title"] = ""

    found = checked(data)

    assert [one["key"] for one in records(found, "projects")] == ["pe001", "np001"]


def test_a_status_of_the_jcm_table_is_refused_without_the_source_of_the_table(data, empty_database):
    data["sources"].pop()
    data["projects"][2]["source_ids"] = data["milestones"][1]["source_id"] = "test-a"
    data["methodologies"][0]["source_id"] = "test-a"

    (problem,) = checked(data).problems

    assert (problem.file, problem.line, problem.column) == ("projects.csv", 4, "jcm_status")
    assert JCM_TABLE in problem.reason


# -- Files on their own, against what is on record ---------------------------------------------------


def test_a_file_alone_may_name_what_is_on_record():
    project, known_source = make_project(), make_source()
    row = {"project_key": project.key, "kind": "completed", "source_id": known_source.key}

    found = checked({"milestones": [row]})

    assert not found.problems
    assert records(found, "milestones")[0]["project"] == project.key


def test_a_selection_alone_is_held_against_the_announcement_on_record():
    project = make_project()
    announcement = make_announcement(fiscal_year=2021)
    row = small_set()["selections"][2] | {
        "announcement_id": announcement.key,
        "project_key": project.key,
        "stated_country": "Atlantis",
        "source_id": make_source().key,
    }

    problems = checked({"selections": [row]}).problems

    assert {(one.column, one.reason) for one in problems} == {
        ("stated_country", f"The project {project.key} is in {project.country.name}."),
        ("fiscal_year", "The announcement is of fiscal year 2021."),
    }


def test_checking_writes_nothing_and_takes_as_many_queries_however_many_the_rows(data):
    with CaptureQueriesContext(connection) as few:
        checked(data)
    for number in range(50):
        data["projects"].append(data["projects"][1] | {"project_key": f"pe-more-{number}"})
    before = Milestone.objects.count()

    with CaptureQueriesContext(connection) as many:
        assert not checked(data).problems

    assert len(many) == len(few) <= 12
    assert all(query["sql"].startswith("SELECT") for query in many)
    assert Milestone.objects.count() == before


# -- Warnings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined_on", "selected_on", "warned"),
    [
        ("2023-08-18", "2023-08-17", True),
        ("2023-08-17", "2023-08-17", False),
        ("2023-08-18", "2023-08", False),
        ("2023-09-01", "2023-08", True),
        ("2023-12-31", "2023", False),
        ("2024-01-01", "2023", True),
    ],
)
def test_a_project_selected_before_its_country_joined_is_a_hint_as_far_as_the_days_are_known(
    data, joined_on, selected_on, warned
):
    data["countries"][0]["joined_on"] = joined_on
    data["milestones"][0]["on"] = selected_on

    found = checked(data)

    hints = [str(one) for one in found.warnings if one.file == "milestones.csv"]
    assert not found.problems
    assert bool(hints) == warned
    assert not warned or "pe001 was selected before Peru joined" in hints[0]


# -- Whatever stands in a cell -----------------------------------------------------------------------

ANY_COLUMN = [(name, column.name) for name, table in TABLES.items() for column in table.columns]
ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), max_size=30),
    st.from_regex(r"[-+]?[0-9０-９]{0,20}[.,]?[0-9]{0,20}", fullmatch=True),
    st.from_regex(r"[0-9]{1,5}-[0-9]{1,3}(-[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["; ", ";", "test-a; ", "; ; ;", "²", "1e9", "NaN", "infinity", "0x1F", "9" * 400]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ANY_COLUMN), ANY_TEXT)
def test_no_cell_whatever_raises(db, place, text):
    name, column = place
    data = small_set()
    data[name][0][column] = text

    found = checked(data)

    assert found.problems or len(found.records[name]) >= len(data[name])


def test_every_kind_of_cell_occurs_in_the_tables():
    assert {column.kind for table in TABLES.values() for column in table.columns} == set(Kind)
