"""From the bytes of files to rows of text, and every way in which a file is no table of its columns."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.importing.reading import Problem, read, read_files, read_folders, rows_of
from projects.importing.tables import TABLES
from tests.datafiles import contents, small_set, write

COLUMNS = ["project_key", "number", "version"]
HEAD = b"project_key,number,version\n"


def rows(content):
    found, problems = read("project_methodologies.csv", content, COLUMNS)
    assert not problems
    return found


def test_a_row_has_its_file_its_line_and_its_text_by_column():
    (row,) = rows(HEAD + b"vn001,VN_AM001,1.0\n")

    assert (row.file, row.line) == ("project_methodologies.csv", 2)
    assert row.cells == {"project_key": "vn001", "number": "VN_AM001", "version": "1.0"}


def test_the_order_of_the_columns_is_free():
    (row,) = rows(b"version,project_key,number\n1.0,vn001,VN_AM001\n")

    assert row.cells["project_key"] == "vn001"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + HEAD + b"vn001,VN_AM001,1.0\n", id="byte order mark, as spreadsheets write it"),
        pytest.param(HEAD.replace(b"\n", b"\r\n") + b"vn001,VN_AM001,1.0\r\n", id="lines that end as in Windows"),
        pytest.param(HEAD + b"vn001,VN_AM001,1.0", id="no line end after the last row"),
        pytest.param(HEAD + b"\n\nvn001,VN_AM001,1.0\n\n", id="empty lines"),
        pytest.param(HEAD + b"vn001,VN_AM001,1.0\n,,\n,,,,,\n", id="rows of empty cells under the table"),
        pytest.param(HEAD + b' vn001 ,"VN_AM001\t",1.0\n', id="white space around the text"),
        pytest.param(HEAD + "vn001,VN_AM001,\u30001.0\n".encode(), id="a Japanese space before the text"),
    ],
)
def test_what_programs_and_people_add_is_taken_in_stride(content):
    (row,) = rows(content)

    assert list(row.cells.values()) == ["vn001", "VN_AM001", "1.0"]


def test_the_line_is_the_one_on_which_the_row_begins():
    content = HEAD + b'vn001,VN_AM001,"1\n.\n0"\n\nvn002,VN_AM001,2.0\n'

    assert [row.line for row in rows(content)] == [2, 6]


def test_a_line_separator_within_a_cell_does_not_break_the_row():
    (row,) = rows(HEAD + "vn001,VN\u2028AM\x85001,1.0\n".encode())

    assert row.cells["number"] == "VN\u2028AM\x85001"


@pytest.mark.parametrize(
    ("content", "line", "column", "reason"),
    [
        pytest.param(b"", 1, "", "file is empty", id="empty file"),
        pytest.param(b"\n \n", 1, "", "file is empty", id="nothing but empty lines"),
        pytest.param(HEAD + "vn001,ベトナム,1".encode("cp932"), 2, "", "not UTF-8", id="Shift JIS"),
        pytest.param(HEAD.decode().encode("utf-16"), 1, "", "not UTF-8", id="UTF-16"),
        pytest.param(HEAD + b"a,b,c\nd,e,\xff\n", 3, "", "not UTF-8", id="a byte that is no UTF-8"),
        pytest.param(HEAD + b"vn001,VN\x00AM,1\n", 2, "number", "control character U+0000", id="NUL in a cell"),
        pytest.param(HEAD + b"vn001,VN,1\x07\n", 2, "version", "control character U+0007", id="BEL in a cell"),
        pytest.param(b"project_key,number\n", 1, "version", "heading is missing", id="missing heading"),
        pytest.param(b"project_key,number,version,colour\n", 1, "colour", "not a heading", id="unknown heading"),
        pytest.param(b"project_key,number,version,number\n", 1, "number", "more than once", id="repeated heading"),
        pytest.param(b"project_key,number,version,\n", 1, "", "not a heading", id="empty heading"),
        pytest.param(b"Project_Key,number,version\n", 1, "Project_Key", "not a heading", id="heading in capitals"),
        pytest.param(HEAD + b"vn001,VN_AM001\n", 2, "", "2 cells instead of 3", id="too few cells"),
        pytest.param(HEAD + b"vn001,VN_AM001,1,0\n", 2, "", "4 cells instead of 3", id="too many cells"),
        pytest.param(HEAD + b'a,b,c\nvn001,"VN_AM001,1\nx,y,z\n', 3, "", "quotation mark", id="quote not closed"),
        pytest.param(HEAD + b'vn001,"VN"AM,1\n', 2, "", "quotation mark", id="quote inside a quoted cell"),
        pytest.param(HEAD + b"vn001," + b"x" * 200_000 + b",1\n", 2, "", "field limit", id="endless cell"),
    ],
)
def test_a_file_that_is_no_table_of_its_columns_is_named_with_line_and_reason(content, line, column, reason):
    _rows, problems = read("project_methodologies.csv", content, COLUMNS)

    assert [(problem.line, problem.column) for problem in problems if reason in problem.reason] == [(line, column)]


def test_all_faults_of_a_file_are_named_in_one_go():
    found, problems = read("project_methodologies.csv", HEAD + b"a\nb,c,1\nd,e,f,g\nh,\x01,2\n", COLUMNS)

    assert [problem.line for problem in problems] == [2, 4, 5]
    assert [row.line for row in found] == [3, 5]


def test_without_its_headings_a_file_gives_no_rows():
    found, problems = read("project_methodologies.csv", b"key,number,version\nvn001,VN_AM001,1.0\n", COLUMNS)

    assert found is None
    assert {problem.column for problem in problems} == {"key", "project_key"}


def test_an_unknown_file_is_named_with_the_one_that_may_be_meant():
    reading = read_files({"project.csv": b""})

    assert str(reading.problems[0]) == (
        "project.csv: This is not a file of the data set; is it meant to be projects.csv?"
    )


def test_a_file_unlike_any_is_named_with_all_that_there_are():
    reading = read_files({"zzz.csv": b""})

    assert "sources.csv, countries.csv" in reading.problems[0].reason


def test_feasibility_studies_and_other_files_of_a_folder_are_passed_over(tmp_path):
    write(tmp_path, {"sectors": small_set()["sectors"]})
    (tmp_path / "studies.csv").write_text("whatever\n")
    (tmp_path / "README.md").write_text("words")

    reading = read_folders([tmp_path])

    assert not reading.problems
    assert list(reading.rows) == ["sectors"]


def test_a_folder_that_calls_itself_a_file_is_a_problem_not_a_crash(tmp_path):
    (tmp_path / "sectors.csv").mkdir()

    (problem,) = read_folders([tmp_path]).problems

    assert problem.file == "sectors.csv"


def test_every_file_of_the_small_set_is_read():
    reading = read_files(contents(small_set()))

    assert not reading.problems
    assert {name: len(found) for name, found in reading.rows.items()} == {
        name: len(found) for name, found in small_set().items()
    }
    assert set(reading.rows) == set(TABLES)


def test_lines_of_a_spreadsheet_are_read_like_those_of_a_file():
    lines = [(1, ["number", "project_key", "version"]), (2, ["VN_AM001", "vn001 ", ""])]

    found, problems = rows_of("upload.xlsx", lines, COLUMNS)

    assert not problems
    assert found[0].cells == {"number": "VN_AM001", "project_key": "vn001", "version": ""}


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("projects.csv", 12, "latitude", "No."), "projects.csv:12: latitude: No."),
        (Problem("projects.csv", 12, "", "No."), "projects.csv:12: No."),
        (Problem("projects.csv", 0, "", "No."), "projects.csv: No."),
        (Problem("", 0, "", "No."), "No."),
    ],
    ids=["cell", "row", "file", "everything"],
)
def test_a_problem_reads_file_line_column_reason(problem, text):
    assert str(problem) == text


CELLS = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_what_csv_writes_is_read_back(table):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *table])

    found = rows(text.getvalue().encode())

    expected = [[cell.strip() for cell in row] for row in table]
    assert [list(row.cells.values()) for row in found] == [row for row in expected if any(row)]


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(content):
    found, problems = read("project_methodologies.csv", HEAD + content, COLUMNS)

    assert found is not None or problems
