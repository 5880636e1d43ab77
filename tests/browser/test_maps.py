"""Maps under the finger: what is small on them can be hit, and nothing is wider than the screen."""

import pytest

# How far from its middle, upwards, downwards and to both sides, a country's mark still answers.
REACH = """iso2 => {
  const mark = document.querySelector(`figure.map a[data-country=${iso2}]`);
  mark.scrollIntoView({block: "center"});
  const box = mark.querySelector(".area").getBoundingClientRect();
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const answers = (dx, dy) => document.elementFromPoint(x + dx, y + dy)?.closest("svg a") === mark;
  return [[12, 0], [-12, 0], [0, 12], [0, -12], [0, 0]].filter(([dx, dy]) => !answers(dx, dy));
}"""


@pytest.mark.parametrize("path", ["/", "/ja/", "/countries/"])
@pytest.mark.parametrize("width", [360, 1280])
def test_small_states_can_be_hit(new_page, path, width):
    page = new_page(width=width, trace=False)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for iso2 in ("MV", "PW"):
        assert page.evaluate(REACH, iso2) == [], iso2
        label = page.locator(f"figure.map a[data-country={iso2}] text").bounding_box()
        assert 0 <= label["x"] <= label["x"] + label["width"] <= width


@pytest.mark.parametrize("iso2", ["CR", "LK", "MD", "SN"])
def test_a_country_of_a_few_points_on_the_screen_leads_to_its_page(new_page, iso2):
    page = new_page(trace=False)
    page.goto("/")
    mark = page.locator(f"figure.map a[data-country={iso2}]")
    address = mark.get_attribute("href")
    box = mark.locator(".area").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**{address}")


def test_a_mark_of_several_projects_leads_to_their_rows(new_page):
    page = new_page(trace=False)
    page.goto("/countries/viet-nam/")
    mark = page.locator("figure.map a[data-place]:has(.gathered)").first
    count, place = mark.get_attribute("data-value"), mark.get_attribute("data-place")
    mark.locator(".gathered").click(force=True)
    rows = page.locator(f"#place-{place} tr")
    assert rows.count() == int(count)
    assert rows.first.is_visible()
