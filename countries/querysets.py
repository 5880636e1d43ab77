"""Questions about many partner countries."""

from typing import Self

from django.db import models
from django.db.models import Prefetch

from . import models as nouns  # half made at this moment; whole when a question is asked


class PartnerCountryQuerySet(models.QuerySet):
    """Partner countries; all of them are public from the day on which they are entered."""

    def for_detail(self) -> Self:
        """With the sources of its own facts, and its documents with theirs, in three queries."""
        return self.select_related("source", "focal_point_source", "ndc_target_source").prefetch_related(
            Prefetch("documents", nouns.CountryDocument.objects.select_related("source")), "documents__further_sources"
        )
