"""Cross tables, and countries side by side."""

from collections.abc import Sequence
from html import escape  # a third of the time of Django's, in tables of thousands of figures

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jcm_portal.pictures.svg import Cell
from jcm_portal.templatetags.languages import here
from jcm_portal.templatetags.pictures import shown
from jcm_portal.templatetags.units import number

from ..statistics import CrossTable, Fact, Line, SideBySide, Value

register = template.Library()
TABLE = """<table class="{}"><caption class="unseen">{}</caption>
<thead><tr><th scope="col">{}</th>{}</tr></thead>
<tbody>{}</tbody>{}</table>"""


@register.simple_tag
def cross_table(table: CrossTable) -> SafeString:
    """Every figure with its list; the last row and column are the totals."""
    labels = [*(label for _value, label in table.columns), _("All")]
    heads = format_html_join("", '<th scope="col" class="amount">{}</th>', ((label,) for label in labels))
    *lines, last = (_line(line, table.query.measure) for line in table.lines())
    body, foot = mark_safe("\n".join(lines)), mark_safe(f"<tfoot>{last}</tfoot>")  # noqa: S308  # escaped by _line
    return format_html(TABLE, "cross", table.caption, table.head, heads, body, foot)


def _line(line: Line, measure: str) -> str:
    """A row as a plain string, as there may be thousands of figures."""
    cells = "".join(f'<td class="amount num">{_figure(cell, measure)}</td>' for cell in line.cells)
    return f'<tr><th scope="row">{escape(line.label)}</th>{cells}</tr>'


def _figure(cell: Value, measure: str) -> str:
    parts = []
    if cell.value:
        parts.append(_link(cell.address, measure, cell.value, number(cell.value)))
    elif cell.value == 0:
        parts.append('<span class="quiet">0</span>')
    if cell.apart is not None:
        parts.append(_link(cell.address, "apart", cell.apart, _("%s apart") % number(cell.apart)))
    return "<br>".join(parts) or f'<span class="unknown">{escape(_("not stated"))}</span>'


def _link(address: str, figure: str, value: int, text: str) -> str:
    return f'<a href="{escape(address)}" data-figure="{figure}" data-value="{value}">{escape(text)}</a>'


@register.simple_tag
def side_by_side_table(compared: SideBySide) -> SafeString:
    """Countries as columns, facts as rows."""
    named = [(country.get_absolute_url(), here(country, "name")) for country in compared.countries]
    heads = format_html_join("", '<th scope="col"><a href="{}">{}</a></th>', named)
    facts = [(fact.label, _of_each(fact)) for fact in compared.facts]
    rows = format_html_join("\n", '<tr><th scope="row">{}</th>{}</tr>', facts)
    return format_html(TABLE, "compared", _("Countries side by side"), _("Fact"), heads, rows, "")


def _of_each(fact: Fact) -> SafeString:
    return format_html_join("", "<td>{}</td>", ((_values(cells, fact.column),) for cells in fact.of_each))


def _values(cells: Sequence[Cell], column: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((_value(cell, column),) for cell in cells))


def _value(cell: Cell, column: str) -> SafeString | str:
    counted, figure = cell.value if isinstance(cell.value, int) else cell.counted, cell.figure or column
    if not counted or not figure:
        return shown(cell)
    text = cell.value if isinstance(cell.value, str) else number(counted)
    if cell.address:
        return mark_safe(_link(cell.address, figure, counted, text))  # noqa: S308  # escaped there
    return format_html('<span data-figure="{}" data-value="{}">{}</span>', figure, counted, text)
