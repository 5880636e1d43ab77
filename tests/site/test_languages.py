"""Two languages on one site: the switch between them, text that exists in one only, and the order of names."""

import re
from html import unescape

import pytest
from django.utils.translation import override

from jcm_portal.templatetags.languages import beside, here, in_reading_order, publisher, told, written
from tests.factories import make_announcement, make_project

SWITCH = re.compile(r'<a class="language" href="([^"]+)"')
ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="http://testserver([^"]+)">')
ORDER = re.compile(r'data-facet="country" data-value="([A-Z]{2})"')


@pytest.fixture(autouse=True)
def english():
    """A page leaves its language behind for whoever comes next in the same process."""
    with override("en"):
        yield


def switch(page):
    return unescape(SWITCH.search(page.content.decode())[1])


# -- The switch -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/projects/", 200),
        ("/projects/?country=PH&technology=rooftop-solar&q=%E5%A4%AA%E9%99%BD%E5%85%89&page=1", 200),
        ("/projects/?country=nowhere&fiscal_year_min=abc", 200),
        ("/countries/viet-nam/?status=registered&sort=-reduction", 200),
        ("/technologies/rooftop-solar/", 200),
        ("/organisations/?side=japan", 200),
        ("/methodologies/ID_AM004/", 200),
        ("/rounds/model-fy2023-1/", 200),
        ("/announcements/?year=2023", 200),
        ("/search/?q=%E5%A4%AA%E9%99%BD&kind=term", 200),
        ("/glossary/", 200),
        ("/about/", 200),
        ("/projects/99999999/", 404),
        ("/no/such/page/?q=1&q=2", 404),
    ],
)
def test_the_switch_leads_to_the_same_page_and_query_and_back(client, db, address, status):
    english = client.get(address)
    assert english.status_code == status
    assert switch(english) == f"/ja{address}"

    japanese = client.get(switch(english))
    assert japanese.status_code == status
    assert '<html lang="ja">' in japanese.content.decode()
    assert switch(japanese) == address


def test_the_switch_is_on_the_page_of_a_project(client, db):
    address = make_project(title="Solar power in a factory", title_ja="工場への太陽光発電の導入").get_absolute_url()
    japanese = client.get(f"/ja{address}")
    assert "工場への太陽光発電の導入" in japanese.content.decode()
    assert switch(japanese) == address


@pytest.mark.parametrize("address", ["/projects/?country=PH", "/ja/projects/?country=PH"])
def test_search_engines_are_told_of_both_pages_without_their_query(client, db, address):
    alternates = dict(ALTERNATE.findall(client.get(address).content.decode()))
    assert alternates == {"en": "/projects/", "ja": "/ja/projects/", "x-default": "/projects/"}


# -- Text in one language -------------------------------------------------------------------------


RECORD = {"name": "Mongolia", "name_ja": "モンゴル", "note": "Joined <first>.", "quote_ja": "約270件"}


def test_a_name_stands_in_the_language_of_the_reader_and_the_other_beside_it():
    assert here(RECORD, "name") == "Mongolia"
    assert beside(RECORD, "name") == '<span lang="ja">モンゴル</span>'
    with override("ja"):
        assert here(RECORD, "name") == "モンゴル"
        assert beside(RECORD, "name") == '<span lang="en">Mongolia</span>'


def test_sentences_in_the_other_language_are_marked_up_and_said_to_be():
    assert told(RECORD, "note") == "Joined &lt;first&gt;."
    assert told(RECORD, "quote") == '<span lang="ja">約270件</span> <span class="small quiet">(in Japanese)</span>'
    with override("ja"):
        marked = '<span lang="en">Joined &lt;first&gt;.</span> <span class="small quiet">（英語）</span>'
        assert told(RECORD, "note") == marked
        assert told(RECORD, "quote") == "約270件"
        assert told(RECORD, "nothing") == ""


