"""What no cell states as it is stored, but rows imply: some fields of records, and whole milestones.

Only records of good rows come here; nothing is refused any more.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from django.utils.text import slugify

from jcm_portal.dates import PartialDate
from projects.models import AnnouncementKind, MilestoneKind
from projects.models.organisations import AliasLanguage

from .cells import items_of
from .present import Present
from .records import Known, Record
from .tables import TABLES, Table, Values

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
POSSIBLY_SAME = re.compile(r"possibly the same as ([a-z0-9-]+)", re.IGNORECASE)
# The columns jcm_ref and jcm_status repeat the table of the JCM's website, seen in a copy of this day.
JCM_TABLE, JCM_TABLE_DAY = "cts-jcm-projects-2026", "2026-06-04"
# A status there → the milestone that follows from it. Not “registered”: `rules` asks for a milestone that is stated.
IMPLIED = {"validation": MilestoneKind.IN_VALIDATION, "withdrawn": MilestoneKind.WITHDRAWN}


# -- Fields -----------------------------------------------------------------------------------------


def complete(records: dict[str, list[Record]], known: Known) -> None:
    """Give the records the values that take more than a cell, such as the countries that a title names."""
    for name, fill_in in COMPLETED.items():
        fill_in(records.get(name, []), known)


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


def as_staff_left_it(table: Table, records: list[Record], present: Present) -> None:
    """Where staff import: what no cell states stays as it is on record.

    Such as the language of an alias, the address of a country, or which projects may be the same.
    """
    if table.name == "projects":
        for record in records:
            record.values["identifiers"] = sorted(items_of(record.cell("jcm_ref")))
    if not table.unique:
        return
    by_key = {table.key_of(values): values for values in present.values.values()}
    for record in records:
        once = by_key.get(table.key_of(record.values))
        if once is None:
            continue
        for name in ("slug", "countries"):
            if name in once and not any(name in (column.fills, column.more) for column in table.columns):
                record.values[name] = once[name]
        if table.name == "organisations":
            languages = dict(once["aliases"])
            record.values["aliases"] = sorted(
                [name, languages.get(name, language)] for name, language in record["aliases"]
            )
        if table.name == "projects":
            known_same = once["possibly_same_as"]
            said_anew = [] if record["note"] == once["note"] else record["possibly_same_as"]
            record.values["possibly_same_as"] = sorted({*known_same, *said_anew})


# -- Milestones -------------------------------------------------------------------------------------


def derived_milestones(records: dict[str, list[Record]], known: Known) -> list[Record]:
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
        if not record.cell("fiscal_year"):
            continue  # of staff, who may leave out the year of an announcement
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
