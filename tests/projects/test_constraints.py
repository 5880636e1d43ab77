"""What the database refuses of projects, announcements and all that hangs on them."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.models import Announcement, Project, SelectionRound
from tests.factories import (
    make_alias,
    make_announcement,
    make_identifier,
    make_issuance,
    make_issuance_statement,
    make_methodology,
    make_milestone,
    make_organisation,
    make_participation,
    make_programme,
    make_project,
    make_project_methodology,
    make_round,
    make_selection,
    make_source,
    make_stated_total,
    make_target,
    make_user,
)
from tests.refusals import position_refusals, precision_refusals, refuses

pytestmark = pytest.mark.django_db


def publication_refusals(prefix, make):
    """What state, when, who and why may not say together."""
    draft = partial(make, state="draft")
    withdrawn = partial(make, state="withdrawn")

    never_withdrawn = {"withdrawn_at": None, "withdrawn_by": None}

    def now(record):
        return timezone.now()

    def somebody(record):
        return make_user()

    return [
        refuses(f"{prefix}_published_has_a_time", "public from no time on", make, published_at=None),
        refuses(f"{prefix}_published_has_a_time", "a draft that was published", draft, published_at=now),
        refuses(f"{prefix}_published_has_a_time", "a state that is none", draft, state="deleted"),
        refuses(f"{prefix}_withdrawn_has_a_reason", "withdrawn for no reason", withdrawn, withdrawal_reason=""),
        refuses(f"{prefix}_withdrawn_has_a_reason", "withdrawn at no time", withdrawn, **never_withdrawn),
        refuses(f"{prefix}_withdrawn_has_a_reason", "public, but with a reason", make, withdrawal_reason="Twice."),
        refuses(f"{prefix}_withdrawn_has_a_reason", "public, but withdrawn once", make, withdrawn_at=now),
        refuses(f"{prefix}_in_review_was_submitted", "in review at no time", draft, state="in_review"),
        refuses(f"{prefix}_who_comes_with_when", "submitted by somebody at no time", draft, submitted_by=somebody),
        refuses(f"{prefix}_who_comes_with_when", "published by somebody at no time", draft, published_by=somebody),
        refuses(f"{prefix}_who_comes_with_when", "withdrawn by somebody at no time", make, withdrawn_by=somebody),
    ]  # fmt: skip


def fiscal_year_refusals(constraint, make, field="fiscal_year"):
    return [
        refuses(constraint, "a year before the JCM", make, **{field: 2009}),
        refuses(constraint, "a year that is none yet", make, **{field: 2061}),
    ]


def amounts_refusals(prefix, make):
    """What a monitoring period and its tonnes may not say."""
    return [
        refuses(
            f"{prefix}_period_in_order",
            "a period that ends before it starts",
            make,
            monitoring_from="2023-02-01",
            monitoring_to="2023-01-31",
        ),
        refuses(f"{prefix}_shares_within_total", "shares above the total", make, japan_tco2=60, host_tco2=41),
        refuses(f"{prefix}_shares_within_total", "one share above the total", make, japan_tco2=101),
        refuses(
            f"{prefix}_decided_before_issued",
            "issued before the decision",
            make,
            decided_on="2023-02-01",
            issued_on="2023-01-31",
        ),
    ]


TAXONOMY = [
    *fiscal_year_refusals("projects_selectionround_fiscal_year_is_plausible", make_round),
    refuses(
        "projects_selectionround_number_once",
        "two rounds with the same number",
        make_round,
        number=lambda selection_round: make_round(programme=selection_round.programme).number,
    ),
    refuses("projects_selectionround_number_counts_from_one", "round 0", make_round, number=0),
]

PROJECT = [
    *publication_refusals("projects_project", make_project),
    *[
        refusal._replace(make=partial(make_project, latitude=1, longitude=1))
        for refusal in position_refusals("projects_project", make_project)
    ],
    *fiscal_year_refusals("projects_project_fiscal_year_is_plausible", make_project),
    refuses(
        "projects_project_reduction_has_a_source",
        "a reduction that nobody states",
        make_project,
        expected_reduction_tco2_per_year=100,
    ),
    refuses("projects_project_capacity_not_negative", "a negative capacity", make_project, capacity_mw="-0.0001"),
    refuses(
        "projects_project_coordinates_have_a_source",
        "a place that nobody states",
        make_project,
        latitude=1,
        longitude=1,
    ),
    refuses("projects_project_has_a_title", "no title", make_project, title=""),
    refuses(
        "projects_project_not_merged_into_itself",
        "merged into itself",
        make_project,
        merged_into=lambda project: project,
    ),
    refuses(
        "projects_identifier_once",
        "an identifier used again",
        make_identifier,
        value=lambda identifier: make_identifier(scheme=identifier.scheme).value,
    ),
    refuses(
        "projects_identifier_jcm_reference_form",
        "a JCM reference in small letters",
        make_identifier,
        scheme="jcm",
        value="zz003",
    ),
    refuses(
        "projects_identifier_jcm_reference_form",
        "a JCM reference with words after it",
        make_identifier,
        scheme="jcm",
        value="ZZ003 (2)",
    ),
    refuses(
        "projects_participation_once",
        "an organisation twice on one side",
        make_participation,
        organisation=lambda participation: make_participation(project=participation.project).organisation,
    ),
    refuses("projects_participation_side_and_role_are_known", "a third side", make_participation, side="eu"),
    refuses("projects_participation_side_and_role_are_known", "a role that is none", make_participation, role="boss"),
    *precision_refusals("projects_milestone_reached_on_precision", make_milestone, "reached_on"),
    refuses(
        "projects_milestone_once_a_day",
        "one step twice on one day",
        partial(make_milestone, reached_on="2023-08-17"),
        project=lambda milestone: make_milestone(reached_on="2023-08-17").project,
    ),
    refuses(
        "projects_milestone_once_a_day",
        "one step twice on no known day",
        make_milestone,
        project=lambda milestone: make_milestone().project,
    ),
    refuses("projects_milestone_kind_is_known", "a step that is none", make_milestone, kind="opened"),
]

ANNOUNCEMENT = [
    *publication_refusals("projects_announcement", make_announcement),
    *precision_refusals("projects_announcement_published_on_precision", make_announcement, "published_on"),
    *fiscal_year_refusals("projects_announcement_fiscal_year_is_plausible", make_announcement),
    refuses("projects_announcement_has_a_title", "no title", make_announcement, title=""),
    refuses(
        "projects_announcement_round_with_programme_and_year",
        "a round without its programme",
        lambda: make_announcement(round=make_round()),
        programme=None,
    ),
    refuses(
        "projects_announcement_round_with_programme_and_year",
        "a round without its fiscal year",
        lambda: make_announcement(round=make_round()),
        fiscal_year=None,
    ),
    refuses(
        "projects_announcement_cumulative_has_a_series",
        "a cumulative number of nobody knows what",
        make_announcement,
        stated_cumulative=219,
    ),
    refuses(
        "projects_announcement_cumulative_has_a_series",
        "a series without its number",
        make_announcement,
        stated_cumulative_series="model_projects",
    ),
    refuses(
        "projects_announcement_opens_before_it_closes",
        "a call that closes before it opens",
        make_announcement,
        opens_on="2023-04-06",
        closes_on="2023-04-05",
    ),
    *fiscal_year_refusals("projects_selection_fiscal_year_is_plausible", partial(make_selection, fiscal_year=2023)),
    refuses(
        "projects_selection_announcement_or_fiscal_year",
        "neither announcement nor fiscal year",
        make_selection,
        announcement=None,
    ),
    refuses(
        "projects_selection_announcement_or_fiscal_year",
        "both announcement and fiscal year",
        make_selection,
        fiscal_year=2023,
    ),
    refuses(
        "projects_selection_project_once",
        "a project twice in one list",
        make_selection,
        project=lambda selection: make_selection(announcement=selection.announcement).project,
    ),
    refuses(
        "projects_selection_project_once_a_year",
        "a project twice in one year without an announcement",
        partial(make_selection, fiscal_year=2023),
        project=lambda selection: make_selection(fiscal_year=2023).project,
    ),
    refuses("projects_selection_number_counts_from_one", "row 0", make_selection, number_in_list=0),
]

ISSUANCE = [
    *amounts_refusals("projects_creditissuance", make_issuance),
    refuses(
        "projects_creditissuance_periods_apart",
        "periods of one project that share a day",
        partial(make_issuance, monitoring_from="2023-01-01", monitoring_to="2023-12-31"),
        project=lambda issuance: make_issuance(monitoring_from="2023-12-31", monitoring_to="2024-06-30").project,
    ),
    *amounts_refusals("projects_issuancestatement", make_issuance_statement),
]

OTHERS = [
    refuses(
        "projects_organisationalias_once",
        "an alias twice",
        make_alias,
        name=lambda alias: make_alias(organisation=alias.organisation).name,
    ),
    *precision_refusals("projects_methodology_approved_on_precision", make_methodology, "approved_on"),
    refuses("projects_methodology_number_form", "a number without its country", make_methodology, number="AM001"),
    refuses("projects_methodology_number_form", "a number with two digits", make_methodology, number="ZZ_AM01"),
    refuses(
        "projects_projectmethodology_once",
        "a methodology twice",
        make_project_methodology,
        methodology=lambda use: make_project_methodology(project=use.project).methodology,
    ),
    *precision_refusals("projects_statedtotal_stated_on_precision", make_stated_total, "stated_on"),
    *precision_refusals("projects_target_set_on_precision", make_target, "set_on"),
    *fiscal_year_refusals("projects_target_by_fiscal_year_is_plausible", make_target, "by_fiscal_year"),
]

REFUSALS = [*TAXONOMY, *PROJECT, *ANNOUNCEMENT, *ISSUANCE, *OTHERS]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_the_database_refuses(refusal):
    refusal.comes_from_the_database()


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_the_editor_is_told_why(refusal):
    refusal.is_told_in_a_sentence()


# -- What a model's own list of constraints cannot say ------------------------------------------------------


def test_a_round_outside_its_programme_is_refused():
    announcement = make_announcement(round=make_round())

    with pytest.raises(IntegrityError, match="projects_announcement_round_in_its_programme"), transaction.atomic():
        Announcement.objects.filter(pk=announcement.pk).update(programme=make_programme())

    announcement.programme = make_programme()
    with pytest.raises(ValidationError, match="This round belongs to another programme or fiscal year"):
        announcement.full_clean()


def test_a_round_outside_its_fiscal_year_is_refused():
    announcement = make_announcement(round=make_round(fiscal_year=2023))

    with pytest.raises(IntegrityError, match="projects_announcement_round_in_its_programme"), transaction.atomic():
        Announcement.objects.filter(pk=announcement.pk).update(fiscal_year=2022)

    announcement.fiscal_year = 2022
    with pytest.raises(ValidationError, match="This round belongs to another programme or fiscal year"):
        announcement.full_clean()


def test_a_round_cannot_leave_the_programme_of_its_announcements():
    selection_round = make_announcement(round=make_round()).round

    with pytest.raises(IntegrityError, match="projects_announcement_round_in_its_programme"), transaction.atomic():
        SelectionRound.objects.filter(pk=selection_round.pk).update(programme=make_programme())

    selection_round.programme = make_programme()
    with pytest.raises(ValidationError, match="Announcements of this round name another programme"):
        selection_round.full_clean()


def test_a_status_that_is_none_is_put_right_before_the_constraint_sees_it():
    project = make_project()

    Project.objects.filter(pk=project.pk).update(status="stalled")

    project.refresh_from_db()
    assert project.status == "unknown"


def test_a_status_that_is_none_is_refused_where_the_trigger_is_off():
    project = make_project()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table projects_project disable trigger project_follows_milestones")

    with pytest.raises(IntegrityError, match="projects_project_status_is_known"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(status="stalled")

    project.status = "stalled"
    with pytest.raises(ValidationError, match="The status follows from the milestones"):
        project.validate_constraints()


# -- What looks alike and is right ---------------------------------------------------------------------------


def test_periods_that_follow_each_other_are_right():
    project = make_issuance(monitoring_from="2023-01-01", monitoring_to="2023-06-30").project

    assert make_issuance(project=project, monitoring_from="2023-07-01", monitoring_to="2023-12-31").pk


def test_the_same_period_of_two_projects_is_right():
    make_issuance(monitoring_from="2023-01-01", monitoring_to="2023-12-31")

    assert make_issuance(monitoring_from="2023-01-01", monitoring_to="2023-12-31").pk


def test_issuances_without_a_known_period_may_be_many():
    project = make_issuance(monitoring_from="2023-01-01").project

    assert make_issuance(project=project, monitoring_from="2023-01-01").pk


def test_shares_may_reach_the_total_and_may_be_known_without_it():
    assert make_issuance(total_tco2=100, japan_tco2=60, host_tco2=40).pk
    assert make_issuance(total_tco2=None, japan_tco2=60, host_tco2=40).pk


def test_a_reduction_of_zero_is_a_reduction():
    project = make_project(expected_reduction_tco2_per_year=0, reduction_source=make_source())

    assert project.expected_reduction_tco2_per_year == 0


def test_selections_without_a_number_may_be_many_in_one_list():
    announcement = make_selection().announcement

    assert make_selection(announcement=announcement).pk


def test_an_organisation_may_stand_on_both_sides():
    first = make_participation(side="japan")

    assert make_participation(project=first.project, organisation=first.organisation, side="host").pk


def test_rounds_without_a_number_may_be_many():
    selection_round = make_round(number=None)

    assert make_round(programme=selection_round.programme, number=None).pk


def test_an_alias_may_belong_to_two_organisations():
    alias = make_alias()

    assert make_alias(organisation=make_organisation(), name=alias.name).pk
