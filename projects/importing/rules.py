"""What rows must keep besides their cells: rules of a row, between rows, and between files and the database.

`RULES` says which file has which. A rule looks at all records of its file and yields a problem for each breach;
it changes nothing. Of a bad row it sees only the values that could be read, and passes over what is missing. What
PostgreSQL refuses besides shows when records are written.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from countries.iso3166 import ALPHA3_OF
from countries.models import DocumentKind
from projects.models import MilestoneKind

from .cells import items_of, not_accepted, shortened
from .derived import IMPLIED, JCM_TABLE, POSSIBLY_SAME
from .reading import Problem
from .records import Known, Record
from .tables import Table

Rule = Callable[[list[Record], Known], Iterator[Problem]]


def broken_rules(table: Table, records: list[Record], known: Known, *, by_staff: bool = False) -> Iterator[Problem]:
    """Whatever is wrong with the records of a file, apart from single cells."""
    yield from _unknown_keys(table, records, known)
    yield from _repeated(records, table)
    for rule in RULES.get(table.name, ()):
        if not (by_staff and rule in OF_THE_DATA_SET):
            yield from rule(records, known)


# -- Of every file ----------------------------------------------------------------------------------


def _unknown_keys(table: Table, records: list[Record], known: Known) -> Iterator[Problem]:
    for column in table.columns:
        if not column.to:
            continue
        accepted = known.keys(column.to)
        for record in records:
            for item in items_of(record.cell(column.name)):
                if item not in accepted:
                    yield record.row.problem(column.name, not_accepted(item, accepted))


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


# -- Of several files: made for their columns -------------------------------------------------------


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
                yield record.row.problem(name, reason % {"text": shortened(text), "example": example})

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
    """The rule that a number is not zero."""

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


# -- Of one file ------------------------------------------------------------------------------------


def _iso_codes(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        iso2, iso3 = record.cell("iso2"), record.cell("iso3")
        if iso2 and iso2 not in ALPHA3_OF:
            yield record.row.problem("iso2", _("“%(code)s” is not a code of ISO 3166-1.") % {"code": shortened(iso2)})
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
        source, sources = record.cell("reduction_source_id"), items_of(record.cell("source_ids"))
        if source and sources and source not in sources:
            yield record.row.problem("reduction_source_id", _("The source is not among those of source_ids."))


def _jcm_reference(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        reference, status = record.cell("jcm_ref"), record.cell("jcm_status")
        if reference and record.cell("project_key") != reference.lower():
            reason = _("The key of a project with the JCM reference %(reference)s is %(key)s.")
            said = {"reference": shortened(reference), "key": shortened(reference.lower())}
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


def _status_says_registered(records: list[Record], known: Known) -> Iterator[Problem]:
    for record in records:
        status, step = record.cell("jcm_status"), (record["key"], MilestoneKind.REGISTERED)
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


# -- Which file has which ---------------------------------------------------------------------------

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
        _status_says_registered,
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


# How the data set is kept; a record that staff enter in the admin need not follow them.
OF_THE_DATA_SET = {_technology, _jcm_reference, _status_says_registered}


# -- Unusual, but no reason to refuse ---------------------------------------------------------------


def selected_before_joining(records: dict[str, list[Record]], known: Known) -> list[Problem]:
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
