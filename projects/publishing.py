"""The verbs that move a record between draft, review, public and withdrawn: the only code that does.

Each runs in one transaction on a locked row, so of two people who press at once the second is told.
Permission is the caller's business: `publish_project` and `publish_announcement` guard the last two verbs.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jcm_portal.changes import last_editor
from jcm_portal.models import Publication, PublicationState

from .models import Announcement, Project

State = PublicationState
# What the verbs set; a change of nothing else is no edit of the record.
MOVES = (
    *("state", "submitted_at", "submitted_by", "published_at", "published_by"),
    *("withdrawn_at", "withdrawn_by", "withdrawal_reason", "updated_at"),
)


class WrongState(Exception):
    """The record is in a state from which the verb does not lead; `state` is that state."""

    def __init__(self, record: Publication) -> None:
        self.state = State(record.state)
        stands = _("scheduled") if record.is_scheduled() else self.state.label
        super().__init__(_("“%(record)s” is %(state)s.") % {"record": record, "state": stands})


class OwnEdit(Exception):
    """The record was changed last by who wants to publish it, and the rule of four eyes (FOUR_EYES) holds."""

    def __init__(self, record: Publication) -> None:
        super().__init__(_("Somebody else has to publish “%(record)s”: you changed it last.") % {"record": record})


def edited_last(record: Publication, by: AbstractBaseUser) -> bool:
    """Whether the rule of four eyes keeps the person from publishing the record."""
    return settings.FOUR_EYES and last_editor(type(record), record.pk, MOVES) == by.pk


@transaction.atomic
def submit(*, record: Publication, by: AbstractBaseUser) -> None:
    """Ask a publisher to look at a draft."""
    _locked(record, State.DRAFT)
    _move(record, State.IN_REVIEW, submitted_at=timezone.now(), submitted_by=by)


@transaction.atomic
def send_back(*, record: Publication, by: AbstractBaseUser) -> list[Project]:
    """Make a record that is in review, or that is to become public, a draft again: `by` found something to mend.

    Returns the projects that were to become public with an announcement, which are drafts again as well.
    """
    _locked(record, State.IN_REVIEW, scheduled=True)
    together = _listed(record, lambda project: project.is_scheduled() and project.published_at == record.published_at)
    for project in together:
        send_back(record=project, by=by)
    _move(record, State.DRAFT, submitted_at=None, submitted_by=None, published_at=None, published_by=None)
    return together


@transaction.atomic
def publish(*, record: Publication, by: AbstractBaseUser | None, at: datetime | None = None) -> list[Project]:
    """Make a record public from the moment `at` (now); with an announcement, the projects that it lists too.

    Of what is to become public, the moment changes.
    `by` is None for the bundled data. Returns the projects that an announcement took along: together or not at all.
    Raises OwnEdit where the rule of four eyes forbids it, for the record or for one of them.
    """
    _locked(record, State.DRAFT, State.IN_REVIEW, State.WITHDRAWN, scheduled=True)
    if by is not None and edited_last(record, by):
        raise OwnEdit(record)
    at = at or timezone.now()
    taken_along = taken_along_by(record)
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


def taken_along_by(record: Publication) -> list[Project]:
    """The projects of an announcement's list that become public with it: those that are not, and were not."""
    return _listed(record, lambda project: project.state in (State.DRAFT, State.IN_REVIEW) or project.is_scheduled())


def _listed(record: Publication, wanted: Callable[[Project], bool]) -> list[Project]:
    if not isinstance(record, Announcement):
        return []
    return [one for one in Project.objects.filter(selections__announcement=record).distinct() if wanted(one)]


@transaction.atomic
def publish_loaded(*, records: QuerySet) -> int:
    """Make drafts that have just come with the data files public, in one statement; return how many.

    By nobody: `published_by` stays empty. Records in any other state stay as they are.
    """
    now = timezone.now()
    return records.filter(state=State.DRAFT).update(state=State.PUBLISHED, published_at=now, updated_at=now)


@transaction.atomic
def withdraw(*, record: Publication, by: AbstractBaseUser, reason: str) -> None:
    """Take a public record back; its address answers 410 with the reason.

    What is not public yet is sent back instead. Raises ValueError for an empty reason.
    """
    if not reason.strip():
        raise ValueError(_("Say why the record is withdrawn; the public reads it."))
    _locked(record, State.PUBLISHED)
    if record.is_scheduled():
        raise WrongState(record)
    _move(record, State.WITHDRAWN, withdrawn_at=timezone.now(), withdrawn_by=by, withdrawal_reason=reason.strip())


def _locked(record: Publication, *states: State, scheduled: bool = False) -> None:
    """Lock the row and read its state anew.

    Raises WrongState unless it is among `states`, or (`scheduled`) published but not public yet.
    """
    row = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    record.state, record.published_at = row.state, row.published_at
    if record.state not in states and not (scheduled and record.is_scheduled()):
        raise WrongState(record)


def _move(record: Publication, state: State, **facts: Any) -> None:
    record.state = state
    for name, value in facts.items():
        setattr(record, name, value)
    record.save(update_fields=["state", *facts, "updated_at"])
