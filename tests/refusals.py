"""Tables of what must never be true: the constraint that refuses it, and a record made wrong in just that way.

A wrong value that is a function gets the record, so that it can speak of it or of a second one.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction


class Refusal(NamedTuple):
    constraint: str
    what: str
    make: Callable[[], models.Model]
    wrong: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.constraint}: {self.what}"

    def arranged(self) -> tuple[models.Model, dict[str, Any]]:
        """A valid saved record, and the values that would make it wrong."""
        record = self.make()
        return record, {name: value(record) if callable(value) else value for name, value in self.wrong.items()}

    def comes_from_the_database(self) -> None:
        """Assert that PostgreSQL refuses the values by this constraint, whatever a form would say."""
        record, wrong = self.arranged()
        rows = type(record)._base_manager.filter(pk=record.pk)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            rows.update(**wrong)
        assert refused.value.__cause__.diag.constraint_name == self.constraint

    def is_told_in_a_sentence(self) -> None:
        """Assert that the model's own check gives the sentence of this constraint."""
        record, wrong = self.arranged()
        constraint = next(rule for rule in record._meta.constraints if rule.name == self.constraint)
        for name, value in wrong.items():
            setattr(record, name, value)
        with pytest.raises(ValidationError) as refused:
            record.validate_constraints()
        assert str(constraint.violation_error_message) in refused.value.messages


def refuses(constraint: str, what: str, make: Callable[[], models.Model], **wrong: Any) -> Refusal:
    return Refusal(constraint, what, make, wrong)


def precision_refusals(constraint: str, make: Callable[..., models.Model], field: str) -> list[Refusal]:
    """What no pair of a date and its precision may say."""
    precision = f"{field}_precision"
    return [
        refuses(constraint, "exact to the day without a day", make, **{field: None, precision: "day"}),
        refuses(constraint, "a day, but not known", make, **{field: "2023-08-17", precision: "unknown"}),
        refuses(constraint, "a month not stored as its first day", make, **{field: "2023-08-17", precision: "month"}),
        refuses(constraint, "a year not stored as 1 January", make, **{field: "2023-08-01", precision: "year"}),
        refuses(constraint, "a precision that is none", make, **{field: "2023-01-01", precision: "decade"}),
    ]


def position_refusals(prefix: str, make: Callable[..., models.Model]) -> list[Refusal]:
    """What no point on the globe may be."""
    return [
        refuses(f"{prefix}_both_coordinates", "a latitude alone", make, latitude="15.5", longitude=None),
        refuses(f"{prefix}_both_coordinates", "a longitude alone", make, latitude=None, longitude="120.5"),
        refuses(f"{prefix}_latitude_in_range", "north of the pole", make, latitude="90.000001", longitude=0),
        refuses(f"{prefix}_latitude_in_range", "south of the pole", make, latitude="-90.000001", longitude=0),
        refuses(f"{prefix}_longitude_in_range", "beyond 180 degrees east", make, latitude=0, longitude="180.000001"),
        refuses(f"{prefix}_longitude_in_range", "beyond 180 degrees west", make, latitude=0, longitude="-180.000001"),
    ]
