"""A publication for a later moment, and a withdrawal: each is everywhere as soon as it is due, with no job to run."""

import sys
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects import publishing
from tests.factories import make_announcement, make_milestone, make_project, make_selection, make_user

# The clock of the database stands still within a transaction, so these commit.
pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Numbat Valley Waste Heat Recovery"
AHEAD = 4.0  # seconds


def made(state):
    """A release and the project that it lists, newest of all."""
    release = make_announcement(state=state, published_on=timezone.localdate(), title="One numbat is selected")
    project = make_project(state=state, title=TITLE, fiscal_year=2030)
    make_selection(announcement=release, project=project)
    make_milestone(project=project, reached_on=timezone.localdate())
    return release, project


def places_of(release, project):
    """Where the public may come upon them: an address, and what is there then."""
    here, country = project.get_absolute_url(), project.country.iso2
    return {
        "home": ("/", release.get_absolute_url()),
        "list": ("/projects/", here),
        "detail": (here, TITLE),
        "search": ("/projects/?q=numbat", here),
        "search of everything": ("/search/?q=numbat", here),
        "suggestions": ("/search/suggestions/?q=numbat", here),
        "count": (f"/projects/?country={country}", 'data-total="1"'),
        "file": (f"/projects/export.csv?country={country}", TITLE),
        "feed": ("/projects/feed/", here),
    }


def asked(client, path, **headers):
    response = client.get(path, headers=headers)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body.decode()


def shown(release, project):
    """Where the public sees them, and how long each answer took."""
    client, found, seconds = Client(), set(), {}
    for place, (path, mark) in places_of(release, project).items():
        begun = time.monotonic()
        response, page = asked(client, path)
        seconds[place] = time.monotonic() - begun
        if response.status_code == 200 and mark in page:
            found.add(place)
    return found, seconds


def test_what_is_due_is_public_everywhere_from_that_second_on(capsys):
    release, project = made("draft")
    shown(release, project)  # what a first answer costs is paid before the clock runs
    due = timezone.now() + timedelta(seconds=AHEAD)
    publishing.publish(record=release, by=make_user(), at=due)

    found, _seconds = shown(release, project)
    assert timezone.now() < due, "too slow a machine to say anything"
    assert found == set()

    time.sleep((due - timezone.now()).total_seconds())
    found, seconds = shown(release, project)

    assert found == set(places_of(release, project))
    with capsys.disabled():
        each = ", ".join(f"{place} {taken * 1000:.0f} ms" for place, taken in seconds.items())
        sys.stdout.write(f"\npublic at its time, first answer of each: {each}\n")
    assert max(seconds.values()) < 1


def test_what_is_withdrawn_is_gone_from_what_browsers_and_proxies_kept():
    release, project = made("published")
    client, kept = Client(), {}
    for place, (path, mark) in places_of(release, project).items():
        response, page = asked(client, path)
        assert mark in page, place
        # May be kept, but is asked for again each time before it is shown.
        assert response["Cache-Control"] == "no-cache", place
        kept[place] = response.headers.get("ETag", "")

    publisher = make_user()
    publishing.withdraw(record=project, by=publisher, reason="Entered twice.")
    publishing.withdraw(record=release, by=publisher, reason="Entered twice.")

    for place, (path, mark) in places_of(release, project).items():
        response, page = asked(client, path, if_none_match=kept[place])
        assert response.status_code == (410 if place == "detail" else 200), place
        assert place == "detail" or mark not in page, place
