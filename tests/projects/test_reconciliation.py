"""What is stated beside what is on record: each number against the files, each difference explained or open."""

from datetime import date

import pytest
from django.test import Client

from jcm_portal.models import PublicationState
from projects import completeness, publishing
from projects.models import MilestoneKind, Programme, Series, StatedTotal, StatedWhat
from projects.reconciling import Reconciliation, differing_announcements
from projects.series import MODEL_PROJECTS, coverage
from tests.bundled import rows_of
from tests.factories import (
    make_announcement,
    make_editor,
    make_milestone,
    make_programme,
    make_project,
    make_selection,
    make_stated_total,
    make_user,
)
from tests.plain_list import by_project, day, narrowed, projects
from tests.projects.test_precedents import expected_span
from tests.reading import page_of

pytestmark = pytest.mark.django_db


def page(path="/reconciliation/", client=None):
    response = (client or Client()).get(path)
    assert response.status_code == 200
    return page_of(response)


def last_day(cell):
    return {10: cell, 7: f"{cell}-31", 4: f"{cell}-12-31"}[len(cell)]


def of_programmes(programmes):
    return [one for one in projects() if one["programme"] in programmes and one["status"] != "withdrawn"]


# -- Against the files -------------------------------------------------------------------------------


def test_each_stated_number_of_model_projects_stands_beside_those_selected_by_then():
    stated = [
        row
        for row in rows_of("stated_totals")
        if (row["what"], row["series"]) == ("cumulative_selected", "model_projects")
    ]
    expected = [
        (
            int(row["value"]),
            sum(expected_span(one)[1] <= last_day(row["date"]) for one in of_programmes(MODEL_PROJECTS)),
        )
        for row in stated
    ]

    table = page().one("table", data_what="cumulative_selected", data_series="model_projects")

    found = [(int(row["data-stated"]), int(row["data-recorded"])) for row in table.all("tr", data_total=True)]
    assert sorted(found) == sorted(expected)
    assert 219 in dict(found)


def test_each_stated_reduction_stands_beside_the_years_up_to_2030():
    def by(day_of_statement):
        tons = 0
        for one in of_programmes(MODEL_PROJECTS):
            until = expected_span(one)[1]
            if until <= day_of_statement and one["reduction"] is not None:
                year = int(until[:4]) - (until[5:7] < "04")
                tons += one["reduction"] * max(0, 2030 - year)
        return tons

    stated = [
        row
        for row in rows_of("stated_totals")
        if (row["what"], row["series"]) == ("reduction_by_fy2030_tco2", "model_projects")
    ]

    [comparison] = [one for one in Reconciliation().comparisons if one.what == StatedWhat.REDUCTION_BY_FY2030]

    assert sorted((line.value, line.recorded) for line in comparison.lines) == sorted(
        (int(row["value"]), by(last_day(row["date"]))) for row in stated
    )


def test_partner_countries_and_registrations_are_counted_by_the_day():
    joined = [last_day(row["joined_on"]) for row in rows_of("countries")]
    registered = {
        key: min(day(one["on"]) for one in steps if one["kind"] == "registered")
        for key, steps in by_project("milestones").items()
        if any(one["kind"] == "registered" for one in steps)
    }
    on_record = {"partner_countries": joined, "registered_projects": list(registered.values())}

    for what, days in on_record.items():
        stated = [row for row in rows_of("stated_totals") if row["what"] == what]
        lines = [line for one in Reconciliation().comparisons if one.what == what for line in one.lines]
        assert sorted((line.value, line.recorded) for line in lines) == sorted(
            (int(row["value"]), sum(on <= last_day(row["date"]) for on in days)) for row in stated
        )


def test_round_by_round_the_rows_are_those_of_the_list():
    selections = rows_of("selections")
    expected = {
        row["announcement_id"]: sum(one["announcement_id"] == row["announcement_id"] for one in selections)
        for row in rows_of("announcements")
        if row["kind"] == "selection_result" or row["stated_selected"] or row["stated_cumulative"]
    }

    shown = page()

    assert {
        row["data-announcement"]: int(row["data-value"]) for row in shown.all("tr", data_announcement=True)
    } == expected
    assert "name 241 selections; 94 of these rows are on record" in shown.text


