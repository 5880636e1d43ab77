"""Which nouns keep their history, and what is a part of what."""

from jcm_portal.history import keep

from .announcements import Announcement, Selection
from .glossary import GlossaryTerm
from .issuances import CreditIssuance, IssuanceStatement
from .methodologies import Methodology, ProjectMethodology
from .organisations import Organisation, OrganisationAlias
from .project import Identifier, Milestone, Participation, Project
from .taxonomy import Programme, Sector, SelectionRound, Technology
from .totals import StatedTotal, Target

for noun in (
    Announcement,
    GlossaryTerm,
    IssuanceStatement,
    Methodology,
    Organisation,
    Programme,
    Project,
    Sector,
    SelectionRound,
    StatedTotal,
    Target,
    Technology,
):
    keep(noun)
keep(Identifier, parent="project", named_by=("scheme", "value"))
keep(Participation, parent="project", named_by=("organisation", "side"))
keep(Milestone, parent="project", named_by=("kind", "reached_on"))
keep(ProjectMethodology, parent="project", named_by=("methodology",))
keep(CreditIssuance, parent="project", named_by=("monitoring_from", "monitoring_to", "issued_on"))
keep(OrganisationAlias, parent="organisation", named_by=("name",))
keep(Selection, parent="announcement", others=("project",), named_by=("number_in_list", "stated_title", "project"))
