"""Questions about many records: which rows, and what to load with them."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import JSONObject
from django.utils import timezone

from jcm_portal.models import PublicationQuerySet, PublicationState

from . import models as nouns  # half made at this moment; whole when a question is asked


class ProjectQuerySet(PublicationQuerySet):
    """Projects; `published()` leaves out those merged into another record."""

    def _also_needed(self) -> dict[str, object]:
        return {"merged_into__isnull": True}

    def with_credits(self) -> Self:
        """Adds `credits_tco2`: tonnes of the project's own issuances with a stated total; None where none has."""
        total = nouns.CreditIssuance.objects.filter(project=OuterRef("pk")).order_by().values("project")
        return self.annotate(credits_tco2=Subquery(total.annotate(total=Sum("total_tco2")).values("total")))

    def for_list(self) -> Self:
        """All that a row of a list shows, in one query.

        Adds `jcm_ref`, and `representatives`: dicts with name, name_ja and slug.
        """
        references = nouns.Identifier.objects.filter(project=OuterRef("pk"), scheme=nouns.Scheme.JCM)
        leading = nouns.Participation.objects.filter(project=OuterRef("pk"), role=nouns.Role.REPRESENTATIVE).order_by(
            "pk"
        )
        organisation = JSONObject(name="organisation__name", name_ja="organisation__name_ja", slug="organisation__slug")
        return (
            self.with_credits()
            .select_related("country", "technology__sector", "programme")
            .annotate(
                jcm_ref=Subquery(references.values("value")[:1]),
                representatives=ArraySubquery(leading.order_by("pk").values_list(organisation)),
            )
        )

    def for_export(self) -> Self:
        """All that the columns of a file hold, in a constant number of queries per chunk."""
        return (
            self.with_credits()
            .select_related(
                "country", "technology__sector", "programme", "source", "reduction_source", "location_source"
            )
            .prefetch_related(
                "identifiers",
                "further_technologies",
                "further_sources",
                "participations__organisation",
                "project_methodologies__methodology",
            )
        )

    def for_detail(self) -> Self:
        """All that the page of one project shows, each fact with its sources, in eight queries.

        Adds `identifier_list`, `further_technology_list` and `possibly_same_list` as dicts.
        """
        here = OuterRef("pk")
        identifiers = nouns.Identifier.objects.filter(project=here).order_by("scheme", "value")
        further = nouns.Project.further_technologies.through.objects.filter(project=here).order_by(
            "technology__position"
        )
        same = type(self)(self.model).published().filter(possibly_same_as=here).order_by("pk")
        return (
            self.with_credits()
            .select_related(
                "country", "technology__sector", "programme", "source", "location_source", "reduction_source"
            )
            .annotate(
                identifier_list=ArraySubquery(identifiers.values_list(JSONObject(scheme="scheme", value="value"))),
                further_technology_list=ArraySubquery(
                    further.order_by("technology__position").values_list(
                        JSONObject(slug="technology__slug", name="technology__name", name_ja="technology__name_ja")
                    )
                ),
                possibly_same_list=ArraySubquery(
                    same.values_list(JSONObject(pk="pk", key="key", title="title", title_ja="title_ja"))
                ),
            )
            .prefetch_related(
                "further_sources",
                Prefetch("participations", nouns.Participation.objects.select_related("organisation", "source")),
                Prefetch("milestones", nouns.Milestone.objects.select_related("source").with_further_sources()),
                Prefetch("issuances", nouns.CreditIssuance.objects.select_related("source")),
                Prefetch("issuance_statements", nouns.IssuanceStatement.objects.select_related("source", "country")),
                Prefetch(
                    "project_methodologies", nouns.ProjectMethodology.objects.select_related("methodology__source")
                ),
                Prefetch(
                    "selections",
                    nouns.Selection.objects.published().select_related("announcement__round", "programme", "source"),
                ),
            )
        )

    def selected_in(self, selection_round: "nouns.SelectionRound") -> Self:
        """Projects that an announcement of the round lists."""
        return self.filter(
            Exists(nouns.Selection.objects.filter(project=OuterRef("pk"), announcement__round=selection_round))
        )


class ProjectManager(models.Manager.from_queryset(ProjectQuerySet)):  # type: ignore[misc]
    """Leaves the search vector in the database, where it is kept right and used."""

    def get_queryset(self) -> ProjectQuerySet:
        return super().get_queryset().defer("search")


class AnnouncementQuerySet(PublicationQuerySet):
    """Announcements, newest first."""

    def for_list(self) -> Self:
        """All that a row of a list shows."""
        return self.select_related("programme", "round", "source").prefetch_related("countries")

    def for_detail(self) -> Self:
        """With its sources and its rows as stated, each with its project."""
        return self.select_related("programme", "round", "source").prefetch_related(
            "countries",
            "further_sources",
            Prefetch(
                "selections",
                nouns.Selection.objects.filter(project__in=nouns.Project.objects.published()).select_related(
                    "project__country", "project__technology", "programme", "source"
                ),
            ),
        )

    def about_country(self, iso2: list[str]) -> Self:
        """Those that name one of the countries, or list a public project there."""
        listed = nouns.Selection.objects.filter(
            announcement=OuterRef("pk"), project__in=nouns.Project.objects.published().filter(country__iso2__in=iso2)
        )
        named = nouns.Announcement.countries.through.objects.filter(
            announcement=OuterRef("pk"), partnercountry__iso2__in=iso2
        )
        return self.filter(Exists(listed) | Exists(named))


class MilestoneQuerySet(models.QuerySet):
    """Milestones."""

    def with_further_sources(self) -> Self:
        """Adds `further_source_list`: dicts with publisher, title, url and language."""
        further = nouns.Milestone.further_sources.through.objects.filter(milestone=OuterRef("pk")).order_by("pk")
        source = JSONObject(**{name: f"source__{name}" for name in ("publisher", "title", "url", "language")})
        return self.annotate(further_source_list=ArraySubquery(further.values_list(source)))


class SelectionQuerySet(models.QuerySet):
    """Rows of announcements' lists."""

    def published(self, at: datetime | None = None) -> Self:
        """Rows whose announcement, where there is one, is public."""
        return self.filter(
            Q(announcement__isnull=True)
            | Q(announcement__state=PublicationState.PUBLISHED, announcement__published_at__lte=at or timezone.now())
        )


class IssuanceQuerySet(models.QuerySet):
    """Issuances of credits."""

    def of_published(self) -> Self:
        """Those of public projects."""
        return self.filter(project__in=nouns.Project.objects.published())


class OrganisationQuerySet(models.QuerySet):
    """Organisations."""

    def published(self) -> Self:
        """Those that take part in a public project."""
        return self.filter(
            Exists(
                nouns.Participation.objects.filter(
                    organisation=OuterRef("pk"), project__in=nouns.Project.objects.published()
                )
            )
        )
