"""What staff do every day, in the real admin, as Editor and as Publisher; how many clicks, keystrokes and seconds.

`make staff-flows` prints the table. Every flow begins at the first page and goes by links. Counted is what hands do:
a field is clicked before it is typed into, and what stands in it goes with one keystroke; a choice from a list is two
clicks. The seconds are those of the machine, without anybody who thinks.
"""

import re
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pghistory
import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from countries.models import PartnerCountry
from jcm_portal.models import Source
from projects.models import Announcement, ImportRun, Milestone, Participation, Project, Selection
from tests.browser.barriers import barriers, violations
from tests.browser.conftest import watch
from tests.browser.staff import committed, make_staff, with_session
from tests.browser.test_two_editors import drafts, typed
from tests.datafiles import as_csv
from tests.factories import make_milestone, make_project, make_source
from tests.projects.test_import_pages import new_project

NAMES = {"Editor": "hana", "Publisher": "ken"}
ROLES = list(NAMES)
# In an order in which none is needed by another.
MADE = [Selection, Milestone, Participation, Announcement, ImportRun, Project, PartnerCountry, Source, User]


@pytest.fixture(scope="module")
def measured():
    """What each flow took; printed at the end."""
    rows = []
    yield rows
    line = "\n{:48} {:10} {:>6} {:>10} {:>7}"
    sys.stdout.write(line.format("flow", "role", "clicks", "keystrokes", "seconds"))
    for flow, role, clicks, keys, seconds in rows:
        sys.stdout.write(line.format(flow, role, clicks, keys, f"{seconds:.1f}"))
    sys.stdout.write("\n")


class Hands:
    """Somebody at a page: what is clicked and typed there is counted."""

    def __init__(self, page, role, measured):
        self.page, self.role, self.measured = page, role, measured
        self.clicks = self.keys = 0
        self.aside = 0.0  # seconds that are none of the flow's

    @contextmanager
    def flow(self, name):
        self.clicks = self.keys = 0
        self.aside, start = 0.0, time.monotonic()
        yield
        self.measured.append((name, self.role, self.clicks, self.keys, time.monotonic() - start - self.aside))

    def click(self, what, **options):
        (self.page.locator(what) if isinstance(what, str) else what).click(**options)
        self.clicks += 1

    def press(self, name):
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name):
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def type(self, field, text):
        box = self.page.locator(field)
        self.keys += len(text) + bool(box.input_value())
        self.clicks += 1
        box.fill(text)

    def pick(self, field, value):
        self.page.locator(field).select_option(value)
        self.clicks += 2

    def find(self, field, words):
        """Choose a record that a box proposes for the words."""
        self.click(f".select2-selection:has(#select2-{field}-container)")
        self.page.keyboard.type(words)
        self.keys += len(words)
        self.click(self.page.locator(".select2-results__option", has_text=words).first)

    def give(self, field, file):
        self.page.locator(field).set_input_files(file)
        self.clicks += 2

    def start(self):
        self.page.goto("/admin/")

    def open_from_list(self, noun, words):
        self.start()
        self.click(f'#content-main th a[href$="/projects/{noun}/"]')
        self.type("#searchbar", words)
        self.page.keyboard.press("Enter")
        self.keys += 1
        self.click(self.page.locator("#result_list th a", has_text=words).first)

    def told(self, text):
        expect(self.page.locator(".messagelist")).to_contain_text(text)

    def meets_no_barriers(self, within="body"):
        start = time.monotonic()
        assert not violations(self.page, within)
        self.aside += time.monotonic() - start

    def meets_no_barriers_at_any_width(self):
        start = time.monotonic()
        assert not barriers(self.page)
        self.aside += time.monotonic() - start


@pytest.fixture
def staff(site, db):
    """An Editor and a Publisher with their sessions; whatever is made meanwhile is gone afterwards."""

    def make():
        before = {model: set(model.objects.values_list("pk", flat=True)) for model in MADE}
        sessions = {role: make_staff(name, role) for role, name in NAMES.items()}
        return SimpleNamespace(before=before, sessions=sessions)

    def clear():
        for model in MADE:
            model.objects.exclude(pk__in=made.before[model]).delete()

    made = committed(make)
    yield made
    committed(clear)


@pytest.fixture
def signed_in(new_page, staff, measured, site):
    def at_the_desk(role):
        return Hands(with_session(new_page(trace=False), staff.sessions[role], site), role, measured)

    return at_the_desk


def public(new_page, address):
    """Status and text of the address, for somebody who is not signed in."""
    answer = new_page(trace=False).request.get(address)
    return answer.status, answer.text()


