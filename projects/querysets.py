"""Questions about many records: which rows, and what to load with them."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Prefetch, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce, ExtractYear, JSONObject
from django.utils import timezone

from jcm_portal.models import PublicationQuerySet, PublicationState

from . import models as nouns  # half made at this moment; whole when a question is asked


def _jcm_ref() -> Subquery:
    references = nouns.Identifier.objects.filter(project=OuterRef("pk"), scheme=nouns.Scheme.JCM)
    return Subquery(references.values("value")[:1])


def _list_of(rows: models.QuerySet, field: str) -> ArraySubquery:
    return ArraySubquery(rows.order_by().values(field))


def of_public_project() -> Q:
    """That the project of a record is public: what `project__in=Project.objects.published()` says, too.

    It is asked of the projects that are not, which are few and have indexes of their own: for many records that takes
    a fraction of the time.
    """
    project = nouns.Project.objects.filter(pk=OuterRef("project"))
    kept_back = project.filter(~Q(state=PublicationState.PUBLISHED) | Q(merged_into__isnull=False))
    not_yet = project.filter(state=PublicationState.PUBLISHED, published_at__gt=timezone.now())
    return ~Exists(kept_back) & ~Exists(not_yet)


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
        leading = nouns.Participation.objects.filter(project=OuterRef("pk"), role=nouns.Role.REPRESENTATIVE).order_by(
            "pk"
        )
        organisation = JSONObject(name="organisation__name", name_ja="organisation__name_ja", slug="organisation__slug")
        return (
            self.with_credits()
            .select_related("country", "technology__sector", "programme")
            .annotate(
                jcm_ref=_jcm_ref(),
                representatives=ArraySubquery(leading.order_by("pk").values_list(organisation)),
            )
        )

    def with_names(self) -> Self:
        """Adds what a search explains itself by, as dicts: `participants` with all names, `technologies`, `methods`."""
        part = nouns.Participation.objects.filter(project=OuterRef("pk"))
        names = part.annotate(
            names=ArraySubquery(
                nouns.OrganisationAlias.objects.filter(organisation=OuterRef("organisation")).values("name")
            )
        )
        organisation = JSONObject(name="organisation__name", name_ja="organisation__name_ja", aliases="names")
        further = nouns.Project.further_technologies.through.objects.filter(project=OuterRef(OuterRef("pk")))
        technologies = nouns.Technology.objects.filter(
            Q(pk=OuterRef("technology")) | Q(pk__in=further.values("technology"))
        )
        technology = JSONObject(
            **{name: name for name in ("slug", "name", "name_ja", "synonyms_en", "synonyms_ja")},
            sector=JSONObject(name="sector__name", name_ja="sector__name_ja"),
        )
        used = nouns.ProjectMethodology.objects.filter(project=OuterRef("pk")).order_by("pk")
        return self.annotate(
            participants=ArraySubquery(names.order_by("-role", "pk").values_list(organisation)),
            technologies=ArraySubquery(technologies.order_by("position", "slug").values_list(technology)),
            methods=ArraySubquery(
                used.values_list(JSONObject(number="methodology__number", title="methodology__title"))
            ),
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

        Adds `identifier_list`, `further_technology_list`, `possibly_same_list` and `change_events` as dicts.
        """
        from .public_changes import as_one_column  # knows the nouns, which are made with these querysets

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
                change_events=as_one_column(),
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

    def for_card(self) -> Self:
        """What the card of one project says, in one query.

        Adds `jcm_ref`, and `sources_of_facts`: the lists of the numbers of its facts' sources, by fact.
        """
        here = OuterRef("pk")
        facts: dict[str, Any] = {
            "further_sources": nouns.Project.further_sources.through.objects,
            "selections": nouns.Selection.objects.published(),
            "milestones": nouns.Milestone.objects,
            "participations": nouns.Participation.objects,
            "issuances": nouns.CreditIssuance.objects,
        }
        sources = {name: _list_of(rows.filter(project=here), "source") for name, rows in facts.items()}
        return self.select_related("country", "technology", "source").annotate(
            jcm_ref=_jcm_ref(), sources_of_facts=JSONObject(**sources)
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

    def with_recorded(self) -> Self:
        """Adds `recorded`: how many rows of its list mean a public project."""
        rows = nouns.Selection.objects.filter(of_public_project(), announcement=OuterRef("pk")).order_by()
        # By the column of the project, which an index has beside the announcement; any of a row would do.
        counted = rows.annotate(n=Func(F("project"), function="count")).values("n")
        return self.annotate(recorded=Subquery(counted))

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

    def with_fiscal_year(self) -> Self:
        """Adds `issued_in`: the fiscal year of the issue, or of the decision where that alone is dated."""
        year = ExtractYear("_day") - Case(When(_day__month__lt=4, then=1), default=0)
        return self.annotate(_day=Coalesce("issued_on", "decided_on")).annotate(issued_in=year)

    def of_published(self) -> Self:
        """Those of public projects."""
        return self.filter(of_public_project())


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
