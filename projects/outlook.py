"""The expected cumulative reduction year by year to FY2030, from each project's own start and yearly figure.

An estimate on assumptions that the visitor sets; it stands beside what releases state and what the government aims at,
and is never joined with either.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jcm_portal.pictures.marks import Bar, Key, Part, bars
from jcm_portal.pictures.svg import Cell, Column, Picture
from jcm_portal.templatetags.languages import written
from jcm_portal.templatetags.units import fiscal_year, number, on

from .charts import Lists
from .filters import ProjectQuery
from .grouping import LAND_USE
from .models import Milestone, MilestoneKind, Series, StatedTotal, StatedWhat, Status, Target

LAST = 2030  # the fiscal year that releases and targets speak of
NAMES = {
    "outlook": gettext_lazy("Expected reductions to FY2030, cumulative, tCO₂"),
    "outlook-and-statements": gettext_lazy("Cumulative reductions by FY2030: records, releases, targets, tCO₂"),
}


@dataclass(frozen=True)
class Assumption:
    """A number that the visitor may set: its name in the address, its bounds, and what it is if nothing is said."""

    name: str
    label: Any
    least: int
    most: int
    usual: int


ASSUMPTIONS = (
    Assumption("lag", gettext_lazy("Years from selection to operation"), 0, 10, 1),
    Assumption("dropout", gettext_lazy("Drop-out before registration (%)"), 0, 100, 0),
    Assumption("life", gettext_lazy("Years of operation"), 1, 60, 15),
)


class OutlookQuery(ProjectQuery):
    """The list's question, and the assumptions."""

    settings = tuple(one.name for one in ASSUMPTIONS)

    @cached_property
    def assumed(self) -> dict[str, int]:
        """The assumptions by name; the usual ones where none or a bad one is given."""
        return {one.name: self._assumed(one) for one in ASSUMPTIONS}

    def _assumed(self, one: Assumption) -> int:
        given = list(dict.fromkeys(text.strip() for text in self.params.getlist(one.name) if text.strip()))
        if not given:
            return one.usual
        text = given[0]
        if len(given) > 1:
            self.problem(one.name, " / ".join(given), _("This is given more than once; give it once."))
        elif not (text.isascii() and text.isdigit() and len(text) < 4 and one.least <= int(text) <= one.most):
            bounds = {"least": one.least, "most": one.most}
            self.problem(one.name, text, _("Write a whole number from %(least)d to %(most)d.") % bounds)
        else:
            return int(text)
        return one.usual

    def require_valid(self) -> None:
        self.assumed  # noqa: B018  # reading them checks them
        super().require_valid()

    @property
    def fields(self) -> list[tuple[Assumption, str]]:
        """The assumptions with what was typed."""
        return [(one, self.params.get(one.name, str(one.usual)).replace("\x00", "")[:20]) for one in ASSUMPTIONS]


@dataclass(frozen=True)
class Year:
    """A fiscal year: what its projects are expected to reduce in it, and all up to its end."""

    year: int
    running: int
    reduction: int
    so_far: int


