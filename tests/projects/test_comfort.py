"""What spares staff work: similar records, values kept for the next one, many records at once, words explained."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pghistory.models import Context

from jcm_portal.history import KEPT
from projects.models import GlossaryTerm, Project
from tests.adminpages import sent, told
from tests.factories import (
    make_alias,
    make_announcement,
    make_country,
    make_editor,
    make_organisation,
    make_programme,
    make_project,
    make_selection,
    make_source,
    make_technology,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/projects/project/"
BULK = f"{LIST}bulk/"
TITLE = "Introduction of 2.0MW Rooftop Solar Power System to Beverage Factory"


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def editor():
    return signed_in(make_editor())


# -- Similar records ---------------------------------------------------------------------------------------------


def similar(client, model="project", **typed):
    return client.get(f"/admin/projects/{model}/similar/", typed).content.decode()


def test_a_project_with_a_similar_title_in_the_country_is_shown_with_how_much_alike(editor):
    country = make_country()
    there = make_project(title=TITLE, country=country, fiscal_year=2021)
    make_project(title=TITLE)  # in another country
    make_project(title="Waste heat recovery at a cement plant", country=country)

    fragment = similar(editor, title=TITLE.replace("2.0MW", "2MW").lower(), country=country.pk)

    assert re.findall(r'href="([^"]+)"', fragment) == [f"{LIST}{there.pk}/change/"]
    assert "1 record with a similar title" in fragment
    assert re.search(r"title 9\d % alike", fragment)
    assert f"{country.iso2}, FY2021" in fragment
    assert similar(editor, title=TITLE, country=country.pk, but=there.pk).strip() == ""


def test_without_a_country_a_title_is_compared_with_all_projects_and_by_japanese_title_too(editor):
    make_project(title="Unlike", title_ja="飲料工場への2MW屋根置き太陽光発電システムの導入")

    assert "Unlike" in similar(editor, title_ja="飲料工場への屋根置き太陽光発電システムの導入")
    assert similar(editor, title="").strip() == ""
    assert similar(editor, title="x" * 5000, country="²").strip() == ""


def test_announcements_and_organisations_are_told_by_title_name_and_alias(editor):
    release = make_announcement(title="Selection of JCM Model Projects in FY2021 (first round)")
    company = make_organisation(name="JFEエンジニアリング株式会社")
    make_alias(organisation=company, name="JFE Engineering Corporation", language="en")

    found = similar(editor, "announcement", title="Selection of JCM model projects in FY2021 (second round)")
    assert f"/announcement/{release.pk}/change/" in found
    assert f"/organisation/{company.pk}/change/" in similar(editor, "organisation", name="JFE Engineering Corp")


@pytest.mark.parametrize("number", [1, 8])
def test_similar_records_take_the_same_queries_whatever_there_is(editor, number, django_assert_num_queries):
    country = make_country()
    for _number in range(number):
        make_project(title=TITLE, country=country)
    similar(editor, title=TITLE, country=country.pk)

    # session, user, its two permissions; the code of the country, what is alike, the records, their references
    with django_assert_num_queries(8):
        similar(editor, title=TITLE, country=country.pk)


def test_who_may_not_see_the_records_is_told_of_none():
    assert signed_in(make_user(is_staff=True)).get(f"{LIST}similar/?title=x").status_code == 403


def test_without_javascript_similar_records_are_told_after_saving_but_not_again_at_each_save(editor):
    twin = make_project(title=TITLE)
    entered = {"title": TITLE, "country": twin.country_id, "source": make_source().pk}

    answer = sent(editor, f"{LIST}add/", "project_form", follow=True, **entered)
    warning = next(text for text in told(answer) if "similar title" in text)
    assert f'href="{LIST}{twin.pk}/change/"' in warning

    project = Project.objects.exclude(pk=twin.pk).get(title=TITLE)
    answer = sent(editor, f"{LIST}{project.pk}/change/", "project_form", follow=True, note="Looked at.")
    assert not any("similar title" in text for text in told(answer))


# -- "Save and add another" --------------------------------------------------------------------------------------


def test_the_next_project_keeps_what_the_release_has_in_common_and_says_so(editor):
    country, programme, source = make_country(), make_programme(), make_source()
    kept = {"country": country.pk, "programme": programme.pk, "fiscal_year": 2023, "source": source.pk}

    answer = sent(editor, f"{LIST}add/", "project_form", follow=True, title="One", **kept, _addanother="1")

    assert answer.context["adminform"].form.initial.items() >= {key: str(value) for key, value in kept.items()}.items()
    told_so = next(text for text in told(answer) if text.startswith("Kept for the next one"))
    assert f"partner country ({country}); programme ({programme}); fiscal year (2023); source (" in told_so


def test_a_selection_keeps_its_announcement_also_where_one_on_record_was_changed(editor):
    row = make_selection(announcement=make_announcement())
    address = f"/admin/projects/selection/{row.pk}/change/"

    answer = sent(editor, address, "selection_form", follow=True, quote="As listed.", _addanother="1")

    assert answer.context["adminform"].form.initial["announcement"] == str(row.announcement_id)


def test_every_field_that_is_kept_is_one_of_the_form(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    for model, its_admin in admin.site._registry.items():
        kept = {model._meta.get_field(name).name for name in getattr(its_admin, "kept_for_the_next", ())}
        fields = [name for _label, group in its_admin.get_fieldsets(request) for name in group["fields"]]
        flat = {one for name in fields for one in ([name] if isinstance(name, str) else name)}
        assert kept <= flat, model


# -- Fields of many records --------------------------------------------------------------------------------------


class Hidden(HTMLParser):
    """The hidden fields of the page's form."""

    def __init__(self, page):
        super().__init__()
        self.fields = {}
        self.feed(page.content.decode().partition('id="bulk_form"')[2].partition("</form>")[0])

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input" and attrs.get("type") == "hidden" and "name" in attrs:
            self.fields[attrs["name"]] = attrs.get("value", "")


