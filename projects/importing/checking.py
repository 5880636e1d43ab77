"""Second step: rows of text become records, and whatever is wrong with them problems. Nothing is written.

The database is asked for what is on record already, in a number of queries that does not grow with the files.
All problems of all files are found in one go: first each cell by itself, then the rules of a row, then those
between rows and files. Where a file and the database both know a record, the file counts.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _

from countries.iso3166 import ALPHA3_OF
from countries.models import DocumentKind
from jcm_portal.dates import DatePrecision, PartialDate
from jcm_portal.models import Source
from projects.models import AnnouncementKind, LoadedRecord, Milestone, MilestoneKind
from projects.models.organisations import AliasLanguage
from projects.models.taxonomy import FIRST_FISCAL_YEAR, LAST_FISCAL_YEAR

from .reading import Problem, Reading, Row
from .tables import DERIVED, REFERRED, TABLES, Column, Kind, Table, Values

SEPARATOR = ";"  # of a list in a cell; the files write a space after it
LONGEST_LIST = 20  # of accepted values in a sentence; of a longer list the nearest is named
FIRST_YEAR_OF_SOURCES = 1990  # what they report on began later
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# UTF-8 that was read as Latin-1, and characters that were lost on the way.
DAMAGED = re.compile(r"Ã|â€|\ufffd|Â[^a-zA-Z ]")
POSSIBLY_SAME = re.compile(r"possibly the same as ([a-z0-9-]+)", re.IGNORECASE)
# The columns jcm_ref and jcm_status repeat the table of the JCM's website, seen in a copy of this day.
JCM_TABLE, JCM_TABLE_DAY = "cts-jcm-projects-2026", "2026-06-04"
IMPLIED = {"validation": MilestoneKind.IN_VALIDATION, "withdrawn": MilestoneKind.WITHDRAWN}


@dataclass
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
        problems += _unknown_keys(TABLES[name], found, known)
        problems += _repeated(found, TABLES[name])
        for rule in RULES.get(name, ()):
            problems += rule(found, known)
    bad = {(problem.file, problem.line) for problem in problems}
    good = {
        name: [record for record in found if (record.row.file, record.row.line) not in bad]
        for name, found in records.items()
    }
    for name, complete in COMPLETED.items():
        complete(good.get(name, []), known)
    derived = _derived_milestones(good, known)
    if derived:
        good["milestones"] = good.get("milestones", []) + derived
    in_order = {name: good[name] for name in TABLES if name in good}
    warnings = _selected_before_joining(records, known)
    return Checked(in_order, sorted(set(problems)), sorted(set(warnings)), len(derived))


# -- One cell ---------------------------------------------------------------------------------------


def _values(table: Table, row: Row, problems: list[Problem]) -> Values:
    values: Values = {}
    for column in table.columns:
        try:
            values.update(_read(table, column, row.cells[column.name]))
        except ValueError as error:
            problems.append(row.problem(column.name, str(error)))
    return values


def _read(table: Table, column: Column, text: str) -> Values:
    """The fields that a cell decides; raises ValueError with a sentence for the editor."""
    model_field = _model_field(table, column)
    if not text:
        if column.required or (model_field and not (model_field.blank or model_field.null)):
            raise ValueError(_("The cell is empty; a value is needed here."))
        return _empty(column, model_field)
    if DAMAGED.search(text):
        raise ValueError(_("The text is damaged: “%(text)s”.") % {"text": _short(text)})
    if column.kind is not Kind.LONG_TEXT and re.search(r"[\n\r\t]", text):
        raise ValueError(_("The text holds a line break or tabulator; write it on one line."))
    values = READERS[column.kind](column, text, model_field)
    if model_field and not model_field.is_relation:
        _valid(model_field, values[column.fills])
    return {name: value for name, value in values.items() if name}


def _model_field(table: Table, column: Column) -> models.Field | None:
    """The column of the database behind a column of the file, if there is just one."""
    if not column.fills or column.fills in table.part_names:
        return None
    model_field = table.model._meta.get_field(column.fills)
    assert isinstance(model_field, models.Field)
    return model_field


def _empty(column: Column, model_field: models.Field | None) -> Values:
    values: Values = {}
    if column.more:
        values[column.more] = []
    if column.kind is Kind.WORDS:
        values[column.fills] = []
    elif model_field:
        values[column.fills] = None if model_field.null else ""
    if column.kind is Kind.PARTIAL_DAY:
        values[f"{column.fills}_precision"] = DatePrecision.UNKNOWN.value
    return values


def _valid(model_field: models.Field, value: Any) -> None:
    """Hold the value against the model's own limits: length, range, the form of an address or a key."""
    items = value if isinstance(value, list) else [value]
    of_items = getattr(model_field, "base_field", model_field)
    for item in items:
        try:
            of_items.run_validators(Decimal(item) if isinstance(model_field, models.DecimalField) else item)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from None


