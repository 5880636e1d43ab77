"""The marks of pictures: bars from left to right, in parts where there are some, with labels and a legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from .scales import Linear, in_lines, widest
from .svg import Drawing, em, percent

NARROWEST = 19.5  # em: the room on a phone of 360 px, by which text is given its share of the width
MOST_FOR_LABELS = 42.0  # percent; longer labels stand above their bars
ROW, BAR, GAP, LINE = 1.9, 1.15, 0.45, 1.2  # em; a row is a target of 24 px and more


@dataclass(frozen=True)
class Part:
    """A stretch of a bar and its look: `series-1` to `series-4`, or `open` for what is not known."""

    value: float
    look: str = "series-1"


@dataclass(frozen=True)
class Bar:
    """A bar with its label before or above it and its figure behind it; no part where nothing is known.

    `name` says all of it to those who do not see it; `address` is what the bar counts, `counts` the column of the
    table that has the same figure.
    """

    label: str
    figure: str
    parts: Sequence[Part]
    name: str
    address: str = ""
    counts: str = ""

    @property
    def value(self) -> float:
        """The length of all its parts."""
        return sum(part.value for part in self.parts)


@dataclass(frozen=True)
class Key:
    """A look explained."""

    look: str
    text: str


def bars(picture: str, rows: Sequence[Bar], keys: Sequence[Key] = ()) -> Drawing:
    """Bars below each other, all to one scale from zero."""
    figures = share(widest([row.figure for row in rows]) + GAP)
    labels = share(widest([row.label for row in rows]) + GAP)
    above = labels > MOST_FOR_LABELS
    scale = Linear(
        max((row.value for row in rows), default=0) or 1,
        0.0 if above else labels,
        100 - min(figures, 45),
    )
    elements = textures(picture, {part.look for row in rows for part in row.parts} | {key.look for key in keys})
    y = legend(elements, picture, keys)
    first = y
    for row in rows:
        y += _bar(elements, picture, row, scale, y, above=above)
    if not above:  # it would run through the labels
        elements.append(line("axis", (scale.start, first), (scale.start, y)))
    return Drawing(elements, y + 0.2)


def _bar(elements: list[Element], picture: str, row: Bar, scale: Linear, y: float, *, above: bool) -> float:
    words = (in_lines(row.label, NARROWEST + 1.5) if above else [row.label]) if row.label else []
    lines = LINE * len(words) + 0.25 if above and words else 0.0
    height = ROW + lines
    mark = _mark(row)
    elements.append(mark)
    SubElement(mark, "rect", {"class": "hit", "x": "0", "y": em(y), "width": "100%", "height": em(height)})
    for place, text in enumerate(words):
        label = SubElement(mark, "text", {"class": "label", "x": "0", "y": em(y + 1.25 + LINE * place)})
        label.text, label.tail = text, " "  # else it and the figure would be read as one word
    x = scale.start
    for part in row.parts:
        stretch = {"y": em(y + lines + (ROW - BAR) / 2), "x": percent(x), "height": em(BAR)}
        length = scale.length(part.value)
        # What is there is seen, be it ever so little.
        least = "0.15em" if 0 < length < 0.4 else percent(length)
        mark.append(Element("rect", filled(picture, part.look) | stretch | {"width": least}))
        x += length
    at = {"class": "figure" if row.parts else "figure quiet", "x": percent(x), "dx": em(GAP)}
    SubElement(mark, "text", at | {"y": em(y + lines + 1.3)}).text = row.figure
    return height


def _mark(row: Bar) -> Element:
    if not row.address:
        return Element("g")
    link = Element("a", {"href": row.address, "aria-label": row.name})
    if row.counts:
        link.set("data-figure", row.counts)
        link.set("data-value", f"{row.value:.0f}" if row.parts else "")
    return link


def share(breadth_in_em: float) -> float:
    """The part of the narrowest drawing that a text of this breadth takes, in percent."""
    return 100 * breadth_in_em / NARROWEST


def filled(picture: str, look: str) -> dict[str, str]:
    """The attributes of a shape with this look: its class, and its texture where it has one."""
    if look in TEXTURES:
        return {"class": "textured", "fill": f"url(#{picture}-{look})"}
    return {"class": look}


# Lines over the colour, so that a look is told by more than its colour: their ends in a tile of six by six.
TEXTURES = {"series-2": "M-1 7 7-1M-3 3 3-3M3 9 9 3", "series-3": "M0 1.5h6", "series-4": "M1.5 0v6M0 1.5h6"}


def textures(picture: str, looks: set[str]) -> list[Element]:
    """The definitions of the textures that a picture uses; their ids are its own."""
    used = sorted(looks & TEXTURES.keys())
    if not used:
        return []
    definitions = Element("defs")
    for look in used:
        tile = {"id": f"{picture}-{look}", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
        pattern = SubElement(definitions, "pattern", tile)
        SubElement(pattern, "rect", {"class": look, "width": "6", "height": "6"})
        SubElement(pattern, "path", {"class": "texture", "d": TEXTURES[look], "fill": "none"})
    return [definitions]


def legend(elements: list[Element], picture: str, keys: Sequence[Key], y: float = 0.0) -> float:
    """Adds each look with its words, one below the other; gives where they end."""
    for key in keys:
        swatch = filled(picture, key.look) | {"x": "0", "y": em(y + 0.3), "width": "1.4em", "height": "0.9em"}
        elements.append(Element("rect", swatch))
        text = Element("text", {"class": "label", "x": "0", "dx": "1.9em", "y": em(y + 1.15)})
        text.text = key.text
        elements.append(text)
        y += 1.6
    return y + 0.5 if keys else y


def line(look: str, start: tuple[float, float], end: tuple[float, float]) -> Element:
    """A straight line between two points, each in percent of the width and em from the top."""
    ends = {"x1": percent(start[0]), "y1": em(start[1]), "x2": percent(end[0]), "y2": em(end[1])}
    return Element("line", {"class": look} | ends)
