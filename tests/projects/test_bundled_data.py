"""The bundled data in the database, against the files read by nothing but the csv module."""

from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Count, Q

from countries.models import CountryDocument, PartnerCountry
from jcm_portal.models import Source
from projects.importing.loading import load_folders
from projects.importing.plan import Outcome
from projects.importing.tables import TABLES, bundled_folders
from projects.models import (
    Announcement,
    CreditIssuance,
    Identifier,
    IssuanceStatement,
    LoadedRecord,
    Methodology,
    Milestone,
    Organisation,
    OrganisationAlias,
    Participation,
    Project,
    ProjectMethodology,
    Selection,
    SelectionRound,
    StatedTotal,
    Target,
    Technology,
)
from tests.bundled import FOLDERS, items, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bundled_data")]

UNKNOWN = "not known"


def by(rows, column, **names):
    """How many rows have each value of a column."""
    return Counter(names.get(row[column], row[column]) or UNKNOWN for row in rows)


def in_database(rows, path):
    """The same of a queryset, by the value at the end of a path of relations."""
    return Counter(UNKNOWN if value in (None, "") else str(value) for value in rows.values_list(path, flat=True))


def test_the_folders_are_those_of_the_apps():
    assert bundled_folders() == FOLDERS
    names = {path.stem for folder in FOLDERS for path in folder.glob("*.csv")}
    assert names == set(TABLES)


@pytest.mark.parametrize("name", [name for name in TABLES if name != "milestones"])
def test_each_row_of_a_file_is_one_record(name):
    assert TABLES[name].model._default_manager.count() == len(rows_of(name))


def test_the_figures_of_the_data_set_are_those_of_the_database():
    projects = Project.objects.published()

    assert projects.count() == 250
    assert PartnerCountry.objects.count() == 31
    assert projects.values("country").distinct().count() == 20
    assert projects.filter(identifiers__isnull=True).count() == 103
    assert (Source.objects.count(), Organisation.objects.count(), Participation.objects.count()) == (382, 287, 458)
    assert (Selection.objects.count(), Announcement.objects.published().count()) == (131, 104)
    assert Methodology.objects.count() == 92
    assert projects.filter(expected_reduction_tco2_per_year__isnull=False).count() == 202
    assert in_database(projects.filter(latitude__isnull=False), "location_precision") == {
        "site": 3,
        "city": 50,
        "province": 18,
    }
    assert projects.exclude(title_ja="").count() == 139
    assert projects.filter(title_kind="official").count() == 164
    assert projects.filter(participations__isnull=False).distinct().count() == 234
    assert projects.filter(participations__side="japan").distinct().count() == 230
    assert projects.filter(capacity_mw__isnull=False).count() == 134


def test_projects_by_country():
    names = {row["iso2"]: row["name"] for row in rows_of("countries")}

    assert in_database(Project.objects, "country__name") == by(rows_of("projects"), "country_iso2", **names)
    assert in_database(Project.objects, "country__name")["Viet Nam"] == 46


def test_projects_by_sector_of_the_main_technology():
    sector_of = {row["slug"]: row["sector"] for row in rows_of("technologies")}
    names = {row["slug"]: row["name_en"] for row in rows_of("sectors")}
    main = [(items(row["technologies"]) or [None])[0] for row in rows_of("projects")]

    expected = Counter(names[sector_of[slug]] if slug else UNKNOWN for slug in main)

    assert in_database(Project.objects, "technology__sector__name") == expected
    assert (expected["Renewable energy"], expected[UNKNOWN]) == (145, 4)


def test_projects_by_technology_main_and_further():
    main, further = Counter(), Counter()
    for row in rows_of("projects"):
        first, *others = items(row["technologies"]) or [UNKNOWN]
        main[first] += 1
        further.update(others)

    assert in_database(Project.objects, "technology__slug") == main
    counted = Technology.objects.annotate(number=Count("further_projects")).filter(number__gt=0)
    assert dict(counted.order_by().values_list("slug", "number")) == further


@pytest.mark.parametrize(
    ("column", "path"),
    [
        ("fiscal_year", "fiscal_year"),
        ("programme", "programme__slug"),
        ("confidence", "confidence"),
        ("title_kind", "title_kind"),
        ("location_precision", "location_precision"),
        ("expected_reduction_tco2_per_year", "expected_reduction_tco2_per_year"),
        ("reduction_source_id", "reduction_source__key"),
        ("location_source_id", "location_source__key"),
        ("title_ja", "title_ja"),
        ("note", "note"),
        ("url", "url"),
    ],
)
def test_projects_by_other_columns(column, path):
    assert in_database(Project.objects, path) == by(rows_of("projects"), column)


