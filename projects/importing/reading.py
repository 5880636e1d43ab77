"""First step: the bytes of files become rows of text. The database is not asked.

A file that cannot be read as a table of its columns gives problems and no rows, so that nothing is taken
for something else. The order of the columns is free; a line with nothing in it is passed over.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from django.utils.translation import gettext as _

from .tables import IGNORED, TABLES

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong with a cell, a row (no column) or a file (line 0), in a sentence for whoever keeps the file."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        line = str(self.line) if self.line else ""
        return ": ".join(part for part in (":".join(filter(None, (self.file, line))), self.column, self.reason) if part)


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `line` is the one on which it begins, `cells` the stripped text by column."""

    file: str
    line: int
    cells: Mapping[str, str]

    def problem(self, column: str, reason: str) -> Problem:
        return Problem(self.file, self.line, column, reason)


@dataclass
class Reading:
    """The rows by the name of their table; a table whose file was not given, or not readable, is not among them."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_folders(folders: Iterable[Path]) -> Reading:
    """Read every CSV file of the folders."""
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted(folder.glob("*.csv")):
            try:
                contents[path.name] = path.read_bytes()
            except OSError as error:
                problems.append(Problem(path.name, 0, "", error.strerror or str(error)))
    reading = read_files(contents)
    reading.problems += problems
    return reading


def read_files(contents: Mapping[str, bytes]) -> Reading:
    """Read files by name, such as `projects.csv`; the name says which table it is."""
    reading = Reading()
    for file, content in contents.items():
        if file in IGNORED:
            continue
        name = file.removesuffix(".csv")
        if name not in TABLES:
            reading.problems.append(Problem(file, 0, "", _unknown_file(file)))
            continue
        columns = [column.name for column in TABLES[name].columns]
        rows, problems = read(file, content, columns)
        reading.problems += problems
        if rows is not None:
            reading.rows[name] = rows
    return reading


def read(file: str, content: bytes, columns: Sequence[str]) -> tuple[list[Row] | None, list[Problem]]:
    """Read the bytes of one CSV file in UTF-8; the rows are None when they cannot be told."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "", _("This is not UTF-8 text; save the file as “CSV UTF-8”."))]
    try:
        return rows_of(file, list(csv_lines(text)), columns)
    except NotCsv as error:
        return None, [Problem(file, error.line, "", str(error))]


def rows_of(
    file: str, lines: Sequence[tuple[int, list[str]]], columns: Sequence[str]
) -> tuple[list[Row] | None, list[Problem]]:
    """Turn lines of cells, whatever they came from, into rows; the first line holds the headings."""
    if not lines:
        return None, [Problem(file, 1, "", _("The file is empty; its first line should hold the headings."))]
    first, headings = lines[0][0], [cell.strip() for cell in lines[0][1]]
    problems = [Problem(file, first, heading, reason) for heading, reason in _faults_of(headings, columns)]
    if problems:
        return None, problems
    rows: list[Row] = []
    for line, cells in lines[1:]:
        if len(cells) != len(headings):
            reason = _("The row has %(found)d cells instead of %(expected)d.") % {
                "found": len(cells),
                "expected": len(headings),
            }
            problems.append(Problem(file, line, "", reason))
            continue
        row = Row(file, line, {heading: cell.strip() for heading, cell in zip(headings, cells, strict=True)})
        problems += [row.problem(heading, _control(sign)) for heading, sign in _controls(row)]
        rows.append(row)
    return rows, problems


class NotCsv(ValueError):
    """The text does not follow the rules of CSV; `line` is where that shows."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(reason)


def csv_lines(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Each record of the text with the line on which it begins, without those that hold nothing."""
    # Not splitlines(): it would also break a cell at a line separator (U+2028) or a form feed. Nor StringIO, which
    # takes four bytes for each character.
    lines = (found[0] for found in LINE.finditer(text))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = _("A quotation mark is not closed, or stands where none may (%(error)s).") % {"error": error}
            raise NotCsv(line, reason) from None
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _faults_of(headings: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    accepted = ", ".join(columns)
    for heading, times in Counter(headings).items():
        if heading not in columns:
            close = get_close_matches(heading.casefold(), columns, 1)
            said = {"name": heading, "accepted": accepted, "close": close[0] if close else ""}
            if close:
                reason = _("“%(name)s” is not a heading of this file; is %(close)s meant? It has: %(accepted)s.")
            else:
                reason = _("“%(name)s” is not a heading of this file; it has: %(accepted)s.")
            yield heading, reason % said
        elif times > 1:
            yield heading, _("The heading stands there more than once.")
    for column in columns:
        if column not in headings:
            yield column, _("The heading is missing.")


def _controls(row: Row) -> Iterator[tuple[str, str]]:
    """The first character of each cell that no text has and PostgreSQL may not store, such as NUL."""
    for heading, cell in row.cells.items():
        for sign in cell:
            if sign < " " and sign not in "\t\n\r":
                yield heading, sign
                break


def _control(sign: str) -> str:
    return _("The cell holds the control character U+%(code)s; remove it.") % {"code": f"{ord(sign):04X}"}


def _unknown_file(file: str) -> str:
    names = [table.file for table in TABLES.values()]
    close = get_close_matches(file, names, 1)
    if close:
        return _("This is not a file of the data set; is it meant to be %(name)s?") % {"name": close[0]}
    return _("This is not a file of the data set; it has: %(names)s.") % {"names": ", ".join(names)}
