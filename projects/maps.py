"""Where projects are: the world with its partner countries, one country, one project. Templates draw what is here.

Marks stand on a grid or at places, so that their number has a bound whatever the number of projects.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, F, FloatField, IntegerField, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from countries import shapes
from countries.models import PartnerCountry
from jcm_portal.templatetags.languages import in_reading_order, plain

from .filters import NEWEST
from .models import LocationPrecision, Project

CELL = 3  # degrees: on the map of the world points of one such square and precision are one mark, in their middle
MOST_MARKS = 400  # of the world
MOST_PROJECTS = 100  # of a country
APART = 26  # units of a sheet within which places are gathered into one mark
SMALL = 15  # units: the extent of a country up to which what is around it answers to the finger too
LABEL_BELOW = 400  # units from the left up to which a small state's name stands below it, as land lies beside it
POINTS = (
    LocationPrecision.SITE,
    LocationPrecision.CITY,
    LocationPrecision.PROVINCE,
    LocationPrecision.HEAD_OFFICE,
    LocationPrecision.COUNTRY,
)


@dataclass(frozen=True)
class Key:
    """A line of the legend: what a mark stands for, and how many projects have such a point."""

    precision: str
    label: str
    count: int


@dataclass(frozen=True)
class CountryMark:
    """A partner country of the world map; `at` is None where nobody knows its place, and `outline` empty if small."""

    country: PartnerCountry
    count: int
    outline: str
    at: tuple[int, int] | None
    small: bool

    @property
    def label_at(self) -> tuple[int, int, str]:
        """Where the name of a state too small for an outline stands: x, y, text-anchor."""
        x, y = self.at or (0, 0)
        return (x, y + 34, "middle") if x < LABEL_BELOW else (x + 18, y, "start")


@dataclass(frozen=True)
class Marks:
    """The points of one precision as the data of one path: strokes without length, of one size on any screen.

    `many` are those that stand for several projects.
    """

    precision: str
    one: str
    many: str


@dataclass(frozen=True)
class WorldMap:
    """What the map of the world shows; each number equals the list of projects behind it."""

    drawing: shapes.World
    countries: list[CountryMark]
    marks: list[Marks]
    keys: list[Key]
    projects: int
    placed: int
    left_out: int  # projects of marks beyond the bound

    @property
    def by_name(self) -> list[CountryMark]:
        """The countries in the order of the page's language."""
        return sorted(self.countries, key=lambda mark: in_reading_order(plain(mark.country, "name")))

    @property
    def without_place(self) -> int:
        """Projects without coordinates."""
        return self.projects - self.placed


def world_map(countries: Iterable[PartnerCountry], counts: Mapping[str, int]) -> WorldMap:
    """The partner countries with their number of public projects, and where these are; one query.

    `counts` are those of all public projects, by the ISO code of their country.
    """
    drawing = shapes.world()
    marks = [_country_mark(country, counts.get(country.iso2, 0), drawing) for country in countries]
    cells = _cells(Project.objects.published().filter(latitude__isnull=False))
    points = sorted(cells, key=lambda cell: -cell["count"])
    drawn, beyond = points[:MOST_MARKS], points[MOST_MARKS:]
    return WorldMap(
        drawing,
        marks,
        [_marks(precision, drawn, drawing.frame) for precision in POINTS],
        _keys((cell["location_precision"], cell["count"]) for cell in points),
        sum(counts.values()),
        sum(cell["count"] for cell in points),
        sum(cell["count"] for cell in beyond),
    )


def _country_mark(country: PartnerCountry, count: int, drawing: shapes.World) -> CountryMark:
    at = None
    if country.latitude is not None and country.longitude is not None:
        at = drawing.frame.at(country.latitude, country.longitude)
    outline = drawing.outlines.get(country.iso2, "")
    return CountryMark(country, count, outline, at, small=bool(outline) and drawing.extents[country.iso2] <= SMALL)


def _cells(rows: QuerySet) -> QuerySet:
    """How many of the rows, which have coordinates, lie in each square of the globe, by precision."""

    def degrees(name: str) -> Cast:
        return Cast(F(name), FloatField())  # which the database adds and divides faster than decimals

    def squares(name: str) -> Cast:
        return Cast(degrees(name) / CELL, IntegerField())  # rounds

    return (
        rows.order_by()
        .annotate(north=squares("latitude"), east=squares("longitude"))
        .values("north", "east", "location_precision")
        .annotate(count=Count("pk"), latitude_in_it=Avg(degrees("latitude")), longitude_in_it=Avg(degrees("longitude")))
    )


