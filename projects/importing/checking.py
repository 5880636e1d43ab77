"""Second step: rows of text become records, and whatever is wrong with them problems. Nothing is written.

The database is asked for what is on record already, in a number of queries that does not grow with the files.
All problems of all files are found in one go: first each cell by itself (`cells`), then the rules of a row and those
between rows and files (`rules`). The good rows get what follows from others (`derived`). Where a file and the
database both know a record, the file counts.
"""

from dataclasses import dataclass, field

from .cells import read_cell
from .derived import complete, derived_milestones
from .reading import Problem, Reading, Row
from .records import Known, Record
from .rules import broken_rules, selected_before_joining
from .tables import TABLES, Table, Values


@dataclass
class Checked:
    """The records of the good rows by table, in loading order; what keeps the files from being loaded; and hints."""

    records: dict[str, list[Record]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    derived: int = 0  # milestones that follow from other files


def check(reading: Reading) -> Checked:
    """Make records of the rows that were read, and find all that is wrong with them."""
    problems = list(reading.problems)
    records: dict[str, list[Record]] = {}
    for name, table in TABLES.items():
        if name in reading.rows:
            records[name] = [Record(table, row, _values(table, row, problems)) for row in reading.rows[name]]
    known = Known(records)
    for name, found in records.items():
        problems += broken_rules(TABLES[name], found, known)
    bad = {(problem.file, problem.line) for problem in problems}
    good = {
        name: [record for record in found if (record.row.file, record.row.line) not in bad]
        for name, found in records.items()
    }
    complete(good, known)
    derived = derived_milestones(good, known)
    if derived:
        good["milestones"] = good.get("milestones", []) + derived
    in_order = {name: good[name] for name in TABLES if name in good}
    # After completing, which leaves a year only to selections without an announcement.
    warnings = selected_before_joining(records, known)
    return Checked(in_order, sorted(set(problems)), sorted(set(warnings)), len(derived))


def _values(table: Table, row: Row, problems: list[Problem]) -> Values:
    values: Values = {}
    for column in table.columns:
        try:
            values.update(read_cell(table, column, row.cells[column.name]))
        except ValueError as error:
            problems.append(row.problem(column.name, str(error)))
    return values
