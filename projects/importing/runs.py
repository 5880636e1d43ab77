"""An import by staff from the upload to the undo: `receive`, `examine`, `confirm`, `undo`.

The preview is made by writing everything and taking it back, so that it knows what the database would refuse. Nothing
of it stays but the run and its rows. Confirming does the same again under a lock and compares: only what was shown
is written.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import Any

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jcm_portal.models import Publication
from projects.likeness import Asked, alike
from projects.models import ImportFile, ImportRow, ImportRun, Project, RowOutcome

from . import snapshots
from .checking import Checked, check
from .exporting import cell_of
from .loading import lock
from .plan import Decision, Outcome, Plan
from .reading import Problem, Reading
from .tables import TABLES, Table, Values
from .uploads import read_uploads
from .writing import Refused, carry_out, check_deferred, insert

MOST_COMPARED = 5_000  # new projects whose titles are compared with those on record
MOST_PAIRS = 1_000_000  # of titles compared, about ten seconds' work
AT_ONCE = 1_000
KEPT_FOR = timedelta(days=30)  # an upload that nobody confirms
MARK = "import"  # of a connection at work: “import 12: 3400/50000”

Place = tuple[str, int, bool]  # file, line, derived


class Busy(Exception):
    """Somebody's request is at work on this import already."""


class Stopped(Exception):
    """Nothing was written; the sentence says why. `preview`: a new one is there to look at."""


# -- Progress ---------------------------------------------------------------------------------------


@contextmanager
def at_work(run: ImportRun) -> Iterator["Progress"]:
    """One request at a time works on a run; others see how far it is. Raises Busy."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                ImportRun.objects.select_for_update(nowait=True).get(pk=run.pk)
        except OperationalError:
            raise Busy from None
        run.refresh_from_db()
        progress = Progress(run)
        try:
            yield progress
        finally:
            progress.end()


class Progress:
    """How far the work is, told to other connections while the transaction is open.

    By the name of this connection: PostgreSQL shows that to others at once, and forgets it when the process dies.
    """

    def __init__(self, run: ImportRun) -> None:
        self.run, self.done, self.total = run, 0, 0

    def expect(self, total: int) -> None:
        self.done, self.total = 0, total
        self.tell()

    def __call__(self, file: str, done: int) -> None:
        self.done += done
        self.tell()

    def tell(self) -> None:
        self._name(f"{MARK} {self.run.pk}: {self.done}/{self.total}")

    def end(self) -> None:
        if not connection.needs_rollback:
            self._name("")

    @staticmethod
    def _name(text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select set_config('application_name', %s, false)", [text])


def progress_of(run: ImportRun) -> tuple[int, int] | None:
    """Done and total of the request that works on the run just now; None when none does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select application_name from pg_stat_activity"
            " where application_name like %s and datname = current_database() and pid <> pg_backend_pid()",
            [f"{MARK} {run.pk}: %"],
        )
        found = cursor.fetchone()
    if not found:
        return None
    done, _slash, total = found[0].rpartition(" ")[2].partition("/")
    return int(done), int(total)


# -- Upload and preview -----------------------------------------------------------------------------


@transaction.atomic
def receive(*, files: Iterable[tuple[str, bytes]], by: AbstractBaseUser) -> ImportRun:
    """Keep the files as they came; what nobody confirmed in thirty days goes."""
    _forget_old()
    run = ImportRun.objects.create(uploaded_by=by)  # type: ignore[misc]
    names: Counter[str] = Counter()
    for name, content in files:
        name = name[-180:] or "?"
        names[name] += 1
        if names[name] > 1:
            name = f"{name} ({names[name]})"
        ImportFile.objects.create(run=run, name=name, content=content, sha256=hashlib.sha256(content).hexdigest())
    return run


def _forget_old() -> None:
    """Remove uploads with their previews that were last looked at long ago and never written.

    What was written stays with its file, also after it was undone: it tells where records came from.
    """
    long_ago = timezone.now() - KEPT_FOR
    old = ImportRun.objects.filter(written_at=None, uploaded_at__lt=long_ago).exclude(checked_at__gte=long_ago)
    # Not one that somebody is at work on just now.
    ImportRun.objects.filter(pk__in=list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))).delete()


def examine(run: ImportRun) -> None:
    """Make the preview anew: what each row would do now. Raises Busy, and Stopped where the run is written already."""
    with at_work(run) as progress:
        if run.written_at:
            raise Stopped(_("These files were imported already."))
        left_out = _left_out(run)
        _Examination(run, left_out).show(progress)


