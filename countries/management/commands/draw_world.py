"""Draws the outlines of the maps anew from an atlas; its output is committed, so that nobody needs the atlas to run."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from countries.iso3166 import ALPHA3_OF
from countries.shapes import OUTLINES, Frame, about

Point = tuple[float, float]
Ring = list[Point]
WORLD_MERIDIAN = 155.0  # Japan near the middle; the cut at 25° W runs through the Atlantic and Greenland's coast
WORLD_WIDTH, NORTH, SOUTH = 1000, 83.7, -56.5
SHEET = 600  # units of a sheet's longer side
TURNS = (-360, 0, 360)
SLACK = 0.7  # units by which a line may be simplified


class Command(BaseCommand):
    help = (
        "Draws countries/data/outlines.json from the folder of the npm package world-atlas 2.0.2 (`npm pack "
        "world-atlas@2.0.2`; ISC licence, made from Natural Earth, which is in the public domain) and the file "
        "databases/iso3166-1.json of the Python package pycountry, which tells its numbers as letters."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("atlas", type=Path)
        parser.add_argument("codes", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = json.loads(options["codes"].read_text(encoding="utf-8"))["3166-1"]
        letters = {row["numeric"]: row["alpha_2"] for row in rows}
        coarse = Atlas(options["atlas"] / "countries-110m.json", letters)
        fine = Atlas(options["atlas"] / "countries-10m.json", letters)
        sheets = {iso2: drawn for iso2 in sorted(ALPHA3_OF) if (drawn := sheet(fine, iso2))}
        lines = ",\n".join(f"{json.dumps(iso2)}: {json.dumps(drawn)}" for iso2, drawn in sheets.items())
        OUTLINES.write_text(f'{{"world": {json.dumps(world(coarse))},\n"sheets": {{\n{lines}\n}}}}\n', encoding="utf-8")
        self.stdout.write(f"{len(sheets)} sheets, {OUTLINES.stat().st_size} bytes in {OUTLINES}")


class Atlas:
    """A file of TopoJSON: rings of each country in degrees, longitude first, one piece of border drawn once."""

    def __init__(self, path: Path, letters: dict[str, str]) -> None:
        file = json.loads(path.read_text(encoding="utf-8"))
        (kx, ky), (dx, dy) = file["transform"]["scale"], file["transform"]["translate"]
        self.arcs: list[Ring] = []
        for arc in file["arcs"]:
            x = y = 0
            points: Ring = []
            for step_x, step_y in arc:
                x, y = x + step_x, y + step_y
                points.append((x * kx + dx, y * ky + dy))
            self.arcs.append(points)
        self.rings: list[tuple[str, list[int]]] = [
            (letters.get(str(one.get("id", "")), ""), ring)
            for one in file["objects"]["countries"]["geometries"]
            for polygon in ([one["arcs"]] if one["type"] == "Polygon" else one.get("arcs", []))
            for ring in polygon
        ]
        self.land = [
            ring
            for one in file["objects"]["land"]["geometries"]
            for polygon in ([one["arcs"]] if one["type"] == "Polygon" else one["arcs"])
            for ring in polygon
        ]

    def coarse(self, number: int) -> Ring:
        """A few points of an arc, enough to tell where it is."""
        arc = self.arcs[number if number >= 0 else ~number]
        return arc[:: max(1, len(arc) // 12)]

    def points(self, ring: list[int], arcs: Callable[[int], Ring] | None = None) -> Ring:
        """The points of a ring; `~i` stands for arc i, backwards."""
        read = arcs or self.arcs.__getitem__
        found: Ring = []
        for number in ring:
            arc = read(number) if number >= 0 else read(~number)[::-1]
            found += arc[1:] if found else arc
        return found


# -- The world -------------------------------------------------------------------------------------


def world(atlas: Atlas) -> dict[str, Any]:
    """The frame, the land, and the outlines by country."""
    frame = Frame(WORLD_MERIDIAN, None, 1.0, 0.0, 0.0, 0, 0)
    half, _ = frame.place(0, 180)
    scale = WORLD_WIDTH / (2 * half)
    top, bottom = (-frame.place(latitude, 0)[1] * scale for latitude in (NORTH, SOUTH))
    frame = Frame(WORLD_MERIDIAN, None, scale, -WORLD_WIDTH / 2, top, WORLD_WIDTH, round(top - bottom))

    outlines, extents = {}, {}
    for iso2 in sorted({iso2 for iso2, _ in atlas.rings if iso2}):
        parts = [part for of, ring in atlas.rings if of == iso2 for part in around(atlas.points(ring), frame)]
        if outline := path_of(parts, smallest=1.5):
            outlines[iso2], extents[iso2] = outline, round(extent(max(parts, key=area)))
    land = path_of((part for ring in atlas.land for part in around(atlas.points(ring), frame)), smallest=1.5)
    return {"frame": vars(frame), "land": land, "outlines": outlines, "extents": extents}


def around(ring: Ring, frame: Frame) -> Iterator[Ring]:
    """The parts of a ring on the map: it is cut where the map ends in the east and in the west."""
    if min(latitude for _, latitude in ring) < -60:  # Antarctica
        return
    east = unrolled(ring, frame.meridian)
    for turn in TURNS:
        part = [(x + turn, y) for x, y in east]
        for axis, bound, sign in ((0, -180.0, 1), (0, 180.0, -1), (1, SOUTH, 1), (1, NORTH, -1)):
            part = clipped(part, axis, bound, sign)
        if len(part) > 2:
            yield [frame.place(y, x) for x, y in part]


def unrolled(ring: Ring, meridian: float) -> Ring:
    """Degrees east of the meridian that nowhere jump from one end of the world to the other."""
    last = about(ring[0][0], meridian)
    found: Ring = []
    for x, y in ring:
        last += about(about(x, meridian) - last, 0)
        found.append((last, y))
    return found


# -- The sheets ------------------------------------------------------------------------------------


def sheet(atlas: Atlas, iso2: str) -> dict[str, Any] | None:
    """A country in its frame, with the land around it; far islands that are a small part of it are left out."""
    own = [atlas.points(ring) for of, ring in atlas.rings if of == iso2]
    if not own or iso2 == "AQ":
        return None
    largest = max(own, key=area)
    start = largest[0][0]
    reach = [x for x, _ in unrolled(largest, start)]
    meridian = round(about(start + (min(reach) + max(reach)) / 2, 0), 1)
    frame = framed([unrolled(ring, meridian) for ring in own], meridian)
    fine: dict[int, Ring] = {}

    def arc(number: int) -> Ring:
        if number not in fine:
            points = atlas.arcs[number]
            near = any(within(frame, latitude, longitude) for longitude, latitude in points)
            fine[number] = simplified(points, frame) if near else points[:: max(1, len(points) - 1)]
        return fine[number]

    drawn: dict[bool, list[Ring]] = {True: [], False: []}
    for of, ring in atlas.rings:
        if any(within(frame, latitude, longitude) for n in ring for longitude, latitude in atlas.coarse(n)):
            east = unrolled(atlas.points(ring, arc), meridian)
            drawn[of == iso2] += [clipped_to(frame, [frame.place(y, x + turn) for x, y in east]) for turn in TURNS]
    return {
        "frame": vars(frame),
        "land": path_of(drawn[False], smallest=8),
        "outline": path_of(drawn[True], smallest=1.5, dots=sum(map(area, drawn[True])) < 6000),
    }


def framed(rings: list[Ring], meridian: float) -> Frame:
    """The frame around the rings that make up nearly all of a country, with a margin and in a shape of paper."""
    rings = sorted(rings, key=area, reverse=True)
    whole, so_far, main = sum(map(area, rings)), 0.0, []
    for ring in rings:
        if so_far > 0.97 * whole:
            break
        main.append(ring)
        so_far += area(ring)
    south, north = (limit(y for ring in main for _, y in ring) for limit in (min, max))
    parallel = round((south + north) / 2, 1)
    bare = Frame(meridian, parallel, 1.0, 0.0, 0.0, 0, 0)
    points = [bare.place(y, x) for ring in main for x, y in ring]
    left, right = (limit(x for x, _ in points) for limit in (min, max))
    top, bottom = (limit(y for _, y in points) for limit in (min, max))
    margin = 0.08 * max(right - left, bottom - top)
    width, height = right - left + 2 * margin, bottom - top + 2 * margin
    wide, high = max(width, 0.75 * height), max(height, width / 1.5)
    scale = SHEET / max(wide, high)
    return Frame(
        meridian,
        parallel,
        round(scale, 3),
        round((left + right - wide) / 2 * scale, 2),
        round(-(top + bottom - high) / 2 * scale, 2),
        round(wide * scale),
        round(high * scale),
    )


def within(frame: Frame, latitude: float, longitude: float) -> bool:
    """Whether a point lies on the sheet or near it."""
    x, y = frame.place(latitude, about(longitude, frame.meridian))
    return -60 <= x <= frame.width + 60 and -60 <= y <= frame.height + 60


def simplified(arc: Ring, frame: Frame) -> Ring:
    """The points of a line that matter at the scale of the sheet (Douglas and Peucker)."""
    start = arc[0][0]
    units = [frame.place(y, start + about(x, start)) for x, y in arc]
    kept, parts = {0, len(arc) - 1}, [(0, len(arc) - 1)]
    while parts:
        first, last = parts.pop()
        distance, farthest = max(
            ((away(units[i], units[first], units[last]), i) for i in range(first + 1, last)), default=(0.0, 0)
        )
        if distance > SLACK:
            kept.add(farthest)
            parts += [(first, farthest), (farthest, last)]
    return [arc[i] for i in sorted(kept)]


def away(point: Point, one: Point, other: Point) -> float:
    """How far a point is from the line between two others."""
    (x, y), (ax, ay), (bx, by) = point, one, other
    length = hypot(bx - ax, by - ay)
    return abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length if length else hypot(x - ax, y - ay)


def clipped_to(frame: Frame, ring: Ring) -> Ring:
    """The part of a ring that lies on the sheet."""
    for axis, bound, sign in ((0, 0.0, 1), (0, float(frame.width), -1), (1, 0.0, 1), (1, float(frame.height), -1)):
        ring = clipped(ring, axis, bound, sign)
    return ring


# -- Rings -----------------------------------------------------------------------------------------


def clipped(ring: Ring, axis: int, bound: float, sign: int) -> Ring:
    """The part of a ring on one side of a line across `axis` (Sutherland and Hodgman)."""
    found: Ring = []
    for one, other in pairwise([*ring[-1:], *ring]):
        one_in, other_in = sign * (one[axis] - bound) >= 0, sign * (other[axis] - bound) >= 0
        if one_in != other_in:
            share = (bound - one[axis]) / (other[axis] - one[axis])
            found.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
        if other_in:
            found.append(other)
    return found


def area(ring: Ring) -> float:
    """What a ring encloses."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise([*ring, *ring[:1]]))) / 2


