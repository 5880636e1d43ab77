"""A project's status and its first day of selection follow from its milestones, whoever writes them."""

from datetime import date
from functools import partial
from itertools import combinations

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.models import Milestone, MilestoneKind, Project, Status
from tests.concurrency import second_one_waiting
from tests.factories import make_milestone, make_project, make_source

pytestmark = pytest.mark.django_db

# The rule in plain Python: the first line of which the project has a milestone gives its status.
RULE = [
    (Status.WITHDRAWN, {"withdrawn"}),
    (Status.CREDITS_ISSUED, {"credits_issued"}),
    (Status.REGISTERED, {"registered", "monitoring_report", "verified"}),
    (Status.IN_VALIDATION, {"in_validation", "validated"}),
    (Status.NO_OBJECTION, {"no_objection"}),
    (Status.SELECTED, {"selected"}),
]


def status_of(kinds):
    return next((status for status, any_of in RULE if any_of & kinds), Status.UNKNOWN)


def facts(project):
    """What the database has worked out: the status and the day of the first selection."""
    return Project.objects.values_list("status", "selected_on").get(pk=project.pk)


# -- The rule ------------------------------------------------------------------------------------------------


def test_a_project_without_milestones_is_of_unknown_status():
    assert facts(make_project()) == ("unknown", None)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("selected", "selected"),
        ("no_objection", "no_objection"),
        ("in_validation", "in_validation"),
        ("validated", "in_validation"),
        ("registered", "registered"),
        ("monitoring_report", "registered"),
        ("verified", "registered"),
        ("credits_issued", "credits_issued"),
        ("completed", "unknown"),
        ("withdrawn", "withdrawn"),
    ],
)
def test_one_milestone_gives_the_status(kind, status):
    project = make_milestone(kind=kind).project

    assert facts(project)[0] == status


@pytest.mark.parametrize(("one", "other"), list(combinations(MilestoneKind.values, 2)))
def test_of_two_milestones_the_one_further_on_gives_the_status_in_either_order(one, other):
    for first, second in ((one, other), (other, one)):
        project = make_milestone(kind=first).project
        make_milestone(project=project, kind=second)

        assert facts(project)[0] == status_of({one, other})


def test_every_kind_of_milestone_has_its_place_in_the_rule():
    placed = set().union(*(kinds for _status, kinds in RULE))

    assert placed | {"completed"} == set(MilestoneKind.values)
    assert {status for status, _kinds in RULE} | {Status.UNKNOWN} == set(Status)


def test_any_milestones_give_what_the_rule_says_and_still_do_when_some_are_taken_away():
    project, source = make_project(), make_source()
    days = st.none() | st.dates(min_value=date(2013, 1, 1), max_value=date(2030, 12, 31))
    steps = st.sets(st.tuples(st.sampled_from(MilestoneKind.values), days), max_size=8)

    @settings(max_examples=60, deadline=None)
    @given(milestones=steps, data=st.data())
    def holds(milestones, data):
        project.milestones.all().delete()
        Milestone.objects.bulk_create(
            Milestone(
                project=project,
                source=source,
                kind=kind,
                reached_on=day,
                reached_on_precision="day" if day else "unknown",
            )
            for kind, day in milestones
        )
        assert facts(project) == stated(milestones)

        gone = data.draw(st.sets(st.sampled_from(sorted(milestones, key=str)))) if milestones else set()
        for kind, day in gone:
            Milestone.objects.filter(project=project, kind=kind, reached_on=day).delete()
        assert facts(project) == stated(milestones - gone)

    holds()


def stated(milestones):
    selections = [day for kind, day in milestones if kind == "selected" and day]
    return status_of({kind for kind, _day in milestones}), min(selections, default=None)


# -- Every way of writing ------------------------------------------------------------------------------------


def test_another_kind_gives_another_status():
    milestone = make_milestone(kind="registered")

    milestone.kind = "withdrawn"
    milestone.save()
    assert facts(milestone.project)[0] == "withdrawn"

    Milestone.objects.filter(pk=milestone.pk).update(kind="selected")
    assert facts(milestone.project)[0] == "selected"


def test_a_milestone_moved_to_another_project_moves_both():
    project = make_milestone(kind="selected", reached_on="2023-08-17").project
    moved = make_milestone(project=project, kind="registered")
    other = make_project()

    Milestone.objects.filter(pk=moved.pk).update(project=other)

    assert facts(project) == ("selected", date(2023, 8, 17))
    assert facts(other) == ("registered", None)


def test_a_milestone_deleted_gives_the_status_before_it():
    milestone = make_milestone(kind="registered")
    make_milestone(project=milestone.project, kind="no_objection")

    milestone.delete()

    assert facts(milestone.project)[0] == "no_objection"