def models_of(run: ImportRun) -> list[type[models.Model]]:
    """Whose records the files hold, as far as their headings say."""
    return [TABLES[name].model for name in dict.fromkeys(run.files.values_list("table", flat=True)) if name]


def _left_out(run: ImportRun) -> set[Place]:
    return set(run.rows.filter(left_out=True).values_list("file", "line", "derived"))


@dataclass(slots=True)
class Shown:
    """What the preview says of one row; the same in two examinations when nothing changed in between."""

    table: Table
    file: str
    line: int
    derived: bool
    outcome: str
    name: str
    object_id: int | None
    decision: Decision | None = None
    refused: list[list[str]] = field(default_factory=list)
    reasons: list[list[str]] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return self.file, self.line, self.derived

    @property
    def cells(self) -> list[list[str]]:
        """Made when asked for: those of all rows fill the memory."""
        if self.decision is None or self.outcome == Outcome.UNCHANGED:
            return self.refused
        return list(_differences(self.table, self.decision.before, self.decision.record.values))

    def told(self) -> bytes:
        """What must still be so when it is written."""
        return _told(self.outcome, self.object_id, self.cells)


def _told(outcome: str, object_id: int | None, cells: list[list[str]]) -> bytes:
    return hashlib.sha256(json.dumps([outcome, object_id, cells]).encode()).digest()


