"""One cell: its text becomes values, or a sentence for the editor that says why it cannot.

A cell is held against its column, as `tables` describes it, and against the limits of the model's field. What
cells say together is the matter of `rules`. Dates and numbers come out as JSON has them, one text for one value,
so that two versions of a record can be compared.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from jcm_portal.dates import DatePrecision, PartialDate
from jcm_portal.models import Source
from projects.models.taxonomy import FIRST_FISCAL_YEAR, LAST_FISCAL_YEAR

from .tables import Column, Kind, Table, Values

SEPARATOR = ";"  # of a list in a cell; the files write a space after it
LONGEST_LIST = 20  # of accepted values in a sentence; of a longer list the nearest is named
FIRST_YEAR_OF_SOURCES = 1990  # what they report on began later
# A spreadsheet runs a text that opens with one of these, in either width, as a formula.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# UTF-8 that was read as Latin-1, and characters that were lost on the way.
DAMAGED = re.compile(r"Ã|â€|\ufffd|Â[^a-zA-Z ]")


def read_cell(table: Table, column: Column, text: str, *, by_staff: bool = False) -> Values:
    """The fields that a cell decides; raises ValueError with a sentence for the editor.

    Staff may leave out what a form of the admin lets them leave out.
    """
    model_field = _model_field(table, column)
    if not text:
        if (column.required and not by_staff) or (model_field and not (model_field.blank or model_field.null)):
            raise ValueError(_("The cell is empty; a value is needed here."))
        return _empty(column, model_field)
    if DAMAGED.search(text):
        raise ValueError(_("The text is damaged: “%(text)s”.") % {"text": shortened(text)})
    if column.kind is not Kind.LONG_TEXT and re.search(r"[\n\r\t]", text):
        raise ValueError(_("The text holds a line break or tabulator; write it on one line."))
    values = READERS[column.kind](column, text, model_field)
    if model_field and not model_field.is_relation:
        _valid(model_field, values[column.fills])
    return {name: value for name, value in values.items() if name}


def _model_field(table: Table, column: Column) -> models.Field | None:
    """The column of the database behind a column of the file, if there is just one."""
    if not column.fills or column.fills in table.part_names:
        return None
    model_field = table.model._meta.get_field(column.fills)
    assert isinstance(model_field, models.Field)
    return model_field


def _empty(column: Column, model_field: models.Field | None) -> Values:
    values: Values = {}
    if column.more:
        values[column.more] = []
    if column.kind is Kind.WORDS:
        values[column.fills] = []
    elif model_field:
        values[column.fills] = None if model_field.null else ""
    if column.kind is Kind.PARTIAL_DAY:
        values[f"{column.fills}_precision"] = DatePrecision.UNKNOWN.value
    return values


def _valid(model_field: models.Field, value: Any) -> None:
    """Hold the value against the model's own limits: length, range, the form of an address or a key."""
    items = value if isinstance(value, list) else [value]
    of_items = getattr(model_field, "base_field", model_field)
    for item in items:
        try:
            of_items.run_validators(Decimal(item) if isinstance(model_field, models.DecimalField) else item)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from None


# -- By kind of column ------------------------------------------------------------------------------


def _text(column: Column, text: str, model_field: Any) -> Values:
    return {column.fills: one_line_end(text)}


def _whole(column: Column, text: str, model_field: Any) -> Values:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValueError(
            _("“%(text)s” is not a whole number of zero or more; write digits only, such as 28208.")
            % {"text": shortened(text)}
        )
    value = int(text)
    if "fiscal_year" in column.name and not FIRST_FISCAL_YEAR <= value <= LAST_FISCAL_YEAR:
        raise ValueError(
            _("“%(text)s” is not a plausible fiscal year (%(first)d to %(last)d).")
            % {"text": text, "first": FIRST_FISCAL_YEAR, "last": LAST_FISCAL_YEAR}
        )
    return {column.fills: value}


def _number(column: Column, text: str, model_field: Any) -> Values:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", text):
        raise ValueError(_("“%(text)s” is not a number; write it like 12.5.") % {"text": shortened(text)})
    limit = {"latitude": 90, "longitude": 180}.get(column.name)
    value = Decimal(text)
    if limit and abs(value) > limit:
        raise ValueError(
            _("“%(text)s” lies outside the globe (-%(limit)d to %(limit)d degrees).") % {"text": text, "limit": limit}
        )
    if not limit and value < 0:
        raise ValueError(_("“%(text)s” is less than zero.") % {"text": text})
    return {column.fills: plain(round(value, model_field.decimal_places))}


