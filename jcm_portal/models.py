"""What both apps share: where a fact comes from, and when a record is public."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .dates import Dated, precision_field, precision_rule


class SourceKind(models.TextChoices):
    RELEASE = "release", _("release")  # a press release of a ministry, GEC or a company
    NEWS = "news", _("news")  # a report in the press
    PAGE = "page", _("page")  # a standing page of a site
    REPORT = "report", _("report")  # a study, a design document, a table in print
    SLIDES = "slides", _("slides")  # a presentation
    CODE = "code", _("code")  # data published within a code repository
    PACKAGE = "package", _("package")  # data published as a software package


class Source(Dated):
    """A public page or document that states facts; every fact of the portal points at one."""

    key = models.SlugField(_("key"), max_length=60, unique=True, help_text=_("Stable; links and files name it."))
    publisher = models.CharField(_("publisher"), max_length=200)
    title = models.CharField(_("title"), max_length=400, help_text=_("As the page gives it."))
    url = models.URLField(_("address"), max_length=600, blank=True)
    language = models.CharField(_("language"), max_length=3, help_text=_("ISO 639 code: en, ja, es, …"))
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_on_precision = precision_field()
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind.choices)
    seen_on = models.DateField(_("seen on"), help_text=_("The day on which somebody last read it for the portal."))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["key"]
        constraints = [
            precision_rule("published_on"),
            models.UniqueConstraint(
                fields=["url"],
                condition=~Q(url=""),
                name="%(app_label)s_%(class)s_url_once",
                violation_error_message=_("A source with this address is on record already; choose that one."),
            ),
            models.CheckConstraint(
                condition=Q(language__regex=r"^[a-z]{2,3}$"),
                name="%(app_label)s_%(class)s_language_is_a_code",
                violation_error_message=_("The language is a code of two or three small letters, such as en or ja."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"


class Sourced(models.Model):
    """A fact; the database keeps a source from being deleted while a fact stands on it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, verbose_name=_("source"))

    class Meta:
        abstract = True


class MultiSourced(Sourced):
    """A fact that several sources state; the first of them is `source`."""

    further_sources = models.ManyToManyField(
        Source, blank=True, related_name="+", verbose_name=_("further sources"), help_text=_("Others that say so.")
    )

    class Meta:
        abstract = True

    def all_sources(self) -> list[Source]:
        """The first source, then the further ones."""
        return [self.source, *self.further_sources.all()]


class PublicationState(models.TextChoices):
    DRAFT = "draft", _("draft")  # being entered; staff only
    IN_REVIEW = "in_review", _("in review")  # submitted, waits for a publisher; staff only
    PUBLISHED = "published", _("published")  # public from `published_at` on
    WITHDRAWN = "withdrawn", _("withdrawn")  # was public; its address answers 410 with the reason


class PublicationQuerySet(models.QuerySet):
    """Rows by what the public may see."""

    def published(self, at: datetime | None = None) -> Self:
        """What is public at the moment `at` (now): published, due, and not merged into another record.

        Every page, file, feed and count goes through this method.
        """
        return self.filter(
            state=PublicationState.PUBLISHED, published_at__lte=at or timezone.now(), **self._also_needed()
        )

    def waiting(self) -> Self:
        """What a publisher has to look at."""
        return self.filter(state=PublicationState.IN_REVIEW)

    def scheduled(self, at: datetime | None = None) -> Self:
        """Published, but not yet due at the moment `at` (now)."""
        return self.filter(state=PublicationState.PUBLISHED, published_at__gt=at or timezone.now())

    def _also_needed(self) -> dict[str, object]:
        return {}


def _by(verb: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=verb,
    )


class Publication(models.Model):
    """A record that is drafted, reviewed, published and perhaps withdrawn.

    Only `projects.publishing` moves the state. `published_by` is empty for what came with the bundled data.
    """

    state = models.CharField(
        _("publication"),
        max_length=10,
        choices=PublicationState.choices,
        default=PublicationState.DRAFT,
        editable=False,
        db_index=True,
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    submitted_by = _by(_("submitted by"))
    published_at = models.DateTimeField(
        _("public from"), null=True, editable=False, help_text=_("May lie ahead: the record is public from then on.")
    )
    published_by = _by(_("published by"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_by = _by(_("withdrawn by"))
    withdrawal_reason = models.CharField(
        _("reason for the withdrawal"), max_length=300, blank=True, editable=False, help_text=_("Shown to the public.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish")  # publish: also to withdraw
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[PublicationState.PUBLISHED, PublicationState.WITHDRAWN], published_at__isnull=False
                )
                | Q(state__in=[PublicationState.DRAFT, PublicationState.IN_REVIEW], published_at__isnull=True),
                name="%(app_label)s_%(class)s_published_has_a_time",
                violation_error_message=_("A published record has a time from which it is public, a draft has none."),
            ),
            models.CheckConstraint(
                condition=Q(state=PublicationState.WITHDRAWN, withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")
                | ~Q(state=PublicationState.WITHDRAWN) & Q(withdrawn_at__isnull=True, withdrawal_reason=""),
                name="%(app_label)s_%(class)s_withdrawn_has_a_reason",
                violation_error_message=_("A withdrawn record has a time and a reason; others have neither."),
            ),
            models.CheckConstraint(
                condition=~Q(state=PublicationState.IN_REVIEW) | Q(submitted_at__isnull=False),
                name="%(app_label)s_%(class)s_in_review_was_submitted",
                violation_error_message=_("A record in review was submitted by somebody at some time."),
            ),
            models.CheckConstraint(
                condition=(Q(submitted_by__isnull=True) | Q(submitted_at__isnull=False))
                & (Q(published_by__isnull=True) | Q(published_at__isnull=False))
                & (Q(withdrawn_by__isnull=True) | Q(withdrawn_at__isnull=False)),
                name="%(app_label)s_%(class)s_who_comes_with_when",
                violation_error_message=_("Who moved a record is kept together with when."),
            ),
        ]

    def is_public(self, at: datetime | None = None) -> bool:
        """Whether this one record is among `published(at)`."""
        return type(self)._default_manager.filter(pk=self.pk).published(at).exists()  # type: ignore[attr-defined]
