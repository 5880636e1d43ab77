"""Precedents: the grid against the files, each of its links, and the order in which projects were selected."""

import csv
import io
from collections import Counter
from datetime import date
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from countries.models import PartnerCountry
from jcm_portal.dates import DatePrecision
from jcm_portal.models import PublicationState
from projects import publishing, vocabulary
from projects.models import MilestoneKind, Project, Technology
from projects.precedents import PrecedentQuery, Precedents
from projects.spans import Span, standings
from tests.bundled import rows_of
from tests.factories import make_country, make_milestone, make_project, make_technology, make_user
from tests.plain_list import UNKNOWN, by_project, day, narrowed, projects, questions
from tests.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_read_once")]

SETTLED = {"selected", "registered", "credits_issued"}


def page(path, status=200):
    response = Client().get(path)
    assert response.status_code == status
    return page_of(response)


# -- Worked out in plain Python ----------------------------------------------------------------------


def main(project):
    return (project["technology"] or [UNKNOWN])[0]


def is_precedent(project):
    if project["status"] in SETTLED:
        return True
    key = project["key"]
    listed = SELECTIONS.get(key) or any(one["kind"] == "selected" for one in MILESTONES.get(key, ()))
    return project["status"] in {"no_objection", "in_validation"} and bool(listed)


SELECTIONS, MILESTONES = by_project("selections"), by_project("milestones")


def fitting(question):
    """The projects that a question leaves, where a technology is the main one."""
    rest = {name: values for name, values in question.items() if not name.endswith("technology")}
    return [
        project
        for project in narrowed(rest)
        if main(project) in question.get("technology", [main(project)])
        and main(project) not in question.get("exclude_technology", [])
    ]


def expected_span(project):
    """The first and the last day on which the project may have been selected, as text; every project has some."""
    key, first = project["key"], project["selected_on"]
    if first:
        stated = [one["on"] for one in MILESTONES.get(key, ()) if one["kind"] == "selected" and one["on"]]
        length = len(min(stated)) if stated else 10
        return first, {10: first, 7: f"{first[:7]}-31", 4: f"{first[:4]}-12-31"}[length]
    if project["fiscal_year"]:
        return f"{project['fiscal_year']}-04-01", f"{project['fiscal_year'] + 1}-03-31"
    registered = [day(one["on"]) for one in MILESTONES.get(key, ()) if one["kind"] == "registered" and one["on"]]
    return "", min(registered, default="9999")


# -- The grid ----------------------------------------------------------------------------------------


def cells(grid):
    return {
        (row.value, column.iso2): cell
        for row in grid.rows
        for column, cell in zip(grid.columns, row.cells, strict=True)
    }


@settings(max_examples=40, deadline=None)
@given(questions(most=3), st.sampled_from(["technology", "sector"]))
def test_every_cell_and_sum_counts_what_the_files_hold(question, by):
    grid = PrecedentQuery(QueryDict(urlencode(question | {"by": by}, doseq=True))).grid

    rows = [one for one in fitting(question) if main(one) != UNKNOWN]
    place = (
        (lambda one: (main(one), one["country"])) if by == "technology" else lambda one: (one["sector"], one["country"])
    )
    counted = Counter(place(one) for one in rows if is_precedent(one))
    others = Counter(place(one) for one in rows if not is_precedent(one))
    assert {at: cell.count for at, cell in cells(grid).items() if cell.count} == counted
    assert {at: cell.others for at, cell in cells(grid).items() if cell.others} == others
    assert (grid.total, grid.others) == (counted.total(), others.total())
    assert grid.total == sum(row.total for row in grid.rows) == sum(column.total for column in grid.columns)


TECHNOLOGIES, COUNTRIES = {}, {}