class Outlook:
    """The estimate for one question and its assumptions."""

    def __init__(self, query: OutlookQuery) -> None:
        self.query = query
        self.lists = Lists(query)

    @cached_property
    def groups(self) -> list[tuple[str, str, int | None, bool, int, int]]:
        """Projects by why they count or do not, by the rule of their start and its year, and by being registered.

        (kind, rule, year, registered, projects, yearly tonnes); the first rule with a year holds: in operation,
        selected, registered.
        """
        kind = Case(
            When(Q(status=Status.WITHDRAWN), then=Value("withdrawn")),
            When(Q(technology__sector__slug=LAND_USE), then=Value("apart")),
            When(Q(expected_reduction_tco2_per_year__isnull=True), then=Value("no figure")),
            default=Value("counted"),
            output_field=CharField(),
        )
        asked = self.query.matching.order_by().annotate(_kind=kind)
        try:
            rows, parameters = asked.values_list(
                "pk", "_kind", "fiscal_year", "status", "expected_reduction_tco2_per_year"
            ).query.sql_with_params()
        except EmptyResultSet:
            return []
        table = Milestone._meta.db_table
        firsts = f"""select project_id, min(reached_on) filter (where kind = '{MilestoneKind.COMPLETED}') as completed,
          min(reached_on) filter (where kind = '{MilestoneKind.REGISTERED}') as registered from {table}
          where kind in ('{MilestoneKind.COMPLETED}', '{MilestoneKind.REGISTERED}') group by project_id"""  # noqa: S608
        # The fiscal year of a day is the year of the day three months before.
        sql = f"""select kind, rule, year, registered, count(*), coalesce(sum(tonnes), 0) from (
          select kind, tonnes, status in ('{Status.REGISTERED}', '{Status.CREDITS_ISSUED}') as registered,
            case when completed is not null then 'completed' when fiscal_year is not null then 'selected'
              when firsts.registered is not null then 'registered' else 'none' end as rule,
            coalesce(extract(year from completed - interval '3 months')::int, fiscal_year,
              extract(year from firsts.registered - interval '3 months')::int) as year
          from ({rows}) as asked (id, kind, fiscal_year, status, tonnes) left join ({firsts}) firsts
            on firsts.project_id = asked.id) each_project group by kind, rule, year, registered"""  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [(*head, int(count), int(tonnes)) for *head, count, tonnes in cursor.fetchall()]

    def _counted(self) -> Iterable[tuple[int, bool, int, int]]:
        """First year, registered, projects and yearly tonnes of what is added up."""
        for kind, rule, year, registered, projects, tonnes in self.groups:
            if kind == "counted" and year is not None:
                yield year + (self.query.assumed["lag"] if rule == "selected" else 0), registered, projects, tonnes

    @cached_property
    def years(self) -> list[Year]:
        """Each fiscal year from the first start to FY2030."""
        starts = list(self._counted())
        if not starts:
            return []
        life, stays = self.query.assumed["life"], 100 - self.query.assumed["dropout"]
        found, so_far = [], 0
        for year in range(min(start for start, *_rest in starts), LAST + 1):
            running = [one for one in starts if one[0] <= year < one[0] + life]
            # Drop-out takes its share of what is not registered yet; what is registered has been built.
            reduction = sum(tonnes * (100 if registered else stays) for _s, registered, _n, tonnes in running) // 100
            so_far += reduction
            found.append(Year(year, sum(projects for _s, _r, projects, _t in running), reduction, so_far))
        return found

    @property
    def total(self) -> int:
        """Tonnes to the end of FY2030."""
        return self.years[-1].so_far if self.years else 0

    @cached_property
    def left_out(self) -> dict[str, int]:
        """How many projects are added (`counted`), and how many are not, by reason."""
        counts: dict[str, int] = defaultdict(int)
        for kind, _rule, year, _registered, projects, _tonnes in self.groups:
            counts["no_year" if kind == "counted" and year is None else kind.replace(" ", "_")] += projects
        return dict(counts)

    @cached_property
    def rules(self) -> dict[str, int]:
        """By which rule the projects that are added start, and how many of each."""
        counts: dict[str, int] = defaultdict(int)
        for kind, rule, year, _registered, projects, _tonnes in self.groups:
            if kind == "counted" and year is not None:
                counts[rule] += projects
        return dict(counts)

    @property
    def standing(self) -> list[str]:
        """The statuses asked for, without that of withdrawn projects."""
        chosen = self.query.values.getlist("status") or Status.values
        return [status for status in chosen if status != Status.WITHDRAWN]

    # -- Pictures ----------------------------------------------------------------------------------

    def picture(self, name: str) -> Picture | None:
        """The picture of that name; None where there is nothing to draw."""
        if not self.years:
            return None
        return self.by_year(name) if name == "outlook" else self.beside(name)

    @property
    def question(self) -> str:
        """The query string that asks for the same estimate."""
        address = self.query.address(sort=None)
        return "" if address == "?" else address

    def by_year(self, name: str) -> Picture:
        """Cumulative tonnes year by year, each year's own as the end of its bar."""
        marks, table = [], []
        for one in self.years:
            label, before = fiscal_year(one.year), one.so_far - one.reduction
            told = _("%(year)s: %(all)s tCO₂ so far, %(own)s tCO₂ of them in the year, by %(n)s projects") % {
                "year": label,
                "all": number(one.so_far),
                "own": number(one.reduction),
                "n": number(one.running),
            }
            marks.append(Bar(label, number(one.so_far), [Part(before), Part(one.reduction, "series-2")], told))
            table.append([Cell(label), Cell(one.running), Cell(one.reduction), Cell(one.so_far)])
        columns = [
            Column("fiscal_year", _("Fiscal year"), amount=False),
            Column("projects_in_operation", _("Projects in operation")),
            Column("reduction_tco2", _("In the year, tCO₂")),
            Column("cumulative_tco2", _("So far, tCO₂")),
        ]
        keys = [Key("series-1", _("Earlier years")), Key("series-2", _("The year itself"))]
        description = _("A bar for each fiscal year; the last, FY2030, reaches %s tCO₂.") % number(self.total)
        notes = [self.assumptions, _("An estimate of ours from expected figures, not a result and not a forecast.")]
        drawing = bars(name, marks, keys)
        return Picture(name, str(NAMES[name]), description, drawing, columns, table, self.question, notes)

    @property
    def assumptions(self) -> str:
        """The assumptions in a sentence."""
        words = _("Assumed: operation %(lag)d years after selection, for %(life)d years, %(dropout)d %% drop-out.")
        return words % self.query.assumed

    def beside(self, name: str) -> Picture | None:
        """The estimate, what releases state and what the government aims at: one bar each, of different things."""
        if self.lists.kept:  # these speak of the whole programme
            return None
        counted = self.left_out.get("counted", 0)
        told = ngettext(
            "%s project on record, on these assumptions", "%s projects on record, on these assumptions", counted
        ) % number(counted)
        rows = [(_("Our estimate"), told, self.total, "series-1", "")]
        rows += [
            (_("Stated: %s") % on(one, "stated_on"), one.programme_scope, one.value, "series-2", one.source.url)
            for one in stated()
        ]
        rows += [
            (_("Target of %s") % on(one, "set_on"), one.statement, one.value_tco2 or 0, "series-3", one.source.url)
            for one in targets()
        ]
        keys = [
            Key("series-1", _("Our estimate from the records")),
            Key("series-2", _("Stated of the JCM Model Projects, newest first")),
            Key("series-3", _("Target of the Japanese government")),
        ]
        marks = [
            Bar(label, number(value), [Part(value, look)], f"{label}: {number(value)} tCO₂", address, "tco2")
            for label, _words, value, look, address in rows
        ]
        columns = [
            Column("what", _("What"), amount=False),
            Column("tco2", _("By FY2030, tCO₂")),
            Column("in_words", _("Of what"), amount=False),
        ]
        table = [
            [Cell(label), Cell(value, address), Cell(written(words))] for label, words, value, _look, address in rows
        ]
        description = _("Bars of unlike things: an estimate, statements and targets, neither added nor joined.")
        unlike = _(
            "They count different projects: the records hold a part of all, of every programme; the statements are of "
            "Model Projects alone; the targets include what is still to come."
        )
        drawing = bars(name, marks, keys)
        return Picture(name, str(NAMES[name]), description, drawing, columns, table, self.question, [unlike])


def stated() -> Iterable[StatedTotal]:
    """What sources state of the Model Projects' cumulative reduction by FY2030, newest first."""
    rows = StatedTotal.objects.filter(what=StatedWhat.REDUCTION_BY_FY2030, series=Series.MODEL_PROJECTS)
    return rows.select_related("source").order_by(F("stated_on").desc(nulls_last=True), "pk")


def targets() -> Iterable[Target]:
    """The government's targets in tonnes for FY2030, newest first."""
    rows = Target.objects.filter(by_fiscal_year=LAST, value_tco2__isnull=False)
    return rows.select_related("source").order_by(F("set_on").desc(nulls_last=True), "pk")
