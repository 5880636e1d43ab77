"""Why what a source states is another number than the records add up to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Explained(models.Model):
    """A statement that is laid beside the records; its difference is open until somebody explains it."""

    difference_note = models.TextField(
        _("why it differs from the records"),
        default="",
        blank=True,
        help_text=_("Shown to the public beside the difference, with what it rests on. Empty: the difference is open."),
    )
    difference_note_ja = models.TextField(_("the same in Japanese"), default="", blank=True)

    class Meta:
        abstract = True
