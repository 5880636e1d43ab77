"""The list as a file: the page, the CSV and the JSON hold the same projects in the same order with the same values."""

import csv
import io
import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.columns import COLUMNS
from tests.bundled import items, rows_of
from tests.factories import (
    make_issuance,
    make_organisation,
    make_participation,
    make_project,
)
from tests.many import World
from tests.plain_list import narrowed, projects, questions
from tests.reading import page_of, rows, total

pytestmark = pytest.mark.django_db


def body_of(response):
    assert response.status_code == 200
    assert response.streaming
    return b"".join(response.streaming_content).decode()


def as_csv(query=""):
    """The rows of the CSV as dicts of text."""
    text = body_of(Client().get(f"/projects/export.csv?{query}"))
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def as_json(query=""):
    return json.loads(body_of(Client().get(f"/projects/export.json?{query}")))


def on_pages(query=""):
    """The rows of all pages of the list."""
    seen, number, last = [], 1, 1
    while number <= last:
        shown = page_of(Client().get(f"/projects/?{query}&per_page=100" + (f"&page={number}" if number > 1 else "")))
        last = -(-total(shown) // 100)
        seen += rows(shown)
        number += 1
    return seen


def record(project):
    """The one project in the CSV and in the JSON of its country."""
    query = f"country={project.country.iso2}"
    [in_csv] = [row for row in as_csv(query) if row["project_key"] == project.key]
    [in_json] = [row for row in as_json(query)["projects"] if row["project_key"] == project.key]
    return in_csv, in_json


def same(cell, value):
    """Whether a cell of the CSV says what a value of the JSON says."""
    if value is None:
        return cell == ""
    if isinstance(value, str):
        return cell.removeprefix("'") == value
    return "E" not in cell and Decimal(cell) == Decimal(str(value))


# -- Agreement ---------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(questions(most=3), st.sampled_from(["-selected", "title", "country", "-reduction", "-credits"]))
def test_page_csv_and_json_agree_record_for_record_and_in_order(question, sort):
    query = urlencode({**question, "sort": sort}, doseq=True)

    shown, in_csv, in_json = on_pages(query), as_csv(query), as_json(query)["projects"]

    assert {row["project_key"] for row in in_csv} == {row["key"] for row in narrowed(question)}
    assert_agree(shown, in_csv, in_json)


def test_page_csv_and_json_of_all_projects_agree():
    shown, in_csv, in_json = on_pages(), as_csv(), as_json()["projects"]

    assert len(shown) == len(projects())
    assert_agree(shown, in_csv, in_json)


def test_page_csv_and_json_of_a_search_agree():
    question = urlencode({"q": "太陽光 factory", "country": ["VN", "TH"]}, doseq=True)

    shown, in_csv, in_json = on_pages(question), as_csv(question), as_json(question)["projects"]

    assert len(shown) > 3
    assert_agree(shown, in_csv, in_json)


def assert_agree(shown, in_csv, in_json):
    assert [row["data-key"] for row in shown] == [row["project_key"] for row in in_csv]
    assert [row["data-project"] for row in shown] == [row["id"] for row in in_csv]
    for row, cells, values in zip(shown, in_csv, in_json, strict=True):
        assert [name for name, value in values.items() if not same(cells[name], value)] == []
        assert " ".join(values["title"].split()) in row.text
        assert values["country"] in row.text
        amount = values["expected_reduction_tco2_per_year"]
        assert ("not stated" if amount is None else f"{amount:,}") in row.text


def test_the_links_of_a_page_lead_to_the_file_with_just_its_rows():
    response = Client().get("/countries/mongolia/?status=credits_issued&sort=title&page=1&per_page=50&view=table")
    links = [link["href"] for link in page_of(response).all("a", download=True) if "/export." in link["href"]]

    [csv_link, json_link] = links

    in_csv = as_csv(csv_link.split("?")[1])
    assert [row["project_key"] for row in in_csv] == [row["data-key"] for row in rows(page_of(response))]
    assert in_csv == as_csv(json_link.split("?")[1])


# -- Values ------------------------------------------------------------------------------------------


def test_the_values_are_those_of_the_data_files():
    found = {row["project_key"]: row for row in as_json()["projects"]}

    for row in rows_of("projects"):
        record = found[row["project_key"]]
        technologies = items(row["technologies"])
        assert {
            "title": row["title"],
            "title_ja": row["title_ja"],
            "title_kind": row["title_kind"],
            "country_iso2": row["country_iso2"],
            "technology": technologies[0] if technologies else "",
            "programme": row["programme"],
            "jcm_ref": row["jcm_ref"],
            "locality": row["locality"],
            "location_precision": row["location_precision"],
            "location_source": row["location_source_id"],
            "capacity": row["capacity"],
            "reduction_source": row["reduction_source_id"],
            "confidence": row["confidence"],
            "note": row["note"],
        }.items() <= record.items()
        assert set(items(record["further_technologies"])) == set(technologies[1:])
        assert set(items(record["source_ids"])) == set(items(row["source_ids"]))
        for column in ("fiscal_year", "latitude", "longitude", "expected_reduction_tco2_per_year"):
            assert record[column] == (float(row[column]) if row[column] else None), column
        assert record["capacity_mw"] == (float(row["capacity_mw"]) if row["capacity_mw"] else None)


def test_status_credits_and_the_day_of_selection_follow_from_the_data_files():
    found = {row["project_key"]: row for row in as_json()["projects"]}

    assert {
        key: (row["status"], row["credits_tco2"], row["selected_on"] or "", row["sector"] or "unknown")
        for key, row in found.items()
    } == {row["key"]: (row["status"], row["credits"], row["selected_on"], row["sector"]) for row in projects()}


def test_participants_stand_by_side_and_role():
    project = make_project()
    for name, side, role in [
        ("Lead", "japan", "representative"),
        ("Partner", "japan", "participant"),
        ("Host", "host", "representative"),
    ]:
        make_participation(project=project, organisation=make_organisation(name=name), side=side, role=role)

    _in_csv, in_json = record(project)

    assert (in_json["representative_participant"], in_json["participants_japan"], in_json["participants_host"]) == (
        "Lead",
        "Lead; Partner",
        "Host",
    )


def test_what_is_not_known_is_empty_and_zero_is_zero():
    project = make_project(expected_reduction_tco2_per_year=0, capacity_mw=Decimal("0"))

    in_csv, in_json = record(project)

    assert (in_csv["expected_reduction_tco2_per_year"], in_json["expected_reduction_tco2_per_year"]) == ("0", 0)
    assert (in_csv["capacity_mw"], in_json["capacity_mw"]) == ("0", 0)
    for column in ("fiscal_year", "latitude", "credits_tco2", "selected_on"):
        assert (in_csv[column], in_json[column]) == ("", None)


@pytest.mark.parametrize(
    ("stored", "written"), [("10", "10"), ("1500", "1500"), ("0.5", "0.5"), ("2.1000", "2.1"), ("0.0004", "0.0004")]
)
def test_a_number_is_written_plainly(stored, written):
    project = make_project(capacity_mw=Decimal(stored))
    project.refresh_from_db()

    in_csv, in_json = record(project)

    assert in_csv["capacity_mw"] == written
    assert in_json["capacity_mw"] == float(written)


def test_credits_are_the_sum_of_the_stated_totals():
    project = make_project()
    for total_tco2 in (100, 50, None):
        make_issuance(project=project, total_tco2=total_tco2)

    in_csv, in_json = record(project)

    assert (in_csv["credits_tco2"], in_json["credits_tco2"]) == ("150", 150)


def test_the_address_leads_to_the_page_of_the_project():
    [row] = as_csv("country=KE&q=ke001")

    response = Client().get(row["address"].removeprefix("http://testserver"))

    assert row["address"].startswith("http://testserver/projects/")
    assert page_of(response).one("article")["data-key"] == row["project_key"] == "ke001"


# -- Form of the files -------------------------------------------------------------------------------


def test_the_csv_is_a_file_for_spreadsheets():
    response = Client().get("/projects/export.csv?country=PW")

    text = body_of(response)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="jcm-projects-20')
    assert response["Content-Disposition"].endswith('.csv"')
    assert text.startswith("\ufeffid,project_key,")
    assert text.count("\ufeff") == 1
    assert text.splitlines()[0].removeprefix("\ufeff").split(",") == [column.name for column in COLUMNS]


def test_the_json_says_what_was_asked_when_and_what_its_columns_mean():
    response = Client().get("/projects/export.json?country=PW&sort=title")

    file = json.loads(body_of(response))
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"].startswith('attachment; filename="jcm-projects-20')
    assert file["query"] == "http://testserver/projects/export.json?country=PW&sort=title"
    assert len(file["as_of"]) == 10
    assert [column["name"] for column in file["columns"]] == list(file["projects"][0])


def test_each_column_is_explained():
    columns = as_json("country=PW")["columns"]

    assert len({column["name"] for column in columns}) == len(columns)
    assert all(column["label"] and column["source"] for column in columns)
    units = {column["name"]: column["unit"] for column in columns if column["unit"]}
    assert units["expected_reduction_tco2_per_year"] == "tCO2/year"
    assert (units["credits_tco2"], units["capacity_mw"]) == ("tCO2", "MW")


@pytest.mark.parametrize("opener", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_runs_as_a_formula_in_a_spreadsheet(opener):
    project = make_project(title=opener, locality=opener)

    in_csv, in_json = record(project)

    assert (in_csv["title"], in_csv["locality"]) == (f"'{opener}", f"'{opener}")
    assert (in_json["title"], in_json["locality"]) == (opener, opener)


def test_quotes_commas_and_line_breaks_stay_within_their_cell():
    text = 'He said "no", then;\nleft. 太陽光'
    project = make_project(note=text)

    in_csv, in_json = record(project)

    assert in_csv["note"] == in_json["note"] == text


def test_a_list_without_a_row_is_a_file_with_its_head():
    assert as_csv("country=SN") == []
    assert as_json("country=SN")["projects"] == []


def test_files_hold_only_what_is_public():
    hidden = {make_project(state=state).key for state in ("draft", "in_review", "withdrawn")}
    public = make_project().key

    in_csv, in_json = ({row["project_key"] for row in file} for file in (as_csv(), as_json()["projects"]))

    assert in_csv == in_json == {row["key"] for row in projects()} | {public}
    assert not hidden & in_csv


@pytest.mark.parametrize("name", ["csv", "json"])
def test_the_head_of_a_file_can_be_asked_for_alone(name):
    response = Client().head(f"/projects/export.{name}")

    assert response.status_code == 200
    assert f"{name}" in response["Content-Type"]


# -- Cost --------------------------------------------------------------------------------------------


def test_a_file_of_500_projects_takes_as_many_queries_as_one_of_10(empty_database):
    world = World()

    def queries():
        taken = {}
        for name in ("csv", "json"):
            with CaptureQueriesContext(connection) as captured:
                body_of(Client().get(f"/projects/export.{name}"))
            taken[name] = len(captured)
        return taken

    world.grow(10)
    few = queries()
    world.grow(490)
    many = queries()

    what_for = [
        "the words that the parameters may hold",
        "the projects with country, technology, programme and the sources of their figures",
        "their identifiers",
        "their further technologies",
        "their further sources",
        "their participants",
        "the organisations of these",
        "the methodologies that they use",
        "the numbers of these",
    ]
    assert few == many == {"csv": len(what_for), "json": len(what_for)}
