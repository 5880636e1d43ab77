"""The line of time: its order, the days between steps, what comes next, and silence as an inference of ours."""

from datetime import date

import pytest
from django.test import Client

from jcm_portal.dates import DatePrecision, PartialDate
from projects.models import Milestone, MilestoneKind, Project
from projects.timeline import CYCLE, timeline
from tests.factories import make_milestone, make_project
from tests.reading import page_of

TODAY = date(2026, 11, 25)


def step(kind, on="", **fields):
    """A milestone that is not saved; `on` as 2023-08-17, 2023-08 or 2023."""
    day, precision = PartialDate.parse(on)
    return Milestone(kind=kind, reached_on=day, reached_on_precision=precision, **fields)


def line(*milestones):
    return timeline(milestones, today=TODAY)


def kinds(drawn):
    return [one.milestone.kind for one in drawn.steps]


def test_steps_stand_by_day_and_those_without_one_by_the_project_cycle():
    drawn = line(step("credits_issued", "2022-03-28"), step("registered"), step("selected", "2016"), step("verified"))

    assert kinds(drawn) == ["selected", "registered", "verified", "credits_issued"]


def test_of_two_steps_on_one_day_the_cycle_decides():
    assert kinds(line(step("registered", "2020-01-01"), step("validated", "2020-01-01"))) == ["validated", "registered"]


def test_days_are_counted_only_between_days_that_are_known_and_neighbours():
    drawn = line(
        step("selected", "2019-01-01"),
        step("validated", "2019-01-31"),
        step("registered", "2019-06"),
        step("verified", "2020-01-01"),
        step("credits_issued", "2020-12-31"),
    )

    assert [one.days for one in drawn.steps] == [None, 30, None, None, 365]


@pytest.mark.parametrize(
    ("reached", "following"),
    [
        (["selected"], ["validated", "registered", "monitoring_report", "verified", "credits_issued"]),
        (["no_objection"], ["validated", "registered", "monitoring_report", "verified", "credits_issued"]),
        (["in_validation"], ["validated", "registered", "monitoring_report", "verified", "credits_issued"]),
        (["registered"], ["monitoring_report", "verified", "credits_issued"]),  # whatever came before it
        (["selected", "credits_issued"], []),
        (["registered", "withdrawn"], []),
        (["completed"], []),  # that the plant runs does not tell how far the project is
        ([], []),
    ],
)
def test_what_comes_next_follows_the_project_cycle_from_the_farthest_step(reached, following):
    assert line(*map(step, reached)).ahead == following


def test_the_cycle_is_in_the_order_of_the_milestones():
    assert [kind for kind in MilestoneKind if kind in CYCLE] == list(CYCLE)


@pytest.mark.parametrize(
    ("on", "months"),
    [("2025-11-25", 12), ("2025-11-26", None), ("2025-10-31", 12), ("2024", 22), ("2024-11", 23), ("2025", None)],
)
def test_silence_is_counted_in_whole_months_from_the_last_day_that_the_news_may_be_of(on, months):
    silence = line(step("selected", "2013"), step("registered", on)).silence

    assert (silence.months if silence else None) == months
    if silence:
        assert silence.since.isoformat() == on


def test_a_withdrawn_project_and_one_without_a_dated_step_are_not_called_silent():
    assert line(step("registered", "2015-01-01"), step("withdrawn")).silence is None
    assert line(step("registered")).silence is None


# -- On the page -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_shows_open_steps_and_marks_silence_as_our_inference():
    project = make_project()
    make_milestone(project=project, kind="selected", reached_on=date(2019, 1, 1))
    make_milestone(project=project, kind="registered", reached_on=date(2020, 1, 1))
    page = page_of(Client().get(project.get_absolute_url()))

    assert [one["data-milestone"] for one in page.all("li", data_milestone=True)] == ["selected", "registered"]
    assert "365 days later" in page.one("li", data_milestone="registered").text
    assert [one["data-ahead"] for one in page.all("li", data_ahead=True)] == [
        "monitoring_report", "verified", "credits_issued",
    ]  # fmt: skip
    silence = page.one(data_silent=True).text
    assert "1 January 2020" in silence
    assert "our inference" in silence


@pytest.mark.django_db
def test_the_glossary_names_the_source_of_the_cycle():
    term = page_of(Client().get("/glossary/")).one("dt", id="project-cycle-procedure")
    assert term


@pytest.mark.django_db
def test_every_bundled_project_has_all_its_steps_on_its_line_once():
    for project in Project.objects.published().prefetch_related("milestones"):
        milestones = list(project.milestones.all())
        drawn = [one.milestone for one in timeline(milestones, today=TODAY).steps]
        assert sorted(one.pk for one in drawn) == sorted(one.pk for one in milestones)
        days = [one.reached_on for one in drawn if one.reached_on_precision == DatePrecision.DAY]
        assert days == sorted(days)
