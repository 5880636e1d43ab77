"""What both apps share: where a fact comes from, and when a record is public."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .dates import Dated, precision_field, precision_rule
from .history import keep


class Versioned(models.Model):
    """A record that staff edit on a page of its own.

    Whoever writes, the database raises `version` when the record or one of its parts (its rows and lists) becomes
    another; what the database itself works out, such as the search vector, is no such change. A number never stands
    for two states, so who holds the number that stands on the row has seen the record as it is.
    """

    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    row_of: ClassVar = ""  # the relation to the record that this one is a part of, where it has a page of its own, too

    class Meta:
        abstract = True


class EditingQuerySet(models.QuerySet):
    def others(self, record: models.Model, but: AbstractBaseUser | AnonymousUser, at: datetime | None = None) -> Self:
        """Who else has the form of the record open at the moment `at` (now), the first to open it first."""
        content_type = ContentType.objects.get_for_model(record)
        still_there = (at or timezone.now()) - Editing.FORGOTTEN_AFTER
        rows = self.filter(content_type=content_type, object_id=record.pk, seen_at__gte=still_there)
        return rows.exclude(user_id=but.pk).select_related("user").order_by("opened_at", "pk")


class Editing(models.Model):
    """Somebody has the form of a record open; it tells others, and keeps nobody from anything.

    The open page says so again every minute, and says when it is left; a browser that is killed says nothing more.
    """

    FORGOTTEN_AFTER = timedelta(minutes=10)

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+", verbose_name=_("kind"))
    object_id = models.PositiveBigIntegerField(_("number of the record"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen at"), default=timezone.now)

    objects = EditingQuerySet.as_manager()

    class Meta:
        verbose_name = _("open form")
        verbose_name_plural = _("open forms")
        ordering = ["opened_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "user"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.content_type} {self.object_id}"


class SavedFilterQuerySet(models.QuerySet):
    def of_list(self, model: type[models.Model], user: AbstractBaseUser | AnonymousUser) -> Self:
        """Those of the noun's list that the person may use: one's own, and what others share."""
        rows = self.filter(content_type=ContentType.objects.get_for_model(model))
        return rows.filter(Q(owner_id=user.pk) | Q(shared=True)).select_related("owner")


class SavedFilter(models.Model):
    """What somebody narrows a list of the admin to, under a name; for oneself or for all staff.

    `parameters` are those of the list's address, without pages and order. Whoever may see the list may use it.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+", verbose_name=_("list"))
    name = models.CharField(_("name"), max_length=60)
    parameters = models.CharField(_("parameters"), max_length=1000)
    shared = models.BooleanField(_("shared with all staff"), default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "owner", "name"],
                name="%(app_label)s_%(class)s_name_once",
                violation_error_message=_("You have a filter of this name for this list already."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="%(app_label)s_%(class)s_has_a_name",
                violation_error_message=_("A saved filter has a name."),
            ),
            models.CheckConstraint(
                condition=~Q(parameters=""),
                name="%(app_label)s_%(class)s_narrows",
                violation_error_message=_("The list is not narrowed by anything, so there is no filter to save."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SourceKind(models.TextChoices):
    RELEASE = "release", _("release")  # a press release of a ministry, GEC or a company
    NEWS = "news", _("news")  # a report in the press
    PAGE = "page", _("page")  # a standing page of a site
    REPORT = "report", _("report")  # a study, a design document, a table in print
    SLIDES = "slides", _("slides")  # a presentation
    CODE = "code", _("code")  # data published within a code repository
    PACKAGE = "package", _("package")  # data published as a software package


class Source(Versioned, Dated):
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


keep(Source)


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

    def is_scheduled(self, at: datetime | None = None) -> bool:
        """Whether it becomes public on its own after the moment `at` (now)."""
        later = self.published_at is not None and self.published_at > (at or timezone.now())
        return self.state == PublicationState.PUBLISHED and later

    def is_public(self, at: datetime | None = None) -> bool:
        """Whether this one record is among `published(at)`."""
        return type(self)._default_manager.filter(pk=self.pk).published(at).exists()  # type: ignore[attr-defined]