def offered(hands):
    """The names of the buttons that move the record."""
    hands.page.wait_for_load_state()  # they stand below the title that tells that the form is there
    return {button.get_attribute("name") for button in hands.page.locator("#publication button[name]").all()}


def a_draft(**fields):
    return committed(lambda: make_project(state="draft", **fields))


def a_public_one():
    def make():
        project = make_project(title="Ledger valley wind", expected_reduction_tco2_per_year=1000)
        make_milestone(project=project, source=project.source)
        return project

    return committed(make)


# -- Flows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_signing_in(role, new_page, staff, measured):
    hands = Hands(new_page(trace=False), role, measured)
    with hands.flow("sign in"):
        hands.start()
        hands.type("#id_username", NAMES[role])
        hands.type("#id_password", "test")
        hands.press("Log in")
        expect(hands.page.get_by_role("heading", name="Waiting for you")).to_be_visible()


def enter_an_announcement(hands):
    hands.start()
    hands.click('a.addlink[href$="/projects/announcement/add/"]')
    hands.pick("#id_kind", "selection_result")
    hands.type("#id_title", "Two projects in Ledger valley")
    hands.type("#id_published_on", "2026-08-20")
    hands.type("#id_publisher", "Ministry of the Environment, Japan")
    hands.find("id_source", "Ledger release")
    row = "#id_selections-0"
    hands.type(f"{row}-stated_title", "Ledger valley solar")
    hands.find("id_selections-0-project", "Ledger valley solar")
    hands.click(hands.page.get_by_text("Add another Selected project"))
    row = "#id_selections-1"
    hands.type(f"{row}-stated_country", "Viet Nam")
    hands.type(f"{row}-stated_title", "Ledger valley hydro")
    hands.click(f"{row}-new_project")
    hands.press("Save and continue editing")
    hands.told("New project, to be completed")


@pytest.mark.parametrize("role", ROLES)
def test_an_announcement_from_entering_to_review_and_for_a_publisher_to_the_public(role, signed_in, new_page):
    committed(lambda: make_source(title="Ledger release"))
    a_draft(title="Ledger valley solar")
    hands = signed_in(role)
    page = hands.page
    title = "Two projects in Ledger valley"

    with hands.flow("enter an announcement, two projects, one new"):
        enter_an_announcement(hands)
    record = committed(lambda: Announcement.objects.get(title=title))
    address = record.get_absolute_url()
    assert committed(record.selections.count) == 2

    with hands.flow("find my draft from the first page"):
        hands.start()
        hands.click('a[data-count][href$="/projects/announcement/?publication=mine"]')
        hands.follow(title)
        expect(page.locator("#id_title")).to_have_value(title)
    assert offered(hands) == ({"_submit"} if role == "Editor" else {"_submit", "_publish"})
    assert public(new_page, address)[0] == 404

    with hands.flow("preview in both languages"):
        form = page.url
        hands.follow("Preview: English")
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        expect(page.locator("main")).to_contain_text("Ledger valley hydro")
        page.go_back()
        hands.clicks += 1
        hands.follow("Preview: 日本語")
        expect(page.locator("html")).to_have_attribute("lang", "ja")
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.goto(form)

    with hands.flow("submit for review"):
        hands.press("Save and submit for review")
        hands.told("Submitted for review.")
    assert offered(hands) == ({"_send_back"} if role == "Editor" else {"_send_back", "_publish"})

    with hands.flow("find what waits on the first page"):
        hands.start()
        if role == "Publisher":
            hands.click(page.locator("section", has_text="Waiting for you").get_by_role("link", name=title))
        else:
            hands.click('a[data-count][href$="/projects/announcement/?publication=in_review"]')
            hands.follow(title)
        expect(page.locator("#id_title")).to_have_value(title)

    with hands.flow("send back (an Editor: take back)"):
        hands.press("Save and make it a draft again")
        hands.told("Made a draft again.")
    if role == "Editor":
        return

    with hands.flow("publish at once, with its projects"):
        hands.press("Save and publish")
        hands.told("With it: 2 projects.")
    assert offered(hands) == {"_withdraw"}
    status, text = public(new_page, address)
    assert status == 200
    assert "Ledger valley solar" in text
    assert committed(lambda: Project.objects.published().filter(title__startswith="Ledger valley").count()) == 2

    with hands.flow("withdraw with a reason"):
        hands.type("#id_withdrawal_reason", "Entered twice.")
        hands.press("Save and withdraw")
        hands.told("Withdrawn: Entered twice.")
    status, text = public(new_page, address)
    assert status == 410
    assert "Entered twice." in text

    with hands.flow("publish at a time"):
        hands.type("#id_publish_at_0", f"{timezone.localtime() + timedelta(days=1):%Y-%m-%d}")
        hands.type("#id_publish_at_1", "14:00")
        hands.press("Save and publish")
        hands.told("Published, public from")
        hands.start()
        expect(page.locator('a[data-count="1"][href$="/projects/announcement/?publication=scheduled"]')).to_be_visible()
    assert public(new_page, address)[0] == 404


