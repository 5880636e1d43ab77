"""A reader's words are read as what they name; what names nothing stays words."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict

from countries.models import PartnerCountry, Region
from projects import search
from projects.filters import ProjectQuery
from projects.models import Methodology, OrganisationAlias, Project, Status, Technology
from projects.search import words
from tests.bundled import items, rows_of
from tests.factories import make_country, make_organisation, make_project, make_technology
from tests.plain_list import narrowed

pytestmark = pytest.mark.django_db


def read(text):
    return search.read(text).reading


def understood(text):
    """What the text names, in its order: pairs of parameter and values."""
    return [(term.parameter, set(term.values)) for term in read(text).understood]


def plain_words(text):
    """The parts of the text that name nothing and must be there, in its order."""
    return [term.text for term in read(text).terms if not (term.parameter or term.optional)]


def found(text):
    """The keys of the public projects that answer the text."""
    return set(search.found(Project.objects.published(), read(text)).values_list("key", flat=True))


def having(**parameters):
    return {project["key"] for project in narrowed({name: [value] for name, value in parameters.items()})}


def misread(parameter, names):
    """Of pairs of name and value, those that are not read as just this one thing, with what they are read as."""
    wrong = {}
    for name, value in names:
        terms = read(name).terms
        if [term.parameter for term in terms] != [parameter] or value not in terms[0].values:
            wrong[name] = [(term.text, term.parameter) for term in terms]
    return wrong


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# -- Countries and regions -----------------------------------------------------------------------------


def test_every_name_and_variant_of_every_country_is_understood_and_its_codes_in_capitals():
    names = [
        (name, row["iso2"])
        for row in rows_of("countries")
        for name in [row["name"], row["name_ja"], row["iso2"], row["iso3"], *items(row["variants_en"])]
    ]
    # 越 or 比 alone may be any word: only longer variants in Japanese are names.
    names += [(name, row["iso2"]) for row in rows_of("countries") for name in items(row["variants_ja"]) if name[1:]]

    assert misread("country", names) == {}
    assert len(names) > 150


@pytest.mark.parametrize(
    ("text", "iso2"),
    [
        ("Vietnam", "VN"),
        ("viet nam", "VN"),
        ("VIET NAM", "VN"),
        ("Laos", "LA"),
        ("Lao PDR", "LA"),
        ("UAE", "AE"),
        ("U.A.E.", "AE"),
        ("KSA", "SA"),
        ("the Philippines", "PH"),
        ("ﾍﾞﾄﾅﾑ", "VN"),
        ("ヴェトナム", "VN"),
        ("Ｔｈａｉｌａｎｄ", "TH"),
        ("タイ王国", "TH"),
        ("Thai", "TH"),
        ("filipino", "PH"),
        ("Lao", "LA"),
        ("Costa Rican", "CR"),
    ],
)
def test_a_country_is_understood_by_the_names_that_readers_give_it(text, iso2):
    assert understood(text) == [("country", {iso2})]
    assert plain_words(text) == []


@pytest.mark.parametrize(
    "text", ["vn", "in", "id", "la", "idn", "Id", "plants in heat", "co generation in la", "ge lighting"]
)
def test_a_code_in_small_letters_names_no_country(text):
    assert [parameter for parameter, _values in understood(text) if parameter == "country"] == []


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Asia", "asia"),
        ("アジア", "asia"),
        ("africa", "africa"),
        ("アフリカ", "africa"),
        ("Latin America", "latin-america"),
        ("中南米", "latin-america"),
        ("Middle East", "middle-east"),
        ("中東", "middle-east"),
        ("Pacific islands", "pacific"),
        ("大洋州", "pacific"),
        ("Europe", "europe-and-central-asia"),
        ("ヨーロッパ", "europe-and-central-asia"),
    ],
)
def test_a_region_finds_the_projects_of_all_its_countries(text, region):
    assert understood(text) == [("region", {region})]
    assert found(text) == having(region=region)


def test_every_region_of_the_record_has_a_name_in_both_languages():
    named = [(name, values[0]) for name, (parameter, values) in words.NAMES.items() if parameter == "region"]

    assert {region for name, region in named if name.isascii()} == set(Region.values)
    assert {region for name, region in named if not name.isascii()} == set(Region.values)


@pytest.mark.parametrize(
    ("text", "some", "others"),
    [
        ("Southeast Asia", {"TH", "VN", "ID", "LA", "PH"}, {"BD", "MN"}),
        ("South-East Asia", {"TH", "VN"}, {"BD", "MN"}),
        ("ASEAN", {"TH", "VN"}, {"BD", "MN"}),
        ("東南アジア", {"TH", "VN"}, {"BD", "MN"}),
        ("South Asia", {"BD", "LK", "MV", "IN"}, {"TH"}),
        ("Central Asia", {"UZ", "KZ", "KG"}, {"MN", "GE"}),
        ("East Africa", {"KE", "ET", "TZ"}, {"SN"}),
        ("北アフリカ", {"TN"}, {"KE"}),
        ("West Africa", {"SN"}, {"KE"}),
        ("南米", {"CL"}, {"MX"}),
        ("Central America", {"CR", "MX"}, {"CL"}),
        ("Caucasus", {"GE", "AZ"}, {"UZ"}),
    ],
)
def test_a_sub_region_stands_for_its_countries(text, some, others):
    [(parameter, countries)] = understood(text)

    assert parameter == "country"
    assert countries >= some
    assert countries.isdisjoint(others)
    assert found(text) == {key for iso2 in countries for key in having(country=iso2)}


# -- Technologies, sectors, programmes -----------------------------------------------------------------


def test_every_name_and_synonym_of_every_technology_is_understood():
    sectors = {name for row in rows_of("sectors") for name in (row["name_en"], row["name_ja"])}
    names = [
        (name, row["slug"])
        for row in rows_of("technologies")
        for name in [row["name_en"], row["name_ja"], *items(row["synonyms_en"]), *items(row["synonyms_ja"])]
        if name not in sectors  # フロン類 is both; the sector has all of its technologies
    ]

    assert misread("technology", names) == {}
    assert len(names) > 1000


def test_a_synonym_of_several_technologies_stands_for_all_of_them():
    sharing = {row["slug"] for row in rows_of("technologies") if "solar power" in items(row["synonyms_en"])}

    assert understood("solar power") == [("technology", sharing)]
    assert len(sharing) > 3


@pytest.mark.parametrize(
    "text", ["LED Lightings", "led-lighting", "LED 照明", "ＬＥＤ照明", "LED lighting", "LED街路灯", "led downlights"]
)
def test_plural_strokes_width_and_a_space_beside_japanese_do_not_matter_to_a_name(text):
    assert understood(text) == [("technology", {"led-lighting"})]


def test_every_sector_is_understood_by_its_name_in_both_languages():
    names = [(name, row["slug"]) for row in rows_of("sectors") for name in (row["name_en"], row["name_ja"])]

    assert misread("sector", names) == {}


def test_every_programme_is_understood_by_its_name_in_both_languages():
    unknown = {
        name: understood(name)
        for row in rows_of("programmes")
        for name in (row["name_en"], row["name_ja"])
        if set(map(str, understood(name))) != {str(("programme", {row["slug"]}))}
    }

    assert unknown == {}


@pytest.mark.parametrize(
    ("text", "slug"), [("JCM Model Projects", "jcm-model-projects"), ("JFJCM", "adb-jfjcm"), ("LCET", "unido-lcet")]
)
def test_a_programme_is_understood_by_its_short_name(text, slug):
    assert understood(text) == [("programme", {slug})]
    assert found(text) == having(programme=slug)


# -- Organisations -------------------------------------------------------------------------------------


def test_every_organisation_is_understood_by_each_of_its_names_in_full():
    unknown = {
        name: understood(name)
        for row in rows_of("organisations")
        for name in [row["name"], row["name_ja"], *items(row["aliases"])]
        if name and ("participant", {row["organisation_key"]}) not in understood(name)
    }

    assert unknown == {}


@pytest.mark.parametrize(
    "text",
    [
        "Acecook Co., Ltd.",
        "Acecook Co.,Ltd.",
        "acecook co ltd",
        "Acecook",
        "ACECOOK CO., LTD.",
        "エースコック株式会社",
        "株式会社エースコック",
        "エースコック㈱",
        "㈱エースコック",
        "エースコック（株）",
        "エースコック",
    ],
)
def test_the_legal_form_of_an_organisation_does_not_matter(text):
    assert understood(text) == [("participant", {"acecook"})]
    assert plain_words(text) == []


@pytest.mark.parametrize(
    "name",
    [
        "Numbat Co., Ltd.",
        "PT. Numbat Tbk",
        "Numbat Sdn Bhd",
        "Numbat Pte. Ltd.",
        "Numbat Company Limited",
        "Numbat Company (NMBT)",
        "Numbat SpA",
        "Numbat S.A.",
        "Numbat GmbH",
        "Numbat Corporation",
    ],
)
def test_an_organisation_is_just_one_part_of_the_question_whatever_its_legal_form(name):
    organisation = make_organisation(name=name)

    assert understood(name) == [("participant", {organisation.slug})]
    assert plain_words(name) == []


def test_a_legal_form_alone_names_nobody():
    assert understood("Co., Ltd.") == understood("株式会社") == []


def test_an_organisation_finds_its_projects_together_with_the_rest_of_the_question():
    organisation = next(row for row in rows_of("organisations") if "Toyota Tsusho" in row["name"])
    countries = {project["country"] for project in narrowed({"participant": [organisation["organisation_key"]]})}
    iso2 = sorted(countries)[0]
    text = f"{organisation['name']} {iso2}"

    assert understood(text) == [("participant", {organisation["organisation_key"]}), ("country", {iso2})]
    assert found(text) == having(participant=organisation["organisation_key"], country=iso2) != set()


# -- Years, statuses, references, methodologies --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("FY2023", 2023),
        ("fy2023", 2023),
        ("FY 2023", 2023),
        ("FY23", 2023),
        ("FY'23", 2023),
        ("JFY2023", 2023),
        ("fiscal year 2023", 2023),
        ("２０２３年度", 2023),
        ("2023年度", 2023),
        ("2023年", 2023),
        ("令和5年度", 2023),
        ("令和５年度", 2023),
        ("令和 5 年度", 2023),
        ("令和5年", 2023),
        ("R5年度", 2023),
        ("令和元年度", 2019),
        ("平成28年度", 2016),
        ("H28年度", 2016),
        ("2014", 2014),
        ("(2014)", 2014),
    ],
)
def test_a_fiscal_year_is_understood_as_it_is_written(text, year):
    assert understood(text) == [("fiscal_year", {str(year)})]
    assert found(text) >= having(fiscal_year=str(year)) != set()
    assert plain_words(text) == []


def test_a_bare_number_may_stand_in_a_title_too_but_a_fiscal_year_may_not():
    titled = make_project(title="Numbat plan 2014", fiscal_year=2019).key

    assert found("2014") >= having(fiscal_year="2014") | {titled}
    assert found("FY2014") == having(fiscal_year="2014")


@pytest.mark.parametrize("text", ["2014 kW", "2014kW", "2014 tCO2", "1999", "2099", "12014", "20145", "2.2014", "R2D2"])
def test_another_number_is_no_year(text):
    assert understood(text) == []


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("registered", {Status.REGISTERED, Status.CREDITS_ISSUED}),
        ("登録済み", {Status.REGISTERED, Status.CREDITS_ISSUED}),
        ("credits issued", {Status.CREDITS_ISSUED}),
        ("issued credits", {Status.CREDITS_ISSUED}),
        ("クレジット発行済み", {Status.CREDITS_ISSUED}),
        ("in validation", {Status.IN_VALIDATION}),
        ("妥当性確認中", {Status.IN_VALIDATION}),
        ("withdrawn", {Status.WITHDRAWN}),
        ("cancelled", {Status.WITHDRAWN}),
        ("取下げ", {Status.WITHDRAWN}),
    ],
)
def test_a_status_is_understood(text, statuses):
    assert understood(text) == [("status", statuses)]
    assert found(text) == {key for status in statuses for key in having(status=status)} != set()


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("VN003", "vn003"),
        ("vn003", "vn003"),
        ("VN-003", "vn003"),
        ("id-013", "id013"),
        ("PH 006", "ph006"),
        ("ＶＮ００３", "vn003"),
        ("ｖｎ００３", "vn003"),
        ("（VN003）", "vn003"),
    ],
)
def test_a_reference_is_understood_however_it_is_typed(text, reference):
    assert understood(text) == [("reference", {reference})]
    assert found(text) == {reference}


@pytest.mark.parametrize("text", ["XX003", "QQ-012", "AVN003", "VN0031", "VN03", "X-VN003"])
def test_what_is_like_a_reference_but_none_stays_words(text):
    assert understood(text) == []


def test_every_methodology_is_understood_by_its_number():
    names = [(number, number) for number in Methodology.objects.values_list("number", flat=True)]
    names += [(number.lower().replace("_", form), number) for number, _same in names[::5] for form in ("_", " ", "-")]

    assert misread("methodology", names) == {}
    assert len(names) > 100


# -- The longest name, whole words ---------------------------------------------------------------------


def test_the_longest_name_wins():
    short, long = make_technology(name="Quokka drying"), make_technology(name="Quokka drying sheds")

    assert understood("quokka drying shed") == [("technology", {long.slug})]
    assert understood("shed quokka drying") == [("technology", {short.slug})]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Papua New Guinea", [("country", {"PG"})]),
        ("インドネシア", [("country", {"ID"})]),
        ("Solar power with battery storage", [("technology", {"solar-with-storage"})]),
        ("Southeast Asia", [("country", set(words.SOUTH_EAST_ASIA))]),
    ],
)
def test_a_name_within_a_longer_one_is_not_seen(text, meant):
    make_country(iso2="GN", name="Guinea")

    assert understood(text) == meant


@pytest.mark.parametrize(("name", "longer"), [("Niger", "Nigeria"), ("Mali", "Malian"), ("Oman", "Romania")])
def test_a_name_is_a_whole_word(name, longer):
    country = make_country(name=name)

    assert understood(longer) == []
    assert found(longer) == set()
    assert understood(name) == [("country", {country.iso2})]


def test_two_names_one_of_which_begins_with_the_other_are_kept_apart():
    niger, nigeria = make_country(iso2="NE", name="Niger"), make_country(iso2="NG", name="Nigeria")
    there = {country.iso2: make_project(country=country).key for country in (niger, nigeria)}

    assert {name: found(name) for name in ("Niger", "Nigeria")} == {
        "Niger": {there["NE"]},
        "Nigeria": {there["NG"]},
    }


@pytest.mark.parametrize("text", ["タイヤ", "タイヤ工場", "タイル", "チリペッパー", "マレーシアインド"])
def test_katakana_is_not_cut_for_the_name_of_a_country(text):
    assert [parameter for parameter, _values in understood(text) if parameter == "country"] == []


@pytest.mark.parametrize("text", ["タイの工場", "タイ工場", "在タイ", "タイ 工場", "タイ・工場", "タイ、工場"])
def test_a_name_in_katakana_ends_where_other_letters_begin(text):
    assert ("country", {"TH"}) in understood(text)


@pytest.mark.parametrize("text", ["南アフリカ", "東アジア", "西アジア", "南アフリカ共和国", "北米", "東ヨーロッパ"])
def test_a_part_of_a_continent_in_japanese_is_not_the_continent(text):
    assert [parameter for parameter, _values in understood(text) if parameter == "region"] == []


def test_japanese_without_spaces_is_taken_apart_into_its_names():
    assert [parameter for parameter, _values in understood("ベトナムの太陽光発電")] == ["country", "technology"]
    assert found("ベトナムの太陽光発電") == found("太陽光発電 ベトナム") != set()


# -- Quotation marks, minus, OR ------------------------------------------------------------------------


@pytest.mark.parametrize("marks", ['""', "“”", "„“", "「」", "『』", "«»", "＂＂"])
def test_what_stands_in_quotation_marks_is_taken_as_it_stands(marks):
    text = f"{marks[0]}rooftop solar{marks[1]} Viet Nam"
    [phrase, country] = read(text).terms

    assert (phrase.text, phrase.parameter, phrase.quoted) == ("rooftop solar", "", True)
    assert (country.parameter, country.values) == ("country", ("VN",))


def test_a_phrase_wants_its_words_side_by_side_in_their_order():
    key = make_project(title="Numbat drying of quokka kettles").key

    assert key in found('"numbat drying"')
    assert key in found('"quokka kettle"')
    assert found('"drying numbat"') == found('"numbat quokka"') == set()


def test_a_quotation_mark_that_is_not_closed_reaches_to_the_end():
    assert found('Thailand "rooftop solar') == found('Thailand "rooftop solar"') != set()


def test_a_name_after_a_minus_must_not_be_there():
    assert found("solar -Philippines") == found("solar") - having(country="PH") != found("solar")
    assert found("Philippines -solar") == having(country="PH") - found("solar") != having(country="PH")
    assert understood("-Philippines") == [("country", {"PH"})]
    assert [term.negated for term in read("solar -Philippines").terms] == [False, True]


def test_a_word_after_a_minus_must_not_be_there():
    both, one = make_project(title="Numbat quokka").key, make_project(title="Numbat").key

    assert found("numbat") == {both, one}
    assert found("numbat -quokka") == {one}
    assert found('numbat -"quokka"') == {one}
    assert found("numbat - quokka") == {both}  # a dash between words is no minus


def test_a_minus_alone_leaves_all_the_others():
    assert found("-solar") == having() - found("solar")


def test_or_between_words_wants_either():
    first, second, both = (make_project(title=title).key for title in ("Numbat", "Quokka", "Numbat quokka"))

    assert found("numbat OR quokka") == {first, second, both}
    assert found("numbat quokka") == {both}
    assert found("numbat or quokka") == {both}  # only in capitals


def test_or_between_names_wants_either():
    assert found("Laos OR Thailand") == having(country="LA") | having(country="TH")
    assert found("solar Laos OR Thailand") == found("solar") & (having(country="LA") | having(country="TH")) != set()
    assert found("geothermal OR wind") == found("geothermal") | found("wind")


def test_or_that_stands_between_nothing_is_no_word():
    assert found("OR Laos") == found("Laos OR") == found("OR OR Laos OR OR") == having(country="LA")
    assert found("OR") == set()


# -- Taking a part back --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "part", "rest"),
    [
        ("solar Viet Nam FY2019", "Viet Nam", "solar FY2019"),
        ("solar Viet Nam FY2019", "solar", "Viet Nam FY2019"),
        ("Viet Nam", "Viet Nam", ""),
        ("solar -Philippines", "Philippines", "solar"),
        ("Laos OR Thailand", "Laos", "Thailand"),
        ("Laos OR Thailand", "Thailand", "Laos"),
        ("Laos OR solar OR Thailand", "solar", "Laos OR Thailand"),
        ("太陽光ベトナム工場", "ベトナム", "太陽光 工場"),
        ("  ＶＮ００３   hotel ", "VN003", "hotel"),
        ('"rooftop solar" Laos', "Laos", '"rooftop solar"'),
        ("-solar -Laos", "solar", "-Laos"),
    ],
)
def test_a_part_can_be_taken_back(text, part, rest):
    reading = read(text)
    [term] = [term for term in reading.understood if term.text == part]

    assert reading.without(term) == rest


@pytest.mark.parametrize(
    "text",
    [
        "solar Viet Nam FY2019",
        "rooftop PV Philippines",
        "-Laos biomass",
        "Laos OR Thailand",
        "太陽光ベトナム工場",
        "令和5年度 タイ",
        "Acecook Co., Ltd. VN003",
        "エースコック㈱ registered",
        "Southeast Asia VN_AM001 renewable energy",
    ],
)
def test_a_text_without_a_part_is_understood_as_before_in_all_the_others(text):
    reading = read(text)

    for term in reading.understood:
        others = [(one.parameter, set(one.values)) for one in reading.understood if one is not term]
        assert understood(reading.without(term)) == others
    assert reading.understood != []


@pytest.mark.parametrize(
    ("text", "part", "instead"),
    [
        ("solar Viet Nam FY2019", "Viet Nam", 'solar "Viet Nam" FY2019'),
        ("solar -Philippines", "Philippines", 'solar -"Philippines"'),
        ("太陽光ベトナム工場", "ベトナム", '太陽光"ベトナム"工場'),
    ],
)
def test_the_words_of_a_part_can_be_asked_for_as_they_stand(text, part, instead):
    reading = read(text)
    [term] = [term for term in reading.understood if term.text == part]

    assert reading.as_words(term) == instead


@pytest.mark.parametrize(
    "text",
    [
        "solar Viet Nam FY2019",
        "-Laos biomass",
        "太陽光ベトナム工場",
        "令和5年度 タイ",
        "VN003 VN_AM001",
        "2014 registered",
    ],
)
def test_a_part_taken_as_words_is_understood_as_nothing(text):
    reading = read(text)

    for term in reading.understood:
        again = read(reading.as_words(term))
        others = [(one.parameter, set(one.values)) for one in reading.understood if one is not term]
        assert [(one.parameter, set(one.values)) for one in again.understood] == others
        assert [one.negated for one in again.terms if one.quoted] == [term.negated]


# -- What is new is understood at once -----------------------------------------------------------------


@pytest.mark.parametrize("field", ["synonyms_en", "synonyms_ja", "name", "name_ja"])
def test_a_new_word_for_a_technology_is_understood_at_once(field):
    technology = make_technology()
    key = make_project(technology=technology).key
    assert understood("quokka warming") == []

    setattr(technology, field, ["quokka warming"] if "synonyms" in field else "quokka warming")
    technology.save()

    assert understood("quokka warming") == [("technology", {technology.slug})]
    assert found("quokka warming") == {key}


@pytest.mark.parametrize("field", ["variants_en", "variants_ja", "name", "name_ja"])
def test_a_new_name_of_a_country_is_understood_at_once(field):
    country = make_country()
    key = make_project(country=country).key
    assert understood("Quokkaland") == []

    setattr(country, field, ["Quokkaland"] if "variants" in field else "Quokkaland")
    country.save()

    assert understood("Quokkaland") == [("country", {country.iso2})]
    assert found("Quokkaland") == {key}


def test_a_new_alias_of_an_organisation_is_understood_at_once_and_no_longer_when_it_is_gone():
    organisation = make_organisation()

    alias = OrganisationAlias.objects.create(organisation=organisation, name="Quokka Works Co., Ltd.", language="en")
    assert understood("quokka works") == [("participant", {organisation.slug})]

    alias.delete()
    assert understood("quokka works") == []


def test_a_name_given_by_sql_is_understood_at_once_and_no_longer_when_it_is_taken_away():
    technology, country, organisation = make_technology(), make_country(), make_organisation()

    sql("update projects_technology set synonyms_en = array['quokka warming'] where id = %s", technology.pk)
    sql("update countries_partnercountry set variants_ja = array['クアッカ国'] where id = %s", country.pk)
    sql(
        "insert into projects_organisationalias (organisation_id, name, language) values (%s, 'Quoll Works', 'en')",
        organisation.pk,
    )
    assert understood("quokka warming クアッカ国 quoll works") == [
        ("technology", {technology.slug}),
        ("country", {country.iso2}),
        ("participant", {organisation.slug}),
    ]

    sql("update projects_technology set synonyms_en = '{}' where id = %s", technology.pk)
    sql("update countries_partnercountry set variants_ja = '{}' where id = %s", country.pk)
    sql("delete from projects_organisationalias where organisation_id = %s", organisation.pk)
    assert understood("quokka warming クアッカ国 quoll works") == []


def test_a_thing_that_is_deleted_is_no_longer_understood():
    country, technology = make_country(name="Quokkaland"), make_technology(name="Quokka warming")
    assert len(understood("quokkaland: quokka warming")) == 2

    PartnerCountry.objects.filter(pk=country.pk).delete()
    Technology.objects.filter(pk=technology.pk).delete()

    assert understood("quokkaland: quokka warming") == []


# -- Drafts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
@pytest.mark.parametrize("text", ["numbat", "quokka drying", "Quokkaland", "quoll works", "test-secret-1"])
def test_what_is_not_public_is_found_by_none_of_its_names(state, text):
    project = make_project(
        title="Numbat house",
        state=state,
        country=make_country(name="Quokkaland"),
        technology=make_technology(name="Quokka drying"),
    )
    project.participations.create(
        organisation=make_organisation(name="Quoll Works"), side="japan", source=project.source
    )
    project.identifiers.create(scheme="gec", value="test-secret-1")

    assert found(text) == set()


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_the_words_of_what_is_not_public_are_no_corrections(state):
    make_project(title="Numbatville drying", state=state)

    assert search.read("numbatvile").corrections == ()


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_a_slip_in_what_is_not_public_is_corrected_for_the_reader_as_before(state):
    make_project(title="Philipines", state=state)

    assert [slip.meant for slip in search.read("philipines").corrections] == ["Philippines"]


# -- The same question in four ways --------------------------------------------------------------------


def ranked(text):
    query = ProjectQuery(QueryDict(urlencode({"q": text})))
    query.require_valid()
    return list(query.queryset.values_list("key", flat=True))


FOUR_WAYS = ["rooftop PV philipines", "太陽光 フィリピン", "solar power Philippines", "photovoltaic, PH"]


def test_the_same_question_in_other_words_finds_the_same_projects():
    solar = {row["slug"] for row in rows_of("technologies") if "solar power" in items(row["synonyms_en"])}
    there = {key for slug in solar for key in having(technology=slug, country="PH")}

    assert {text: found(text) for text in FOUR_WAYS} == dict.fromkeys(FOUR_WAYS, there)
    assert there != set()


def test_rooftop_puts_the_rooftops_first_and_leaves_out_none_of_the_others():
    keys = ranked(FOUR_WAYS[0])
    rooftops = having(technology="rooftop-solar", country="PH")

    assert 0 < len(rooftops) < len(keys)
    assert set(keys[: len(rooftops)]) == rooftops
