"""An announcement and the list of its selected projects, on one page."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from countries.models import PartnerCountry
from jcm_portal.admin import OnesInUse, StaffStacked, day
from jcm_portal.adminforms import ProposedKey, RowForm, SourceOfParent

from ..models import Announcement, AnnouncementKind, Project, Selection
from .drafting import country_called, draft_from, organisation_called, plain, titled_alike
from .gaps import DifferenceFilter
from .project import selected_too_early
from .publication import WAITING_FIRST, PublicationAdmin, PublicationFilter
from .reasons import Reasoned
from .similar import Similar


class SelectionRow(RowForm):
    """A row of the list: it means a project on record, or asks for a new draft of one."""

    new_project = forms.BooleanField(
        label=_("make a new draft project of this row"),
        required=False,
        help_text=_("With its title, country, reductions, representative participant and the step “Selected”."),
    )
    country_of_new: PartnerCountry | None = None

    class Meta:
        help_texts: ClassVar = {
            "project": _("The public finds this row on its page. Not on record yet: tick the box instead."),
            "source": _("Empty: the source of the announcement."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "project" in self.fields:
            self.fields["project"].required = False
        if self.instance.pk:
            self.fields["new_project"].widget = forms.HiddenInput()  # it has one already

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        project, is_new = entered.get("project"), entered.get("new_project")
        if project and is_new:
            self.add_error("new_project", _("Choose a project or ask for a new one, not both."))
        elif is_new:
            self._check_new(entered)
        elif not project and "project" not in self.errors:
            self.add_error("project", _("Choose the project, or ask for a new draft."))
        return entered

    def _check_new(self, entered: dict[str, Any]) -> None:
        titles = entered.get("stated_title", ""), entered.get("stated_title_ja", "")
        if not any(titles):
            self.add_error("stated_title", _("A new project needs a title."))
        self.country_of_new = country_called(entered.get("stated_country", ""))
        if self.country_of_new is None:
            self.add_error("stated_country", _("No partner country has this name; a new project needs one."))
        elif alike := titled_alike(self.country_of_new, *titles):
            message = _("A project with this title is on record; choose it: %(project)s (%(key)s).")
            self.add_error("project", message % {"project": alike, "key": alike.key})


class SelectionRows(SourceOfParent):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drafts: list[tuple[Selection, Project]] = []  # made while saving

    def validate_unique(self) -> None:
        super().validate_unique()
        seen = set()
        for form in self.kept():
            if form.cleaned_data.get("new_project"):
                row = form.instance
                title = form.country_of_new, plain(row.stated_title or row.stated_title_ja)  # type: ignore[attr-defined]
                if title in seen:
                    form.add_error("new_project", _("Another row asks for a new project of this title already."))
                seen.add(title)

    def save_new(self, form: Any, commit: bool = True) -> Model:
        """Save the row, and before it the project that it asks for."""
        if form.cleaned_data.get("new_project"):
            row = self._sourced(form).instance
            row.project = draft_from(row, form.country_of_new)
            self.drafts.append((row, row.project))
        return super().save_new(form, commit)


class SelectionInline(StaffStacked):
    model = Selection
    form = SelectionRow
    formset = SelectionRows
    verbose_name = _("selected project")
    verbose_name_plural = _("selected projects, as the list states them")
    autocomplete_fields = ["project", "programme", "source"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("number_in_list", "stated_country", "stated_representative", "stated_reduction_tco2_per_year"),
                    ("stated_title", "stated_title_ja"),
                    ("project", "new_project"),
                ]
            },
        ),
        (
            _("Source and certainty"),
            {"fields": [("source", "confidence"), "quote", "programme"], "classes": ["collapse"]},
        ),
    ]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0


class AnnouncementForm(ProposedKey):
    class Meta:
        help_texts: ClassVar = {
            "kind": _("The list of releases is narrowed by it."),
            "title": _("As the release gives it; the address of the page is made of it."),
            "title_kind": _("A description of ours is marked as such on the page."),
            "source": _("Every figure below stands on it. The release itself, where we have it."),
            "round": _("Its programme and fiscal year are filled in where they are left empty."),
            "stated_cumulative": _("Compared with what is on record; never added to anything."),
            "stated_cumulative_series": _("Totals of unlike series are never drawn as one line."),
        }

    def key_words(self, entered: dict[str, Any]) -> list[object]:
        """Like the bundled data's: the round's own, else the kind and the day."""
        if entered.get("round") and entered["kind"] == AnnouncementKind.SELECTION_RESULT:
            return [entered["round"].key]
        return [entered["kind"], entered.get("published_on") or entered.get("fiscal_year")]

    def clean(self) -> dict[str, Any]:
        entered = super().clean()
        selection_round = entered.get("round")
        if selection_round:
            if entered.get("programme") is None and "programme" not in self.errors:
                entered["programme"] = selection_round.programme
            if entered.get("fiscal_year") is None and "fiscal_year" not in self.errors:
                entered["fiscal_year"] = selection_round.fiscal_year
        return entered


@admin.register(Announcement)
class AnnouncementAdmin(Similar, PublicationAdmin):
    form = AnnouncementForm
    public_template = "projects/announcement_detail.html"
    list_display = [
        "title",
        "publication",
        "page",
        "stated_and_recorded",
        day("published_on", _("released on")),
        "kind",
        "round",
    ]
    list_filter = [
        PublicationFilter,
        DifferenceFilter,
        "kind",
        "fiscal_year",
        ("programme", OnesInUse),
        ("countries", OnesInUse),
    ]
    list_select_related = ["round"]
    ordering = [WAITING_FIRST, *(Announcement._meta.ordering or ())]
    search_fields = ["title", "title_ja", "key", "publisher", "url", "round__label"]
    search_help_text = _("Title in either language, key, publisher, address or round.")
    date_hierarchy = "published_on"
    autocomplete_fields = ["source", "further_sources", "programme", "round", "countries"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "kind",
                    "title",
                    ("title_ja", "title_kind"),
                    ("published_on", "published_on_precision"),
                    ("publisher", "url"),
                    "source",
                    "further_sources",
                ]
            },
        ),
        (_("Round"), {"fields": ["round", ("programme", "fiscal_year"), "countries"]}),
        (
            _("What the release itself states"),
            {
                "fields": [
                    "stated_selected",
                    ("stated_cumulative", "stated_cumulative_series"),
                    ("stated_reduction_by_fy2030_tco2", "stated_partner_countries"),
                    "difference_note",
                    "difference_note_ja",
                ],
                "description": _("As stated, also where the records say otherwise: both are shown. Empty: not stated."),
            },
        ),
        (_("Call for proposals"), {"fields": [("opens_on", "closes_on")], "classes": ["collapse"]}),
        (_("Our text"), {"fields": ["body", "note"]}),
        (_("Record"), {"fields": ["key"], "classes": ["collapse"]}),
    ]
    inlines = [SelectionInline]
    kept_for_the_next = ("kind", "publisher", "round", "programme", "fiscal_year")

    # -- The list ------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        return super().get_queryset(request).annotate(recorded=Count("selections"))

    @admin.display(description=_("projects: stated, on record"))
    def stated_and_recorded(self, announcement: Any) -> str:
        stated, recorded = announcement.stated_selected, announcement.recorded
        if stated is None:
            return gettext("not stated, %(recorded)d") % {"recorded": recorded} if recorded else ""
        if stated == recorded:
            return f"{stated}, {recorded}"
        return gettext("%(stated)d, %(recorded)d (differ)") % {"stated": stated, "recorded": recorded}

    # -- Saving --------------------------------------------------------------------------------------

    def may_publish(self, request: HttpRequest) -> bool:
        """Its drafts become public with it, so both permissions are needed."""
        return super().may_publish(request) and request.user.has_perm("projects.publish_project")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if isinstance(formset, SelectionRows):
            request.drafts = formset.drafts  # type: ignore[attr-defined]
            for _row, project in formset.drafts:
                self.log_addition(
                    request, project, gettext("Made of a row of “%(release)s”.") % {"release": form.instance}
                )

    def moved(self, request: HttpRequest, record: Announcement) -> Any:
        answer = super().moved(request, record)
        self.tell_drafts(request)
        return answer

    def tell_drafts(self, request: HttpRequest) -> None:
        """What was made of the rows, and who of them is not on record yet."""
        for row, project in getattr(request, "drafts", []):
            link = format_html(
                '<a href="{}">{}</a>', reverse("admin:projects_project_change", args=[project.pk]), project
            )
            self.message_user(request, format_html(gettext("New project, to be completed: {}"), link), messages.SUCCESS)
            if row.stated_representative and not organisation_called(row.stated_representative):
                self.message_user(
                    request,
                    gettext("No organisation on record is called “%(name)s”; enter it with the project.")
                    % {"name": row.stated_representative},
                    messages.WARNING,
                )
            for caution in selected_too_early(project):
                self.message_user(request, caution, messages.WARNING)

    def public_context(self, record: Announcement) -> dict[str, Any]:
        from ..views import announcement_context

        announcement = Announcement.objects.for_detail().get(pk=record.pk)
        # Its drafts become public with it, so the preview shows each row.
        rows = record.selections.select_related("project__country", "project__technology", "programme", "source")
        return announcement_context(announcement, preview=True) | {"selections": list(rows)}


@admin.register(Selection)
class SelectionAdmin(Reasoned):
    """For selections that are known by their fiscal year alone; others are edited with their announcement."""

    list_display = ["__str__", "project", "announcement", "fiscal_year", "number_in_list", "confidence"]
    list_filter = [
        ("announcement", admin.EmptyFieldListFilter),
        "confidence",
        "fiscal_year",
        ("project__country", OnesInUse),
    ]
    list_select_related = ["project", "announcement"]
    search_fields = ["stated_title", "stated_title_ja", "stated_representative", "project__title", "project__key"]
    autocomplete_fields = ["announcement", "programme", "project", "source"]
    fields = [
        ("announcement", "fiscal_year"),
        "project",
        ("number_in_list", "stated_country", "stated_reduction_tco2_per_year"),
        ("stated_title", "stated_title_ja"),
        "stated_representative",
        "programme",
        ("source", "confidence"),
        "quote",
    ]
    kept_for_the_next = ("announcement", "fiscal_year", "programme", "source", "confidence")

    def is_known_to_all(self, record: Selection) -> bool:
        return record.project.is_public() and (record.announcement is None or record.announcement.is_public())
