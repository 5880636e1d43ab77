"""The nouns of the JCM, one file each."""

from .announcements import Announcement, AnnouncementKind, Selection
from .choices import Confidence, Series, Side, TitleKind
from .glossary import GlossaryTerm
from .issuances import CreditIssuance, IssuanceStatement, JapanShare
from .loaded import LoadedRecord
from .methodologies import Methodology, ProjectMethodology
from .organisations import Organisation, OrganisationAlias
from .project import (
    Identifier,
    LocationPrecision,
    Milestone,
    MilestoneKind,
    Participation,
    Project,
    Role,
    Scheme,
    Status,
)
from .taxonomy import Programme, Sector, SelectionRound, Technology
from .totals import StatedTotal, StatedWhat, Target

__all__ = [
    "Announcement",
    "AnnouncementKind",
    "Confidence",
    "CreditIssuance",
    "GlossaryTerm",
    "Identifier",
    "IssuanceStatement",
    "JapanShare",
    "LoadedRecord",
    "LocationPrecision",
    "Methodology",
    "Milestone",
    "MilestoneKind",
    "Organisation",
    "OrganisationAlias",
    "Participation",
    "Programme",
    "Project",
    "ProjectMethodology",
    "Role",
    "Scheme",
    "Sector",
    "Selection",
    "SelectionRound",
    "Series",
    "Side",
    "StatedTotal",
    "StatedWhat",
    "Status",
    "Target",
    "Technology",
    "TitleKind",
]
