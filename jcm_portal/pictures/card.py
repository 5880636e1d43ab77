"""The card that a shared link shows, 1200 by 630 points: what kind of page, its title, a few figures, who says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import gettext as _

from .scales import breadth, in_lines, pieces, widest
from .svg import FONTS, LOOKS, SVG

WIDTH, HEIGHT = 1200, 630
MARGIN, STRIP = 64, 72
ROOM = WIDTH - 2 * MARGIN
GREEN, RULE = "#0c472a", "#d6dbd7"
BOLD = 1.06  # how much broader bold letters are than `breadth` takes letters to be
LEADING = 1.24
TITLES = (88, 72, 60, 52, 46, 40, 36)  # points; the first size at which a title fits
VALUES = (54, 48, 42, 36, 30)
SMALL, TEXT = 24, 30
TOP, GAP = 104, 40  # above the title, and between figures


@dataclass(frozen=True)
class Figure:
    """A value set large, what it counts, and of how many; `known` is false where it is but a word for not known.

    `mark` is a shape that stands before the value, drawn in 16 by 16.
    """

    value: str
    label: str
    note: str = ""
    known: bool = True
    mark: Element | None = None

    @property
    def words(self) -> str:
        """All of it in one line."""
        return f"{self.label}{_(': ')}{self.value}{_(', ') if self.note else ''}{self.note}"

    def value_width(self, size: float) -> float:
        """The room that the value takes, set in this size."""
        return (breadth(self.value) * BOLD + (self.mark is not None)) * size

    def least_width(self, size: float) -> float:
        """The same, but no less than the longest of the words below it takes."""
        words = [piece.rstrip() for piece in (*pieces(self.label), *pieces(self.note))]
        return max(self.value_width(size), SMALL * widest(words))

    @property
    def words_width(self) -> float:
        """The room that the words below it would like: a line each, if that is not too long."""
        return SMALL * min(widest([self.label, self.note]), 20)

    def lines(self, width: float) -> list[str]:
        """The words below the value."""
        return [line for text in (self.label, self.note) if text for line in shortened(text, width / SMALL, 3)]


@dataclass(frozen=True)
class Card:
    """What a card says; `kind` and `key` are its address."""

    kind: str
    key: str
    kicker: str
    title: str
    facts: Sequence[str]
    figures: Sequence[Figure]
    source: str
    name: str  # of the site
    day: str  # of the figures

    width, height = WIDTH, HEIGHT

    @property
    def words(self) -> str:
        """The same for those who do not see it."""
        figures = _("; ").join(figure.words for figure in self.figures)
        named = f"{self.kicker}{_(': ')}{self.title}"
        parts = [named, _(", ").join(self.facts), figures, self.source, f"{self.name}{_(', ')}{self.day}"]
        return _(". ").join(part for part in parts if part)

    def svg(self) -> str:
        """The drawing, with its colours written in."""
        root = Element("svg", {"xmlns": SVG, "viewBox": f"0 0 {WIDTH} {HEIGHT}", "font-family": FONTS})
        SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
        _write(root, self.kicker, 84, TEXT, fill=GREEN, bold=True)
        facts = self._facts()
        y = self._title(root, self._figures(root) - TOP - 42 * len(facts) - 30)
        for place, line in enumerate(facts, 1):
            _write(root, line, y + 42 * place, TEXT, look="quiet")
        self._strip(root)
        return tostring(root, encoding="unicode")

    def _facts(self) -> list[str]:
        """The facts in one line, or in a line each where they are long."""
        together = " · ".join(self.facts)
        if len(self.facts) > 1 and breadth(together) > ROOM / TEXT:
            return [line for fact in self.facts for line in shortened(fact, ROOM / TEXT, 2)]
        return shortened(together, ROOM / TEXT, 2) if together else []

    def _title(self, root: Element, height: float) -> float:
        """Draws the title as large as it fits; gives where it ends."""
        longest = widest([piece.rstrip() for piece in pieces(self.title)])
        for size in TITLES:
            room, most = ROOM / size / BOLD, int(height / size / LEADING)
            lines = balanced(self.title, room)
            if len(lines) <= most and longest <= room:
                break
        else:
            lines = shortened(self.title, room, most)
        for place, line in enumerate(lines, 1):
            _write(root, line, TOP + (place - 0.18) * size * LEADING, size, bold=True)
        return TOP + len(lines) * size * LEADING

    def _figures(self, root: Element) -> float:
        """Draws what stands below the title, from the foot upwards; gives where it begins."""
        y = HEIGHT - STRIP - 26.0
        if self.source:
            _write(root, shortened(self.source, ROOM / SMALL, 1)[0], y, SMALL, look="quiet")
            y -= 50
        if not self.figures:
            return y
        room = ROOM - GAP * (len(self.figures) - 1)
        size = next((size for size in VALUES if self._taken(size) <= room), VALUES[-1])
        widths = self._widths(size, room)
        below = [figure.lines(width) for figure, width in zip(self.figures, widths, strict=True)]
        y -= 30 * max(map(len, below)) + 10
        x = float(MARGIN)
        for figure, width, lines in zip(self.figures, widths, below, strict=True):
            _value(root, figure, x, y, size)
            for number, line in enumerate(lines, 1):
                _write(root, line, y + 10 + 30 * number, SMALL, x=x, look="quiet")
            x += width + GAP
        y -= size + 14
        SubElement(root, "rect", {"x": str(MARGIN), "y": f"{y:g}", "width": str(ROOM), "height": "2", "fill": RULE})
        return y

    def _taken(self, size: float) -> float:
        return sum(figure.least_width(size) for figure in self.figures)

    def _widths(self, size: float, room: float) -> list[float]:
        """How wide each column is: what it needs at least, and of the rest what its words would like."""
        least = [figure.least_width(size) for figure in self.figures]
        more = [max(0.0, figure.words_width - one) for figure, one in zip(self.figures, least, strict=True)]
        left = max(0.0, room - sum(least))
        share, spare = min(1.0, left / (sum(more) or 1)), max(0.0, left - sum(more)) / len(more)
        return [one + share * wish + spare for one, wish in zip(least, more, strict=True)]

    def _strip(self, root: Element) -> None:
        top = HEIGHT - STRIP
        SubElement(root, "rect", {"y": str(top), "width": "100%", "height": str(STRIP), "fill": GREEN})
        _mark(root, MARGIN, top + 20, 32)
        _write(root, self.name, top + 47, TEXT, x=MARGIN + 46, fill="#ffffff", bold=True)
        day = _write(root, self.day, top + 46, SMALL, x=WIDTH - MARGIN, fill="#c2e5d1")
        day.set("text-anchor", "end")


def without_words() -> str:
    """The card where no font has the letters of its words: the site's mark alone."""
    root = Element("svg", {"xmlns": SVG, "viewBox": f"0 0 {WIDTH} {HEIGHT}"})
    SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": GREEN})
    _mark(root, (WIDTH - 240) / 2, (HEIGHT - 240) / 2, 240)
    return tostring(root, encoding="unicode")


