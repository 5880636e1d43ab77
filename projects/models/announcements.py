"""What a ministry or GEC announced, and each row of its list of selected projects as stated there."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from countries.models import PartnerCountry
from jcm_portal.dates import Dated, precision_field, precision_rule
from jcm_portal.models import MultiSourced, Publication, Sourced, Versioned

from ..querysets import AnnouncementQuerySet, SelectionQuerySet
from .choices import Confidence, Series, TitleKind
from .explained import Explained
from .project import Project
from .taxonomy import Programme, SelectionRound, fiscal_year_rule


class AnnouncementKind(models.TextChoices):
    SELECTION_RESULT = "selection_result", _("selection result")  # 採択案件
    CALL = "call", _("call for proposals")  # 公募
    NEW_PARTNER = "new_partner", _("new partner country")  # the bilateral document was signed
    REGISTRATION = "registration", _("registration")  # by the Joint Committee
    CREDITS_ISSUED = "credits_issued", _("issuance of credits")
    OTHER = "other", _("other")


class Announcement(Explained, Versioned, MultiSourced, Dated, Publication):
    """A release; the totals are what it states itself, and stay as stated."""

    key = models.SlugField(_("key"), max_length=60, unique=True, help_text=_("Stable; files and links name it."))
    kind = models.CharField(_("kind"), max_length=16, choices=AnnouncementKind.choices)
    title = models.CharField(_("title"), max_length=300)
    title_ja = models.CharField(_("title in Japanese"), max_length=300, blank=True)
    title_kind = models.CharField(
        _("the title is"), max_length=11, choices=TitleKind.choices, default=TitleKind.OFFICIAL
    )
    published_on = models.DateField(
        _("released on"), null=True, blank=True, help_text=_("Of a new partner country: the day of signing.")
    )
    published_on_precision = precision_field()
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(
        _("address"), max_length=600, blank=True, help_text=_("Of the release itself, else of a page that reports it.")
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("programme"),
    )
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), null=True, blank=True)
    # A composite foreign key in the database ties the round to the programme and the fiscal year beside it.
    round = models.ForeignKey(
        SelectionRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("selection round"),
    )
    countries = models.ManyToManyField(
        PartnerCountry,
        blank=True,
        related_name="announcements",
        verbose_name=_("partner countries"),
        help_text=_("That it is about, besides the countries of its selected projects."),
    )
    stated_selected = models.PositiveIntegerField(
        _("projects selected"), null=True, blank=True, help_text=_("As the release states. Empty: not stated.")
    )
    stated_cumulative = models.PositiveIntegerField(_("cumulative projects"), null=True, blank=True)
    stated_cumulative_series = models.CharField(
        _("which the cumulative number counts"), max_length=20, choices=Series.choices, blank=True
    )
    stated_reduction_by_fy2030_tco2 = models.PositiveBigIntegerField(
        _("cumulative reduction by FY2030 (tCO2)"), null=True, blank=True
    )
    stated_partner_countries = models.PositiveSmallIntegerField(_("partner countries then"), null=True, blank=True)
    opens_on = models.DateField(_("opens on"), null=True, blank=True, help_text=_("Of a call."))
    closes_on = models.DateField(_("closes on"), null=True, blank=True, help_text=_("Of a call."))
    body = models.TextField(_("text"), blank=True, help_text=_("Two to five sentences of ours; Markdown."))
    note = models.CharField(_("note"), max_length=400, blank=True, help_text=_("Shown to the public."))

    objects = AnnouncementQuerySet.as_manager()

    class Meta(Publication.Meta):
        abstract = False
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = [models.F("published_on").desc(nulls_last=True), "-fiscal_year", "key"]
        constraints = [
            *Publication.Meta.constraints,
            precision_rule("published_on"),
            fiscal_year_rule(),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="%(app_label)s_%(class)s_has_a_title",
                violation_error_message=_("An announcement has a title."),
            ),
            models.CheckConstraint(
                condition=Q(round__isnull=True) | Q(programme__isnull=False, fiscal_year__isnull=False),
                name="%(app_label)s_%(class)s_round_with_programme_and_year",
                violation_error_message=_("With a round, give its programme and fiscal year too."),
            ),
            models.CheckConstraint(
                condition=Q(stated_cumulative__isnull=True, stated_cumulative_series="")
                | Q(stated_cumulative__isnull=False) & ~Q(stated_cumulative_series=""),
                name="%(app_label)s_%(class)s_cumulative_has_a_series",
                violation_error_message=_("A cumulative number comes with what it counts."),
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(closes_on__isnull=True) | Q(closes_on__gte=models.F("opens_on")),
                name="%(app_label)s_%(class)s_opens_before_it_closes",
                violation_error_message=_("A call cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        """The words in the address; the number before them is what counts."""
        return slugify(self.title)[:60].strip("-") or self.key

    def get_absolute_url(self) -> str:
        return reverse("announcement", args=[self.pk, self.slug])

    def clean(self) -> None:
        super().clean()
        if self.round and (self.round.programme_id, self.round.fiscal_year) != (self.programme_id, self.fiscal_year):
            raise ValidationError(
                {"round": _("This round belongs to another programme or fiscal year than the announcement.")}
            )


class Selection(Versioned, Sourced):
    """One row of an announcement's list, verbatim, and the project that it means.

    Without an announcement it is known by fiscal year alone. The programme is that of the row: a round of the
    model projects also lists eco leases.
    """

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, null=True, blank=True, related_name="selections", verbose_name=_("announcement")
    )
    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"), null=True, blank=True, help_text=_("Only where the announcement is not known.")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="selections", verbose_name=_("programme")
    )
    project = models.ForeignKey(Project, models.PROTECT, related_name="selections", verbose_name=_("project"))
    number_in_list = models.PositiveSmallIntegerField(
        _("number in the list"), null=True, blank=True, help_text=_("One entry of a list may name several projects.")
    )
    stated_title = models.CharField(_("stated title"), max_length=300, blank=True)
    stated_title_ja = models.CharField(_("stated title in Japanese"), max_length=300, blank=True)
    stated_country = models.CharField(_("stated country"), max_length=100, blank=True)
    stated_representative = models.CharField(_("stated representative participant"), max_length=200, blank=True)
    stated_reduction_tco2_per_year = models.PositiveIntegerField(
        _("stated reductions (tCO2/year)"), null=True, blank=True
    )
    quote = models.CharField(_("quotation"), max_length=300, blank=True)
    confidence = models.CharField(_("confidence"), max_length=6, choices=Confidence.choices, default=Confidence.MEDIUM)

    objects = SelectionQuerySet.as_manager()
    row_of = "announcement"

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        ordering = ["announcement", models.F("number_in_list").asc(nulls_last=True), "pk"]
        constraints = [
            fiscal_year_rule(),
            models.CheckConstraint(
                condition=Q(announcement__isnull=False, fiscal_year__isnull=True)
                | Q(announcement__isnull=True, fiscal_year__isnull=False),
                name="%(app_label)s_%(class)s_announcement_or_fiscal_year",
                violation_error_message=_("A selection belongs to an announcement, or else is known by a fiscal year."),
            ),
            models.UniqueConstraint(
                fields=["announcement", "project"],
                name="%(app_label)s_%(class)s_project_once",
                violation_error_message=_("This announcement lists the project already."),
            ),
            models.UniqueConstraint(
                fields=["fiscal_year", "project"],
                condition=Q(announcement__isnull=True),
                name="%(app_label)s_%(class)s_project_once_a_year",
                violation_error_message=_("A selection of this project in this fiscal year is on record already."),
            ),
            models.CheckConstraint(
                condition=Q(number_in_list__isnull=True) | Q(number_in_list__gte=1),
                name="%(app_label)s_%(class)s_number_counts_from_one",
                violation_error_message=_("The rows of a list are numbered from 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.stated_title or self.stated_title_ja or str(self.project)
