"""“Changes to this record”: what the public page showed before and shows now, since the project was first public.

Names nobody. The events come with the project itself (`for_detail()`), each with the names of what it refers to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import DecimalField, F, ForeignKey, JSONField, Model, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject
from django.utils.dateparse import parse_datetime

from jcm_portal.changes import Change, Difference, Event, Names, changes, differences
from jcm_portal.history import KEPT, Kept
from jcm_portal.models import PublicationState, Source

from . import models as nouns

MOST = 20
OF_PROJECT = -1_234_567  # stands for the project's own column until the text of the subquery is made
PLACE = {"locality", "latitude", "longitude", "location_precision", "location_source"}
AMOUNTS = ("monitoring_from", "monitoring_to", "total_tco2", "japan_tco2", "host_tco2", "decided_on", "issued_on")


def _lists() -> dict[str, Kept]:
    return {
        kept.link.name: kept for kept in KEPT.values() if kept.link is not None and kept.link.model is nouns.Project
    }


def shown() -> dict[type[Model], set[str]]:
    """The facts that the page shows, by noun."""
    lists = _lists()
    return {
        nouns.Project: {
            *("title", "title_ja", "title_kind", "country", "technology", "programme", "fiscal_year", "status"),
            *("expected_reduction_tco2_per_year", "reduction_source", "capacity", "capacity_mw", "url", "confidence"),
            *("note", "source", *PLACE),
        },
        nouns.Milestone: {"kind", "reached_on", "note", "source"},
        nouns.Participation: {"organisation", "side", "role", "source"},
        nouns.Identifier: {"scheme", "value"},
        nouns.ProjectMethodology: {"methodology", "version"},
        nouns.CreditIssuance: {*AMOUNTS, "japan_share_means", "note", "source"},
        nouns.Selection: {
            *("stated_title", "stated_title_ja", "stated_country", "stated_representative"),
            *("stated_reduction_tco2_per_year", "number_in_list", "quote", "confidence", "source"),
        },
        lists["further_technologies"].model: {"technology"},
        lists["further_sources"].model: {"source"},
    }


# What is needed besides to tell when the page was public, and how exact a day is; never shown itself.
ALSO: dict[type[Model], tuple[str, ...]] = {
    nouns.Project: ("state", "published_at"),
    nouns.Milestone: ("reached_on_precision",),
}


def _name(column: ForeignKey) -> JSONObject:
    """What a related record is called, and where a source is found."""
    fields = {field.name for field in column.related_model._meta.concrete_fields}
    wanted = (
        ("publisher", "title", "url", "language") if column.related_model is Source else ("name", "name_ja", "number")
    )
    return JSONObject(**{name: f"{column.name}__{name}" for name in wanted if name in fields})


def _events(kept: Kept, names: set[str]) -> Any:
    of = "pgh_obj" if kept.model is nouns.Project else "project"
    facts: dict[str, Any] = {}
    named: dict[str, Any] = {}
    for name in [*sorted(names), *ALSO.get(kept.model, ())]:
        column = kept.events._meta.get_field(name)
        facts[name] = Cast(name, TextField()) if isinstance(column, DecimalField) else F(column.attname)
        if isinstance(column, ForeignKey):
            named[name] = _name(column)
    public_from: Any = Value(None, TextField())
    if kept.model is nouns.Selection:
        # Rows of a release that is not public are no one's business, nor what they were before it was.
        facts["announcement"] = F("announcement_id")
        public_from = JSONObject(state="announcement__state", at="announcement__published_at")
    event = JSONObject(
        noun=Value(kept.model._meta.label),
        number="pgh_id",
        row="pgh_obj_id",
        at="pgh_created_at",
        label="pgh_label",
        context="pgh_context_id",
        why=KeyTextTransform("why", "pgh_context__metadata"),
        facts=JSONObject(**facts),
        names=JSONObject(**named),
        release=public_from,
    )
    return kept.events.objects.filter(**{f"{of}_id": OF_PROJECT}).order_by().values_list(event)


def as_one_column() -> RawSQL:
    """All events of a project that its page may tell of, as dicts; for a query over projects."""
    sql, parameters = _statement()
    return RawSQL(sql, parameters, output_field=JSONField())  # noqa: S611  # made by Django itself, below


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """The text of the subquery: putting it together anew takes longer than all the rest of the page."""
    queries = [_events(KEPT[model], names) for model, names in shown().items()]
    sql, parameters = queries[0].union(*queries[1:], all=True).order_by().query.sql_with_params()
    pieces = sql.split("%s")
    column = '"projects_project"."id"'
    filled = "".join(
        piece + (column if value == OF_PROJECT else "%s")
        for piece, value in zip(pieces, parameters, strict=False)  # the last piece has no value behind it
    )
    return (
        f"(select coalesce(jsonb_agg(event), '[]') from ({filled}{pieces[-1]}) as events (event))",  # noqa: S608
        tuple(value for value in parameters if value != OF_PROJECT),
    )


@dataclass(frozen=True)
class PublicChange:
    """What a reader is told: when, why if somebody said so, and each difference with the source that says so now."""

    at: datetime
    why: str
    told: list[tuple[Difference, dict[str, Any] | None]]


def public_changes(project: nouns.Project, now: datetime) -> list[PublicChange]:
    """The changes since the project was first public, newest first; of one of `for_detail()`."""
    nouns_by_label = {model._meta.label: KEPT[model] for model in shown()}
    events, names, reasons = [], Names(), {}
    for found in project.change_events:  # type: ignore[attr-defined]
        event = Event(
            nouns_by_label[found["noun"]],
            found["number"],
            found["row"],
            parse_datetime(found["at"]),  # type: ignore[arg-type]
            found["label"],
            str(found["context"] or ""),
            {"release": found["release"]},
            found["facts"],
        )
        events.append(event)
        reasons[event.kept, event.number] = found["why"]
        for name, called in found["names"].items():
            column: Any = event.kept.model._meta.get_field(name)
            names[column.related_model, event.facts[name]] = _readable(called)
    events.sort(key=lambda event: (event.at, event.number))
    since = first_public(events, project.pk, now)
    if since is None:
        return []
    return list(_told(changes(events), (nouns.Project, project.pk), since, names, reasons))


def _readable(called: dict[str, Any]) -> Any:
    """As `changes` names it, or nothing where the record is gone."""
    if not any(called.values()):
        return None
    if "publisher" in called:
        return Named(f"{called['publisher']}: {called['title']}", called)
    return called if "name" in called else str(called["number"])


class Named(str):
    """A source by publisher and title, with the rest of what is known of it."""

    source: dict[str, Any]

    def __new__(cls, text: str, source: dict[str, Any]) -> "Named":
        named = super().__new__(cls, text)
        named.source = source
        return named


def first_public(events: list[Event], pk: int, now: datetime) -> datetime | None:
    """When the record became public for the first time; None where it never was."""
    own = [event for event in events if event.key == (nouns.Project, pk) and event.stands]
    for place, event in enumerate(own):
        if event.facts["state"] != PublicationState.PUBLISHED:
            continue
        due = max(event.at, parse_datetime(event.facts["published_at"]) or event.at)
        if event.label == "begin":
            due = parse_datetime(event.facts["published_at"]) or event.at
        moved = next(
            (
                later.at
                for later in own[place:]
                if (later.facts["state"], later.facts["published_at"])
                != (event.facts["state"], event.facts["published_at"])
            ),
            now,
        )
        if due <= moved:
            return due
    return None


def _told(
    found: list[Change], record: tuple[type[Model], int], since: datetime, names: Names, reasons: dict[Any, str]
) -> Iterator[PublicChange]:
    fields = shown()
    for change in found:
        if change.at <= since:  # what was still done in the act of publishing is no change either
            continue
        steps = [step for step in change.steps if step.after.label != "begin" and _release_was_public(step.after)]
        told = [one for one in differences(Change(change.events, steps), record, names, fields) if one.how != "begins"]
        if told:
            why = next((reason for event in change.events if (reason := reasons[event.kept, event.number])), "")
            yield PublicChange(change.at, why, [(one, _source(one, names)) for one in told])


def _release_was_public(event: Event) -> bool:
    if event.kept.model is not nouns.Selection or event.facts["announcement"] is None:
        return True
    release = event.said["release"]
    at = parse_datetime(release["at"] or "")
    return release["state"] == PublicationState.PUBLISHED and at is not None and at <= event.at


def _source(one: Difference, names: Names) -> dict[str, Any] | None:
    """The source on which the facts stand after the change; None where several do, or none says so itself."""
    assert one.after is not None
    if one.how == "gone":
        return None
    which = "source"
    if one.key[0] is nouns.Project:
        changed = set(one.changed)
        if changed & {"expected_reduction_tco2_per_year", "reduction_source"}:
            which = "reduction_source"
        elif changed and changed <= PLACE and one.after.facts.get("location_source"):
            which = "location_source"
        elif changed <= {"status", "technology", "confidence", "note", "title_kind"}:
            return None  # worked out or judged by us
    named = names.get((Source, one.after.facts.get(which) or 0))
    return named.source if isinstance(named, Named) else None
