"""What somebody should look at: the first page counts by the same rules as the lists narrow.

Gaps of projects, projects that may be on record twice, and releases that state another number than their list has.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcm_portal.dates import fiscal_year_of

from ..likeness import has_twin
from ..models import Announcement, Project, Status
from ..reconciling import differing_announcements
from .publication import State

# Records that nobody has to complete: they stand for nothing any more.
DONE_WITH = Q(merged_into__isnull=False) | Q(state=State.WITHDRAWN)
PATIENCE = 2  # years in which a selected project is usually registered


def without_an_address() -> Q:
    """No source of the project, first or further, can be opened."""
    further = Project.further_sources.through.objects.filter(project=OuterRef("pk")).exclude(source__url="")
    return Q(source__url="") & ~Q(Exists(further))


def selected_long_ago() -> Q:
    """Selected over 24 months ago and not registered; where no day is known, the whole fiscal year lies before."""
    today = timezone.localdate()
    day = date(today.year - PATIENCE, today.month, min(today.day, 28))
    selected = Q(selected_on__lt=day) | Q(selected_on__isnull=True, fiscal_year__lt=fiscal_year_of(day))
    return selected & ~Q(status__in=[Status.REGISTERED, Status.CREDITS_ISSUED, Status.WITHDRAWN])


GAPS: dict[str, tuple[Any, Callable[[], Q]]] = {
    "source": (_("no source with an address"), without_an_address),
    "technology": (_("no technology"), lambda: Q(technology__isnull=True)),
    "reduction": (_("no expected reductions"), lambda: Q(expected_reduction_tco2_per_year__isnull=True)),
    "coordinates": (_("no coordinates"), lambda: Q(latitude__isnull=True)),
    "title_ja": (_("no Japanese title"), lambda: Q(title_ja="")),
    "step": (_("no step on record"), lambda: Q(status=Status.UNKNOWN)),
    "registration": (_("selected over 24 months ago, not registered"), selected_long_ago),
}


def lacking(gap: str) -> Q:
    """What a project that lacks it is like."""
    return GAPS[gap][1]() & ~DONE_WITH


class GapFilter(admin.SimpleListFilter):
    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(gap, label) for gap, (label, _rows) in GAPS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        gap = self.value()
        return queryset.filter(lacking(gap)) if gap in GAPS else None


# Titles are compared before a record is public; of what is public, somebody has said already what may be the same.
TWINS: dict[str, tuple[Any, Callable[[QuerySet[Project]], QuerySet[Project]]]] = {
    "title": (
        _("not public yet, and titled much like another"),
        lambda rows: rows.filter(~DONE_WITH, has_twin(), state__in=[State.DRAFT, State.IN_REVIEW]),
    ),
    "marked": (
        _("marked as possibly the same as another"),
        lambda rows: rows.filter(~DONE_WITH, pk__in=Project.possibly_same_as.through.objects.values("from_project")),
    ),
}


class TwinFilter(admin.SimpleListFilter):
    title = _("possible duplicates")
    parameter_name = "twins"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(twins, label) for twins, (label, _rows) in TWINS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        twins = self.value()
        return TWINS[twins][1](queryset) if twins in TWINS else None


def differing(rows: QuerySet[Announcement]) -> QuerySet[Announcement]:
    """Releases whose list on record has another number of rows than they state, and nobody has explained it."""
    open_ones = differing_announcements().filter(difference_note="")
    return rows.filter(pk__in=open_ones.values("pk")).exclude(state=State.WITHDRAWN)


class DifferenceFilter(admin.SimpleListFilter):
    title = _("stated and on record")
    parameter_name = "totals"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("differ", _("differ"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return differing(queryset) if self.value() == "differ" else None
