"""The public data dictionary of a project: what every file and the API call a column, its unit and its source."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Project, Role, Scheme, Side

Value = str | int | Decimal | None


@dataclass(frozen=True)
class Column:
    """A column of every file: empty (None, or an empty text) means not known."""

    name: str
    label: Any
    read: Callable[[Project], Value]
    unit: Any = ""
    from_elsewhere: Any = ""

    @property
    def source(self) -> Any:
        """Where its values come from."""
        return self.from_elsewhere or _("the sources that the project names")


def _joined(values: Iterable[object]) -> str:
    """Several values in one cell, as the bundled files separate them."""
    return "; ".join(str(value) for value in values)


def _plain(number: Decimal | None) -> Decimal | None:
    """A number that is written without trailing zeros and without a power of ten: 10, not 1E+1 or 10.0000."""
    return None if number is None else Decimal(f"{number.normalize():f}")


def _reference(project: Project) -> str:
    return _joined(one.value for one in project.identifiers.all() if one.scheme == Scheme.JCM)


def _names(project: Project, side: str, role: str = "") -> str:
    return _joined(
        part.organisation.name
        for part in project.participations.all()
        if part.side == side and (not role or part.role == role)
    )


OURS = _("the portal's own classification")

COLUMNS = [
    Column("id", _("Number of the record"), lambda p: p.pk, from_elsewhere=_("the portal")),
    Column("project_key", _("Stable key"), lambda p: p.key, from_elsewhere=_("the portal")),
    Column("address", _("Page on the portal"), lambda p: p.get_absolute_url(), from_elsewhere=_("the portal")),
    Column("jcm_ref", _("JCM reference"), _reference, from_elsewhere=_("JCM website table")),
    Column("title", _("Title"), lambda p: p.title),
    Column("title_ja", _("Title in Japanese"), lambda p: p.title_ja),
    Column("title_kind", _("Official title or description of ours"), lambda p: p.title_kind),
    Column("country_iso2", _("Country code"), lambda p: p.country.iso2, from_elsewhere="ISO 3166-1"),
    Column("country", _("Country"), lambda p: p.country.name),
    Column("country_ja", _("Country in Japanese"), lambda p: p.country.name_ja),
    Column("region", _("Region"), lambda p: p.country.region, from_elsewhere=OURS),
    Column("sector", _("Sector"), lambda p: p.technology.sector.slug if p.technology else "", from_elsewhere=OURS),
    Column(
        "technology", _("Main technology"), lambda p: p.technology.slug if p.technology else "", from_elsewhere=OURS
    ),
    Column("technology_name", _("Technology, name"), lambda p: p.technology.name if p.technology else ""),
    Column(
        "further_technologies",
        _("Further technologies"),
        lambda p: _joined(technology.slug for technology in p.further_technologies.all()),
        from_elsewhere=OURS,
    ),
    Column("programme", _("Programme"), lambda p: p.programme.slug if p.programme else ""),
    Column("programme_name", _("Programme, name"), lambda p: p.programme.name if p.programme else ""),
    Column("fiscal_year", _("Fiscal year of the first selection"), lambda p: p.fiscal_year, unit=_("April to March")),
    Column("selected_on", _("First selected on"), lambda p: p.selected_on.isoformat() if p.selected_on else None),
    Column("status", _("Status"), lambda p: p.status, from_elsewhere=_("follows from the milestones on record")),
    Column(
        "representative_participant",
        _("Representative participant"),
        lambda p: _names(p, Side.JAPAN, Role.REPRESENTATIVE),
    ),
    Column("participants_japan", _("Japanese participants"), lambda p: _names(p, Side.JAPAN)),
    Column("participants_host", _("Host-country participants"), lambda p: _names(p, Side.HOST)),
    Column("locality", _("Locality"), lambda p: p.locality),
    Column("latitude", _("Latitude"), lambda p: _plain(p.latitude), unit="°"),
    Column("longitude", _("Longitude"), lambda p: _plain(p.longitude), unit="°"),
    Column("location_precision", _("How exact the place is"), lambda p: p.location_precision),
    Column("location_source", _("Source of the place"), lambda p: p.location_source.key if p.location_source else ""),
    Column("capacity", _("Capacity, as written"), lambda p: p.capacity),
    Column("capacity_mw", _("Capacity"), lambda p: _plain(p.capacity_mw), unit="MW"),
    Column(
        "expected_reduction_tco2_per_year",
        _("Expected emission reductions"),
        lambda p: p.expected_reduction_tco2_per_year,
        unit="tCO2/year",
    ),
    Column(
        "reduction_source",
        _("Source of the expected reductions"),
        lambda p: p.reduction_source.key if p.reduction_source else "",
    ),
    Column(
        "credits_tco2",
        _("Credits issued to date"),
        lambda p: p.credits_tco2,  # type: ignore[attr-defined]
        unit="tCO2",
        from_elsewhere=_("sum of the issuances on record with a stated total"),
    ),
    Column(
        "methodologies",
        _("Methodologies"),
        lambda p: _joined(one.methodology.number for one in p.project_methodologies.all()),
    ),
    Column("confidence", _("Confidence"), lambda p: p.confidence, from_elsewhere=_("the portal's own judgement")),
    Column("note", _("Note"), lambda p: p.note),
    Column("source_ids", _("Sources"), lambda p: _joined(source.key for source in p.all_sources())),
    Column("source_urls", _("Addresses of the sources"), lambda p: _joined(s.url for s in p.all_sources() if s.url)),
]


def row(project: Project) -> dict[str, Value]:
    """One project of `for_export()` as the columns' names and values."""
    return {column.name: column.read(project) for column in COLUMNS}