def chosen(client, records, address=LIST, **more):
    data = {"action": "change_fields", "_selected_action": [one.pk for one in records], **more}
    return client.post(address, data)


def preview(client, records, **values):
    """The page that lists what would change."""
    page = chosen(client, records)
    entered = Hidden(page).fields | {f"change_{name}": "on" for name in values} | values
    return client.post(BULK, entered)


def write(client, page, **more):
    return client.post(BULK, Hidden(page).fields | {"_write": "1"} | more, follow=True)


def sums(page):
    found = re.search(r'data-changed="(\d+)" data-unchanged="(\d+)" data-refused="(\d+)"', page.content.decode())
    return tuple(map(int, found.groups()))


def test_the_preview_lists_each_record_with_old_and_new_and_writes_nothing(editor):
    one, other, same = (make_project(fiscal_year=year, state="draft") for year in (2020, None, 2022))

    page = preview(editor, [one, other, same], fiscal_year="2022")

    assert sums(page) == (2, 1, 0)
    text = re.sub(r"\s+", " ", unescape(page.content.decode()))
    assert "2 records would change." in text
    assert "1 has these values already." in text
    assert "<td><del>2020</del></td><td><ins>2022</ins></td>" in text
    assert "<td><del>–</del></td><td><ins>2022</ins></td>" in text
    assert [project.fiscal_year for project in Project.objects.filter(pk__in=[one.pk, other.pk])].count(2022) == 0


def test_what_was_shown_is_written_at_once_as_one_event_with_its_reason(editor):
    technology = make_technology()
    projects = [make_project(state="draft", technology=make_technology()) for _number in range(3)]
    untouched = make_project(state="draft")

    answer = write(editor, preview(editor, projects, technology=technology.pk), reason="Sorted anew.")

    assert told(answer) == ["3 records were changed."]
    assert set(Project.objects.filter(technology=technology)) == set(projects)
    events = KEPT[Project].events.objects.filter(pgh_label="update", technology=technology.pk)
    assert events.count() == 3
    assert untouched.pk not in set(events.values_list("pgh_obj_id", flat=True))
    context = Context.objects.get(pk__in=events.values("pgh_context"))  # one for all
    assert (context.metadata["why"], context.metadata["user"]) == ("Sorted anew.", editor.user.pk)


