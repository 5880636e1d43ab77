"""Amounts, days, names and editors' text as the templates write them, in both languages."""

import json
import re
from datetime import date
from decimal import Decimal
from html import escape
from pathlib import Path

import pytest
from django.conf import settings
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from jcm_portal.dates import DatePrecision, PartialDate
from jcm_portal.templatetags.languages import beside, here, plain
from jcm_portal.templatetags.markdown import markdown
from jcm_portal.templatetags.navigation import linked_data
from jcm_portal.templatetags.units import day, day_stated, fiscal_year, mw, number, tco2, tco2_per_year

BOTH = pytest.mark.parametrize("language", ["en", "ja"])


@pytest.fixture(autouse=True)
def english():
    """A page leaves its language behind for whoever comes next in the same process."""
    with override("en"):
        yield


# -- Amounts -----------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (20_000_000, "20,000,000"),
        (Decimal("0.5000"), "0.5"),
        (Decimal("10.0000"), "10"),
        (Decimal("1500"), "1,500"),
        (Decimal("0.0000"), "0"),
        (Decimal("-76.500000"), "-76.5"),
    ],
)
def test_a_number_is_written_plainly_with_its_thousands_apart(value, written, language):
    with override(language):
        assert number(value) == written


@BOTH
@pytest.mark.parametrize("write", [tco2, tco2_per_year, mw])
def test_zero_is_an_amount_and_what_is_not_stated_is_none(write, language):
    with override(language):
        assert ">0 " in write(0)
        assert 'class="unknown"' in write(None)
        assert not re.search(r"\d", write(None))


def test_an_amount_carries_its_unit():
    assert tco2(1234) == '<span class="num">1,234 tCO<sub>2</sub></span>'
    assert tco2_per_year(1234) == '<span class="num">1,234 tCO<sub>2</sub>/year</span>'
    assert mw(Decimal("49.0000")) == '<span class="num">49 MW</span>'


# -- Years and days ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "written"), [("en", "FY2023"), ("ja", "2023年度")])
def test_a_fiscal_year_is_named_as_the_field_names_it(language, written):
    with override(language):
        assert fiscal_year(2023) == fiscal_year("2023") == written
        assert fiscal_year(None) == fiscal_year("") == ""


@pytest.mark.parametrize(
    ("precision", "english", "japanese"),
    [
        (DatePrecision.DAY, "1 March 2020", "2020年3月1日"),
        (DatePrecision.MONTH, "March 2020", "2020年3月"),
        (DatePrecision.YEAR, "2020", "2020年"),
    ],
)
def test_a_day_is_never_shown_more_exactly_than_it_is_known(precision, english, japanese):
    known = PartialDate(date(2020, 3, 1), precision)

    assert day(known) == english
    with override("ja"):
        assert day(known) == japanese


@BOTH
def test_a_day_that_is_not_known_is_empty_or_said_to_be_not_stated(language):
    with override(language):
        assert day(None) == day(PartialDate(None, DatePrecision.UNKNOWN)) == ""
        assert 'class="unknown"' in day_stated(None)


# -- Names in the reader's language ------------------------------------------------------------------

BILINGUAL = {"name": "Viet Nam", "name_ja": "ベトナム"}


def test_a_name_stands_in_the_readers_language_with_the_other_beside_it():
    assert (here(BILINGUAL, "name"), beside(BILINGUAL, "name")) == ("Viet Nam", '<span lang="ja">ベトナム</span>')
    with override("ja"):
        assert (here(BILINGUAL, "name"), beside(BILINGUAL, "name")) == ("ベトナム", '<span lang="en">Viet Nam</span>')


@pytest.mark.parametrize(
    ("language", "record", "other"),
    [
        ("ja", {"name": "Acme", "name_ja": ""}, '<span lang="en">Acme</span>'),
        ("en", {"name": "", "name_ja": "会社"}, '<span lang="ja">会社</span>'),
    ],
)
def test_a_name_that_exists_in_the_other_language_only_is_marked_as_such(language, record, other):
    with override(language):
        assert (here(record, "name"), beside(record, "name")) == (other, "")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_name_without_markup_is_that_of_the_reader_or_else_the_other(language):
    with override(language):
        assert plain(BILINGUAL, "name") == BILINGUAL["name_ja" if language == "ja" else "name"]
        assert plain({"name": "Acme", "name_ja": ""}, "name") == "Acme"


