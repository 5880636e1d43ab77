"""The outlook: what is added from when on, what is left out, and what stands beside it."""

from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from projects.grouping import LAND_USE
from projects.outlook import Outlook, OutlookQuery
from tests.bundled import rows_of
from tests.plain_list import narrowed
from tests.reading import page_of, problems

pytestmark = pytest.mark.django_db


def fiscal_year_of(on):
    """Of a day, a month or a year, stored as its first day."""
    year, month = int(on[:4]), on[5:7] or "01"
    return year - (month < "04")


def expected(question, *, lag=1, dropout=0, life=15):
    """Year by year, from the files alone: cumulative tonnes, and how many projects are left out for which reason."""
    firsts = defaultdict(dict)
    for row in rows_of("milestones"):
        if row["kind"] in ("completed", "registered") and row["on"]:
            days = firsts[row["project_key"]]
            days[row["kind"]] = min(row["on"], days.get(row["kind"], "9999"))
    left_out, starts = defaultdict(int), []
    for one in narrowed(question):
        days = firsts[one["key"]]
        if one["status"] == "withdrawn":
            left_out["withdrawn"] += 1
        elif one["sector"] == LAND_USE:
            left_out["apart"] += 1
        elif one["reduction"] is None:
            left_out["no_figure"] += 1
        elif "completed" in days:
            starts.append((fiscal_year_of(days["completed"]), one))
        elif one["fiscal_year"]:
            starts.append((one["fiscal_year"] + lag, one))
        elif "registered" in days:
            starts.append((fiscal_year_of(days["registered"]), one))
        else:
            left_out["no_year"] += 1
    so_far, years = 0, {}
    for year in range(min(start for start, _one in starts), 2031):
        running = [one for start, one in starts if start <= year < start + life]
        built = sum(one["reduction"] for one in running if one["status"] in ("registered", "credits_issued"))
        others = sum(one["reduction"] for one in running) - built
        so_far += (built * 100 + others * (100 - dropout)) // 100
        years[year] = so_far
    return years, dict(left_out), len(starts)


@pytest.mark.parametrize(
    ("question", "assumed"),
    [
        ({}, {}),
        ({}, {"lag": 3, "dropout": 25, "life": 7}),
        ({"country": ["VN", "ID"]}, {"lag": 0, "life": 1}),
        ({"status": ["selected", "withdrawn"]}, {"dropout": 100}),
    ],
    ids=str,
)
def test_each_year_adds_the_yearly_figures_of_what_runs_then(question, assumed):
    address = QueryDict(mutable=True)
    for name, values in question.items():
        address.setlist(name, values)
    address.update({name: str(value) for name, value in assumed.items()})
    outlook = Outlook(OutlookQuery(address))
    years, left_out, added = expected(question, **assumed)
    assert {one.year: one.so_far for one in outlook.years} == years
    assert outlook.left_out == left_out | {"counted": added}
    assert sum(outlook.rules.values()) == added


def test_the_page_says_the_figure_what_is_left_out_and_on_which_assumptions(client):
    page = page_of(client.get("/statistics/outlook/?lag=2&country=ID&country=KH"))
    years, left_out, added = expected({"country": ["ID", "KH"]}, lag=2)
    summary = page.one(class_="summary")
    assert (int(summary["data-outlook"]), int(summary["data-counted"])) == (years[2030], added)
    shown = {item["data-left-out"]: item for item in page.all(data_left_out=True)}
    assert {reason: int(item["data-value"]) for reason, item in shown.items() if item["data-value"] != "0"} == left_out
    assert page.one("input", name="lag")["value"] == "2"
    assert "2 years after selection" in page.one("figure", data_picture="outlook").text
    assert not page.all("figure", data_picture="outlook-and-statements")  # these speak of the whole programme


def test_statements_and_targets_stand_beside_the_estimate_each_with_its_source(client):
    page = page_of(client.get("/statistics/outlook/"))
    picture = page.one("figure", data_picture="outlook-and-statements")
    bars = {mark["href"]: mark["aria-label"] for mark in picture.one("svg", class_="drawing").all("a")}
    sources = {row["source_id"]: row["url"] for row in rows_of("sources")}
    stated = [
        row
        for row in rows_of("stated_totals")
        if (row["what"], row["series"]) == ("reduction_by_fy2030_tco2", "model_projects")
    ]
    targets = [row for row in rows_of("targets") if row["by_fiscal_year"] == "2030" and row["value_tco2"]]
    rows = [(row["source_id"], row["value"]) for row in stated] + [
        (row["source_id"], row["value_tco2"]) for row in targets
    ]
    for source, value in rows:
        assert f"{int(value):,} tCO₂" in bars[sources[source]]
    assert len(picture.one("svg", class_="drawing").all("text", class_="figure")) == len(rows) + 1


@pytest.mark.parametrize("question", ["lag=11", "lag=-1", "dropout=101", "life=0", "life=1.5", "lag=1&lag=2", "lag=１"])
def test_an_assumption_out_of_bounds_is_named_beside_its_field_and_refused_in_a_file(client, question):
    parameter = question.partition("=")[0]
    answer = client.get(f"/statistics/outlook/?{question}")
    page = page_of(answer)
    assert (answer.status_code, problems(page)) == (200, {parameter})
    assert page.one(id=f"field-{parameter}").all("p", class_="problem")
    refused = client.get(f"/statistics/charts/outlook.csv?{question}")
    assert (refused.status_code, refused.json()["problems"][0]["parameter"]) == (400, parameter)


def test_the_file_is_of_the_same_assumptions(client):
    page = page_of(client.get("/statistics/outlook/?lag=3&life=10&country=ID"))
    links = [link["href"] for link in page.one("ul", class_="files").all("a")]
    assert all({"lag=3", "life=10", "country=ID"} <= set(urlsplit(link).query.split("&")) for link in links)
    lines = b"".join(client.get(next(link for link in links if ".csv" in link))).decode().splitlines()
    years = expected({"country": ["ID"]}, lag=3, life=10)[0]
    assert lines[-1].split(",")[-1] == str(years[2030])
