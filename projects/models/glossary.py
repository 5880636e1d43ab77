"""The field's terms, explained in both languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jcm_portal.models import Sourced, Versioned


class GlossaryTerm(Versioned, Sourced):
    """A term; the definition is the portal's wording, the source shows the term in use."""

    slug = models.SlugField(_("word in the address"), max_length=60, unique=True)
    term = models.CharField(_("term"), max_length=100)
    term_ja = models.CharField(_("term in Japanese"), max_length=100, blank=True)
    definition = models.CharField(_("definition"), max_length=400)
    definition_ja = models.CharField(_("definition in Japanese"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term", "slug"]

    def __str__(self) -> str:
        return self.term
