"""Import in the admin as staff meet it: upload, preview, rows left out, confirmation; and what is refused."""

import re
import threading
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from countries.models import PartnerCountry
from projects.importing import runs
from projects.importing.tables import TABLES, Column, Kind
from projects.importing.uploads import Unreadable, lines_of, read_uploads, tidy
from projects.models import ImportFile, ImportRow, ImportRun, LoadedRecord, Milestone, Organisation, Project, Selection
from tests.concurrency import in_own_connection
from tests.datafiles import as_csv
from tests.factories import make_editor, make_project, make_publisher, make_user
from tests.projects.test_exporting import exported

pytestmark = pytest.mark.django_db

START = "/admin/import/"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor():
    return signed_in(make_editor())


def uploaded(client, *files):
    """The run that the upload of (name, content) leads to."""
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    answer = client.post(START, {"upload": sent})
    assert answer.status_code == 302, answer.context["form"].errors
    return ImportRun.objects.get(pk=int(re.search(r"/import/(\d+)/", answer["Location"])[1]))


def place(run, *more):
    return "/".join([f"{START}{run.pk}", *more, ""])


def rows(run, **narrowed):
    return ImportRow.objects.filter(run=run, **narrowed)


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def new_project(key, **cells):
    source = Project.objects.order_by("pk").first().source.key
    return {
        "project_key": key,
        "title": f"Title of {key}",
        "title_kind": "official",
        "country_iso2": "VN",
        "location_precision": "unknown",
        "source_ids": source,
        "confidence": "medium",
    } | cells


def projects_file(*cells):
    return "projects.csv", as_csv("projects", cells)


def changed_export(table, **changes):
    """The export of the whole list with cells replaced: text → text."""
    text = exported(TABLES[table], "csv").decode("utf-8-sig")
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new, 1)
    return f"{table}.csv", text.encode()


# -- Excel's habits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        pytest.param(Kind.DAY, "45145", "2023-08-07", id="serial number"),
        pytest.param(Kind.DAY, "2023/8/7", "2023-08-07", id="slashes"),
        pytest.param(Kind.DAY, "2023.08.07", "2023-08-07", id="dots"),
        pytest.param(Kind.DAY, "2023年8月7日", "2023-08-07", id="Japanese"),
        pytest.param(Kind.DAY, "令和5年8月7日", "2023-08-07", id="era"),
        pytest.param(Kind.DAY, "令和元年5月1日", "2019-05-01", id="first year of an era"),
        pytest.param(Kind.DAY, "平成30年12月31日", "2018-12-31", id="era before"),
        pytest.param(Kind.DAY, "R5.8.7", "2023-08-07", id="era, short"),
        pytest.param(Kind.DAY, "２０２３／８／７", "2023-08-07", id="full width"),
        pytest.param(Kind.DAY, "2023-08-07 00:00:00", "2023-08-07", id="with a time"),
        pytest.param(Kind.DAY, "8/7/2023", "8/7/2023", id="day or month first, nobody knows: refused as it stands"),
        pytest.param(Kind.PARTIAL_DAY, "2023年8月", "2023-08", id="month"),
        pytest.param(Kind.PARTIAL_DAY, "令和5年", "2023", id="year of an era"),
        pytest.param(Kind.PARTIAL_DAY, "2023", "2023", id="year"),
        pytest.param(Kind.WHOLE, "12,345", "12345", id="thousands"),
        pytest.param(Kind.WHOLE, "１２，３４５", "12345", id="thousands in full width"),
        pytest.param(Kind.WHOLE, "28208.0", "28208", id="whole with a point"),
        pytest.param(Kind.WHOLE, "12,34", "12,34", id="no thousands: refused as it stands"),
        pytest.param(Kind.NUMBER, "1,234.5", "1234.5", id="number with both"),
        pytest.param(Kind.NUMBER, "\u22128.75", "-8.75", id="minus sign"),
        pytest.param(Kind.TEXT, "１２，３４５ｔ", "１２，３４５ｔ", id="text stays as it is"),
        pytest.param(Kind.TEXT, "'=1+1", "=1+1", id="apostrophe of an export"),
        pytest.param(Kind.KEY, "ＶＮ００１", "VN001", id="key in full width"),
        pytest.param(Kind.KEYS, "a； b", "a; b", id="separator in full width"),
    ],
)
def test_habits_of_spreadsheets_are_taken_in_stride(kind, written, read):
    assert tidy(Column("column", kind, "field"), f" {written}\u3000") == read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_whatever_encoding_excel_saved_in(encoding):
    text = "slug,name_en,name_ja,description,position\r\nenergy,Energy,エネルギー,,1\r\n"

    assert lines_of(text.encode(encoding))[1] == (2, ["energy", "Energy", "エネルギー", "", "1"])


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_whatever_stands_between_the_cells(delimiter):
    assert lines_of(delimiter.join("abc").encode())[0] == (1, ["a", "b", "c"])


