"""Files as people have them become the rows that `reading` makes of the bundled files.

A person's file went through a spreadsheet: it is a workbook, or CSV in the encoding of the machine, and its days and
numbers look as that machine writes them. Here they are brought into the one form that `cells` reads; what cannot be
stays as it is, and is refused there. Which table a file is, its headings say.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, load_workbook

from .cells import unguarded
from .reading import NotCsv, Problem, Reading, csv_lines, rows_of
from .tables import TABLES, Column, Kind, Table

Lines = list[tuple[int, list[str]]]

LONGEST_UNPACKED = 400_000_000  # bytes; a workbook is packed, and a small one may unpack to anything
MOST_LINES = 200_000
LIKE_ENOUGH = 0.4  # share of the headings that a file and a table have in common
ZIP, OLD_OR_LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

SERIAL_BEGIN = date(1899, 12, 30)  # day 0 of Excel
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "H": 1988, "R": 2018}
SERIAL = re.compile(r"([1-9]\d{4})(\.\d+)?")
WITH_TIME = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[ T]00?:00(:00(\.0+)?)?")
PARTS = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
JAPANESE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?")
IN_ERA = re.compile(r"(明治|大正|昭和|平成|令和|[HR])(\d{1,2}|元)(?:年|[./])(?:(\d{1,2})(?:月|[./])(?:(\d{1,2})日?)?)?")
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
NUMBERS = {Kind.WHOLE, Kind.NUMBER}
DAYS = {Kind.DAY, Kind.PARTIAL_DAY}
CODES = {Kind.CHOICE, Kind.KEY, Kind.KEYS}
REPEATED = CODES | DAYS


class Unreadable(ValueError):
    """The file is no table; `line` is where that shows, if anywhere."""

    def __init__(self, reason: str, line: int = 0) -> None:
        self.line = line
        super().__init__(reason)


def read_uploads(files: Iterable[tuple[str, bytes]]) -> tuple[Reading, dict[str, str]]:
    """The rows of the files, each under its own name, and which table each of them is."""
    reading = Reading()
    tables: dict[str, str] = {}
    for name, content in files:
        try:
            lines = lines_of(content)
            table = table_of(lines)
        except Unreadable as error:
            reading.problems.append(Problem(name, error.line, "", str(error)))
            continue
        rows, problems = rows_of(name, list(_tidied(table, lines)), [column.name for column in table.columns])
        reading.problems += problems
        tables[name] = table.name
        if rows is not None:
            reading.rows.setdefault(table.name, []).extend(rows)
    return reading, tables


def table_of(lines: Lines) -> Table:
    """The table whose columns are most like the headings; raises Unreadable where none is like them."""
    if not lines:
        raise Unreadable(_("The file is empty; its first line should hold the headings."), 1)
    headings = {heading.strip() for heading in lines[0][1]} - {""}

    def likeness(table: Table) -> float:
        columns = {column.name for column in table.columns}
        return len(headings & columns) / len(headings | columns)

    best = max(TABLES.values(), key=likeness)
    if likeness(best) < LIKE_ENOUGH:
        said = {"headings": ", ".join(sorted(headings))[:200], "nearest": best.name, "columns": _names(best)}
        raise Unreadable(
            _("No list has the headings %(headings)s. The nearest is “%(nearest)s”, with: %(columns)s.") % said,
            lines[0][0],
        )
    return best


def _names(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


# -- Lines of cells ---------------------------------------------------------------------------------


def lines_of(content: bytes) -> Lines:
    """The lines that hold anything, with their numbers, of a workbook's first sheet or of a CSV file."""
    if content.startswith(OLD_OR_LOCKED):
        raise Unreadable(_("The workbook is in the old format or has a password; save it as .xlsx, without one."))
    lines = list(_of_workbook(content)) if content.startswith(ZIP) else _of_text(content)
    if len(lines) > MOST_LINES:
        raise Unreadable(_("The file has more than %(most)d lines; split it.") % {"most": MOST_LINES})
    return lines


