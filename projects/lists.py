"""The filterable lists besides that of projects: announcements, organisations, methodologies."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter

from countries.models import PartnerCountry
from jcm_portal.listing import ListQuery, Rows
from jcm_portal.templatetags.languages import in_reading_order, plain

from .models import Announcement, AnnouncementKind, Methodology, Organisation, Participation, Project, Side


def country_choices(countries: QuerySet[PartnerCountry]) -> list[tuple[str, str]]:
    """Countries as choices of a filter, by their ISO code, in the order of their names."""
    choices = [(country.iso2, plain(country, "name")) for country in countries]
    return sorted(choices, key=lambda choice: in_reading_order(choice[1]))


class AnnouncementFilter(FilterSet):
    """The parameters of the list of announcements."""

    kind = MultipleChoiceFilter(label=gettext_lazy("Kind"), choices=AnnouncementKind.choices)
    year = MultipleChoiceFilter(label=gettext_lazy("Year"), choices=[], field_name="published_on__year")
    country = MultipleChoiceFilter(label=gettext_lazy("Country"), choices=[], method="about")

    class Meta:
        model = Announcement
        fields: list[str] = []

    def about(self, rows: Rows, name: str, value: list[str]) -> Rows:
        return rows.about_country(value) if value else rows


class AnnouncementQuery(ListQuery):
    """Announcements by kind, year and country, newest first."""

    filterset_class = AnnouncementFilter
    codes = ("country",)

    def __init__(self, params: QueryDict) -> None:
        super().__init__(params, Announcement.objects.published())

    def make_filterset(self) -> FilterSet:
        filterset = super().make_filterset()
        years = sorted(
            {on.year for on in self.rows.values_list("published_on", flat=True).distinct() if on}, reverse=True
        )
        filterset.form.fields["year"].choices = [(str(year), str(year)) for year in years]
        countries = country_choices(PartnerCountry.objects.all())
        filterset.form.fields["country"].choices = countries
        return filterset

    def for_page(self) -> Rows:
        return self.queryset.for_list()


class OrganisationFilter(FilterSet):
    """The parameters of the list of organisations."""

    q = CharFilter(label=gettext_lazy("Name"), method="named")
    side = ChoiceFilter(label=gettext_lazy("Side"), choices=Side.choices, method="on_side")
    country = MultipleChoiceFilter(label=gettext_lazy("Projects in"), choices=[], method="active_in")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def named(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if not value:
            return rows
        return rows.filter(
            Q(name__icontains=value)
            | Q(name_ja__icontains=value)
            | Q(pk__in=Organisation.objects.filter(aliases__name__icontains=value).values("pk"))
        )

    def on_side(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(_parts().filter(side=value))) if value else rows

    def active_in(self, rows: QuerySet, name: str, value: list[str]) -> QuerySet:
        return rows.filter(Exists(_parts().filter(project__country__iso2__in=value))) if value else rows


def _parts() -> QuerySet[Participation]:
    return Participation.objects.filter(organisation=OuterRef("pk"), project__in=Project.objects.published())


class OrganisationQuery(ListQuery):
    """Organisations in public projects by name, side and country; those with most projects first."""

    filterset_class = OrganisationFilter
    codes = ("country",)
    sorts = {"-projects": ("-count", "name", "pk"), "name": ("name", "pk")}
    default_sort = "-projects"

    def __init__(self, params: QueryDict) -> None:
        super().__init__(params, Organisation.objects.published())

    def make_filterset(self) -> FilterSet:
        filterset = super().make_filterset()
        countries = country_choices(PartnerCountry.objects.all())
        filterset.form.fields["country"].choices = countries
        return filterset

    def ordered(self, rows: Rows) -> Rows:
        public = Q(participations__project__in=Project.objects.published())
        return super().ordered(
            rows.select_related("country").annotate(
                count=Count("participations__project", filter=public, distinct=True)
            )
        )


class MethodologyFilter(FilterSet):
    """The parameters of the list of methodologies."""

    country = MultipleChoiceFilter(label=gettext_lazy("Country"), choices=[], field_name="country__iso2")
    family = ChoiceFilter(label=gettext_lazy("Family"), choices=[])

    class Meta:
        model = Methodology
        fields: list[str] = []


class MethodologyQuery(ListQuery):
    """Methodologies by country and family, each with `count`: the public projects that use it."""

    filterset_class = MethodologyFilter
    codes = ("country",)
    sorts = {"number": ("number",), "family": ("family", "number"), "-projects": ("-count", "number")}
    default_sort = "number"

    def __init__(self, params: QueryDict) -> None:
        super().__init__(params, Methodology.objects.all())

    def make_filterset(self) -> FilterSet:
        filterset = super().make_filterset()
        countries = PartnerCountry.objects.filter(methodologies__isnull=False).distinct()
        families = self.rows.exclude(family="").order_by("family").values_list("family", flat=True).distinct()
        fields = filterset.form.fields
        fields["country"].choices = country_choices(countries)
        fields["family"].choices = [(family, family.replace("-", " ")) for family in families]
        return filterset

    def ordered(self, rows: Rows) -> Rows:
        public = Q(project_methodologies__project__in=Project.objects.published())
        return super().ordered(
            rows.select_related("country").annotate(count=Count("project_methodologies", filter=public))
        )
