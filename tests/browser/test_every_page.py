"""Every page type in both languages, both themes and three widths: barriers, layout, valid HTML."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from projects.models import Announcement, Project
from tests.browser.barriers import EVERY, THEMES, barriers
from tests.browser.measures import CONTRAST, CUT_OFF

NODE = Path(settings.VAR_DIR) / "node"
VNU = "vnu-jar@26.9.27"
# Where axe looks at the Japanese pages, whose colours and places are those of the English ones.
JAPANESE = [("light", 1440)]

PAGES = {
    "home": lambda: "/",
    "projects": lambda: "/projects/?country=MN&sort=country",
    "projects as a table": lambda: "/projects/?view=table&per_page=25",
    "no project": lambda: "/projects/?q=zzzz&country=MN",
    "bad filter": lambda: "/projects/?country=ZZ&reduction_min=abc",
    "project": lambda: Project.objects.get(key="mn001").get_absolute_url(),
    "project of little": lambda: Project.objects.get(key="ke-ingerosec-2014").get_absolute_url(),
    "countries": lambda: "/countries/",
    "country": lambda: "/countries/mongolia/",
    "technologies": lambda: "/technologies/",
    "technology": lambda: "/technologies/high-efficiency-chiller/",
    "organisations": lambda: "/organisations/",
    "organisation": lambda: "/organisations/sharp/",
    "statistics": lambda: "/statistics/?rows=technology&columns=country&measure=reduction&compare=VN&compare=TH",
    "bad statistics": lambda: "/statistics/?rows=x&measure=x&compare=ZZ&country=ZZ",
    "from selection to credits": lambda: "/statistics/progress/",
    "credits issued": lambda: "/statistics/credits/",
    "participants": lambda: "/statistics/participants/?country=VN",
    "outlook": lambda: "/statistics/outlook/",
    "methodologies": lambda: "/methodologies/",
    "methodology": lambda: "/methodologies/MN_AM003/",
    "precedents": lambda: "/precedents/",
    "precedents narrowed": lambda: "/precedents/?sector=transport&country=VN&by=sector&empty=true",
    "bad precedents": lambda: "/precedents/?by=colour&country=ZZ",
    "precedents in a country": lambda: "/precedents/rooftop-solar/TH/",
    "no precedent": lambda: "/precedents/rooftop-solar/SN/",
    "reconciliation": lambda: "/reconciliation/",
    "rounds": lambda: "/rounds/",
    "round": lambda: "/rounds/model-fy2023-1/",
    "announcements": lambda: "/announcements/",
    "announcement": lambda: Announcement.objects.get(key="model-fy2023-r1").get_absolute_url(),
    "search": lambda: "/search/",
    "search with results": lambda: "/search/?q=solar+philipines",
    "search for a name": lambda: "/search/?q=Sharp",
    "search without results": lambda: "/search/?q=xyzzyq",
    "bad search": lambda: "/search/?q=a%00&kind=x",
    "glossary": lambda: "/glossary/",
    "about": lambda: "/about/",
    "accessibility": lambda: "/accessibility/",
    "not found": lambda: "/nowhere/",
}
# Those with marks of charts or maps, or cells that colours tell apart.
DRAWN = {
    *("home", "project", "countries", "country", "technology", "statistics", "bad statistics"),
    *("from selection to credits", "credits issued", "participants", "outlook"),
    *("precedents", "precedents narrowed", "bad precedents", "reconciliation"),
}


def in_language(address, language):
    return f"/ja{address}" if language == "ja" else address


def faint(page, *, drawn):
    """Texts below 4.5:1 and marks below 3:1; pages that are `drawn` have marks, and no others."""
    ratio, text = min(page.evaluate("contrast.texts()"))
    marks = page.evaluate("contrast.marks()")
    assert bool(marks) == drawn
    low = [(ratio, text)] if ratio < 4.5 else []
    return [f"contrast {ratio:.2f} of {what}" for ratio, what in [*low, *(mark for mark in marks if mark[0] < 3)]]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", PAGES)
def test_no_barrier_and_no_sideways_scroll(new_page, name, language):
    page = new_page(trace=False)
    page.goto(in_language(PAGES[name](), language))
    if name == "not found":
        new_page.notes[:] = [note for note in new_page.notes if "404" not in note]
    page.evaluate(CONTRAST)
    if language == "ja" and not EVERY:
        assert not barriers(page, JAPANESE, colours=False)
        return
    found = barriers(page)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {one}" for one in faint(page, drawn=name in DRAWN)]
    assert not found


@pytest.mark.parametrize("name", ["project", "projects", "country"])
def test_text_can_be_enlarged_four_times(new_page, name):
    """1280 px at 400 % is a page of 320 px (WCAG 1.4.10)."""
    page = new_page(width=320)
    page.goto(PAGES[name]())
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", ["home", "projects", "project", "country", "bad filter"])
def test_text_alone_can_be_twice_as_large(new_page, name, language):
    """Zoom of text only, to 200 % (WCAG 1.4.4)."""
    page = new_page(trace=False)
    page.goto(in_language(PAGES[name](), language))
    usual = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.evaluate("size => { document.documentElement.style.fontSize = size + 'px'; }", usual * 2)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert not page.evaluate(CUT_OFF)


def test_targets_are_large_enough(new_page):
    """24 by 24 px, or apart from the next one, or in a sentence (WCAG 2.5.8): what stands in lists is measured."""
    page = new_page(width=360)
    for name in ("projects", "project", "country"):
        page.goto(PAGES[name]())
        small = page.eval_on_selector_all(
            "nav a, .chips a, .tools a, .tools button, .choice a, .choice label, .row h3 a, .pager a, button",
            "all => all.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 23.5)"
            ".map(e => e.outerHTML.slice(0, 90))",
        )
        assert not small, name


def test_nothing_moves_for_those_who_ask_for_that(new_page):
    page = new_page(reduced_motion="reduce")
    page.goto("/projects/")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        " return parseFloat(s.transitionDuration) > 0 || parseFloat(s.animationDuration) > 0; }).length"
    )
    assert moving == 0


def test_forced_colours_keep_every_state_visible(new_page):
    page = new_page(forced_colors="active")
    page.goto(PAGES["projects"]())
    assert page.locator(".status svg").first.is_visible()
    assert page.locator(".chips a").first.is_visible()


def test_every_page_is_valid_html(site, db):
    """By the Nu Html Checker of the W3C, which npm carries."""
    from urllib.error import HTTPError
    from urllib.request import urlopen

    if shutil.which("java") is None or shutil.which("npm") is None:
        pytest.fail("Java and npm are needed: apt-get install default-jre-headless npm")
    jar = NODE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.exists():
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(NODE), VNU], check=True)
    folder = Path(settings.VAR_DIR) / "browser" / "html"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, address in PAGES.items():
        for language in ("en", "ja") if name in DRAWN or EVERY else ("en",):
            try:
                with urlopen(site + in_language(address(), language)) as answer:  # our own server
                    body = answer.read()
            except HTTPError as error:
                body = error.read()
            (folder / f"{name.replace(' ', '-')}-{language}.html").write_bytes(body)
    checked = subprocess.run(
        ["java", "-jar", jar, "--format", "gnu", *sorted(folder.glob("*.html"))],
        capture_output=True,
        text=True,
        check=False,
    )
    problems = [line for line in checked.stderr.splitlines() if line.strip()]
    assert not problems, "\n".join(problems[:20])


@pytest.mark.parametrize("name", ["projects", "project", "country"])
def test_text_may_be_spaced_widely(new_page, name):
    """The spacing of WCAG 1.4.12 on every element: nothing is cut off, nothing scrolls sideways."""
    page = new_page(width=360)
    page.goto(PAGES[name]())
    page.evaluate(
        "for (const e of document.querySelectorAll('main *')) Object.assign(e.style, {lineHeight: '1.5',"
        " letterSpacing: '.12em', wordSpacing: '.16em'})"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert not page.evaluate(
        "[...document.querySelectorAll('main h1, main h3, main dd, main .chips a, main .button')].filter(e =>"
        " getComputedStyle(e).overflow === 'hidden' && e.scrollHeight > e.clientHeight).length"
    )


def test_the_focus_is_never_wholly_covered(new_page):
    """WCAG 2.4.11: the one thing that stays in place is the button at the foot of the filters on a phone."""
    page = new_page(width=360, height=640)
    page.goto(PAGES["projects"]())
    page.locator(".filters > summary").click()
    for _ in range(45):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            "() => { const e = document.activeElement, b = e.getBoundingClientRect();"
            " return [[.5, .5], [.1, .2], [.9, .8], [.1, .8], [.9, .2]].every(([x, y]) => {"
            " const top = document.elementFromPoint(b.left + b.width * x, b.top + b.height * y);"
            " return top && top !== e && !e.contains(top) && !top.contains(e)"
            " && !e.closest('label')?.contains(top); }) }"
        )
        assert not covered, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
