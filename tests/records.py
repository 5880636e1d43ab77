"""A record of every noun that the admin keeps, by the name of its model: the smallest, and one with rows."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from tests.factories import (
    make_alias,
    make_announcement,
    make_country,
    make_country_document,
    make_identifier,
    make_issuance,
    make_issuance_statement,
    make_methodology,
    make_milestone,
    make_organisation,
    make_programme,
    make_project,
    make_project_methodology,
    make_round,
    make_sector,
    make_selection,
    make_source,
    make_stated_total,
    make_target,
    make_technology,
    make_term,
    make_user,
)

SMALLEST = {
    "announcement": make_announcement,
    "creditissuance": make_issuance,
    "glossaryterm": make_term,
    "group": lambda: Group.objects.create(name=f"Readers {Group.objects.count()}"),
    "issuancestatement": make_issuance_statement,
    "methodology": make_methodology,
    "milestone": make_milestone,
    "organisation": make_organisation,
    "partnercountry": make_country,
    "permission": lambda: Permission.objects.create(
        codename=f"read_{Permission.objects.count()}", content_type=ContentType.objects.get_for_model(Group)
    ),
    "programme": make_programme,
    "project": make_project,
    "sector": make_sector,
    "selection": make_selection,
    "selectionround": make_round,
    "source": make_source,
    "statedtotal": make_stated_total,
    "target": make_target,
    "technology": make_technology,
    "user": make_user,
}
WITH_ROWS = SMALLEST | {
    "announcement": lambda: make_selection().announcement,
    "methodology": lambda: make_project_methodology().methodology,
    "organisation": lambda: make_alias().organisation,
    "partnercountry": lambda: make_country_document().country,
    "programme": lambda: make_round().programme,
    "project": lambda: make_identifier(project=make_selection(project=make_issuance().project).project).project,
    "sector": lambda: make_technology().sector,
    "source": lambda: make_methodology().source,
}
