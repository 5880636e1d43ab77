"""What the card of each page says, from what its view has at hand anyway: the words and figures of the page itself.

`card_views.py` draws them. Figures of a list are those of all that the page is about, so a page whose list is narrowed
by filters hands in none, and its card is described without them.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from xml.etree.ElementTree import Element, fromstring

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from countries.models import PartnerCountry
from jcm_portal.pictures.card import Card, Figure
from jcm_portal.publishers import IN_JAPANESE
from jcm_portal.templatetags.languages import plain
from jcm_portal.templatetags.units import day, fiscal_year, in_japanese, number, on

from .filters import ProjectQuery, Totals
from .models import (
    Announcement,
    AnnouncementKind,
    Methodology,
    Organisation,
    Project,
    SelectionRound,
    Status,
    Technology,
)
from .precedents import Precedents
from .progress import PAGES as STATISTICS

# The titles of the pages that are about no record, by the name of their address.
PAGES = {
    "home": gettext_lazy("Every project of the Joint Crediting Mechanism, with its source"),
    "projects": gettext_lazy("Projects"),
    "countries": gettext_lazy("Partner countries"),
    "technologies": gettext_lazy("Technologies"),
    "precedents": gettext_lazy("Precedents"),
    "organisations": gettext_lazy("Organisations"),
    "methodologies": gettext_lazy("Methodologies"),
    "rounds": gettext_lazy("Selection rounds"),
    "announcements": gettext_lazy("Announcements"),
    "search": gettext_lazy("Search"),
    "reconciliation": gettext_lazy("Reconciliation: what is stated, what is on record"),
    "statistics": gettext_lazy("Statistics"),
    **{f"statistics-{name}": page.title for name, page in STATISTICS.items()},
    "outlook": gettext_lazy("Outlook to FY2030"),
    "glossary": gettext_lazy("Glossary"),
    "about": gettext_lazy("About: sources, method, what is missing"),
    "accessibility": gettext_lazy("Accessibility"),
}
LISTS = ("projects", "countries", "technologies")  # those of `PAGES` that say what all projects add up to


def of_page(name: str, figures: Sequence[Figure] = ()) -> Card:
    """The card of a page of `PAGES`; where there are no figures, it says what the portal is."""
    what = _("Every project of the Joint Crediting Mechanism that a public source names, with its source.")
    facts = [] if figures else [what.rstrip(".。")]
    return _card("page", name, _("Joint Crediting Mechanism (JCM)"), str(PAGES[name]), facts, figures)


def of_home(totals: Totals, partner_countries: int, registered: int) -> Card:
    """The card of the first page; `registered` counts those with credits, too."""
    countries = Figure(number(partner_countries), _("Partner countries"))
    return of_page("home", [_on_record(totals.projects), countries, _registered(registered)])


def of_list(name: str, totals: Totals | None) -> Card:
    """The card of a page that lists all projects, or what they are sorted by."""
    return of_page(name, list(_totals(totals, countries=True)))


def of_project(project: Project, reference: str | None, sources: int) -> Card:
    """The card of a project; `reference` is that of the JCM, and `sources` are all that its page names."""
    technology = plain(project.technology, "name") if project.technology else _("technology not stated")
    known = project.status != Status.UNKNOWN
    figures = [
        Figure(project.get_status_display(), _("Status"), known=known, mark=shape_of(project.status)),
        _amount(project.expected_reduction_tco2_per_year, _expected()),
    ]
    source = _("%(n)s sources") % {"n": sources}
    if sources == 1:
        source = f"{_('Source')}{_(': ')}{_publisher(project.source.publisher)}"
    kicker = " · ".join(filter(None, [_("Project"), reference]))
    facts = [plain(project.country, "name"), technology]
    return _card("project", project.key, kicker, plain(project, "title"), facts, figures, source)


def of_country(country: PartnerCountry, totals: Totals | None, registered: int) -> Card:
    """The card of a partner country; `registered` counts those with credits, too."""
    since = _("A partner country since %(day)s.") % {"day": on(country, "joined_on")} if country.joined_on else ""
    figures = list(_totals(totals))
    if len(figures) == 2:  # else forests stand apart, and more would be too much
        figures.insert(1, _registered(registered))
    facts = [country.get_region_display(), since.rstrip(".。")]
    return _card("country", country.slug, _("Partner country"), plain(country, "name"), facts, figures)


def of_technology(technology: Technology, totals: Totals | None) -> Card:
    """The card of a technology with its sector."""
    facts = [plain(technology.sector, "name")]
    figures = list(_totals(totals, countries=True))
    return _card("technology", technology.slug, _("Technology"), plain(technology, "name"), facts, figures)


def of_organisation(organisation: Organisation, totals: Totals | None, issued: dict[str, int | None]) -> Card:
    """The card of an organisation; the tonnes are those of whole projects, as its page explains."""
    facts = [plain(organisation.country, "name") if organisation.country else "", organisation.get_usual_side_display()]
    figures = []
    if totals:
        expected = _amount(totals.reduction, _("Expected reductions of its projects, tCO₂/year"), totals.stating)
        credits = _credits(_("Credits issued to its projects, tCO₂"), issued["total"], issued["projects"] or 0)
        figures = [_on_record(totals.projects), expected, credits]
    key, name = organisation.slug, plain(organisation, "name")
    return _card("organisation", key, _("Organisation"), name, facts, figures)


def of_methodology(methodology: Methodology, totals: Totals | None) -> Card:
    """The card of a methodology, which is known by its number."""
    approved = f"{_('Approved on')} {on(methodology, 'approved_on')}" if methodology.approved_on else ""
    facts = [plain(methodology.country, "name"), approved]
    title = f"{methodology.number} {methodology.title}".strip()
    return _card("methodology", methodology.number, _("Methodology"), title, facts, list(_totals(totals)))


def of_round(selection_round: SelectionRound, totals: Totals | None) -> Card:
    """The card of a selection round."""
    facts = [plain(selection_round.programme, "name"), fiscal_year(selection_round.fiscal_year)]
    figures = list(_totals(totals, countries=True))
    return _card("round", selection_round.key, _("Selection round"), plain(selection_round, "label"), facts, figures)


def of_announcement(announcement: Announcement, recorded: int) -> Card:
    """The card of a release: what it states, and of a list, how much of it is on record."""
    stated = {
        _("Projects selected, as stated"): announcement.stated_selected,
        _("Projects so far, as stated"): announcement.stated_cumulative,
        _("Partner countries then, as stated"): announcement.stated_partner_countries,
    }
    figures = [_amount(value, label) for label, value in stated.items() if value is not None]
    if announcement.kind == AnnouncementKind.SELECTION_RESULT and announcement.stated_selected is None:
        figures.insert(0, _amount(None, _("Projects selected, as stated")))
    if announcement.kind == AnnouncementKind.SELECTION_RESULT or recorded:
        figures.insert(1, _on_record(recorded))
    facts = [on(announcement, "published_on"), _publisher(announcement.publisher)]
    kicker = f"{_('Announcement')} · {announcement.get_kind_display()}"
    return _card("announcement", announcement.key, kicker, plain(announcement, "title"), facts, figures[:3])


def of_precedent(query: Precedents) -> Card:
    """The card of one technology in one country: how many precedents, and what those add up to that state it."""
    technology, country = query.technology, query.country
    names = {"technology": plain(technology, "name"), "country": plain(country, "name")}
    return _card(
        "precedent",
        f"{technology.slug}_{country.iso2}",
        _("Precedents"),
        _("%(technology)s in %(country)s") % names,
        [plain(technology.sector, "name")],
        [] if query.chips else list(_precedents(query)),
    )


def whole(query: ProjectQuery) -> Totals | None:
    """The figures of a page's list where no filter narrows it."""
    return None if query.chips else query.totals


