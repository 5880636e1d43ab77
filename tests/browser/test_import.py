"""An import from upload to undo, in the real admin, without JavaScript; and pages without barriers."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from playwright.sync_api import expect

from projects.models import ImportRun, Project
from tests.browser.test_two_editors import barriers, committed
from tests.datafiles import as_csv
from tests.factories import make_user
from tests.projects.test_import_pages import new_project

NAME = "midori"


@pytest.fixture
def file(db):
    """Two new projects and one of a country that is none, for an editor that the server knows."""

    def make():
        user = make_user(username=NAME, groups=["Editor"])
        password = PBKDF2PasswordHasher().encode("test", "salt", iterations=1)
        User.objects.filter(pk=user.pk).update(password=password)
        cells = [new_project("vn-browser-one"), new_project("vn-browser-two"), new_project("xx", country_iso2="XX")]
        return {"name": "list.csv", "mimeType": "text/csv", "buffer": as_csv("projects", cells)}

    def clear():
        ImportRun.objects.filter(uploaded_by__username=NAME).delete()
        Project.objects.filter(key__startswith="vn-browser-").delete()
        User.objects.filter(username=NAME).delete()

    yield committed(make)
    committed(clear)


def at_the_upload(page):
    page.goto("/admin/import/")
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill("test")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Import", exact=True, level=1)).to_be_visible()


def looked_at(page, file):
    page.get_by_label("Files:").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_text("A preview: nothing is written yet.")).to_be_visible()


def settled(page):
    """Links have taken on their colour, which the admin lets them do slowly."""
    page.emulate_media(color_scheme="light")
    page.wait_for_function("() => document.getAnimations().every(one => one.playState === 'finished')")


def keys():
    return sorted(Project.objects.filter(key__startswith="vn-browser-").values_list("key", flat=True))


def test_without_javascript_a_file_is_looked_at_imported_without_two_rows_and_undone(new_page, file):
    page = new_page(java_script_enabled=False)
    at_the_upload(page)
    looked_at(page, file)

    page.get_by_label("Import row 3 of list.csv").uncheck()
    page.get_by_role("button", name="Leave out what is not ticked").click()
    expect(page.get_by_role("link", name="left out (1)")).to_be_visible()
    page.get_by_label("Without the 1 row that is refused").check()
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.get_by_text("Imported: 1 row was written.")).to_be_visible()
    assert committed(keys) == ["vn-browser-one"]

    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Undone: every record is as it was before the import.")).to_be_visible()
    assert committed(keys) == []


def test_the_pages_of_an_import_have_no_barriers(page, file):
    at_the_upload(page)
    settled(page)
    found = barriers(page)
    assert not found, "\n".join(found)
    looked_at(page, file)
    settled(page)
    found = barriers(page)
    assert not found, "\n".join(found)
    page.goto("/admin/projects/project/")
    expect(page.get_by_role("link", name="Export as XLSX")).to_be_visible()
