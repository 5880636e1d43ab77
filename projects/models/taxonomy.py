"""What projects are sorted by: sector and technology, programme and selection round."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jcm_portal.models import Sourced, Versioned

# The JCM began with the bilateral document with Mongolia, signed in January 2013 (fiscal year 2012).
FIRST_FISCAL_YEAR, LAST_FISCAL_YEAR = 2010, 2060


def fiscal_year_rule(field: str = "fiscal_year") -> models.CheckConstraint:
    """The database's rule that a fiscal year of Japan (April to March, named by its first year) is plausible."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True})
        | Q(**{f"{field}__gte": FIRST_FISCAL_YEAR, f"{field}__lte": LAST_FISCAL_YEAR}),
        name=f"%(app_label)s_%(class)s_{field}_is_plausible",
        violation_error_message=_("A fiscal year is written with four digits and lies between 2010 and 2060."),
    )


class Sector(Versioned):
    """The upper level of the taxonomy; names and descriptions are the portal's own."""

    slug = models.SlugField(_("word in the address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_ja = models.CharField(_("name in Japanese"), max_length=100)
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name


class Technology(Versioned):
    """The lower level of the taxonomy, with the words by which releases name it."""

    sector = models.ForeignKey(Sector, models.PROTECT, related_name="technologies", verbose_name=_("sector"))
    slug = models.SlugField(_("word in the address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_ja = models.CharField(_("name in Japanese"), max_length=100)
    description = models.CharField(_("description"), max_length=300, blank=True)
    synonyms_en = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("English synonyms"),
        default=list,
        blank=True,
        help_text=_("Words by which titles and visitors name it; search finds its projects by each of them."),
    )
    synonyms_ja = ArrayField(
        models.CharField(max_length=100), verbose_name=_("Japanese synonyms"), default=list, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("technology")
        verbose_name_plural = _("technologies")
        ordering = ["sector__position", "position", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("technology", args=[self.slug])


class Programme(Versioned, Sourced):
    """A line of public support, such as the Financing Programme for JCM Model Projects."""

    slug = models.SlugField(_("word in the address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150)
    name_ja = models.CharField(_("name in Japanese"), max_length=150)
    financed_by = models.CharField(_("financed by"), max_length=200, blank=True)
    description = models.CharField(_("description"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "slug"]

    def __str__(self) -> str:
        return self.name


class SelectionRound(Versioned):
    """One round in which a programme selects projects."""

    key = models.SlugField(_("word in the address"), max_length=60, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rounds", verbose_name=_("programme"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), help_text=_("Japan's: April to March."))
    number = models.PositiveSmallIntegerField(
        _("number"),
        null=True,
        blank=True,
        help_text=_("Of the call up to FY2018, of the round since FY2019; empty for a selection within a call."),
    )
    label = models.CharField(_("label"), max_length=150)
    label_ja = models.CharField(_("label in Japanese"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("selection round")
        verbose_name_plural = _("selection rounds")
        ordering = ["-fiscal_year", "programme", "-number", "key"]
        constraints = [
            fiscal_year_rule(),
            models.UniqueConstraint(
                fields=["programme", "fiscal_year", "number"],
                name="%(app_label)s_%(class)s_number_once",
                violation_error_message=_("This programme has a round with this number in this fiscal year already."),
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=1),
                name="%(app_label)s_%(class)s_number_counts_from_one",
                violation_error_message=_("Rounds are numbered from 1."),
            ),
            # What the foreign key of an announcement to its round, programme and fiscal year refers to.
            models.UniqueConstraint(
                fields=["id", "programme", "fiscal_year"], name="%(app_label)s_%(class)s_programme_and_year"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.key])

    def clean(self) -> None:
        super().clean()
        if self.pk and self.announcements.exclude(programme=self.programme_id, fiscal_year=self.fiscal_year).exists():
            raise ValidationError(_("Announcements of this round name another programme or fiscal year."))