def test_empty_rows_and_empty_columns_at_the_end_are_passed_over():
    content = b"slug,name_en,name_ja,description,position,,\r\n,,,,,,\r\na,A,\xe3\x81\x82,,1,,\r\n,,,\r\n"

    reading, tables = read_uploads([("x.csv", content)])

    assert (reading.problems, tables) == ([], {"x.csv": "sectors"})
    assert [row.line for row in reading.rows["sectors"]] == [3]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "file is empty", id="empty"),
        pytest.param(b"\xd0\xcf\x11\xe0rest", "old format or has a password", id="xls, or encrypted"),
        pytest.param(b"PK\x03\x04rest", "not a workbook", id="a ZIP that is none"),
        pytest.param(b"a,b\n\xff\xfe\xfd\x81", "neither UTF-8 nor", id="neither encoding"),
        pytest.param(b'a,"b', "quotation mark", id="no CSV"),
        pytest.param(b"colour,shape\nred,round\n", "No list has the headings colour, shape", id="no list of ours"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(content, reason):
    reading, _tables = read_uploads([("x.csv", content)])

    (problem,) = reading.problems
    assert reason in problem.reason


def test_an_unknown_heading_is_named_with_the_nearest_known_one():
    reading, _tables = read_uploads([("x.csv", b"slug,name_en,name_jp,description,position\n")])

    assert [(one.column, "name_ja meant?" in one.reason) for one in reading.problems if one.column == "name_jp"] == [
        ("name_jp", True)
    ]


def test_too_large_a_workbook_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr("projects.importing.uploads.LONGEST_UNPACKED", 100)

    with pytest.raises(Unreadable, match="too large"):
        lines_of(exported(TABLES["sectors"], "xlsx", []))


# -- Preview --------------------------------------------------------------------------------------------


def test_the_preview_tells_new_changed_unchanged_and_refused_and_writes_nothing(bundled_data, editor):
    before = Project.objects.count()
    project = Project.objects.filter(expected_reduction_tco2_per_year__gt=0).order_by("pk").first()
    text = exported(TABLES["projects"], "csv", [project.pk]).decode("utf-8-sig")
    text = text.replace(f",{project.expected_reduction_tco2_per_year},", ',"12,345",', 1)
    other = exported(TABLES["projects"], "csv", [Project.objects.last().pk]).decode("utf-8-sig").partition("\n")[2]
    more = as_csv("projects", [new_project("vn-new-one"), new_project("vn-bad", country_iso2="XX")]).decode()
    content = text.rstrip() + "\n" + other.rstrip() + "\n" + more.partition("\n")[2]

    run = uploaded(editor, ("my list.csv", content.encode()))
    page = editor.get(place(run))

    assert run.counts == {"projects": {"changed": 1, "unchanged": 1, "new": 1, "refused": 1}}
    (changed,) = rows(run, outcome="changed")
    assert changed.cells == [
        ["expected_reduction_tco2_per_year", str(project.expected_reduction_tco2_per_year), "12345"]
    ]
    (refused,) = rows(run, outcome="refused")
    assert refused.reasons[0][0] == "country_iso2"
    assert "XX" in refused.reasons[0][1]
    assert "is not" in refused.reasons[0][1]
    assert Project.objects.count() == before
    assert "Without the 1 row that is refused" in page.content.decode()


def test_what_the_database_would_refuse_shows_in_the_preview(bundled_data, editor):
    project = Project.objects.order_by("pk").first()
    selection = {"project_key": project.key, "source_id": project.source.key, "confidence": "low"}

    run = uploaded(editor, ("s.csv", as_csv("selections", [selection])))

    (row,) = rows(run)
    assert row.outcome == "refused"
    assert "belongs to an announcement, or else is known by a fiscal year" in row.reasons[0][1]


def test_the_rows_can_be_narrowed_to_an_outcome(bundled_data, editor):
    run = uploaded(editor, changed_export("countries", name=("Viet Nam", "Vietnam!")))

    assert [row.outcome for row in editor.get(place(run) + "?outcome=changed").context["page"]] == ["changed"]
    assert len(editor.get(place(run)).context["page"]) == PartnerCountry.objects.count()


def test_a_long_preview_comes_in_pages_with_as_many_queries(bundled_data, editor, django_assert_max_num_queries):
    run = uploaded(editor, ("p.xlsx", exported(TABLES["projects"], "xlsx")))

    assert len(editor.get(place(run)).context["page"]) == 100
    with django_assert_max_num_queries(25):
        answer = editor.get(place(run) + "?page=3")
    assert len(answer.context["page"]) == Project.objects.count() - 200


def test_a_new_project_that_may_be_on_record_already_is_shown_with_a_link(bundled_data, editor):
    there = Project.objects.filter(country__iso2="VN").order_by("pk").first()

    run = uploaded(editor, projects_file(new_project("vn-twin", title=there.title + " Plant"), new_project("vn-other")))

    assert [row.twins[0] for row in rows(run).exclude(twins=[])] == [[there.pk, there.title]]
    assert f"/admin/projects/project/{there.pk}/change/" in editor.get(place(run)).content.decode()


def test_several_files_rely_on_each_other(bundled_data, editor):
    milestone = {"project_key": "vn-brand-new", "kind": "registered", "on": "令和5年8月7日", "source_id": "x"}
    milestone["source_id"] = Project.objects.first().source.key

    run = uploaded(editor, ("m.csv", as_csv("milestones", [milestone])), projects_file(new_project("vn-brand-new")))

    assert run.counts == {"projects": {"new": 1}, "milestones": {"new": 1}}


def test_a_row_that_needs_a_refused_one_is_refused_with_it(bundled_data, editor):
    step = {"project_key": "vn-bad", "kind": "registered", "source_id": Project.objects.first().source.key}
    files = projects_file(new_project("vn-bad", country_iso2="XX")), ("m.csv", as_csv("milestones", [step]))

    run = uploaded(editor, *files)

    assert run.counts == {"projects": {"refused": 1}, "milestones": {"refused": 1}}
    assert "The row of vn-bad is refused" in rows(run, table="milestones").get().reasons[0][1]


# -- Confirmation -----------------------------------------------------------------------------------------


def test_a_confirmed_import_is_written_and_new_projects_are_drafts(bundled_data, editor):
    run = uploaded(editor, projects_file(new_project("vn-draft", title="=Draft")))

    answer = editor.post(place(run, "confirm"), follow=True)

    project = Project.objects.get(key="vn-draft")
    assert told(answer) == ["Imported: 1 row was written."]
    assert (project.state, project.published_at, project.title) == ("draft", None, "=Draft")
    assert not Project.objects.published().filter(pk=project.pk).exists()
    assert LogEntry.objects.get(object_id=str(project.pk)).user == run.uploaded_by
    assert not LoadedRecord.objects.filter(key="vn-draft").exists()


def test_an_import_by_staff_changes_what_staff_edited_before_and_leaves_the_state(bundled_data, editor):
    project = Project.objects.filter(state="published").order_by("pk").first()
    Project.objects.filter(pk=project.pk).update(title="Edited by hand")
    text = exported(TABLES["projects"], "csv", [project.pk]).replace(b"Edited by hand", b"Edited in the file")

    run = uploaded(editor, ("p.csv", text))
    editor.post(place(run, "confirm"))

    assert rows(run).get().cells == [["title", "Edited by hand", "Edited in the file"]]
    project.refresh_from_db()
    assert (project.title, project.state) == ("Edited in the file", "published")


def test_a_figure_that_the_public_knows_changes_by_an_import_only_with_a_reason(bundled_data, editor):
    project = Project.objects.published().filter(expected_reduction_tco2_per_year__gt=0).order_by("pk").first()
    cells = str(project.expected_reduction_tco2_per_year), "987654"
    text = (
        exported(TABLES["projects"], "csv", [project.pk]).decode("utf-8-sig").replace(f",{cells[0]},", f",{cells[1]},")
    )
    run = uploaded(editor, ("p.csv", text.encode()))
    assert rows(run).get().cells == [["expected_reduction_tco2_per_year", *cells]]
    assert editor.get(place(run)).context["needs_reason"]

    refused = editor.post(place(run, "confirm"), follow=True)
    assert told(refused) == ["Nothing was written. Give a reason: the public knows another figure."]
    project.refresh_from_db()
    assert str(project.expected_reduction_tco2_per_year) == cells[0]

    editor.post(place(run, "confirm"), {"reason": "The release was corrected."})
    project.refresh_from_db()
    assert str(project.expected_reduction_tco2_per_year) == cells[1]
    assert "The release was corrected." in Client().get(project.get_absolute_url()).content.decode()


def test_what_is_no_public_figure_changes_by_an_import_without_a_reason(bundled_data, editor):
    draft = make_project(state="draft", country=PartnerCountry.objects.get(iso2="VN"), capacity_mw="1.5")
    text = exported(TABLES["projects"], "csv", [draft.pk]).decode("utf-8-sig").replace(",1.5,", ",2.5,")
    run = uploaded(editor, ("p.csv", text.encode()))

    assert rows(run).get().cells == [["capacity_mw", "1.5", "2.5"]]
    assert not editor.get(place(run)).context["needs_reason"]


def test_a_new_selection_makes_its_project_selected(bundled_data, editor):
    project = make_project(state="draft")
    row = {"project_key": project.key, "fiscal_year": "2024", "source_id": project.source.key, "confidence": "low"}

    run = uploaded(editor, ("s.csv", as_csv("selections", [row])))
    editor.post(place(run, "confirm"))

    assert [row.derived for row in rows(run)] == [False, True]
    assert Selection.objects.get(project=project).fiscal_year == 2024
    assert Milestone.objects.get(project=project).kind == "selected"


def test_rows_that_are_not_ticked_are_left_out(bundled_data, editor):
    run = uploaded(editor, projects_file(new_project("vn-yes"), new_project("vn-no")))
    yes, no = rows(run)

    editor.post(place(run, "rows"), {"shown": [yes.pk, no.pk], "row": [yes.pk]})
    editor.post(place(run, "confirm"))

    assert Project.objects.filter(key__in=["vn-yes", "vn-no"]).values_list("key", flat=True).get() == "vn-yes"


def test_rows_that_are_refused_keep_the_rest_out_until_they_are_left_out(bundled_data, editor):
    run = uploaded(editor, projects_file(new_project("vn-good"), new_project("vn-bad", country_iso2="XX")))

    answer = editor.post(place(run, "confirm"), follow=True)
    assert told(answer) == ["Nothing was imported: some rows are refused. Leave them out, or correct the file."]
    assert not Project.objects.filter(key="vn-good").exists()

    editor.post(place(run, "confirm"), {"without_refused": "1"})
    assert Project.objects.filter(key="vn-good").exists()


def test_a_row_that_relies_on_one_left_out_stops_the_import(bundled_data, editor):
    step = {"project_key": "vn-out", "kind": "registered", "source_id": Project.objects.first().source.key}
    run = uploaded(editor, projects_file(new_project("vn-out")), ("m.csv", as_csv("milestones", [step])))
    rows(run, table="projects").update(left_out=True)

    answer = editor.post(place(run, "confirm"), follow=True)

    assert "something changed since" in told(answer)[0]
    assert rows(run, outcome="refused").get().reasons[0][0] == "project_key"
    assert not Project.objects.filter(key="vn-out").exists()


def test_a_record_that_changed_since_the_preview_stops_the_import_and_shows_the_preview_anew(bundled_data, editor):
    run = uploaded(editor, changed_export("countries", name=("Viet Nam", "Vietnam!")))
    PartnerCountry.objects.filter(iso2="VN").update(name="Socialist Republic of Viet Nam")

    answer = editor.post(place(run, "confirm"), follow=True)

    assert "something changed since" in told(answer)[0]
    assert PartnerCountry.objects.get(iso2="VN").name == "Socialist Republic of Viet Nam"
    assert ["name", "Socialist Republic of Viet Nam", "Vietnam!"] in rows(run, outcome="changed").get().cells

    editor.post(place(run, "confirm"))
    assert PartnerCountry.objects.get(iso2="VN").name == "Vietnam!"


def test_the_same_import_is_written_once(bundled_data, editor):
    run = uploaded(editor, projects_file(new_project("vn-once")))
    editor.post(place(run, "confirm"), follow=True)

    answer = editor.post(place(run, "confirm"), follow=True)

    assert told(answer) == ["These files were imported already."]
    assert Project.objects.filter(key="vn-once").count() == 1


def test_file_checksum_who_and_when_are_kept(bundled_data, editor):
    name, content = projects_file(new_project("vn-kept"))
    run = uploaded(editor, (name, content))
    editor.post(place(run, "confirm"))
    run.refresh_from_db()
    file = run.files.get()

    assert editor.get(place(run, "file", str(file.pk))).content == content
    assert file.sha256 in editor.get(place(run)).content.decode()
    assert run.written_at
    assert run.uploaded_by
    assert str(run).capitalize() in editor.get(START).content.decode()


def test_aliases_keep_their_language_and_come_and_go(bundled_data, editor):
    organisation = Organisation.objects.filter(aliases__isnull=False).first()
    text = exported(TABLES["organisations"], "csv", [organisation.pk]).decode("utf-8-sig")
    names = "; ".join(organisation.aliases.order_by("name").values_list("name", flat=True))
    organisation.aliases.update(language="ja")

    run = uploaded(editor, ("o.csv", text.replace(names, f"{names}; Another Name").encode()))
    editor.post(place(run, "confirm"))

    assert organisation.aliases.get(name="Another Name").language == "en"
    assert organisation.aliases.exclude(name="Another Name").values_list("language", flat=True).distinct().get() == "ja"


# -- Who may, and how it looks ------------------------------------------------------------------------------


def test_without_the_permissions_there_is_no_import(bundled_data):
    run = uploaded(signed_in(make_editor()), projects_file(new_project("vn-x")))
    nobody = signed_in(make_user(is_staff=True))

    for address in (START, place(run), place(run, "status"), f"{START}template/projects.xlsx"):
        assert nobody.get(address).status_code == 403
    for action in ("examine", "rows", "confirm", "undo"):
        assert nobody.post(place(run, action)).status_code == 403
        assert signed_in(make_editor()).get(place(run, action)).status_code == 405
    assert Client().get(START)["Location"].startswith("/admin/login/")


def test_who_may_change_only_some_records_imports_only_those(bundled_data):
    some = make_user(is_staff=True)
    for verb in ("add", "change"):
        some.user_permissions.add(Permission.objects.get(codename=f"{verb}_sector"))
    client = signed_in(some)

    assert [name for name, _noun in client.get(START).context["tables"]] == ["sectors"]
    sent = client.post(START, {"upload": [SimpleUploadedFile("p.csv", projects_file(new_project("vn-x"))[1])]})
    assert client.get(sent["Location"]).status_code == 403


def test_an_upload_without_a_file_says_so(editor):
    assert editor.post(START).context["form"].errors == {"upload": ["This field is required."]}


def test_large_files_are_looked_at_by_a_request_of_their_own(bundled_data, editor, monkeypatch):
    monkeypatch.setattr("projects.admin.imports.AT_ONCE", 10)
    run = uploaded(editor, projects_file(new_project("vn-large")))

    assert run.checked_at is None
    page = editor.get(place(run)).content.decode()
    assert f'data-status="{place(run, "status")}"' in page
    assert editor.get(place(run, "status")).json() == {"working": False, "done": 0, "total": 0}

    editor.post(place(run, "examine"))
    assert rows(run).get().outcome == "new"


@pytest.mark.parametrize("language", ["", "/ja"])
def test_the_pages_are_there_in_both_languages(bundled_data, language):
    client = signed_in(make_publisher())
    run = uploaded(client, projects_file(new_project("vn-page"), new_project("vn-no", country_iso2="XX")))

    for address in (START, place(run)):
        assert client.get(language + address).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_is_exported_as_it_is_filtered(bundled_data, editor, kind):
    page = editor.get("/admin/projects/project/?q=solar&o=1").content.decode()
    (address,) = re.findall(rf'href="(/admin/export/projects\.{kind}[^"]*)"', page)

    answer = editor.get(address.replace("&amp;", "&"))

    content = b"".join(answer.streaming_content)
    run = uploaded(editor, (f"p.{kind}", content))
    found = editor.get("/admin/projects/project/?q=solar").context["cl"].result_count
    assert 0 < found < Project.objects.count()
    assert run.counts == {"projects": {"unchanged": found}}


@pytest.mark.parametrize(
    "address",
    [
        "projects/project/",
        "projects/selection/",
        "countries/partnercountry/",
        "projects/technology/",
        "projects/organisation/",
        "projects/milestone/",
        "projects/creditissuance/",
    ],
)
def test_each_list_offers_both_files_and_the_import(bundled_data, editor, address):
    page = editor.get(f"/admin/{address}").content.decode()

    for link in re.findall(r'href="(/admin/export/[^"]*)"', page):
        assert editor.get(link).status_code == 200
    assert len(re.findall(r'href="/admin/export/', page)) == 2
    assert 'href="/admin/import/"' in page


def test_a_template_is_a_workbook(editor):
    answer = editor.get(f"{START}template/projects.xlsx")

    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert editor.get(f"{START}template/nothing.xlsx").status_code == 404
    assert editor.get("/admin/export/participants.csv").status_code == 404


# -- Two at once ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_it_is_and_do_not_work_on_it_as_well(bundled_data):
    editor = make_user(is_staff=True, is_superuser=True)  # the groups went with an earlier test that committed
    run = runs.receive(files=[projects_file(new_project("vn-two"))], by=editor)
    seen = []

    def another():
        try:
            runs.examine(ImportRun.objects.get(pk=run.pk))
        except runs.Busy:
            seen.append("busy")
        seen.append(runs.progress_of(run))

    with runs.at_work(run) as progress:
        progress.expect(50_000)
        progress("projects.csv", 3_400)
        thread = threading.Thread(target=lambda: in_own_connection(another))
        thread.start()
        thread.join()

    assert seen == ["busy", (3_400, 50_000)]
    assert runs.progress_of(run) is None


# -- What is kept ---------------------------------------------------------------------------------------


def test_an_upload_that_nobody_confirms_is_thrown_away_after_thirty_days(bundled_data):
    editor = signed_in(make_user(is_staff=True, is_superuser=True))
    written = uploaded(editor, projects_file(new_project("vn-kept")))
    editor.post(place(written, "confirm"))
    forgotten, looked_at_again, recent = (
        uploaded(editor, projects_file(new_project(f"vn-upload-{number}"))) for number in range(3)
    )
    days_ago = {number: timezone.now() - timedelta(days=number) for number in (29, 31)}
    old = ImportRun.objects.exclude(pk=recent.pk)
    old.update(uploaded_at=days_ago[31], checked_at=days_ago[31])
    ImportRun.objects.filter(pk=looked_at_again.pk).update(checked_at=days_ago[29])
    ImportRun.objects.filter(pk=recent.pk).update(uploaded_at=days_ago[29])

    last = uploaded(editor, projects_file(new_project("vn-last")))

    kept = {written.pk, looked_at_again.pk, recent.pk, last.pk}
    assert set(ImportRun.objects.values_list("pk", flat=True)) == kept
    assert set(ImportRow.objects.values_list("run", flat=True)) == kept
    assert set(ImportFile.objects.values_list("run", flat=True)) == kept
    assert editor.get(place(forgotten)).status_code == 404
    editor.post(place(written, "undo"))
    assert not Project.objects.filter(key="vn-kept").exists()


def test_a_preview_compares_no_more_titles_than_its_bound(bundled_data, monkeypatch):
    monkeypatch.setattr(runs, "MOST_PAIRS", 1)
    title = Project.objects.filter(country__iso2="VN").first().title
    editor = signed_in(make_user(is_staff=True, is_superuser=True))

    run = uploaded(editor, projects_file(new_project("vn-one", title=title), new_project("vn-two", title=f"{title} 2")))

    assert [bool(row.twins) for row in rows(run)] == [True, False]
