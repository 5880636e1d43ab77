"""A slip of the finger in a name is mended, and nothing that is no slip is changed.

`make search-quality` tries every slip and thousands of words, and shows the slips that are not seen; else a sample.
"""

import os
import re
import sys
from collections import defaultdict
from urllib.parse import urlencode

import pytest
from django.test import Client
from spellchecker import SpellChecker

from projects import search
from projects.models import Project
from tests.bundled import items, rows_of
from tests.factories import make_country, make_project
from tests.plain_list import narrowed
from tests.reading import keys, page_of

pytestmark = pytest.mark.django_db

FULL = bool(os.environ.get("SEARCH_FULL"))
EVERY = 1 if FULL else 12  # slips and words of which one is tried
WANTED = 0.97
ENGLISH_WORDS = 3000 if FULL else 150
SHORTEST = 6  # letters of a name in which slips are made

NO_PARTNERS = """
Afghanistan, Albania, Algeria, Andorra, Angola, Argentina, Armenia, Australia, Austria, Bahamas, Bahrain, Belarus,
Belgium, Belize, Benin, Bhutan, Bolivia, Botswana, Brazil, Brunei, Bulgaria, Burkina Faso, Burundi, Cameroon, Canada,
Chad, China, Colombia, Congo, Croatia, Cuba, Cyprus, Denmark, Ecuador, Egypt, El Salvador, Eritrea, Estonia, Fiji,
Finland, France, Gabon, Gambia, Germany, Ghana, Greece, Guatemala, Guinea, Guyana, Haiti, Honduras, Hungary, Iceland,
Iran, Iraq, Ireland, Israel, Italy, Jamaica, Japan, Jordan, Kiribati, Korea, Kuwait, Latvia, Lebanon, Lesotho, Liberia,
Libya, Lithuania, Luxembourg, Madagascar, Malawi, Malaysia, Mali, Malta, Mauritania, Mauritius, Monaco, Montenegro,
Morocco, Mozambique, Namibia, Nauru, Nepal, Netherlands, New Zealand, Nicaragua, Niger, Nigeria, Norway, Oman, Pakistan,
Panama, Paraguay, Peru, Poland, Portugal, Qatar, Romania, Russia, Rwanda, Samoa, Serbia, Seychelles, Sierra Leone,
Singapore, Slovakia, Slovenia, Somalia, South Africa, Spain, Sudan, Suriname, Sweden, Switzerland, Syria, Taiwan,
Tajikistan, Togo, Tonga, Turkey, Turkmenistan, Tuvalu, Uganda, United Kingdom, United States, Uruguay, Vanuatu,
Venezuela, Yemen, Zambia, Zimbabwe,
アルジェリア, アンゴラ, アルゼンチン, アルメニア, オーストラリア, オーストリア, ベルギー, ブータン, ボリビア,
ブラジル, ブルガリア, カメルーン, コロンビア, コンゴ, クロアチア, エジプト, エストニア, ガンビア, グアテマラ,
ギニア, イラン, イラク, アイルランド, イタリア, ヨルダン, クウェート, ラトビア, レバノン, リベリア, リトアニア,
マラウイ, マレーシア, モーリタニア, モロッコ, モザンビーク, ナミビア, ネパール, ニジェール, ナイジェリア,
オマーン, パキスタン, パナマ, パラグアイ, ペルー, カタール, ルーマニア, ルワンダ, サモア, セルビア,
シンガポール, スロバキア, スロベニア, ソマリア, 南アフリカ, スーダン, シリア, タジキスタン, 東ティモール,
トルクメニスタン, ウガンダ, ウルグアイ, ザンビア, ジンバブエ
"""


def corrections(text):
    return [(slip.typed, slip.meant) for slip in search.read(text).corrections]


def changed(texts):
    """Those of the texts in which something was taken for a slip, with what it was taken for."""
    return {text: slips for text in texts if (slips := corrections(text))}


# -- Slips that are seen -----------------------------------------------------------------------------


def slips_in(name):
    """The name with one character too few or too many, or with two neighbours in the wrong order."""
    for place, letter in enumerate(name):
        yield "too few", name[:place] + name[place + 1 :]
        yield "too many", name[: place + 1] + name[place:]
        if name[place + 1 :]:
            yield "wrong order", name[:place] + name[place + 1] + letter + name[place + 2 :]


def cases():
    """Parameter, value, name, kind of slip, and what is typed."""
    named = [("country", row["iso2"], row["name"]) for row in rows_of("countries")]
    named += [("technology", row["slug"], row["name_en"]) for row in rows_of("technologies")]
    for parameter, value, name in named:
        if sum(letter.isalpha() for letter in name) >= SHORTEST:
            seen = {" ".join(typed.split()): kind for kind, typed in slips_in(name)}
            seen.pop(name, None)
            yield from ((parameter, value, name, kind, typed) for typed, kind in seen.items())


