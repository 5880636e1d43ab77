"""Suggestions while typing, in a browser: by keyboard, mouse and touch, beside the list that follows the typing."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.barriers import THEMES, barriers, violations
from tests.browser.measures import CONTRAST

SCRIPT = settings.BASE_DIR / "static" / "js" / "suggest.js"
BOXES = {"home": ("/", "#home-q"), "list": ("/projects/", "#q")}


def typed(page, text, box="#home-q"):
    """Type, and wait for the list."""
    page.locator(box).press_sequentially(text)
    expect(page.locator(f'[role=listbox][data-q="{text}"]')).to_be_visible()
    return page.locator(box)


def active(page, box="#home-q"):
    """The text of the option that the box points at."""
    pointed_at = page.locator(box).get_attribute("aria-activedescendant")
    return pointed_at and page.locator(f"#{pointed_at}").text_content()


def options(page):
    return page.locator("[role=option]")


def answer(*names):
    links = "".join(f'<a role="option" aria-selected="false" tabindex="-1" href="/about/">{name}</a>' for name in names)
    return f'<div class="suggestions" role="listbox" aria-label="x" data-said="{len(names)}">{links}</div>'


# -- By keyboard -------------------------------------------------------------------------------------


def test_the_box_is_a_combobox_that_says_what_it_offers(page):
    page.goto("/")
    box = page.get_by_role("combobox", name="Search projects by technology")
    expect(box).to_have_attribute("aria-expanded", "false")

    typed(page, "chil")

    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(f"#{box.get_attribute('aria-controls')}")).to_have_role("listbox")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(page.get_by_role("group", name="Technologies").get_by_role("option").first).to_contain_text("chiller")
    expect(page.locator("#home-q-said")).to_have_text(f"{options(page).count()} suggestions")
    assert active(page) is None


def test_the_keys_walk_through_the_options_and_round(page):
    page.goto("/")
    box = typed(page, "chil")
    texts = options(page).all_text_contents()

    walked = []
    for _ in range(len(texts) + 1):
        box.press("ArrowDown")
        walked.append(active(page))
    assert walked == [*texts, texts[0]]
    expect(page.locator("[aria-selected=true]")).to_have_count(1)
    box.press("ArrowUp")
    assert active(page) == texts[-1]
    box.press("Home")
    assert active(page) is None
    assert page.evaluate("document.querySelector('#home-q').selectionStart") == 0
    box.press("ArrowUp")
    assert active(page) == texts[-1]
    assert page.evaluate("document.activeElement.id") == "home-q"


def test_enter_opens_the_option_that_was_reached(page):
    page.goto("/")
    box = typed(page, "mongolia")
    box.press("ArrowDown")
    leads_to = page.locator("[aria-selected=true]").get_attribute("href")
    box.press("Enter")
    page.wait_for_url(f"**{leads_to}")
    assert leads_to == "/countries/mongolia/"


def test_enter_without_an_option_searches_as_it_was_typed(page):
    page.goto("/")
    typed(page, "chil").press("Enter")
    page.wait_for_url("**q=chil")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["chil"]}


def test_escape_closes_first_and_clears_second(page):
    page.goto("/")
    box = typed(page, "chil")
    box.press("Escape")
    expect(page.locator("[role=listbox]")).to_have_count(0)
    expect(box).to_have_value("chil")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("ArrowDown")  # opens it again
    expect(page.locator("[role=listbox]")).to_be_visible()
    box.press("Escape")
    box.press("Escape")
    expect(box).to_have_value("")


def test_tab_leaves_the_box_and_closes_the_list(page):
    page.goto("/")
    typed(page, "chil").press("Tab")
    expect(page.locator("[role=listbox]")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "Search"


# -- By mouse and touch ------------------------------------------------------------------------------


def test_a_click_opens_an_option(page):
    page.goto("/")
    typed(page, "mongolia")
    options(page).first.click()
    page.wait_for_url("**/countries/mongolia/")


def test_a_tap_opens_an_option_that_is_large_enough_for_a_thumb(new_page):
    page = new_page(width=360, height=740, has_touch=True, is_mobile=True)
    page.goto("/ja/")
    typed(page, "モンゴル")
    heights = options(page).evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    options(page).first.tap()
    page.wait_for_url("**/ja/countries/mongolia/")


def test_a_click_elsewhere_closes_the_list(page):
    page.goto("/")
    typed(page, "chil")
    page.locator("h1").click()
    expect(page.locator("[role=listbox]")).to_have_count(0)


# -- Together with the list that follows the typing --------------------------------------------------


def test_the_list_follows_the_typing_and_the_suggestions_stay(page):
    page.goto("/projects/")
    box = typed(page, "chil", "#q")
    expect(page.locator('[data-chip="q"]')).to_be_visible()
    expect(page.locator("[role=listbox]")).to_be_visible()
    expect(page.locator("[data-group=project]")).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "q"
    box.press_sequentially("ler")  # goes on where it was
    expect(box).to_have_value("chiller")
    page.wait_for_url("**q=chiller")
    expect(page.locator("[role=listbox]")).to_have_count(1)
    expect(page.locator("#field-q > p > a")).to_have_attribute("href", "/search/?q=chiller")


def test_a_row_below_the_suggestions_opens_with_one_click(page):
    page.goto("/projects/")
    typed(page, "chiller", "#q")
    expect(page.locator('[data-chip="q"]')).to_be_visible()
    row = page.locator(".row h3 a").first
    leads_to = row.get_attribute("href")
    row.click()
    page.wait_for_url(f"**{leads_to}")


def test_what_is_typed_while_an_answer_is_on_its_way_is_not_lost(page):
    def typing_on(route):
        if route.request.url.endswith("q=boiler"):
            page.keyboard.insert_text(" gas")
        route.continue_()

    page.goto("/projects/")
    page.route("**/projects/?*", typing_on)
    box = page.locator("#q")
    box.press_sequentially("boiler")
    page.wait_for_url("**q=boiler*")  # on a slow machine what is typed next comes before the answer
    expect(box).to_have_value("boiler gas")
    page.wait_for_url("**q=boiler+gas")


def test_back_brings_the_words_of_that_list(page):
    page.goto("/projects/?q=boiler")
    box = page.locator("#q")
    box.fill("chiller")
    page.wait_for_url("**q=chiller")
    page.go_back()
    expect(box).to_have_value("boiler")


def test_a_box_that_searches_one_country_offers_no_other_pages(page):
    page.goto("/countries/mongolia/")
    page.locator("#q").press_sequentially("chil")
    expect(page.locator('[data-chip="q"]')).to_be_visible()
    expect(page.locator("[role=listbox]")).to_have_count(0)


# -- When, and when not ------------------------------------------------------------------------------


def test_it_asks_once_for_several_keys(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    page.goto("/")
    # The keys one after the other without a pause, which a busy machine would make.
    page.locator("#home-q").evaluate(
        "(box, text) => { box.focus(); for (const key of text) {"
        " box.value += key; box.dispatchEvent(new Event('input', {bubbles: true})); } }",
        "chiller",
    )
    expect(page.locator('[role=listbox][data-q="chiller"]')).to_be_visible()
    assert [url.split("?")[1] for url in asked] == ["q=chiller"]


def test_an_answer_to_what_was_typed_before_is_dropped(page):
    def late(route):
        if route.request.url.endswith("q=chi"):
            page.wait_for_timeout(600)
            route.fulfill(body=answer("stale"), content_type="text/html")
        else:
            route.fulfill(body=answer("fresh"), content_type="text/html")

    page.goto("/")
    page.route("**/search/suggestions/*", late)
    box = page.locator("#home-q")
    with page.expect_request("**q=chi"):
        box.press_sequentially("chi")
    box.press_sequentially("ller")
    expect(options(page)).to_have_text(["fresh"])
    page.wait_for_timeout(700)
    expect(options(page)).to_have_text(["fresh"])


def test_the_keys_wait_for_the_options_of_what_is_typed_now(page):
    page.goto("/")
    box = typed(page, "chil")
    page.route("**/search/suggestions/*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    box.press_sequentially("ler")
    box.press("ArrowDown")
    assert active(page) is None
    expect(page.locator('[data-q="chiller"]')).to_be_visible()
    box.press("ArrowDown")
    assert "chiller" in active(page)


def test_nothing_is_asked_while_an_input_method_composes(page):
    asked = []
    page.goto("/")
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    page.locator("#home-q").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "たいよう", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_timeout(400)
    assert asked == []

    keyboard.send("Input.insertText", {"text": "太陽"})

    expect(page.locator("[role=listbox]")).to_be_visible()
    assert len(asked) == 1


@pytest.mark.parametrize("status", [503, 404])
def test_a_failing_answer_closes_the_list_in_silence(page, new_page, status):
    page.goto("/")
    box = typed(page, "chil")
    page.route("**/search/suggestions/*", lambda route: route.fulfill(status=status, body=answer("broken")))
    box.press_sequentially("l")
    expect(page.locator("[role=listbox]")).to_have_count(0)
    new_page.notes[:] = [note for note in new_page.notes if str(status) not in note]  # the browser's own word on it


def test_offline_there_is_no_list(page):
    page.goto("/", wait_until="networkidle")  # the icon comes last
    page.context.set_offline(True)
    page.locator("#home-q").press_sequentially("chil")
    page.wait_for_timeout(400)
    expect(page.locator("[role=listbox]")).to_have_count(0)
    page.context.set_offline(False)


def test_without_javascript_the_box_is_part_of_a_form(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/")
    box = page.locator("#home-q")
    assert box.get_attribute("type") == "search"
    assert box.get_attribute("role") is None
    box.fill("chiller")
    box.press("Enter")
    page.wait_for_url("**q=chiller")


# -- Without barriers, and light ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/ja"], ids=["en", "ja"])
@pytest.mark.parametrize("name", BOXES)
def test_no_barrier_with_the_list_open(new_page, name, language):
    page = new_page(trace=False)
    address, box = BOXES[name]
    page.goto(language + address)
    page.evaluate(CONTRAST)
    found = violations(page)
    typed(page, "solar", box).press("ArrowDown")
    page.wait_for_timeout(1000)  # the list that follows the typing has come too
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        ratio, text = min(page.evaluate("contrast.texts()"))
        if ratio < 4.5:
            found.append(f"{theme}: contrast {ratio:.2f} of {text}")
    found += barriers(page)
    expect(page.locator("[role=listbox]")).to_be_visible()
    assert not found


def test_the_box_looks_the_same_with_and_without_the_script(new_page):
    boxes = []
    for scripted in (True, False):
        page = new_page(java_script_enabled=scripted)
        page.goto("/")
        boxes.append(page.locator("#home-q").bounding_box())
    assert boxes[0] == boxes[1]


def test_paper_shows_no_suggestions(page):
    page.goto("/")
    typed(page, "chil")
    page.emulate_media(media="print")
    expect(page.locator("[role=listbox]")).to_be_hidden()


def test_the_script_is_small():
    assert 1_000 < SCRIPT.stat().st_size <= 5_000
