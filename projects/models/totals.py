"""What sources state of the JCM as a whole: totals on a day, and the government's targets."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jcm_portal.dates import Dated, precision_field, precision_rule
from jcm_portal.models import Sourced, Versioned

from .choices import Series
from .explained import Explained
from .taxonomy import fiscal_year_rule


class StatedWhat(models.TextChoices):
    CUMULATIVE_SELECTED = "cumulative_selected", _("projects selected so far")
    REGISTERED_PROJECTS = "registered_projects", _("registered projects")
    PARTNER_COUNTRIES = "partner_countries", _("partner countries")
    REDUCTION_BY_FY2030 = "reduction_by_fy2030_tco2", _("expected reduction by FY2030 (tCO2)")  # cumulative
    CREDITS_ISSUED = "credits_issued_tco2", _("credits issued (tCO2)")


class StatedTotal(Explained, Versioned, Sourced, Dated):
    """A total as a source stated it on a day; totals of unlike series are never added or drawn as one line."""

    stated_on = models.DateField(_("stated on"), null=True, blank=True)
    stated_on_precision = precision_field()
    what = models.CharField(_("what"), max_length=24, choices=StatedWhat.choices)
    value = models.PositiveBigIntegerField(_("value"), help_text=_("Tons, or a count."))
    programme_scope = models.CharField(_("of which programmes, in words"), max_length=200, blank=True)
    series = models.CharField(_("series"), max_length=20, choices=Series.choices)
    quote = models.CharField(_("quotation"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stated total")
        verbose_name_plural = _("stated totals")
        ordering = ["what", "series", "stated_on", "pk"]
        constraints = [precision_rule("stated_on")]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.value}"


class Target(Versioned, Sourced, Dated):
    """A target of the Japanese government for the JCM."""

    set_on = models.DateField(_("set on"), null=True, blank=True)
    set_on_precision = precision_field()
    statement = models.CharField(_("target"), max_length=300)
    value_tco2 = models.PositiveBigIntegerField(
        _("value (tCO2)"), null=True, blank=True, help_text=_("The lower bound of a range; empty: it counts no tons.")
    )
    by_fiscal_year = models.PositiveSmallIntegerField(_("by fiscal year"), null=True, blank=True)
    quote = models.CharField(_("quotation"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["by_fiscal_year", "set_on", "pk"]
        constraints = [precision_rule("set_on"), fiscal_year_rule("by_fiscal_year")]

    def __str__(self) -> str:
        return self.statement