@pytest.mark.parametrize("role", ROLES)
def test_a_published_figure_changes_with_a_reason_that_a_reader_finds(role, signed_in, new_page):
    record = a_public_one()
    hands = signed_in(role)
    with hands.flow("change a published figure, with a reason"):
        hands.open_from_list("project", "Ledger valley wind")
        hands.type("#id_expected_reduction_tco2_per_year", "1200")
        hands.press("Save and continue editing")
        expect(hands.page.locator("#reason")).to_contain_text("Why does the figure change?")
        hands.type("#id_change_reason", "Corrected by the ministry.")
        hands.press("Save and continue editing")
        hands.told("was changed successfully")
    assert offered(hands) == (set() if role == "Editor" else {"_withdraw"})

    reader = Hands(new_page(width=360, trace=False), role, [])
    for language in ("", "/ja"):
        reader.page.goto(f"{language}{record.get_absolute_url()}")
        reader.click("#changes summary")
        changes = reader.page.locator("#changes")
        expect(changes).to_contain_text("1,000 → 1,200")
        expect(changes).to_contain_text("Corrected by the ministry.")
        assert not re.search("hana|ken", changes.inner_text())
        reader.meets_no_barriers()


def renamed(record, title):
    with pghistory.context(address="/admin/"):  # a change of its own, however soon after another
        Project.objects.filter(pk=record.pk).update(title=title)


@pytest.mark.parametrize("role", ROLES)
def test_an_earlier_version_is_restored(role, signed_in):
    record = a_draft(title="Ledger one")
    for title in ("Ledger two", "Ledger three"):
        committed(lambda title=title: renamed(record, title))
    hands = signed_in(role)
    page = hands.page
    with hands.flow("restore an earlier version"):
        hands.open_from_list("project", "Ledger three")
        hands.click("a.historylink")
        expect(page.locator(".change").first).to_contain_text("Ledger two → Ledger three")
        hands.meets_no_barriers()
        hands.click(page.locator(".restore a").first)
        expect(page.locator(".change")).to_contain_text("Ledger three → Ledger two")
        hands.meets_no_barriers()
        hands.type("#id_reason", "The third one was a slip.")
        hands.press("Restore this version")
        expect(page.locator(".change").first).to_contain_text("Reason: The third one was a slip.")
    assert committed(lambda: Project.objects.get(pk=record.pk).title) == "Ledger two"


@pytest.mark.parametrize("role", ROLES)
def test_a_deleted_record_is_recovered(role, signed_in):
    record = a_draft(title="Ledger to delete")
    committed(lambda: make_milestone(project=record, source=record.source))
    hands = signed_in(role)
    page = hands.page
    if role == "Publisher":
        with hands.flow("delete a draft"):
            hands.open_from_list("project", "Ledger to delete")
            hands.click("a.deletelink")
            hands.click("#content [type=submit]")
            hands.told("was deleted successfully")
    else:
        page.goto(f"/admin/projects/project/{record.pk}/change/")
        expect(page.locator("a.deletelink")).to_have_count(0)
        committed(lambda: Project.objects.get(pk=record.pk).delete())

    with hands.flow("recover a deleted record"):
        hands.start()
        hands.click('#content-main th a[href$="/projects/project/"]')
        hands.follow("Recently deleted")
        hands.meets_no_barriers()
        hands.click("#content-main table a >> nth=0")
        hands.meets_no_barriers()
        hands.type("#id_reason", "Deleted by mistake.")
        hands.press("Recover")
        hands.told("The record is back, with its parts.")
    assert committed(lambda: Milestone.objects.filter(project=record.pk).count()) == 1


