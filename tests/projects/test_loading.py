"""Records in the database: loaded once, corrected by a file, and never taken from staff."""

from collections import Counter
from contextlib import contextmanager
from datetime import date

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countries.models import CountryDocument, PartnerCountry
from jcm_portal.models import PublicationState, Source
from projects.importing.checking import check
from projects.importing.loading import load
from projects.importing.plan import Outcome, paired
from projects.importing.reading import Row, read_files
from projects.importing.records import Record
from projects.importing.tables import TABLES
from projects.models import (
    Announcement,
    CreditIssuance,
    LoadedRecord,
    Milestone,
    Organisation,
    Participation,
    Project,
    Sector,
    Selection,
    SelectionRound,
    StatedTotal,
    Technology,
)
from projects.publishing import withdraw
from tests.bundled import clear
from tests.concurrency import second_one_waiting
from tests.datafiles import JCM_TABLE, contents, small_set, source, write
from tests.factories import make_user

OUTCOMES = ("new", "changed", "unchanged", "kept")


def loaded(data, **options):
    return load(check(read_files(contents(data))), **options)


def counts(summary):
    return {outcome: summary.total[Outcome(outcome)] for outcome in OUTCOMES if summary.total[Outcome(outcome)]}


def outcomes(summary, file):
    return {str(outcome): number for outcome, number in summary.counts[file].items() if number}