def _keys(points: Iterable[tuple[str, int]]) -> list[Key]:
    """The legend of so many points of each precision."""
    counts: dict[str, int] = {}
    for precision, count in points:
        counts[_drawn_as(precision)] = counts.get(_drawn_as(precision), 0) + count
    labels = {LocationPrecision.COUNTRY: _("not exact to a province")}
    return [Key(one.value, str(labels.get(one, one.label)), counts[one]) for one in POINTS if counts.get(one)]


def _drawn_as(precision: str) -> str:
    """The mark of a point; one that nobody calls more exact has that of a country."""
    return precision if precision in POINTS else LocationPrecision.COUNTRY


def _marks(precision: str, cells: list[dict[str, Any]], frame: shapes.Frame) -> Marks:
    strokes = {True: "", False: ""}
    for cell in cells:
        at = frame.at(cell["latitude_in_it"], cell["longitude_in_it"])
        if at and _drawn_as(cell["location_precision"]) == precision:
            strokes[cell["count"] > 1] += stroke(at)
    return Marks(precision, strokes[False], strokes[True])


def stroke(at: tuple[int, int]) -> str:
    """A stroke of hardly any length, whose cap is the mark (of none at all, printers lose the direction)."""
    return f"M{at[0]} {at[1]}h.01"


# -- One country -----------------------------------------------------------------------------------


@dataclass
class Place:
    """Projects whose points are the same or too near to be told apart; `number` names its row in the table."""

    number: int
    x: int
    y: int
    precision: str
    projects: list[Project] = field(default_factory=list)

    @property
    def stroke(self) -> str:
        """The data of its mark."""
        return stroke((self.x, self.y))


@dataclass(frozen=True)
class CountryMap:
    """A country's sheet with its projects; `places` are drawn, `outside` lie beyond the sheet."""

    country: PartnerCountry
    drawing: shapes.Sheet
    places: list[Place]
    outside: list[Project]
    keys: list[Key]
    projects: int
    placed: int

    @property
    def gathers(self) -> bool:
        """Whether a mark stands for several projects."""
        return any(len(place.projects) > 1 for place in self.places)

    @property
    def drawn(self) -> int:
        """How many projects the table names."""
        return sum(len(place.projects) for place in self.places) + len(self.outside)

    @property
    def without_place(self) -> int:
        """Projects without coordinates."""
        return self.projects - self.placed


def country_map(country: PartnerCountry, projects: int) -> CountryMap | None:
    """The country with those of its public projects whose place is known; None where the atlas lacks it; two queries.

    `projects` is the number of all its public ones.
    """
    drawing = shapes.sheet(country.iso2)
    if drawing is None:
        return None
    known = Project.objects.published().filter(country=country, latitude__isnull=False)
    keys = _keys(known.order_by().values_list("location_precision").annotate(count=Count("pk")))
    shown = list(
        known.order_by(*NEWEST).only(
            "title", "title_ja", "title_kind", "locality", "latitude", "longitude", "location_precision", "status"
        )[:MOST_PROJECTS]
    )
    places, outside = _gathered(shown, drawing.frame)
    return CountryMap(country, drawing, places, outside, keys, projects, sum(key.count for key in keys))


def _gathered(projects: list[Project], frame: shapes.Frame) -> tuple[list[Place], list[Project]]:
    """The places of the projects, those hardly apart as one, and the projects that lie outside the frame."""
    places: list[Place] = []
    outside = []
    for project in projects:
        at = _on(frame, project)
        if at is None:
            outside.append(project)
            continue
        near = [place for place in places if (place.x - at[0]) ** 2 + (place.y - at[1]) ** 2 < APART**2]
        place = min(near, key=lambda one: (one.x - at[0]) ** 2 + (one.y - at[1]) ** 2, default=None)
        if place is None:
            place = Place(len(places) + 1, *at, _drawn_as(project.location_precision))
            places.append(place)
        place.projects.append(project)
    return places, outside


def _on(frame: shapes.Frame, project: Project) -> tuple[int, int] | None:
    """Where the project is on the sheet; None for one without coordinates or off it."""
    if project.latitude is None or project.longitude is None:
        return None
    return frame.at(project.latitude, project.longitude)


# -- One project -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Locator:
    """One project on the sheet of its country."""

    drawing: shapes.Sheet
    stroke: str
    precision: str


def locator(project: Project) -> Locator | None:
    """Where the project is; None where that is not known, or is off its country's sheet."""
    drawing = shapes.sheet(project.country.iso2)
    at = _on(drawing.frame, project) if drawing else None
    return Locator(drawing, stroke(at), _drawn_as(project.location_precision)) if drawing and at else None
