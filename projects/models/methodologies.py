"""Rules by which the reductions of a kind of project are measured in one country."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from countries.models import PartnerCountry
from jcm_portal.dates import Dated, precision_field, precision_rule
from jcm_portal.models import MultiSourced, Versioned

from .project import Project


class Methodology(Versioned, MultiSourced, Dated):
    """An approved JCM methodology; its family joins it to like ones of other countries."""

    number = models.CharField(_("number"), max_length=8, unique=True, help_text=_("Such as VN_AM001."))
    country = models.ForeignKey(
        PartnerCountry, models.PROTECT, related_name="methodologies", verbose_name=_("partner country")
    )
    family = models.SlugField(
        _("family"), max_length=60, blank=True, help_text=_("Ours: the same word joins like methodologies.")
    )
    title = models.CharField(_("title"), max_length=300, blank=True, help_text=_("Empty: not seen."))
    sectoral_scope = models.CharField(_("sectoral scope"), max_length=150, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_on_precision = precision_field()
    projects = models.ManyToManyField(Project, through="ProjectMethodology", related_name="methodologies")

    class Meta:
        verbose_name = _("methodology")
        verbose_name_plural = _("methodologies")
        ordering = ["number"]
        constraints = [
            precision_rule("approved_on"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[A-Z]{2}_AM[0-9]{3}$"),
                name="%(app_label)s_%(class)s_number_form",
                violation_error_message=_("A methodology is numbered like VN_AM001."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("methodology", args=[self.number])


class ProjectMethodology(models.Model):
    """A methodology that a project uses, and the version of it."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="project_methodologies", verbose_name=_("project")
    )
    methodology = models.ForeignKey(
        Methodology, models.PROTECT, related_name="project_methodologies", verbose_name=_("methodology")
    )
    version = models.CharField(_("version"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("methodology of the project")
        verbose_name_plural = _("methodologies of the project")
        ordering = ["project", "methodology", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "methodology"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("The project uses this methodology already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.methodology.number} {self.version}".strip()
