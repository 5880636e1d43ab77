"""A picture's table and files."""

from collections.abc import Sequence
from html import escape

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jcm_portal.pictures.svg import Cell, Column, Picture

from .units import number

register = template.Library()
KINDS = ("svg", "png", "csv")


@register.simple_tag
def picture_table(picture: Picture) -> SafeString:
    """What the picture shows, row by row; amounts are links to what they count."""
    heads = format_html_join("", '<th scope="col"{}>{}</th>', ((_alignment(one), one.label) for one in picture.columns))
    rows = mark_safe("\n".join(_row(picture.columns, row) for row in picture.rows))  # noqa: S308  # escaped there
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


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    """A row as a plain string, as a page may have hundreds."""
    head, *cells = row
    texts = "".join(_cell(*one) for one in zip(columns[1:], cells, strict=True))
    return f'<tr><th scope="row">{conditional_escape(str(head.value))}</th>{texts}</tr>'


def _cell(column: Column, cell: Cell) -> str:
    text = conditional_escape(shown(cell))
    if not column.amount:
        return f"<td>{text}</td>"
    value = "" if cell.value is None else escape(str(cell.value))
    return f'<td class="amount num" data-figure="{column.name}" data-value="{value}">{text}</td>'


def shown(cell: Cell) -> SafeString | str:
    """A value as the page writes it, with its link."""
    if cell.value is None:
        return format_html('<span class="unknown">{}</span>', _("not stated"))
    text = cell.value if isinstance(cell.value, str) else number(cell.value)
    if not (cell.address and cell.value):
        return text
    return mark_safe(f'<a href="{escape(cell.address)}">{conditional_escape(text)}</a>')  # noqa: S308  # escaped here
