"""Third step: records go into the database, all or none, and what staff changed since is left alone.

`plan` decides what becomes of each record; `writing` does it. Rows that vanished from a file, and files that are
not given, leave their records in place. A link between two records that may be the same follows the file when either
of them does. New announcements and projects become public at once; later loads leave the state alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from psycopg import sql

from projects.models import LoadedRecord

from .checking import Checked, check
from .plan import Decision, Outcome, Plan
from .reading import Problem, read_folders
from .tables import TABLES
from .writing import Progress, Refused, carry_out, check_deferred


@dataclass(frozen=True)
class Kept:
    """A record that the loader left as it is, although the file says otherwise."""

    file: str
    line: int
    key: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key} ({self.name}): {self.reason}"


@dataclass
class Summary:
    """What a load did, or would do: how many records of each file met with which outcome.

    With problems, nothing was loaded; the other counts then say what the good rows would have done.
    """

    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)  # by file, in loading order
    kept: list[Kept] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    derived: int = 0  # records of milestones.csv that follow from other files
    dry_run: bool = False

    @property
    def total(self) -> Counter[Outcome]:
        return sum(self.counts.values(), Counter())

    @property
    def loaded(self) -> bool:
        """Whether the database now holds what the files say."""
        return not (self.problems or self.dry_run)


def load_folders(folders: Iterable[Path], *, dry_run: bool = False, progress: Progress | None = None) -> Summary:
    """Read, check and load the files of the folders."""
    return load(check(read_folders(folders)), dry_run=dry_run, progress=progress)


def load(checked: Checked, *, dry_run: bool = False, progress: Progress | None = None) -> Summary:
    """Write the records, or nothing at all where there is any problem; a dry run takes all of it back."""
    summary = Summary(problems=list(checked.problems), warnings=checked.warnings, derived=checked.derived)
    summary.dry_run = dry_run
    try:
        with transaction.atomic():
            lock()
            plan = Plan(checked)
            _count(summary, plan)
            if not checked.problems:
                carry_out(plan, progress or (lambda file, done: None))
                check_deferred()
            if not summary.loaded:
                transaction.set_rollback(True)
    except Refused as refused:
        summary.problems = refused.problems
        _count_refused(summary)
    return summary


def lock() -> None:
    """Let nobody else write what is compared until it is written; readers go on. A second load waits here."""
    names = {LoadedRecord._meta.db_table}
    for table in TABLES.values():
        names |= {table.model._meta.db_table, *(part.model._meta.db_table for part in table.parts)}
    tables = sql.SQL(", ").join(sql.Identifier(name) for name in sorted(names))
    with connection.cursor() as cursor:
        statement = sql.SQL("lock table {} in share row exclusive mode").format(tables)
        cursor.execute(statement.as_string(cursor.connection))  # as text: the history adds who writes to it


def _count(summary: Summary, plan: Plan) -> None:
    for table, decisions in plan.decisions.items():
        summary.counts[table.file] = Counter(decision.outcome for decision in decisions)
        summary.kept += [_kept(decision) for decision in decisions if decision.outcome is Outcome.KEPT]
    _count_refused(summary)


def _count_refused(summary: Summary) -> None:
    for file, _line in {(problem.file, problem.line) for problem in summary.problems}:
        if file:
            summary.counts.setdefault(file, Counter())[Outcome.REFUSED] += 1


def _kept(decision: Decision) -> Kept:
    record = decision.record
    names = (record[name] for name in ("title", "name", "label", "term", "statement", "stated_title", "kind", "what"))
    name = next((str(name) for name in names if name), record.table.name)
    return Kept(record.row.file, record.row.line, decision.key, name, decision.reason)
