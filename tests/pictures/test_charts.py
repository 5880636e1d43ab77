"""Charts say what independent sums say, in words, in marks and as files."""

from collections import Counter
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given
from hypothesis import settings as examples

from projects.charts import BY_TRAIT, Charts
from projects.filters import ProjectQuery
from projects.grouping import LAND_USE
from tests.plain_list import narrowed, questions, values_of
from tests.reading import page_of

pytestmark = pytest.mark.django_db


@examples(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=questions())
def test_charts_say_what_the_files_add_up_to(db, question):
    charts = Charts(ProjectQuery(QueryDict(urlencode(question, doseq=True))))
    kept = narrowed(question)
    for trait in ("country", "fiscal_year", "sector", "technology"):
        wanted, tonnes, apart = Counter(), Counter(), Counter()
        for project in kept:
            values = values_of(project, trait) or ["unknown"]
            if trait == "technology" and trait in question:
                values = [value for value in values if value in question[trait]]
            for value in values:
                wanted[value] += 1
                if project["reduction"] is not None and project["status"] != "withdrawn":
                    (apart if project["sector"] == LAND_USE else tonnes)[value] += project["reduction"]
        rows = {row.value: row.figures for row in charts.rows(trait)}
        assert {value: row.projects for value, row in rows.items()} == wanted
        assert {value: row.reduction for value, row in rows.items() if row.reduction} == +tonnes
        assert {value: row.land_use_reduction for value, row in rows.items() if row.land_use_reduction} == +apart


def test_every_picture_has_a_title_a_description_and_named_marks(client):
    pictures = page_of(client.get("/ja/statistics/")).all("figure", data_picture=True)
    assert len(pictures) >= len(BY_TRAIT)
    for picture in pictures:
        drawing = picture.one("svg", class_="drawing")
        ids = {element["id"] for element in drawing.everything() if element.get("id")}
        assert {drawing["aria-labelledby"], drawing["aria-describedby"]} <= ids
        assert picture.one("table").one("caption").text
        for link in drawing.all("a"):
            assert all(text.text in link["aria-label"] or text.get("class") == "label" for text in link.all("text"))


# -- Files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BY_TRAIT)
def test_a_picture_as_svg_stands_by_itself(client, name):
    answer = client.get(f"/ja/statistics/charts/{name}.svg?country=VN")
    drawn = answer.content.decode()
    root = ElementTree.fromstring(drawn)
    assert answer["Content-Type"] == "image/svg+xml"
    assert root.find("{http://www.w3.org/2000/svg}title").text
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        *("svg", "title", "desc", "rect", "text", "g", "line", "circle", "defs", "pattern", "path")
    }
    for element in root.iter():
        assert not {"style", "class", "href"} & element.attrib.keys()
        assert "var(" not in "".join(element.attrib.values())


def test_a_picture_as_png_has_letters_and_marks(client):
    few = client.get("/ja/statistics/charts/projects-by-country.png?country=PW").content
    many = client.get("/ja/statistics/charts/projects-by-country.png").content
    assert few.startswith(b"\x89PNG")
    assert int.from_bytes(few[16:20]) == 1440
    assert len(many) > 2 * len(few) > 10_000


def test_a_picture_as_csv_is_its_table(client):
    page = page_of(client.get("/statistics/?country=VN&country=TH"))
    table = page.one("figure", data_picture="reductions-by-sector").one("table")
    answer = client.get("/statistics/charts/reductions-by-sector.csv?country=VN&country=TH")
    head, *lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert head.split(",")[:2] == ["sector", "reduction_tco2_per_year"]
    assert [line.split(",")[-4:] for line in lines] == [
        [cell["data-value"] for cell in row.all("td")] for row in table.one("tbody").all("tr")
    ]


@pytest.mark.parametrize("kind", ["svg", "png", "csv"])
@pytest.mark.parametrize("question", ["country=ZZ", "reduction_min=a", "nonsense=1"], ids=str)
def test_a_file_of_a_bad_question_is_refused(client, kind, question):
    answer = client.get(f"/statistics/charts/projects-by-sector.{kind}?{question}")
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["parameter"] == question.partition("=")[0]


@pytest.mark.parametrize("address", ["charts/nothing.svg", "charts/projects-by-sector.gif"])
def test_there_is_no_other_chart_and_no_other_kind_of_file(client, address):
    assert client.get(f"/statistics/{address}").status_code == 404


def test_a_page_of_a_bad_question_says_so_and_answers_the_rest(client):
    answer = client.get("/statistics/?country=ZZ&country=VN")
    assert answer.status_code == 200
    page = page_of(answer)
    assert [problem["data-problem"] for problem in page.all(data_problem=True)] == ["country"]
    assert page.one(class_="summary")["data-total"] == str(len(narrowed({"country": ["VN"]})))
