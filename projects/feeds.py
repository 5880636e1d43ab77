"""Atom feeds. An entry counts as updated when its record was last changed on the portal."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jcm_portal.listing import BadFilter
from jcm_portal.responses import bad_filter
from jcm_portal.templatetags.languages import plain
from jcm_portal.templatetags.units import fiscal_year

from .filters import selected
from .models import Announcement, Project

LATEST = 50


class AtomFeed(Feed):
    """What both feeds share: the language and the moment of the last change."""

    feed_type = Atom1Feed
    language = property(lambda self: get_language())
    author_name = gettext_lazy("JCM Portal")  # Atom wants one; entries may name theirs

    def item_guid(self, item: Any) -> str:
        """The same in both languages, at every address of the portal, and when the title changes."""
        return uuid5(NAMESPACE_URL, f"jcm-portal:{item._meta.model_name}:{item.key}").urn

    def item_title(self, item: Any) -> str:
        return plain(item, "title")

    def item_updateddate(self, item: Any) -> datetime:
        return item.updated_at

    def item_pubdate(self, item: Any) -> datetime:
        return item.published_at


class AnnouncementFeed(AtomFeed):
    """The latest announcements."""

    title = gettext_lazy("JCM Portal: announcements")
    subtitle = gettext_lazy("Selections, calls, new partner countries, registrations and issuances of the JCM.")

    def link(self) -> str:
        return reverse("announcements")

    def feed_url(self) -> str:
        return reverse("announcement-feed")

    def items(self) -> Any:
        return Announcement.objects.published()[:LATEST]

    def item_description(self, item: Announcement) -> str:
        return item.body

    def item_author_name(self, item: Announcement) -> str:
        return item.publisher


class ProjectFeed(AtomFeed):
    """The projects of a list, last changed first; its address takes the parameters of the list."""

    title = gettext_lazy("JCM Portal: projects")
    subtitle = gettext_lazy("New and changed records of JCM projects.")

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().__call__(request, *args, **kwargs)
        except BadFilter as error:
            return bad_filter(error)

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpRequest:
        return request

    def link(self, request: HttpRequest) -> str:
        query = request.GET.urlencode()
        return reverse("projects") + (f"?{query}" if query else "")

    def feed_url(self, request: HttpRequest) -> str:
        return request.get_full_path()

    def items(self, request: HttpRequest) -> Any:
        rows = selected(request.GET).select_related("country")
        return rows.order_by("-updated_at", "-pk")[:LATEST]

    def item_description(self, item: Project) -> str:
        facts = [plain(item.country, "name"), fiscal_year(item.fiscal_year), item.get_status_display()]
        if item.expected_reduction_tco2_per_year is not None:
            facts.append(_("%s tCO2/year expected") % f"{item.expected_reduction_tco2_per_year:,}")
        return " · ".join(fact for fact in facts if fact)
