"""Cross tables and countries side by side: every figure equals the sum over the files."""

from urllib.parse import urlencode, urlsplit

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from projects.grouping import LAND_USE, TRAITS, UNKNOWN
from projects.statistics import MEASURES, StatisticsQuery, tables
from tests.plain_list import narrowed, questions, values_of
from tests.reading import page_of, problems

pytestmark = pytest.mark.django_db


def added_up(projects, measure):
    """What a cell of these projects shows: its figure, and what is counted apart."""
    if measure == "projects":
        return len(projects), None
    if measure == "credits":
        issued = [one["credits"] for one in projects if one["credits"] is not None]
        return (sum(issued) if issued else None if any(one["has_credits"] for one in projects) else 0), None
    stated = [one for one in projects if one["reduction"] is not None and one["status"] != "withdrawn"]
    sums = [[one["reduction"] for one in stated if (one["sector"] == LAND_USE) is apart] for apart in (False, True)]
    if not any(sums):
        return (None if projects else 0), None
    return tuple(sum(one) if one else None for one in sums)


@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=questions(most=2), traits=st.permutations(list(TRAITS)), measure=st.sampled_from(list(MEASURES)))
def test_a_table_says_what_the_files_add_up_to(db, question, traits, measure):
    down, across = traits[:2]
    address = urlencode(question | {"rows": down, "columns": across, "measure": measure}, doseq=True)
    query = StatisticsQuery(QueryDict(address))
    table = tables(query)[0]
    kept = narrowed(question)
    columns = [value for value, _label in table.columns]
    rows = [value for value, _label in table._heads(down, 0)]
    assert columns or not kept

    def has(project, trait, value):
        values = values_of(project, trait) or [UNKNOWN]
        return value in values or value is None

    for value, line in zip([*rows, None], table.lines(), strict=bool(kept)):
        for other, cell in zip([*columns, None], line.cells, strict=True):
            here = [one for one in kept if has(one, down, value) and has(one, across, other)]
            assert (cell.value, cell.apart) == added_up(here, measure), (value, other)


def test_the_file_of_a_table_is_the_table(client):
    question = "rows=sector&columns=country&measure=reduction&region=africa"
    table = page_of(client.get(f"/statistics/?{question}")).one("table", class_="cross")
    answer = client.get(f"/statistics/table.csv?{question}")
    head, *lines = b"".join(answer).decode("utf-8-sig").splitlines()
    shown = [cell.text for cell in table.one("thead").all("th")]
    assert head.split(",")[: len(shown)] == shown
    assert len(lines) == len(table.all("tr")) - 1
    assert "jcm-reduction-by-sector-and-country" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ("rows=x", "rows"),
        ("columns=x", "columns"),
        ("rows=status&columns=status", "columns"),
        ("measure=x", "measure"),
        ("measure=projects&measure=credits", "measure"),
        ("compare=VN", "compare"),
        ("compare=VN&compare=ZZ&compare=TH", "compare"),
        ("compare=VN&compare=TH&compare=ID&compare=MN&compare=PW&compare=LA", "compare"),
        ("country=ZZ", "country"),
        ("reduction_min=a%00", "reduction_min"),
    ],
)
def test_a_bad_value_is_named_beside_its_field_and_refused_in_a_file(client, question, parameter):
    answer = client.get(f"/statistics/?{question}")
    page = page_of(answer)
    assert answer.status_code == 200
    assert problems(page) == {parameter}
    assert page.one(id=f"field-{parameter}").all("p", class_="problem")
    refused = client.get(f"/statistics/table.csv?{question}")
    assert (refused.status_code, refused.json()["problems"][0]["parameter"]) == (400, parameter)


def test_what_is_shown_stands_in_the_form_and_in_the_ways_to_other_filters(client):
    page = page_of(
        client.get("/statistics/?rows=sector&columns=programme&measure=credits&compare=vn&compare=TH&country=TH")
    )
    chosen = {
        (field["name"], option["value"])
        for field in page.one("form", class_="ask").all("select")
        for option in field.all("option", selected=True)
    }
    assert chosen == {("rows", "sector"), ("columns", "programme"), ("measure", "credits")}
    boxes = {(box["name"], box["value"]) for box in page.all("input", checked=True)}
    assert boxes == {("compare", "VN"), ("compare", "TH"), ("country", "TH")}
    away = QueryDict(urlsplit(page.one("a", data_chip="country")["href"]).query)
    assert (away["rows"], away.getlist("compare"), "country" in away) == ("sector", ["VN", "TH"], False)


def test_countries_side_by_side_say_what_their_lists_say(client):
    page = page_of(client.get("/statistics/?compare=VN&compare=TH&compare=MN&compare=LA&compare=IN"))
    table = page.one("table", class_="compared")
    assert [head.text for head in table.one("thead").all("a")] == [
        "Viet Nam",
        "Thailand",
        "Mongolia",
        "Lao PDR",
        "India",
    ]
    projects = [int(cell.text) for cell in table.all("tr")[3].all("td")]
    assert projects == [len(narrowed({"country": [iso2]})) for iso2 in ("VN", "TH", "MN", "LA", "IN")]
    assert table.all("a", class_="src")
