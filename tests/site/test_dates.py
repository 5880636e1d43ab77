"""Days known to the day, the month, the year, or not at all."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from jcm_portal.dates import DatePrecision, PartialDate
from jcm_portal.models import Source
from tests.factories import make_source

PRECISIONS = {
    "": PartialDate(None, "unknown"),
    "2023": PartialDate(date(2023, 1, 1), "year"),
    "2023-08": PartialDate(date(2023, 8, 1), "month"),
    "2023-08-17": PartialDate(date(2023, 8, 17), "day"),
    "2023-08-01": PartialDate(date(2023, 8, 1), "day"),
    "2024-02-29": PartialDate(date(2024, 2, 29), "day"),
}


@pytest.mark.parametrize("text", PRECISIONS)
def test_a_date_is_read_as_far_as_it_is_given_and_written_the_same(text):
    partial = PartialDate.parse(text)

    assert partial == PRECISIONS[text]
    assert partial.isoformat() == text


@given(on=st.dates(min_value=date(1000, 1, 1)), precision=st.sampled_from(DatePrecision))
def test_what_is_written_is_read_back(on, precision):
    length = {DatePrecision.DAY: 10, DatePrecision.MONTH: 7, DatePrecision.YEAR: 4, DatePrecision.UNKNOWN: 0}
    text = on.isoformat()[: length[precision]]

    assert PartialDate.parse(text).isoformat() == text
    assert PartialDate.parse(text).precision == precision


@pytest.mark.parametrize(
    "text",
    [
        "23",
        "2023-8",
        "2023-08-1",
        "2023/08/17",
        "17.08.2023",
        "August 2023",
        " 2023",
        "2023 ",
        "2023-08-17\n",
        "FY2023",
    ],
)
def test_another_way_of_writing_is_refused_with_the_right_one(text):
    with pytest.raises(ValueError, match="write 2023-08-17, 2023-08 or 2023") as refused:
        PartialDate.parse(text)

    assert repr(text) in str(refused.value)


@pytest.mark.parametrize("text", ["2023-13", "2023-00", "2023-02-29", "2023-08-32", "2023-08-00", "0000"])
def test_a_day_that_never_was_is_refused(text):
    with pytest.raises(ValueError, match="is not a day of the calendar") as refused:
        PartialDate.parse(text)

    assert repr(text) in str(refused.value)


def test_a_date_without_its_precision_is_exact_to_the_day():
    source = Source(published_on=date(2023, 8, 17))

    source.clean()

    assert source.partial("published_on") == PartialDate(date(2023, 8, 17), "day")


def test_a_precision_without_its_date_is_dropped():
    source = Source(published_on=None, published_on_precision="month")

    source.clean()

    assert source.partial("published_on") == PartialDate(None, "unknown")


def test_a_precision_left_empty_in_a_form_counts_as_not_given():
    source = Source(published_on=date(2023, 8, 1), published_on_precision="")

    source.clean()

    assert source.published_on_precision == "day"


@pytest.mark.parametrize("precision", ["day", "month", "year"])
def test_a_precision_that_fits_is_kept(precision):
    source = Source(published_on=date(2023, 1, 1), published_on_precision=precision)

    source.clean()

    assert source.published_on_precision == precision


@pytest.mark.django_db
def test_a_form_is_told_when_date_and_precision_do_not_agree():
    source = make_source()
    source.published_on, source.published_on_precision = date(2023, 8, 17), "year"

    with pytest.raises(ValidationError, match="The date and how exact it is do not agree"):
        source.full_clean()
