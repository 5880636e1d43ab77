"""What projects are sorted by: sectors and technologies, programmes and rounds, methodologies."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import OnesInUse, StaffAdmin, day
from jcm_portal.adminforms import ProposedKey

from ..models import Methodology, Programme, Sector, SelectionRound, Technology
from .glossary import Explained


class Counted(Explained):
    """A noun whose list says how many projects each has."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(projects_recorded=Count("projects", distinct=True))

    @admin.display(description=_("projects on record"), ordering="projects_recorded")
    def number_of_projects(self, record: Any) -> int:
        return record.projects_recorded


@admin.register(Sector)
class SectorAdmin(StaffAdmin):
    list_display = ["name", "name_ja", "position"]
    search_fields = ["name", "name_ja"]
    prepopulated_fields = {"slug": ["name"]}
    fields = [("name", "name_ja"), "description", "slug", "position"]


@admin.register(Technology)
class TechnologyAdmin(Counted):
    list_display = ["name", "name_ja", "sector", "number_of_projects"]
    list_filter = ["sector"]
    list_select_related = ["sector"]
    search_fields = ["name", "name_ja", "synonyms_en__icontains", "synonyms_ja__icontains"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["sector"]
    kept_for_the_next = ("sector",)
    fields = ["sector", ("name", "name_ja"), "synonyms_en", "synonyms_ja", "description", "slug", "position"]


@admin.register(Programme)
class ProgrammeAdmin(Counted):
    list_display = ["name", "name_ja", "financed_by", "number_of_projects"]
    search_fields = ["name", "name_ja", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["source"]
    fields = [("name", "name_ja"), "financed_by", "description", "source", "slug"]


class RoundForm(ProposedKey):
    def key_words(self, entered: dict[str, Any]) -> list[object]:
        return [entered["programme"].slug, f"fy{entered['fiscal_year']}", entered.get("number")]


@admin.register(SelectionRound)
class SelectionRoundAdmin(Explained):
    form = RoundForm
    list_display = ["label", "programme", "fiscal_year", "number", "number_of_announcements"]
    list_filter = ["fiscal_year", "programme"]
    list_select_related = ["programme"]
    search_fields = ["label", "label_ja", "key", "programme__name"]
    autocomplete_fields = ["programme"]
    fields = ["programme", ("fiscal_year", "number"), ("label", "label_ja"), "key"]
    suggestion_needs = ("programme",)
    kept_for_the_next = ("programme", "fiscal_year")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SelectionRound]:
        return super().get_queryset(request).annotate(announced=Count("announcements"))

    @admin.display(description=_("announcements"), ordering="announced")
    def number_of_announcements(self, selection_round: Any) -> int:
        return selection_round.announced


@admin.register(Methodology)
class MethodologyAdmin(Counted):
    list_display = ["number", "title", "country", "family", day("approved_on", _("approved on")), "number_of_projects"]
    list_filter = [("country", OnesInUse)]
    list_select_related = ["country"]
    search_fields = ["number", "title", "family", "country__name"]
    autocomplete_fields = ["country", "source", "further_sources"]
    kept_for_the_next = ("country", "sectoral_scope", "source")
    fields = [
        ("number", "country"),
        "title",
        ("sectoral_scope", "family"),
        ("approved_on", "approved_on_precision"),
        "source",
        "further_sources",
    ]
