"""Why a figure that the public knows becomes another: asked for in the forms, kept with the history, shown to all."""

from collections.abc import Iterable, Iterator
from typing import Any

import pghistory
from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import Refused

from ..models import Announcement, CreditIssuance, Milestone, Project, Selection
from .glossary import Explained

FIGURES: dict[type[Model], tuple[str, ...]] = {
    Project: ("expected_reduction_tco2_per_year", "capacity_mw"),
    Milestone: ("reached_on", "reached_on_precision"),
    CreditIssuance: ("total_tco2", "japan_tco2", "host_tco2"),
    Announcement: (
        "stated_selected",
        "stated_cumulative",
        "stated_reduction_by_fy2030_tco2",
        "stated_partner_countries",
    ),
    Selection: ("stated_reduction_tco2_per_year",),
}


class ReasonForm(forms.Form):
    change_reason = forms.CharField(
        label=_("Reason for the change"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_(
            "Needed where a published figure changes: reductions, capacity, credits, what a release states, or the day "
            "of a step. Kept in the history; the public reads it."
        ),
    )


def figures_changed(forms_of_page: Iterable[forms.ModelForm]) -> Iterator[str]:
    """The labels of the figures that stood on the record and become others, or go; what was empty was no figure."""
    for form in forms_of_page:
        gone = form in getattr(form, "deleted_here", ())
        for name in FIGURES.get(form._meta.model, ()):
            if name in form.fields and form.initial.get(name) is not None and (gone or name in form.changed_data):
                yield str(form.fields[name].label)


class Reasoned(Explained):
    """A form that asks why where a figure changes that is public."""

    def is_known_to_all(self, record: Any) -> bool:
        """Whether the public sees what the form changes."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reason = self.reason(request)
        if reason:
            pghistory.context(why=reason)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if change and not self.reason(request):
            # The record as it stood before this save: the form's own may be withdrawn or moved by now.
            figures = dict.fromkeys(figures_changed([form, *(row for rows in formsets for row in _rows(rows))]))
            if figures and self.is_known_to_all(form.instance):
                request.reason_missing = True  # type: ignore[attr-defined]
                raise Refused(
                    gettext("Give a reason: the public knows another figure (%(figures)s).")
                    % {"figures": ", ".join(figures)}
                )
        super().save_related(request, form, formsets, change)

    def reason(self, request: HttpRequest) -> str:
        """What was entered; a withdrawal brings its own."""
        given = request.POST.get("change_reason", "").strip()
        if not given and "_withdraw" in request.POST:
            given = request.POST.get("withdrawal_reason", "").strip()
        return given[:300]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None and self.has_change_permission(request, obj) and self.is_known_to_all(obj):
            form = ReasonForm(request.POST if request.method == "POST" else None)
            if getattr(request, "reason_missing", False):
                form.add_error("change_reason", _("Why does the figure change?"))
            context["reason"] = form["change_reason"]
        return super().render_change_form(request, context, add, change, form_url, obj)


def _rows(formset: Any) -> Iterator[forms.ModelForm]:
    deleted = formset.deleted_forms if formset.can_delete else []
    for row in formset.initial_forms:
        row.deleted_here = deleted
        yield row