class _Examination:
    """The files read, checked and planned, as the database is now; within a transaction."""

    def __init__(self, run: ImportRun, left_out: set[Place]) -> None:
        self.run, self.left_out = run, left_out
        lock()
        reading, tables = read_uploads((file.name, bytes(file.content)) for file in run.files.iterator(chunk_size=1))
        for file in run.files.defer("content"):
            if file.table != tables.get(file.name, ""):
                file.table = tables.get(file.name, "")
                file.save(update_fields=["table"])
        self.tables = tables
        self.kept_out = self._take_out(reading)
        self.rows = {(row.file, row.line): row for several in reading.rows.values() for row in several}
        self.checked: Checked = check(reading, by_staff=True)
        self.plan = Plan(self.checked)
        self.shown = [
            self._of_decision(table, decision)
            for table, decisions in self.plan.decisions.items()
            for decision in decisions
        ]

    def _take_out(self, reading: Reading) -> list[Any]:
        """Rows that the person left out are not read at all, so that nothing else can rely on them."""
        out = {(file, line) for file, line, _derived in self.left_out}
        kept_out = []
        for name, several in reading.rows.items():
            kept_out += [row for row in several if (row.file, row.line) in out]
            reading.rows[name] = [row for row in several if (row.file, row.line) not in out]
        reading.problems = [one for one in reading.problems if (one.file, one.line) not in out]
        return kept_out

    @property
    def faults(self) -> list[Problem]:
        """What is wrong with whole files, or with lines that are no rows."""
        return [one for one in self.checked.problems if (one.file, one.line) not in self.rows]

    def _of_decision(self, table: Table, decision: Decision) -> Shown:
        record = decision.record
        row = record.row
        outcome = str(decision.outcome)
        return Shown(table, row.file, row.line, record.derived, outcome, _name(record), decision.pk, decision)

    def write(self, progress: Any) -> None:
        """Raises Refused."""
        progress.expect(sum(map(len, self.plan.decisions.values())))
        carry_out(self.plan, progress)
        check_deferred()

    def refused_by_the_database(self, progress: Any) -> list[Problem]:
        """Write and take back."""
        try:
            with transaction.atomic():
                self.write(progress)
                transaction.set_rollback(True)
        except Refused as refused:
            return refused.problems
        return []

    def show(self, progress: Any) -> None:
        """Keep the preview."""
        problems = [*self.checked.problems, *self.refused_by_the_database(progress)]
        by_row: dict[tuple[str, int], list[Problem]] = {}
        for problem in problems:
            by_row.setdefault((problem.file, problem.line), []).append(problem)
        refused = [self._refused(place, several) for place, several in by_row.items() if place in self.rows]
        good = [one for one in self.shown if (one.file, one.line) not in by_row]
        order = {name: number for number, name in enumerate(TABLES)}
        shown = sorted([*good, *refused], key=lambda one: (order[one.table.name], one.file, one.line, one.derived))
        twins = self._twins(good)
        ImportRow.objects.filter(run=self.run)._raw_delete(connection.alias)
        counts: dict[str, Counter[str]] = {}
        for some in batched(self._rows(shown, twins), AT_ONCE):
            for row in some:
                outcome = "left_out" if row.left_out else str(row.outcome)
                counts.setdefault(row.table, Counter())[outcome] += 1
            insert(some)
        self._keep_counts(counts, [one for one in problems if (one.file, one.line) not in self.rows])

    def _rows(self, shown: list[Shown], twins: dict[Place, list[Any]]) -> Iterator[ImportRow]:
        for position, one in enumerate(shown):
            yield self._row(position, one, twins.get(one.place, []))
        for position, row in enumerate(self.kept_out, len(shown)):
            yield ImportRow(
                run=self.run,
                position=position,
                file=row.file,
                line=row.line,
                table=self.tables[row.file],
                outcome=RowOutcome.UNCHANGED,
                name=next((cell for cell in row.cells.values() if cell), "")[:200],
                left_out=True,
            )

    def _row(self, position: int, one: Shown, twins: list[Any]) -> ImportRow:
        return ImportRow(
            run=self.run,
            position=position,
            file=one.file,
            line=one.line,
            table=one.table.name,
            derived=one.derived,
            outcome=one.outcome,
            name=one.name[:200],
            object_id=one.object_id,
            cells=one.cells,
            reasons=one.reasons,
            twins=twins,
        )

    def _keep_counts(self, counts: dict[str, Counter[str]], faults: list[Problem]) -> None:
        self.run.counts = counts
        self.run.faults = [str(fault) for fault in faults]
        self.run.hints = [str(warning) for warning in self.checked.warnings][:200]
        self.run.checked_at = timezone.now()
        self.run.save()

    def _refused(self, place: tuple[str, int], problems: list[Problem]) -> Shown:
        row = self.rows[place]
        table = TABLES[self.tables[row.file]]
        name = next((cell for cell in (row.cells.get(one, "") for one in _NAMES) if cell), "")
        reasons = [[problem.column, problem.reason] for problem in sorted(set(problems))]
        cells = [[problem.column, "", row.cells.get(problem.column, "")] for problem in problems if problem.column]
        name = name or next((cell for cell in row.cells.values() if cell), "")
        return Shown(table, row.file, row.line, False, str(Outcome.REFUSED), name, None, refused=cells, reasons=reasons)

    def _twins(self, good: list[Shown]) -> dict[Place, list[Any]]:
        """For new projects: those on record in the same country whose titles are much alike."""
        places: list[Place] = []
        asked: list[Asked] = []
        of_projects = self.plan.decisions.get(TABLES["projects"], [])
        lines = {(one.file, one.line) for one in good if one.outcome == Outcome.NEW and one.table.name == "projects"}
        present = self.plan.present.get(TABLES["projects"])
        on_record = Counter(values["country"] for values in present.values.values()) if present else Counter()
        pairs = 0
        for decision in of_projects:
            row, record = decision.record.row, decision.record
            if (row.file, row.line) in lines and len(places) < MOST_COMPARED and pairs < MOST_PAIRS:
                pairs += on_record[record["country"]]
                places.append((row.file, row.line, False))
                asked.append(Asked(record["title"], record["title_ja"] or "", record["country"]))
        found = alike(Project, asked)
        return {places[number]: [[one.pk, one.title] for one in twins] for number, twins in found.items()}


_NAMES = ("title", "name", "name_en", "stated_title", "label_en", "term_en", "target", "title_ja", "stated_title_ja")


def _name(record: Any) -> str:
    fields = ("title", "name", "stated_title", "label", "term", "statement", "title_ja", "stated_title_ja")
    told = next((str(record[name]) for name in fields if record[name]), "")
    return told or " · ".join(str(record[name]) for name in record.table.key if record[name]) or record.table.name


def _differences(table: Table, before: Values | None, now: Values) -> Iterator[list[str]]:
    """[column, text before, text now] of what differs; of a new record, of what is not empty."""
    told = {"identifiers"}
    for column in table.columns:
        told |= {column.fills, column.more, f"{column.fills}_precision"}
        if not (column.fills or column.more or column.name == "jcm_ref"):
            continue  # it serves to check others
        if table.name == "selections" and column.name == "fiscal_year" and now["announcement"]:
            continue  # that of the announcement
        old = cell_of(table, column, before, {}) if before is not None else ""
        new = cell_of(table, column, now, {})
        if old != new:
            yield [column.name, old, new]
    for name in now:
        if before is not None and name not in told and before.get(name) != now[name]:
            yield [name, str(before.get(name)), str(now[name])]


