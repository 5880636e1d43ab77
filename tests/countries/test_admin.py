"""Partner countries as an editor writes them."""

import pytest

from countries.models import PartnerCountry
from tests.adminpages import problems, sent
from tests.factories import make_country, make_country_document, make_editor, make_project, make_source

pytestmark = pytest.mark.django_db

FORM = "partnercountry_form"


@pytest.fixture
def editor(client):
    client.force_login(make_editor())
    return client


def address(country):
    return f"/admin/countries/partnercountry/{country.pk}/change/"


@pytest.mark.parametrize(
    "written",
    ["Siam; Muang Thai", "Siam;Muang Thai;", "Siam\nMuang Thai", "Siam;Muang Thai; Siam"],
    ids=["as proposed", "no spaces", "lines", "full width and twice"],
)
def test_other_names_are_written_in_one_box(editor, written):
    country = make_country()

    assert sent(editor, address(country), FORM, variants_en=written).status_code == 302

    country.refresh_from_db()
    assert country.variants_en == ["Siam", "Muang Thai"]


def test_other_names_are_shown_as_they_are_written(editor):
    country = make_country(variants_ja=["タイ", "タイ王国"])

    assert "タイ; タイ王国</textarea>" in editor.get(address(country)).content.decode()


def test_a_name_that_is_too_long_is_told_and_nothing_is_saved(editor):
    country = make_country(variants_en=["Siam"])

    answer = sent(editor, address(country), FORM, variants_en="Siam; " + "x" * 101)

    assert any("100" in problem for problem in problems(answer))
    country.refresh_from_db()
    assert country.variants_en == ["Siam"]


def test_the_list_is_searched_by_other_names_too(editor):
    country = make_country(variants_ja=["試験王国"])

    page = editor.get("/admin/countries/partnercountry/", {"q": "試験王"})

    assert list(page.context["cl"].result_list) == [country]


def test_a_country_has_one_first_document_also_when_two_are_entered_at_once(editor):
    country = make_country()
    row = {"kind": "first", "source": make_source().pk}

    answer = sent(editor, address(country), FORM, rows=[("documents", row), ("documents", row)])

    assert problems(answer) == ["This country has a first document already; this one is a renewal."]
    assert not country.documents.exists()


def test_a_first_document_and_a_renewal_are_saved_together(editor):
    country = make_country()
    rows = [("documents", {"kind": kind, "source": make_source().pk}) for kind in ("first", "renewal", "renewal")]

    assert sent(editor, address(country), FORM, rows=rows).status_code == 302
    assert country.documents.count() == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"iso2": "ZZ"}, "These are not the two codes of one country in ISO 3166-1 (such as PH and PHL)."),
        ({"latitude": "10"}, "Give both latitude and longitude, or neither."),
        ({"focal_point": "A ministry"}, "Name the source of the focal point."),
        ({"ndc_target": "40 % by 2030"}, "Name the source of the NDC target."),
        ({"joined_on": "2020-05-17", "joined_on_precision": "month"}, "a month is stored as its first day"),
        ({"joined_on": "2020-13-45"}, "Enter a valid date."),
        ({"name": "A\0B"}, "Null characters are not allowed."),
        ({"slug": "not a slug"}, "letters, numbers"),
    ],
    ids=["unknown code", "half a point", "no source", "no source of the target", "precision", "date", "NUL", "slug"],
)
def test_what_cannot_be_is_told_at_the_form(editor, changes, sentence):
    country = make_country()

    answer = sent(editor, address(country), FORM, **changes)

    assert answer.status_code == 200
    assert any(sentence in problem for problem in problems(answer))
    assert PartnerCountry.objects.get(pk=country.pk).name == country.name


def test_a_date_without_a_word_on_its_precision_is_exact_to_the_day(editor):
    country = make_country()

    sent(editor, address(country), FORM, joined_on="2020-05-17")

    country.refresh_from_db()
    assert country.partial("joined_on").isoformat() == "2020-05-17"


def test_an_editor_cannot_delete_a_country_but_a_row_of_its_documents(editor):
    document = make_country_document()
    place = address(document.country)

    assert editor.post(place.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert sent(editor, place, FORM, **{"documents-0-DELETE": "on"}).status_code == 302
    assert not document.country.documents.exists()


def test_the_public_page_is_one_click_away(editor):
    country = make_country()

    assert f'href="{country.get_absolute_url()}"' in editor.get(address(country)).content.decode()


@pytest.mark.parametrize("rows", [2, 12])
def test_the_form_takes_the_same_queries_whatever_its_rows(editor, rows, django_assert_num_queries):
    country = make_country()
    for _number in range(rows):
        make_country_document(country=country, further_sources=[make_source()])
    editor.get(address(country))  # content types are read once

    # session, user, its two permissions; country; documents with their source, their further sources;
    # who else has it open, that she has, and who has it no longer; labels of the country's own source
    with django_assert_num_queries(11):
        editor.get(address(country))


@pytest.mark.parametrize("rows", [10, 60])
def test_the_list_takes_the_same_queries_whatever_its_rows(editor, rows, django_assert_num_queries):
    for _number in range(rows):
        make_country()
    make_project()

    # session, user, its two permissions; how many, the rows; saved filters
    with django_assert_num_queries(7):
        assert editor.get("/admin/countries/partnercountry/").status_code == 200
