"""Two editors with one record, and what is typed but not saved, in the real admin."""

import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from jcm_portal.models import Editing
from projects.models import Milestone, Project
from tests.browser.conftest import QUIET
from tests.browser.staff import committed, make_staff, sign_in, with_session
from tests.factories import make_milestone, make_project

TITLE = "#id_title"
NAMES = ("hana", "ken")


@pytest.fixture
def project(db):
    """A draft of a project that the server knows."""

    def make():
        project = make_project(title="Old", state="draft")
        make_milestone(project=project, note="Old")
        return project

    def clear():
        kept = Project.objects.filter(key=project.key)
        Milestone.objects.filter(project__in=kept).delete()
        source, country = project.source, project.country
        kept.delete()
        if country.name.startswith("Testland"):
            country.delete()
        source.delete()

    project = committed(make)
    yield project
    committed(clear)


def address(project):
    return f"/admin/projects/project/{project.pk}/change/"


@pytest.fixture
def opened(new_page, project, site, db):
    """Opens the form of the project as an editor: `opened("ken", java_script_enabled=False)`."""
    sessions = committed(lambda: {name: make_staff(name, "Editor") for name in NAMES})

    def at_the_form(name, **options):
        page = with_session(new_page(**options), sessions[name], site)
        page.goto(address(project))
        return page

    yield at_the_form
    committed(lambda: User.objects.filter(username__in=NAMES).delete())


def save(page, button="Save and continue editing"):
    page.get_by_role("button", name=button, exact=True).click()


def typed(page, text):
    """Type a title and let the browser keep it."""
    page.locator(TITLE).fill(text)
    page.wait_for_function("text => JSON.stringify(Object.entries(localStorage)).includes(text)", arg=text)


def drafts(page):
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))")


def title(project):
    return committed(lambda: Project.objects.get(pk=project.pk).title)


# -- Two versions ------------------------------------------------------------------------------------------------


def test_without_javascript_the_second_to_save_sees_both_versions_and_chooses(opened, project):
    hana = opened("hana")
    ken = opened("ken", java_script_enabled=False)
    expect(ken.locator("#others")).to_contain_text(re.compile(r"hana opened this record at \d\d:\d\d"))
    hana.locator(TITLE).fill("Of Hana")
    save(hana)
    expect(hana.locator(".messagelist")).to_contain_text("was changed successfully")

    ken.locator(TITLE).fill("Of Ken")
    ken.locator("#id_note").fill("Ken adds\na note")
    save(ken)

    expect(ken.get_by_role("heading", level=1)).to_have_text("Somebody else saved this record meanwhile")
    both = ken.get_by_role("group", name=re.compile("Title"))
    expect(both).to_contain_text("Of Hana")
    assert title(project) == "Of Hana"
    both.get_by_role("radio", name=re.compile("Yours")).check()
    save(ken)
    expect(ken.locator(".messagelist")).to_contain_text("was changed successfully")
    expect(ken.locator(TITLE)).to_have_value("Of Ken")
    expect(ken.locator("#id_note")).to_have_value("Ken adds\na note")


def test_who_leaves_the_form_is_no_longer_told_to_others(opened, project):
    hana = opened("hana")
    ken = opened("ken")
    expect(ken.locator("#others")).to_contain_text("hana")
    save(hana)  # the same form again: still there
    expect(hana.locator(".messagelist")).to_be_visible()
    hana.wait_for_timeout(300)
    ken.reload()
    expect(ken.locator("#others")).to_contain_text("hana")

    hana.goto("/admin/")

    for _attempt in range(50):
        if not committed(lambda: Editing.objects.filter(user__username="hana").exists()):
            break
        time.sleep(0.1)
    ken.reload()
    expect(ken.locator("#others")).not_to_contain_text("hana")


# -- Drafts ------------------------------------------------------------------------------------------------------


def test_a_draft_of_a_record_that_was_saved_since_says_so_and_overwrites_nothing(opened, project):
    page = opened("ken")
    typed(page, "Typed")
    page.goto("/admin/")
    committed(lambda: Project.objects.filter(pk=project.pk).update(title="Of Hana"))

    page.goto(address(project))
    expect(page.locator("#drafts .changed")).to_be_visible()
    page.get_by_role("button", name="Restore").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else saved this record meanwhile")
    page.get_by_role("group", name=re.compile("Title")).get_by_role("radio", name=re.compile("Yours")).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert title(project) == "Typed"
    assert drafts(page) == []