def test_all_that_match_are_those_of_that_moment_and_no_others(editor, monkeypatch):
    monkeypatch.setattr(admin.site.get_model_admin(Project), "list_per_page", 2)
    country = make_country()
    matching = [make_project(country=country, state="draft") for _number in range(3)]
    narrowed = f"{LIST}?country__id__exact={country.pk}"

    page = chosen(editor, matching[:1], narrowed, select_across="1", index="0")
    assert "Change fields of 3 projects" in page.content.decode()
    late = make_project(country=country, state="draft")
    entered = Hidden(page).fields | {"change_confidence": "on", "confidence": "low"}
    write(editor, editor.post(BULK, entered))

    assert set(Project.objects.filter(country=country, confidence="low")) == set(matching)
    assert late.confidence != "low"


def test_a_record_that_somebody_saved_since_the_preview_is_named_and_nothing_is_written(editor):
    one, other = make_project(title="First", state="draft"), make_project(title="Second", state="draft")
    page = preview(editor, [one, other], fiscal_year="2022")
    Project.objects.filter(pk=other.pk).update(note="Of Ken")

    answer = write(editor, page)

    assert "somebody saved these since: Second. Look at them again." in answer.content.decode()
    assert not Project.objects.filter(fiscal_year=2022, pk__in=[one.pk, other.pk]).exists()
    assert told(write(editor, answer)) == ["2 records were changed."]  # what is shown now


def test_a_public_record_needs_a_reason(editor):
    project = make_project(fiscal_year=2020)
    page = preview(editor, [project], fiscal_year="2021")
    assert "Needed here: the public knows some of these records." in page.content.decode()

    answer = write(editor, page)
    assert "give a reason, as the public knows some of these records." in answer.content.decode()
    assert Project.objects.get(pk=project.pk).fiscal_year == 2020

    assert told(write(editor, answer, reason="The release says so.")) == ["1 record was changed."]


def test_a_record_that_its_rules_refuse_is_named_and_nothing_is_written(editor):
    good, bad = make_project(state="draft"), make_project(title="In the way", state="draft")

    page = preview(editor, [good, bad], fiscal_year="1800")

    assert sums(page) == (0, 0, 2)
    assert "In the way" in page.content.decode()
    assert 'name="_write"' not in page.content.decode()
    answer = write(editor, page)
    assert "Nothing was written, as records below are refused." in answer.content.decode()
    assert not Project.objects.filter(fiscal_year=1800).exists()


def test_nothing_ticked_and_rows_that_are_forged_or_too_many_are_refused(editor, monkeypatch):
    project = make_project(state="draft")
    page = chosen(editor, [project])

    assert "Tick the fields that are to be changed." in editor.post(BULK, Hidden(page).fields).content.decode()
    forged = {"rows": f"[[{project.pk}, 1]]", "change_fiscal_year": "on", "fiscal_year": "2020", "_write": "1"}
    assert told(editor.post(BULK, forged, follow=True)) == ["Choose the records again."]
    monkeypatch.setattr("jcm_portal.bulkedit.AT_MOST", 1)
    many = chosen(editor, [project, make_project()])
    assert told(editor.get(many["Location"])) == ["2 records are chosen; at most 1 can be changed at once."]


def test_a_required_field_is_not_emptied_and_an_optional_one_is(editor):
    project = make_project(state="draft", technology=make_technology())

    assert "This field is required." in preview(editor, [project], confidence="").content.decode()
    write(editor, preview(editor, [project], technology=""))

    assert Project.objects.get(pk=project.pk).technology is None


def test_only_who_may_change_the_records_changes_them():
    viewer = make_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_project"))
    client = signed_in(viewer)

    assert "change_fields" not in client.get(LIST).content.decode()
    assert client.post(BULK, {"rows": ""}).status_code == 403