def test_the_sum_of_reductions_is_that_of_the_file():
    stated = [row["expected_reduction_tco2_per_year"] for row in rows_of("projects")]

    values = Project.objects.values_list("expected_reduction_tco2_per_year", flat=True)

    assert sum(value or 0 for value in values) == sum(int(value) for value in stated if value) == 2_483_380


def test_capacities_and_points_are_those_of_the_file_as_exact_as_the_database_keeps_them():
    found = {project.key: project for project in Project.objects.all()}

    for row in rows_of("projects"):
        for name in ("capacity_mw", "latitude", "longitude"):
            stored, places = getattr(found[row["project_key"]], name), Project._meta.get_field(name).decimal_places
            assert stored == (round(Decimal(row[name]), places) if row[name] else None), row["project_key"]


def test_jcm_references_are_identifiers():
    expected = {row["project_key"]: row["jcm_ref"] for row in rows_of("projects") if row["jcm_ref"]}

    assert dict(Identifier.objects.filter(scheme="jcm").values_list("project__key", "value")) == expected
    assert len(expected) == 147


def test_the_sources_of_a_project_are_all_there_the_first_in_front():
    expected = {row["project_key"]: items(row["source_ids"]) for row in rows_of("projects")}

    for project in Project.objects.select_related("source").prefetch_related("further_sources"):
        first, *others = expected[project.key]
        assert project.source.key == first
        assert {source.key for source in project.further_sources.all()} == set(others)


@pytest.mark.parametrize(
    ("name", "model"),
    [("announcements", Announcement), ("methodologies", Methodology), ("country_documents", CountryDocument)],
)
def test_all_sources_of_what_has_several_are_there(name, model):
    found = sum(1 + number for number in model.objects.annotate(n=Count("further_sources")).values_list("n", flat=True))

    assert found == sum(len(items(row["source_id"])) for row in rows_of(name))


def test_the_fifteen_records_that_may_be_another_are_linked_both_ways():
    noted = [row["project_key"] for row in rows_of("projects") if "ossibly the same as" in row["note"]]

    assert len(noted) == 15
    for project in Project.objects.filter(key__in=noted).prefetch_related("possibly_same_as__possibly_same_as"):
        others = list(project.possibly_same_as.all())
        assert others
        assert all(project in other.possibly_same_as.all() for other in others)


def test_participants_are_those_of_the_file():
    columns = ("project_key", "organisation_key", "side", "role", "source_id")
    expected = {tuple(row[name] for name in columns) for row in rows_of("participants")}

    found = Participation.objects.values_list("project__key", "organisation__slug", "side", "role", "source__key")

    assert set(found) == expected


def test_aliases_are_those_of_the_file():
    expected = {(row["organisation_key"], alias) for row in rows_of("organisations") for alias in items(row["aliases"])}

    assert set(OrganisationAlias.objects.values_list("organisation__slug", "name")) == expected
    assert OrganisationAlias.objects.get(name="兼松KGK").language == "ja"


def test_stated_milestones_are_those_of_the_file():
    expected = Counter((row["project_key"], row["kind"], row["on"]) for row in rows_of("milestones"))
    found = Counter(
        (step.project.key, step.kind, step.partial("reached_on").isoformat())
        for step in Milestone.objects.select_related("project")
    )

    assert not expected - found
    derived = Counter(kind for _project, kind, _on in (found - expected).elements())
    assert derived == {"selected": 52, "in_validation": 49, "credits_issued": 4}


def test_every_project_that_was_selected_or_has_credits_has_a_milestone_that_says_so():
    selections = {row["project_key"] for row in rows_of("selections")}
    issuances = {row["project_key"] for row in rows_of("issuances")}

    with_step = {
        kind: set(Milestone.objects.filter(kind=kind).values_list("project__key", flat=True))
        for kind in ("selected", "credits_issued")
    }

    assert selections <= with_step["selected"]
    assert issuances <= with_step["credits_issued"]