# -- Confirming -------------------------------------------------------------------------------------


def confirm(run: ImportRun, *, by: AbstractBaseUser, without_refused: bool = False) -> None:
    """Write what the preview showed, all of it or nothing.

    Raises Busy, or Stopped where it was written before, where rows are refused and not left out, or where something
    changed since; then the new preview is kept.
    """
    stopped = ""
    with at_work(run) as progress:
        if run.written_at:
            raise Stopped(_("These files were imported already."))
        if run.checked_at is None:
            raise Stopped(_("The files were not looked at yet."))
        if run.faults:
            raise Stopped(_("Nothing was imported: a file cannot be read."))
        refused = run.rows.filter(outcome=RowOutcome.REFUSED, left_out=False)
        if refused.exists() and not without_refused:
            raise Stopped(_("Nothing was imported: some rows are refused. Leave them out, or correct the file."))
        refused.update(left_out=True)
        examination = _Examination(run, _left_out(run))
        if examination.checked.problems or not _as_shown(run, examination):
            stopped = _("Nothing was imported: something changed since. This is what the files would do now.")
        else:
            stopped = _write(run, examination, by, progress)
        if stopped:
            examination = _Examination(run, _left_out(run))
            examination.show(progress)
    if stopped:
        raise Stopped(stopped)


def _as_shown(run: ImportRun, examination: _Examination) -> bool:
    shown = run.rows.filter(left_out=False).values_list("file", "line", "derived", "outcome", "object_id", "cells")
    # A milestone that follows from a row which is left out now was shown as well, and is written no more.
    out = {(file, line) for file, line, _derived in examination.left_out}
    before = {
        (file, line, derived): _told(outcome, object_id, cells)
        for file, line, derived, outcome, object_id, cells in shown.iterator()
        if (file, line) not in out
    }
    return before == {one.place: one.told() for one in examination.shown}


def _write(run: ImportRun, examination: _Examination, by: AbstractBaseUser, progress: Progress) -> str:
    """Write and remember; what the database refuses is the sentence that comes back, and nothing is written."""
    plan = examination.plan
    try:
        with transaction.atomic():
            snapshots.keep_before(run, plan)
            examination.write(progress)
    except Refused as refused:
        return _("Nothing was imported, as the database refused it: %(reason)s") % {
            "reason": refused.problems[0].reason
        }
    snapshots.keep_after(run, plan)
    _log(run, plan, by)
    run.written_at = timezone.now()
    run.save(update_fields=["written_at"])
    return ""


def _log(run: ImportRun, plan: Plan, by: AbstractBaseUser) -> None:
    """The drafts that an import makes are drafts of that person, as if they were typed."""
    entries = []
    for table, decisions in plan.decisions.items():
        if not issubclass(table.model, Publication):
            continue
        content_type = ContentType.objects.get_for_model(table.model)
        for decision in decisions:
            if decision.outcome is Outcome.NEW:
                entry = LogEntry(user_id=by.pk, content_type=content_type, object_id=str(decision.pk))
                entry.object_repr, entry.action_flag = str(decision.record["title"])[:200], ADDITION
                entry.change_message = str(_("Import %(number)d") % {"number": run.pk})
                entries.append(entry)
    LogEntry.objects.bulk_create(entries, batch_size=AT_ONCE)


# -- Undo -------------------------------------------------------------------------------------------


def undo(run: ImportRun, *, by: AbstractBaseUser) -> None:
    """Put back every record as it was before, and remove those that are new; raises Busy, or Stopped with a list."""
    with at_work(run) as progress:
        if run.written_at is None or run.undone_at is not None:
            raise Stopped(_("There is nothing to undo."))
        lock()
        progress.expect(run.written.count())
        edited = snapshots.edited_since(run)
        if edited:
            raise Stopped("\n".join([_("Nothing was undone: somebody went on with these records."), *edited]))
        snapshots.put_back(run, progress)
        made = run.written.filter(before__isnull=True, model__in=["projects.project", "projects.announcement"])
        for label in ("project", "announcement"):
            pks = made.filter(model=f"projects.{label}").values_list("object_id", flat=True)
            LogEntry.objects.filter(
                content_type__app_label="projects",
                content_type__model=label,
                object_id__in=[str(pk) for pk in pks],
                action_flag=ADDITION,
            ).delete()
        connection.check_constraints()
        run.undone_at, run.undone_by = timezone.now(), by  # type: ignore[assignment]
        run.save(update_fields=["undone_at", "undone_by"])
