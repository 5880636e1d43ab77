"""The project itself, one record from selection to credits, with its dated steps and participants."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from countries.models import PartnerCountry
from jcm_portal.dates import Dated, precision_field, precision_rule
from jcm_portal.models import MultiSourced, Publication, PublicationState, Source, Sourced, Versioned
from jcm_portal.positions import position_rules

from ..querysets import MilestoneQuerySet, ProjectManager
from .choices import Confidence, Side, TitleKind
from .organisations import Organisation
from .taxonomy import Programme, Technology, fiscal_year_rule


class Status(models.TextChoices):
    """How far a project has come. It follows from the milestones by the database's `projects_status_of()`."""

    SELECTED = "selected", _("Selected")  # in the selection list of a programme
    NO_OBJECTION = "no_objection", _("No objection")  # the Joint Committee has no objection to its idea note
    IN_VALIDATION = "in_validation", _("In validation")  # listed as “Validation” by the JCM, or validated
    REGISTERED = "registered", _("Registered")  # by the Joint Committee; monitored or verified since, perhaps
    CREDITS_ISSUED = "credits_issued", _("Credits issued")  # at least once, or the issuance decided
    WITHDRAWN = "withdrawn", _("Withdrawn")  # from the JCM; some were submitted anew under another reference
    UNKNOWN = "unknown", _("Not known")  # no step of its life is on record


class LocationPrecision(models.TextChoices):
    """What the point stands for, or, without a point, how exact the locality is."""

    SITE = "site", _("site")
    CITY = "city", _("city")
    PROVINCE = "province", _("province")
    COUNTRY = "country", _("country")
    HEAD_OFFICE = "head_office", _("head office only")  # of a participant; the plant is elsewhere
    UNKNOWN = "unknown", _("not known")