@pytest.mark.parametrize(
    ("text", "in_english", "in_japanese"),
    [
        ("Tokyo", "Tokyo", '<span lang="en">Tokyo</span>'),
        ("ファームドゥ<b>", '<span lang="ja">ファームドゥ&lt;b&gt;</span>', "ファームドゥ&lt;b&gt;"),
        ("2018 | ミャンマー | A社", '<span lang="ja">2018 | ミャンマー | A社</span>', "2018 | ミャンマー | A社"),
        (
            "Houay Khing village (ホアイキン村)",
            'Houay Khing village (<span lang="ja">ホアイキン村</span>)',
            '<span lang="en">Houay Khing village (<span lang="ja">ホアイキン村</span>)</span>',
        ),
        ("", "", ""),
    ],
)
def test_words_of_a_source_are_marked_up_by_their_letters(text, in_english, in_japanese):
    assert written(text) == in_english
    with override("ja"):
        assert written(text) == in_japanese


def test_words_of_a_source_are_marked_up_by_the_language_that_is_known():
    assert written("Mecanismo de crédito", "es") == '<span lang="es">Mecanismo de crédito</span>'


def test_a_ministry_has_its_japanese_name_on_japanese_pages():
    assert publisher("Ministry of the Environment, Japan") == "Ministry of the Environment, Japan"
    with override("ja"):
        assert publisher("Ministry of the Environment, Japan") == "環境省"
        assert publisher("Argus Media") == '<span lang="en">Argus Media</span>'


def test_the_body_of_an_announcement_says_that_it_is_in_english(client, db):
    address = make_announcement(body="Two projects were *selected*.").get_absolute_url()
    body = '<div class="prose" lang="en"><p>Two projects were <em>selected</em>.</p>'
    assert f'<span class="small quiet">（英語）</span>{body}' in client.get(f"/ja{address}").content.decode()
    page = client.get(address).content.decode()
    assert body in page
    assert "（英語）" not in page


def test_a_japanese_title_is_never_called_a_description_of_ours(client, db):
    project = make_project(title="Solar power plant", title_ja="太陽光発電所", title_kind="description")
    row, address = f'data-key="{project.key}"', project.get_absolute_url()
    english, japanese = (client.get(f"{start}/projects/?q=太陽光発電所").content.decode() for start in ("", "/ja"))
    assert row in english
    assert row in japanese
    assert "our description" in english.partition(row)[2].partition("</li>")[0]
    assert "本ポータルによる説明" not in japanese.partition(row)[2].partition("</li>")[0]
    assert "英語の題名は本ポータルによる説明です。" in client.get(f"/ja{address}").content.decode()


# -- The order of names ---------------------------------------------------------------------------


def test_kana_are_sorted_as_the_syllabary_has_them_and_kanji_come_last():
    in_order = [
        "Peru",
        "あぜち",
        "アラブ首長国連邦",
        "ケニア",
        "ケーニヒ",
        "サウジアラビア",
        "ジョージア",
        "スリランカ",
        "チュニジア",
        "チリ",
        "パプアニューギニア",
        "パラオ",
        "バングラデシュ",
        "大洋州",
    ]
    assert sorted(in_order[5:] + in_order[:5], key=in_reading_order) == in_order


def test_accents_and_capitals_do_not_count_in_latin_names():
    assert sorted(["zeta", "Étoile", "Delta", "ex"], key=in_reading_order) == ["Delta", "Étoile", "ex", "zeta"]


def test_countries_of_a_filter_follow_the_language_of_the_page(client, db):
    english, japanese = (ORDER.findall(client.get(f"{start}/projects/").content.decode()) for start in ("", "/ja"))
    assert sorted(english) == sorted(japanese)
    assert (english[0], english[-1]) == ("BD", "VN")  # Bangladesh … Viet Nam
    assert (japanese[0], japanese[-1]) == ("ID", "LA")  # インドネシア … ラオス


def test_countries_of_a_region_follow_the_language_of_the_page(client, db):
    rows = re.compile(r'<tr data-country="([A-Z]{2})"')
    english, japanese = (rows.findall(client.get(f"{start}/countries/").content.decode()) for start in ("", "/ja"))
    assert sorted(english) == sorted(japanese)
    assert english[0] == "ET"  # Africa: Ethiopia
    assert japanese[0] == "IN"  # アジア：インド
