"""Imports by staff: the files as they came, what each row would do, and what was written, so that it can go back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One or several files of one person: uploaded, looked at, perhaps written, perhaps undone."""

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    written_at = models.DateTimeField(_("imported at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("undone by")
    )
    counts = models.JSONField(default=dict)  # table → outcome → rows, in loading order
    faults = models.JSONField(default=list)  # of whole files, as sentences; with one, nothing can be imported
    hints = models.JSONField(default=list)  # sentences on what is unusual, but no reason to refuse

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        default_permissions = ()  # whoever may add and change the records may import them
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False, written_at__isnull=False),
                name="%(app_label)s_%(class)s_undone_after_written",
                violation_error_message=_("Only an import that was written is undone, by somebody."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ImportFile(models.Model):
    """A file just as it was uploaded."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    table = models.CharField(max_length=40, blank=True)  # which its headings say it is
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="%(app_label)s_%(class)s_once")]

    def __str__(self) -> str:
        return self.name


class RowOutcome(models.TextChoices):
    """The values are those of `importing.plan.Outcome`."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("refused")


class ImportRow(models.Model):
    """What becomes of one row, or of a milestone that follows from one: the preview, and later the record of it."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    line = models.PositiveIntegerField()
    table = models.CharField(max_length=40)
    derived = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices)
    name = models.CharField(max_length=200)
    object_id = models.BigIntegerField(null=True)  # of the record that is on record already
    cells = models.JSONField(default=list)  # [column, text before, text now] of each cell that differs or is new
    reasons = models.JSONField(default=list)  # [column, sentence]
    twins = models.JSONField(default=list)  # [number, title] of projects that may be the same
    left_out = models.BooleanField(default=False)

    class Meta:
        ordering = ["run_id", "position", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="%(app_label)s_%(class)s_once")]
        indexes = [models.Index(fields=["run", "outcome", "position"], name="projects_importrow_outcome")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class WrittenRow(models.Model):
    """A row of the database before and after an import, by its columns; None where there was none."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="written")
    model = models.CharField(max_length=80)  # such as projects.project
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "model", "object_id"], name="%(app_label)s_%(class)s_once")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
