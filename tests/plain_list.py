"""The project list worked out in plain Python from the bundled files, without the portal's code or its database."""

from collections import defaultdict
from functools import cache

from hypothesis import strategies as st

from tests.bundled import items, rows_of

UNKNOWN = "unknown"
STATUSES = [  # each outranks those below it
    ("withdrawn", {"withdrawn"}),
    ("credits_issued", {"credits_issued"}),
    ("registered", {"registered", "monitoring_report", "verified"}),
    ("in_validation", {"in_validation", "validated"}),
    ("no_objection", {"no_objection"}),
    ("selected", {"selected"}),
]
LISTED_AS = {"validation": "in_validation", "withdrawn": "withdrawn", "registered": "registered"}


def number(cell):
    return int(cell) if cell else None


def day(cell):
    """A partial date by its first day."""
    return f"{cell}-01-01"[:10] if len(cell) == 4 else f"{cell}-01"[:10] if cell else ""


def by_project(name):
    grouped = defaultdict(list)
    for row in rows_of(name):
        grouped[row["project_key"]].append(row)
    return grouped


@cache
def projects():
    """Every bundled project as a dict of what the list narrows by, sorts by and adds up; None or empty: not known."""
    countries = {row["iso2"]: row for row in rows_of("countries")}
    sectors = {row["slug"]: row["sector"] for row in rows_of("technologies")}
    announcements = {row["announcement_id"]: row for row in rows_of("announcements")}
    selections, milestones, issuances = by_project("selections"), by_project("milestones"), by_project("issuances")
    participants, methodologies = by_project("participants"), by_project("project_methodologies")
    found = []
    for row in rows_of("projects"):
        key = row["project_key"]
        announced = [announcements[one["announcement_id"]] for one in selections[key] if one["announcement_id"]]
        steps = {one["kind"] for one in milestones[key]} | {LISTED_AS.get(row["jcm_status"])}
        steps |= {"selected"} if selections[key] else set()
        steps |= {"credits_issued"} if issuances[key] else set()
        stated = [int(one["total_tco2"]) for one in issuances[key] if one["total_tco2"]]
        technologies = items(row["technologies"])
        found.append(
            {
                "key": key,
                "title": row["title"],
                "country": row["country_iso2"],
                "country_name": countries[row["country_iso2"]]["name"],
                "region": countries[row["country_iso2"]]["region"].lower().replace(" ", "-"),
                "technology": technologies,
                "sector": sectors[technologies[0]] if technologies else UNKNOWN,
                "programme": row["programme"] or UNKNOWN,
                "fiscal_year": number(row["fiscal_year"]),
                "round": {one["round_id"] for one in announced if one["round_id"]},
                "step": steps - {None},
                "issued_in": {issued_in(one) for one in issuances[key]},
                "status": next((status for status, kinds in STATUSES if steps & kinds), UNKNOWN),
                "participant": {one["organisation_key"] for one in participants[key]},
                "methodology": {one["number"] for one in methodologies[key]},
                "reduction": number(row["expected_reduction_tco2_per_year"]),
                "has_credits": bool(issuances[key]),
                "credits": sum(stated) if stated else None,
                "selected_on": first_selected_on(milestones[key], selections[key], announcements),
            }
        )
    return found


def issued_in(issuance):
    """The fiscal year of an issuance, by the day of the decision where that of the issue is not given."""
    on = issuance["issued_on"] or issuance["decided_on"]
    return str(int(on[:4]) - (on[5:7] < "04")) if on else UNKNOWN


def first_selected_on(milestones, selections, announcements):
    """The day of the earliest step “selected”; where none is given, that of the first list that names the project."""
    given = [one for one in milestones if one["kind"] == "selected"]
    if given:
        return min((day(one["on"]) for one in given if one["on"]), default="")
    listed = [
        (one["fiscal_year"], announcements.get(one["announcement_id"], {}).get("published_on", "") or "9999")
        for one in selections
    ]
    first = min(listed, default=("", "9999"))[1]
    return "" if first == "9999" else day(first)


# -- Narrowing -------------------------------------------------------------------------------------


def is_one_of(name):
    return lambda project, values: project[name] in values


def has_one_of(name):
    return lambda project, values: bool(project[name] & set(values))


def uses(project, values):
    return bool(set(project["technology"] or [UNKNOWN]) & set(values))


def at_least(name):
    return lambda project, values: project[name] is not None and project[name] >= int(values[0])


def at_most(name):
    return lambda project, values: project[name] is not None and project[name] <= int(values[0])


