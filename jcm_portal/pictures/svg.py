"""A picture: its drawing as SVG, the table that says the same, and both as files.

Heights are in em and widths in percent, so one drawing fits every page: bars grow with the room, text does not, and
whoever enlarges the text alone gets higher rows. Looks are classes (`static/css/pictures.css`), as the content
security policy wants no style attributes; a file that is taken away has the colours written in.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import resvg_py
from django.utils.safestring import SafeString, mark_safe

from .scales import in_lines

logger = logging.getLogger(__name__)
SVG = "http://www.w3.org/2000/svg"
FILE_WIDTH, FONT_SIZE, MARGIN = 720, 14, 16
# Where a PNG is made, one of these has to be there by its name; the last ones are without Japanese.
FONTS = (
    "'Noto Sans CJK JP', 'Noto Sans JP', 'IPAexGothic', 'Hiragino Sans', 'Yu Gothic',"
    " 'Noto Sans', 'DejaVu Sans', 'Liberation Sans', Arial, system-ui, sans-serif"
)
# The looks in a file, on white: those of the light theme.
LOOKS = {
    "label": {"fill": "#1a1a1a"},
    "figure": {"fill": "#1a1a1a"},
    "quiet": {"fill": "#4d4d4d"},
    "hit": {"fill": "none"},
    "axis": {"stroke": "#595f5b", "stroke-width": "1"},
    "series-1": {"fill": "#197a4b"},
    "series-2": {"fill": "#0031d8"},
    "series-3": {"fill": "#c74700"},
    "series-4": {"fill": "#6f23d0"},
    "open": {"fill": "#ffffff", "stroke": "#4d4d4d", "stroke-width": "1.5"},
    "texture": {"stroke": "#ffffff", "stroke-width": "1.5"},
}


@dataclass(frozen=True)
class Column:
    """A column of a picture's table; `name` heads it in a file."""

    name: str
    label: str
    amount: bool = True


@dataclass(frozen=True)
class Cell:
    """A value of the table, None where it is not known, and the address of what it counts.

    `counted` is the number in a value of words, `figure` what it is where the column is of something else.
    """

    value: int | str | None
    address: str = ""
    counted: int | None = None
    figure: str = ""


@dataclass(frozen=True)
class Drawing:
    """Marks as elements, and how high they are in em."""

    elements: Sequence[Element]
    height: float


@dataclass
class Picture:
    """What is drawn, in words and numbers too."""

    name: str  # in its address, and in the ids of its elements
    title: str
    description: str
    drawing: Drawing
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    question: str = ""  # the query string that asks for the same picture
    notes: list[str] = field(default_factory=list)

    @property
    def svg(self) -> SafeString:
        """The drawing within a page."""
        root = Element("svg", {"class": "drawing", "role": "group", "width": "100%", "height": em(self.drawing.height)})
        root.set("aria-labelledby", f"{self.name}-title")
        root.set("aria-describedby", f"{self.name}-desc")
        SubElement(root, "title", {"id": f"{self.name}-title"}).text = self.title
        SubElement(root, "desc", {"id": f"{self.name}-desc"}).text = self.description
        root.extend(self.drawing.elements)
        return mark_safe(tostring(root, encoding="unicode"))  # noqa: S308  # every text is escaped by the serialiser

    def as_rows(self) -> Iterator[dict[str, Any]]:
        """The table as rows of a file."""
        for row in self.rows:
            yield {column.name: cell.value for column, cell in zip(self.columns, row, strict=True)}

    def file(self, *foot: str) -> str:
        """The picture as a file of its own: title, drawing and the lines of `foot` on white, colours written in."""
        title = in_lines(self.title, (FILE_WIDTH - 2 * MARGIN) / 20)
        below = [line for text in (*self.notes, *foot) for line in in_lines(text, (FILE_WIDTH - 2 * MARGIN) / 12)]
        top = MARGIN + 26 * len(title) + 8
        height = self.drawing.height * FONT_SIZE
        full = top + height + 18 * len(below) + 2 * MARGIN
        root = Element("svg", {"xmlns": SVG, "width": str(FILE_WIDTH), "height": f"{full:.0f}", "role": "img"})
        root.set("viewBox", f"0 0 {FILE_WIDTH} {full:.0f}")
        root.set("font-family", FONTS)
        root.set("font-size", str(FONT_SIZE))
        SubElement(root, "title").text = self.title
        SubElement(root, "desc").text = self.description
        SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
        for place, line in enumerate(title):
            at = {"x": str(MARGIN), "y": str(MARGIN + 20 + 26 * place), "font-size": "20"}
            SubElement(root, "text", at | LOOKS["label"]).text = line
        inside = SubElement(root, "svg", {"x": str(MARGIN), "y": str(top), "height": f"{height:.0f}"})
        inside.set("width", str(FILE_WIDTH - 2 * MARGIN))
        inside.extend(map(_plain, self.drawing.elements))
        for place, line in enumerate(below, 1):
            at = {"x": str(MARGIN), "y": f"{top + height + MARGIN + 18 * place - 6:.0f}", "font-size": "12"}
            SubElement(root, "text", at | LOOKS["quiet"]).text = line
        return tostring(root, encoding="unicode")


def png(svg: str, *, zoom: int = 1) -> bytes:
    """A picture with its looks written in as PNG, of `zoom` points for each of the drawing."""
    # Fonts of Japanese lack the small two of CO₂, for which all of the text would be set in another font.
    svg = svg.replace("₂", '<tspan font-size="70%" baseline-shift="sub">2</tspan>')
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, languages=["ja", "en"]))


@cache
def can_write(language: str) -> bool:
    """Whether a PNG made here has the letters of a language; where no font has them, they all look the same."""
    one, other = ("日", "月") if language == "ja" else ("a", "b")
    found = _letter(one) != _letter(other)
    if not found:
        logger.warning("No font here has the letters of '%s': install one, such as Debian's fonts-noto-cjk.", language)
    return found


def _letter(letter: str) -> bytes:
    return png(f'<svg xmlns="{SVG}" viewBox="0 0 16 16" font-family="{FONTS}"><text y="14">{letter}</text></svg>')


def em(length: float) -> str:
    """A length in em."""
    return f"{round(length, 2):g}em"


def percent(place: float) -> str:
    """A place or a width in percent."""
    return f"{round(place, 2):g}%"


def _plain(element: Element) -> Element:
    """A copy with looks for classes and groups for links, as a file leads nowhere."""
    copy = Element("g" if element.tag == "a" else element.tag)
    for name, value in element.attrib.items():
        if name == "class":
            for one in value.split():
                copy.attrib.update({key: look for key, look in LOOKS.get(one, {}).items() if key not in element.attrib})
        elif name not in ("href", "aria-label"):
            copy.set(name, value)
    copy.text = element.text
    copy.extend(map(_plain, element))
    return copy
