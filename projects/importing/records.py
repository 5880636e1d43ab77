"""A record as its row gives it, and what else is known while it is checked: of the files, and of the database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from projects.models import LoadedRecord, Milestone

from .reading import Problem, Row
from .tables import DERIVED, REFERRED, TABLES, Table, Values


@dataclass(slots=True)
class Record:
    """One record as its row gives it; of a bad row, only the values that could be read."""

    table: Table
    row: Row
    values: Values
    derived: bool = False  # it follows from the row, which stands in another file

    def problem(self, field_name: str, reason: str) -> Problem:
        column = self.table.column_of(field_name)
        # A derived record stands in a row of another file.
        return self.row.problem(column if column in self.row.cells else "", reason)

    def cell(self, column: str) -> str:
        return self.row.cells.get(column, "")

    def corrects(self, once: Values) -> bool:
        """Whether it may be the correction of what was loaded before."""
        return self.table.corrects(self.row.cells, self.values, once)

    def __getitem__(self, field_name: str) -> Any:
        return self.values.get(field_name)


class Known:
    """Records by table and key, from the files and from the database; a few of their values, by the loader's names."""

    # What the rules ask of records that stand in the database only: the field here → the way to it.
    FACTS = {
        "countries": {"name": "name", "variants_en": "variants_en", "joined_on": "joined_on"},
        "rounds": {"programme": "programme__slug", "fiscal_year": "fiscal_year"},
        "announcements": {
            "programme": "programme__slug",
            "fiscal_year": "fiscal_year",
            "round": "round__key",
            "published_on": "published_on",
            "published_on_precision": "published_on_precision",
        },
        "projects": {"country": "country__iso2"},
    }

    def __init__(self, records: dict[str, list[Record]], *, by_staff: bool = False) -> None:
        self.files = records
        self._records: dict[str, dict[str, Values]] = defaultdict(dict)
        # Staff name records as the admin shows them, and each step on record is one that somebody states.
        written: dict[str, dict[int, str]] = defaultdict(dict) if by_staff else self._written()
        for table in REFERRED.values():
            # Also what staff deleted: a file may go on naming it.
            self._records[table.name] = {key: {} for key in written[table.name].values()}
            self._records[table.name].update(self._on_record(table))
            for record in records.get(table.name, []):
                key_field = table.key[0]
                key = record[key_field] or record.cell(table.column_of(key_field))
                self._records[table.name][key] = record.values
        # Project and kind of the milestones that the file states, and of all that anybody states.
        self.steps_of_file = {(record["project"], record["kind"]) for record in records.get("milestones", [])}
        self.steps = self.steps_of_file | self._steps_on_record(written)

    @staticmethod
    def _written() -> dict[str, dict[int, str]]:
        """By table, which record has which key in the files."""
        names = [table.file for table in (*REFERRED.values(), TABLES["milestones"])]
        found: dict[str, dict[int, str]] = defaultdict(dict)
        for file, key, pk in LoadedRecord.objects.filter(file__in=names).values_list("file", "key", "object_id"):
            found[file.removesuffix(".csv")][pk] = key
        return found

    @staticmethod
    def _steps_on_record(written: dict[str, dict[int, str]]) -> set[tuple[str, str]]:
        steps = Milestone.objects.order_by().values_list("pk", "project", "project__key", "kind")
        return {
            (written["projects"].get(project, key), kind)
            for pk, project, key, kind in steps
            if not written["milestones"].get(pk, "").endswith(DERIVED)
        }

    def _on_record(self, table: Table) -> dict[str, Values]:
        facts = self.FACTS.get(table.name, {})
        found: dict[str, Values] = {}
        for key, *values in table.model._default_manager.order_by().values_list(table.key[0], *facts.values()):
            pairs = zip(facts, values, strict=True)
            found[key] = {name: value.isoformat() if isinstance(value, date) else value for name, value in pairs}
        return found

    def keys(self, table: str) -> Iterable[str]:
        return self._records[table].keys()

    def get(self, table: str, key: str | None) -> Values:
        return self._records[table].get(key or "", {})