NARROWS = {
    "country": is_one_of("country"),
    "region": is_one_of("region"),
    "sector": is_one_of("sector"),
    "technology": uses,
    "programme": is_one_of("programme"),
    "fiscal_year": lambda project, values: str(project["fiscal_year"] or UNKNOWN) in values,
    "fiscal_year_min": at_least("fiscal_year"),
    "fiscal_year_max": at_most("fiscal_year"),
    "round": has_one_of("round"),
    "step": has_one_of("step"),
    "issued_in": has_one_of("issued_in"),
    "status": is_one_of("status"),
    "participant": has_one_of("participant"),
    "methodology": has_one_of("methodology"),
    "reduction_min": at_least("reduction"),
    "reduction_max": at_most("reduction"),
    "has_credits": lambda project, values: project["has_credits"] == (values[0] == "true"),
    "exclude_country": lambda project, values: project["country"] not in values,
    "exclude_technology": lambda project, values: not uses(project, values),
}


def narrowed(question):
    """The projects that a question leaves: a dict of parameters, each with a list of values."""
    return [
        project for project in projects() if all(NARROWS[name](project, values) for name, values in question.items())
    ]


# -- Order -----------------------------------------------------------------------------------------


def largest_first(amount):
    """None comes last."""
    return (amount is None, -(amount or 0))


def newest_first(project):
    return (largest_first(project["fiscal_year"]), largest_first(number(project["selected_on"].replace("-", ""))))


# What comes before the title and, where titles are the same, the number of the record.
ORDERS = {
    "-selected": newest_first,
    "title": lambda project: (),
    "country": lambda project: (project["country_name"], newest_first(project)),
    "-reduction": lambda project: largest_first(project["reduction"]),
    "-credits": lambda project: largest_first(project["credits"]),
}


# -- Questions -------------------------------------------------------------------------------------


ONCE = {"round", "participant", "has_credits"}  # take one value


@cache
def values():
    """Every value that each parameter with a fixed set of values takes."""
    every = {
        "country": [row["iso2"] for row in rows_of("countries")],
        "region": sorted({row["region"].lower().replace(" ", "-") for row in rows_of("countries")}),
        "sector": [*(row["slug"] for row in rows_of("sectors")), UNKNOWN],
        "technology": [*(row["slug"] for row in rows_of("technologies")), UNKNOWN],
        "programme": [*(row["slug"] for row in rows_of("programmes")), UNKNOWN],
        "fiscal_year": [*sorted({row["fiscal_year"] for row in rows_of("projects")} - {""}), UNKNOWN],
        "round": [row["round_id"] for row in rows_of("rounds")],
        "status": [*(status for status, _kinds in STATUSES), UNKNOWN],
        "participant": sorted({row["organisation_key"] for row in rows_of("participants")}),
        "methodology": [row["number"] for row in rows_of("methodologies")],
        "step": sorted({*(kind for _status, kinds in STATUSES for kind in kinds), "completed"}),
        "issued_in": [*map(str, range(2014, 2027)), UNKNOWN],
        "has_credits": ["true", "false"],
    }
    every["exclude_country"] = every["country"]
    every["exclude_technology"] = every["technology"][:-1]
    return every


def values_of(project, name):
    """The values of a parameter that this project has."""
    if name == "has_credits":
        return ["true" if project["has_credits"] else "false"]
    value = project.get(name)
    if isinstance(value, set | list):
        return sorted(value)
    return [str(value or UNKNOWN)] if name in project else []


@st.composite
def questions(draw, most=4):
    """Parameters with their values. Most are drawn around one project, so that many questions leave some rows."""
    project = draw(st.sampled_from(projects()))
    question = {}
    for name in draw(st.lists(st.sampled_from(sorted(NARROWS)), min_size=1, max_size=most, unique=True)):
        amount = name.removesuffix("_min").removesuffix("_max")
        if amount != name:
            around = project[amount] or draw(st.sampled_from([0, 1000, 2020]))
            question[name] = [str(max(0, around + draw(st.sampled_from([-500, -1, 0, 1, 500]))))]
        elif name in ONCE:
            question[name] = [draw(st.sampled_from(values_of(project, name) or values()[name]))]
        else:
            some = draw(st.lists(st.sampled_from(values()[name]), min_size=1, max_size=3, unique=True))
            own = draw(st.sampled_from([[], values_of(project, name)]))
            question[name] = list(dict.fromkeys([*some, *own]))
    for amount in ("fiscal_year", "reduction"):
        low, high = question.get(f"{amount}_min"), question.get(f"{amount}_max")
        if low and high and int(low[0]) > int(high[0]):
            question[f"{amount}_min"], question[f"{amount}_max"] = high, low
    return question
