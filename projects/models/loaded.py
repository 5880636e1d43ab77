"""What the loader last wrote, so that a corrected file updates a record and never overwrites staff."""

from django.contrib.contenttypes.models import ContentType
from django.db import models


class LoadedRecord(models.Model):
    """The values that the loader last wrote to one record.

    A record whose values differ from these was edited by staff; one that is gone was deleted by staff.
    """

    file = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    model = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    values = models.JSONField()
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["file", "key"]
        constraints = [
            models.UniqueConstraint(fields=["file", "key"], name="%(app_label)s_%(class)s_once"),
            models.UniqueConstraint(fields=["model", "object_id"], name="%(app_label)s_%(class)s_record_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.key}"
