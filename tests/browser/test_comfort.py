"""What spares staff work, in the real admin: similar records, keys, many records at once, saved filters."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from jcm_portal.models import SavedFilter
from projects.models import Project
from tests.browser import barriers
from tests.browser.staff import committed, make_staff, with_session
from tests.factories import make_project

LIST = "/admin/projects/project/"
OURS = f"{LIST}?q=ZZcomfort"


@pytest.fixture
def three(db):
    """Three drafts that the server knows."""

    def make():
        one = make_project(title="ZZcomfort solar power at a beverage factory", state="draft")
        same = {"state": "draft", "country": one.country, "source": one.source}
        return [one, *(make_project(title=f"ZZcomfort {name}", **same) for name in ("boiler", "chiller"))]

    def clear():
        Project.objects.filter(title__startswith="ZZcomfort").delete()
        if projects[0].country.name.startswith("Testland"):
            projects[0].country.delete()
        projects[0].source.delete()

    projects = committed(make)
    yield sorted(projects, key=lambda project: project.title)
    committed(clear)


@pytest.fixture
def opened(new_page, three, site, db):
    """Opens an address as a publisher: `opened(OURS, java_script_enabled=False)`."""
    session = committed(lambda: make_staff("hana", "Publisher"))

    def at(address, **options):
        page = with_session(new_page(**options), session, site)
        page.goto(address)
        return page

    yield at
    committed(lambda: User.objects.filter(username="hana").delete())


def barriers_of_staff(page):
    """Staff work at a desk or on a tablet."""
    return barriers.barriers(page, looks=(("light", 1280), ("dark", 820)), widths=(820, 1280))


def saved(page):
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    page.wait_for_load_state()  # a key pressed before the scripts are there does nothing


def leads_to(page, record):
    """What was pressed led to this record's form, and its keys work."""
    expect(page.locator("#id_title")).to_have_value(record.title)
    page.wait_for_load_state()


def test_similar_records_appear_while_a_title_is_typed_and_go_when_it_becomes_another(opened, three):
    page = opened(f"{LIST}add/")
    box = page.locator("#similar")

    page.locator("#id_title").press_sequentially("ZZcomfort solar power at beverage factory", delay=5)

    link = box.get_by_role("link", name=re.compile("ZZcomfort solar power at a beverage factory"))
    expect(link).to_have_attribute("href", re.compile(r"/admin/projects/project/\d+/change/"))
    expect(box).to_contain_text(re.compile(r"title \d\d % alike"))
    assert box.get_attribute("role") == "status"
    assert not barriers_of_staff(page)
    page.locator("#id_title").fill("Quite another thing")
    expect(box).to_be_empty()


def test_an_answer_to_what_is_no_longer_typed_is_dropped(opened, three):
    page = opened(f"{LIST}add/")

    def late(route):
        page.wait_for_timeout(900)
        route.continue_()

    page.route("**/similar/?title=ZZcomfort*", late)
    page.locator("#id_title").fill(three[0].title)
    page.wait_for_timeout(450)
    page.locator("#id_title").fill("Quite another thing")
    page.wait_for_timeout(1500)

    expect(page.locator("#similar")).to_be_empty()


def test_keys_save_find_and_go_through_the_list(opened, three):
    page = opened(OURS)
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


def test_the_single_key_can_be_switched_off_for_good(opened, three):
    page = opened(OURS)
    page.locator("summary", has_text="Keyboard").click()
    page.get_by_label("Use the single key /").uncheck()
    page.reload()

    page.keyboard.press("/")

    expect(page.locator("#searchbar")).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("#searchbar")).to_be_focused()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_fields_of_many_records_are_changed_after_each_was_listed(opened, three, script):
    page = opened(OURS, java_script_enabled=script)
    for box in page.locator("#result_list input[name=_selected_action]").all():
        box.check()
    page.get_by_label("Action:").select_option("change_fields")
    page.get_by_role("button", name=re.compile("Go|Run")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change fields of 3 projects")
    if script:
        assert not barriers_of_staff(page)
    page.get_by_label("Change: Fiscal year").check()
    page.get_by_label("Fiscal year:").fill("2021")

    page.get_by_role("button", name="Show what would change").click()

    expect(page.locator(".bulk-sum")).to_contain_text("3 records would change.")
    expect(page.locator(".bulk-changes tbody tr")).to_have_count(3)
    if script:
        assert not barriers_of_staff(page)
    page.get_by_role("button", name="Change 3 records").click()
    expect(page.locator(".messagelist")).to_have_text("3 records were changed.")
    years = committed(lambda: set(Project.objects.filter(title__startswith="ZZ").values_list("fiscal_year", flat=True)))
    assert years == {2021}


def test_a_filter_is_saved_by_name_and_opened_by_its_link(opened, three):
    page = opened(OURS)
    page.locator("summary", has_text="Save this filter").click()
    page.get_by_label("Name:").fill("To be checked")
    page.get_by_role("button", name="Save filter").click()
    page.goto("/admin/projects/project/")

    page.get_by_role("navigation", name="Saved filters").get_by_role("link", name="To be checked").click()

    expect(page).to_have_url(re.compile(r"\?q=ZZcomfort$"))
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Rename or delete").click()
    assert not barriers_of_staff(page)
    page.get_by_role("button", name="Delete “To be checked”").click()
    expect(page.locator(".messagelist")).to_have_text("The saved filter was deleted.")
    assert not committed(lambda: SavedFilter.objects.filter(name="To be checked").exists())


def test_the_pages_of_staff_have_no_barriers_on_a_desk_and_on_a_tablet(opened, three):
    page = opened("/admin/")
    found = barriers_of_staff(page)
    for address in (
        OURS,
        f"{LIST}{three[0].pk}/change/",
        "/admin/projects/announcement/add/",
        "/admin/import/",
    ):
        page.goto(address)
        if "change" in address:
            page.get_by_text("Add another Participation").click()  # a row that comes later is named, too
        found += barriers_of_staff(page)

    assert not found
