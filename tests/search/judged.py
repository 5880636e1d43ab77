"""The judged queries of queries.toml, each with the projects of the bundled files that answer it.

The head of that file says what its fields mean. A slip in it is refused: left alone, it would pass for a fault of
the search.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bundled import items, rows_of
from tests.plain_list import by_project

FILE = Path(__file__).parent / "queries.toml"
FIELDS = {"text", "group", "where", "finds", "also_where", "also", "nothing"}
GROUPS = [
    "english",
    "japanese",
    "mixed",
    "misspelled",
    "synonym",
    "reference",
    "organisation",
    "place",
    "year",
    "industry",
    "phrase",
    "nothing",
]


class BadJudgement(ValueError):
    """A query that cannot be taken as it stands; says which, and what is wrong with it."""


@dataclass(frozen=True)
class JudgedQuery:
    """What is typed, and the grade (1 or 2) of each project that answers it; no grades: nothing should be found."""

    text: str
    group: str
    grades: dict[str, int]


def judged_queries():
    """Every query of the file, in its order; raises BadJudgement at the first that is wrong."""
    return [judged(entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["query"]]


def judged(entry):
    try:
        check_fields(entry)
        grades = dict.fromkeys(answers(entry, "also_where", "also"), 1)
        grades |= dict.fromkeys(answers(entry, "where", "finds"), 2)
        if bool(grades) == entry.get("nothing", False):
            raise BadJudgement("“nothing” is said of a query with answers" if grades else "no project answers it")
    except BadJudgement as error:
        raise BadJudgement(f"{entry.get('text', entry)}: {error}") from None
    return JudgedQuery(entry["text"], entry["group"], grades)


def check_fields(entry):
    if unknown := entry.keys() - FIELDS:
        raise BadJudgement(f"there is no field {sorted(unknown)}")
    if missing := {"text", "group"} - entry.keys():
        raise BadJudgement(f"{sorted(missing)} is missing")
    if entry["group"] not in GROUPS:
        raise BadJudgement(f"there is no group {entry['group']}")


def answers(entry, where, named):
    """The keys that one grade has: by its condition, where there is one, and by name."""
    if unknown := [key for key in entry.get(named, []) if key not in facts()]:
        raise BadJudgement(f"there is no project {unknown}")
    if where not in entry:
        return entry.get(named, [])
    check_condition(entry[where])
    return [key for key, project in facts().items() if key in entry.get(named, []) or holds(entry[where], project)]


# -- Conditions ------------------------------------------------------------------------------------


@cache
def facts():
    """By project key, the values that a condition may ask for: a set per field, of the titles in lower case."""
    regions = {row["iso2"]: row["region"] for row in rows_of("countries")}
    sectors = {row["slug"]: row["sector"] for row in rows_of("technologies")}
    participants = by_project("participants")
    return {
        row["project_key"]: {
            "country": {row["country_iso2"]},
            "region": {regions[row["country_iso2"]]},
            "sector": {sectors[slug] for slug in items(row["technologies"])[:1]},
            "technology": set(items(row["technologies"])),
            "programme": {row["programme"]} - {""},
            "fiscal_year": {int(year) for year in [row["fiscal_year"]] if year},
            "status": {row["jcm_status"]} - {""},
            "participant": {part["organisation_key"] for part in participants[row["project_key"]]},
            "title": {row["title"].lower(), row["title_ja"].lower()},
        }
        for row in rows_of("projects")
    }


# Where each field's values are listed, so that one which no project has yet is known too.
LISTED = {
    "country": ("countries", "iso2"),
    "region": ("countries", "region"),
    "sector": ("sectors", "slug"),
    "technology": ("technologies", "slug"),
    "programme": ("programmes", "slug"),
    "participant": ("organisations", "organisation_key"),
}


@cache
def known(field):
    if field in LISTED:
        name, column = LISTED[field]
        return {row[column] for row in rows_of(name)}
    return set().union(*(project[field] for project in facts().values()))


def is_known(field, value):
    return any(value in one for one in known(field)) if field == "title" else value in known(field)


def check_condition(condition):
    """Raises BadJudgement for a field that projects do not have, and for a value that is on no record."""
    if not condition:
        raise BadJudgement("a condition without a field would match every project")
    for field, values in condition.items():
        if not isinstance(values, list):
            raise BadJudgement(f"{field} takes a list, not {values!r}")
        if field == "any":
            for one in values:
                check_condition(one)
        elif field not in next(iter(facts().values())):
            raise BadJudgement(f"there is no field {field} in a condition")
        elif unknown := [value for value in values if not is_known(field, value)]:
            raise BadJudgement(f"there is no {field} {unknown}")


def holds(condition, project):
    """Whether each field of the condition has one of its values in the project."""
    for field, values in condition.items():
        if field == "any":
            fits = any(holds(one, project) for one in values)
        elif field == "title":
            fits = any(value in title for value in values for title in project["title"])
        else:
            fits = not project[field].isdisjoint(values)
        if not fits:
            return False
    return True