@pytest.fixture(scope="module", autouse=True)
def nouns(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        TECHNOLOGIES.update({one.slug: one for one in Technology.objects.select_related("sector")})
        COUNTRIES.update({one.iso2: one for one in PartnerCountry.objects.all()})


def test_the_page_shows_the_grid_and_the_file_the_same_numbers():
    shown = page("/precedents/?sector=transport&sector=waste-and-water")
    answer = Client().get("/precedents/export.csv?sector=transport&sector=waste-and-water")
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    table = {
        row["data-row"]: [int(a.text.split("+")[0]) for a in row.all("a")] for row in shown.all("tr", data_row=True)
    }
    assert table == {line["value"]: [int(number) for number in list(line.values())[2:]] for line in lines[:-1]}
    assert sum(numbers[-1] for numbers in table.values()) == int(lines[-1]["total"]) > 1
    assert shown.one("p", data_total=True)["data-total"] == lines[-1]["total"]


def test_only_rows_and_columns_with_projects_are_shown_unless_all_are_asked_for():
    few = PrecedentQuery(QueryDict("")).grid
    every = PrecedentQuery(QueryDict("empty=true")).grid

    with_projects = {main(one) for one in projects()} - {UNKNOWN}
    assert {row.value for row in few.rows} == with_projects
    assert {column.iso2 for column in few.columns} == {one["country"] for one in projects()}
    assert len(every.columns) == len(rows_of("countries"))
    assert len(every.rows) == len(rows_of("technologies"))


def test_those_without_a_stated_technology_are_named_with_the_list_of_them():
    query = PrecedentQuery(QueryDict("country=VN&country=TH&country=ID&country=PH"))

    left = narrowed({"country": ["VN", "TH", "ID", "PH"], "technology": [UNKNOWN]})
    assert query.grid.unstated == len(left)
    assert QueryDict(query.unstated_address[1:]).getlist("technology") == [UNKNOWN]


# -- One technology in one country -------------------------------------------------------------------


def placed(project, others):
    """How many are surely before it, on its very day, and of unknown order: each pair looked at."""
    first, last = expected_span(project)
    before = same = unknown = 0
    for other in others:
        its_first, its_last = expected_span(other)
        if its_last < first:
            before += 1
        elif its_first == its_last == first == last:
            same += 1
        elif its_first <= last:
            unknown += 1
    return before, same, unknown


def test_every_precedent_of_the_files_has_its_place_in_the_order():
    checked = 0
    for iso2, technology in {(one["country"], main(one)) for one in projects() if main(one) != UNKNOWN}:
        group = [one for one in projects() if (one["country"], main(one)) == (iso2, technology) and is_precedent(one)]
        found = Precedents(QueryDict(""), TECHNOLOGIES[technology], COUNTRIES[iso2]).all_standings
        keys = dict(Project.objects.filter(pk__in=[one.pk for one in found]).values_list("pk", "key"))
        places = {keys[one.pk]: (one.before, one.same_day, one.open) for one in found}
        assert places == {one["key"]: placed(one, [other for other in group if other is not one]) for one in group}, (
            technology,
            iso2,
        )
        checked += len(group)
    assert checked == sum(is_precedent(one) and main(one) != UNKNOWN for one in projects()) > 150


days = st.dates(date(2013, 1, 1), date(2013, 2, 10))


@given(st.lists(st.tuples(days, days).map(sorted), max_size=12))
def test_the_order_of_spans_is_that_of_each_pair(pairs):
    spans = {pk: Span(*pair) for pk, pair in enumerate(pairs)}

    for one in standings(spans):
        rest = [span for pk, span in spans.items() if pk != one.pk]
        same = [span for span in rest if span == one.span and span.is_a_day]
        assert one.before == sum(span.last < one.span.first for span in rest)
        assert one.same_day == len(same)
        assert one.open == sum(span.last >= one.span.first and span.first <= one.span.last for span in rest) - len(same)


def test_the_first_is_called_so_and_the_others_say_how_many_came_before(fresh):
    technology, country = fresh
    for on in (date(2016, 5, 1), date(2015, 5, 1), date(2017, 5, 1)):
        make_milestone(project=make_project(technology=technology, country=country, title=str(on)), reached_on=on)

    shown = page(f"/precedents/{technology.slug}/{country.iso2}/")

    orders = [row.all("td")[0].text for row in shown.all("tr", data_before=True)]
    assert orders == ["first in this country", "1 before it", "2 before it"]
    assert [row.one("th").text for row in shown.all("tr", data_before=True)] == [
        "2015-05-01",
        "2016-05-01",
        "2017-05-01",
    ]


@pytest.fixture
def fresh(monkeypatch, request):
    """A technology and a country of a test's own, known to the words."""
    technology, country = make_technology(), make_country(latitude=0, longitude=100)
    words = vocabulary.Vocabulary({kind: dict(found) for kind, found in vocabulary.load().words.items()})
    words.words["technology"][technology.slug] = vocabulary.Word(technology.slug, technology.name, "", "")
    words.words["country"][country.iso2] = vocabulary.Word(country.iso2, country.name, "", "")
    monkeypatch.setattr(vocabulary, "load", lambda *, participants=(): words)
    return technology, country


def test_without_a_day_the_order_is_said_to_be_unknown(fresh):
    technology, country = fresh
    make_milestone(project=make_project(technology=technology, country=country), reached_on=date(2016, 5, 1))
    registered = make_project(technology=technology, country=country)
    make_milestone(project=registered, kind=MilestoneKind.REGISTERED, reached_on=date(2018, 1, 1))

    shown = page(f"/precedents/{technology.slug}/{country.iso2}/")

    assert [row.all("td")[0].text for row in shown.all("tr", data_before=True)] == ["order to 1 other not known"] * 2
    assert "day not known" in shown.one("tr", data_project=str(registered.pk)).text


def test_registered_before_the_other_was_selected_is_before_it(fresh):
    technology, country = fresh
    old = make_project(technology=technology, country=country)
    make_milestone(project=old, kind=MilestoneKind.REGISTERED, reached_on=date(2015, 1, 1))
    new = make_project(technology=technology, country=country)
    make_milestone(project=new, reached_on=date(2016, 5, 1))

    found = Precedents(QueryDict(""), technology, country).all_standings

    assert [(one.pk, one.before, one.open) for one in found] == [(old.pk, 0, 0), (new.pk, 1, 0)]


def test_of_a_selection_known_to_the_month_the_order_within_it_is_open(fresh):
    technology, country = fresh
    rough, within, after = (make_project(technology=technology, country=country) for _ in range(3))
    make_milestone(project=rough, reached_on=date(2016, 5, 1), reached_on_precision=DatePrecision.MONTH)
    make_milestone(project=within, reached_on=date(2016, 5, 20))
    make_milestone(project=after, reached_on=date(2016, 6, 1))

    found = Precedents(QueryDict(""), technology, country).all_standings

    places = {one.pk: (one.span, one.before, one.open) for one in found}
    assert places[rough.pk] == (Span(date(2016, 5, 1), date(2016, 5, 31)), 0, 1)
    assert places[within.pk] == (Span(date(2016, 5, 20), date(2016, 5, 20)), 0, 1)
    assert places[after.pk][1:] == (2, 0)


@pytest.mark.parametrize(
    ("steps", "counted"),
    [
        ([MilestoneKind.SELECTED], True),
        ([MilestoneKind.REGISTERED], True),
        ([MilestoneKind.SELECTED, MilestoneKind.IN_VALIDATION], True),
        ([MilestoneKind.CREDITS_ISSUED], True),
        ([MilestoneKind.IN_VALIDATION], False),
        ([MilestoneKind.NO_OBJECTION], False),
        ([MilestoneKind.SELECTED, MilestoneKind.WITHDRAWN], False),
        ([], False),
    ],
)
def test_only_what_was_selected_or_registered_and_not_withdrawn_counts(fresh, steps, counted):
    technology, country = fresh
    project = make_project(technology=technology, country=country)
    for kind in steps:
        make_milestone(project=project, kind=kind)

    shown = page(f"/precedents/{technology.slug}/{country.iso2}/")

    assert shown.one("p", data_all=True)["data-all"] == str(int(counted))
    assert [row["data-apart"] for row in shown.all("tr", data_apart=True)] == ([] if counted else [project.key])
    assert ("would be the first on record" in shown.text) is not counted


def test_a_further_technology_makes_no_precedent_but_is_in_the_list(fresh):
    technology, country = fresh
    project = make_project(technology=make_technology(), further_technologies=[technology], country=country)
    make_milestone(project=project)

    query = Precedents(QueryDict(""), technology, country)

    assert (len(query.all_standings), query.listed) == (0, 1)


def test_drafts_never_count_and_what_is_published_counts_at_once(fresh):
    technology, country = fresh
    draft = make_project(state=PublicationState.DRAFT, technology=technology, country=country)
    make_milestone(project=draft)
    address = f"/precedents/{technology.slug}/{country.iso2}/"
    assert page(address).one("p", data_all=True)["data-all"] == "0"

    publishing.publish(record=draft, by=make_user())

    assert page(address).one("p", data_all=True)["data-all"] == "1"
    assert f'href="{address}"' in Client().get("/precedents/").content.decode()


def test_filters_leave_some_out_and_the_order_counts_all(fresh):
    technology, country = fresh
    for year in (2015, 2016):
        project = make_project(technology=technology, country=country, fiscal_year=year)
        make_milestone(project=project, reached_on=date(year, 5, 1))

    shown = page(f"/precedents/{technology.slug}/{country.iso2}/?fiscal_year_min=2016")

    [row] = shown.all("tr", data_before=True)
    assert row["data-before"] == "1"
    assert (shown.one("p", data_all=True)["data-total"], shown.one("p", data_all=True)["data-all"]) == ("1", "2")


def test_the_nearest_countries_come_first(fresh):
    technology, country = fresh
    for longitude in (150, 102, 60):
        other = make_country(latitude=0, longitude=longitude)
        make_milestone(project=make_project(technology=technology, country=other), reached_on=date(2020, 1, 1))

    found = Precedents(QueryDict(""), technology, country).neighbours

    assert [(one.kilometres, one.count) for one in found] == [(200, 1), (4400, 1), (5600, 1)]


# -- Addresses ---------------------------------------------------------------------------------------


def test_a_question_about_one_of_each_leads_to_their_page_with_the_other_filters():
    response = Client().get("/precedents/?technology=rooftop-solar&country=vn&fiscal_year_min=2020")

    assert (response.status_code, response["Location"]) == (302, "/precedents/rooftop-solar/VN/?fiscal_year_min=2020")


@pytest.mark.parametrize("question", ["country=ZZ", "by=colour", "empty=perhaps", "sort=title", "fiscal_year_min=x"])
def test_a_bad_value_is_named_on_the_page_and_refused_by_the_file(question):
    name = question.split("=")[0]

    shown = page(f"/precedents/?{question}")
    refused = Client().get(f"/precedents/export.csv?{question}")

    assert [one["data-problem"] for one in shown.all("li", data_problem=True)] == [name]
    assert refused.status_code == 400
    assert [one["parameter"] for one in refused.json()["problems"]] == [name]


def test_the_file_refuses_what_it_does_not_know():
    assert Client().get("/precedents/export.csv?colour=red").status_code == 400


def test_what_does_not_exist_is_not_found():
    assert Client().get("/precedents/rooftop-solar/ZZ/").status_code == 404
    assert Client().get("/precedents/no-such/VN/").status_code == 404


@pytest.mark.parametrize("path", ["/precedents/", "/precedents/rooftop-solar/VN/", "/ja/precedents/rooftop-solar/SN/"])
def test_the_count_is_dated_and_the_class_left_to_gec(path):
    text = page(path).text

    assert "GEC" in text
    assert str(date.today().year) in text  # noqa: DTZ011
