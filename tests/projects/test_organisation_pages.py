"""Organisations and methodologies: what their pages count, and the lists behind the counts."""

from collections import Counter

import pytest
from django.http import QueryDict
from django.test import Client

from jcm_portal.models import PublicationState
from projects import publishing, stats
from projects.filters import selected
from projects.models import Methodology, Organisation
from tests.bundled import rows_of
from tests.factories import (
    make_methodology,
    make_organisation,
    make_participation,
    make_project,
    make_project_methodology,
    make_user,
)
from tests.plain_list import by_project, narrowed, projects
from tests.reading import page_of

pytestmark = pytest.mark.django_db

PARTS = by_project("participants")
USES = by_project("project_methodologies")


def page(path):
    response = Client().get(path)
    assert response.status_code == 200
    return page_of(response)


def followed(link):
    return selected(QueryDict(link.partition("?")[2].partition("#")[0])).count()


# -- Organisations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["sharp", "marubeni"])
def test_an_organisation_counts_its_roles_countries_technologies_and_partners(slug):
    slug = next(row["organisation_key"] for row in rows_of("organisations") if row["organisation_key"].startswith(slug))
    own = narrowed({"participant": [slug]})
    parts = [part for rows in PARTS.values() for part in rows if part["organisation_key"] == slug]
    shared = Counter(
        part["organisation_key"]
        for project in own
        for part in {one["organisation_key"]: one for one in PARTS[project["key"]]}.values()
        if part["organisation_key"] != slug
    )

    shown = page(f"/organisations/{slug}/")

    roles = Counter((part["side"], part["role"]) for part in parts)
    assert sorted(int(item["data-role"]) for item in shown.all("li", data_role=True)) == sorted(roles.values())
    by_country = {a["data-by-country"]: int(a.text) for a in shown.all("a", data_by_country=True)}
    assert by_country == Counter(project["country"] for project in own)
    by_technology = {a["data-by-technology"]: int(a.text) for a in shown.all("a", data_by_technology=True)}
    assert by_technology == Counter(slug for project in own for slug in project["technology"])
    partners = {item["data-partner"]: int(item.text) for item in shown.all("span", data_partner=True)}
    assert bool(partners) == bool(shared)
    assert partners == {partner: shared[partner] for partner in partners}
    assert sorted(partners.values(), reverse=True) == sorted(shared.values(), reverse=True)[:12]


def test_the_tonnes_are_those_of_whole_projects_and_the_page_says_so():
    own = narrowed({"participant": ["sharp"]})

    shown = page("/organisations/sharp/")

    issued = stats.issued_of(selected(QueryDict("participant=sharp")))
    assert issued["total"] == (sum(one["credits"] or 0 for one in own) or None)
    assert "must not be added" in shown.text


def test_names_stand_in_both_languages_with_their_aliases():
    organisation = Organisation.objects.filter(aliases__language="ja").exclude(name_ja="").first()

    shown = page(organisation.get_absolute_url())

    assert organisation.name_ja in [span.text for span in shown.all("span", lang="ja")]
    for alias in organisation.aliases.all():
        assert alias.name in [span.text for span in shown.all("span", lang=alias.language)]


def test_a_draft_gives_no_part_and_a_published_one_at_once():
    organisation, partner = make_organisation(), make_organisation()
    make_participation(organisation=organisation)
    draft = make_project(state=PublicationState.DRAFT)
    for one in (organisation, partner):
        make_participation(project=draft, organisation=one)
    assert stats.partners_of(organisation) == []

    publishing.publish(record=draft, by=make_user())

    assert [(one, one.count) for one in stats.partners_of(organisation)] == [(partner, 1)]
    assert sum(count for _side, _role, count in stats.roles_of(organisation)) == 2


# -- Methodologies -----------------------------------------------------------------------------------


def test_each_family_counts_the_projects_of_the_list_behind_it():
    used = {
        number: {key for key, rows in USES.items() if number in {one["number"] for one in rows}} for number in NUMBERS
    }
    members = {}
    for row in rows_of("methodologies"):
        if row["family"]:
            members.setdefault(row["family"], []).append(row)

    found = stats.families()

    assert {family.slug: [one.number for one in family.members] for family in found} == {
        slug: sorted(row["number"] for row in rows)
        for slug, rows in members.items()
        if len({row["country_iso2"] for row in rows}) > 1
    }
    for family in found:
        assert family.count == len(set().union(*(used[one.number] for one in family.members)))
        assert family.count == followed(family.projects), family.slug


NUMBERS = [row["number"] for row in rows_of("methodologies")]


def test_a_methodology_shows_its_family_with_countries_projects_and_versions():
    family = stats.families()[0]
    number = max(family.members, key=lambda one: sum(one.number in str(rows) for rows in USES.values())).number

    shown = page(f"/methodologies/{number}/")

    rows = {row["data-methodology"]: row for row in shown.all("tr", data_methodology=True)}
    assert set(rows) == {one.number for one in family.members}
    for one, row in rows.items():
        a = row.all("a")[-1]
        assert int(a.text) == followed(a["href"]) == len(narrowed({"methodology": [one]}))
    versions = Counter(one["version"] for uses in USES.values() for one in uses if one["number"] == number)
    assert {span["data-version"] for span in shown.all("span", data_version=True)} == set(versions)


def test_drafts_use_no_methodology_and_published_projects_do_at_once():
    draft = make_project(state=PublicationState.DRAFT)
    methodology = make_methodology(family="test-family")
    make_project_methodology(project=draft, methodology=methodology, version="01.0")
    assert [one.count for one in stats.family_of(methodology)] == [0]
    assert not stats.versions_of(methodology)

    publishing.publish(record=draft, by=make_user())

    assert [one.count for one in stats.family_of(methodology)] == [1]
    assert [(one["version"], one["count"]) for one in stats.versions_of(methodology)] == [("01.0", 1)]


def test_the_list_of_methodologies_links_each_count():
    shown = page("/methodologies/?per_page=100")

    for row in shown.all("tr", data_methodology=True):
        a = row.all("a")[-1]
        assert int(a.text) == len(narrowed({"methodology": [row["data-methodology"]]}))
    assert len(shown.all("tr", data_methodology=True)) == Methodology.objects.count()
    assert len(projects()) == 250
