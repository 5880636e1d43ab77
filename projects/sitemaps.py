"""The pages that search engines may list, in both languages, with the day on which each last changed."""

from datetime import date, datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from countries.models import PartnerCountry

from .models import Announcement, Methodology, Organisation, Project, SelectionRound, Technology


class BothLanguages(Sitemap):
    """Every page stands in English and in Japanese, and each names the other."""

    i18n = True
    alternates = True
    x_default = True


class Pages(BothLanguages):
    """Pages that are no record."""

    def items(self) -> list[str]:
        return [
            "home", "projects", "countries", "technologies", "organisations", "methodologies", "rounds",
            "announcements", "precedents", "statistics", "statistics-progress", "statistics-credits",
            "statistics-participants", "outlook", "reconciliation", "search", "glossary", "about", "accessibility",
        ]  # fmt: skip

    def location(self, item: str) -> str:
        return reverse(item)


class Records(BothLanguages):
    """All records of one noun; those that are published tell when they changed."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def items(self) -> QuerySet:
        return self.rows()

    def lastmod(self, item: Any) -> date | datetime | None:
        return getattr(item, "updated_at", None)


sitemaps: dict[str, Sitemap] = {
    "pages": Pages(),
    "projects": Records(lambda: Project.objects.published().order_by("pk")),
    "announcements": Records(lambda: Announcement.objects.published().order_by("pk")),
    "countries": Records(PartnerCountry.objects.all),
    "technologies": Records(Technology.objects.all),
    "organisations": Records(lambda: Organisation.objects.published()),
    "methodologies": Records(Methodology.objects.all),
    "rounds": Records(SelectionRound.objects.all),
}
