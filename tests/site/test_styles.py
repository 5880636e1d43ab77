"""What the style sheets of the public pages hold on to, so that a new page looks like the others."""

import re

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static" / "css"
SHEETS = sorted(path.name for path in CSS.glob("*.css") if not path.name.startswith(("admin", "print", "tokens")))
SPACES = re.compile(r"(?<![\w-])(?:padding|margin|gap|row-gap|column-gap)(?:-[a-z]+)*: ([^;}]+)")


def rules(sheet):
    """The sheet without comments and without what is for paper, where points and millimetres rule."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(), flags=re.S)
    return re.sub(r"@media print \{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)


@pytest.mark.parametrize("sheet", SHEETS)
def test_text_has_one_of_few_sizes(sheet):
    """Pixels are those of drawings, whose text grows with the drawing; a share is that of a subscript."""
    sizes = re.findall(r"font-size: ([^;}]+)", rules(sheet))
    odd = [size for size in sizes if not re.fullmatch(r"var\(--text(-[a-z]+)?\)|inherit|\d+px|\.75em", size.strip())]
    assert odd == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_spaces_are_steps_of_four_pixels(sheet):
    found = [length for value in SPACES.findall(rules(sheet)) for length in re.findall(r"[\d.]+(?=rem)", value)]
    assert [length for length in found if float(length) * 4 % 1] == []


def test_sheets_are_looked_at():
    assert {"base.css", "components.css"} <= set(SHEETS)
