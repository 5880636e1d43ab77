"""JCM credits: issuances of one project, and statements over several."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.models import Model, QuerySet
from django.db.models.constraints import BaseConstraint
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import OnesInUse, StaffStacked
from jcm_portal.adminforms import ProposedKey, RowForm, RowsApart

from ..models import CreditIssuance, IssuanceStatement
from .glossary import Explained
from .reasons import Reasoned

AMOUNTS: list[str | tuple[str, ...]] = [
    ("monitoring_from", "monitoring_to"),
    ("total_tco2", "japan_tco2", "host_tco2"),
    "japan_share_means",
    ("decided_on", "issued_on"),
]


class PeriodInOrder(forms.ModelForm):
    """Finds a period that ends before it starts at its field: PostgreSQL cannot even compare such a one."""

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        start, end = entered.get("monitoring_from"), entered.get("monitoring_to")
        if start and end and end < start:
            rules = self._meta.model._meta.constraints
            rule = next(rule for rule in rules if rule.name.endswith("_period_in_order"))
            self.add_error("monitoring_to", rule.get_violation_error_message())
        return entered


class IssuanceRow(PeriodInOrder, RowForm):
    pass


class IssuanceRows(RowsApart):
    def clash(self, rule: BaseConstraint, one: Model, other: Model) -> bool:
        """Also whether their monitoring periods overlap, where both are known from the first to the last day."""
        if not isinstance(rule, ExclusionConstraint):
            return super().clash(rule, one, other)
        (start, end), (start_2, end_2) = (
            (row.monitoring_from, row.monitoring_to)  # type: ignore[attr-defined]
            for row in (one, other)
        )
        return bool(start and end and start_2 and end_2 and start <= end_2 and start_2 <= end)


class IssuanceInline(StaffStacked):
    model = CreditIssuance
    form = IssuanceRow
    formset = IssuanceRows
    autocomplete_fields = ["source"]
    fields = [*AMOUNTS, "source", "note"]


@admin.register(CreditIssuance)
class CreditIssuanceAdmin(Reasoned):
    form = PeriodInOrder
    list_display = [
        "project",
        "monitoring_from",
        "monitoring_to",
        "total_tco2",
        "japan_tco2",
        "decided_on",
        "issued_on",
    ]
    list_filter = ["japan_share_means", ("project__country", OnesInUse)]
    list_select_related = ["project"]
    search_fields = ["project__title", "project__title_ja", "project__identifiers__value"]
    date_hierarchy = "issued_on"
    autocomplete_fields = ["project", "source"]
    fieldsets = [
        (
            None,
            {
                "fields": ["project", *AMOUNTS, "source", "note"],
                "description": _("Public with its project. Empty: not stated; zero: none."),
            },
        )
    ]

    kept_for_the_next = ("source", "decided_on", "issued_on")

    def is_known_to_all(self, record: CreditIssuance) -> bool:
        return record.project.is_public()


class StatementForm(PeriodInOrder, ProposedKey):
    def key_words(self, entered: dict[str, Any]) -> list[object]:
        day = entered.get("issued_on") or entered.get("decided_on")
        return ["issuance", entered["country"].iso2, day]


@admin.register(IssuanceStatement)
class IssuanceStatementAdmin(Explained):
    form = StatementForm
    list_display = ["key", "country", "total_tco2", "japan_tco2", "decided_on", "issued_on"]
    list_filter = [("country", OnesInUse)]
    list_select_related = ["country"]
    search_fields = ["key", "quote", "country__name"]
    autocomplete_fields = ["country", "projects", "source"]
    fieldsets = [
        (
            None,
            {
                "fields": ["country", "projects", *AMOUNTS, "source", "quote", "note", "key"],
                "description": _("Public at once, and never added to the issuances of single projects."),
            },
        )
    ]

    kept_for_the_next = ("country", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuanceStatement]:
        return super().get_queryset(request).select_related("country")
