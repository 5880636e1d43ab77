"""Second step: rows of text become records, and whatever is wrong with them problems. Nothing is written.

The database is asked for what is on record already, in a number of queries that does not grow with the files.
All problems of all files are found in one go: first each cell by itself (`cells`), then the rules of a row and those
between rows and files (`rules`). The good rows get what follows from others (`derived`). Where a file and the
database both know a record, the file counts.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from django.utils.translation import gettext as _

from .cells import items_of, read_cell
from .derived import as_staff_left_it, complete, derived_milestones
from .present import Keys, Present
from .reading import Problem, Reading, Row
from .records import Known, Record
from .rules import broken_rules, selected_before_joining
from .tables import REFERRED, TABLES, Table, Values


@dataclass
class Checked:
    """The records of the good rows by table, in loading order; what keeps the files from being loaded; and hints."""

    records: dict[str, list[Record]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    derived: int = 0  # milestones that follow from other files
    by_staff: bool = False
    present: dict[Table, Present] = field(default_factory=dict)  # where staff import: what is on record
    keys: Keys | None = None


def check(reading: Reading, *, by_staff: bool = False) -> Checked:
    """Make records of the rows that were read, and find all that is wrong with them.

    Where staff import, a row that says what is on record already is never refused: nothing would be written.
    """
    problems = list(reading.problems)
    records: dict[str, list[Record]] = {}
    for name, table in TABLES.items():
        if name in reading.rows:
            records[name] = [Record(table, row, _values(table, row, problems, by_staff)) for row in reading.rows[name]]
    known = Known(records, by_staff=by_staff)
    checked = Checked(by_staff=by_staff)
    broken = [
        one for name, found in records.items() for one in broken_rules(TABLES[name], found, known, by_staff=by_staff)
    ]
    if by_staff:
        checked.keys = Keys(())
        checked.present = {
            TABLES[name]: _without_repeats(TABLES[name], Present(TABLES[name], checked.keys)) for name in records
        }
        unreadable = {(problem.file, problem.line) for problem in problems}
        readable = {
            name: [record for record in found if (record.row.file, record.row.line) not in unreadable]
            for name, found in records.items()
        }
        complete(readable, known)
        for name, found in readable.items():
            as_staff_left_it(TABLES[name], found, checked.present[TABLES[name]])
        as_it_is = _as_it_is(readable, checked)
        broken = [problem for problem in broken if (problem.file, problem.line) not in as_it_is]
    problems += broken
    if by_staff:
        problems += _relying_on_refused(records, problems, checked)
    bad = {(problem.file, problem.line) for problem in problems}
    good = {
        name: [record for record in found if (record.row.file, record.row.line) not in bad]
        for name, found in records.items()
    }
    if not by_staff:
        complete(good, known)
    derived = derived_milestones(good, known)
    if derived:
        good["milestones"] = good.get("milestones", []) + derived
    in_order = {name: good[name] for name in TABLES if name in good}
    # After completing, which leaves a year only to selections without an announcement.
    warnings = selected_before_joining(records, known)
    checked.records, checked.derived = in_order, len(derived)
    checked.problems, checked.warnings = sorted(set(problems)), sorted(set(warnings))
    return checked


def _relying_on_refused(records: dict[str, list[Record]], problems: list[Problem], checked: Checked) -> list[Problem]:
    """Rows that name a record whose own row is refused, so that it is not going to be there."""
    assert checked.keys is not None
    bad = {(problem.file, problem.line) for problem in problems}
    there = {table.name: set(checked.keys.pk_of[model]) for model, table in REFERRED.items()}
    found: list[Problem] = []
    for name, several in records.items():  # in loading order: what a row names comes before it
        columns = [column for column in TABLES[name].columns if column.to]
        for record in several:
            if (record.row.file, record.row.line) in bad:
                continue
            for column in columns:
                for item in items_of(record.cell(column.name)):
                    if item not in there[column.to]:
                        reason = _("The row of %(key)s is refused, and this one needs it.") % {"key": item}
                        found.append(record.row.problem(column.name, reason))
                        bad.add((record.row.file, record.row.line))
            if name in there and (record.row.file, record.row.line) not in bad:
                there[name].add(record[TABLES[name].key[0]])
    return found


def _without_repeats(table: Table, present: Present) -> Present:
    """The first source of a record may stand among the further ones too; a cell names it once."""
    for column in table.columns:
        if column.fills and column.more:
            for values in present.values.values():
                values[column.more] = [key for key in values[column.more] if key != values[column.fills]]
    return present


def _as_it_is(records: dict[str, list[Record]], checked: Checked) -> set[tuple[str, int]]:
    """File and line of the rows that say no more than what is on record, each record counted once."""
    found: set[tuple[str, int]] = set()
    for name, several in records.items():
        on_record = Counter(_told(values) for values in checked.present[TABLES[name]].values.values())
        if not on_record:
            continue
        told = [_told(record.values) for record in several]
        in_files = Counter(told)
        found |= {
            (record.row.file, record.row.line)
            for record, one in zip(several, told, strict=True)
            if in_files[one] <= on_record[one]
        }
    return found


def _told(values: Values) -> bytes:
    """What stands for the values where they are compared: as text, those of all rows fill the memory."""
    return sha256(json.dumps(values, sort_keys=True).encode()).digest()


def _values(table: Table, row: Row, problems: list[Problem], by_staff: bool) -> Values:
    values: Values = {}
    for column in table.columns:
        try:
            values.update(read_cell(table, column, row.cells[column.name], by_staff=by_staff))
        except ValueError as error:
            problems.append(row.problem(column.name, str(error)))
    return values
