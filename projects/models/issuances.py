"""JCM credits (one credit is one tCO2): issuances of one project, and statements over several."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from countries.models import PartnerCountry
from jcm_portal.models import Sourced, Versioned

from ..querysets import IssuanceQuerySet
from .project import Project


class JapanShare(models.TextChoices):
    """What the amount “to Japan” means; amounts of unlike meaning are never added."""

    JAPANESE_SIDE = "japanese_side", _("all credits of the Japanese side")
    GOVERNMENT_ONLY = "government_only", _("the part that the Japanese government obtained")
    UNKNOWN = "unknown", _("not stated")


class Amounts(Versioned, Sourced):
    """A monitoring period and tonnes; empty means not stated, zero means none."""

    monitoring_from = models.DateField(_("monitoring from"), null=True, blank=True)
    monitoring_to = models.DateField(_("monitoring to"), null=True, blank=True)
    total_tco2 = models.PositiveIntegerField(_("total (tCO2)"), null=True, blank=True)
    japan_tco2 = models.PositiveIntegerField(_("to Japan (tCO2)"), null=True, blank=True)
    host_tco2 = models.PositiveIntegerField(_("to the host country (tCO2)"), null=True, blank=True)
    japan_share_means = models.CharField(
        _("“to Japan” means"), max_length=15, choices=JapanShare.choices, default=JapanShare.UNKNOWN
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True, help_text=_("By the Joint Committee."))
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(monitoring_from__isnull=True)
                | Q(monitoring_to__isnull=True)
                | Q(monitoring_to__gte=F("monitoring_from")),
                name="%(app_label)s_%(class)s_period_in_order",
                violation_error_message=_("The monitoring period cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(total_tco2__isnull=True)
                | Q(total_tco2__gte=Coalesce(F("japan_tco2"), Value(0)) + Coalesce(F("host_tco2"), Value(0))),
                name="%(app_label)s_%(class)s_shares_within_total",
                violation_error_message=_("The shares of Japan and of the host country together exceed the total."),
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(decided_on__isnull=True) | Q(issued_on__gte=F("decided_on")),
                name="%(app_label)s_%(class)s_decided_before_issued",
                violation_error_message=_("Credits cannot be issued before the Joint Committee decides."),
            ),
        ]


class CreditIssuance(Amounts):
    """Credits issued, or decided to be issued, for one project and monitoring period."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="issuances", verbose_name=_("project"))

    objects = IssuanceQuerySet.as_manager()
    row_of = "project"

    class Meta(Amounts.Meta):
        abstract = False
        verbose_name = _("issuance")
        verbose_name_plural = _("issuances")
        ordering = [
            "project",
            F("monitoring_from").asc(nulls_last=True),
            Coalesce("issued_on", "decided_on").asc(nulls_last=True),
            "pk",
        ]
        constraints = [
            *Amounts.Meta.constraints,
            ExclusionConstraint(
                name="%(app_label)s_%(class)s_periods_apart",
                expressions=[
                    ("project", RangeOperators.EQUAL),
                    (
                        Func(
                            F("monitoring_from"),
                            F("monitoring_to"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(monitoring_from__isnull=False, monitoring_to__isnull=False),
                violation_error_message=_("The monitoring period overlaps another one of this project."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.total_tco2 if self.total_tco2 is not None else '?'} tCO2"


class IssuanceStatement(Amounts):
    """An amount that a source states for several projects or a whole country; never added to the issuances."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    country = models.ForeignKey(
        PartnerCountry, models.PROTECT, related_name="issuance_statements", verbose_name=_("partner country")
    )
    projects = models.ManyToManyField(
        Project,
        blank=True,
        related_name="issuance_statements",
        verbose_name=_("projects"),
        help_text=_("Empty: the source names none."),
    )
    quote = models.CharField(_("quotation"), max_length=300, blank=True)

    class Meta(Amounts.Meta):
        abstract = False
        verbose_name = _("issuance statement")
        verbose_name_plural = _("issuance statements")
        ordering = ["country", Coalesce("issued_on", "decided_on").asc(nulls_last=True), "key"]

    def __str__(self) -> str:
        return self.key
