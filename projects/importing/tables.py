"""What each file of the data set holds: its columns, how a cell is read, and the record that a row becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from countries.models import CountryDocument, DocumentKind, PartnerCountry, Region
from jcm_portal.models import Source
from projects.models import (
    Announcement,
    CreditIssuance,
    GlossaryTerm,
    Identifier,
    IssuanceStatement,
    Methodology,
    Milestone,
    MilestoneKind,
    Organisation,
    OrganisationAlias,
    Participation,
    Programme,
    Project,
    ProjectMethodology,
    Scheme,
    Sector,
    Selection,
    SelectionRound,
    StatedTotal,
    Target,
    Technology,
)

# The values of a record as JSON has them: days as ISO text, decimals as text, other records by their key.
Values = dict[str, Any]
Cells = Mapping[str, str]  # the text of a row by column

IGNORED = {"studies.csv"}  # feasibility studies are no projects
DERIVED = "*"  # ends the key under which a record is remembered that follows from another file


class Kind(Enum):
    """How a cell is read. A list in a cell is separated by “; ”."""

    TEXT = auto()  # one line
    LONG_TEXT = auto()  # lines
    WHOLE = auto()  # 28208
    NUMBER = auto()  # 12.5, -8.75
    DAY = auto()  # 2023-08-17
    PARTIAL_DAY = auto()  # 2023-08-17, 2023-08 or 2023; stored with its precision
    CHOICE = auto()
    WORDS = auto()  # rooftop PV; solar PV on roofs
    KEY = auto()  # the key of one record of another file
    KEYS = auto()  # keys; the first one goes to `fills`, the rest to `more`


@dataclass(frozen=True)
class Column:
    """One column of a file."""

    name: str
    kind: Kind
    fills: str  # the model's field; empty: the cell is checked, and serves to check others
    more: str = ""  # the field for the keys after the first; where `fills` is empty, for all
    to: str = ""  # the file whose records a key names
    words: Mapping[str, str] = field(default_factory=dict)  # what the file writes for a choice → what is stored
    required: bool = False  # although the model would take an empty value


@dataclass(frozen=True)
class Part:
    """Rows of another table that belong to a record, and are compared and written together with it."""

    name: str  # among the record's values
    model: type[models.Model]
    parent: str  # the field that leads to the record
    fields: tuple[str, ...]  # what one entry consists of
    fixed: Mapping[str, str] = field(default_factory=dict)  # what all entries have in common
    mirrored: bool = False  # an entry stands for both records

    @classmethod
    def many_to_many(cls, model: type[models.Model], name: str) -> "Part":
        relation = model._meta.get_field(name)
        assert isinstance(relation, models.ManyToManyField)
        through: type[models.Model] = relation.remote_field.through  # type: ignore[assignment]
        mirrored = relation.remote_field.symmetrical
        return cls(name, through, relation.m2m_field_name(), (relation.m2m_reverse_field_name(),), mirrored=mirrored)


@dataclass(frozen=True, eq=False)
class Table:
    """One file, and the model that its rows become."""

    name: str  # of the file, without its ending
    model: type[models.Model]
    columns: tuple[Column, ...]
    # Fields that name the record; where `unique` is false, fields within which rows are told apart by comparison.
    key: tuple[str, ...]
    unique: bool = True
    computed: Mapping[str, str] = field(default_factory=dict)  # fields that no column holds → what they follow from
    parts: tuple[Part, ...] = ()
    emptied: tuple[str, ...] = ()  # unique among siblings: emptied before rows change, so that two can swap
    # Two records alike in this state the same fact, whoever entered them. By default: alike in `key`.
    fact: Callable[[Values], tuple[Any, ...]] | None = None
    # Whether a row without a key of its own may be the correction of what was loaded before, rather than one more.
    corrects: Callable[[Cells, Values, Values], bool] = lambda cells, now, once: True

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The model's own fields that the file decides."""
        names = [*self.computed]
        for column in self.columns:
            if column.fills and column.fills not in self.part_names:
                names.append(column.fills)
                if column.kind is Kind.PARTIAL_DAY:
                    names.append(f"{column.fills}_precision")
        return tuple(names)

    @cached_property
    def part_names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts)

    def column_of(self, field_name: str) -> str:
        """The heading above a field's values, or above what it follows from."""
        name = self.computed.get(field_name, field_name)
        return next((column.name for column in self.columns if name and name in (column.fills, column.more)), "")

    @property
    def repeats(self) -> str:
        """The field under which a repetition is reported."""
        return self.key[-1] if self.key else self.columns[0].fills

    def key_of(self, values: Values) -> str:
        return "|".join(str(values[name]) for name in self.key)

    def fact_of(self, values: Values) -> tuple[Any, ...]:
        return self.fact(values) if self.fact else tuple(values[name] for name in self.key)


