"""Records that may be the same as the one that is being entered: shown beside the title, and told after saving."""

from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from countries.models import PartnerCountry

from ..likeness import OF_ANY_COUNTRY, TITLES, Asked, alike


class Twin(NamedTuple):
    """A record on record, how it names itself to staff, and how much alike its title is."""

    address: str
    name: str
    percent: int


class Similar(admin.ModelAdmin):
    """A noun of which the same thing may be entered twice; `projects.likeness` knows its titles."""

    def get_urls(self) -> list[URLPattern]:
        view = require_GET(self.admin_site.admin_view(self.similar_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_similar"
        return [path("similar/", view, name=name), *super().get_urls()]

    def similar_view(self, request: HttpRequest) -> HttpResponse:
        """A list of links for the words that are typed, to stand below them; empty where nothing is like them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        titles = TITLES[self.model]
        country = _number(request.GET.get("country", "")) if titles.in_country else None
        iso2 = PartnerCountry.objects.filter(pk=country).values_list("iso2", flat=True).first() if country else ""
        title, title_ja = (request.GET.get(name, "")[:300] for name in (titles.title, titles.title_ja))
        asked = Asked(title, title_ja, iso2 or OF_ANY_COUNTRY)
        twins = self.twins(request, asked, _number(request.GET.get("but", "")))
        return TemplateResponse(request, "admin/similar.html", {"twins": twins, "opts": self.opts})

    def twins(self, request: HttpRequest, asked: Asked, but: int | None) -> list[Twin]:
        if not (asked.title or asked.title_ja):
            return []
        found = {one.pk: one for one in alike(self.model, [asked], but).get(0, [])}
        records = self.get_queryset(request).in_bulk(list(found))
        change = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return [
            Twin(
                reverse(change, args=[pk], current_app=self.admin_site.name),
                self.suggestion(records[pk]),  # type: ignore[attr-defined]
                round(one.likeness * 100),
            )
            for pk, one in found.items()
            if pk in records
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        allowed = self.has_change_permission(request, obj) if change else self.has_add_permission(request)
        if allowed and self.has_view_permission(request):
            titles, name = TITLES[self.model], f"{self.opts.app_label}_{self.opts.model_name}_similar"
            fields = [titles.title, titles.title_ja, *(["country"] if titles.in_country else [])]
            address = reverse(f"admin:{name}", current_app=self.admin_site.name)
            context["similar"] = {"address": address, "fields": " ".join(fields)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    # -- Without JavaScript: after saving ------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        titles = TITLES[self.model]
        request.is_titled_anew = not change or {titles.title, titles.title_ja} & {*form.changed_data}  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        self.tell_similar(request, obj)
        return answer

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        answer = super().response_change(request, obj)
        self.tell_similar(request, obj)
        return answer

    def tell_similar(self, request: HttpRequest, record: Any) -> None:
        if not getattr(request, "is_titled_anew", False):
            return
        titles = TITLES[self.model]
        iso2 = record.country.iso2 if titles.in_country else OF_ANY_COUNTRY
        asked = Asked(getattr(record, titles.title), getattr(record, titles.title_ja), iso2)
        twins = self.twins(request, asked, record.pk)
        if twins:
            links = format_html_join("; ", '<a href="{}">{}</a> ({} %)', twins)
            sentence = format_html("{} {}", gettext("Saved, but there are records with a similar title:"), links)
            self.message_user(request, sentence, messages.WARNING)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