@pytest.mark.parametrize(
    ("make", "field", "value"),
    [(make_organisation, "usual_side", "host"), (make_source, "language", "ja")],
    ids=["organisations", "sources"],
)
def test_organisations_and_sources_too(editor, make, field, value):
    record = make()
    address = f"/admin/{record._meta.app_label}/{record._meta.model_name}/"
    page = editor.post(address, {"action": "change_fields", "_selected_action": [record.pk]})
    page = editor.post(f"{address}bulk/", Hidden(page).fields | {f"change_{field}": "on", field: value})

    answer = editor.post(f"{address}bulk/", Hidden(page).fields | {"_write": "1"}, follow=True)

    assert told(answer) == ["1 record was changed."]
    assert type(record).objects.filter(pk=record.pk, **{field: value}).exists()


@pytest.mark.parametrize("number", [3, 30])
def test_the_page_to_choose_values_takes_the_same_queries_whatever_the_rows(editor, number, django_assert_num_queries):
    projects = [make_project(state="draft") for _number in range(number)]
    chosen(editor, projects)

    # session, user, its permissions; the rows' versions, the rows, their references; what the list itself asks
    with django_assert_num_queries(15):
        chosen(editor, projects)


@pytest.mark.parametrize("number", [3, 30])
def test_the_preview_takes_the_same_queries_whatever_the_rows(editor, number, django_assert_num_queries):
    page = chosen(editor, [make_project(state="draft") for _number in range(number)])
    entered = Hidden(page).fields | {"change_technology": "on", "technology": make_technology().pk}
    editor.post(BULK, entered)

    # session, user, its two permissions; the technology, the rows, their references; no rule is about a technology
    with django_assert_num_queries(7):
        editor.post(BULK, entered)


# -- Words and choices -------------------------------------------------------------------------------------------


def test_fields_are_explained_by_the_glossary_in_the_language_of_the_admin(editor):
    GlossaryTerm.objects.filter(slug="partner-country").delete()

    english = editor.get(f"{LIST}add/").content.decode()
    japanese = editor.get(f"/ja{LIST}add/").content.decode()

    term = GlossaryTerm.objects.get(slug="emission-reductions")
    assert f"<summary>Glossary: {term.term}</summary> {term.definition}</details>" in english
    assert f"{term.term_ja}</summary> {term.definition_ja}</details>" in japanese
    assert "Glossary: Partner country" not in english  # not in this glossary


def test_filters_and_autocompletes_name_things_in_the_language_of_the_admin(editor):
    country = make_country(name="Freedonia", name_ja="フリードニア")
    make_project(country=country)
    asked = {"app_label": "projects", "model_name": "project", "field_name": "country", "term": "Freedonia"}

    assert ">Freedonia</a>" in editor.get(LIST).content.decode()
    assert ">フリードニア</a>" in editor.get(f"/ja{LIST}").content.decode()
    answer = editor.get("/ja/admin/autocomplete/", asked).json()
    assert [one["text"] for one in answer["results"]] == ["フリードニア"]


class Choices(HTMLParser):
    """How many options each drop-down has besides what is chosen."""

    def __init__(self, page):
        super().__init__()
        self.name, self.number = "", {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "select":
            self.name = dict(attrs).get("name", "")
        elif tag == "option" and "selected" not in dict(attrs):
            self.number[self.name] = self.number.get(self.name, 0) + 1


def test_no_form_has_a_long_drop_down(django_user_model):
    client = signed_in(django_user_model.objects.create_superuser("root", password="x"))
    looked_at = 0
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses = [reverse(f"{name}_add")]
        record = model._default_manager.first()
        if record is not None:
            addresses.append(reverse(f"{name}_change", args=[record.pk]))
        for address in addresses:
            page = client.get(address)
            assert page.status_code in (200, 403), address
            long = {field: number for field, number in Choices(page.content.decode()).number.items() if number > 30}
            assert not long, address
            looked_at += page.status_code == 200
    assert looked_at > 30