def is_found(parameter, value, typed):
    """Whether what is typed is read as the value or, where it is read as nothing, finds all that has it."""
    reading = search.read(typed).reading
    if reading.understood:
        return any(term.parameter == parameter and value in term.values for term in reading.understood)
    own = {project["key"] for project in narrowed({parameter: [value]})}
    found = search.found(Project.objects.published(), reading).values_list("key", flat=True)
    return bool(own) and own <= set(found)


def test_a_name_is_still_found_with_one_slip_in_it():
    tried = list(cases())[::EVERY]

    missed = [case for case in tried if not is_found(case[0], case[1], case[4])]

    share = 1 - len(missed) / len(tried)
    by_kind = defaultdict(lambda: [0, 0])
    for case in tried:
        by_kind[case[0], case[3]][1] += 1
        by_kind[case[0], case[3]][0] += case not in missed
    sys.stdout.write(f"\nslips in names: {share:.2%} of {len(tried)} found\n")
    for (parameter, kind), (good, number) in sorted(by_kind.items()):
        sys.stdout.write(f"  {parameter:10} {kind:11} {good:5} of {number:5}\n")
    sys.stdout.write("".join(f"  missed: {typed}  ({name})\n" for _p, _v, name, _kind, typed in missed))
    assert len(tried) > 5000 / EVERY
    assert share >= WANTED


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("philipines", "Philippines"),
        ("Thialand", "Thailand"),
        ("Indonesa", "Indonesia"),
        ("bangaldesh", "Bangladesh"),
        ("geothermall", "geothermal"),
        ("フィリッピン", "フィリピン"),
        ("インドネシヤ", "インドネシア"),
    ],
)
def test_a_slip_in_one_word_is_mended(typed, meant):
    [(slip, mended)] = corrections(typed)

    assert slip == typed
    assert mended.lower() == meant.lower()


def test_each_slip_is_mended_where_it_stands_and_the_rest_stays():
    question = search.read("rooftop PV philipines -wnid FY2023")

    assert question.reading.text == "rooftop PV Philippines -wnid FY2023"
    assert [(slip.start, slip.end) for slip in question.corrections] == [(11, 21)]
    assert question.typed.text == "rooftop PV philipines -wnid FY2023"


def test_two_slips_are_both_mended():
    assert corrections("geothermall philipines") == [("geothermall", "geothermal"), ("philipines", "Philippines")]


def test_a_word_that_only_one_project_has_is_what_may_be_meant():
    key = make_project(title="Quokkaville drying").key

    assert corrections("quokkavile") == [("quokkavile", "quokkaville")]
    assert set(search.found(Project.objects.published(), search.read("quokkavile").reading).values_list("key")) == {
        (key,)
    }


# -- What may be one ---------------------------------------------------------------------------------


def test_where_a_slip_is_on_record_too_its_rows_are_shown_and_what_was_meant_is_offered():
    key = make_project(title="Numbat drying in the philipines").key

    shown = page("philipines")

    assert keys(shown) == [key]
    assert shown.all(data_corrected=True) == []
    offered = shown.one(data_perhaps=True).one("a")
    assert offered.text == "Philippines"
    assert set(keys(page(address=offered["href"]))) == set(keys(page("Philippines")))
    everything = page_of(Client().get("/search/?q=philipines"))
    assert everything.one(data_perhaps=True).one("a")["href"] == "?q=Philippines"


def test_nothing_is_offered_where_enough_is_found():
    for number in range(search.LITTLE + 1):
        make_project(title=f"Numbat drying {number} in the philipines")

    assert page("philipines").all(data_perhaps=True) == []


def test_for_no_name_and_no_word_of_a_title_another_is_offered():
    texts = [*words_of_titles(), *sorted({name for name in names() if name})]

    offered = {text: search.perhaps_meant(search.read(text)) for text in (texts if FULL else texts[::23])}

    assert {text: meant for text, meant in offered.items() if meant} == {}


# -- What is no slip ---------------------------------------------------------------------------------


def words_of_titles():
    titles = [title for row in rows_of("projects") for title in (row["title"], row["title_ja"])]
    return sorted({word for title in titles for word in re.findall(r"\w+(?:[.-]\w+)*", title)})


def names():
    """Every name and synonym of the record."""
    columns = {
        "countries": ("name", "name_ja", "iso2", "iso3", "variants_en", "variants_ja"),
        "technologies": ("name_en", "name_ja", "synonyms_en", "synonyms_ja"),
        "sectors": ("name_en", "name_ja"),
        "programmes": ("name_en", "name_ja"),
        "organisations": ("name", "name_ja", "aliases"),
    }
    return sorted(
        {name for file in columns for row in rows_of(file) for cell in columns[file] for name in items(row[cell])}
    )