def everything():
    """Every row of every table of ours."""
    models = [
        model
        for app in ("jcm_portal", "countries", "projects")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


@contextmanager
def undone():
    """What the block does to the database is taken back at its end, so that the next case begins anew."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def data():
    return small_set()


@pytest.fixture
def first(empty_database, data):
    """The small set, loaded."""
    summary = loaded(data)
    assert not summary.problems, [str(one) for one in summary.problems]
    return summary


# -- A first load and a second -----------------------------------------------------------------------


def test_a_first_load_makes_a_record_of_each_row(first, data):
    assert counts(first) == {"new": sum(map(len, data.values())) + 5}
    assert first.derived == 5
    assert first.loaded
    assert list(first.counts) == [TABLES[name].file for name in TABLES]


def test_values_relations_and_lists_arrive(first):
    lima = Project.objects.get(key="pe001")

    assert (lima.country.name, lima.technology.slug, lima.programme.slug) == ("Peru", "test-solar", "test-model")
    assert [one.slug for one in lima.further_technologies.all()] == ["test-wind"]
    assert [one.key for one in lima.all_sources()] == ["test-a", "test-b"]
    assert [(one.scheme, one.value) for one in lima.identifiers.all()] == [("jcm", "PE001")]
    assert [one.key for one in lima.possibly_same_as.all()] == ["pe-solar-mill"]
    assert [one.key for one in Project.objects.get(key="pe-solar-mill").possibly_same_as.all()] == ["pe001"]
    assert {(one.name, one.language) for one in Organisation.objects.get(slug="test-maker").aliases.all()} == {
        ("Maker KK", "en"),
        ("メーカー", "ja"),
    }
    assert Announcement.objects.get(key="test-partner").countries.get().slug == "peru"
    assert [one.key for one in lima.issuance_statements.get().projects.order_by("key")] == ["pe-solar-mill", "pe001"]


def test_announcements_and_projects_are_public_at_once_by_nobody(first):
    for model in (Announcement, Project):
        assert model.objects.published().count() == model.objects.count() == 3
        assert not model.objects.filter(published_by__isnull=False).exists()


def test_the_database_works_out_status_day_and_search(first):
    status = dict(Project.objects.values_list("key", "status"))

    assert status == {"pe001": "credits_issued", "pe-solar-mill": "selected", "np001": "in_validation"}
    assert Project.objects.get(key="pe001").selected_on == date(2023, 8, 17)
    assert not Project.objects.filter(search__isnull=True).exists()


def test_a_second_load_changes_nothing_at_all(first, data):
    before = everything()

    again = loaded(data)

    assert counts(again) == {"unchanged": first.total[Outcome.NEW]}
    assert everything() == before


def test_a_second_load_takes_as_many_queries_however_many_the_rows(first, data):
    with CaptureQueriesContext(connection) as few:
        loaded(data)
    for number in range(30):
        data["sources"].append(source(f"test-more-{number}"))
        data["projects"].append(data["projects"][1] | {"project_key": f"pe-more-{number}"})
        data["milestones"].append(data["milestones"][0] | {"project_key": f"pe-more-{number}"})
    loaded(data)

    with CaptureQueriesContext(connection) as many:
        loaded(data)

    # At most four for each file: its rows, their parts, keys that others name, and what checking asks.
    assert len(many) == len(few) <= 4 * len(TABLES)


def test_progress_is_told_file_by_file(empty_database, data):
    told = []

    loaded(data, progress=lambda file, done: told.append((file, done)))

    assert [file for file, _done in told] == [table.file for table in TABLES.values()]
    assert sum(done for _file, done in told) == sum(map(len, data.values())) + 5


# -- A corrected file --------------------------------------------------------------------------------

CORRECTED = {
    "sources": (0, {"title": "Another title"}),
    "countries": (0, {"ndc_target": "Less by 2030", "ndc_source_id": "test-a"}),
    "country_documents": (1, {"signed_on": "2020-05"}),
    "sectors": (0, {"description": "All of it."}),
    "technologies": (0, {"synonyms_ja": "太陽光発電; 屋根置き"}),
    "programmes": (0, {"financed_by": "Japan"}),
    "glossary": (0, {"definition_en": "A better word."}),
    "targets": (0, {"set_on": "2021-10-22"}),
    "stated_totals": (1, {"value": "220"}),
    "rounds": (0, {"label_en": "The first round"}),
    "announcements": (0, {"source_id": "test-b"}),
    "organisations": (0, {"aliases": "Maker KK; メーカー㈱"}),
    "projects": (0, {"technologies": "test-wind", "latitude": "-12.05"}),
    "participants": (1, {"role": "representative"}),
    "selections": (2, {"fiscal_year": "2021"}),
    "milestones": (1, {"on": "2024-02-29"}),
    "methodologies": (0, {"source_id": "test-a; test-b"}),
    "project_methodologies": (0, {"version": "2.0"}),
    "issuances": (1, {"issued_on": "2026-01-30"}),
    "issuance_statements": (0, {"project_keys": "pe001"}),
}


def test_a_corrected_row_changes_its_record_and_never_doubles_it(first, subtests):
    for name, (row, change) in CORRECTED.items():
        with subtests.test(name), undone():
            data = small_set()
            data[name][row] |= change
            rows = TABLES[name].model._default_manager.count()

            corrected = loaded(data)

            assert not corrected.problems
            assert corrected.total[Outcome.NEW] == corrected.total[Outcome.KEPT] == 0
            assert corrected.counts[TABLES[name].file][Outcome.CHANGED] == 1
            assert TABLES[name].model._default_manager.count() == rows
            assert counts(loaded(data)) == {"unchanged": first.total[Outcome.NEW]}


def test_a_corrected_list_loses_what_the_file_no_longer_names(first, data):
    data["projects"][0] |= {"technologies": "test-wind", "source_ids": "test-a", "note": ""}

    loaded(data)

    lima = Project.objects.get(key="pe001")
    assert (lima.technology.slug, lima.further_technologies.count(), lima.further_sources.count()) == (
        "test-wind",
        0,
        0,
    )
    assert not lima.possibly_same_as.exists()
    assert not Project.objects.get(key="pe-solar-mill").possibly_same_as.exists()


def test_a_corrected_record_says_when_it_was_changed(first, data):
    before = Project.objects.get(key="pe001").updated_at
    data["projects"][0]["title"] = "Solar in Lima, corrected"

    loaded(data)

    lima = Project.objects.get(key="pe001")
    assert (lima.title, lima.state) == ("Solar in Lima, corrected", "published")
    assert lima.updated_at > before


def test_the_status_follows_a_corrected_milestone(first, data):
    data["milestones"][0]["on"] = "2023-08-18"

    loaded(data)

    assert Project.objects.get(key="pe001").selected_on == date(2023, 8, 18)


def test_a_milestone_that_the_file_states_at_last_takes_the_place_of_the_derived_one(first, data):
    row = {"project_key": "pe-solar-mill", "kind": "selected", "on": "2023-08-20", "source_id": "test-b"}
    data["milestones"].append(row)

    summary = loaded(data)

    assert outcomes(summary, "milestones.csv") == {"unchanged": 6, "changed": 1}
    step = Milestone.objects.get(project__key="pe-solar-mill", kind="selected")
    assert (step.reached_on, step.source.key, step.note) == (date(2023, 8, 20), "test-b", "")


def test_a_derived_milestone_follows_the_day_of_its_announcement(first, data):
    data["announcements"][0]["published_on"] = "2023-08-31"

    loaded({"announcements": data["announcements"], "selections": data["selections"]})

    day = Milestone.objects.get(project__key="pe-solar-mill", kind="selected").reached_on
    assert day == date(2023, 8, 31)


def test_a_stated_milestone_never_gives_way_to_a_derived_one(first, data):
    Project.objects.filter(key="pe001").update(key="pe001-renamed")
    row = data["milestones"][1] | {"kind": "completed", "on": "2025-01-01"}

    summary = loaded({"selections": data["selections"], "milestones": [row]})

    assert outcomes(summary, "milestones.csv") == {"unchanged": 2, "new": 1}
    assert Milestone.objects.get(project__key="pe001-renamed", kind="selected").reached_on == date(2023, 8, 17)


def test_a_milestone_that_staff_entered_is_not_derived_besides(empty_database, data):
    selections = data.pop("selections")
    loaded(data)
    mill, source = Project.objects.get(key="pe-solar-mill"), Source.objects.get(key="test-a")
    Milestone.objects.create(
        project=mill, kind="selected", reached_on=date(2023, 8, 1), reached_on_precision="day", source=source
    )

    loaded(data | {"selections": selections})

    assert Milestone.objects.get(project=mill, kind="selected").reached_on == date(2023, 8, 1)


def test_a_selection_known_by_its_year_gets_its_announcement_and_stays_one(first, data):
    data["selections"][2] |= {"announcement_id": "test-undated", "number_in_list": "4"}

    summary = loaded(data)

    assert outcomes(summary, "selections.csv") == {"unchanged": 2, "changed": 1}
    selection = Selection.objects.get(project__key="np001")
    assert (selection.announcement.key, selection.fiscal_year, selection.number_in_list) == ("test-undated", None, 4)


def test_two_rows_of_a_list_may_swap_their_numbers(first, data):
    data["selections"][0]["number_in_list"], data["selections"][1]["number_in_list"] = "2", "1"

    summary = loaded(data)

    assert not summary.problems
    assert dict(
        Selection.objects.filter(number_in_list__isnull=False).values_list("project__key", "number_in_list")
    ) == {
        "pe001": 2,
        "pe-solar-mill": 1,
    }


def test_a_new_row_may_take_the_number_that_another_gives_up(first, data):
    data["rounds"][0]["number"] = "2"
    data["rounds"].append(data["rounds"][0] | {"round_id": "test-fy2023-0", "number": "1"})

    assert not loaded(data).problems
    assert dict(SelectionRound.objects.values_list("key", "number")) == {"test-fy2023-0": 1, "test-fy2023-1": 2}


def test_addresses_may_move_on_from_source_to_source(first, data):
    data["sources"][0]["url"] = data["sources"][1]["url"]
    data["sources"][1]["url"] = data["sources"][2]["url"]
    data["sources"][2]["url"] = "https://example.org/new"

    assert not loaded(data).problems
    assert Source.objects.get(key="test-a").url == "https://example.org/test-b"


def test_rows_in_another_order_are_the_same_rows(first, data):
    for rows in data.values():
        rows.reverse()

    assert counts(loaded(data)) == {"unchanged": first.total[Outcome.NEW]}


def test_a_row_that_vanished_and_a_file_that_is_not_given_leave_their_records(first, data):
    del data["stated_totals"][0], data["glossary"]

    summary = loaded(data)

    assert set(counts(summary)) == {"unchanged"}
    assert StatedTotal.objects.count() == 2
    assert "glossary.csv" not in summary.counts


# -- What staff did ----------------------------------------------------------------------------------


def add_alias():
    Organisation.objects.get(slug="test-maker").aliases.create(name="MK", language="en")


def add_source():
    Milestone.objects.get(kind="registered").further_sources.add(Source.objects.get(key="test-b"))


EDITS = {
    "a field of a project": (
        "projects",
        lambda: Project.objects.filter(key="pe001").update(title="Staff's title"),
        lambda: Project.objects.get(key="pe001").title == "Staff's title",
    ),
    "a list of a project": (
        "projects",
        lambda: Project.objects.get(key="pe001").further_technologies.clear(),
        lambda: not Project.objects.get(key="pe001").further_technologies.exists(),
    ),
    "an alias": (
        "organisations",
        add_alias,
        lambda: Organisation.objects.get(slug="test-maker").aliases.filter(name="MK").exists(),
    ),
    "a further source of a milestone": (
        "milestones",
        add_source,
        lambda: Milestone.objects.get(kind="registered").further_sources.exists(),
    ),
    "a relation of a participation": (
        "participants",
        lambda: Participation.objects.filter(side="host").update(source=Source.objects.get(key="test-b")),
        lambda: Participation.objects.get(side="host").source.key == "test-b",
    ),
    "an amount that the file does not state": (
        "issuances",
        lambda: CreditIssuance.objects.filter(total_tco2__isnull=True).update(total_tco2=5),
        lambda: CreditIssuance.objects.filter(total_tco2=5).exists(),
    ),
}


def test_an_edit_of_staff_survives_and_is_named_only_where_the_file_has_something_new(first, subtests):
    for what, (name, edit, is_there) in EDITS.items():
        with subtests.test(what), undone():
            data = small_set()
            edit()

            unchanged = loaded(data)
            row, change = CORRECTED[name]
            data[name][row] |= change
            corrected = loaded(data)

            assert counts(unchanged) == {"unchanged": first.total[Outcome.NEW]}
            assert is_there()
            (kept,) = corrected.kept
            assert (kept.file, kept.line, kept.reason) == (
                f"{name}.csv",
                row + 2,
                "staff edited it since it was loaded",
            )
            assert corrected.counts[kept.file][Outcome.CHANGED] == 0
            assert [one.key for one in loaded(data).kept] == [kept.key]


def test_a_kept_record_is_named_with_its_title(first, data):
    Project.objects.filter(key="pe001").update(locality="Callao")
    data["projects"][0]["capacity"] = "2 MW"

    (kept,) = loaded(data).kept

    assert str(kept) == "projects.csv:2: pe001 (Solar in Lima): staff edited it since it was loaded"


def test_once_staff_and_file_agree_the_record_follows_the_file_again(first, data):
    Project.objects.filter(key="pe001").update(locality="Callao")
    data["projects"][0]["locality"] = "Callao"
    agreed = loaded(data)
    data["projects"][0]["locality"] = "Lima and Callao"

    summary = loaded(data)

    assert set(counts(agreed)) == {"unchanged"}
    assert outcomes(summary, "projects.csv") == {"unchanged": 2, "changed": 1}
    assert Project.objects.get(key="pe001").locality == "Lima and Callao"


def test_a_line_end_that_a_browser_sends_is_no_edit(first, data):
    data["announcements"][0]["body"] = "One line.\nAnother one."
    loaded(data)
    Announcement.objects.filter(key="test-result").update(body="One line.\r\nAnother one.")
    data["announcements"][0]["body"] = "One line.\nA third one."

    assert outcomes(loaded(data), "announcements.csv") == {"unchanged": 2, "changed": 1}


def test_what_staff_deleted_is_not_made_again_nor_what_stands_on_it(first, data):
    Project.objects.get(key="pe-solar-mill").selections.all().delete()
    Project.objects.get(key="pe-solar-mill").delete()
    data["participants"].append(
        {
            "project_key": "pe-solar-mill",
            "organisation_key": "test-mill",
            "side": "host",
            "role": "participant",
            "source_id": "test-a",
        }
    )

    summary = loaded(data)

    assert not summary.problems
    assert not Project.objects.filter(key="pe-solar-mill").exists()
    assert {(one.file, one.reason) for one in summary.kept} == {
        ("projects.csv", "staff deleted it"),
        ("selections.csv", "staff deleted it"),  # in its line also the milestone that follows from it
        ("participants.csv", "it names pe-solar-mill, which staff deleted"),
    }
    assert counts(loaded(data)) == counts(summary)


def test_what_staff_entered_before_the_file_had_it_is_taken_for_the_same(first, data):
    energy = Sector.objects.create(slug="test-water", name="Water", name_ja="水", position=2)
    data["sectors"].append({"slug": "test-water", "name_en": "Water", "name_ja": "水", "position": "2"})
    adopted = loaded(data)
    data["sectors"][1]["description"] = "All that flows."

    corrected = loaded(data)

    assert counts(adopted) == {"unchanged": first.total[Outcome.NEW] + 1}
    assert outcomes(corrected, "sectors.csv") == {"unchanged": 1, "changed": 1}
    energy.refresh_from_db()
    assert energy.description == "All that flows."


@pytest.mark.parametrize(
    ("model", "make", "name", "row"),
    [
        pytest.param(
            Sector,
            lambda: {"slug": "test-water", "name": "Rivers", "name_ja": "川"},
            "sectors",
            {"slug": "test-water", "name_en": "Water", "name_ja": "水", "position": "2"},
            id="with a key",
        ),
        pytest.param(
            Milestone,
            lambda: {
                "project": Project.objects.get(key="np001"),
                "kind": "no_objection",
                "source": Source.objects.get(key="test-a"),
            },
            "milestones",
            {"project_key": "np001", "kind": "no_objection", "source_id": "test-b"},
            id="a milestone of the same day",
        ),
    ],
)
def test_what_staff_entered_with_other_values_is_kept(first, data, model, make, name, row):
    entered = model.objects.create(**make())
    data[name].append(row)

    summary = loaded(data)

    assert [one.reason for one in summary.kept] == ["staff entered it with other values"]
    assert counts(summary) == {"unchanged": first.total[Outcome.NEW], "kept": 1}
    before = model.objects.values().get(pk=entered.pk)
    assert before | make() == before | {field: getattr(entered, field) for field in make()}


def test_a_first_document_that_staff_entered_is_the_countrys_first_whatever_its_day(first, data):
    row = data["country_documents"].pop(2)
    CountryDocument.objects.get(country__iso2="NP").delete()
    LoadedRecord.objects.filter(file="country_documents.csv", key="NP#1").delete()
    nepal, source = PartnerCountry.objects.get(iso2="NP"), Source.objects.get(key="test-a")
    CountryDocument.objects.create(country=nepal, kind="first", source=source)
    data["country_documents"].append(row)

    (kept,) = loaded(data).kept

    assert (kept.file, kept.reason) == ("country_documents.csv", "staff entered it with other values")


def test_a_key_that_staff_changed_goes_on_naming_its_record_in_the_files(first, data):
    Organisation.objects.filter(slug="test-maker").update(slug="test-maker-holdings")
    data["participants"].append(data["participants"][0] | {"project_key": "np001"})

    summary = loaded(data)

    assert not summary.problems
    assert not summary.kept
    assert Participation.objects.get(project__key="np001").organisation.slug == "test-maker-holdings"


def test_what_staff_withdrew_stays_withdrawn_while_its_values_follow_the_file(first, data):
    lima = Project.objects.get(key="pe001")
    withdraw(record=lima, by=make_user(), reason="Under review.")
    data["projects"][0]["capacity"] = "2 MW"

    summary = loaded(data)

    lima.refresh_from_db()
    assert outcomes(summary, "projects.csv") == {"unchanged": 2, "changed": 1}
    assert (lima.state, lima.withdrawal_reason, lima.capacity) == ("withdrawn", "Under review.", "2 MW")


def test_a_draft_of_staff_that_the_file_has_too_stays_a_draft(first, data):
    Project.objects.filter(key="pe001").update(state=PublicationState.DRAFT, published_at=None)
    data["projects"][0]["capacity"] = "2 MW"

    loaded(data)

    assert Project.objects.get(key="pe001").state == "draft"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["nothing", "edits", "deletes"])), min_size=1, max_size=6))
def test_whoever_changes_what_nothing_of_staff_is_lost(empty_database, histories):
    with undone():
        rows = [
            {"slug": f"test-{n}", "name_en": f"Sector {n}", "name_ja": f"分野{n}", "position": "1"}
            for n in range(len(histories))
        ]
        loaded({"sectors": rows})
        expected = []
        for row, (corrected, staff) in zip(rows, histories, strict=True):
            sector = Sector.objects.filter(slug=row["slug"])
            if staff == "edits":
                sector.update(position=7)
            elif staff == "deletes":
                sector.delete()
            if corrected:
                row["description"] = "Corrected."
            position, description = (
                7 if staff == "edits" else 1,
                "Corrected." if corrected and staff == "nothing" else "",
            )
            if staff != "deletes":
                expected.append((row["slug"], position, description))

        summary = loaded({"sectors": rows})
        again = loaded({"sectors": rows})

        assert list(Sector.objects.order_by("slug").values_list("slug", "position", "description")) == expected
        assert summary.total[Outcome.CHANGED] == sum(
            1 for corrected, staff in histories if corrected and staff == "nothing"
        )
        assert again.total[Outcome.CHANGED] == again.total[Outcome.NEW] == 0
        assert again.kept == summary.kept


# -- Rows without a key ------------------------------------------------------------------------------

VALUES = st.fixed_dictionaries(
    {
        "kind": st.just("registered"),
        "reached_on": st.sampled_from(["2023-01-01", "2023-01-02", "2023-01-03"]),
        "source": st.sampled_from(["test-a", "test-b"]),
    }
)


@given(st.lists(VALUES, max_size=5), st.lists(VALUES, max_size=5))
def test_rows_without_a_key_go_on_with_equal_ones_first_and_each_with_one_of_its_own(rows, before):
    records = [Record(TABLES["milestones"], Row("milestones.csv", 2, {}), values) for values in rows]
    written = [LoadedRecord(pk=number, values=values) for number, values in enumerate(before)]

    pairs = paired(records, written)

    assert len(pairs) == min(len(rows), len(before))
    assert len({once.pk for once in pairs.values()}) == len(pairs)
    equal = sum(1 for position, once in pairs.items() if once.values == rows[position])
    assert equal == (Counter(map(told, rows)) & Counter(map(told, before))).total()


def told(values):
    return values["reached_on"], values["source"]


# What is there, a row of the same group, and whether it corrects the record or is one more.
ONE_MORE_OR_THE_SAME = {
    "a registration on another day": ("milestones", 1, {"on": "2024-03-01", "source_id": "test-a"}, True),
    "the day of credits that had none": (
        "milestones",
        {"kind": "credits_issued", "source_id": "test-a"},
        {"on": "2026-01-01", "source_id": "test-b"},
        True,
    ),
    "credits on another day, by another source": (
        "milestones",
        {"kind": "credits_issued", "on": "2025-05-20", "source_id": "test-a"},
        {"on": "2026-01-01", "source_id": "test-b"},
        False,
    ),
    "a later total": (
        "stated_totals",
        1,
        {"date": "2026-02-13", "value": "254", "source_id": JCM_TABLE},
        False,
    ),
    "another value on the same day by the same source": ("stated_totals", 1, {"value": "220"}, True),
    "a later target": (
        "targets",
        0,
        {"set_on": "2025-02", "target": "200 million t", "value_tco2": "200000000"},
        False,
    ),
    "a renewal after the first document": (
        "country_documents",
        2,
        {"kind": "renewal", "signed_on": "2025-06-01", "source_id": "test-a"},
        False,
    ),
    "another day of the first document": (
        "country_documents",
        2,
        {"signed_on": "2015-06-02", "source_id": "test-a"},
        True,
    ),
    "the next monitoring period": (
        "issuances",
        0,
        {"monitoring_from": "2025-01-01", "monitoring_to": "2025-12-31", "total_tco2": "1000", "issued_on": ""},
        False,
    ),
    "another end of the monitoring period": ("issuances", 0, {"monitoring_to": "2024-11-30"}, True),
    "a selection in a later year": (
        "selections",
        2,
        {"fiscal_year": "2024", "source_id": "test-a", "quote": "new"},
        False,
    ),
    "the announcement of a selection known by its year": (
        "selections",
        2,
        {"announcement_id": "test-undated", "source_id": "test-a"},
        True,
    ),
}


def test_a_row_that_comes_without_the_old_one_corrects_it_or_is_one_more(first, data, subtests):
    for what, (name, there, change, same) in ONE_MORE_OR_THE_SAME.items():
        with subtests.test(what), undone():
            old = data[name][there] if isinstance(there, int) else {"project_key": "pe-solar-mill"} | there
            loaded({name: [old]})
            rows = TABLES[name].model._default_manager.count()

            summary = loaded({name: [old | change]})

            assert not summary.problems, [str(one) for one in summary.problems]
            assert summary.counts[f"{name}.csv"][Outcome.CHANGED if same else Outcome.NEW] == 1
            assert TABLES[name].model._default_manager.count() == rows + (not same)


def test_of_several_corrected_rows_each_goes_on_with_the_one_most_like_it(first, data):
    data["stated_totals"][0]["value"] = "208"
    data["stated_totals"][1]["value"] = "220"
    data["stated_totals"].reverse()

    loaded(data)

    assert dict(StatedTotal.objects.values_list("stated_on", "value")) == {
        date(2022, 8, 17): 208,
        date(2023, 8, 17): 220,
    }
    assert StatedTotal.objects.get(value=208).pk < StatedTotal.objects.get(value=220).pk


# -- What the database refuses -----------------------------------------------------------------------


def overlapping(data):
    lima, source = Project.objects.get(key="pe001"), Source.objects.get(key="test-a")
    CreditIssuance.objects.create(
        project=lima, source=source, monitoring_from=date(2025, 1, 1), monitoring_to=date(2025, 12, 31)
    )
    row = {"monitoring_from": "2025-06-01", "monitoring_to": "2026-05-31", "issued_on": ""}
    data["issuances"].append(data["issuances"][0] | row)


def name_of_another_country(data):
    source = Source.objects.get(key="test-a")
    PartnerCountry.objects.create(
        iso2="BO", iso3="BOL", slug="bolivia", name="Bolivia", name_ja="ボリビア", region="latin-america", source=source
    )
    row = {"iso2": "EC", "iso3": "ECU", "name": "Bolivia"}
    data["countries"].append(data["countries"][0] | row)


def reference_of_another_project(data):
    lima = Project.objects.get(key="pe001")
    lima.identifiers.create(scheme="jcm", value="PE009")
    cells = {"project_key": "pe009", "jcm_ref": "PE009", "jcm_status": "validation"}
    data["projects"].append(data["projects"][1] | cells)


def round_of_another_year(data):
    model_round = SelectionRound.objects.get()
    Announcement.objects.update(round=None)
    SelectionRound.objects.filter(pk=model_round.pk).update(fiscal_year=2021)
    data["announcements"].append(data["announcements"][0] | {"announcement_id": "test-more", "stated_selected": ""})


REFUSED = {
    "a period that overlaps one of staff": (
        overlapping,
        "issuances.csv:4: The monitoring period overlaps another one of this project.",
    ),
    "a name that another country has": (
        name_of_another_country,
        "countries.csv:4: name: Another record has “bolivia” already.",
    ),
    "a reference that another project has": (
        reference_of_another_project,
        "projects.csv:5: Another project has this identifier; an identifier is never used again.",
    ),
    "a round that staff gave another year": (
        round_of_another_year,
        "announcements.csv:5: This round belongs to another programme or fiscal year than the announcement.",
    ),
}


def test_a_refusal_of_the_database_is_a_problem_of_its_row_and_nothing_is_loaded(first, subtests):
    for what, (arrange, sentence) in REFUSED.items():
        with subtests.test(what), undone():
            data = small_set()
            arrange(data)
            data["sources"].append(source("test-good"))
            data["sources"][1]["title"] = "A correction"
            before = everything()

            summary = loaded(data)

            assert [str(problem) for problem in summary.problems] == [sentence]
            assert not summary.loaded
            assert summary.total[Outcome.REFUSED] == 1
            assert everything() == before


CELLS = [(name, column.name) for name, table in TABLES.items() for column in table.columns]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(CELLS),
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), max_size=12),
        st.sampled_from(
            ["0", "1", "2023", "2023-08", "2023-08-17", "999999999", "high", "test-b", "https://a.example"]
        ),
    ),
)
def test_no_cell_whatever_makes_the_load_fall_over(empty_database, place, text):
    name, column = place
    data = small_set()
    data[name][0][column] = text

    summary = loaded(data, dry_run=True)

    assert summary.problems or summary.total[Outcome.NEW] >= sum(map(len, data.values()))


# -- All or nothing, and trying it out ---------------------------------------------------------------


def test_one_bad_row_and_nothing_of_any_file_is_loaded(first, data):
    data["sources"].append(source("test-good"))
    data["issuances"][0]["total_tco2"] = "-1"
    before = everything()

    summary = loaded(data)

    assert not summary.loaded
    assert summary.total[Outcome.REFUSED] == 1
    assert outcomes(summary, "sources.csv") == {"unchanged": 3, "new": 1}
    assert everything() == before


def test_a_dry_run_says_what_a_load_would_do_and_writes_nothing(first, data):
    data["sources"].append(source("test-good"))
    data["projects"][0]["title"] = "Corrected"
    before = everything()

    dry = loaded(data, dry_run=True)

    assert everything() == before
    assert not dry.loaded
    assert counts(dry) == counts(loaded(data))


@pytest.mark.django_db(transaction=True)
def test_of_two_loads_at_once_the_second_waits_and_finds_all_of_it_there(data):
    clear()
    with second_one_waiting(lambda: loaded(data)) as second:
        one = loaded(data)

    other = second.result()
    assert counts(one) == {"new": sum(map(len, data.values())) + 5}
    assert counts(other) == {"unchanged": one.total[Outcome.NEW]}
    assert Technology.objects.filter(slug="test-solar").count() == 1


# -- The command -------------------------------------------------------------------------------------


def test_the_command_loads_a_folder_and_ends_with_a_table(empty_database, data, tmp_path, capsys):
    call_command("load_jcm_data", write(tmp_path, data))

    shown = capsys.readouterr()
    assert shown.err == ""
    lines = shown.out.splitlines()
    assert lines[0].split() == ["file", "new", "changed", "unchanged", "kept", "refused"]
    assert ["projects.csv", "3", "0", "0", "0", "0"] in [line.split() for line in lines]
    assert lines[-2].split() == ["total", str(sum(map(len, data.values())) + 5), "0", "0", "0", "0"]
    assert lines[-1] == "5 of the milestones follow from other files."
    assert Project.objects.count() == 3


def test_the_command_names_each_bad_row_ends_with_1_and_loads_nothing(empty_database, data, tmp_path, capsys):
    data["projects"][1]["title"] = ""
    data["milestones"][0]["on"] = "yesterday"
    folder = write(tmp_path, data)
    before = everything()

    with pytest.raises(CommandError, match="Nothing was loaded: 2 rows or files are refused") as refused:
        call_command("load_jcm_data", folder)

    assert refused.value.returncode == 1
    assert capsys.readouterr().err.splitlines() == [
        "milestones.csv:2: on: “yesterday” is not a date; write 2023-08-17, or 2023-08 or 2023 where no more is known.",
        "projects.csv:3: title: The cell is empty; a value is needed here.",
    ]
    assert everything() == before


def test_the_command_says_that_a_dry_run_wrote_nothing(empty_database, data, tmp_path, capsys):
    before = everything()

    call_command("load_jcm_data", write(tmp_path, data), "--dry-run")

    assert capsys.readouterr().out.endswith("This was a dry run: nothing was written.\n")
    assert everything() == before


def test_the_command_lists_hints_and_what_it_kept(first, data, tmp_path, capsys):
    Project.objects.filter(key="pe001").update(locality="Callao")
    data["projects"][0]["capacity"] = "2 MW"
    data["countries"][0]["joined_on"] = "2024-01-01"

    call_command("load_jcm_data", write(tmp_path, data))

    shown = capsys.readouterr().out
    assert "Note: milestones.csv:2: pe001 was selected before Peru joined on 2024-01-01; is that right?" in shown
    assert "Kept: projects.csv:2: pe001 (Solar in Lima): staff edited it since it was loaded" in shown


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [("nowhere", "nowhere is not a folder"), (".", "has no CSV file of the data set")],
    ids=["no folder", "a folder without files"],
)
def test_the_command_refuses_a_folder_with_nothing_to_load(db, tmp_path, monkeypatch, folder, sentence):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError, match=sentence):
        call_command("load_jcm_data", folder)