def extent(ring: Ring) -> float:
    """The shorter side of the box around a ring."""
    return min(max(axis) - min(axis) for axis in zip(*ring, strict=True))


def path_of(rings: Iterable[Ring], *, smallest: float, dots: bool = False) -> str:
    """The data of a path in whole units; rings below `smallest` square units are left out, or stand as dots."""
    parts: dict[str, None] = {}
    for ring in rings:
        if len(ring) > 2 and area(ring) >= smallest:
            parts[one_path(ring)] = None
        elif ring and dots:
            x, y = (round(sum(point[axis] for point in ring) / len(ring) / 2) * 2 for axis in (0, 1))
            parts[f"M{x} {y}h2v2h-2z"] = None
    return "".join(parts)


def one_path(ring: Ring) -> str:
    """One ring as steps from point to point, without those that lie in line."""
    points = list(dict.fromkeys((round(x), round(y)) for x, y in ring))
    corners = [
        here
        for before, here, after in zip(points[-1:] + points[:-1], points, points[1:] + points[:1], strict=True)
        if (here[0] - before[0]) * (after[1] - here[1]) != (after[0] - here[0]) * (here[1] - before[1])
    ]
    if len(corners) < 3:
        return ""
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(corners)]
    return f"M{corners[0][0]} {corners[0][1]}l{' '.join(steps)}z".replace(" -", "-")