def test_a_fiscal_year_says_what_its_releases_state_and_what_of_it_is_on_record():
    stating = {
        row["announcement_id"]: int(row["stated_selected"])
        for row in rows_of("announcements")
        if row["fiscal_year"] == "2023" and row["stated_selected"]
    }
    recorded = sum(row["announcement_id"] in stating for row in rows_of("selections"))

    [summary] = [one.text for one in page().all("summary") if one.text.startswith("FY2023")]

    assert summary.endswith(f"releases: {sum(stating.values())} stated, {recorded} on record")


def test_what_says_nothing_of_its_series_is_shown_alone():
    shown = page()

    alone = {int(item["data-alone"]) for item in shown.all("li", data_alone=True)}
    compared = {int(row["data-total"]) for row in shown.all("tr", data_total=True)}
    other = StatedTotal.objects.filter(series=Series.OTHER).exclude(what=StatedWhat.PARTNER_COUNTRIES)
    assert alone == set(other.values_list("pk", flat=True))
    assert alone | compared == set(StatedTotal.objects.values_list("pk", flat=True))
    assert not alone & compared


def test_how_many_projects_state_a_field_is_what_the_files_say():
    parts = by_project("participants")
    states = {
        "participants": lambda row: parts.get(row["project_key"]),
        "official_title": lambda row: row["title_kind"] == "official",
        "title_ja": lambda row: row["title_ja"],
        "capacity": lambda row: row["capacity_mw"],
        "coordinates": lambda row: row["latitude"],
    }

    *countries, whole = completeness.by_country()

    for row in (*countries, whole):
        here = [one for one in rows_of("projects") if row.iso2 in ("", one["country_iso2"])]
        assert {field: row.counts[field] for field in states} == {
            field: sum(bool(stated(one)) for one in here) for field, stated in states.items()
        }
        assert all(share.percent == share.count * 100 // len(here) for share in row.shares)
    assert sum(row.all for row in countries) == whole.all == len(projects())


def test_the_lists_named_among_the_remarks_have_as_many_projects():
    found = Reconciliation()

    assert found.without_programme == len(narrowed({"programme": ["unknown"]}))
    assert found.withdrawn == len(narrowed({"status": ["withdrawn"]}))


# -- On records of a test's own ----------------------------------------------------------------------


@pytest.fixture
def model_projects(db):
    return Programme.objects.get(slug=MODEL_PROJECTS[0])


def selected_on(programme, on, **fields):
    project = make_project(programme=programme, **fields)
    make_milestone(project=project, reached_on=on)
    return project


def row_of(record, path="/reconciliation/"):
    if isinstance(record, StatedTotal):
        return page(path).one("tr", data_total=str(record.pk))
    return page(path).one("tr", data_announcement=record.key)


def test_what_is_not_known_to_the_day_may_be_among_them(model_projects):
    make_stated_total(stated_on=date(2031, 1, 1), value=500)
    before = Reconciliation().coverage
    selected_on(model_projects, date(2020, 1, 1))
    make_project(programme=model_projects)
    registered = make_project(programme=model_projects)
    make_milestone(project=registered, kind=MilestoneKind.REGISTERED, reached_on=date(2019, 1, 1))
    this_month = make_project(programme=model_projects, expected_reduction_tco2_per_year=5)
    make_milestone(project=this_month, reached_on=date(2031, 1, 1), reached_on_precision="month")
    withdrawn = selected_on(model_projects, date(2018, 1, 1))
    make_milestone(project=withdrawn, kind=MilestoneKind.WITHDRAWN)
    selected_on(make_programme(), date(2018, 1, 1))

    after = Reconciliation().coverage

    assert after.surely - before.surely == 2
    assert after.perhaps - before.perhaps == 2
    assert coverage() == after


def test_every_page_says_the_same_of_how_much_is_on_record():
    for on in (date(2013, 4, 1), date(2014, 3, 31), date(2016, 12, 31), date(2019, 2, 1), date(2022, 8, 9)):
        StatedTotal.objects.filter(what=StatedWhat.CUMULATIVE_SELECTED, series=Series.MODEL_PROJECTS).delete()
        make_stated_total(stated_on=on, value=500)
        assert coverage() == Reconciliation().coverage, on


def test_drafts_do_not_count_and_what_is_published_counts_at_once(model_projects):
    draft = selected_on(model_projects, date(2020, 1, 1), state=PublicationState.DRAFT)
    row = make_selection(project=draft, announcement=make_announcement(stated_selected=2))
    total = make_stated_total(stated_on=date(2031, 1, 1), value=500)

    def shown():
        return int(row_of(total)["data-recorded"]), row_of(row.announcement)["data-value"]

    before, in_list = shown()
    publishing.publish(record=row.project, by=make_user())
    after, then_in_list = shown()

    assert (after - before, in_list, then_in_list) == (1, "0", "1")
    assert page().one("span", data_coverage=True)["data-coverage"] == str(after)


def test_a_draft_of_a_release_is_not_shown_until_it_is_public():
    draft = make_announcement(stated_selected=1, state=PublicationState.DRAFT)
    assert not page().all("tr", data_announcement=draft.key)

    publishing.publish(record=draft, by=make_user())

    assert row_of(draft)


def test_a_difference_is_open_until_it_is_explained():
    announcement, total = make_announcement(stated_selected=3), make_stated_total(stated_on=date(2021, 1, 1), value=5)
    assert [row_of(record).one("span", class_="flag").text for record in (announcement, total)] == ["open", "open"]

    type(announcement).objects.filter(pk=announcement.pk).update(
        difference_note="The list was not found.", difference_note_ja="一覧は見つかっていません。"
    )
    StatedTotal.objects.filter(pk=total.pk).update(difference_note="Withdrawn ones are left out.")

    assert "The list was not found." in row_of(announcement).text
    assert "Withdrawn ones are left out." in row_of(total).text
    assert not row_of(announcement).all("span", class_="flag")
    assert "一覧は見つかっていません。" in row_of(announcement, "/ja/reconciliation/").text


def test_what_agrees_is_neither_open_nor_differing():
    selection = make_selection(announcement=make_announcement(stated_selected=1))

    assert not row_of(selection.announcement).all("span", class_="flag")
    assert selection.announcement not in differing_announcements()


def test_announcements_that_differ_are_found_public_or_not():
    before = set(differing_announcements())
    differing = [make_announcement(stated_selected=2), make_announcement(stated_selected=2, state="draft")]
    make_selection(announcement=differing[0])
    make_announcement()

    assert set(differing_announcements()) - before == set(differing)
    assert len(before) == sum(
        bool(row["stated_selected"])
        and int(row["stated_selected"])
        != sum(one["announcement_id"] == row["announcement_id"] for one in rows_of("selections"))
        for row in rows_of("announcements")
    )


def test_only_staff_who_may_mend_are_shown_where_and_their_page_is_not_kept(client):
    announcement, total = make_announcement(stated_selected=3), make_stated_total(stated_on=date(2021, 1, 1), value=5)

    def links(answer):
        return [a["href"] for a in page_of(answer).all("a", href=True) if "/admin/" in a["href"]]

    everybody = client.get("/reconciliation/")
    client.force_login(make_user())
    with_account = client.get("/reconciliation/")
    client.force_login(make_editor())
    editor = client.get("/reconciliation/")

    assert links(everybody) == links(with_account) == []
    assert {
        f"/admin/projects/announcement/{announcement.pk}/change/",
        f"/admin/projects/statedtotal/{total.pk}/change/",
    } <= set(links(editor))
    assert "no-store" in editor["Cache-Control"]


def test_staff_write_the_explanation_in_the_admin(client):
    client.force_login(make_editor())

    for record in (make_stated_total(), make_announcement(stated_selected=3)):
        address = f"/admin/projects/{record._meta.model_name}/{record.pk}/change/"
        assert page(address, client).one("textarea", name="difference_note")


def test_nothing_on_record_is_said_in_words(empty_database):
    assert "No selection result is on record." in page().text
