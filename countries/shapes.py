"""Outlines of the world's countries, and where a point of the globe lies on a drawing of them.

The outlines are projected once, by `manage.py draw_world`, and kept in `data/outlines.json`: the world in Equal
Earth, and for each country a sheet of its own, in which areas are true and shapes are true in its middle.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

OUTLINES = Path(__file__).parent / "data" / "outlines.json"
ATLAS = "https://www.npmjs.com/package/world-atlas/v/2.0.2"
# Šavrič, Patterson and Jenny 2018, https://doi.org/10.1080/13658816.2018.1504949
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796


def equal_earth(latitude: float, longitude: float) -> tuple[float, float]:
    """The point on the Equal Earth map of a globe of radius 1, x to the east and y to the north."""
    t = asin(sqrt(3) / 2 * sin(radians(latitude)))
    x = 2 * sqrt(3) * radians(longitude) * cos(t) / (3 * (9 * A4 * t**8 + 7 * A3 * t**6 + 3 * A2 * t**2 + A1))
    return x, A4 * t**9 + A3 * t**7 + A2 * t**3 + A1 * t


def cylinder(latitude: float, longitude: float, *, parallel: float) -> tuple[float, float]:
    """The point on Lambert's equal-area cylinder that touches nothing but is true at `parallel` (degrees)."""
    return radians(longitude) * cos(radians(parallel)), sin(radians(latitude)) / cos(radians(parallel))


def about(longitude: float, meridian: float) -> float:
    """A longitude as degrees east of `meridian`, from -180 up to 180."""
    return (longitude - meridian + 180) % 360 - 180


@dataclass(frozen=True)
class Frame:
    """What turns degrees into the whole units of a drawing; without a `parallel` it is Equal Earth."""

    meridian: float
    parallel: float | None
    scale: float
    left: float
    top: float
    width: int
    height: int

    def place(self, latitude: float, east: float) -> tuple[float, float]:
        """The units of a point `east` degrees of the frame's meridian, which may lie outside."""
        if self.parallel is None:
            x, y = equal_earth(latitude, east)
        else:
            x, y = cylinder(latitude, east, parallel=self.parallel)
        return x * self.scale - self.left, self.top - y * self.scale

    def at(self, latitude: float | Decimal, longitude: float | Decimal) -> tuple[int, int] | None:
        """The units of a point of the globe; None for one outside the drawing."""
        x, y = self.place(float(latitude), about(float(longitude), self.meridian))
        inside = 0 <= x <= self.width and 0 <= y <= self.height
        return (round(x), round(y)) if inside else None

    @property
    def view_box(self) -> str:
        """The attribute of the drawing."""
        return f"0 0 {self.width} {self.height}"


@dataclass(frozen=True)
class Sheet:
    """A drawing of one country with the land around it."""

    frame: Frame
    land: str
    outline: str

    @property
    def tall(self) -> bool:
        """Whether it is higher than wide."""
        return self.frame.height > self.frame.width


@dataclass(frozen=True)
class World:
    """The drawing of the world: all its land, and the outline of each country that is large enough to have one.

    An extent is the shorter side, in units, of the largest piece of land of such a country.
    """

    frame: Frame
    land: str
    outlines: dict[str, str]
    extents: dict[str, int]


@cache
def _drawn() -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return drawn


@cache
def world() -> World:
    """The world in Equal Earth."""
    drawn = _drawn()["world"]
    return World(Frame(**drawn["frame"]), drawn["land"], drawn["outlines"], drawn["extents"])


@cache
def sheet(iso2: str) -> Sheet | None:
    """The sheet of a country; None for one that the atlas lacks."""
    drawn = _drawn()["sheets"].get(iso2)
    return Sheet(Frame(**drawn["frame"]), drawn["land"], drawn["outline"]) if drawn else None