def _mark(root: Element, x: float, y: float, side: float) -> None:
    """The mark of the site, as in `static/img/icon.svg`."""
    place = {"x": f"{x:g}", "y": f"{y:g}", "width": str(side), "height": str(side), "viewBox": "5 5 22 22"}
    mark = SubElement(root, "svg", place)
    ring = {"cx": "16", "cy": "16", "r": "9", "fill": "none", "stroke": "#ffffff", "stroke-width": "4"}
    SubElement(mark, "circle", ring)
    SubElement(mark, "path", {"d": "M16 7a9 9 0 0 1 0 18z", "fill": "#ffffff"})


def shortened(text: str, most: float, lines: int) -> list[str]:
    """A text in at most so many lines; an ellipsis stands for what is left out, from the end of a word on."""
    found = in_lines(text, most)
    if len(found) <= lines:
        return found
    *kept, last = found[:lines]
    words = pieces(last)
    while len(words) > 1 and breadth("".join(words).rstrip()) > most - 1:
        words.pop()
    return [*kept, "".join(words).rstrip(" 　,;:、。") + "…"]


def balanced(text: str, most: float) -> list[str]:
    """A text in as few lines as `in_lines` gives, but of like length, so that no word is left alone."""
    lines, least = in_lines(text, most), widest([piece.rstrip() for piece in pieces(text)])
    while most - 1 >= least and len(narrower := in_lines(text, most - 1)) == len(lines) > 1:
        lines, most = narrower, most - 1
    return lines


def _value(root: Element, figure: Figure, x: float, y: float, size: float) -> None:
    if figure.mark is not None:
        side = f"{0.76 * size:g}"
        place = {"x": f"{x:g}", "y": f"{y - 0.74 * size:g}", "width": side, "height": side, "viewBox": "0 0 16 16"}
        SubElement(root, "svg", place | {"color": GREEN}).extend(figure.mark)
        x += size
    _write(root, figure.value, y, size, x=x, bold=figure.known, look="label" if figure.known else "quiet")


def _write(
    root: Element, text: str, y: float, size: float, *, x: float = MARGIN, look: str = "label", fill: str = "",
    bold: bool = False,
) -> Element:  # fmt: skip
    element = SubElement(root, "text", {"x": f"{x:g}", "y": f"{y:g}", "font-size": f"{size:g}"} | LOOKS[look])
    element.text = text
    if fill:
        element.set("fill", fill)
    if bold:
        element.set("font-weight", "700")
    return element
