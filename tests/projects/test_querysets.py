"""What the public may see, and what is loaded with it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import FETCH_RAISE
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from countries.models import PartnerCountry
from jcm_portal.models import PublicationState
from projects.models import Announcement, CreditIssuance, Milestone, Organisation, Project, Selection
from projects.querysets import of_public_project
from tests.factories import (
    make_announcement,
    make_country,
    make_identifier,
    make_issuance,
    make_issuance_statement,
    make_milestone,
    make_organisation,
    make_participation,
    make_programme,
    make_project,
    make_project_methodology,
    make_round,
    make_selection,
    make_source,
    make_technology,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
MAKERS = pytest.mark.parametrize("make", [make_project, make_announcement], ids=["project", "announcement"])


def is_among(rows, record):
    return rows.filter(pk=record.pk).exists()


# -- What is public ------------------------------------------------------------------------------------------


@MAKERS
@pytest.mark.parametrize("state", PublicationState.values)
def test_only_what_is_published_is_public(make, state):
    record = make(state=state)

    assert is_among(type(record).objects.published(), record) == (state == "published")
    assert record.is_public() == (state == "published")


@MAKERS
def test_what_is_published_becomes_public_at_its_moment(make):
    record = make(published_at=NOON)
    rows = type(record).objects

    assert not is_among(rows.published(at=NOON - timedelta(microseconds=1)), record)
    assert is_among(rows.published(at=NOON), record)
    assert is_among(rows.scheduled(at=NOON - timedelta(microseconds=1)), record)
    assert not is_among(rows.scheduled(at=NOON), record)


@MAKERS
def test_what_is_to_be_public_tomorrow_is_not_public_today(make):
    record = make(published_at=timezone.now() + timedelta(days=1))

    assert not is_among(type(record).objects.published(), record)
    assert is_among(type(record).objects.scheduled(), record)


@MAKERS
def test_a_publisher_sees_what_waits(make):
    waiting, draft, public = make(state="in_review"), make(state="draft"), make()
    rows = type(public).objects.waiting()

    assert [is_among(rows, record) for record in (waiting, draft, public)] == [True, False, False]


def test_a_project_merged_into_another_is_not_public():
    project, other = make_project(), make_project()
    Project.objects.filter(pk=project.pk).update(merged_into=other)

    assert not is_among(Project.objects.published(), project)
    assert not project.is_public()
    assert is_among(Project.objects.published(), other)


def test_a_country_is_asked_for_its_public_projects_through_the_relation():
    country = make_country()
    public = make_project(country=country)
    make_project(country=country, state="draft")
    make_project()

    assert list(country.projects.published()) == [public]


@pytest.mark.parametrize(
    ("state", "shown"), [("published", True), ("draft", False), ("in_review", False), ("withdrawn", False)]
)
def test_a_row_of_a_list_is_public_with_its_announcement(state, shown):
    selection = make_selection(announcement=make_announcement(state=state))

    assert is_among(Selection.objects.published(), selection) == shown


def test_a_selection_known_by_its_year_alone_is_public():
    assert is_among(Selection.objects.published(), make_selection(fiscal_year=2023))


def test_a_row_of_an_announcement_yet_to_come_is_public_from_then_on():
    selection = make_selection(announcement=make_announcement(published_at=NOON))

    assert not is_among(Selection.objects.published(at=NOON - timedelta(seconds=1)), selection)
    assert is_among(Selection.objects.published(at=NOON), selection)


def test_an_organisation_is_public_with_one_of_its_projects():
    hidden = make_participation(project=make_project(state="draft")).organisation
    shown = make_participation(organisation=make_organisation()).organisation
    make_participation(organisation=shown, project=make_project(state="draft"))

    assert not is_among(Organisation.objects.published(), hidden)
    assert Organisation.objects.published().filter(pk=shown.pk).count() == 1


def test_issuances_are_public_with_their_project():
    hidden = make_issuance(project=make_project(state="draft"))
    shown = make_issuance()

    assert not is_among(CreditIssuance.objects.of_published(), hidden)
    assert is_among(CreditIssuance.objects.of_published(), shown)


# -- Rounds and countries ------------------------------------------------------------------------------------


def test_a_rounds_projects_are_those_that_its_announcements_list():
    selection_round = make_round()
    first, correction = make_announcement(round=selection_round), make_announcement(round=selection_round)
    twice, once = make_project(), make_project()
    make_selection(announcement=first, project=twice)
    make_selection(announcement=correction, project=twice)
    make_selection(announcement=correction, project=once)
    make_selection(announcement=make_announcement(round=make_round()))

    assert sorted(project.pk for project in Project.objects.selected_in(selection_round)) == [twice.pk, once.pk]


def test_an_announcement_is_about_the_countries_that_it_names_and_those_of_its_public_projects():
    country, other = make_country(), make_country()
    names_it = make_announcement(countries=[country, other])
    lists_it = make_selection(project=make_project(country=country)).announcement
    make_selection(announcement=lists_it, project=make_project(country=country))
    make_selection(project=make_project(country=country, state="draft"))
    make_announcement(countries=[other])

    about = Announcement.objects.about_country([country.iso2])

    assert sorted(announcement.pk for announcement in about) == [names_it.pk, lists_it.pk]


# -- What is loaded with it ----------------------------------------------------------------------------------


def test_credits_are_the_tonnes_of_the_projects_own_issuances():
    project, none, not_stated = make_project(), make_project(), make_project()
    make_issuance(project=project, total_tco2=100)
    make_issuance(project=project, total_tco2=20)
    make_issuance(project=project, total_tco2=None, japan_tco2=5)
    make_issuance(project=not_stated, total_tco2=None)
    make_issuance_statement(projects=[project], total_tco2=5000)

    credits = dict(Project.objects.with_credits().values_list("pk", "credits_tco2"))

    assert [credits[one.pk] for one in (project, none, not_stated)] == [120, None, None]


def test_credits_of_zero_tonnes_are_not_the_same_as_none():
    project = make_issuance(total_tco2=0).project

    assert Project.objects.with_credits().get(pk=project.pk).credits_tco2 == 0


def make_full_project():
    """A project with two of everything that its page shows."""
    project = make_project(
        technology=make_technology(),
        programme=make_programme(),
        expected_reduction_tco2_per_year=100,
        latitude=1,
        longitude=1,
        further_sources=[make_source(), make_source()],
        further_technologies=[make_technology(), make_technology()],
        possibly_same_as=[make_project(), make_project()],
    )
    make_identifier(project=project, scheme="jcm", value=f"ZZ{project.pk % 1000:03}")
    for role in ("representative", "participant"):
        make_identifier(project=project)
        make_participation(project=project, role=role)
        make_issuance(project=project)
        make_issuance_statement(projects=[project])
        make_project_methodology(project=project)
        make_selection(project=project, announcement=make_announcement(round=make_round()), programme=make_programme())
    make_milestone(project=project, kind="selected", further_sources=[make_source(), make_source()])
    make_milestone(project=project, kind="registered")
    return project


def touch_list(project):
    """Read what a row of a list shows."""
    return (
        project.country.name,
        project.technology and project.technology.sector.name,
        project.programme and project.programme.name,
        project.credits_tco2,
        project.jcm_ref,
        [representative["name"] for representative in project.representatives],
    )


def touch_detail(project):
    """Read what the page of a project shows, each fact with its sources."""
    return (
        project.country.name,
        project.technology and project.technology.sector.name,
        project.programme and project.programme.name,
        [source.title for source in project.all_sources()],
        project.reduction_source and project.reduction_source.title,
        project.location_source and project.location_source.title,
        project.credits_tco2,
        [one["value"] for one in project.identifier_list],
        [one["name"] for one in project.further_technology_list],
        [one["title"] for one in project.possibly_same_list],
        [(one.organisation.name, one.source.title) for one in project.participations.all()],
        [(one.source.title, one.further_source_list) for one in project.milestones.all()],
        [(one.total_tco2, one.source.title) for one in project.issuances.all()],
        [(one.total_tco2, one.source.title, one.country.name) for one in project.issuance_statements.all()],
        [(one.methodology.number, one.methodology.source.title) for one in project.project_methodologies.all()],
        [
            (one.announcement.title, one.announcement.round.label, one.programme.name, one.source.title)
            for one in project.selections.all()
        ],
    )


def touch_export(project):
    """Read what the columns of a file hold."""
    return (
        project.country.name,
        project.technology and project.technology.sector.name,
        project.programme and project.programme.name,
        [source.url for source in project.all_sources()],
        project.reduction_source and project.reduction_source.key,
        project.location_source and project.location_source.key,
        [one.value for one in project.identifiers.all()],
        [one.slug for one in project.further_technologies.all()],
        [one.organisation.name for one in project.participations.all()],
        [one.methodology.number for one in project.project_methodologies.all()],
    )


LOADERS = pytest.mark.parametrize(
    ("load", "touch"),
    [
        pytest.param(lambda rows: rows.for_list(), touch_list, id="for_list"),
        pytest.param(lambda rows: rows.for_detail(), touch_detail, id="for_detail"),
        pytest.param(lambda rows: rows.for_export(), touch_export, id="for_export"),
    ],
)


@LOADERS
def test_the_number_of_queries_is_the_same_for_one_project_and_for_many(load, touch):
    projects = [make_full_project() for _ in range(4)]

    def queries(some):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            for project in load(Project.objects.filter(pk__in=[one.pk for one in some])):
                touch(project)
        return len(captured)

    assert queries(projects[:1]) == queries(projects)


@LOADERS
def test_nothing_that_is_shown_has_to_be_fetched_afterwards(load, touch):
    project = make_full_project()

    shown = load(Project.objects.fetch_mode(FETCH_RAISE)).get(pk=project.pk)

    assert all(touch(shown))


@LOADERS
def test_a_project_of_which_nothing_more_is_known_is_loaded_too(load, touch):
    project = make_project()

    assert touch(load(Project.objects.fetch_mode(FETCH_RAISE)).get(pk=project.pk))


def test_the_search_vector_stays_in_the_database():
    make_project()

    assert "search" in Project.objects.first().get_deferred_fields()
    assert "search" in Project.objects.for_list().first().get_deferred_fields()


def test_a_page_shows_only_selections_of_public_announcements_and_likenesses_that_are_public():
    project = make_project(possibly_same_as=[make_project(state="draft")])
    public = make_selection(project=project)
    make_selection(project=project, announcement=make_announcement(state="draft"))

    detail = Project.objects.for_detail().get(pk=project.pk)

    assert list(detail.selections.all()) == [public]
    assert detail.possibly_same_list == []


def touch_announcement_list(announcement):
    return (
        announcement.programme.name,
        announcement.round.label,
        announcement.source.title,
        [country.name for country in announcement.countries.all()],
    )


def touch_announcement(announcement):
    return (
        *touch_announcement_list(announcement),
        [source.title for source in announcement.all_sources()],
        [
            (
                row.project.title,
                row.project.country.name,
                row.project.technology.name,
                row.programme.name,
                row.source.url,
            )
            for row in announcement.selections.all()
        ],
    )


@pytest.mark.parametrize(
    ("load", "touch"),
    [
        pytest.param(lambda rows: rows.for_list(), touch_announcement_list, id="for_list"),
        pytest.param(lambda rows: rows.for_detail(), touch_announcement, id="for_detail"),
    ],
)
def test_an_announcement_comes_with_all_that_its_page_shows(load, touch):
    announcements = [
        make_announcement(round=make_round(), countries=[make_country()], further_sources=[make_source()])
        for _ in range(3)
    ]
    for announcement in announcements:
        for _ in range(2):
            project = make_project(technology=make_technology())
            make_selection(announcement=announcement, project=project, programme=make_programme())

    def queries(some):
        with CaptureQueriesContext(connection) as captured:
            rows = Announcement.objects.fetch_mode(FETCH_RAISE).filter(pk__in=[one.pk for one in some])
            assert all(all(touch(announcement)) for announcement in load(rows))
        return len(captured)

    assert queries(announcements[:1]) == queries(announcements)


def test_an_announcement_shows_only_rows_of_public_projects():
    announcement = make_announcement()
    public = make_selection(announcement=announcement)
    make_selection(announcement=announcement, project=make_project(state="draft"))

    detail = Announcement.objects.for_detail().get(pk=announcement.pk)

    assert list(detail.selections.all()) == [public]


def test_a_country_comes_with_the_sources_of_its_facts():
    country = make_country(
        focal_point="Ministry of the Environment",
        focal_point_source=make_source(),
        ndc_target="-40% by 2030",
        ndc_target_source=make_source(),
    )

    shown = PartnerCountry.objects.for_detail().fetch_mode(FETCH_RAISE).get(pk=country.pk)

    assert shown.source.title
    assert shown.focal_point_source.title
    assert shown.ndc_target_source.title


# -- Records of public projects ----------------------------------------------------------------------


def test_what_belongs_to_a_public_project_is_found_by_those_that_are_not():
    public = make_project()
    now = timezone.now()
    later = make_project(published_at=now + timedelta(hours=1))
    draft, in_review, withdrawn = (make_project(state=state) for state in ("draft", "in_review", "withdrawn"))
    merged = make_project(merged_into=public)
    theirs = {one: make_milestone(project=one) for one in (public, later, draft, in_review, withdrawn, merged)}
    steps = Milestone.objects.filter(pk__in=[step.pk for step in theirs.values()])

    found = set(steps.filter(of_public_project()))

    assert found == {theirs[public]} == set(steps.filter(project__in=Project.objects.published()))
    with time_machine.travel(now + timedelta(hours=2)):
        assert set(steps.filter(of_public_project())) == {theirs[public], theirs[later]}
