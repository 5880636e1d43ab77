"""The verbs that move a record between draft, review, public and withdrawn: the only code that does.

Each runs in one transaction on a locked row, so of two people who press at once the second is told.
Permission is the caller's business: `publish_project` and `publish_announcement` guard the last two verbs.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jcm_portal.models import Publication, PublicationState

from .models import Announcement, Project

State = PublicationState


class WrongState(Exception):
    """The record is in a state from which the verb does not lead; `state` is that state."""

    def __init__(self, record: Publication) -> None:
        self.state = State(record.state)
        super().__init__(_("“%(record)s” is %(state)s.") % {"record": record, "state": self.state.label})


@transaction.atomic
def submit(*, record: Publication, by: AbstractBaseUser) -> None:
    """Ask a publisher to look at a draft."""
    _locked(record, State.DRAFT)
    _move(record, State.IN_REVIEW, submitted_at=timezone.now(), submitted_by=by)


@transaction.atomic
def send_back(*, record: Publication, by: AbstractBaseUser) -> None:
    """Make a record in review a draft again, as `by` found something to mend."""
    _locked(record, State.IN_REVIEW)
    _move(record, State.DRAFT, submitted_at=None, submitted_by=None)


@transaction.atomic
def publish(*, record: Publication, by: AbstractBaseUser | None, at: datetime | None = None) -> list[Project]:
    """Make a record public from the moment `at` (now); with an announcement, the projects that it lists too.

    `by` is None for the bundled data. Returns the projects that an announcement took along: together or not at all.
    """
    _locked(record, State.DRAFT, State.IN_REVIEW, State.WITHDRAWN)
    at = at or timezone.now()
    taken_along: list[Project] = []
    if isinstance(record, Announcement):
        listed = Project.objects.filter(selections__announcement=record).distinct()
        taken_along = [project for project in listed if project.state in (State.DRAFT, State.IN_REVIEW)]
        for project in taken_along:
            publish(record=project, by=by, at=at)
    _move(
        record,
        State.PUBLISHED,
        published_at=at,
        published_by=by,
        withdrawn_at=None,
        withdrawn_by=None,
        withdrawal_reason="",
    )
    return taken_along


@transaction.atomic
def publish_loaded(*, records: QuerySet) -> int:
    """Make drafts that have just come with the data files public, in one statement; return how many.

    By nobody: `published_by` stays empty. Records in any other state stay as they are.
    """
    now = timezone.now()
    return records.filter(state=State.DRAFT).update(state=State.PUBLISHED, published_at=now, updated_at=now)


@transaction.atomic
def withdraw(*, record: Publication, by: AbstractBaseUser, reason: str) -> None:
    """Take a published record back; its address answers 410 with the reason.

    Raises ValueError for an empty reason.
    """
    if not reason.strip():
        raise ValueError(_("Say why the record is withdrawn; the public reads it."))
    _locked(record, State.PUBLISHED)
    _move(record, State.WITHDRAWN, withdrawn_at=timezone.now(), withdrawn_by=by, withdrawal_reason=reason.strip())


def _locked(record: Publication, *states: State) -> None:
    """Lock the row and read its state anew; raise WrongState unless it is among `states`."""
    row = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    record.state = row.state
    if record.state not in states:
        raise WrongState(record)


def _move(record: Publication, state: State, **facts: Any) -> None:
    record.state = state
    for name, value in facts.items():
        setattr(record, name, value)
    record.save(update_fields=["state", *facts, "updated_at"])
