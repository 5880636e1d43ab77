"""What is exported imports again as no change, as CSV and as a workbook, and no text in it runs as a formula."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import load_workbook

from projects.importing import runs
from projects.importing.cells import guarded, unguarded
from projects.importing.exporting import as_csv, write_workbook
from projects.importing.tables import TABLES
from projects.models import ImportRow, Milestone, Organisation, OrganisationAlias, Project, Selection
from tests.factories import make_editor

pytestmark = pytest.mark.django_db

KINDS = ["csv", "xlsx"]


def exported(table, kind, pks=None):
    pks = list(table.model._default_manager.order_by("pk").values_list("pk", flat=True)) if pks is None else pks
    if kind == "csv":
        return "".join(as_csv(table, pks)).encode()
    file = io.BytesIO()
    write_workbook(file, table, pks)
    return file.getvalue()


def examined(*files):
    run = runs.receive(files=files, by=make_editor())
    runs.examine(run)
    run.refresh_from_db()
    return run


def outcomes(run):
    found = {}
    for counts in run.counts.values():
        for outcome, number in counts.items():
            found[outcome] = found.get(outcome, 0) + number
    return found


def everything(kind):
    return [(f"{table.name}.{kind}", exported(table, kind)) for table in TABLES.values()]


def total():
    return sum(table.model._default_manager.count() for table in TABLES.values())


# -- Round trip ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_of_everything_imports_again_as_no_change(bundled_data, kind):
    run = examined(*everything(kind))

    wrong = ImportRow.objects.filter(run=run).exclude(outcome="unchanged").values("file", "cells", "reasons")
    assert not run.faults
    assert not list(wrong[:5])
    assert outcomes(run) == {"unchanged": total()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(TABLES))
def test_an_export_of_one_list_imports_again_as_no_change(bundled_data, name, kind):
    run = examined((f"list.{kind}", exported(TABLES[name], kind)))

    assert run.counts == {name: {"unchanged": TABLES[name].model._default_manager.count()}}


def as_staff_would_leave_it():
    """Records that the data set's own rules would refuse, or from which the loader would work out something else."""
    first, second, third, fourth = Project.objects.filter(identifiers__isnull=True).order_by("pk")[:4]
    Project.objects.filter(pk=first.pk).update(technology=None, note="", title="=SUM(A1:A9)")
    first.further_technologies.clear()
    second.identifiers.create(scheme="jcm", value="ZZ901")  # its key is another
    third.possibly_same_as.set([fourth])
    first.further_sources.add(first.source)
    Milestone.objects.filter(project=third, kind="selected").delete()
    Project.objects.filter(pk=third.pk).update(title="'@quoted", note="two\nlines; =1+1", key="a-key-of-staff")
    organisation = Organisation.objects.filter(aliases__isnull=False).first()
    organisation.aliases.update(language="ja")
    OrganisationAlias.objects.create(organisation=organisation, name="One; Two", language="en")


@pytest.mark.parametrize("kind", KINDS)
def test_what_staff_entered_otherwise_than_the_data_set_goes_round_as_well(bundled_data, kind):
    as_staff_would_leave_it()

    run = examined(*everything(kind))

    assert not list(ImportRow.objects.filter(run=run).exclude(outcome="unchanged").values("file", "cells", "reasons"))
    assert outcomes(run) == {"unchanged": total()}


def test_only_the_records_asked_for_are_exported_in_the_order_asked_for(bundled_data):
    pks = list(Project.objects.order_by("-pk").values_list("pk", flat=True)[:3])

    found = list(csv.DictReader(io.StringIO(exported(TABLES["projects"], "csv", pks).decode("utf-8-sig"))))

    assert [row["project_key"] for row in found] == [Project.objects.get(pk=pk).key for pk in pks]


# -- Formulas -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1", "'=1", "\t=1", "''-x"])
def test_a_text_that_would_run_gets_an_apostrophe_that_reading_takes_off(text):
    assert guarded(text).startswith("'")
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["-8.75", "+81", "12", "plain", "'quoted'", "it's"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    assert guarded(text) == unguarded(text) == text


@given(st.text())
def test_whatever_the_text_it_comes_back(text):
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_of_a_file_is_a_formula(bundled_data, kind):
    Project.objects.filter(pk=Project.objects.first().pk).update(title="=HYPERLINK(1)")
    content = exported(TABLES["projects"], kind)

    if kind == "csv":
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    else:
        cells = [
            str(cell) for row in load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python() for cell in row
        ]

    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]


# -- Workbooks ------------------------------------------------------------------------------------------


def test_in_a_workbook_days_are_days_and_numbers_are_numbers(bundled_data):
    sheet = load_workbook(io.BytesIO(exported(TABLES["issuances"], "xlsx"))).get_sheet_by_index(0)
    head, *found = sheet.to_python()

    amounts = [row[head.index("total_tco2")] for row in found]
    days = [row[head.index("issued_on")] for row in found]

    assert {type(value) for value in amounts if value != ""} == {float}
    assert {type(value) for value in days if value != ""} == {date}


def test_the_header_of_a_workbook_is_frozen(bundled_data):
    import zipfile

    with zipfile.ZipFile(io.BytesIO(exported(TABLES["selections"], "xlsx"))) as packed:
        assert b'state="frozen"' in packed.read("xl/worksheets/sheet1.xml")
    assert Selection.objects.exists()


@pytest.mark.parametrize("name", list(TABLES))
def test_a_template_has_the_headings_and_a_sheet_that_says_what_each_takes(db, name):
    file = io.BytesIO()
    write_workbook(file, TABLES[name], [], explained=True)
    book = load_workbook(io.BytesIO(file.getvalue()))
    columns = [column.name for column in TABLES[name].columns]

    assert book.get_sheet_by_index(0).to_python() == [columns]
    told = book.get_sheet_by_index(1).to_python()
    assert [row[0] for row in told[1:]] == columns
    assert all(row[1] and row[2] for row in told[1:]), told


def test_an_empty_template_imports_as_nothing(bundled_data):
    file = io.BytesIO()
    write_workbook(file, TABLES["projects"], [], explained=True)

    run = examined(("template.xlsx", file.getvalue()))

    assert (run.faults, run.counts) == ([], {})
