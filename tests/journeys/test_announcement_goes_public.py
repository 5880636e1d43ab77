"""An announcement with its project, from the editor's draft to the withdrawal: when it is where the public can see."""

import pytest
from django.test import Client
from django.utils import timezone

from projects import publishing
from projects.models import Announcement, MilestoneKind, Participation, Project, Role, Selection, Side
from tests.factories import (
    make_country,
    make_editor,
    make_milestone,
    make_organisation,
    make_publisher,
    make_round,
    make_source,
    make_technology,
)
from tests.reading import page_of

TITLE = "Numbat Valley Waste Heat Recovery"
RELEASE = "Ministry selects one project in Testonia"
WORDS = "numbat"


@pytest.mark.django_db
def test_an_announcement_goes_public_with_its_project_and_is_withdrawn_again():
    editor, publisher = make_editor(), make_publisher()
    country, technology, company = make_country(name="Testonia"), make_technology(), make_organisation()
    selection_round = make_round(fiscal_year=2023)

    # An editor enters the announcement and the project that it lists, each with its source.
    source = make_source()
    announcement = Announcement.objects.create(
        key="test-release",
        kind="selection_result",
        title=RELEASE,
        published_on=timezone.localdate(),
        published_on_precision="day",
        round=selection_round,
        programme=selection_round.programme,
        fiscal_year=2023,
        stated_selected=1,
        source=source,
    )
    project = Project.objects.create(
        key="test-numbat",
        title=TITLE,
        country=country,
        technology=technology,
        programme=selection_round.programme,
        fiscal_year=2023,
        expected_reduction_tco2_per_year=1234,
        reduction_source=source,
        source=source,
    )
    Participation.objects.create(
        project=project, organisation=company, side=Side.JAPAN, role=Role.REPRESENTATIVE, source=source
    )
    Selection.objects.create(announcement=announcement, project=project, stated_title=TITLE.upper(), source=source)
    make_milestone(project=project, kind=MilestoneKind.SELECTED, reached_on=announcement.published_on, source=source)

    # Where the public may come upon the one or the other.
    both, only_project, only_announcement = {"project", "announcement"}, {"project"}, {"announcement"}
    places = {
        "/": only_announcement,
        "/projects/": only_project,
        f"/projects/?q={WORDS}": only_project,
        f"/search/?q={WORDS}": both,  # a release is found by the projects that it lists
        f"/search/suggestions/?q={WORDS}": only_project,
        f"/projects/export.csv?country={country.iso2}": only_project,
        f"/projects/export.json?country={country.iso2}": only_project,
        "/projects/feed/": only_project,
        "/announcements/": only_announcement,
        "/announcements/feed/": only_announcement,
        "/rounds/": only_announcement,
        "/sitemap.xml": both,
        country.get_absolute_url(): both,
        technology.get_absolute_url(): only_project,
        company.get_absolute_url(): only_project,
        selection_round.get_absolute_url(): both,
        project.get_absolute_url(): both,
        announcement.get_absolute_url(): both,
    }
    records = {"project": project, "announcement": announcement}
    everywhere, nowhere = places, {path: set() for path in places}
    on_the_first_page = figures("/")

    # As drafts they are nowhere.
    assert seen(records, places) == nowhere
    assert statuses(project, announcement, company) == [404, 404, 404]
    assert figures("/") == on_the_first_page

    # Submitted for review they are still nowhere.
    publishing.submit(record=project, by=editor)
    publishing.submit(record=announcement, by=editor)

    assert seen(records, places) == nowhere
    assert statuses(project, announcement, company) == [404, 404, 404]

    # A publisher makes the announcement public, and with it its project: both are everywhere.
    assert publishing.publish(record=announcement, by=publisher) == [project]

    assert seen(records, places) == everywhere
    assert statuses(project, announcement, company) == [200, 200, 200]
    assert figures("/")["projects"] == on_the_first_page["projects"] + 1

    # The project is withdrawn: it is gone from all places, and its address says why. The announcement stands.
    publishing.withdraw(record=project, by=publisher, reason="The company stepped back.")

    assert statuses(project, announcement, company) == [410, 200, 404]
    assert "The company stepped back." in main_of(project)
    assert figures("/") == on_the_first_page

    # So is the announcement: now both are nowhere again.
    publishing.withdraw(record=announcement, by=publisher, reason="Published by mistake.")

    assert seen(records, places) == nowhere
    assert statuses(project, announcement, company) == [410, 410, 404]
    assert "Published by mistake." in main_of(announcement)


def seen(records, places):
    """Which of the records each place names or leads to."""
    return {path: {name for name, record in records.items() if is_in(text(path), record)} for path in places}


def is_in(page, record):
    return record.title in page or record.get_absolute_url() in page


def text(path):
    """What the public gets at an address; nothing where it is told that there is no page."""
    response = Client().get(path)
    if response.status_code != 200:
        return ""
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def statuses(*records):
    """What the addresses of records answer."""
    return [Client().get(record.get_absolute_url()).status_code for record in records]


def main_of(record):
    """What the page at the address of a record says below its head."""
    return page_of(Client().get(record.get_absolute_url())).one("main").text


def figures(path):
    """The headline figures of the first page."""
    headline = page_of(Client().get(path)).one("ul", class_="figures")
    return {figure["data-figure"]: int(figure["data-value"]) for figure in headline.all("li", data_figure=True)}
