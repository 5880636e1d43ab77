"""What people come for, done as they would do it."""

import re

from playwright.sync_api import expect

from projects.models import Project


def total(page):
    return int(page.locator(".summary[data-total]").get_attribute("data-total"))


def wait_for_total(page, number):
    expect(page.locator(".summary[data-total]")).to_have_attribute("data-total", str(number))


def solar_in_the_philippines():
    return (
        (
            Project.objects.published().filter(country__iso2="PH", technology__slug="rooftop-solar")
            | Project.objects.published().filter(country__iso2="PH", further_technologies__slug="rooftop-solar")
        )
        .distinct()
        .count()
    )


def open_facet(page, name):
    facet = page.locator(f"#field-{name}")
    if facet.get_attribute("open") is None:
        facet.locator("> summary").click()
    return facet


# -- With a mouse ----------------------------------------------------------------------------------


def test_a_company_finds_the_precedents_of_a_technology_in_a_country(page, db):
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Technologies").click()
    page.get_by_role("main").get_by_role("link", name="Rooftop and on-site solar power").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rooftop and on-site solar power")

    page.locator('[data-facet="country"][data-value="PH"] input').check()

    wait_for_total(page, solar_in_the_philippines())
    assert "country=PH" in page.url
    expect(page.locator(".row")).to_have_count(solar_in_the_philippines())
    assert all("Philippines" in text for text in page.locator(".row .meta").all_inner_texts())


def test_a_filter_changes_rows_counts_and_address_and_keeps_focus_and_place(page, db):
    page.goto("/projects/")
    everything = total(page)
    page.evaluate("window.stays = true")
    box = page.locator('[data-facet="country"][data-value="VN"] input')
    box.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")

    box.check()

    wait_for_total(page, Project.objects.published().filter(country__iso2="VN").count())
    assert total(page) < everything
    assert page.evaluate("window.stays"), "the page was loaded anew"
    assert page.evaluate("document.activeElement.value") == "VN"
    assert abs(page.evaluate("scrollY") - before) < 5
    assert page.url.endswith("/projects/?country=VN")
    expect(page.locator("#list-status")).to_contain_text(f"{total(page)} projects")


def test_back_and_forward_bring_each_list_again(page, db):
    page.goto("/projects/")
    everything = total(page)
    page.locator('[data-facet="country"][data-value="TH"] input').check()
    wait_for_total(page, Project.objects.published().filter(country__iso2="TH").count())
    thai = total(page)
    page.locator('[data-facet="status"][data-value="registered"] input').check()
    expect(page.locator(".chips li")).to_have_count(3)
    registered = total(page)

    page.go_back()
    wait_for_total(page, thai)
    expect(page.locator('[data-facet="status"][data-value="registered"] input')).not_to_be_checked()
    page.go_back()
    wait_for_total(page, everything)
    page.go_forward()
    page.go_forward()

    wait_for_total(page, registered)
    expect(page.locator('[data-facet="status"][data-value="registered"] input')).to_be_checked()


def test_a_chip_takes_its_filter_back(page):
    page.goto("/projects/?country=TH&status=registered")
    page.locator('[data-chip="status"]').click()
    expect(page.locator(".chips li")).to_have_count(2)
    assert page.url.endswith("?country=TH")


def test_a_table_takes_the_whole_width_and_is_sorted_by_its_heads(page):
    page.goto("/projects/?country=MN")
    page.get_by_role("link", name="As a table").click()
    expect(page.locator("#list")).to_have_class("listing over")
    expect(page.locator("#filters")).to_be_hidden()
    page.locator("#by-title").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Project")
    assert page.url.endswith("?country=MN&view=table&sort=title")
    assert page.evaluate("document.activeElement.id") == "by-title"


def test_words_typed_are_searched_for(page):
    page.goto("/projects/")
    page.locator("#q").fill("chiller")
    expect(page.locator('[data-chip="q"]')).to_be_visible()
    assert "q=chiller" in page.url
    assert page.evaluate("document.activeElement.id") == "q"


def test_a_reader_follows_a_project_to_its_source(page):
    page.goto("/projects/?q=VN003")
    page.locator(".row h3 a").first.click()
    story = page.locator(".story li")
    expect(story.first).to_be_visible()
    source = page.locator(".facts a.src").first
    assert re.match(r"https?://", source.get_attribute("href"))
    expect(page.locator(".sources li").first).to_contain_text("Seen")


# -- Otherwise than with a mouse -------------------------------------------------------------------


