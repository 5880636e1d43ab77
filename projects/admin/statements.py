"""What sources state of the JCM as a whole, and the field's words."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import StaffAdmin, day

from ..models import GlossaryTerm, StatedTotal, Target


@admin.register(StatedTotal)
class StatedTotalAdmin(StaffAdmin):
    list_display = ["what", "value", "series", day("stated_on", _("stated on")), "source"]
    list_filter = ["what", "series"]
    list_select_related = ["source"]
    search_fields = ["programme_scope", "quote", "source__title", "source__publisher"]
    date_hierarchy = "stated_on"
    autocomplete_fields = ["source"]
    kept_for_the_next = ("series", "programme_scope", "stated_on", "stated_on_precision", "source")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("what", "value"),
                    ("series", "programme_scope"),
                    ("stated_on", "stated_on_precision"),
                    "source",
                    "quote",
                    "difference_note",
                    "difference_note_ja",
                ],
                "description": _("Totals of one series are drawn as one line; those of unlike series never are."),
            },
        )
    ]


@admin.register(Target)
class TargetAdmin(StaffAdmin):
    list_display = ["statement", "value_tco2", "by_fiscal_year", day("set_on", _("set on"))]
    search_fields = ["statement", "quote"]
    autocomplete_fields = ["source"]
    fields = ["statement", ("value_tco2", "by_fiscal_year"), ("set_on", "set_on_precision"), "source", "quote"]


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(StaffAdmin):
    list_display = ["term", "term_ja", "definition"]
    search_fields = ["term", "term_ja", "definition", "definition_ja"]
    prepopulated_fields = {"slug": ["term"]}
    autocomplete_fields = ["source"]
    kept_for_the_next = ("source",)
    fields = [("term", "term_ja"), "definition", "definition_ja", "source", "slug"]
