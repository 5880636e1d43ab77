"""Records become rows in the columns of the files, so that an import of them changes nothing.

The way back of `cells`: one text for each cell. CSV and workbooks are made of the same rows; in a workbook days and
numbers are such. A text that a spreadsheet would run as a formula gets an apostrophe before it, which
`uploads` takes off.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import IO, Any

import xlsxwriter
from django.db import models
from django.utils.translation import gettext as _

from jcm_portal.dates import PartialDate
from projects.models import Identifier, Milestone, MilestoneKind, Scheme, Selection

from .cells import SEPARATOR, guarded
from .present import Keys, Present
from .tables import TABLES, Column, Kind, Table, Values

Extra = dict[str, str]  # cells that no field holds, by column
LONGEST_CELL = 32_767  # characters that Excel takes
WIDEST, NARROWEST = 50, 10
# What the JCM's table would say of a project, by what its milestones say; the first that fits.
JCM_STATUS = {
    MilestoneKind.WITHDRAWN: "withdrawn",
    MilestoneKind.REGISTERED: "registered",
    MilestoneKind.IN_VALIDATION: "validation",
}


class TooLong(ValueError):
    """A text is longer than a cell of a workbook."""


# -- Rows of text -----------------------------------------------------------------------------------


def rows(table: Table, pks: Iterable[int]) -> Iterator[list[str]]:
    """The cells of the records, in the order of their primary keys as given; no header, nothing guarded."""
    present = Present(table, Keys(()))
    extras = EXTRAS[table.name]() if table.name in EXTRAS else {}
    for pk in pks:
        if pk in present.values:
            yield [cell_of(table, column, present.values[pk], extras.get(pk, {})) for column in table.columns]


def cell_of(table: Table, column: Column, values: Values, extra: Extra) -> str:
    """What the file says in the column for a record with these values."""
    if column.name in extra:
        return extra[column.name]
    if column.kind is Kind.KEYS:
        first = values[column.fills] if column.fills else None
        further = [key for key in values[column.more] if key != first]
        return _joined([first or "", *further] if column.fills and further else [first] if first else further)
    if column.name == "jcm_ref":
        return _joined(values["identifiers"])
    if not column.fills:
        return ""
    value = values[column.fills]
    if column.name == "aliases":
        return _joined(dict.fromkeys(name for name, _language in value))
    if column.kind is Kind.WORDS:
        return _joined(value)
    if column.kind is Kind.PARTIAL_DAY:
        precision = values[f"{column.fills}_precision"]
        return PartialDate(date.fromisoformat(value), precision).isoformat() if value else ""
    if column.kind is Kind.CHOICE and column.words:
        return next((word for word, stored in column.words.items() if stored == value), "")
    return "" if value is None else str(value)


def _joined(values: Iterable[str]) -> str:
    return f"{SEPARATOR} ".join(value.replace(SEPARATOR, f"\\{SEPARATOR}") for value in values)


def _of_projects() -> dict[int, Extra]:
    """The status goes with the reference, as in the JCM's table."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for pk, kind in Milestone.objects.filter(kind__in=JCM_STATUS).order_by().values_list("project", "kind"):
        kinds[pk].add(kind)
    listed = Identifier.objects.filter(scheme=Scheme.JCM).order_by().values_list("project", flat=True)
    return {
        pk: {"jcm_status": next((word for kind, word in JCM_STATUS.items() if kind in kinds[pk]), "")} for pk in listed
    }


def _of_selections() -> dict[int, Extra]:
    """Round and fiscal year are those of the announcement, where there is one."""
    announced = Selection.objects.filter(announcement__isnull=False).order_by()
    found = announced.values_list("pk", "announcement__round__key", "announcement__fiscal_year")
    return {pk: {"round_id": key or "", "fiscal_year": str(year or "")} for pk, key, year in found}


EXTRAS: dict[str, Callable[[], dict[int, Extra]]] = {"projects": _of_projects, "selections": _of_selections}


# -- CSV and workbooks ------------------------------------------------------------------------------


def as_csv(table: Table, pks: Iterable[int]) -> Iterator[str]:
    """Lines of CSV for spreadsheets: with a byte order mark."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    yield "\ufeff" + text.getvalue()
    for row in rows(table, pks):
        text.seek(0)
        text.truncate()
        writer.writerow([guarded(cell) for cell in row])
        yield text.getvalue()


def write_workbook(file: IO[bytes], table: Table, pks: Iterable[int], *, explained: bool = False) -> None:
    """A workbook with the records; raises TooLong. Explained: with a second sheet on what each column takes."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(table.name[:31])
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, _width(column))
        sheet.write_row(0, 0, [column.name for column in table.columns], bold)
        for number, row in enumerate(rows(table, pks), 1):
            for at, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                _write(sheet, number, at, column, cell, day)
        if explained:
            _explain(book, table, bold)


