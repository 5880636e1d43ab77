"""Numbers, years and days as a reader of Japanese expects them."""

from datetime import date

import pytest
from django.utils.translation import override

from jcm_portal.dates import DatePrecision, PartialDate
from jcm_portal.templatetags import units


@pytest.fixture(autouse=True)
def japanese():
    with override("ja"):
        yield


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "約0トン"),
        (9_999, "約9,999トン"),
        (10_000, "約1万トン"),
        (14_999, "約1万トン"),
        (15_000, "約2万トン"),
        (19_510_000, "約1,951万トン"),
        (20_000_000, "約2,000万トン"),
        (99_999_999, "約1億トン"),
        (100_000_000, "約1億トン"),
        (123_456_789, "約1億2,346万トン"),
    ],
)
def test_a_large_amount_is_counted_in_myriads(value, said):
    assert units.large(value) == said


def test_the_exact_figure_stands_beside_the_rounded_one():
    assert units.exact(19_510_000) == '<span class="num">19,510,000 tCO<sub>2</sub></span>'
    rounded_and_exact = f'約1,951万トン<span class="quiet">（{units.exact(19_510_000)}）</span>'
    assert units.about_tco2(19_510_000) == rounded_and_exact


def test_in_english_a_large_amount_stays_a_number_and_stands_once():
    with override("en"):
        assert units.large(20_000_000) == "20,000,000"
        assert units.exact(20_000_000) == ""
        assert units.about_tco2(20_000_000) == 'about <span class="num">20,000,000 tCO<sub>2</sub></span>'


def test_tonnes_a_year_carry_the_japanese_word_for_a_year():
    assert units.tco2_per_year(392) == '<span class="num">392 tCO<sub>2</sub>/年</span>'
    assert units.tco2_per_year(None) == '<span class="unknown">記載なし</span>'


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (2010, "平成22年度"),
        (2013, "平成25年度"),
        (2018, "平成30年度"),
        (2019, "令和元年度（平成31年度）"),
        (2020, "令和2年度"),
        (2023, "令和5年度"),
        (2060, "令和42年度"),
    ],
)
def test_a_fiscal_year_has_a_name_of_the_era(year, name):
    assert units.era(year) == name


def test_the_era_stands_beside_the_year_in_japanese_only():
    assert units.fiscal_year_and_era(2023) == '2023年度 <span class="quiet">令和5年度</span>'
    assert units.fiscal_year_and_era(None) == ""
    with override("en"):
        assert units.fiscal_year_and_era(2023) == "FY2023"


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        (DatePrecision.DAY, "2023年8月17日"),
        (DatePrecision.MONTH, "2023年8月"),
        (DatePrecision.YEAR, "2023年"),
    ],
)
def test_a_day_is_written_as_far_as_it_is_known(precision, said):
    assert units.day(PartialDate(date(2023, 8, 17), precision)) == said


def test_a_day_without_a_date_is_an_empty_text():
    assert units.day(None) == ""
    assert units.day(PartialDate(None, DatePrecision.UNKNOWN)) == ""
