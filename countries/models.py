"""Partner countries of the JCM and the documents that they signed with Japan."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.db.models.lookups import In
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jcm_portal.dates import Dated, precision_field, precision_rule
from jcm_portal.history import keep
from jcm_portal.models import MultiSourced, Source, Sourced, Versioned
from jcm_portal.positions import position_rules

from .iso3166 import ALPHA3_OF
from .querysets import PartnerCountryQuerySet


class Region(models.TextChoices):
    """The parts of the world by which the JCM's own pages group partner countries, as address parameters."""

    ASIA = "asia", _("Asia")
    PACIFIC = "pacific", _("Pacific")
    AFRICA = "africa", _("Africa")
    LATIN_AMERICA = "latin-america", _("Latin America")
    MIDDLE_EAST = "middle-east", _("Middle East")
    EUROPE_AND_CENTRAL_ASIA = "europe-and-central-asia", _("Europe and Central Asia")


class PartnerCountry(Versioned, Sourced, Dated):
    """A country that signed a bilateral document on the JCM with Japan; `source` says when it joined."""

    iso2 = models.CharField(_("ISO code, two letters"), max_length=2, unique=True)
    iso3 = models.CharField(_("ISO code, three letters"), max_length=3, unique=True)
    slug = models.SlugField(_("word in the address"), max_length=60, unique=True)
    name = models.CharField(
        _("name"), max_length=100, unique=True, help_text=_("As the JCM writes it: Viet Nam, Lao PDR.")
    )
    name_ja = models.CharField(_("name in Japanese"), max_length=100)
    variants_en = ArrayField(
        models.CharField(max_length=100), verbose_name=_("other names in English"), default=list, blank=True
    )
    variants_ja = ArrayField(
        models.CharField(max_length=100), verbose_name=_("other names in Japanese"), default=list, blank=True
    )
    region = models.CharField(_("region"), max_length=30, choices=Region.choices)
    joined_on = models.DateField(
        _("joined on"), null=True, blank=True, help_text=_("The day on which the bilateral document was signed.")
    )
    joined_on_precision = precision_field()
    joined_note = models.CharField(_("note on the day"), max_length=400, blank=True)
    joined_place = models.CharField(_("place of signing"), max_length=100, blank=True)
    focal_point = models.CharField(_("focal point"), max_length=300, blank=True, help_text=_("As far as it is known."))
    focal_point_source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source of the focal point")
    )
    ndc_target = models.CharField(
        _("NDC target"), max_length=300, blank=True, help_text=_("In one line, as stated by the source at its time.")
    )
    ndc_target_source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source of the NDC target")
    )
    jcm_page = models.URLField(_("official JCM page"), max_length=300, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)

    objects = PartnerCountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner country")
        verbose_name_plural = _("partner countries")
        ordering = ["name", "iso2"]
        constraints = [
            precision_rule("joined_on"),
            *position_rules(),
            models.CheckConstraint(
                condition=In(
                    Concat(F("iso2"), Value("-"), F("iso3")), [f"{two}-{three}" for two, three in ALPHA3_OF.items()]
                ),
                name="%(app_label)s_%(class)s_iso_codes_exist",
                violation_error_message=_(
                    "These are not the two codes of one country in ISO 3166-1 (such as PH and PHL)."
                ),
            ),
            models.CheckConstraint(
                condition=Q(region__in=Region.values),
                name="%(app_label)s_%(class)s_region_is_known",
                violation_error_message=_("Choose one of the regions of the list."),
            ),
            models.CheckConstraint(
                condition=Q(focal_point="") | Q(focal_point_source__isnull=False),
                name="%(app_label)s_%(class)s_focal_point_has_a_source",
                violation_error_message=_("Name the source of the focal point."),
            ),
            models.CheckConstraint(
                condition=Q(ndc_target="") | Q(ndc_target_source__isnull=False),
                name="%(app_label)s_%(class)s_ndc_target_has_a_source",
                violation_error_message=_("Name the source of the NDC target."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("country", args=[self.slug])


class DocumentKind(models.TextChoices):
    FIRST = "first", _("first document")  # the bilateral document that made it a partner country
    RENEWAL = "renewal", _("renewal")  # prolongs or amends the first one
    MUTUAL_RECOGNITION = "mutual_recognition", _("mutual recognition")  # with a scheme of the partner country


class CountryDocument(MultiSourced, Dated):
    """A document on the JCM that Japan and a partner country signed."""

    country = models.ForeignKey(
        PartnerCountry, models.CASCADE, related_name="documents", verbose_name=_("partner country")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_on_precision = precision_field()
    place = models.CharField(_("place"), max_length=100, blank=True)
    signatory_japan = models.CharField(_("signed for Japan by"), max_length=200, blank=True)
    signatory_partner = models.CharField(_("signed for the partner country by"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("bilateral document")
        verbose_name_plural = _("bilateral documents")
        ordering = ["country", "signed_on", "pk"]
        constraints = [
            precision_rule("signed_on"),
            models.UniqueConstraint(
                fields=["country"],
                condition=Q(kind=DocumentKind.FIRST),
                name="%(app_label)s_%(class)s_one_first_document",
                violation_error_message=_("This country has a first document already; this one is a renewal."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}: {self.title or self.get_kind_display()}"


keep(PartnerCountry)
keep(CountryDocument, parent="country", named_by=("kind", "signed_on"))
