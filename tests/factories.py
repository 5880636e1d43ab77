"""The smallest valid records, saved. Any field can be given by name; many-to-many ones as a list.

Keys, codes and numbers are such that no bundled record has them: keys begin with `test-`, countries
are none of the JCM's partners. What the database works out (a project's status, its search vector) is
not on the object returned: `refresh_from_db()` fetches it.
"""

import csv
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.utils import timezone

from countries.iso3166 import ALPHA3_OF
from countries.models import CountryDocument, DocumentKind, PartnerCountry, Region
from jcm_portal.dates import Dated
from jcm_portal.models import PublicationState, Source, SourceKind
from projects import publishing
from projects.models import (
    Announcement,
    AnnouncementKind,
    CreditIssuance,
    GlossaryTerm,
    Identifier,
    IssuanceStatement,
    Methodology,
    Milestone,
    MilestoneKind,
    Organisation,
    OrganisationAlias,
    Participation,
    Programme,
    Project,
    ProjectMethodology,
    Scheme,
    Sector,
    Selection,
    SelectionRound,
    Series,
    Side,
    StatedTotal,
    StatedWhat,
    Target,
    Technology,
)

COUNTRIES_CSV = Path(__file__).parent.parent / "countries" / "data" / "countries.csv"
with COUNTRIES_CSV.open(encoding="utf-8", newline="") as file:
    PARTNERS = {row["iso2"] for row in csv.DictReader(file)}
NO_PARTNERS = [iso2 for iso2 in ALPHA3_OF if iso2 not in PARTNERS]

numbers = count(1)


def saved(model, *, defaults, fields):
    """A saved record; a default that is a function is called only when the field is not given.

    A date given without its precision is exact to the day.
    """
    values = {name: value() if callable(value) else value for name, value in defaults.items() if name not in fields}
    values |= fields
    many = {field.name: values.pop(field.name) for field in model._meta.many_to_many if field.name in values}
    record = model(**values)
    if isinstance(record, Dated):
        Dated.clean(record)
    record.save()
    for name, related in many.items():
        getattr(record, name).set(related)
    return record


def make_source(**fields):
    number = next(numbers)
    defaults = {
        "key": f"test-source-{number}",
        "publisher": "Ministry of the Environment, Japan",
        "title": f"Release {number}",
        "url": f"https://source.example/{number}",
        "language": "en",
        "kind": SourceKind.RELEASE,
        "seen_on": date(2024, 1, 1),
    }
    return saved(Source, defaults=defaults, fields=fields)


def make_country(**fields):
    """A country that is no partner of the JCM in reality, named after its code: Testland FR."""
    taken = set(PartnerCountry.objects.values_list("iso2", flat=True))
    iso2 = fields.get("iso2") or next(code for code in NO_PARTNERS if code not in taken)
    defaults = {
        "iso2": iso2,
        "iso3": ALPHA3_OF.get(iso2, ""),
        "slug": f"test-{iso2.lower()}",
        "name": f"Testland {iso2}",
        "name_ja": f"試験国{iso2}",
        "region": Region.EUROPE_AND_CENTRAL_ASIA,
        "source": make_source,
    }
    return saved(PartnerCountry, defaults=defaults, fields=fields)


def the_country():
    """The country of what needs one and is given none: one for all of them, as codes are few."""
    return PartnerCountry.objects.filter(slug="test-country").first() or make_country(slug="test-country")


def make_country_document(**fields):
    defaults = {"country": make_country, "kind": DocumentKind.RENEWAL, "source": make_source}
    return saved(CountryDocument, defaults=defaults, fields=fields)


def make_sector(**fields):
    number = next(numbers)
    defaults = {"slug": f"test-sector-{number}", "name": f"Sector {number}", "name_ja": f"分野{number}"}
    return saved(Sector, defaults=defaults, fields=fields)


def make_technology(**fields):
    number = next(numbers)
    defaults = {
        "sector": make_sector,
        "slug": f"test-technology-{number}",
        "name": f"Technology {number}",
        "name_ja": f"技術{number}",
    }
    return saved(Technology, defaults=defaults, fields=fields)


def make_programme(**fields):
    number = next(numbers)
    defaults = {
        "slug": f"test-programme-{number}",
        "name": f"Programme {number}",
        "name_ja": f"事業{number}",
        "source": make_source,
    }
    return saved(Programme, defaults=defaults, fields=fields)


def make_round(**fields):
    number = next(numbers)
    defaults = {
        "key": f"test-round-{number}",
        "programme": make_programme,
        "fiscal_year": 2023,
        "number": number,
        "label": f"Round {number}",
    }
    return saved(SelectionRound, defaults=defaults, fields=fields)


def make_organisation(**fields):
    number = next(numbers)
    defaults = {"slug": f"test-organisation-{number}", "name": f"Organisation {number}"}
    return saved(Organisation, defaults=defaults, fields=fields)


def make_alias(**fields):
    defaults = {"organisation": make_organisation, "name": f"Alias {next(numbers)}", "language": "en"}
    return saved(OrganisationAlias, defaults=defaults, fields=fields)


