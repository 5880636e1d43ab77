"""Points on the globe, in degrees (WGS 84)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def position_rules() -> list[models.CheckConstraint]:
    """The database's rules for a point: both coordinates or none, each within the globe (degrees)."""
    return [
        models.CheckConstraint(
            condition=Q(latitude__isnull=True, longitude__isnull=True)
            | Q(latitude__isnull=False, longitude__isnull=False),
            name="%(app_label)s_%(class)s_both_coordinates",
            violation_error_message=_("Give both latitude and longitude, or neither."),
        ),
        models.CheckConstraint(
            condition=Q(latitude__isnull=True) | Q(latitude__gte=-90, latitude__lte=90),
            name="%(app_label)s_%(class)s_latitude_in_range",
            violation_error_message=_("The latitude lies between -90 and 90 degrees."),
        ),
        models.CheckConstraint(
            condition=Q(longitude__isnull=True) | Q(longitude__gte=-180, longitude__lte=180),
            name="%(app_label)s_%(class)s_longitude_in_range",
            violation_error_message=_("The longitude lies between -180 and 180 degrees."),
        ),
    ]
