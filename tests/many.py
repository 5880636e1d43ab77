"""Many projects with one of everything, made at once: for what must not grow with their number."""

from datetime import date

from django.utils import timezone

from jcm_portal.dates import DatePrecision
from jcm_portal.models import PublicationState
from projects.models import (
    Announcement,
    AnnouncementKind,
    CreditIssuance,
    Identifier,
    Methodology,
    Milestone,
    MilestoneKind,
    Organisation,
    Participation,
    Project,
    ProjectMethodology,
    Role,
    Scheme,
    Selection,
    Series,
    Side,
    StatedWhat,
)
from tests.factories import (
    make_announcement,
    make_country,
    make_country_document,
    make_methodology,
    make_organisation,
    make_programme,
    make_round,
    make_source,
    make_stated_total,
    make_technology,
    make_term,
)

STATED = [
    (StatedWhat.CUMULATIVE_SELECTED, Series.MODEL_PROJECTS),
    (StatedWhat.REGISTERED_PROJECTS, Series.ALL_PROGRAMMES),
    (StatedWhat.PARTNER_COUNTRIES, Series.OTHER),
    (StatedWhat.CREDITS_ISSUED, Series.ALL_PROGRAMMES),
]


class World:
    """What all of the projects have in common: one country, technology, organisation, round and methodology."""

    def __init__(self):
        self.source, self.further_source = make_source(), make_source()
        self.country = make_country(focal_point="A ministry", focal_point_source=self.source)
        make_country_document(country=self.country, further_sources=[self.further_source])
        self.technology, self.further_technology = make_technology(), make_technology()
        self.organisation = make_organisation(country=self.country)
        self.round = make_round(programme=make_programme())
        self.announcement = make_announcement(round=self.round, published_on=date(2023, 8, 17), stated_selected=4)
        self.methodology = make_methodology(country=self.country, family="test", further_sources=[self.further_source])
        for what, series in STATED:
            make_stated_total(what=what, series=series, stated_on=date(2023, 8, 17), source=self.source)
        self.size = 0

    def grow(self, more):
        """Make this many more public projects, each with facts of its own, and some of what surrounds them."""
        numbers = range(self.size, self.size + more)
        self.size += more
        projects = Project.objects.bulk_create(self._project(number) for number in numbers)
        self._linked(Project.further_technologies, projects, technology=self.further_technology)
        self._linked(Project.further_sources, projects, source=self.further_source)
        self._facts(projects)
        self._steps(projects)
        self._announcements(numbers[::5])
        for _ in range(more // 10):
            make_country()
            make_technology()
            make_programme()
            make_term()

    def _project(self, number):
        return Project(
            key=f"test-many-{number}",
            title=f"Project {number}",
            title_ja=f"事業{number}",
            fiscal_year=2013 + number % 10 if number % 3 else None,
            country=self.country,
            technology=self.technology,
            programme=self.round.programme,
            expected_reduction_tco2_per_year=1000,
            reduction_source=self.source,
            latitude=15,
            longitude=105,
            location_source=self.source,
            source=self.source,
            state=PublicationState.PUBLISHED,
            published_at=timezone.now(),
        )

    def _linked(self, relation, records, **to):
        name = relation.field.m2m_field_name()
        relation.through.objects.bulk_create(relation.through(**{name: record}, **to) for record in records)

    def _facts(self, projects):
        stated = {"source": self.source}
        own = Organisation.objects.bulk_create(
            Organisation(slug=project.key, name=f"Company of {project.title}", country=self.country)
            for project in projects
        )
        Participation.objects.bulk_create(
            Participation(project=one, organisation=who, side=Side.JAPAN, role=Role.REPRESENTATIVE, **stated)
            for one, company in zip(projects, own, strict=True)
            for who in (company, self.organisation)
        )
        methodologies = Methodology.objects.bulk_create(
            Methodology(
                number=f"{self.country.iso2}_AM{project.key.split('-')[-1]:0>3}",
                country=self.country,
                family=self.methodology.family,
                **stated,
            )
            for project in projects
        )
        ProjectMethodology.objects.bulk_create(
            ProjectMethodology(project=project, methodology=used)
            for project, methodology in zip(projects, methodologies, strict=True)
            for used in (methodology, self.methodology)
        )
        Identifier.objects.bulk_create(Identifier(project=one, scheme=Scheme.GEC, value=one.key) for one in projects)
        CreditIssuance.objects.bulk_create(CreditIssuance(project=one, total_tco2=100, **stated) for one in projects)

    def _steps(self, projects):
        """Of their selection the day is on record, the fiscal year alone, or not even that but their registration."""
        stated = {"source": self.source}
        dated = {"reached_on": date(2020, 4, 1), "reached_on_precision": DatePrecision.DAY}
        Milestone.objects.bulk_create(
            Milestone(project=project, kind=kind, **(dated if known else {}), **stated)
            for project in projects
            for kind, known in (
                (MilestoneKind.SELECTED, project.fiscal_year and project.fiscal_year % 2),
                (MilestoneKind.REGISTERED, project.fiscal_year is None),
                (MilestoneKind.CREDITS_ISSUED, False),
            )
        )
        Selection.objects.bulk_create(
            Selection(project=project, announcement=self.announcement, stated_title=project.title, **stated)
            for project in projects
        )

    def _announcements(self, numbers):
        made = Announcement.objects.bulk_create(
            Announcement(
                key=f"test-many-{number}",
                kind=AnnouncementKind.SELECTION_RESULT,
                title=f"Announcement {number}",
                round=self.round,
                programme=self.round.programme,
                fiscal_year=self.round.fiscal_year,
                source=self.source,
                state=PublicationState.PUBLISHED,
                published_at=timezone.now(),
            )
            for number in numbers
        )
        self._linked(Announcement.countries, made, partnercountry=self.country)
