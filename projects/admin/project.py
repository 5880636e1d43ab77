"""A project with all that hangs on it, on one page."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import OnesInUse, StaffStacked, StaffTabular
from jcm_portal.adminforms import ProposedKey, SourceOfParent
from jcm_portal.bulkedit import BulkEdit

from ..models import (
    Identifier,
    Milestone,
    Participation,
    Project,
    ProjectMethodology,
    Scheme,
    Selection,
)
from .drafting import project_key
from .gaps import GapFilter, TwinFilter
from .issuances import IssuanceInline
from .publication import WAITING_FIRST, PublicationAdmin, PublicationFilter
from .similar import Similar


class ProjectForm(ProposedKey):
    class Meta:
        help_texts: ClassVar = {
            "title": _("As the release gives it; the address of the page is made of it."),
            "title_kind": _("A description of ours is marked as such on the page."),
            "technology": _("Lists and precedents count the project under it. Empty: no source states it."),
            "expected_reduction_tco2_per_year": _("Added up in every total. Empty: not stated."),
            "locality": _("In words, as the source gives it."),
            "location_precision": _("The map marks a head office as such and never as the plant."),
            "confidence": _("Shown beside the record. Low: the page warns the reader."),
            "possibly_same_as": _("Both pages say so; nothing is merged."),
        }

    def key_words(self, entered: dict[str, Any]) -> list[object]:
        return [project_key(entered["country"], entered["title"], entered.get("fiscal_year"))]

    def clean_merged_into(self) -> Project | None:
        target = self.cleaned_data["merged_into"]
        # The id is no field of the form, so Django leaves the database's rule out.
        if target is not None and target.pk == self.instance.pk:
            raise forms.ValidationError(_("A project cannot be merged into itself."))
        return target


class IdentifierInline(StaffTabular):
    model = Identifier
    fields = ["scheme", "value"]


class ParticipationInline(StaffTabular):
    model = Participation
    formset = SourceOfParent
    fields = ["organisation", "side", "role", "source"]
    autocomplete_fields = ["organisation", "source"]


class MilestoneInline(StaffStacked):
    model = Milestone
    fields = [("kind", "reached_on", "reached_on_precision"), ("source", "further_sources"), "note"]
    autocomplete_fields = ["source", "further_sources"]


class MethodologyInline(StaffTabular):
    model = ProjectMethodology
    fields = ["methodology", "version"]
    autocomplete_fields = ["methodology"]


class ListedInInline(StaffTabular):
    """Rows of announcements that mean this project, to read; they are edited with their announcement."""

    model = Selection
    verbose_name_plural = _("listed in")
    readonly_fields = ["release", "number_in_list", "stated_title", "stated_reduction_tco2_per_year"]
    fields = [*readonly_fields]
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Selection]:
        return super().get_queryset(request).select_related("announcement")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("announcement"))
    def release(self, row: Selection) -> str:
        if row.announcement is None:
            address = reverse("admin:projects_selection_change", args=[row.pk])
            return format_html('<a href="{}">{}</a>', address, gettext("FY%(year)s") % {"year": row.fiscal_year})
        address = reverse("admin:projects_announcement_change", args=[row.announcement_id])
        return format_html('<a href="{}">{}</a>', address, row.announcement)


def selected_too_early(project: Project) -> list[str]:
    """A sentence where the project was selected before its country joined: unusual, so somebody should look."""
    project.refresh_from_db(fields=["status", "selected_on"])  # the database works them out
    if not project.selected_before_joining:
        return []
    sentence = gettext("“%(project)s” was selected on %(selected)s, before %(country)s joined on %(joined)s: is it so?")
    country = project.country
    days = {"selected": project.selected_on, "joined": country.joined_on}
    return [sentence % {"project": project, "country": country, **days}]


@admin.register(Project)
class ProjectAdmin(Similar, BulkEdit, PublicationAdmin):
    form = ProjectForm
    public_template = "projects/project_detail.html"
    list_display = [
        "title",
        "publication",
        "page",
        "country",
        "reference",
        "fiscal_year",
        "reduction",
        "status",
    ]
    list_filter = [
        PublicationFilter,
        GapFilter,
        TwinFilter,
        "status",
        "confidence",
        "fiscal_year",
        ("programme", OnesInUse),
        ("technology__sector", OnesInUse),
        ("country", OnesInUse),
    ]
    list_select_related = ["country"]
    ordering = [WAITING_FIRST, *(Project._meta.ordering or ())]
    search_fields = ["title", "title_ja", "key", "identifiers__value", "locality", "country__name"]
    search_help_text = _("Title in either language, key, reference, locality or country.")
    date_hierarchy = "selected_on"
    autocomplete_fields = [
        "country",
        "technology",
        "further_technologies",
        "programme",
        "source",
        "further_sources",
        "reduction_source",
        "location_source",
        "possibly_same_as",
        "merged_into",
    ]
    readonly_fields = ["status", "selected_on"]
    suggestion_needs = ("country",)
    bulk_fields = ("technology", "programme", "fiscal_year", "confidence", "location_precision")
    fieldsets = [
        (None, {"fields": ["title", ("title_ja", "title_kind"), "country", ("technology", "further_technologies")]}),
        (_("Selection"), {"fields": [("programme", "fiscal_year"), ("status", "selected_on")]}),
        (
            _("Expected emission reductions"),
            {"fields": [("expected_reduction_tco2_per_year", "reduction_source"), ("capacity", "capacity_mw")]},
        ),
        (
            _("Place"),
            {"fields": ["locality", ("latitude", "longitude"), ("location_precision", "location_source")]},
        ),
        (
            _("Sources"),
            {
                "fields": ["source", "further_sources", ("confidence", "url"), "note"],
                "description": _("Pages that speak of the project; each figure above names its own besides."),
            },
        ),
        (_("Record"), {"fields": ["key", "possibly_same_as", "merged_into"], "classes": ["collapse"]}),
    ]
    inlines = [
        ParticipationInline,
        MilestoneInline,
        IdentifierInline,
        MethodologyInline,
        IssuanceInline,
        ListedInInline,
    ]
    # Of the same release.
    kept_for_the_next = ("country", "programme", "fiscal_year", "source", "reduction_source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        references = Prefetch("identifiers", Identifier.objects.filter(scheme=Scheme.JCM), to_attr="jcm_references")
        return super().get_queryset(request).select_related("country").prefetch_related(references)

    @admin.display(description=_("reference"))
    def reference(self, project: Any) -> str:
        return ", ".join(identifier.value for identifier in project.jcm_references)

    @admin.display(description=_("tCO2/year"), ordering="expected_reduction_tco2_per_year")
    def reduction(self, project: Project) -> int | None:
        return project.expected_reduction_tco2_per_year

    def suggestion(self, obj: Any) -> str:
        known = [
            obj.country.iso2,
            gettext("FY%(year)s") % {"year": obj.fiscal_year} if obj.fiscal_year else "",
            obj.key,
        ]
        return f"{obj.title} ({', '.join(filter(None, known))})"

    def not_seen(self, record: Project) -> str:
        return gettext("merged") if record.merged_into_id else super().not_seen(record)

    def cautions(self, record: Project) -> list[str]:
        return selected_too_early(record)

    def public_context(self, record: Project) -> dict[str, Any]:
        from ..views import project_context

        return project_context(Project.objects.for_detail().get(pk=record.pk), preview=True)
