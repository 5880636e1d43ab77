"""Filters of a list, saved under a name: shown above the list, opened by an address of their own.

A parameter that a list does not understand any more would be left out silently, and the list show more than was asked
for; so a saved filter is tried before it is opened, and says what has become of it.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import IGNORED_PARAMS, SEARCH_VAR
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from .models import SavedFilter

LONGEST = SavedFilter._meta.get_field("parameters").max_length or 0
OF_PAGES = {*IGNORED_PARAMS, "p", "e"} - {SEARCH_VAR}  # of the view of a list, not of what is in it


class SavedFilterForm(forms.ModelForm):
    """Name and whether it is shared; the database's rules are told as sentences."""

    class Meta:
        model = SavedFilter
        fields = ("name", "shared")
        labels = {"name": _("Name"), "shared": _("Shared with all staff")}

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"owner", "content_type"}  # type: ignore[misc]


def narrowing(data: QueryDict) -> str:
    """The parameters that narrow a list, as a query string in a steady order."""
    kept = QueryDict(mutable=True)
    for name in sorted(data):
        values = [value for value in data.getlist(name) if value]
        if values and name not in OF_PAGES:
            kept.setlist(name, values)
    return kept.urlencode()


class SavedFilters(admin.ModelAdmin):
    """A list whose filters can be kept."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_filter"
        view = self.admin_site.admin_view
        return [
            path("filters/", view(self.filters_view), name=f"{name}s"),
            path("filters/<int:pk>/", require_GET(view(self.filter_view)), name=name),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context: dict[str, Any] = {}
        if "_popup" not in request.GET and self.has_view_permission(request):
            narrowed = narrowing(request.GET)
            context = {
                "saved_filters": list(SavedFilter.objects.of_list(self.model, request.user)),
                "narrowed": narrowed,
                "filters_address": self._filters("s"),
                "filter_form": SavedFilterForm(auto_id="filter_%s"),
            }
        return super().changelist_view(request, context | (extra_context or {}))

    def filter_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open the list as it was saved; where that is no longer possible, say why and open it whole."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        saved = get_object_or_404(SavedFilter.objects.of_list(self.model, request.user), pk=pk)
        problem = self.not_understood(request, saved.parameters)
        if not problem:
            return HttpResponseRedirect(f"{self._list()}?{saved.parameters}")
        told = gettext("The saved filter “%(name)s” no longer works: %(problem)s The list is shown whole.")
        self.message_user(request, told % {"name": saved, "problem": problem}, messages.WARNING)
        return HttpResponseRedirect(self._list())

    def filters_view(self, request: HttpRequest) -> HttpResponse:
        """One's own filters of the list, to rename, share and delete; a POST saves, changes or deletes one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        own = SavedFilter.objects.of_list(self.model, request.user).filter(owner=request.user.pk)
        sent = None
        if request.method == "POST":
            if "delete" in request.POST:
                get_object_or_404(own, pk=_number(request.POST["delete"])).delete()
                self.message_user(request, gettext("The saved filter was deleted."), messages.SUCCESS)
                return HttpResponseRedirect(self._filters("s"))
            sent = self._sent(request, own)
            if sent.is_valid() and self._kept(sent):
                self.message_user(request, gettext("The filter “%(name)s” is saved.") % {"name": sent.instance})
                return HttpResponseRedirect(f"{self._list()}?{sent.instance.parameters}")
        shown = [
            sent
            if sent is not None and sent.instance.pk == one.pk
            else SavedFilterForm(instance=one, prefix=str(one.pk))
            for one in own
        ]
        if sent is not None and not sent.instance.pk:
            shown.append(sent)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Saved filters: %(list)s") % {"list": self.opts.verbose_name_plural},
            "forms": shown,
            "list_address": self._list(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/saved_filters.html", context)

    def _sent(self, request: HttpRequest, own: Any) -> SavedFilterForm:
        """The form that was sent, of a new filter or of one's own."""
        if "change" in request.POST:
            pk = _number(request.POST["change"])
            return SavedFilterForm(request.POST, instance=get_object_or_404(own, pk=pk), prefix=str(pk))
        new = SavedFilter(content_type=ContentType.objects.get_for_model(self.model))
        new.owner_id = request.user.pk or 0
        new.parameters = narrowing(QueryDict(request.POST.get("parameters", "")))
        form = SavedFilterForm(request.POST, instance=new)
        problem = self._no_filter(request, new.parameters) if form.is_valid() else ""
        if problem:
            form.add_error(None, problem)
        return form

    def _no_filter(self, request: HttpRequest, parameters: str) -> str:
        """Why it cannot be saved; empty where it can."""
        if not parameters:
            return gettext("The list is not narrowed by anything, so there is no filter to save.")
        if len(parameters) > LONGEST:
            return gettext("The list is narrowed by too much to be saved.")
        return self.not_understood(request, parameters)

    def _kept(self, form: SavedFilterForm) -> bool:
        try:
            form.save()
        except IntegrityError:  # two windows at once
            form.add_error("name", _("You have a filter of this name for this list already."))
            return False
        return True

    def not_understood(self, request: HttpRequest, parameters: str) -> str:
        """Why the list cannot be narrowed by all of the parameters; empty where it can."""
        asked = request.GET
        request.GET = QueryDict(parameters)
        try:
            listed = self.get_changelist_instance(request)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup, ValidationError):
            return gettext("One of its parameters is no filter of this list.")
        finally:
            request.GET = asked
        understood = {SEARCH_VAR, *(f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day"))}
        for spec in listed.filter_specs:
            if any(choice["selected"] for choice in spec.choices(listed)):
                understood.update(spec.expected_parameters())  # type: ignore[arg-type]
        for name in QueryDict(parameters):
            if name not in understood:
                return gettext("“%(parameter)s” is no filter of this list, or its value is no choice.") % {
                    "parameter": f"{name}={QueryDict(parameters)[name]}"
                }
        return ""

    def _list(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _filters(self, ending: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_filter{ending}")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