def _write(sheet: Any, row: int, at: int, column: Column, cell: str, day: Any) -> None:
    if not cell:
        return
    if column.kind in (Kind.WHOLE, Kind.NUMBER):
        # A workbook holds fifteen digits of a number; more stay text.
        if Decimal(repr(float(cell))) == Decimal(cell):
            sheet.write_number(row, at, float(cell))
            return
    elif column.kind in (Kind.DAY, Kind.PARTIAL_DAY) and len(cell) == len("2023-08-17"):
        sheet.write_datetime(row, at, date.fromisoformat(cell), day)
        return
    cell = guarded(cell)
    if len(cell) > LONGEST_CELL:
        said = {"column": column.name, "row": row + 1, "most": LONGEST_CELL}
        raise TooLong(_("Row %(row)d, %(column)s: a workbook takes %(most)d characters; take the CSV file.") % said)
    sheet.write_string(row, at, cell)


def _width(column: Column) -> int:
    wide = column.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.WORDS)
    return min(max(len(column.name) + 2, 30 if wide else NARROWEST), WIDEST)


def _explain(book: Any, table: Table, bold: Any) -> None:
    sheet = book.add_worksheet(_("Columns"))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for at, width in enumerate((26, 40, 60, 12)):
        sheet.set_column(at, at, width)
    sheet.write_row(0, 0, [_("column"), _("meaning"), _("accepted values"), _("needed")], bold)
    for number, column in enumerate(table.columns, 1):
        needed = _("yes") if is_needed(table, column) else ""
        told = [column.name, meaning(table, column), accepted(table, column), needed]
        for at, cell in enumerate(told):
            sheet.write_string(number, at, guarded(cell), wrapped)


# -- What a column means ----------------------------------------------------------------------------


def meaning(table: Table, column: Column) -> str:
    """The field's own words, as the forms have them."""
    found = FREE_COLUMNS.get(column.name)
    if found:
        return found()
    named = table.model._meta.get_field(column.fills or column.more)
    words = [str(getattr(named, "verbose_name", "") or getattr(named, "name", ""))]
    if isinstance(named, models.ForeignObjectRel):
        words = [str(named.related_model._meta.verbose_name_plural)]
    return ". ".join([*words, str(getattr(named, "help_text", ""))]).strip(". ")


FREE_COLUMNS: dict[str, Callable[[], str]] = {
    "jcm_ref": lambda: _("JCM reference"),
    "jcm_status": lambda: _("What the JCM's table says; a milestone follows from it where none is on record"),
    "round_id": lambda: _("selection round, that of the announcement"),
    "aliases": lambda: _("other names of the organisation"),
}


def accepted(table: Table, column: Column) -> str:
    """What may stand in a cell, in a sentence."""
    if column.kind is Kind.CHOICE:
        model_field: Any = table.model._meta.get_field(column.fills) if column.fills else None
        words = [*column.words] or [value for value, _label in model_field.choices]
        return _("One of: %(values)s.") % {"values": ", ".join(words)}
    if column.to:
        target = TABLES[column.to]
        said = {"list": str(target.model._meta.verbose_name_plural), "column": target.column_of(target.key[0])}
        if column.kind is Kind.KEYS:
            return _("Keys of %(list)s (%(column)s), with “; ” between them; the main one first.") % said
        return _("The key of one of %(list)s (%(column)s).") % said
    return {
        Kind.TEXT: lambda: _("Text."),
        Kind.LONG_TEXT: lambda: _("Text, also of several lines."),
        Kind.WHOLE: lambda: _("A whole number of zero or more, such as 28208."),
        Kind.NUMBER: lambda: _("A number, such as 12.5."),
        Kind.DAY: lambda: _("A day, such as 2023-08-17."),
        Kind.PARTIAL_DAY: lambda: _("A day, 2023-08-17, or 2023-08 or 2023 where no more is known."),
        Kind.WORDS: lambda: _("Several texts, with “; ” between them."),
    }[column.kind]()


def is_needed(table: Table, column: Column) -> bool:
    """Whether a row without it is refused."""
    if not column.fills or column.fills in table.part_names:
        return False
    model_field: Any = table.model._meta.get_field(column.fills)
    return not (model_field.blank or model_field.null)
