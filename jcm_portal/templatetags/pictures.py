"""A picture's table and files."""

from collections.abc import Sequence

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jcm_portal.pictures.svg import Cell, Column, Picture

from .units import number

register = template.Library()
KINDS = ("svg", "png", "csv")


@register.simple_tag
def picture_table(picture: Picture) -> SafeString:
    """What the picture shows, row by row; amounts are links to what they count."""
    heads = format_html_join("", '<th scope="col"{}>{}</th>', ((_alignment(one), one.label) for one in picture.columns))
    rows = format_html_join("\n", "<tr>{}</tr>", ((_row(picture.columns, row),) for row in picture.rows))
    return format_html(
        "<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", picture.title, heads, rows
    )


@register.simple_tag
def picture_files(picture: Picture) -> SafeString:
    """Links to the picture as a file of each kind."""
    links = ((reverse("chart", args=[picture.name, kind]) + picture.question, kind.upper()) for kind in KINDS)
    return format_html_join("", '<li><a href="{}" download rel="nofollow">{}</a></li>', links)


def _alignment(column: Column) -> SafeString:
    return SafeString(' class="amount"') if column.amount else SafeString("")


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> SafeString:
    head, *cells = row
    texts = format_html_join("", "{}", ((_cell(*one),) for one in zip(columns[1:], cells, strict=True)))
    return format_html('<th scope="row">{}</th>{}', head.value, texts)


def _cell(column: Column, cell: Cell) -> SafeString:
    if not column.amount:
        return format_html("<td>{}</td>", shown(cell))
    value = "" if cell.value is None else cell.value
    return format_html(
        '<td class="amount num" data-figure="{}" data-value="{}">{}</td>', column.name, value, shown(cell)
    )


def shown(cell: Cell) -> SafeString | str:
    """A value as the page writes it, with its link."""
    if cell.value is None:
        return format_html('<span class="unknown">{}</span>', _("not stated"))
    text = cell.value if isinstance(cell.value, str) else number(cell.value)
    return format_html('<a href="{}">{}</a>', cell.address, text) if cell.address and cell.value else text