def _day(column: Column, text: str, model_field: Any) -> Values:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(_("“%(text)s” is not a full date; write it like 2023-08-17.") % {"text": shortened(text)})
    return {column.fills: _plausible(text, model_field)[0].isoformat()}


def _partial_day(column: Column, text: str, model_field: Any) -> Values:
    on, precision = _plausible(text, model_field)
    return {column.fills: on.isoformat(), f"{column.fills}_precision": precision}


def _plausible(text: str, model_field: Any) -> tuple[date, str]:
    try:
        on, precision = PartialDate.parse(text)
    except ValueError:
        raise ValueError(
            _("“%(text)s” is not a date; write 2023-08-17, or 2023-08 or 2023 where no more is known.")
            % {"text": shortened(text)}
        ) from None
    assert on is not None
    first = FIRST_YEAR_OF_SOURCES if model_field.model is Source else FIRST_FISCAL_YEAR
    if not first <= on.year <= LAST_FISCAL_YEAR:
        raise ValueError(
            _("“%(text)s” is not a plausible date (%(first)d to %(last)d).")
            % {"text": text, "first": first, "last": LAST_FISCAL_YEAR}
        )
    return on, str(precision)


def _choice(column: Column, text: str, model_field: Any) -> Values:
    words = column.words or {value: value for value, _label in model_field.choices}
    if text not in words:
        raise ValueError(not_accepted(text, words))
    return {column.fills: words[text]}


def _words(column: Column, text: str, model_field: Any) -> Values:
    return {column.fills: items_of(text)}


def _one_key(column: Column, text: str, model_field: Any) -> Values:
    if SEPARATOR in text:
        raise ValueError(_("The cell names several records; this column takes one."))
    return {column.fills: text}


def _several_keys(column: Column, text: str, model_field: Any) -> Values:
    items = items_of(text)
    if not items:
        raise ValueError(_("The cell names nothing."))
    if text.startswith(SEPARATOR) and column.fills and model_field.null:
        items.insert(0, "")  # further ones, and no first one
    twice = [item for item, times in Counter(items).items() if times > 1]
    if twice:
        raise ValueError(_("“%(item)s” stands there twice.") % {"item": twice[0]})
    if not column.fills:
        return {column.more: sorted(items)}
    return {column.fills: items[0] or None, column.more: sorted(items[1:])}


READERS: dict[Kind, Callable[[Column, str, Any], Values]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DAY: _day,
    Kind.PARTIAL_DAY: _partial_day,
    Kind.CHOICE: _choice,
    Kind.WORDS: _words,
    Kind.KEY: _one_key,
    Kind.KEYS: _several_keys,
}


# -- Values in one form -----------------------------------------------------------------------------


def one_line_end(text: str) -> str:
    """Text whose lines end in one way; browsers send another one than files have."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def plain(number: Decimal) -> str:
    """A decimal as text, one text for one number: 46.0000 and 46 are “46”."""
    return format(number.normalize() + 0, "f")


def guarded(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what would be a formula, which `unguarded` takes off."""
    return f"'{text}" if FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


# -- Lists and sentences ----------------------------------------------------------------------------


def items_of(text: str) -> list[str]:
    """The entries of a list in a cell; none of an empty cell. An entry may hold “\\;”."""
    items = re.split(rf"(?<!\\){SEPARATOR}", text)
    return [item.strip().replace(f"\\{SEPARATOR}", SEPARATOR) for item in items if item.strip()]


def shortened(text: str) -> str:
    """What a cell says, cut so that a sentence can quote it."""
    return text if len(text) <= 60 else f"{text[:59]}…"


def not_accepted(text: str, accepted: Iterable[str]) -> str:
    """A sentence with the accepted values, or with the nearest one where they are many."""
    values = list(accepted)
    said = {"text": shortened(text), "values": ", ".join(values)}
    if len(values) <= LONGEST_LIST:
        return _("“%(text)s” is not accepted here; write one of: %(values)s.") % said
    close = get_close_matches(text, values, 1)
    if close:
        return _("“%(text)s” is not known; is %(close)s meant?") % {"text": shortened(text), "close": close[0]}
    return _("“%(text)s” is not known.") % said