def english_words(number):
    """So many of the more usual English words, drawn evenly from the dictionary's own order."""
    dictionary = SpellChecker(language="en").word_frequency.dictionary
    usual = sorted((word for word in dictionary if word.isalpha()), key=lambda word: (-dictionary[word], word))[:60_000]
    return usual[:: len(usual) // number][:number]


@pytest.mark.parametrize(("texts", "least"), [(words_of_titles, 900), (names, 1500)], ids=["words of titles", "names"])
def test_no_word_of_a_title_and_no_name_is_ever_changed(texts, least):
    every = texts()
    tried = every[::EVERY]

    assert changed(tried) == {}
    assert len(every) > least
    sys.stdout.write(f"\nnever changed: {len(tried)} {'words of titles' if texts is words_of_titles else 'names'}\n")


def test_no_whole_title_is_ever_changed():
    titles = [title for row in rows_of("projects") for title in (row["title"], row["title_ja"]) if title]

    assert changed(titles[::EVERY]) == {}


def test_no_usual_english_word_is_ever_changed():
    tried = english_words(ENGLISH_WORDS)

    assert changed(tried) == {}
    assert len(tried) == ENGLISH_WORDS
    sys.stdout.write(f"\nnever changed: {len(tried)} English words\n")


def test_two_usual_english_words_are_not_taken_for_a_name():
    some = english_words(ENGLISH_WORDS)
    pairs = [f"{one} {other}" for one, other in zip(some[: len(some) // 2], some[::-1], strict=False)]

    assert changed(pairs) == {}


@pytest.mark.parametrize("country", NO_PARTNERS.replace("\n", " ").strip().split(", "))
def test_a_country_that_is_no_partner_is_not_taken_for_one_that_is(country):
    question = search.read(country)

    assert question.corrections == ()
    assert [term.text for term in question.reading.understood if term.parameter == "country"] == []


@pytest.mark.parametrize("text", ['"philipines"', '"rooftop philipines"', "-philipines", 'solar -"philipines"'])
def test_what_is_quoted_or_must_not_be_there_is_not_changed(text):
    assert corrections(text) == []


@pytest.mark.parametrize("text", ["vn9O3", "id 0133", "x7q99", "2o23"])
def test_what_has_a_digit_is_not_changed(text):
    assert corrections(text) == []


@pytest.mark.parametrize("text", ["Papau New Guinea", "Papua New Giunea", "Papua Nwe Guinea"])
def test_a_slip_in_a_name_of_several_words_is_mended_to_that_name_and_no_shorter_one(text):
    assert [(term.parameter, term.values) for term in search.read(text).reading.understood] == [("country", ("PG",))]


def test_a_word_is_not_changed_once_a_project_has_it():
    assert corrections("philipines") != []

    make_project(title="Philipines")

    assert corrections("philipines") == []


def test_a_country_that_becomes_a_partner_is_not_changed_any_longer():
    assert corrections("Quokkalnd") == []

    make_country(name="Quokkaland")

    assert corrections("Quokkalnd") == [("Quokkalnd", "Quokkaland")]
    assert corrections("Quokkaland") == []


# -- On the page -------------------------------------------------------------------------------------


def page(text="", address=""):
    response = Client().get(
        f"/projects/{address}" if address else f"/projects/?{urlencode({'q': text, 'per_page': 100})}"
    )
    assert response.status_code == 200
    return page_of(response)


def test_a_correction_is_said_and_leads_to_what_was_typed_which_is_then_left_alone():
    shown = page("solar philipines")
    note = shown.one(data_corrected=True)

    typed = page(address=note.one("a")["href"])

    assert note.one("b").text == "solar Philippines"
    assert note.one("a").text == "Search for “solar philipines” instead"
    assert set(keys(shown)) == {row["key"] for row in narrowed({"country": ["PH"]})} & set(keys(page("solar")))
    assert typed.one("input", id="q")["value"] == 'solar "philipines"'
    assert typed.all(data_corrected=True) == []
    assert keys(typed) == []


def test_the_box_keeps_what_was_typed():
    assert page("solar philipines").one("input", id="q")["value"] == "solar philipines"


def test_nothing_is_said_where_nothing_was_corrected():
    assert page("solar Philippines").all(data_corrected=True) == []


def test_what_was_typed_is_escaped_where_the_correction_is_said():
    shown = page("philipines <i>solar</i>")

    assert shown.one(data_corrected=True).all("i") == []
    assert "<i>solar</i>" in shown.one(data_corrected=True).text