@BOTH
@given(st.text(min_size=1, max_size=30))
def test_no_name_becomes_markup(language, text):
    template = Template("{% load languages %}{{ record|here:'name' }}{{ record|beside:'name' }}")

    with override(language):
        written = template.render(Context({"record": {"name": text, "name_ja": ""}}))

    assert written in (escape(text), f'<span lang="en">{escape(text)}</span>')


@pytest.mark.parametrize("path", ["/projects/?country=VN&q=%E5%A4%AA", "/", "/nothing/?a=b"])
def test_the_address_of_a_page_in_the_other_language_keeps_its_query(path):
    template = Template("{% load languages %}{% address_in 'ja' as other %}{{ other|safe }}")

    written = template.render(Context({"request": RequestFactory().get(path)}))

    assert written == f"/ja{path}"


# -- Editors' text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("Four *new* **projects**", "<p>Four <em>new</em> <strong>projects</strong></p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("太陽光\n\n発電", "<p>太陽光</p>\n<p>発電</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_clean_html(written, html):
    assert markdown(written).strip() == html


def test_a_table_and_a_link_stay():
    html = markdown("| a |\n| - |\n| [GEC](https://gec.jp/) |")

    assert "<table>" in html
    assert '<a href="https://gec.jp/"' in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<p style='position:fixed'>x</p>",
        "<iframe src='https://evil.example'></iframe>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://evil.example/pixel.png)",
        "<a href='https://x' onclick='alert(1)'>x</a>",
        "<style>body{display:none}</style>",
        "```\n</code><script>alert(1)</script>\n```",
    ],
)
def test_nothing_that_runs_or_loads_comes_out_of_markdown(attack):
    assert_harmless(markdown(attack))


@given(st.text("<>&\"'/=()[]!`*_# \n:abcjsript", max_size=60))
def test_no_text_makes_markdown_give_anything_that_runs(text):
    assert_harmless(markdown(text))


def assert_harmless(html):
    for tag in re.findall(r"<[^>]*>", html):
        assert not re.match(r"</?(script|style|iframe|img|svg|object|h1|h2)\b", tag), tag
        assert not re.search(r"\b(on\w+|style|src)\s*=", tag), tag
        assert not re.search(r"""href=["']?\s*(javascript|data|vbscript):""", tag, re.IGNORECASE), tag


# -- Addresses and linked data -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_change_of_an_address_keeps_the_rest_and_starts_at_the_first_page():
    from projects.filters import ProjectQuery

    query = ProjectQuery(QueryDict("country=VN&country=TH&q=太陽&page=3&sort=title"))
    template = Template("{% load listing %}{% list_address query view='table' as address %}{{ address|safe }}")

    written = QueryDict(template.render(Context({"query": query})).removeprefix("?"))

    assert dict(written) == {"q": ["太陽"], "country": ["VN", "TH"], "sort": ["title"], "view": ["table"]}


@given(st.text(max_size=40))
def test_linked_data_never_ends_its_own_element(text):
    html = linked_data({"name": text})

    inside = html.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inside
    assert json.loads(inside) == {"name": text}


# -- Templates ---------------------------------------------------------------------------------------


def test_where_a_sentence_shows_its_counter_the_thousands_stand_apart():
    """The counter itself is written as Python writes it, so a second name is shown."""
    bare = []
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        if "admin" in path.parts:
            continue
        for head, text in re.findall(
            r"{% blocktranslate ([^%]*)%}(.*?){% endblocktranslate %}", path.read_text(), re.S
        ):
            counter = re.search(r"count (\w+)=", head)
            bare += [(path.name, head)] if counter and f"{{{{ {counter[1]} }}}}" in text else []
    assert bare == []
