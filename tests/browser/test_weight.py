"""What a page costs its reader: bytes, requests, and text that jumps while it is read."""

import pytest

from tests.browser.test_every_page import PAGES, in_language

# Bytes as they travel, headers included, and requests, the icon among them.
BUDGETS = {"home": (120_000, 12), "statistics": (200_000, 12), "projects": (50_000, 11), "all projects": (50_000, 11)}
ADDRESSES = PAGES | {"all projects": lambda: "/projects/"}

# Bytes a second and milliseconds: a page arrives in some ten pieces.
SLOW_LINE = {"offline": False, "latency": 30, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
# Each jump with what jumped, from where to where.
SHIFTS = """() => new Promise(done => {
  const found = [];
  const box = rect => [rect.x, rect.y, rect.width, rect.height].map(Math.round).join(" ");
  const what = node => (node?.outerHTML ?? node?.data ?? "?").slice(0, 90);
  const told = one => `${what(one.node)}: ${box(one.previousRect)} → ${box(one.currentRect)}`;
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) found.push([one.value, one.sources.map(told)]);
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(found), 300);
})"""


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_is_light(new_page, name, language):
    page = new_page(width=360, trace=False)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(in_language(ADDRESSES[name](), language), wait_until="networkidle")
    most_bytes, most_requests = BUDGETS[name]
    assert 3 < len(sizes) <= most_requests
    assert 5_000 < sum(sizes) <= most_bytes, sizes


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["home", "projects", "project", "country"])
def test_nothing_moves_while_the_page_arrives(new_page, name, width):
    page = new_page(width=width, trace=False)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_LINE)  # else all is there before the first is drawn
    for language in ("en", "ja"):
        page.goto(in_language(ADDRESSES[name](), language), wait_until="networkidle")
        shifts = page.evaluate(SHIFTS)
        # What arrives in the middle of a line may move that line; up to 0.1 counts as good.
        assert sum(value for value, _what in shifts) < (0.001 if name == "home" else 0.02), shifts


def test_the_figures_wait_for_the_map_that_moves_them(page):
    page.goto("/")
    assert page.locator(".figures").is_visible()
    page.evaluate("for (const one of document.querySelectorAll('.opening ~ *')) one.remove()")  # not yet there
    assert page.locator(".figures").is_hidden()