def tab_to(page, selector, most=150):
    """Press Tab until the focus is on an element that fits."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


def test_the_same_by_keyboard_only(page, db):
    page.goto("/projects/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to(page, "#q")
    page.keyboard.type("VN003")
    page.keyboard.press("Enter")
    wait_for_total(page, 1)
    tab_to(page, ".row h3 a")
    page.keyboard.press("Enter")
    expect(page.locator(".story")).to_be_visible()
    tab_to(page, "a.src")
    assert page.evaluate("document.activeElement.href").startswith("http")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_same_with_javascript_off(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/projects/")
    page.locator('[data-facet="country"][data-value="PH"] input').check()
    facet = page.locator("#field-technology > summary")
    facet.click()
    page.locator('[data-facet="technology"][data-value="rooftop-solar"] input').check()
    page.locator("button.show").click()
    assert total(page) == solar_in_the_philippines()
    page.locator(".row h3 a").first.click()
    expect(page.locator(".facts a.src").first).to_be_visible()


def test_the_same_on_a_phone(new_page):
    page = new_page(width=360, height=740, has_touch=True, is_mobile=True)
    page.goto("/projects/")
    assert page.locator(".summary").bounding_box()["y"] < page.locator(".filters").bounding_box()["y"]
    expect(page.locator('[data-facet="country"][data-value="PH"]')).to_be_hidden()
    page.locator(".filters > summary").tap()
    page.locator('[data-facet="country"][data-value="PH"] label').tap()
    wait_for_total(page, Project.objects.published().filter(country__iso2="PH").count())
    expect(page.locator(".filters > summary")).to_contain_text("1")
    page.locator("button.show").tap()
    expect(page.locator('[data-facet="country"][data-value="PH"]')).to_be_hidden()
    page.locator(".row h3 a").first.tap()
    expect(page.locator(".story")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_same_in_japanese(new_page):
    page = new_page(locale="ja-JP")
    page.goto("/projects/?country=PH")
    page.get_by_role("link", name="日本語").click()
    assert page.url.endswith("/ja/projects/?country=PH")
    assert page.evaluate("document.documentElement.lang") == "ja"
    page.locator("#q").fill("太陽光")
    expect(page.locator('[data-chip="q"]')).to_be_visible()
    assert total(page) > 0
    page.locator(".row h3 a").first.click()
    expect(page.locator("h1")).to_contain_text("太陽光")


# -- The head of every page ------------------------------------------------------------------------


def test_the_ways_in_open_on_a_phone_without_javascript(new_page):
    page = new_page(width=360, java_script_enabled=False)
    page.goto("/about/")
    ways = page.get_by_role("navigation", name="Main")
    expect(ways).to_be_hidden()
    page.locator(".menu > summary").press("Enter")
    ways.get_by_role("link", name="Technologies").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Technologies")


def test_the_head_never_takes_more_than_two_lines(new_page):
    page = new_page(trace=False)
    line, edges = 36, 32
    for language in ("", "/ja"):
        page.goto(f"{language}/about/")
        for width, lines in {360: 1, 768: 2, 1024: 2, 1280: 1}.items():
            page.set_viewport_size({"width": width, "height": 800})
            assert page.locator("header.site").bounding_box()["height"] <= lines * line + edges, (language, width)
            assert page.locator(".menu > summary").is_visible() == (width == 360)


# -- On paper, and when something fails ------------------------------------------------------------


def test_a_country_brief_prints_on_one_or_two_sheets(new_page):
    page = new_page()
    for country in ("mongolia", "indonesia", "viet-nam", "thailand"):  # the last three have most projects
        page.goto(f"/countries/{country}/")
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
        assert len(pdf) > 10_000
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2, country
    page.emulate_media(media="print")
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_a_slow_network_is_said(page):
    page.goto("/projects/")
    page.route("**/projects/?*", lambda route: (page.wait_for_timeout(900), route.continue_()))
    page.locator('[data-facet="country"][data-value="VN"] input').check()
    expect(page.locator("#list")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#list-status")).to_have_text("Loading…")
    expect(page.locator("#list")).not_to_have_attribute("aria-busy", "true")


def test_a_failing_answer_is_said_and_can_be_tried_again(page, new_page):
    page.goto("/projects/")
    page.route("**/projects/?*", lambda route: route.fulfill(status=503, body="busy"))
    page.locator('[data-facet="country"][data-value="VN"] input').check()
    expect(page.locator("#list-failed")).to_contain_text("could not be loaded")
    page.unroute("**/projects/?*")
    page.locator("#list-failed a").click()
    expect(page.locator('[data-chip="country"]')).to_be_visible()
    expect(page.locator("#list-failed")).to_have_count(0)
    new_page.notes[:] = [note for note in new_page.notes if "503" not in note]  # the answer that failed on purpose


def test_the_chosen_theme_is_remembered(page):
    page.goto("/")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.locator("[data-theme-switch]").click()
    page.goto("/projects/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light


def test_the_address_of_a_list_can_be_copied(new_page, site):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/projects/?country=VN")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/projects/?country=VN"
