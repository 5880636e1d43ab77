"""Partner countries with the documents that they signed, as an editor writes them."""

from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.db.models.constraints import BaseConstraint
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import StaffAdmin, StaffStacked, day
from jcm_portal.adminforms import RowsApart

from .models import CountryDocument, DocumentKind, PartnerCountry


class Documents(RowsApart):
    def clash(self, rule: BaseConstraint, one: Model, other: Model) -> bool:
        if rule.name.endswith("_one_first_document"):
            return one.kind == other.kind == DocumentKind.FIRST  # type: ignore[attr-defined]
        return super().clash(rule, one, other)


class DocumentInline(StaffStacked):
    model = CountryDocument
    formset = Documents
    autocomplete_fields = ["source", "further_sources"]
    fields = [
        ("kind", "title"),
        ("signed_on", "signed_on_precision", "place"),
        ("signatory_japan", "signatory_partner"),
        ("source", "further_sources"),
        "note",
    ]


@admin.register(PartnerCountry)
class PartnerCountryAdmin(StaffAdmin):
    list_display = ["name", "name_ja", "iso2", "region", day("joined_on", _("joined on")), "number_of_projects"]
    list_filter = ["region"]
    search_fields = ["name", "name_ja", "iso2", "iso3", "variants_en__icontains", "variants_ja__icontains"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["source", "focal_point_source", "ndc_target_source"]
    inlines = [DocumentInline]
    fieldsets = [
        (None, {"fields": [("name", "name_ja"), ("iso2", "iso3", "region"), "variants_en", "variants_ja", "slug"]}),
        (
            _("Partnership"),
            {
                "fields": [("joined_on", "joined_on_precision"), "source", "joined_place", "joined_note"],
                "description": _("Projects selected before this day are marked as unusual; the source says when."),
            },
        ),
        (
            _("Facts of the country"),
            {
                "fields": [
                    ("focal_point", "focal_point_source"),
                    ("ndc_target", "ndc_target_source"),
                    "jcm_page",
                    ("latitude", "longitude"),
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerCountry]:
        return super().get_queryset(request).annotate(projects_recorded=Count("projects"))

    @admin.display(description=_("projects on record"), ordering="projects_recorded")
    def number_of_projects(self, country: PartnerCountry) -> int:
        return country.projects_recorded  # type: ignore[attr-defined]
