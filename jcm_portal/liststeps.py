"""From a record to the next one of the list that one came from.

The form's address carries the filters of the list. The neighbour is looked for only when somebody goes there; it is
found also where the record itself has left the list meanwhile, as what was missing is filled in.
"""

from itertools import takewhile
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

FILTERS = "_changelist_filters"


class ListSteps(admin.ModelAdmin):
    """Forms with a way to the next and the previous record."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        steps = {"next": self.next_view, "previous": self.previous_view}
        return [
            *(
                path(f"<path:object_id>/{way}/", require_GET(view(one)), name=f"{name}_{way}")
                for way, one in steps.items()
            ),
            *super().get_urls(),
        ]

    def next_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._step(request, object_id, forward=True)

    def previous_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._step(request, object_id, forward=False)

    def _step(self, request: HttpRequest, object_id: str, *, forward: bool) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        filters = request.GET.get(FILTERS, "")
        carried = _carried(filters)
        neighbour = self.neighbour(request, unquote(object_id), filters, forward=forward)
        if neighbour is None:
            told = (
                gettext("This was the last one of the list.") if forward else gettext("This was the first of the list.")
            )
            self.message_user(request, told, messages.INFO)
            return HttpResponseRedirect(f"{self._step_address('changelist')}{f'?{filters}' if filters else ''}")
        return HttpResponseRedirect(self._step_address("change", quote(neighbour)) + carried)

    def neighbour(self, request: HttpRequest, object_id: str, filters: str, *, forward: bool) -> Any:
        """The primary key of the next record of the list; None where there is none."""
        asked = request.GET
        request.GET = QueryDict(filters)
        try:
            listed = self.get_changelist_instance(request)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup):
            return None
        finally:
            request.GET = asked
        order = listed.queryset.query.order_by
        everything = list(dict.fromkeys(listed.root_queryset.order_by(*order).values_list("pk", flat=True)))
        shown = set(listed.queryset.order_by().values_list("pk", flat=True))
        before = list(takewhile(lambda pk: str(pk) != object_id, everything))
        beyond = everything[len(before) + 1 :] if forward else before[::-1]
        return next((pk for pk in beyond if pk in shown), None)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if not context["is_popup"] and self.has_view_permission(request):
            filters = request.GET.get(FILTERS, "")
            steps = {"list": self._step_address("changelist") + (f"?{filters}" if filters else "")}
            if obj is not None:
                for way in ("next", "previous"):
                    steps[way] = self._step_address(way, quote(obj.pk)) + _carried(filters)
            context["steps"] = steps
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _step_address(self, view: str, *arguments: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}"
        return reverse(name, args=arguments, current_app=self.admin_site.name)


def _carried(filters: str) -> str:
    """The filters of a list as a form's address carries them."""
    if not filters:
        return ""
    query = QueryDict(mutable=True)
    query[FILTERS] = filters
    return f"?{query.urlencode()}"