def test_what_was_typed_survives_a_session_that_ends(opened, project):
    page = opened("ken")
    typed(page, "Typed")
    page.context.clear_cookies(name="sessionid")

    save(page)
    sign_in(page, "ken")

    page.get_by_role("button", name="Restore").click()
    expect(page.locator(TITLE)).to_have_value("Typed")


def test_a_draft_is_discarded_at_once_and_what_is_typed_back_is_none(opened, project):
    page = opened("ken")
    typed(page, "Typed")
    page.locator(TITLE).fill("Old")
    page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('draft:'))")
    typed(page, "Typed")
    page.reload()

    page.get_by_role("button", name="Discard").click()

    expect(page.locator("#drafts .notice")).to_have_count(0)
    assert drafts(page) == []


def test_a_draft_of_a_new_record_with_its_rows_and_choices_comes_back(opened, project):
    page = opened("ken")
    page.goto("/admin/projects/project/add/")
    page.locator(TITLE).fill("A new one")
    page.locator("#identifiers-group .add-row").get_by_text("Add another Identifier").click()
    page.locator("#id_identifiers-0-value").fill("XX999")
    page.locator(".field-country .select2-selection").click()
    page.keyboard.type("Viet")
    page.locator(".select2-results__option", has_text="Viet Nam").click()
    page.wait_for_timeout(700)
    page.reload()

    page.get_by_role("button", name="Restore").click()

    expect(page.locator(TITLE)).to_have_value("A new one")
    expect(page.locator("#id_identifiers-0-value")).to_have_value("XX999")
    expect(page.locator(".field-country .select2-selection")).to_contain_text("Viet Nam")


def test_nobody_sees_the_drafts_of_another_and_logging_out_clears_all(opened, project):
    page = opened("ken")
    typed(page, "Typed")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "csrf" not in kept
    page.context.clear_cookies(name="sessionid")
    page.goto(address(project))
    sign_in(page, "hana")
    expect(page.locator("#drafts .notice")).to_have_count(0)
    assert len(drafts(page)) == 1

    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Logged out")
    assert drafts(page) == []


def test_old_drafts_and_too_many_of_them_are_thrown_away(opened, project):
    page = opened("ken")
    page.evaluate(
        """() => {
          const day = 24 * 60 * 60 * 1000;
          const old = {at: Date.now() - 7.1 * day, entered: []};
          localStorage.setItem("draft:1:projects.project:1:old", JSON.stringify(old));
          localStorage.setItem("draft:1:projects.project:1:torn", "{");
          for (let n = 0; n < 40; n++)
            localStorage.setItem(`draft:1:projects.project:${n}:x`, JSON.stringify({at: Date.now() - n, entered: []}));
        }"""
    )

    page.reload()

    assert len(drafts(page)) == 30
    assert "draft:1:projects.project:0:x" in drafts(page)
    assert not any(key.endswith((":old", ":torn", ":39:x")) for key in drafts(page))


def on_disk(folder, text):
    """Whether Chromium has written the text: as UTF-16 where other text beside it is more than Latin-1."""
    logs = [kept.read_bytes() for kept in Path(folder).glob("Default/Local Storage/leveldb/*.log")]
    return any(text.encode(code) in log for code in ("latin-1", "utf-16-le") for log in logs)


def test_what_was_typed_survives_a_killed_browser(chromium, site, opened, project, tmp_path):
    folder = str(tmp_path / "profile")
    options = {
        "executable_path": shutil.which("chromium"),
        "args": QUIET,
        "base_url": site,
        "locale": "en-GB",
    }
    context = chromium.browser_type.launch_persistent_context(folder, **options)
    page = context.pages[0]
    page.goto(address(project))
    sign_in(page, "ken")
    typed(page, "Typed")
    for _half_second in range(120):  # Chromium writes to the disk every five seconds, later on a busy machine
        page.wait_for_timeout(500)
        if on_disk(folder, "Typed"):
            break

    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if folder.encode() in process.read_bytes():
                os.kill(int(process.parent.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended by itself meanwhile
    (Path(folder) / "SingletonLock").unlink(missing_ok=True)

    context = chromium.browser_type.launch_persistent_context(folder, **options)
    page = context.pages[0]
    page.goto(address(project))
    if page.locator("#id_username").count():
        sign_in(page, "ken")  # the session may be lost with the browser
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(TITLE)).to_have_value("Typed")
    context.close()
