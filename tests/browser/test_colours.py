"""What stands out from its paper besides text, measured as it is drawn: WCAG 2.2, 1.4.11 and 2.4.13."""

import pytest

from tests.browser.measures import CONTRAST
from tests.browser.test_every_page import PAGES, THEMES


@pytest.mark.parametrize("theme", THEMES)
def test_the_focus_ring_stands_out_from_its_paper(new_page, db, theme):
    page = new_page(trace=False, color_scheme=theme)
    page.goto(PAGES["projects"]())
    page.evaluate(CONTRAST)
    rings = []
    for _ in range(40):
        page.keyboard.press("Tab")
        rings.append(
            page.evaluate(
                "() => { const e = document.activeElement, s = getComputedStyle(e);"
                " return [s.outlineStyle === 'solid' ? parseFloat(s.outlineWidth) : 0,"
                " contrast.of(s.outlineColor, e.parentElement), e.outerHTML.slice(0, 90)]; }"
            )
        )
    assert min(ring[0] for ring in rings) >= 2
    assert min(ring[1] for ring in rings) >= 3, min(rings, key=lambda ring: ring[1])


@pytest.mark.parametrize("theme", THEMES)
def test_the_edges_of_controls_stand_out_from_their_paper(new_page, db, theme):
    """What can be filled in or pressed is recognised by its edge or its fill; a status by its shape."""
    page = new_page(trace=False, color_scheme=theme)
    page.goto(PAGES["projects"]())
    page.evaluate(CONTRAST)
    edges = page.eval_on_selector_all(
        "input[type=search], input[inputmode], select, .button, .theme, .chips a:not(.clear)",
        "all => all.filter(e => e.checkVisibility()).map(e => contrast.of(getComputedStyle(e).borderTopColor,"
        " e.parentElement))",
    )
    shapes = page.eval_on_selector_all(
        ".status svg", "all => all.map(e => contrast.of(getComputedStyle(e).color, e.parentElement))"
    )
    assert len(edges) > 4
    assert len(shapes) > 0
    assert min(edges + shapes) >= 3


def test_a_mark_that_is_too_faint_is_found(new_page):
    page = new_page(trace=False)
    page.goto("/statistics/credits/")
    page.evaluate(CONTRAST)
    usual = min(page.evaluate("contrast.marks()"))[0]
    page.evaluate("document.documentElement.style.setProperty('--chart-1', '#cfe3d6')")
    faint = [mark for ratio, mark in page.evaluate("contrast.marks()") if ratio < 3]
    assert usual >= 3
    assert all("series-1" in mark for mark in faint)
    assert len(faint) > 5
