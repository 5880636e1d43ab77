"""Days that are known to the day, to the month, to the year, or not at all.

A release often gives only a month ("March 2020") or a year. Such a day is stored as the first
day that it may be, beside how exact it is; the pages never show more than is known.
"""

import re
from datetime import date
from typing import ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

FIRST_MONTH = 4  # of Japan's fiscal year, which is named by the year in which it begins
FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def fiscal_year_of(day: date) -> int:
    """The fiscal year of Japan in which the day lies."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


class DatePrecision(models.TextChoices):
    DAY = "day", _("day")  # the full date is stated
    MONTH = "month", _("month")  # stored as the first of the month
    YEAR = "year", _("year")  # stored as 1 January
    UNKNOWN = "unknown", _("not known")  # no date is stored


class PartialDate(NamedTuple):
    """A day and how exact it is; `on` is None exactly where `precision` is not known."""

    on: date | None
    precision: str

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read `2023-08-17`, `2023-08`, `2023` or nothing; raise ValueError for anything else."""
        if not text:
            return cls(None, DatePrecision.UNKNOWN)
        match = FORM.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is not a date (write 2023-08-17, 2023-08 or 2023)")
        year, month, day = match.groups()
        precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
        try:
            return cls(date(int(year), int(month or 1), int(day or 1)), precision)
        except ValueError:
            raise ValueError(f"{text!r} is not a day of the calendar") from None

    def isoformat(self) -> str:
        """Write the date as far as it is known: `2023-08-17`, `2023-08`, `2023` or an empty text."""
        if self.on is None:
            return ""
        length = {DatePrecision.DAY: 10, DatePrecision.MONTH: 7, DatePrecision.YEAR: 4}[DatePrecision(self.precision)]
        return self.on.isoformat()[:length]


def precision_field() -> models.CharField:
    """The column that stands beside a `*_on` column and says how exact it is."""
    return models.CharField(
        _("how exact"),
        max_length=7,
        choices=DatePrecision.choices,
        default=DatePrecision.UNKNOWN,
        blank=True,
        help_text=_("Left at “not known” beside a date, it becomes “day”."),
    )


def precision_rule(field: str) -> models.CheckConstraint:
    """The database's rule that a date and its precision agree."""
    precision = f"{field}_precision"
    return models.CheckConstraint(
        name=f"%(app_label)s_%(class)s_{field}_precision",
        condition=(
            Q(**{f"{field}__isnull": True, precision: DatePrecision.UNKNOWN})
            | Q(**{f"{field}__isnull": False, precision: DatePrecision.DAY})
            | Q(**{f"{field}__isnull": False, precision: DatePrecision.MONTH, f"{field}__day": 1})
            | Q(**{f"{field}__isnull": False, precision: DatePrecision.YEAR, f"{field}__month": 1, f"{field}__day": 1})
        ),
        violation_error_message=_(
            "The date and how exact it is do not agree: a month is stored as its first day, a year as 1 January, "
            "and a date that is not known is left empty."
        ),
    )


class Dated(models.Model):
    """A model with `*_on` and `*_on_precision` columns; tidies the pair before it is checked."""

    # Only for the type checker, which otherwise looks for the manager of an abstract model for ever.
    _default_manager: ClassVar[models.Manager[Self]]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        for field in self._meta.concrete_fields:
            if not field.name.endswith("_on_precision"):
                continue
            day = getattr(self, field.name.removesuffix("_precision"))
            precision = getattr(self, field.name) or DatePrecision.UNKNOWN
            if day is None:
                precision = DatePrecision.UNKNOWN
            elif precision == DatePrecision.UNKNOWN:
                precision = DatePrecision.DAY
            setattr(self, field.name, precision)

    def partial(self, field: str) -> PartialDate:
        """The named `*_on` column with its precision."""
        return PartialDate(getattr(self, field), getattr(self, f"{field}_precision"))
