"""What spares staff work, in the real admin: similar records, keys, many records at once, saved filters."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from playwright.sync_api import expect

from jcm_portal.models import SavedFilter
from projects.models import Project
from tests.concurrency import in_own_connection
from tests.factories import make_project, make_user

AXE = Path(AXE_FILE_PATH).read_text()
LIST = "/admin/projects/project/"
OURS = f"{LIST}?q=ZZcomfort"


def committed(work):
    """Do it in a connection of its own, so that the server sees it, which is another process."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(in_own_connection, work).result()


@pytest.fixture
def three(db):
    """Three drafts that the server knows, and an editor of them."""

    def make():
        password = PBKDF2PasswordHasher().encode("test", "salt", iterations=1)
        user = make_user(username="hana", groups=["Publisher"])
        User.objects.filter(pk=user.pk).update(password=password)
        one = make_project(title="ZZcomfort solar power at a beverage factory", state="draft")
        same = {"state": "draft", "country": one.country, "source": one.source}
        return [one, *(make_project(title=f"ZZcomfort {name}", **same) for name in ("boiler", "chiller"))]

    def clear():
        Project.objects.filter(title__startswith="ZZcomfort").delete()
        User.objects.filter(username="hana").delete()
        if projects[0].country.name.startswith("Testland"):
            projects[0].country.delete()
        projects[0].source.delete()

    projects = committed(make)
    yield sorted(projects, key=lambda project: project.title)
    committed(clear)


def signed_in(new_page, address, **options):
    page = new_page(**options)
    page.goto(address)
    page.get_by_label("Username").fill("hana")
    page.get_by_label("Password").fill("test")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_be_visible()
    page.wait_for_load_state()  # its scripts are there
    return page


def barriers(page):
    """What axe finds on a desk and on a tablet, and whether the page scrolls sideways there."""
    page.evaluate(AXE)
    found = []
    for width in (1280, 820):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{page.url} {width}: scrolls sideways")
        contrast = "true" if width == 1280 else "false"  # slow, and the same at each width
        rules = f"{{'color-contrast': {{enabled: {contrast}}}}}"
        violations = page.evaluate(f"axe.run({{resultTypes: ['violations'], rules: {rules}}})")["violations"]
        found += [f"{page.url} {width}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in violations]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def saved(page):
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    page.wait_for_load_state()  # a key pressed before the scripts are there does nothing


def leads_to(page, record):
    """What was pressed led to this record's form, and its keys work."""
    expect(page.locator("#id_title")).to_have_value(record.title)
    page.wait_for_load_state()


def test_similar_records_appear_while_a_title_is_typed_and_go_when_it_becomes_another(new_page, three):
    page = signed_in(new_page, f"{LIST}add/")
    box = page.locator("#similar")

    page.locator("#id_title").press_sequentially("ZZcomfort solar power at beverage factory", delay=5)

    link = box.get_by_role("link", name=re.compile("ZZcomfort solar power at a beverage factory"))
    expect(link).to_have_attribute("href", re.compile(r"/admin/projects/project/\d+/change/"))
    expect(box).to_contain_text(re.compile(r"title \d\d % alike"))
    assert box.get_attribute("role") == "status"
    assert not barriers(page)
    page.locator("#id_title").fill("Quite another thing")
    expect(box).to_be_empty()


def test_an_answer_to_what_is_no_longer_typed_is_dropped(new_page, three):
    page = signed_in(new_page, f"{LIST}add/")

    def late(route):
        page.wait_for_timeout(900)
        route.continue_()

    page.route("**/similar/?title=ZZcomfort*", late)
    page.locator("#id_title").fill(three[0].title)
    page.wait_for_timeout(450)
    page.locator("#id_title").fill("Quite another thing")
    page.wait_for_timeout(1500)

    expect(page.locator("#similar")).to_be_empty()


def test_keys_save_find_and_go_through_the_list(new_page, three):
    page = signed_in(new_page, OURS)
    page.keyboard.press("/")
    expect(page.locator("#searchbar")).to_be_focused()
    page.keyboard.type("/")  # in a box it is a letter
    expect(page.locator("#searchbar")).to_have_value("/")
    page.get_by_role("link", name=three[0].title, exact=True).click()
    leads_to(page, three[0])
    page.locator("#id_note").fill("Typed")
    page.keyboard.press("Control+s")
    saved(page)
    expect(page.locator("#id_note")).to_have_value("Typed")
    page.keyboard.press("Alt+n")
    leads_to(page, three[1])
    page.get_by_role("link", name="Next in the list").click()
    leads_to(page, three[2])
    page.keyboard.press("Alt+p")
    leads_to(page, three[1])
    page.keyboard.press("Control+k")
    expect(page.locator("#searchbar")).to_be_focused()
    expect(page.locator("#searchbar")).to_have_value("ZZcomfort")


def test_the_single_key_can_be_switched_off_for_good(new_page, three):
    page = signed_in(new_page, OURS)
    page.locator("summary", has_text="Keyboard").click()
    page.get_by_label("Use the single key /").uncheck()
    page.reload()

    page.keyboard.press("/")

    expect(page.locator("#searchbar")).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("#searchbar")).to_be_focused()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_fields_of_many_records_are_changed_after_each_was_listed(new_page, three, script):
    page = signed_in(new_page, OURS, java_script_enabled=script)
    for box in page.locator("#result_list input[name=_selected_action]").all():
        box.check()
    page.get_by_label("Action:").select_option("change_fields")
    page.get_by_role("button", name=re.compile("Go|Run")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change fields of 3 projects")
    if script:
        assert not barriers(page)
    page.get_by_label("Change: Fiscal year").check()
    page.get_by_label("Fiscal year:").fill("2021")

    page.get_by_role("button", name="Show what would change").click()

    expect(page.locator(".bulk-sum")).to_contain_text("3 records would change.")
    expect(page.locator(".bulk-changes tbody tr")).to_have_count(3)
    if script:
        assert not barriers(page)
    page.get_by_role("button", name="Change 3 records").click()
    expect(page.locator(".messagelist")).to_have_text("3 records were changed.")
    years = committed(lambda: set(Project.objects.filter(title__startswith="ZZ").values_list("fiscal_year", flat=True)))
    assert years == {2021}


def test_a_filter_is_saved_by_name_and_opened_by_its_link(new_page, three):
    page = signed_in(new_page, OURS)
    page.locator("summary", has_text="Save this filter").click()
    page.get_by_label("Name:").fill("To be checked")
    page.get_by_role("button", name="Save filter").click()
    page.goto("/admin/projects/project/")

    page.get_by_role("navigation", name="Saved filters").get_by_role("link", name="To be checked").click()

    expect(page).to_have_url(re.compile(r"\?q=ZZcomfort$"))
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Rename or delete").click()
    assert not barriers(page)
    page.get_by_role("button", name="Delete “To be checked”").click()
    expect(page.locator(".messagelist")).to_have_text("The saved filter was deleted.")
    assert not committed(lambda: SavedFilter.objects.filter(name="To be checked").exists())


def test_the_pages_of_staff_have_no_barriers_on_a_desk_and_on_a_tablet(new_page, three):
    page = signed_in(new_page, "/admin/")
    found = barriers(page)
    for address in (
        OURS,
        f"{LIST}{three[0].pk}/change/",
        "/admin/projects/announcement/add/",
        "/admin/import/",
    ):
        page.goto(address)
        if "change" in address:
            page.get_by_text("Add another Participation").click()  # a row that comes later is named, too
        found += barriers(page)

    assert not found