# -- What cards share ------------------------------------------------------------------------------


def _card(
    kind: str,
    key: str,
    kicker: str,
    title: str,
    facts: Sequence[str] = (),
    figures: Sequence[Figure] = (),
    source: str = "",
) -> Card:
    as_of = _("as of %(day)s") % {"day": day(timezone.localdate())}
    known = [str(fact) for fact in facts if fact]
    return Card(kind, key, kicker, title, known, figures, source, name=_("JCM Portal"), day=as_of)


@cache
def shape_of(status: str) -> Element | None:
    """The shape of a status, as pages show it."""
    shown = render_to_string("partials/status.html", {"status": status, "label": ""})
    return fromstring(shown).find("svg")  # noqa: S314  # a template of ours


def _amount(value: int | None, label: str, stating: int = 0) -> Figure:
    """An amount, and how many projects state it where it is a sum."""
    if value is None:
        return Figure(_("not stated"), label, known=False)
    by = ngettext("stated by %s project", "stated by %s projects", stating) % number(stating) if stating else ""
    return Figure(number(value), label, by)


def _on_record(count: int) -> Figure:
    return Figure(number(count), _("Projects on record"))


def _registered(count: int) -> Figure:
    return Figure(number(count), str(Status.REGISTERED.label))


def _totals(totals: Totals | None, *, countries: bool = False) -> Iterator[Figure]:
    """The sentence above a list as figures; forests and agriculture stand apart."""
    if totals is None:
        return
    yield _on_record(totals.projects)
    apart = totals.land_use_reduction
    if countries and (totals.reduction is None or apart is None):
        yield Figure(number(totals.countries), _("Countries"))
    if totals.reduction is not None or apart is None:
        yield _amount(totals.reduction, _expected(), totals.stating)
    if apart is not None:
        yield _amount(apart, _("%s: forests and agriculture, apart") % _expected(), totals.land_use_stating)


def _precedents(query: Precedents) -> Iterator[Figure]:
    count = len(query.all_standings)
    if not count:
        yield Figure(_("none on record"), _("Precedents"), known=False)
        return
    yield Figure(number(count), _("Precedents"))
    tons, stating = query.reduction or (None, 0)
    yield _amount(tons, _expected(), stating)
    yield _credits(_("Credits issued, tCO₂"), *(query.issued or (None, 0)))


def _expected() -> str:
    return _("Expected reductions, tCO₂/year")


def _credits(label: str, tons: int | None, count: int) -> Figure:
    if tons is None:
        return Figure(_("none on record"), label, known=False)
    to = ngettext("to %(n)s project", "to %(n)s projects", count) % {"n": number(count)}
    return Figure(number(tons), label, to)


def _publisher(name: str) -> str:
    """Who published something, as pages name it."""
    return IN_JAPANESE.get(name, name) if in_japanese() else name
