"""The public glossary's words beside the fields that they explain."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext

from jcm_portal.admin import StaffAdmin
from jcm_portal.templatetags.languages import plain

from ..models import GlossaryTerm

# Which term a field is about. A term that the glossary does not have (yet) explains nothing.
TERMS = {
    "approved_on": "approved-methodology",
    "country": "partner-country",
    "countries": "partner-country",
    "decided_on": "joint-committee",
    "expected_reduction_tco2_per_year": "emission-reductions",
    "fiscal_year": "fiscal-year",
    "japan_share_means": "credit-allocation",
    "issued_on": "issuance",
    "family": "methodology",
    "monitoring_from": "monitoring-period",
    "programme": "programme",
    "sector": "sector",
    "stated_partner_countries": "partner-country",
    "stated_reduction_tco2_per_year": "emission-reductions",
    "stated_representative": "representative-participant",
    "technology": "technology",
    "total_tco2": "jcm-credit",
}


class Explained(StaffAdmin):
    """A form whose fields are explained by the glossary, in the language of the admin, with one query."""

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        found = [fields for fields in _fields_of(context) if TERMS.keys() & fields.keys()]
        wanted = {TERMS[name] for fields in found for name in TERMS.keys() & fields.keys()}
        terms = {term.slug: term for term in GlossaryTerm.objects.filter(slug__in=wanted)}
        for fields in found:
            for name in TERMS.keys() & fields.keys():
                if TERMS[name] in terms:
                    explain(fields[name], terms[TERMS[name]])
        return super().render_change_form(request, context, add, change, form_url, obj)


def _fields_of(context: dict[str, Any]) -> Iterator[dict[str, forms.Field]]:
    """The fields of the record's form, and of its rows that stand one above the other; a table has no room for help."""
    yield context["adminform"].form.fields
    for inline in context["inline_admin_formsets"]:
        if inline.opts.template.endswith("stacked.html"):
            # Those of the forms at hand, and those of which a new row is made; the class is this request's own.
            yield from (form.fields for form in inline.formset.forms)
            yield inline.formset.form.base_fields


def explain(field: forms.Field, term: GlossaryTerm) -> None:
    field.help_text = format_html(
        '{} <details class="term"><summary>{}</summary> {}</details>',
        field.help_text,
        gettext("Glossary: %(term)s") % {"term": plain(term, "term")},
        plain(term, "definition"),
    )
