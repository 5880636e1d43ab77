"""The admin's first page: what waits for somebody, and what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Count, Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..models import Announcement, Project
from .gaps import GAPS, TWINS, differing, lacking
from .publication import STANDS

NOUNS: tuple[type[Model], ...] = (Announcement, Project)
SHOWN = 20  # records that wait, of each noun
LAST_CHANGES = 12
ON_THE_WAY = ("mine", "draft", "in_review", "scheduled")


@dataclass(frozen=True)
class Link:
    """A count, and the list that has exactly those records."""

    label: Any
    count: int
    address: str


def list_address(model: type[Model], **narrowed: str) -> str:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(narrowed)}" if narrowed else address


def what_waits(request: HttpRequest) -> dict[str, Any]:
    """The context of the first page, of the nouns that the person may see."""
    seen = [model for model in NOUNS if admin.site.get_model_admin(model).has_view_permission(request)]
    return {
        "stands": [(model._meta.verbose_name_plural, stands(request, model)) for model in seen],
        "stand_labels": [STANDS[name][0] for name in ON_THE_WAY],
        "waiting": [one for model in seen for one in waiting(request, model)],
        "scheduled": sorted(
            (one for model in seen for one in scheduled(model)), key=lambda one: one.record.published_at
        ),
        "gaps": gaps() if Project in seen else [],
        "doubts": [link for model in seen for link in doubts(model)],
        "changes": LogEntry.objects.select_related("user", "content_type").filter(
            content_type__app_label__in=request_apps(request)
        )[:LAST_CHANGES],
    }


@dataclass(frozen=True)
class Waiting:
    """A record that somebody has to look at, or that waits for its time."""

    record: Any
    noun: Any
    address: str


def waiting(request: HttpRequest, model: type[Model]) -> list[Waiting]:
    """What waits for the person: for a publisher what was submitted, longest first; then the person's own drafts."""
    rows = model._default_manager.select_related("submitted_by")
    publishes = admin.site.get_model_admin(model).may_publish(request)  # type: ignore[attr-defined]
    submitted = STANDS["in_review"][1](rows, request.user).order_by("submitted_at", "pk")[:SHOWN] if publishes else []
    mine = STANDS["mine"][1](rows, request.user).order_by("-updated_at", "pk")[:SHOWN]
    return _with_addresses(model, [*submitted, *mine])


def scheduled(model: type[Model]) -> list[Waiting]:
    """What becomes public on its own, soonest first."""
    return _with_addresses(
        model, STANDS["scheduled"][1](model._default_manager.all(), None).order_by("published_at")[:SHOWN]
    )


def _with_addresses(model: type[Model], records: Iterable[Any]) -> list[Waiting]:
    change = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    return [Waiting(one, model._meta.verbose_name, reverse(change, args=[one.pk])) for one in records]


def stands(request: HttpRequest, model: type[Model]) -> list[Link]:
    """How many records of the noun are drafts of mine, drafts, in review, scheduled."""
    rows = model._default_manager.all()
    return [
        Link(
            STANDS[name][0],
            STANDS[name][1](rows, request.user).count(),
            list_address(model, publication=name),
        )
        for name in ON_THE_WAY
    ]


def gaps() -> list[Link]:
    """How many projects lack what, in one query."""
    counts = Project.objects.aggregate(**{gap: Count("pk", filter=lacking(gap)) for gap in GAPS})
    return [Link(label, counts[gap], list_address(Project, missing=gap)) for gap, (label, _rows) in GAPS.items()]


def doubts(model: type[Model]) -> list[Link]:
    """What may be on record twice, or differs from what was stated."""
    if model is Announcement:
        label = _("releases that state another number of projects than their list has rows")
        return [Link(label, differing(Announcement.objects.all()).count(), list_address(Announcement, totals="differ"))]
    return [
        Link(label, narrowed(Project.objects.all()).count(), list_address(Project, twins=twins))
        for twins, (label, narrowed) in TWINS.items()
    ]


def request_apps(request: HttpRequest) -> list[str]:
    """Apps of which the person may see something."""
    return [app["app_label"] for app in admin.site.get_app_list(request)]


def with_what_waits(index: Any) -> Any:
    @wraps(index)
    def desk(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return index(request, what_waits(request) | (extra_context or {}))

    return desk


admin.site.index = with_what_waits(admin.site.index)  # type: ignore[method-assign]