@pytest.mark.parametrize("role", ROLES)
def test_of_two_editors_the_second_chooses(role, signed_in):
    record = a_draft(title="Ledger old")
    hands = signed_in(role)
    other = signed_in("Editor" if role == "Publisher" else "Publisher")
    other.page.goto(f"/admin/projects/project/{record.pk}/change/")
    with hands.flow("two editors: see both versions and choose"):
        hands.open_from_list("project", "Ledger old")
        expect(hands.page.locator("#others")).to_contain_text("opened this record")
        other.type("#id_title", "Ledger of the other")
        other.press("Save and continue editing")
        other.told("was changed successfully")
        hands.type("#id_title", "Ledger of mine")
        hands.press("Save and continue editing")
        expect(hands.page.get_by_role("heading", level=1)).to_have_text("Somebody else saved this record meanwhile")
        both = hands.page.get_by_role("group", name=re.compile("Title"))
        expect(both).to_contain_text("Ledger of the other")
        hands.meets_no_barriers_at_any_width()
        hands.click(both.get_by_role("radio", name=re.compile("Yours")))
        hands.press("Save and continue editing")
        hands.told("was changed successfully")
    assert committed(lambda: Project.objects.get(pk=record.pk).title) == "Ledger of mine"


@pytest.mark.parametrize("role", ROLES)
def test_what_was_typed_is_offered_back_after_the_tab_was_closed(role, signed_in, new_page, site):
    record = a_draft(title="Ledger old")
    committed(lambda: make_milestone(project=record, source=record.source))
    hands = signed_in(role)
    address = f"/admin/projects/project/{record.pk}/change/"
    hands.page.goto(address)
    typed(hands.page, "Ledger typed")
    hands.page.locator("#id_milestones-0-note").fill("Typed, too")
    hands.page.wait_for_timeout(600)
    tab = hands.page.context.new_page()
    watch(tab, site, new_page.notes)
    hands.page.close()
    hands.page = tab

    with hands.flow("take back what was typed in a closed tab"):
        hands.open_from_list("project", "Ledger old")
        note = tab.locator("#drafts .notice")
        expect(note).to_contain_text("You have unsaved changes of")
        expect(note.locator(".changed")).to_be_hidden()
        expect(tab.locator("#id_title")).to_have_value("Ledger old")
        hands.meets_no_barriers("#drafts")
        hands.press("Restore")
        hands.told("Not saved yet: look it over, and save.")
        expect(tab.locator("#id_title")).to_have_value("Ledger typed")
        expect(tab.locator("#id_milestones-0-note")).to_have_value("Typed, too")
        assert len(drafts(tab)) == 1
        hands.press("Save and continue editing")
        hands.told("was changed successfully")
    expect(note).to_have_count(0)
    assert drafts(tab) == []
    assert committed(lambda: Project.objects.get(pk=record.pk).title) == "Ledger typed"


def keys_of_import():
    return sorted(Project.objects.filter(key__startswith="vn-ledger-").values_list("key", flat=True))


@pytest.mark.parametrize("role", ROLES)
def test_a_file_is_looked_at_imported_without_two_rows_and_undone(role, signed_in):
    cells = committed(
        lambda: [new_project("vn-ledger-one"), new_project("vn-ledger-two"), new_project("xx", country_iso2="XX")]
    )
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": as_csv("projects", cells)}
    hands = signed_in(role)
    page = hands.page
    with hands.flow("import a file: preview, two rows left out"):
        hands.start()
        hands.follow("Import lists from CSV or XLSX")
        hands.give("#id_upload", file)
        hands.press("Upload and look at it")
        expect(page.get_by_text("A preview: nothing is written yet.")).to_be_visible()
        hands.click(page.get_by_label("Import row 3 of list.csv"))
        hands.press("Leave out what is not ticked")
        expect(page.get_by_role("link", name="left out (1)")).to_be_visible()
        hands.click(page.get_by_label("Without the 1 row that is refused"))
        hands.press("Import 1 row")
        expect(page.get_by_text("Imported: 1 row was written.")).to_be_visible()
    assert committed(keys_of_import) == ["vn-ledger-one"]
    with hands.flow("undo an import"):
        hands.press("Undo this import")
        expect(page.get_by_text("Undone: every record is as it was before the import.")).to_be_visible()
    assert committed(keys_of_import) == []


@pytest.mark.parametrize("role", ROLES)
def test_what_was_exported_imports_again_without_a_change(role, signed_in):
    hands = signed_in(role)
    page = hands.page
    with hands.flow("export a list and import it again: 0 changes"):
        hands.start()
        hands.click('#content-main th a[href$="/projects/project/"]')
        with page.expect_download() as download:
            hands.follow("Export as CSV")
        hands.start()
        hands.follow("Import lists from CSV or XLSX")
        content = download.value.path().read_bytes()
        hands.give(
            "#id_upload",
            {"name": download.value.suggested_filename, "mimeType": "text/csv", "buffer": content},
        )
        hands.press("Upload and look at it")
        expect(page.get_by_text("There is nothing to import: no row is new or changed.")).to_be_visible()
    refused = page.get_by_role("link", name=re.compile(r"^refused"))
    expect(refused).to_have_count(0)
