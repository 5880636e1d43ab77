"""Maps: what is drawn equals the records and the lists behind, and nothing else is drawn."""

import re
from math import cos, radians, sin
from xml.etree import ElementTree

import pytest
from django.test import Client

from countries import shapes
from countries.models import PartnerCountry
from jcm_portal.models import PublicationState
from projects import maps
from projects.models import LocationPrecision, Project
from tests.bundled import rows_of
from tests.factories import make_country, make_project
from tests.reading import page_of

pytestmark = pytest.mark.django_db


def page(path):
    return page_of(Client().get(path))


def figure(path):
    return page(path).one("figure", data_map="world")


def world():
    return maps.world_map(PartnerCountry.objects.all(), {})


def sheet_of(country):
    return maps.country_map(country, Project.objects.published().filter(country=country).count())


# -- The projection --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latitude", "longitude", "x", "y"),
    # As PROJ gives them: echo "LON LAT" | proj +proj=eqearth +R=1
    [
        (0, 180, 2.706630, 0.0),
        (90, 0, 0.0, 1.317363),
        (45, 90, 1.159854, 0.860231),
        (-35.5, 139.7, 1.911562, -0.694413),
    ],
)
def test_equal_earth_is_that_of_its_authors(latitude, longitude, x, y):
    assert shapes.equal_earth(latitude, longitude) == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize("parallel", [None, 0, 14, 47])
def test_areas_are_true_wherever_they_lie(parallel):
    frame = shapes.Frame(0, parallel, 1.0, 0, 0, 0, 0)

    def size(south, west, step=0.05):
        corners = [(south, west), (south, west + step), (south + step, west + step), (south + step, west)]
        points = [frame.place(*corner) for corner in corners]
        pairs = zip(points, points[1:] + points[:1], strict=True)
        return abs(sum(a * d - c * b for (a, b), (c, d) in pairs)) / 2

    for south, west in ((0, 0), (30, 100), (-55, -60), (70, 20)):
        on_globe = radians(0.05) * (sin(radians(south + 0.05)) - sin(radians(south)))
        assert size(south, west) == pytest.approx(on_globe, rel=1e-3)


def test_a_sheet_is_true_to_shape_in_its_middle():
    frame = shapes.sheet("VN").frame
    x, y = frame.place(frame.parallel, 0)
    right, up = frame.place(frame.parallel, 0.01)[0] - x, y - frame.place(frame.parallel + 0.01, 0)[1]
    assert up == pytest.approx(right / cos(radians(frame.parallel)), rel=1e-3)


# -- The world -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/countries/", "/ja/"])
def test_every_partner_country_is_on_the_map_and_says_its_number(path):
    drawn = figure(path).all("a", data_country=True)

    assert {link["data-country"] for link in drawn} == {row["iso2"] for row in rows_of("countries")}
    for link in drawn:
        assert re.findall(r"\d+", link.one("title").text) == [link["data-value"]]
        assert link.one(class_="area")


def test_points_and_their_legend_equal_the_records_with_coordinates():
    rows = [row for row in rows_of("projects") if row["latitude"]]
    shown = {one["data-precision"]: int(one["data-value"]) for one in figure("/").all("li", data_precision=True)}

    for precision in ("site", "city", "province"):
        assert shown[precision] == sum(row["location_precision"] == precision for row in rows)
    assert sum(shown.values()) == len(rows_of("projects"))
    assert shown["none"] == len(rows_of("projects")) - len(rows)


@pytest.mark.parametrize(
    ("precision", "drawn_as"),
    [*((one, one) for one in maps.POINTS), (LocationPrecision.UNKNOWN, LocationPrecision.COUNTRY)],
)
def test_the_shape_says_no_more_than_is_known_of_the_place(empty_database, precision, drawn_as):
    country = make_country(iso2="FR")
    project = make_project(country=country, latitude=47, longitude=2, location_precision=precision)

    assert [marks.precision for marks in world().marks if marks.one] == [drawn_as]
    assert [(key.precision, key.count) for key in world().keys] == [(drawn_as, 1)]
    assert [place.precision for place in sheet_of(country).places] == [drawn_as]
    assert maps.locator(project).precision == drawn_as


def test_the_newest_projects_of_a_country_are_those_drawn(empty_database, monkeypatch):
    monkeypatch.setattr(maps, "MOST_PROJECTS", 1)
    country = make_country(iso2="FR")
    for year in (2020, 2024, None):
        make_project(country=country, fiscal_year=year, latitude=47, longitude=2, title=f"of {year}")
    drawn = sheet_of(country)

    assert [project.title for place in drawn.places for project in place.projects] == ["of 2024"]
    assert (drawn.drawn, drawn.placed) == (1, 3)


def test_points_of_one_place_are_one_mark_and_far_ones_are_two(empty_database):
    for latitude in (10, 10, 40):
        make_project(latitude=latitude, longitude=100, location_precision=LocationPrecision.CITY)
    city = next(marks for marks in world().marks if marks.precision == "city")

    assert city.many.count("M") == 1
    assert city.one.count("M") == 1


def test_the_number_of_marks_has_a_bound_and_what_is_beyond_is_told(empty_database, monkeypatch):
    monkeypatch.setattr(maps, "MOST_MARKS", 2)
    for latitude in (10, 10, 40, 60):
        make_project(latitude=latitude, longitude=100, location_precision=LocationPrecision.CITY)
    drawn = world()

    assert sum((marks.one + marks.many).count("M") for marks in drawn.marks) == 2
    assert (drawn.placed, drawn.left_out) == (4, 1)


@pytest.mark.parametrize("state", [PublicationState.DRAFT, PublicationState.IN_REVIEW, PublicationState.WITHDRAWN])
def test_what_is_not_public_is_drawn_nowhere(empty_database, state):
    country = make_country(iso2="FR")
    make_project(country=country, state=state, latitude=47, longitude=2, location_precision=LocationPrecision.SITE)

    assert not any(marks.one or marks.many for marks in world().marks)
    drawn = sheet_of(country)
    assert (drawn.places, drawn.keys, drawn.projects) == ([], [], 0)


def test_a_country_that_no_atlas_knows_and_nobody_placed_stands_in_the_table_alone(empty_database):
    make_country(iso2="GI")
    home = figure("/")

    assert not home.all("a", data_country=True)
    assert home.one("tr", data_country="GI")


# -- As drawings -----------------------------------------------------------------------------------


def drawings(html):
    return re.findall(r"<svg\b.*?</svg>", html, re.DOTALL)


@pytest.mark.parametrize("path", ["/", "/countries/", "/countries/maldives/", "/ja/countries/indonesia/"])
def test_drawings_are_well_formed_and_hold_no_style(path):
    found = drawings(Client().get(path).text)
    assert any("land" in one for one in found)
    for one in found:
        for element in ElementTree.fromstring(one).iter():
            assert "style" not in element.attrib
            assert element.tag not in ("style", "script")


def test_the_outlines_are_whole_numbers_within_their_drawing():
    world = shapes.world()
    for path in (world.land, *world.outlines.values()):
        for start in re.findall(r"M(\d+) (\d+)", path):
            x, y = map(int, start)
            assert 0 <= x <= world.frame.width
            assert 0 <= y <= world.frame.height
        assert not re.search(r"[^Mlz\d \-]", path)


def test_every_partner_country_has_a_sheet_that_holds_its_projects():
    for country in PartnerCountry.objects.all():
        drawn = sheet_of(country)
        assert not drawn.outside, country
        assert drawn.drawn == Project.objects.published().filter(country=country, latitude__isnull=False).count()