def _of_workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > LONGEST_UNPACKED:
            raise Unreadable(_("The workbook is too large."))
        sheet = load_workbook(BytesIO(content)).get_sheet_by_index(0)
        if sheet.total_height > MOST_LINES * 5:
            raise Unreadable(_("The sheet is too long; delete the empty rows below the table."))
        first = (sheet.start or (0, 0))[0] + 1
        for number, row in enumerate(sheet.iter_rows(), first):
            cells = [_as_text(value) for value in row]
            if any(cell.strip() for cell in cells):
                yield number, cells
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_("This is not a workbook that can be read (%(error)s).") % {"error": error}) from None


def _as_text(value: Any) -> str:
    if isinstance(value, float):
        # repr() is the shortest text that means this number: 0.1, not 0.1000000000000000055.
        return format(Decimal(repr(value)).normalize() + 0, "f") if value == value else ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _of_text(content: bytes) -> Lines:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count) if first.count(",") == 0 else ","
    try:
        return list(csv_lines(text, delimiter))
    except NotCsv as error:
        raise Unreadable(str(error), error.line) from None


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel writes as “Unicode text”, or as CSV on a Japanese machine (CP932, called Shift_JIS)."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("This is neither UTF-8 nor Shift_JIS text; save the file as “CSV UTF-8”, or as .xlsx."))


# -- Cells ------------------------------------------------------------------------------------------


def _tidied(table: Table, lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """The lines as wide as their headings, each cell in the form of its column."""
    first, headings = lines[0]
    headings = _cut([heading.strip() for heading in headings], 0)
    columns = {column.name: column for column in table.columns}
    yield first, headings
    kinds = [columns.get(heading) for heading in headings]
    repeated: dict[str, str] = {}  # one text in memory for a code or day that many rows have
    for number, cells in lines[1:]:
        wide = _cut(cells, len(headings))
        wide += [""] * (len(headings) - len(wide))
        tidied = [tidy(kinds[at], cell) if at < len(kinds) else cell for at, cell in enumerate(wide)]
        for at, column in enumerate(kinds):
            if column and column.kind in REPEATED:
                tidied[at] = repeated.setdefault(tidied[at], tidied[at])
        yield number, tidied


def _cut(cells: Sequence[str], least: int) -> list[str]:
    """Without the empty cells at the end that spreadsheets add."""
    length = len(cells)
    while length > least and not cells[length - 1].strip():
        length -= 1
    return list(cells[:length])


def tidy(column: Column | None, text: str) -> str:
    """A cell as the files write it: days as 2023-08-17, numbers without separators, codes in half width."""
    text = unguarded(text.strip())
    if column is None or not text:
        return text
    if column.kind in NUMBERS | DAYS | CODES:
        text = unicodedata.normalize("NFKC", text).strip()
    if column.kind in NUMBERS:
        return _number(column, text)
    if column.kind in DAYS:
        return _day(text)
    return text


def _number(column: Column, text: str) -> str:
    text = text.replace("\u2212", "-")
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if column.kind is Kind.WHOLE and re.fullmatch(r"-?\d+\.0*", text):
        text = text.partition(".")[0]
    return text


def _day(text: str) -> str:
    if SERIAL.fullmatch(text):
        return (SERIAL_BEGIN + timedelta(days=int(text[:5]))).isoformat()
    timed = WITH_TIME.fullmatch(text)
    if timed:
        text = timed[1]
    text = text.replace(" ", "")
    found = PARTS.fullmatch(text) or JAPANESE.fullmatch(text)
    if found:
        return _iso(int(found[1]), found[2], found[3])
    in_era = IN_ERA.fullmatch(text)
    if in_era:
        year = 1 if in_era[2] == "元" else int(in_era[2])
        return _iso(ERAS[in_era[1]] + year, in_era[3], in_era[4])
    return text


def _iso(year: int, month: str | None, day: str | None) -> str:
    return "-".join([f"{year:04}", *(f"{int(part):02}" for part in (month, day) if part)])
