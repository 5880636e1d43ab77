"""An import from upload to undo, in the real admin, without JavaScript; and pages without barriers."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from projects.models import ImportRun, Project
from tests.browser.barriers import barriers
from tests.browser.staff import committed, make_staff, with_session
from tests.datafiles import as_csv
from tests.projects.test_import_pages import new_project

NAME = "midori"


@pytest.fixture
def file():
    """Two new projects and one of a country that is none."""
    cells = [new_project("vn-browser-one"), new_project("vn-browser-two"), new_project("xx", country_iso2="XX")]
    return {"name": "list.csv", "mimeType": "text/csv", "buffer": as_csv("projects", cells)}


@pytest.fixture
def at_the_upload(new_page, site, db):
    """Opens the page of an upload as an editor, whose imports are gone afterwards."""
    session = committed(lambda: make_staff(NAME, "Editor"))

    def opened(**options):
        page = with_session(new_page(**options), session, site)
        page.goto("/admin/import/")
        return page

    def clear():
        ImportRun.objects.filter(uploaded_by__username=NAME).delete()
        Project.objects.filter(key__startswith="vn-browser-").delete()
        User.objects.filter(username=NAME).delete()

    yield opened
    committed(clear)


def looked_at(page, file):
    page.get_by_label("Files:").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_text("A preview: nothing is written yet.")).to_be_visible()


def keys():
    return sorted(Project.objects.filter(key__startswith="vn-browser-").values_list("key", flat=True))


def test_without_javascript_a_file_is_looked_at_imported_without_two_rows_and_undone(at_the_upload, file):
    page = at_the_upload(java_script_enabled=False)
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


def test_the_pages_of_an_import_have_no_barriers(at_the_upload, file):
    page = at_the_upload()
    found = barriers(page)
    assert not found, "\n".join(found)
    looked_at(page, file)
    found = barriers(page)
    assert not found, "\n".join(found)
    page.goto("/admin/projects/project/")
    expect(page.get_by_role("link", name="Export as XLSX")).to_be_visible()
