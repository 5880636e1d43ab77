"""What the database refuses of a partner country and its documents."""

import pytest

from countries.models import DocumentKind, PartnerCountry
from tests.factories import make_country, make_country_document
from tests.refusals import position_refusals, precision_refusals, refuses

pytestmark = pytest.mark.django_db

CODES = "countries_partnercountry_iso_codes_exist"
REFUSALS = [
    *precision_refusals("countries_partnercountry_joined_on_precision", make_country, "joined_on"),
    *position_refusals("countries_partnercountry", make_country),
    refuses(CODES, "two letters that are no country", make_country, iso2="ZZ"),
    refuses(CODES, "three letters that are no country", make_country, iso3="ZZZ"),
    refuses(CODES, "codes of two countries", make_country, iso2="FR", iso3="DEU"),
    refuses(CODES, "small letters", make_country, iso2="fr", iso3="fra"),
    refuses(CODES, "no codes", make_country, iso2="", iso3=""),
    refuses("countries_partnercountry_region_is_known", "a region of its own", make_country, region="atlantis"),
    refuses("countries_partnercountry_region_is_known", "no region", make_country, region=""),
    refuses(
        "countries_partnercountry_focal_point_has_a_source",
        "a focal point that nobody states",
        make_country,
        focal_point="Ministry of the Environment",
    ),
    refuses(
        "countries_partnercountry_ndc_target_has_a_source",
        "an NDC target that nobody states",
        make_country,
        ndc_target="-40% by 2030",
    ),
    *precision_refusals("countries_countrydocument_signed_on_precision", make_country_document, "signed_on"),
    refuses(
        "countries_countrydocument_one_first_document",
        "two first documents of one country",
        lambda: make_country_document(kind=DocumentKind.FIRST),
        country=lambda document: make_country_document(kind=DocumentKind.FIRST).country,
    ),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_the_database_refuses(refusal):
    refusal.comes_from_the_database()


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_the_editor_is_told_why(refusal):
    refusal.is_told_in_a_sentence()


def test_a_country_may_renew_its_document_more_than_once():
    country = make_country_document(kind=DocumentKind.FIRST).country
    make_country_document(country=country)

    assert make_country_document(country=country).pk


@pytest.mark.parametrize(("latitude", "longitude"), [(90, 180), (-90, -180), (0, 0)])
def test_the_edges_of_the_globe_belong_to_it(latitude, longitude):
    assert make_country(latitude=latitude, longitude=longitude).pk


@pytest.mark.parametrize("documents", [1, 3])
def test_the_detail_of_a_country_takes_as_many_queries_however_many_its_documents(documents, django_assert_num_queries):
    country = make_country()
    for _ in range(documents):
        make_country_document(country=country)

    # the country with its sources; its documents with their sources; their further sources
    with django_assert_num_queries(3):
        detail = PartnerCountry.objects.for_detail().get(pk=country.pk)
        [document.all_sources() for document in detail.documents.all()]