def test_the_status_of_projects_in_the_jcm_table_is_the_tables_or_further_on():
    accepted = {
        "registered": {"registered", "credits_issued"},
        "validation": {"in_validation"},
        "withdrawn": {"withdrawn"},
        "": {"selected", "no_objection", "unknown"},
    }
    status = dict(Project.objects.values_list("key", "status"))

    for row in rows_of("projects"):
        assert status[row["project_key"]] in accepted[row["jcm_status"]], row["project_key"]
    assert Counter(status.values()) == {
        "selected": 85,
        "registered": 66,
        "in_validation": 49,
        "credits_issued": 28,
        "no_objection": 9,
        "unknown": 9,
        "withdrawn": 4,
    }


def test_every_country_joined_on_its_day_with_a_source():
    expected = {row["iso2"]: (row["joined_on"], row["joined_source_id"]) for row in rows_of("countries")}

    found = PartnerCountry.objects.select_related("source")

    assert {one.iso2: (one.partial("joined_on").isoformat(), one.source.key) for one in found} == expected


def test_a_new_partner_is_the_country_of_its_announcement():
    announcements = Announcement.objects.filter(kind="new_partner").prefetch_related("countries")

    assert len(announcements) == 31
    for announcement in announcements:
        (country,) = announcement.countries.all()
        assert country.joined_on == announcement.published_on


def test_selections_are_as_stated_and_their_year_is_the_announcements_where_there_is_one():
    selections = Selection.objects.select_related("announcement", "programme", "project")
    found = Counter(
        (
            one.announcement.key if one.announcement else "",
            one.project.key,
            one.programme.slug if one.programme else "",
            str(one.announcement.fiscal_year if one.announcement else one.fiscal_year),
            one.stated_title,
            one.stated_title_ja,
            one.stated_representative,
        )
        for one in selections
    )

    columns = ("announcement_id", "project_key", "programme", "fiscal_year", "stated_title", "stated_title_ja")
    expected = Counter(
        (*(row[name] for name in columns), row["stated_representative"]) for row in rows_of("selections")
    )
    assert found == expected


def test_the_first_round_of_fiscal_year_2023_has_its_four_projects_and_its_totals():
    announcement = Announcement.objects.get(key="model-fy2023-r1")

    assert announcement.selections.count() == announcement.stated_selected == 4
    assert (announcement.stated_cumulative, announcement.stated_cumulative_series) == (219, "model_projects")
    assert announcement.stated_reduction_by_fy2030_tco2 == 20_000_000
    assert announcement.stated_partner_countries == 27
    assert announcement.round == SelectionRound.objects.get(key="model-fy2023-1")
    assert all(one.project.is_public() for one in announcement.selections.select_related("project"))


def test_amounts_are_those_of_the_files_where_empty_is_not_zero():
    columns = ("total_tco2", "japan_tco2", "host_tco2")
    for name, model in (("issuances", CreditIssuance), ("issuance_statements", IssuanceStatement)):
        expected = Counter(tuple(int(row[one]) if row[one] else None for one in columns) for row in rows_of(name))
        assert Counter(model.objects.values_list(*columns)) == expected


def test_totals_targets_and_methods_of_projects_are_those_of_the_files():
    totals = Counter((row["date"], row["what"], int(row["value"]), row["series"]) for row in rows_of("stated_totals"))
    assert totals == Counter(
        (one.partial("stated_on").isoformat(), one.what, one.value, one.series) for one in StatedTotal.objects.all()
    )
    assert {row["target"] for row in rows_of("targets")} == set(Target.objects.values_list("statement", flat=True))
    methods = {(row["project_key"], row["number"], row["version"]) for row in rows_of("project_methodologies")}
    found = ProjectMethodology.objects.values_list("project__key", "methodology__number", "version")
    assert set(found) == methods


def test_every_record_of_the_files_is_remembered_as_loaded():
    assert LoadedRecord.objects.count() == sum(len(rows_of(name)) for name in TABLES) + 105
    assert not Project.objects.filter(Q(published_by__isnull=False) | ~Q(state="published")).exists()


def test_loaded_again_nothing_is_new_and_nothing_changes(django_assert_max_num_queries):
    # At most four for each file: its rows, their parts, keys that others name, and what checking asks.
    with django_assert_max_num_queries(4 * len(TABLES)):
        summary = load_folders(FOLDERS)

    assert not summary.problems
    assert not summary.warnings
    assert summary.total == {Outcome.UNCHANGED: 2565}


def test_the_command_without_a_folder_loads_the_bundled_files(capsys):
    call_command("load_jcm_data")

    assert "total" in capsys.readouterr().out
    assert Project.objects.count() == 250