def make_announcement(*, state=PublicationState.PUBLISHED, published_at: datetime | None = None, **fields):
    """Published a minute ago, unless another state or time is given; a round brings its programme and year."""
    number = next(numbers)
    defaults = {
        "key": f"test-announcement-{number}",
        "kind": AnnouncementKind.SELECTION_RESULT,
        "title": f"Announcement {number}",
        "source": make_source,
    }
    if fields.get("round"):
        defaults |= {"programme": fields["round"].programme, "fiscal_year": fields["round"].fiscal_year}
    return brought_to(state, saved(Announcement, defaults=defaults, fields=fields), published_at)


def make_project(*, state=PublicationState.PUBLISHED, published_at: datetime | None = None, **fields):
    """Published a minute ago, unless another state or time is given; figures bring a source with them."""
    number = next(numbers)
    defaults = {
        "key": f"test-project-{number}",
        "title": f"Project {number}",
        "country": the_country,
        "source": make_source,
    }
    if fields.get("expected_reduction_tco2_per_year") is not None:
        defaults["reduction_source"] = make_source
    if fields.get("latitude") is not None:
        defaults["location_source"] = make_source
    return brought_to(state, saved(Project, defaults=defaults, fields=fields), published_at)


def brought_to(state, record, published_at: datetime | None = None):
    """The draft `record`, moved to `state` by the portal's own verbs."""
    if state == PublicationState.IN_REVIEW:
        publishing.submit(record=record, by=make_user())
    if state in (PublicationState.PUBLISHED, PublicationState.WITHDRAWN):
        publishing.publish(record=record, by=None, at=published_at or timezone.now() - timedelta(minutes=1))
    if state == PublicationState.WITHDRAWN:
        publishing.withdraw(record=record, by=make_user(), reason="Entered twice.")
    return record


def make_selection(**fields):
    """A row of an announcement's list; with `fiscal_year` it has no announcement."""
    defaults = {"project": make_project, "source": make_source}
    if "fiscal_year" not in fields:
        defaults["announcement"] = make_announcement
    return saved(Selection, defaults=defaults, fields=fields)


def make_identifier(**fields):
    defaults = {"project": make_project, "scheme": Scheme.GEC, "value": f"test-{next(numbers)}"}
    return saved(Identifier, defaults=defaults, fields=fields)


def make_milestone(**fields):
    defaults = {"project": make_project, "kind": MilestoneKind.SELECTED, "source": make_source}
    return saved(Milestone, defaults=defaults, fields=fields)


def make_participation(**fields):
    defaults = {
        "project": make_project,
        "organisation": make_organisation,
        "side": Side.JAPAN,
        "source": make_source,
    }
    return saved(Participation, defaults=defaults, fields=fields)


def make_methodology(**fields):
    """Numbered from 999 downwards in its country, where the JCM is far from."""
    country = fields.pop("country", None) or the_country()
    taken = set(Methodology.objects.values_list("number", flat=True))
    candidates = (f"{country.iso2}_AM{number:03}" for number in range(999, 0, -1))
    defaults = {
        "number": lambda: next(number for number in candidates if number not in taken),
        "source": make_source,
    }
    return saved(Methodology, defaults=defaults, fields={**fields, "country": country})


def make_project_methodology(**fields):
    defaults = {"project": make_project, "methodology": make_methodology}
    return saved(ProjectMethodology, defaults=defaults, fields=fields)


def make_issuance(**fields):
    defaults = {"project": make_project, "total_tco2": 100, "source": make_source}
    return saved(CreditIssuance, defaults=defaults, fields=fields)


def make_issuance_statement(**fields):
    defaults = {
        "key": f"test-statement-{next(numbers)}",
        "country": the_country,
        "total_tco2": 100,
        "source": make_source,
    }
    return saved(IssuanceStatement, defaults=defaults, fields=fields)


def make_stated_total(**fields):
    defaults = {
        "what": StatedWhat.CUMULATIVE_SELECTED,
        "value": 100,
        "series": Series.MODEL_PROJECTS,
        "source": make_source,
    }
    return saved(StatedTotal, defaults=defaults, fields=fields)


def make_target(**fields):
    defaults = {"statement": "100 million tons of reductions by FY2030", "source": make_source}
    return saved(Target, defaults=defaults, fields=fields)


def make_term(**fields):
    number = next(numbers)
    defaults = {
        "slug": f"test-term-{number}",
        "term": f"Term {number}",
        "definition": "A word of the field.",
        "source": make_source,
    }
    return saved(GlossaryTerm, defaults=defaults, fields=fields)


def make_user(*, groups=(), **fields):
    """Somebody with an account; in the named groups, a member of staff."""
    name = fields.pop("username", None) or f"test-user-{next(numbers)}"
    user = User.objects.create_user(name, **{"password": "test", "is_staff": bool(groups), **fields})
    user.groups.set(Group.objects.get(name=group) for group in groups)
    return user


def make_editor(**fields):
    return make_user(groups=["Editor"], **fields)


def make_publisher(**fields):
    return make_user(groups=["Publisher"], **fields)