def test_all_milestones_deleted_at_once_leave_nothing_known():
    project = make_milestone(kind="selected", reached_on="2023-08-17").project
    make_milestone(project=project, kind="registered")

    project.milestones.all().delete()

    assert facts(project) == ("unknown", None)


def test_milestones_of_many_projects_written_at_once_move_each():
    source, projects = make_source(), [make_project(), make_project()]

    Milestone.objects.bulk_create(
        [
            Milestone(project=projects[0], kind="selected", source=source),
            Milestone(project=projects[1], kind="credits_issued", source=source),
            Milestone(project=projects[0], kind="verified", source=source),
        ]
    )

    assert [facts(project)[0] for project in projects] == ["registered", "credits_issued"]


def test_sql_by_hand_moves_the_status_too():
    project, source = make_project(), make_source()

    def sql(statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    sql(
        "insert into projects_milestone (project_id, kind, reached_on, reached_on_precision, note, source_id)"
        " values (%s, 'selected', '2023-08-17', 'day', '', %s)",
        project.pk,
        source.pk,
    )
    assert facts(project) == ("selected", date(2023, 8, 17))

    sql("update projects_milestone set kind = 'verified' where project_id = %s", project.pk)
    assert facts(project) == ("registered", None)

    sql("delete from projects_milestone where project_id = %s", project.pk)
    assert facts(project) == ("unknown", None)


@pytest.mark.parametrize(
    "write",
    [
        lambda project: Project.objects.filter(pk=project.pk).update(status="credits_issued"),
        lambda project: Project.objects.filter(pk=project.pk).update(selected_on="2001-01-01"),
        lambda project: Project.objects.bulk_update([project], ["status", "selected_on"]),
        lambda project: project.save(),
    ],
    ids=["update of the status", "update of the day", "bulk_update", "save of an old object"],
)
def test_nobody_can_make_the_status_disagree(write):
    project = make_milestone(kind="registered").project
    make_milestone(project=project, kind="selected", reached_on="2023-08-17")
    project.status, project.selected_on = "withdrawn", date(2001, 1, 1)

    write(project)

    assert facts(project) == ("registered", date(2023, 8, 17))


@pytest.mark.parametrize(
    "insert",
    [make_project, lambda **fields: Project.objects.bulk_create([make_unsaved(**fields)])[0]],
    ids=["save", "bulk_create"],
)
def test_a_new_project_cannot_bring_a_status_of_its_own(insert):
    project = insert(status="registered", selected_on=date(2001, 1, 1))

    assert facts(project) == ("unknown", None)


def make_unsaved(**fields):
    like = make_project()
    return Project(key=f"{like.key}-2", title=like.title, country=like.country, source=like.source, **fields)


# -- The first day of selection ------------------------------------------------------------------------------


def test_a_project_selected_twice_counts_from_the_first_day():
    project = make_milestone(kind="selected", reached_on="2023-08-17").project
    make_milestone(project=project, kind="selected", reached_on="2021-05-01")
    make_milestone(project=project, kind="registered", reached_on="2020-01-01")

    assert facts(project)[1] == date(2021, 5, 1)


def test_a_selection_on_no_known_day_gives_no_day():
    project = make_milestone(kind="selected").project

    assert facts(project) == ("selected", None)


def test_a_corrected_day_is_followed():
    milestone = make_milestone(kind="selected", reached_on="2023-08-17")

    Milestone.objects.filter(pk=milestone.pk).update(reached_on="2023-08-16")

    assert facts(milestone.project)[1] == date(2023, 8, 16)


@pytest.mark.parametrize(
    ("joined_on", "selected_on", "before"),
    [
        ("2023-08-18", "2023-08-17", True),
        ("2023-08-17", "2023-08-17", False),
        (None, "2023-08-17", False),
        ("2023-08-18", None, False),
    ],
    ids=["a day before", "the same day", "not known when it joined", "not known when it was selected"],
)
def test_a_project_selected_before_its_country_joined_is_marked(joined_on, selected_on, before):
    milestone = make_milestone(kind="selected", reached_on=selected_on)
    country = milestone.project.country
    country.joined_on, country.joined_on_precision = joined_on, "day" if joined_on else "unknown"
    country.save()

    assert Project.objects.get(pk=milestone.project.pk).selected_before_joining is before


# -- Two at once -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_milestones_entered_at_once_both_count():
    project, source = make_project(), make_source()
    add = partial(Milestone.objects.create, project=project, source=source)

    with second_one_waiting(partial(add, kind="selected")) as second:
        add(kind="registered")

    assert second.result()
    assert facts(project)[0] == "registered"
