"""Companies, authorities and institutes that take part in projects."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from countries.models import PartnerCountry
from jcm_portal.models import Versioned

from ..querysets import OrganisationQuerySet
from .choices import Side


class Organisation(Versioned):
    """A legal entity; different entities of one group stay apart."""

    slug = models.SlugField(_("word in the address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    usual_side = models.CharField(
        _("usual side"), max_length=5, choices=Side.choices, blank=True, help_text=_("Empty: not known, or both.")
    )
    country = models.ForeignKey(
        PartnerCountry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("partner country"),
        help_text=_("Of a host-country organisation that takes part in one country only."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.slug])


class AliasLanguage(models.TextChoices):
    ENGLISH = "en", _("English")  # or any other spelling in Latin letters
    JAPANESE = "ja", _("Japanese")


class OrganisationAlias(models.Model):
    """Another spelling or a former name of an organisation, as sources write it."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="aliases", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=2, choices=AliasLanguage.choices)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["organisation", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("The organisation has this alias already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
