"""How far projects come: the pictures say what the files add up to."""

from collections import Counter, defaultdict
from statistics import median

import pytest
from django.http import QueryDict

from jcm_portal.dates import PartialDate
from projects.filters import ProjectQuery
from projects.progress import Progress
from tests.bundled import rows_of
from tests.plain_list import UNKNOWN, issued_in, narrowed, projects

pytestmark = pytest.mark.django_db
LATER = {"registered", "credits_issued"}


def drawn(name, question=""):
    picture = Progress(ProjectQuery(QueryDict(question))).picture(name)
    return picture, [dict(row) for row in picture.as_rows()]


def test_the_steps_count_what_the_files_say():
    rows = [row["projects"] for row in drawn("selection-to-credits", "country=VN&country=MN")[1]]
    kept = narrowed({"country": ["VN", "MN"]})
    selected = [one for one in kept if "selected" in one["step"]]
    assert rows == [
        len(selected),
        sum(one["status"] in LATER for one in selected),
        sum(one["status"] == "credits_issued" for one in selected),
        sum(one["status"] in LATER for one in kept),
        sum(one["status"] == "credits_issued" for one in kept),
    ]


def test_filters_by_step_and_status_do_not_change_how_many_came_so_far():
    assert drawn("selection-to-credits", "status=withdrawn&step=registered")[1] == drawn("selection-to-credits")[1]


def test_the_days_from_registration_to_credits_are_the_median_of_those_known_to_the_day():
    firsts = defaultdict(dict)
    for row in rows_of("milestones"):
        if len(row["on"]) == 10:
            on = PartialDate.parse(row["on"]).on
            firsts[row["project_key"]].setdefault(row["kind"], []).append(on)
    days = [
        (min(kinds["credits_issued"]) - min(kinds["registered"])).days
        for kinds in firsts.values()
        if {"credits_issued", "registered"} <= kinds.keys()
    ]
    note = next(note for note in drawn("selection-to-credits")[0].notes if note.startswith("Registration"))
    assert f"{round(median(days)):,} days" in note
    assert f"{len(days)} projects" in note


def test_credits_by_year_add_up_and_shares_of_unlike_meaning_stay_apart():
    wanted = defaultdict(Counter)
    for row in rows_of("issuances"):
        year = issued_in(row)
        wanted[year]["issuances"] += 1
        if not row["total_tco2"]:
            continue
        wanted[year]["total_tco2"] += int(row["total_tco2"])
        meaning = {"japanese_side": "japanese_side_tco2", "government_only": "japanese_government_tco2"}
        if row["japan_tco2"]:
            wanted[year][meaning[row["japan_share_means"]]] += int(row["japan_tco2"])
        wanted[year]["host_tco2"] += int(row["host_tco2"] or 0)
    picture, rows = drawn("credits-by-fiscal-year")
    for row in rows:
        year = UNKNOWN if row["fiscal_year"] == "Not known" else row["fiscal_year"].removeprefix("FY")
        assert row["projects"] == len(narrowed({"issued_in": [year]}))
        known = {name: row[name] or 0 for name in wanted[year] if name != "issuances"}
        assert known == {name: n for name, n in wanted[year].items() if name != "issuances"}
        assert row["issuances"] == wanted[year]["issuances"]
        parts = [
            row[f"{name}_tco2"] or 0 for name in ("japanese_side", "japanese_government", "host", "share_not_stated")
        ]
        assert sum(parts) == (row["total_tco2"] or 0)
    assert len(rows) == len(wanted)
    assert any("never added" in note for note in picture.notes)


def test_expected_and_issued_compare_the_same_days():
    row = next(row for row in drawn("expected-and-issued")[1] if row["project"].startswith("MN003"))
    expected = next(one["reduction"] for one in projects() if one["key"] == "mn003")
    days = 279 + 945  # 2017-08-26 to 2018-05-31, and 2018-06-01 to 2020-12-31, both days counted
    assert row["issued_tco2"] == 8880 + 35419
    assert row["expected_tco2"] == round(expected * days / 365.25)


def test_countries_of_expected_and_issued_are_the_sums_of_their_projects():
    by_country, of_mongolia = drawn("expected-and-issued-by-country")[1], drawn("expected-and-issued", "country=MN")[1]
    mongolia = next(row for row in by_country if row["country"] == "Mongolia")
    for name in ("expected_tco2", "issued_tco2"):
        assert mongolia[name] == sum(row[name] for row in of_mongolia)
