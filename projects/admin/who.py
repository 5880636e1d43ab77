"""Who takes part."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import OnesInUse, StaffAdmin, StaffTabular
from jcm_portal.bulkedit import BulkEdit

from ..models import Organisation, OrganisationAlias
from .similar import Similar


class AliasInline(StaffTabular):
    model = OrganisationAlias
    fields = ["name", "language"]


@admin.register(Organisation)
class OrganisationAdmin(Similar, BulkEdit, StaffAdmin):
    list_display = ["name", "name_ja", "usual_side", "country", "number_of_projects"]
    list_filter = ["usual_side", ("country", OnesInUse)]
    list_select_related = ["country"]
    search_fields = ["name", "name_ja", "aliases__name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["country"]
    fields = [("name", "name_ja"), ("usual_side", "country"), "slug"]
    inlines = [AliasInline]
    kept_for_the_next = ("usual_side", "country")
    bulk_fields = ("usual_side", "country")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).annotate(parts=Count("participations", distinct=True))

    @admin.display(description=_("projects on record"), ordering="parts")
    def number_of_projects(self, organisation: Organisation) -> int:
        return organisation.parts  # type: ignore[attr-defined]

    def get_view_on_site_url(self, obj: Organisation | None = None) -> str | None:  # type: ignore[override]
        """Only who takes part in a public project has a page."""
        if obj is None or not Organisation.objects.published().filter(pk=obj.pk).exists():
            return None
        return super().get_view_on_site_url(obj)