def text(name: str, to: str | None = None, *, kind: Kind = Kind.TEXT, required: bool = False) -> Column:
    return Column(name, kind, name if to is None else to, required=required)


def texts(*names: str) -> tuple[Column, ...]:
    return tuple(text(name) for name in names)


def whole(*names: str) -> tuple[Column, ...]:
    return tuple(text(name, kind=Kind.WHOLE) for name in names)


def number(*names: str) -> tuple[Column, ...]:
    return tuple(text(name, kind=Kind.NUMBER) for name in names)


def day(*names: str) -> tuple[Column, ...]:
    return tuple(text(name, kind=Kind.DAY) for name in names)


def partial_day(name: str, to: str | None = None, *, required: bool = False) -> Column:
    return text(name, to, kind=Kind.PARTIAL_DAY, required=required)


def choice(name: str, to: str | None = None, **words: str) -> Column:
    return Column(name, Kind.CHOICE, name if to is None else to, words=words)


def key(name: str, to: str, field_name: str | None = None, *, required: bool = False) -> Column:
    return Column(name, Kind.KEY, name if field_name is None else field_name, to=to, required=required)


def keys(name: str, to: str, field_name: str, more: str) -> Column:
    return Column(name, Kind.KEYS, field_name, more, to)


# The files write these in words, whatever language the portal is read in.
REGIONS = {
    "Asia": Region.ASIA.value,
    "Pacific": Region.PACIFIC.value,
    "Africa": Region.AFRICA.value,
    "Latin America": Region.LATIN_AMERICA.value,
    "Middle East": Region.MIDDLE_EAST.value,
    "Europe and Central Asia": Region.EUROPE_AND_CENTRAL_ASIA.value,
}
DOCUMENTS = {
    "first": DocumentKind.FIRST.value,
    "renewal": DocumentKind.RENEWAL.value,
    "mutual recognition": DocumentKind.MUTUAL_RECOGNITION.value,
}
SOURCE = key("source_id", "sources", "source")
SOURCES = keys("source_id", "sources", "source", "further_sources")
COUNTRY = key("country_iso2", "countries", "country")
PROJECT = key("project_key", "projects", "project")
AMOUNTS = (
    *day("monitoring_from", "monitoring_to"),
    *whole("total_tco2", "japan_tco2", "host_tco2"),
    choice("japan_share_means"),
    *day("decided_on", "issued_on"),
    SOURCE,
    text("note"),
)


def _agree(now: Values, once: Values, names: tuple[str, ...], number: int) -> bool:
    """Whether two records agree in so many of the fields, not counting empty ones."""
    return sum(1 for name in names if now[name] not in (None, "") and now[name] == once.get(name)) >= number


def _document(values: Values) -> tuple[Any, ...]:
    first = values["kind"] == DocumentKind.FIRST  # a country has one, whatever its day
    return values["country"], values["kind"], None if first else values["signed_on"]


def _document_corrects(cells: Cells, now: Values, once: Values) -> bool:
    if now["kind"] == once["kind"] == DocumentKind.FIRST:
        return True
    return _agree(now, once, ("kind", "title", "signed_on", "source"), 2)


def _target_corrects(cells: Cells, now: Values, once: Values) -> bool:
    return _agree(now, once, ("set_on", "statement", "value_tco2", "source", "quote"), 2)


def _total(values: Values) -> tuple[Any, ...]:
    return tuple(values[name] for name in ("what", "series", "stated_on", "source"))


def _total_corrects(cells: Cells, now: Values, once: Values) -> bool:
    return _agree(now, once, ("stated_on", "value", "source", "quote"), 2)


def _selection(values: Values) -> tuple[Any, ...]:
    return values["project"], values["announcement"] or values["fiscal_year"]


def _selection_corrects(cells: Cells, now: Values, once: Values) -> bool:
    if once["announcement"] is None and cells["fiscal_year"] == str(once["fiscal_year"]):
        return True  # known by its year alone so far
    return _agree(now, once, ("announcement", "source", "stated_title", "stated_title_ja", "quote"), 1)


def _step(values: Values) -> tuple[Any, ...]:
    return values["project"], values["kind"], values["reached_on"]


def _step_corrects(cells: Cells, now: Values, once: Values) -> bool:
    if now["kind"] not in REPEATED or once["reached_on"] is None:
        return True
    return _agree(now, once, ("reached_on", "source"), 1)


def _issuance(values: Values) -> tuple[Any, ...]:
    return tuple(values[name] for name in ("project", "monitoring_from", "monitoring_to", "decided_on", "issued_on"))


