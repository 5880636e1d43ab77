"""All steps of all projects in one list, to look through and to take away; they are entered with their project."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import OnesInUse, StaffAdmin, day

from ..models import Milestone


@admin.register(Milestone)
class MilestoneAdmin(StaffAdmin):
    list_display = ["of_project", "kind", day("reached_on", _("reached on")), "source"]
    list_display_links = None
    list_filter = ["kind", ("project__country", OnesInUse)]
    list_select_related = ["project", "source"]
    search_fields = ["project__title", "project__title_ja", "project__identifiers__value"]
    date_hierarchy = "reached_on"

    @admin.display(description=_("project"), ordering="project__title")
    def of_project(self, milestone: Milestone) -> str:
        address = reverse("admin:projects_project_change", args=[milestone.project_id])
        return format_html('<a href="{}">{}</a>', address, milestone.project)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not from the list; but with its project, whose deletion asks for each row."""
        return obj is not None and super().has_delete_permission(request, obj)
