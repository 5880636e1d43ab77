"""The nouns of the JCM, one file each."""

from .announcements import Announcement, AnnouncementKind, Selection
from .choices import Confidence, Series, Side, TitleKind
from .glossary import GlossaryTerm
from .imports import ImportFile, ImportRow, ImportRun, RowOutcome, WrittenRow
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
from .searching import SearchEntry, SearchName
from .taxonomy import Programme, Sector, SelectionRound, Technology
from .totals import StatedTotal, StatedWhat, Target

from . import history  # isort: skip  # adds a table of events to each noun above

__all__ = [
    "Announcement",
    "AnnouncementKind",
    "Confidence",
    "CreditIssuance",
    "GlossaryTerm",
    "Identifier",
    "ImportFile",
    "ImportRow",
    "ImportRun",
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
    "RowOutcome",
    "Scheme",
    "SearchEntry",
    "SearchName",
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
    "WrittenRow",
    "history",
]