def _issuance_corrects(cells: Cells, now: Values, once: Values) -> bool:
    if now["monitoring_from"] and once["monitoring_from"]:
        return _agree(now, once, ("monitoring_from", "monitoring_to", "total_tco2"), 1)
    return _agree(now, once, ("decided_on", "issued_on", "total_tco2", "source"), 1)


# Steps that a project takes more than once; of the others, another day is a correction.
REPEATED = {MilestoneKind.MONITORING_REPORT, MilestoneKind.VERIFIED, MilestoneKind.CREDITS_ISSUED}

# In the order in which they are loaded: whatever a row names comes before it.
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "sources",
            Source,
            (
                text("source_id", "key"),
                *texts("publisher", "title", "url", "language"),
                partial_day("published_on"),
                choice("kind"),
                *day("seen_on"),
            ),
            key=("key",),
        ),
        Table(
            "countries",
            PartnerCountry,
            (
                *texts("iso2", "iso3", "name", "name_ja"),
                choice("region", **REGIONS),
                partial_day("joined_on", required=True),
                *texts("joined_note", "joined_place"),
                key("joined_source_id", "sources", "source"),
                text("variants_en", kind=Kind.WORDS),
                text("variants_ja", kind=Kind.WORDS),
                text("focal_point"),
                key("focal_source_id", "sources", "focal_point_source"),
                text("ndc_target"),
                key("ndc_source_id", "sources", "ndc_target_source"),
                text("jcm_page"),
                *number("latitude", "longitude"),
            ),
            key=("iso2",),
            computed={"slug": "name"},
        ),
        Table(
            "country_documents",
            CountryDocument,
            (
                key("iso2", "countries", "country"),
                choice("kind", **DOCUMENTS),
                text("document", "title"),
                partial_day("signed_on"),
                *texts("place", "signatory_japan", "signatory_partner"),
                SOURCES,
                text("note"),
            ),
            key=("country",),
            unique=False,
            parts=(Part.many_to_many(CountryDocument, "further_sources"),),
            fact=_document,
            corrects=_document_corrects,
        ),
        Table(
            "sectors",
            Sector,
            (
                text("slug"),
                text("name_en", "name"),
                *texts("name_ja", "description"),
                *whole("position"),
            ),
            key=("slug",),
        ),
        Table(
            "technologies",
            Technology,
            (
                text("slug"),
                key("sector", "sectors"),
                text("name_en", "name"),
                *texts("name_ja", "description"),
                text("synonyms_en", kind=Kind.WORDS),
                text("synonyms_ja", kind=Kind.WORDS),
                *whole("position"),
            ),
            key=("slug",),
        ),
        Table(
            "programmes",
            Programme,
            (text("slug"), text("name_en", "name"), *texts("name_ja", "financed_by", "description"), SOURCE),
            key=("slug",),
        ),
        Table(
            "glossary",
            GlossaryTerm,
            (
                text("slug"),
                text("term_en", "term"),
                text("term_ja"),
                text("definition_en", "definition"),
                text("definition_ja"),
                SOURCE,
            ),
            key=("slug",),
        ),
        Table(
            "targets",
            Target,
            (
                partial_day("set_on"),
                text("target", "statement"),
                *whole("value_tco2", "by_fiscal_year"),
                SOURCE,
                text("quote"),
            ),
            key=(),
            unique=False,
            fact=lambda values: (values["statement"],),
            corrects=_target_corrects,
        ),
        Table(
            "stated_totals",
            StatedTotal,
            (
                partial_day("date", "stated_on"),
                choice("what"),
                *whole("value"),
                text("programme_scope"),
                choice("series"),
                SOURCE,
                text("quote"),
            ),
            key=("what",),
            unique=False,
            fact=_total,
            corrects=_total_corrects,
        ),
        Table(
            "rounds",
            SelectionRound,
            (
                text("round_id", "key"),
                key("programme", "programmes"),
                *whole("fiscal_year", "number"),
                text("label_en", "label"),
                text("label_ja", required=True),
            ),
            key=("key",),
            emptied=("number",),
        ),
        Table(
            "announcements",
            Announcement,
            (
                text("announcement_id", "key"),
                choice("kind"),
                *texts("title", "title_ja"),
                choice("title_kind"),
                partial_day("published_on"),
                *texts("publisher", "url"),
                key("programme", "programmes"),
                *whole("fiscal_year"),
                key("round_id", "rounds", "round"),
                *whole("stated_selected", "stated_cumulative"),
                choice("stated_cumulative_series"),
                *whole("stated_reduction_by_fy2030_tco2", "stated_partner_countries"),
                *day("opens_on", "closes_on"),
                text("body", kind=Kind.LONG_TEXT),
                SOURCES,
                text("note"),
            ),
            key=("key",),
            parts=(
                Part.many_to_many(Announcement, "further_sources"),
                Part.many_to_many(Announcement, "countries"),
            ),
        ),
        Table(
            "organisations",
            Organisation,
            (
                text("organisation_key", "slug"),
                *texts("name", "name_ja"),
                text("aliases", kind=Kind.WORDS),
                choice("side_hint", "usual_side"),
                COUNTRY,
            ),
            key=("slug",),
            parts=(Part("aliases", OrganisationAlias, "organisation", ("name", "language")),),
        ),
        Table(
            "projects",
            Project,
            (
                text("project_key", "key"),
                *texts("title", "title_ja"),
                choice("title_kind"),
                COUNTRY,
                keys("technologies", "technologies", "technology", "further_technologies"),
                key("programme", "programmes"),
                *whole("fiscal_year"),
                text("locality"),
                *number("latitude", "longitude"),
                choice("location_precision"),
                key("location_source_id", "sources", "location_source"),
                text("capacity"),
                *number("capacity_mw"),
                *whole("expected_reduction_tco2_per_year"),
                key("reduction_source_id", "sources", "reduction_source"),
                text("jcm_ref", ""),
                choice("jcm_status", "", registered="", validation="", withdrawn=""),
                text("url"),
                keys("source_ids", "sources", "source", "further_sources"),
                choice("confidence"),
                text("note", kind=Kind.LONG_TEXT),
            ),
            key=("key",),
            parts=(
                Part.many_to_many(Project, "further_sources"),
                Part.many_to_many(Project, "further_technologies"),
                Part.many_to_many(Project, "possibly_same_as"),
                Part("identifiers", Identifier, "project", ("value",), {"scheme": Scheme.JCM}),
            ),
        ),
        Table(
            "participants",
            Participation,
            (
                PROJECT,
                key("organisation_key", "organisations", "organisation"),
                choice("side"),
                choice("role"),
                SOURCE,
            ),
            key=("project", "organisation", "side"),
        ),
        Table(
            "selections",
            Selection,
            (
                key("announcement_id", "announcements", "announcement"),
                key("round_id", "rounds", ""),
                text("fiscal_year", kind=Kind.WHOLE, required=True),
                key("programme", "programmes"),
                *whole("number_in_list"),
                PROJECT,
                *texts("stated_title", "stated_title_ja", "stated_country", "stated_representative"),
                *whole("stated_reduction_tco2_per_year"),
                SOURCE,
                text("quote"),
                choice("confidence"),
            ),
            # Not by the announcement: a selection known by its year alone may get one in a later file.
            key=("project",),
            unique=False,
            fact=_selection,
            corrects=_selection_corrects,
        ),
        Table(
            "milestones",
            Milestone,
            (PROJECT, choice("kind"), partial_day("on", "reached_on"), SOURCES, text("note")),
            key=("project", "kind"),
            unique=False,
            parts=(Part.many_to_many(Milestone, "further_sources"),),
            fact=_step,
            corrects=_step_corrects,
        ),
        Table(
            "methodologies",
            Methodology,
            (
                text("number"),
                COUNTRY,
                *texts("family", "title", "sectoral_scope"),
                partial_day("approved_on"),
                SOURCES,
            ),
            key=("number",),
            parts=(Part.many_to_many(Methodology, "further_sources"),),
        ),
        Table(
            "project_methodologies",
            ProjectMethodology,
            (PROJECT, key("number", "methodologies", "methodology"), text("version")),
            key=("project", "methodology"),
        ),
        Table(
            "issuances",
            CreditIssuance,
            (PROJECT, *AMOUNTS),
            key=("project",),
            unique=False,
            fact=_issuance,
            corrects=_issuance_corrects,
        ),
        Table(
            "issuance_statements",
            IssuanceStatement,
            (
                text("statement_id", "key"),
                COUNTRY,
                keys("project_keys", "projects", "", "projects"),
                *AMOUNTS,
                text("quote"),
            ),
            key=("key",),
            parts=(Part.many_to_many(IssuanceStatement, "projects"),),
        ),
    )
}

# The tables that others refer to, by the model that they become.
REFERRED: dict[type[models.Model], Table] = {
    TABLES[name].model: TABLES[name]
    for name in sorted({column.to for table in TABLES.values() for column in table.columns if column.to})
}


def bundled_folders() -> list[Path]:
    """The folders with the product's own copy of the data."""
    return [Path(apps.get_app_config(label).path) / "data" for label in ("countries", "projects")]