class Project(Versioned, MultiSourced, Publication):
    """A JCM project; its sources are the pages that speak of it, and each figure names its own besides."""

    key = models.SlugField(_("key"), max_length=80, unique=True, help_text=_("Stable; files and links name it."))
    title = models.CharField(_("title"), max_length=300)
    title_ja = models.CharField(_("title in Japanese"), max_length=300, blank=True, help_text=_("Never our own words."))
    title_kind = models.CharField(
        _("the title is"), max_length=11, choices=TitleKind.choices, default=TitleKind.OFFICIAL
    )
    country = models.ForeignKey(
        PartnerCountry, models.PROTECT, related_name="projects", verbose_name=_("partner country")
    )
    technology = models.ForeignKey(
        Technology,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("main technology"),
        help_text=_("Empty: no source states it."),
    )
    further_technologies = models.ManyToManyField(
        Technology, blank=True, related_name="further_projects", verbose_name=_("further technologies")
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("programme"),
        help_text=_("Empty: not known."),
    )
    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"), null=True, blank=True, help_text=_("Of the first selection. Empty: not known.")
    )
    locality = models.CharField(_("locality"), max_length=300, blank=True, help_text=_("In words."))
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    location_precision = models.CharField(
        _("how exact the place is"),
        max_length=11,
        choices=LocationPrecision.choices,
        default=LocationPrecision.UNKNOWN,
    )
    location_source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source of the place")
    )
    capacity = models.CharField(_("capacity, as written"), max_length=100, blank=True)
    capacity_mw = models.DecimalField(
        _("capacity (MW)"),
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Power output; heat and batteries are not counted. Empty: not stated."),
    )
    expected_reduction_tco2_per_year = models.PositiveIntegerField(
        _("expected emission reductions (tCO2/year)"), null=True, blank=True, help_text=_("Empty: not stated.")
    )
    reduction_source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source of the reductions")
    )
    url = models.URLField(_("page of the project"), max_length=600, blank=True)
    confidence = models.CharField(_("confidence"), max_length=6, choices=Confidence.choices, default=Confidence.MEDIUM)
    note = models.TextField(
        _("note"), blank=True, help_text=_("Shown to the public: where sources differ, and what is inferred.")
    )
    possibly_same_as = models.ManyToManyField(
        "self", blank=True, symmetrical=True, verbose_name=_("possibly the same as")
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_records",
        verbose_name=_("merged into"),
        help_text=_("This record is then no longer public; its address leads to the other."),
    )
    # The database keeps these three right, whoever writes: see the migration of the triggers.
    status = models.CharField(
        _("status"), max_length=14, choices=Status.choices, default=Status.UNKNOWN, editable=False, db_index=True
    )
    selected_on = models.DateField(_("first selected on"), null=True, editable=False)
    search = SearchVectorField(null=True, editable=False)

    objects = ProjectManager()
    # What a search says of it, if one found it. Templates ask every row, and a missing name costs them dear.
    why: Any = None

    class Meta(Publication.Meta):
        abstract = False
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = [models.F("fiscal_year").desc(nulls_last=True), "title", "pk"]
        indexes = [
            GinIndex(fields=["search"], name="projects_project_search"),
            # All that figures over many public projects read, so that they need not read the rows themselves. Text
            # stands last: what follows a value of varying length is found three times slower.
            models.Index(
                fields=[
                    *("country", "technology", "fiscal_year", "published_at", "programme", "id", "selected_on"),
                    *("expected_reduction_tco2_per_year", "status"),
                ],
                condition=Q(merged_into__isnull=True, state=PublicationState.PUBLISHED),
                name="projects_project_figures",
            ),
            # The same of the points on the maps.
            models.Index(
                fields=["country", "published_at", "latitude", "longitude", "id", "location_precision"],
                condition=Q(merged_into__isnull=True, state=PublicationState.PUBLISHED, latitude__isnull=False),
                name="projects_project_points",
            ),
            # The few that are not public; see `of_public_project`.
            models.Index(
                fields=["id"],
                condition=~Q(state=PublicationState.PUBLISHED) | Q(merged_into__isnull=False),
                name="projects_project_kept_back",
            ),
            models.Index(
                fields=["published_at"],
                condition=Q(state=PublicationState.PUBLISHED),
                name="projects_project_published",
            ),
            # The order of the list, so that its first page need not sort them all.
            models.Index(
                models.F("fiscal_year").desc(nulls_last=True),
                models.F("selected_on").desc(nulls_last=True),
                "title",
                "id",
                condition=Q(merged_into__isnull=True),
                name="projects_project_newest",
            ),
        ]
        constraints = [
            *Publication.Meta.constraints,
            *position_rules(),
            fiscal_year_rule(),
            models.CheckConstraint(
                condition=Q(expected_reduction_tco2_per_year__isnull=True)
                | Q(expected_reduction_tco2_per_year__gte=0, reduction_source__isnull=False),
                name="%(app_label)s_%(class)s_reduction_has_a_source",
                violation_error_message=_(
                    "Expected emission reductions are zero or more tCO2/year and name their source."
                ),
            ),
            models.CheckConstraint(
                condition=Q(capacity_mw__isnull=True) | Q(capacity_mw__gte=0),
                name="%(app_label)s_%(class)s_capacity_not_negative",
                violation_error_message=_("A capacity is zero or more MW."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(location_source__isnull=False),
                name="%(app_label)s_%(class)s_coordinates_have_a_source",
                violation_error_message=_("Name the source of the coordinates."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="%(app_label)s_%(class)s_has_a_title",
                violation_error_message=_("A project has a title."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="%(app_label)s_%(class)s_not_merged_into_itself",
                violation_error_message=_("A project cannot be merged into itself."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="%(app_label)s_%(class)s_status_is_known",
                violation_error_message=_("The status follows from the milestones."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        """The words in the address; the number before them is what counts, so they may change."""
        return slugify(self.title)[:60].strip("-") or self.key

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.pk, self.slug])

    def clean(self) -> None:
        super().clean()
        if self.merged_into and (self.merged_into.merged_into_id or (self.pk and self.merged_records.exists())):
            raise ValidationError(
                {"merged_into": _("Merge into the record that remains: one of the two is merged already.")}
            )

    @property
    def selected_before_joining(self) -> bool:
        """Whether it was selected before its country joined: unusual, but the JCM has such cases."""
        joined_on = self.country.joined_on
        return bool(self.selected_on and joined_on and self.selected_on < joined_on)


class Scheme(models.TextChoices):
    """Who gave the identifier."""

    JCM = "jcm", _("JCM reference")  # “VN003”, of the JCM's own table
    GEC = "gec", _("GEC number")  # of the Global Environment Centre Foundation
    NEDO = "nedo", _("NEDO number")
    ADB = "adb", _("ADB number")
    IGES = "iges", _("IGES row")  # in the JCM database of IGES
    CAD_TRUST = "cad_trust", _("CAD Trust id")


class Identifier(models.Model):
    """A number by which others know a project; unique in its scheme and never given to another project."""

    # PROTECT: a project that others know by a number is withdrawn or merged, not deleted.
    project = models.ForeignKey(Project, models.PROTECT, related_name="identifiers", verbose_name=_("project"))
    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme.choices)
    value = models.CharField(_("value"), max_length=60)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        ordering = ["project", "scheme", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("Another project has this identifier; an identifier is never used again."),
            ),
            models.CheckConstraint(
                condition=~Q(scheme=Scheme.JCM) | Q(value__regex=r"^[A-Z]{2}[0-9]{3}$"),
                name="%(app_label)s_%(class)s_jcm_reference_form",
                violation_error_message=_("A JCM reference has two capital letters and three digits, such as VN003."),
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Role(models.TextChoices):
    REPRESENTATIVE = "representative", _("representative participant")  # 代表事業者; represents the consortium
    PARTICIPANT = "participant", _("participant")


class Participation(Sourced):
    """An organisation's part in a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="participations", verbose_name=_("project"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="participations", verbose_name=_("organisation")
    )
    side = models.CharField(_("side"), max_length=5, choices=Side.choices)
    role = models.CharField(_("role"), max_length=14, choices=Role.choices, default=Role.PARTICIPANT)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["project", "-side", "-role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "organisation", "side"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("The organisation takes part in this project on this side already."),
            ),
            models.CheckConstraint(
                condition=Q(side__in=Side.values, role__in=Role.values),
                name="%(app_label)s_%(class)s_side_and_role_are_known",
                violation_error_message=_("Choose a side and a role of the lists."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_side_display()})"


class MilestoneKind(models.TextChoices):
    """The steps of the JCM project cycle, in their order."""

    SELECTED = "selected", _("Selected")  # 採択; the day is that of the announcement
    NO_OBJECTION = "no_objection", _("No objection by the Joint Committee")  # to the project idea note
    IN_VALIDATION = "in_validation", _("In validation")  # listed as “Validation” in the JCM's table
    VALIDATED = "validated", _("Validated")  # by a third-party entity
    REGISTERED = "registered", _("Registered")  # by the Joint Committee
    MONITORING_REPORT = "monitoring_report", _("Monitoring report")
    VERIFIED = "verified", _("Verified")  # by a third-party entity
    CREDITS_ISSUED = "credits_issued", _("Credits issued")  # decided or issued
    COMPLETED = "completed", _("Completed")  # the plant went into operation; does not move the status
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Milestone(MultiSourced, Dated):
    """A step in the life of a project."""

    # Without an index of its own: that of `once_a_day` begins with the project.
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="milestones", db_index=False, verbose_name=_("project")
    )
    kind = models.CharField(_("kind"), max_length=17, choices=MilestoneKind.choices)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    reached_on_precision = precision_field()
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["project", models.F("reached_on").asc(nulls_first=True), "pk"]
        constraints = [
            precision_rule("reached_on"),
            models.UniqueConstraint(
                fields=["project", "kind", "reached_on"],
                nulls_distinct=False,
                name="%(app_label)s_%(class)s_once_a_day",
                violation_error_message=_("This step is on record for this day already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MilestoneKind.values),
                name="%(app_label)s_%(class)s_kind_is_known",
                violation_error_message=_("Choose a step of the list."),
            ),
        ]
        indexes = [
            # All registrations, and the few selections whose day is not known, without a look at the other steps.
            models.Index(
                fields=["kind", "reached_on_precision", "project", "reached_on"],
                name="projects_milestone_by_kind",
            ),
        ]

    def __str__(self) -> str:
        day = self.partial("reached_on").isoformat()
        return f"{self.get_kind_display()} {day}".strip()