def _text(column: Column, text: str, model_field: Any) -> Values:
    return {column.fills: one_line_end(text)}


def one_line_end(text: str) -> str:
    """Text whose lines end in one way; browsers send another one than files have."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _whole(column: Column, text: str, model_field: Any) -> Values:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValueError(
            _("“%(text)s” is not a whole number of zero or more; write digits only, such as 28208.")
            % {"text": _short(text)}
        )
    value = int(text)
    if "fiscal_year" in column.name and not FIRST_FISCAL_YEAR <= value <= LAST_FISCAL_YEAR:
        raise ValueError(
            _("“%(text)s” is not a plausible fiscal year (%(first)d to %(last)d).")
            % {"text": text, "first": FIRST_FISCAL_YEAR, "last": LAST_FISCAL_YEAR}
        )
    return {column.fills: value}


def _number(column: Column, text: str, model_field: Any) -> Values:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", text):
        raise ValueError(_("“%(text)s” is not a number; write it like 12.5.") % {"text": _short(text)})
    limit = {"latitude": 90, "longitude": 180}.get(column.name)
    value = Decimal(text)
    if limit and abs(value) > limit:
        raise ValueError(
            _("“%(text)s” lies outside the globe (-%(limit)d to %(limit)d degrees).") % {"text": text, "limit": limit}
        )
    if not limit and value < 0:
        raise ValueError(_("“%(text)s” is less than zero.") % {"text": text})
    return {column.fills: plain(round(value, model_field.decimal_places))}


def plain(number: Decimal) -> str:
    """A decimal as text, one text for one number: 46.0000 and 46 are “46”."""
    return format(number.normalize() + 0, "f")


def _day(column: Column, text: str, model_field: Any) -> Values:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(_("“%(text)s” is not a full date; write it like 2023-08-17.") % {"text": _short(text)})
    return {column.fills: _plausible(text, model_field)[0].isoformat()}


def _partial_day(column: Column, text: str, model_field: Any) -> Values:
    on, precision = _plausible(text, model_field)
    return {column.fills: on.isoformat(), f"{column.fills}_precision": precision}


def _plausible(text: str, model_field: Any) -> tuple[date, str]:
    try:
        on, precision = PartialDate.parse(text)
    except ValueError:
        raise ValueError(
            _("“%(text)s” is not a date; write 2023-08-17, or 2023-08 or 2023 where no more is known.")
            % {"text": _short(text)}
        ) from None
    assert on is not None
    first = FIRST_YEAR_OF_SOURCES if model_field.model is Source else FIRST_FISCAL_YEAR
    if not first <= on.year <= LAST_FISCAL_YEAR:
        raise ValueError(
            _("“%(text)s” is not a plausible date (%(first)d to %(last)d).")
            % {"text": text, "first": first, "last": LAST_FISCAL_YEAR}
        )
    return on, str(precision)


def _choice(column: Column, text: str, model_field: Any) -> Values:
    words = column.words or {value: value for value, _label in model_field.choices}
    if text not in words:
        raise ValueError(_not_accepted(text, words))
    return {column.fills: words[text]}


def _words(column: Column, text: str, model_field: Any) -> Values:
    return {column.fills: _items(text)}


def _one_key(column: Column, text: str, model_field: Any) -> Values:
    if SEPARATOR in text:
        raise ValueError(_("The cell names several records; this column takes one."))
    return {column.fills: text}


def _several_keys(column: Column, text: str, model_field: Any) -> Values:
    items = _items(text)
    if not items:
        raise ValueError(_("The cell names nothing."))
    twice = [item for item, times in Counter(items).items() if times > 1]
    if twice:
        raise ValueError(_("“%(item)s” stands there twice.") % {"item": twice[0]})
    if not column.fills:
        return {column.more: sorted(items)}
    return {column.fills: items[0], column.more: sorted(items[1:])}


READERS: dict[Kind, Callable[[Column, str, Any], Values]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DAY: _day,
    Kind.PARTIAL_DAY: _partial_day,
    Kind.CHOICE: _choice,
    Kind.WORDS: _words,
    Kind.KEY: _one_key,
    Kind.KEYS: _several_keys,
}


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(SEPARATOR) if item.strip()]


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _not_accepted(text: str, accepted: Iterable[str]) -> str:
    """A sentence with the accepted values, or with the nearest one where they are many."""
    values = list(accepted)
    said = {"text": _short(text), "values": ", ".join(values)}
    if len(values) <= LONGEST_LIST:
        return _("“%(text)s” is not accepted here; write one of: %(values)s.") % said
    close = get_close_matches(text, values, 1)
    if close:
        return _("“%(text)s” is not known; is %(close)s meant?") % {"text": _short(text), "close": close[0]}
    return _("“%(text)s” is not known.") % said


# -- What else is known -----------------------------------------------------------------------------


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

    def __init__(self, records: dict[str, list[Record]]) -> None:
        self.files = records
        self._records: dict[str, dict[str, Values]] = defaultdict(dict)
        written = self._written()
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


def _unknown_keys(table: Table, records: list[Record], known: Known) -> Iterator[Problem]:
    for column in table.columns:
        if not column.to:
            continue
        accepted = known.keys(column.to)
        for record in records:
            for item in _items(record.cell(column.name)):
                if item not in accepted:
                    yield record.row.problem(column.name, _not_accepted(item, accepted))


# -- The rules of rows, by file ---------------------------------------------------------------------

Rule = Callable[[list[Record], Known], Iterator[Problem]]


def _repeated(records: list[Record], table: Table) -> Iterator[Problem]:
    """Rows that state the same fact as an earlier one."""
    lines: dict[tuple[Any, ...], int] = {}
    for record in records:
        try:
            fact = table.fact_of(record.values)
        except KeyError:
            continue  # a cell of it could not be read, and is a problem already
        if fact in lines:
            reason = _("Line %(line)d has this already.")
            if record["kind"] == DocumentKind.FIRST:
                reason = _("The country's first document stands in line %(line)d; this one is a renewal.")
            yield record.row.problem(table.column_of(table.repeats), reason % {"line": lines[fact]})
        lines.setdefault(fact, record.row.line)


def _once(*names: str) -> Rule:
    """The rule that no two rows are alike in these fields, where all are filled in."""

    def rule(records: list[Record], known: Known) -> Iterator[Problem]:
        lines: dict[tuple[Any, ...], int] = {}
        for record in records:
            values = tuple(record[name] for name in names)
            if any(value in (None, "") for value in values):
                continue
            if values in lines:
                reason = _("“%(value)s” stands in line %(line)d already.")
                yield record.problem(names[-1], reason % {"value": values[-1], "line": lines[values]})
            lines.setdefault(values, record.row.line)

    return rule


def _form(name: str, pattern: str, example: str) -> Rule:
    """The rule that the texts of a column have a form."""

    def rule(records: list[Record], known: Known) -> Iterator[Problem]:
        for record in records:
            text = record.cell(name)
            if text and not re.fullmatch(pattern, text):
                reason = _("“%(text)s” has not the form of %(example)s.")
                yield record.row.problem(name, reason % {"text": _short(text), "example": example})

    return rule


def _with_source(column: str, source: str) -> Rule:
    """The rule that what stands in a column has a source in another."""

    def rule(records: list[Record], known: Known) -> Iterator[Problem]:
        for record in records:
            if record.cell(column) and not record.cell(source):
                yield record.row.problem(source, _("Name the source of the column %(column)s.") % {"column": column})

    return rule


def _in_order(earlier: str, later: str, reason: Callable[[], str]) -> Rule:
    """The rule that one day of a row does not come after another."""

    def rule(records: list[Record], known: Known) -> Iterator[Problem]:
        for record in records:
            if record[earlier] and record[later] and record[earlier] > record[later]:
                yield record.problem(later, reason())

    return rule


def _counts_from_one(column: str) -> Rule:
    def rule(records: list[Record], known: Known) -> Iterator[Problem]:
        for record in records:
            if record[column] == 0:
                yield record.problem(column, _("Numbers count from 1."))

    return rule


def _both_coordinates(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if record.cell(one) and not record.cell(other):
                yield record.row.problem(other, _("Give both latitude and longitude, or neither."))


def _iso_codes(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        iso2, iso3 = record.cell("iso2"), record.cell("iso3")
        if iso2 and iso2 not in ALPHA3_OF:
            yield record.row.problem("iso2", _("“%(code)s” is not a code of ISO 3166-1.") % {"code": _short(iso2)})
        elif iso2 and iso3 and ALPHA3_OF[iso2] != iso3:
            reason = _("The code of three letters that goes with %(iso2)s is %(iso3)s.")
            yield record.row.problem("iso3", reason % {"iso2": iso2, "iso3": ALPHA3_OF[iso2]})


def _rounds_of_announcements(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        found = known.get("rounds", record["round"])
        said = {"round": record["round"], **found}
        if found.get("programme") and record["programme"] != found["programme"]:
            yield record.problem("programme", _("The round %(round)s is of the programme %(programme)s.") % said)
        if found.get("fiscal_year") and record["fiscal_year"] != found["fiscal_year"]:
            yield record.problem("fiscal_year", _("The round %(round)s is of fiscal year %(fiscal_year)d.") % said)


def _cumulative(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        count, series = record.cell("stated_cumulative"), record.cell("stated_cumulative_series")
        if bool(count) != bool(series):
            column = "stated_cumulative" if series else "stated_cumulative_series"
            yield record.row.problem(
                column, _("A cumulative number comes with what it counts, and the other way round.")
            )


def _no_more_than_stated(records: list[Record], known: Known) -> Iterator[Problem]:
    listed = Counter(record["announcement"] for record in known.files.get("selections", []))
    for record in records:
        stated, found = record["stated_selected"], listed[record["key"]]
        if stated is not None and found > stated:
            reason = _("The announcement states %(stated)d projects, but selections.csv has %(found)d.")
            yield record.problem("stated_selected", reason % {"stated": stated, "found": found})


def _technology(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        if not record.cell("technologies") and "technology not stated" not in record.cell("note"):
            reason = _("Name the technology, or write “technology not stated” in the note.")
            yield record.row.problem("technologies", reason)


def _source_of_reduction(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        source, sources = record.cell("reduction_source_id"), _items(record.cell("source_ids"))
        if source and sources and source not in sources:
            yield record.row.problem("reduction_source_id", _("The source is not among those of source_ids."))


def _jcm_reference(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        reference, status = record.cell("jcm_ref"), record.cell("jcm_status")
        if reference and record.cell("project_key") != reference.lower():
            reason = _("The key of a project with the JCM reference %(reference)s is %(key)s.")
            said = {"reference": _short(reference), "key": _short(reference.lower())}
            yield record.row.problem("project_key", reason % said)
        if reference and not status:
            yield record.row.problem("jcm_status", _("A project with a JCM reference has a status in the JCM's table."))
        if status and not reference:
            yield record.row.problem("jcm_ref", _("A project with a status in the JCM's table has a JCM reference."))


def _registered(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        status, step = record.cell("jcm_status"), (record["key"], MilestoneKind.REGISTERED)
        if status == "registered" and step not in known.steps:
            yield record.row.problem("jcm_status", _("The project is registered, but has no milestone that says so."))
        if status != "registered" and step in known.steps_of_file:
            yield record.row.problem("jcm_status", _("The project has a milestone as registered, but not this status."))


def _jcm_table(records: list[Record], known: Known) -> Iterator[Problem]:
    """A status that becomes a milestone needs the source that says so."""
    for record in records:
        step = record["key"], IMPLIED.get(record.cell("jcm_status"))
        if step[1] and step not in known.steps and JCM_TABLE not in known.keys("sources"):
            reason = _("This follows from the JCM's table, whose source %(source)s is not on record.")
            yield record.row.problem("jcm_status", reason % {"source": JCM_TABLE})


def _same_projects(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        for key in POSSIBLY_SAME.findall(record.cell("note")):
            if key not in known.keys("projects"):
                yield record.row.problem("note", _("The note names %(key)s, which is not a project.") % {"key": key})
            elif key == record["key"]:
                yield record.row.problem("note", _("The note calls the project possibly the same as itself."))


def _stated_country(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        project = known.get("projects", record["project"])
        country = known.get("countries", project.get("country"))
        names = [country.get("name"), *country.get("variants_en", [])]
        stated = record.cell("stated_country")
        if stated and names[0] and stated not in names:
            reason = _("The project %(project)s is in %(country)s.")
            yield record.row.problem(
                "stated_country", reason % {"project": record["project"], "country": country["name"]}
            )


def _announced(records: list[Record], known: Known) -> Iterator[Problem]:
    """A selection names the round and the fiscal year of its announcement; the programme may be another one."""
    for record in records:
        announcement = known.get("announcements", record["announcement"])
        if not announcement:
            continue
        if record.cell("round_id") != (announcement.get("round") or ""):
            reason = _("The announcement belongs to another round (%(round)s).")
            yield record.row.problem("round_id", reason % {"round": announcement.get("round") or _("none")})
        year = announcement.get("fiscal_year")
        if year and record["fiscal_year"] and record["fiscal_year"] != year:
            reason = _("The announcement is of fiscal year %(year)d.")
            yield record.problem("fiscal_year", reason % {"year": year})


def _numbers_in_lists(records: list[Record], known: Known) -> Iterator[Problem]:
    """A list has each number once, unless one entry names several projects: then the quotation is the same."""
    firsts: dict[tuple[Any, Any], Record] = {}
    for record in records:
        place = record["announcement"], record["number_in_list"]
        if None in place:
            continue
        first = firsts.setdefault(place, record)
        if first is not record and (not record["quote"] or record["quote"] != first["quote"]):
            reason = _("The list has this number in line %(line)d already, with another quotation.")
            yield record.problem("number_in_list", reason % {"line": first.row.line})


def _shares(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        total = record["total_tco2"]
        if total is not None and (record["japan_tco2"] or 0) + (record["host_tco2"] or 0) > total:
            yield record.problem("total_tco2", _("The shares of Japan and of the host country exceed the total."))


def _periods_apart(records: list[Record], known: Known) -> Iterator[Problem]:
    earlier: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        begin, end = record["monitoring_from"], record["monitoring_to"]
        if not (begin and end and record["project"]):
            continue
        for other in earlier[record["project"]]:
            if begin <= other["monitoring_to"] and other["monitoring_from"] <= end:
                reason = _("The monitoring period overlaps that of line %(line)d.")
                yield record.problem("monitoring_from", reason % {"line": other.row.line})
                break
        earlier[record["project"]].append(record)


def _country_of_methodology(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        country = record["country"]
        if country and record["number"] and not record["number"].startswith(f"{country}_"):
            yield record.problem(
                "number", _("The number begins with the country's code, %(code)s.") % {"code": country}
            )


_amounts: tuple[Rule, ...] = (
    _shares,
    _in_order("monitoring_from", "monitoring_to", lambda: _("The monitoring period cannot end before it starts.")),
    _in_order("decided_on", "issued_on", lambda: _("Credits cannot be issued before the Joint Committee decides.")),
)
RULES: dict[str, tuple[Rule, ...]] = {
    "sources": (_once("url"), _form("language", "[a-z]{2,3}", "en")),
    "countries": (
        _once("iso3"),
        _once("name"),
        _iso_codes,
        _both_coordinates,
        _with_source("focal_point", "focal_source_id"),
        _with_source("ndc_target", "ndc_source_id"),
    ),
    "rounds": (_once("programme", "fiscal_year", "number"), _counts_from_one("number")),
    "announcements": (
        _rounds_of_announcements,
        _cumulative,
        _in_order("opens_on", "closes_on", lambda: _("A call cannot close before it opens.")),
        _no_more_than_stated,
    ),
    "projects": (
        _both_coordinates,
        _with_source("latitude", "location_source_id"),
        _with_source("expected_reduction_tco2_per_year", "reduction_source_id"),
        _source_of_reduction,
        _technology,
        _form("jcm_ref", "[A-Z]{2}[0-9]{3}", "VN003"),
        _jcm_reference,
        _registered,
        _jcm_table,
        _same_projects,
    ),
    "selections": (
        _stated_country,
        _announced,
        _numbers_in_lists,
        _counts_from_one("number_in_list"),
    ),
    "methodologies": (_form("number", "[A-Z]{2}_AM[0-9]{3}", "VN_AM001"), _country_of_methodology),
    "issuances": (*_amounts, _periods_apart),
    "issuance_statements": _amounts,
}


# -- What follows from several rows -----------------------------------------------------------------


def _complete_countries(records: list[Record], known: Known) -> None:
    for record in records:
        record.values["slug"] = slugify(record["name"])


def _complete_announcements(records: list[Record], known: Known) -> None:
    """Give releases on one country that country: its name stands in the title."""
    about = (AnnouncementKind.NEW_PARTNER, AnnouncementKind.REGISTRATION, AnnouncementKind.CREDITS_ISSUED)
    names = {key: known.get("countries", key).get("name") for key in known.keys("countries")}
    for record in records:
        title = _as_words(record["title"])
        found = [key for key, name in names.items() if name and _as_words(name) in title]
        record.values["countries"] = sorted(found) if record["kind"] in about else []


def _as_words(text: str) -> str:
    """Text that holds another one, written the same way, only as whole words."""
    return f" {' '.join(re.findall(r'\w+', text))} "


def _complete_organisations(records: list[Record], known: Known) -> None:
    for record in records:
        record.values["aliases"] = sorted(
            [name, str(AliasLanguage.JAPANESE if JAPANESE.search(name) else AliasLanguage.ENGLISH)]
            for name in dict.fromkeys(record["aliases"])
        )


def _complete_projects(records: list[Record], known: Known) -> None:
    same: dict[str, set[str]] = defaultdict(set)
    for record in records:
        for key in POSSIBLY_SAME.findall(record["note"]):
            same[record["key"]].add(key)
            same[key].add(record["key"])
    for record in records:
        record.values["possibly_same_as"] = sorted(same[record["key"]])
        record.values["identifiers"] = [record.cell("jcm_ref")] if record.cell("jcm_ref") else []


def _complete_selections(records: list[Record], known: Known) -> None:
    """The fiscal year is that of the announcement where there is one."""
    for record in records:
        if record["announcement"]:
            record.values["fiscal_year"] = None


COMPLETED: dict[str, Callable[[list[Record], Known], None]] = {
    "countries": _complete_countries,
    "announcements": _complete_announcements,
    "organisations": _complete_organisations,
    "projects": _complete_projects,
    "selections": _complete_selections,
}


# -- Steps that other files imply -------------------------------------------------------------------


def _derived_milestones(records: dict[str, list[Record]], known: Known) -> list[Record]:
    """Milestones that milestones.csv leaves out because another file says so already.

    A project's status follows from its milestones alone. Without these, a project that a selection list names
    would not count as selected, nor one with credits as issued, nor one under validation as that. Each takes the
    source of the row that implies it. None is derived where milestones.csv or staff state a step of that kind; where
    they do so later, the row of the file takes the place of the derived step.
    """
    steps = [
        *_steps_of_the_jcm_table(records.get("projects", [])),
        *_steps_of_selections(records.get("selections", []), known),
        *_steps_of_issuances(records.get("issuances", [])),
    ]
    return [step for step in steps if (step["project"], step["kind"]) not in known.steps]


def _steps_of_the_jcm_table(projects: list[Record]) -> Iterator[Record]:
    for record in projects:
        status = record.cell("jcm_status")
        if status in IMPLIED:
            note = f"Listed as {status.capitalize()} in the JCM's table of {JCM_TABLE_DAY}"
            yield _step(record, record["key"], IMPLIED[status], PartialDate.parse(""), note, JCM_TABLE)


def _steps_of_selections(selections: list[Record], known: Known) -> Iterator[Record]:
    """One for each project: its first selection."""
    firsts: dict[str, tuple[int, str, Record]] = {}
    for record in selections:
        announcement = known.get("announcements", record["announcement"])
        found = (int(record.cell("fiscal_year")), announcement.get("published_on") or "9999", record)
        first = firsts.get(record["project"])
        if first is None or found[:2] < first[:2]:
            firsts[record["project"]] = found
    for project, (year, _day_text, record) in firsts.items():
        announcement = known.get("announcements", record["announcement"])
        if announcement.get("published_on"):
            on = PartialDate(date.fromisoformat(announcement["published_on"]), announcement["published_on_precision"])
            note = "The day of the announcement"
        else:
            on = PartialDate.parse("")
            note = f"Selected in fiscal year {year}; the day is not known"
        yield _step(record, project, MilestoneKind.SELECTED, on, note, record["source"])


def _steps_of_issuances(issuances: list[Record]) -> Iterator[Record]:
    """One for each project and day."""
    seen: set[tuple[str, str]] = set()
    for record in issuances:
        on = PartialDate.parse(record["issued_on"] or record["decided_on"] or "")
        if (record["project"], on.isoformat()) in seen:
            continue
        seen.add((record["project"], on.isoformat()))
        note = "" if on.on else "Credits are on record; the day of their issuance is not known"
        yield _step(record, record["project"], MilestoneKind.CREDITS_ISSUED, on, note, record["source"])


def _step(record: Record, project: str, kind: MilestoneKind, on: PartialDate, note: str, source: str) -> Record:
    values: Values = {
        "project": project,
        "kind": kind.value,
        "reached_on": on.on.isoformat() if on.on else None,
        "reached_on_precision": str(on.precision),
        "source": source,
        "further_sources": [],
        "note": note,
    }
    return Record(TABLES["milestones"], record.row, values, derived=True)


# -- Unusual, but no reason to refuse ---------------------------------------------------------------


def _selected_before_joining(records: dict[str, list[Record]], known: Known) -> list[Problem]:
    """Projects whose selection, as far as its day is known, came before their country joined."""
    found: list[Problem] = []
    for record in records.get("milestones", []):
        if record["kind"] == MilestoneKind.SELECTED and record.cell("on"):
            found += _before_joining(record, record["project"], record.cell("on"), known)
    for record in records.get("selections", []):
        year = record["fiscal_year"]
        if year and (record["project"], MilestoneKind.SELECTED) not in known.steps:
            found += _before_joining(record, record["project"], f"{year + 1}-03-31", known)
    return found


def _before_joining(record: Record, project: str, on: str, known: Known) -> Iterator[Problem]:
    country = known.get("countries", known.get("projects", project).get("country"))
    joined_on = country.get("joined_on")
    if joined_on and on < joined_on[: len(on)]:
        reason = _("%(project)s was selected before %(country)s joined on %(day)s; is that right?")
        said = {"project": project, "country": country.get("name", ""), "day": joined_on}
        yield record.row.problem("", reason % said)
