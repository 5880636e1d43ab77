"""Charts of how far projects come: from selection to registration and credits, and what was issued of what."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from countries.models import PartnerCountry
from jcm_portal.dates import DatePrecision
from jcm_portal.pictures.marks import Bar, Key, Part, bars
from jcm_portal.pictures.scales import breadth
from jcm_portal.pictures.svg import Cell, Column, Picture
from jcm_portal.templatetags.languages import plain
from jcm_portal.templatetags.units import fiscal_year, number

from . import stats
from .charts import Lists, so_many
from .filters import ProjectQuery
from .grouping import UNKNOWN
from .models import CreditIssuance, Identifier, JapanShare, Milestone, MilestoneKind, Project, Scheme, Status

MOST = 12  # projects or participants in a picture
MOST_ROWS = 50  # of them in its table
ISSUED: list[str] = [Status.CREDITS_ISSUED]
REGISTERED: list[str] = [Status.REGISTERED, *ISSUED]
YEAR = 365.25  # days
NAMES = {
    "selection-to-credits": gettext_lazy("From selection to registration and credits"),
    "credits-by-fiscal-year": gettext_lazy("Credits issued by fiscal year and side, tCO₂"),
    "expected-and-issued-by-country": gettext_lazy("Expected and issued in the same time, by country, tCO₂"),
    "expected-and-issued": gettext_lazy("Expected and issued in the same time, by project, tCO₂"),
    "participants": gettext_lazy("Organisations in most projects"),
}


@dataclass(frozen=True)
class Page:
    """A page of statistics with some of the charts; one alone each asks enough of the database."""

    title: Any
    description: Any
    charts: Sequence[str]


PAGES = {
    "progress": Page(
        gettext_lazy("From selection to credits"),
        gettext_lazy("How many selected JCM projects are registered and have credits, and how long the steps take."),
        ["selection-to-credits"],
    ),
    "credits": Page(
        gettext_lazy("Credits issued"),
        gettext_lazy("JCM credits by fiscal year and by side, and what was issued of what was expected."),
        ["credits-by-fiscal-year", "expected-and-issued-by-country", "expected-and-issued"],
    ),
    "participants": Page(
        gettext_lazy("Participants"),
        gettext_lazy("The organisations that take part in most JCM projects."),
        ["participants"],
    ),
}


class Progress:
    """The charts of one question."""

    def __init__(self, query: ProjectQuery) -> None:
        self.query = query
        self.lists = Lists(query)

    def picture(self, name: str) -> Picture | None:
        """The chart of that name; None where the question leaves nothing to draw."""
        draw = {
            "selection-to-credits": self.steps,
            "credits-by-fiscal-year": self.credits,
            "expected-and-issued-by-country": self.expected_and_issued_by_country,
            "expected-and-issued": self.expected_and_issued,
            "participants": self.participants,
        }[name]
        return draw(name)

    # -- Steps -------------------------------------------------------------------------------------

    def steps(self, name: str) -> Picture:
        """How many of the projects selected are registered, and have credits; and how many whatever their selection."""
        # The steps are the question here, so filters by step and status are left aside.
        rows = self.query.without("step", "status")
        selected = Exists(Milestone.objects.filter(project=OuterRef("pk"), kind=MilestoneKind.SELECTED))
        by_status = (
            rows.order_by().annotate(_selected=selected).values_list("_selected", "status").annotate(n=Count("pk"))
        )
        groups = {(was_selected, status): n for was_selected, status, n in by_status}

        def counted(*statuses: str, of: Sequence[bool] = (True, False)) -> int:
            return sum(groups.get((one, status), 0) for one in of for status in statuses)

        found = {
            "selected": counted(*Status.values, of=[True]),
            "of_these_registered": counted(*REGISTERED, of=[True]),
            "of_these_issued": counted(*ISSUED, of=[True]),
            "registered": counted(*REGISTERED),
            "issued": counted(*ISSUED),
        }
        lists = Lists(self.query, without=("step", "status"))
        selection: dict[str, list[str]] = {"step": [MilestoneKind.SELECTED]}
        steps: list[tuple[str, str, str, dict[str, list[str]]]] = [
            ("selected", _("Selected, as far as on record"), "series-1", selection),
            ("of_these_registered", _("of these registered"), "series-1", selection | {"status": REGISTERED}),
            ("of_these_issued", _("of these with credits issued"), "series-1", selection | {"status": ISSUED}),
            ("registered", _("Registered, whatever is known of the selection"), "series-2", {"status": REGISTERED}),
            ("issued", _("Credits issued, whatever is known of the selection"), "series-2", {"status": ISSUED}),
        ]
        marks, table = [], []
        for step, label, look, narrowed in steps:
            n, address = found[step], lists.of(**narrowed)
            marks.append(Bar(label, number(n), [Part(n, look)], f"{label}: {so_many(n)}", address, "projects"))
            table.append([Cell(label), Cell(n, address)])
        description = _("Bars from left to right: how many of the projects selected came further.")
        columns = [Column("step", _("Step"), amount=False), Column("projects", _("Projects"))]
        notes = [*self._days_between(rows), _("Withdrawn projects count as selected only.")]
        return Picture(name, str(NAMES[name]), description, bars(name, marks), columns, table, lists.question(), notes)

    def _days_between(self, rows: QuerySet) -> list[str]:
        """The median days between two steps, of projects with both to the day."""
        came_so_far = rows.filter(status__in=REGISTERED).order_by().values("pk")
        firsts = (
            Milestone.objects.filter(
                project__in=came_so_far,
                reached_on_precision=DatePrecision.DAY,
                kind__in=[MilestoneKind.SELECTED, MilestoneKind.REGISTERED, MilestoneKind.CREDITS_ISSUED],
            )
            .order_by()
            .values("project")
            .annotate(
                selected=Min("reached_on", filter=Q(kind=MilestoneKind.SELECTED)),
                registered=Min("reached_on", filter=Q(kind=MilestoneKind.REGISTERED)),
                issued=Min("reached_on", filter=Q(kind=MilestoneKind.CREDITS_ISSUED)),
            )
        )
        sql, parameters = firsts.values_list("selected", "registered", "issued").query.sql_with_params()
        medians = ", ".join(
            f"percentile_cont(0.5) within group (order by {later} - {sooner}), count({later} - {sooner})"
            for sooner, later in (("selected", "registered"), ("registered", "issued"))
        )
        with connection.cursor() as cursor:
            cursor.execute(f"select {medians} from ({sql}) as days (selected, registered, issued)", parameters)  # noqa: S608
            to_registered, n_registered, to_issued, n_issued = cursor.fetchone()
        told = []
        if n_registered:
            words = _("Selection to registration: %(days)s days in the median (both days on record: %(projects)s).")
            told.append(words % {"days": number(round(to_registered)), "projects": so_many(n_registered)})
        if n_issued:
            words = _("Registration to first credits: %(days)s days in the median (both days on record: %(projects)s).")
            told.append(words % {"days": number(round(to_issued)), "projects": so_many(n_issued)})
        return told

    # -- Credits -----------------------------------------------------------------------------------

    def credits(self, name: str) -> Picture:
        """Issuances of single projects by fiscal year; shares of unlike meaning are never added."""
        rows = self._credit_years()
        side = _("all credits of the Japanese side")
        government = _("the part that the Japanese government obtained")
        keys = [
            Key("series-1", _("Japanese side, all its credits")),
            Key("series-2", _("Japanese government's part alone")),
            Key("series-3", _("Host country")),
            Key("open", _("Share not stated")),
        ]
        marks, table = [], []
        for row in rows:
            year = UNKNOWN if row["issued_in"] is None else str(row["issued_in"])
            label = fiscal_year(row["issued_in"]) or _("Not known")
            address = self.lists.of(issued_in=year)
            rest = row["total"] and row["total"] - sum(row[part] or 0 for part in ("side", "government", "host"))
            parts = [row["side"], row["government"], row["host"], rest]
            shown = [Part(part or 0, key.look) for part, key in zip(parts, keys, strict=True) if part]
            words = number(row["total"]) if row["total"] else _("amount not stated")
            name_ = f"{label}: {words}, {so_many(row['projects'])}"
            marks.append(Bar(label, words, shown, name_, address, "total_tco2"))
            table.append(
                [
                    *(Cell(label), Cell(row["projects"], address), Cell(row["issuances"]), Cell(row["stating"])),
                    *(Cell(part) for part in (row["total"], *parts)),
                ]
            )
        columns = [
            Column("fiscal_year", _("Fiscal year of issue"), amount=False),
            Column("projects", _("Projects")),
            Column("issuances", _("Issuances")),
            Column("issuances_stating", _("with an amount")),
            Column("total_tco2", _("Total")),
            Column("japanese_side_tco2", _("Japanese side")),
            Column("japanese_government_tco2", _("Japanese government alone")),
            Column("host_tco2", _("Host country")),
            Column("share_not_stated_tco2", _("Share not stated")),
        ]
        description = _("Bars from left to right, one for each fiscal year, parted by who has the credits.")
        notes = [
            _("“To Japan” means %(side)s in some sources and %(government)s in others: the two are never added.")
            % {"side": side, "government": government},
            _("Issuances of single projects; what sources state for several projects or a whole country is not added."),
        ]
        alone = sum(row["alone"] for row in rows)
        if alone:
            notes.append(
                ngettext(
                    "%d issuance states a share without the total; it is not drawn.",
                    "%d issuances state a share without the total; they are not drawn.",
                    alone,
                )
                % alone
            )
        drawing = bars(name, marks, keys)
        return Picture(name, str(NAMES[name]), description, drawing, columns, table, self.lists.question(), notes)

    def _credit_years(self) -> list[dict[str, Any]]:
        whole = Q(total_tco2__isnull=False)
        side = whole & Q(japan_share_means=JapanShare.JAPANESE_SIDE)
        government = whole & Q(japan_share_means=JapanShare.GOVERNMENT_ONLY)
        share = Q(japan_tco2__isnull=False) | Q(host_tco2__isnull=False)
        rows = (
            CreditIssuance.objects.filter(project__in=self.query.matching.order_by().values("pk"))
            .with_fiscal_year()
            .order_by()
            .values("issued_in")  # type: ignore[misc]  # a column that the queryset adds
            .annotate(
                issuances=Count("pk"),
                stating=Count("pk", filter=whole),
                alone=Count("pk", filter=share & ~whole),
                projects=Count("project", distinct=True),
                total=Sum("total_tco2"),
                side=Sum("japan_tco2", filter=side),
                government=Sum("japan_tco2", filter=government),
                host=Sum("host_tco2", filter=whole),
            )
        )
        chosen = self.query.values.getlist("issued_in")
        kept = [row for row in rows if not chosen or str(row["issued_in"] or UNKNOWN) in chosen]
        return sorted(kept, key=lambda row: (row["issued_in"] is None, row["issued_in"]))

    # -- Expected and issued -----------------------------------------------------------------------

    @cached_property
    def _both_known(self) -> list[tuple[int, int, int, int]]:
        """Project, country, expected and issued tonnes, where both are known, those with most credits first.

        What was expected is the yearly reduction times the days of the monitoring periods, first and last included.
        """
        days = ExpressionWrapper(F("monitoring_to") - F("monitoring_from"), output_field=DurationField())
        rows = (
            CreditIssuance.objects.filter(
                project__in=self.query.matching.order_by().values("pk"),
                project__expected_reduction_tco2_per_year__isnull=False,
                total_tco2__isnull=False,
                monitoring_from__isnull=False,
                monitoring_to__isnull=False,
            )
            .order_by()
            .values_list("project", "project__country", "project__expected_reduction_tco2_per_year")
            .annotate(issued=Sum("total_tco2"), time=Sum(days), periods=Count("pk"))
            .order_by("-issued", "project")
        )
        return [
            (project, country, round(yearly * (time.days + periods) / YEAR), issued)
            for project, country, yearly, issued, time, periods in rows
        ]

    def expected_and_issued(self, name: str) -> Picture | None:
        """Project by project, those with most credits first."""
        rows = self._both_known[:MOST_ROWS]
        references = Identifier.objects.filter(project=OuterRef("pk"), scheme=Scheme.JCM).values("value")[:1]
        projects = Project.objects.annotate(reference=Subquery(references)).in_bulk([row[0] for row in rows])
        labelled = [
            (_title(projects[project]), projects[project].get_absolute_url(), expected, issued)
            for project, _country, expected, issued in rows
        ]
        return self._beside(name, labelled, Column("project", _("Project"), amount=False), len(self._both_known))

    def expected_and_issued_by_country(self, name: str) -> Picture | None:
        """The same, added up by country; each leads to the projects that are added."""
        sums: dict[int, tuple[int, int]] = {}
        for _project, country, expected, issued in self._both_known:
            so_far = sums.get(country, (0, 0))
            sums[country] = (so_far[0] + expected, so_far[1] + issued)
        countries = PartnerCountry.objects.in_bulk(list(sums))
        page = reverse("statistics-credits")
        labelled = [
            (plain(one, "name"), f"{page}{self.lists.question(country=one.iso2)}#expected-and-issued", *sums[pk])
            for pk, one in sorted(countries.items(), key=lambda pair: -sums[pair[0]][1])
        ]
        return self._beside(name, labelled, Column("country", _("Country"), amount=False), len(labelled))

    def _beside(
        self, name: str, labelled: Sequence[tuple[str, str, int, int]], head: Column, count: int
    ) -> Picture | None:
        if not labelled:
            return None
        marks = []
        for label, address, expected, issued in labelled[:MOST]:
            told = _("%(label)s: %(expected)s tCO₂ expected, %(issued)s tCO₂ issued") % {
                "label": label,
                "expected": number(expected),
                "issued": number(issued),
            }
            marks.append(Bar(_short(label), number(expected), [Part(expected, "open")], told, address, "expected_tco2"))
            marks.append(Bar("", number(issued), [Part(issued)], told, address, "issued_tco2"))
        keys = [Key("open", _("Expected in the monitored time")), Key("series-1", _("Issued for it"))]
        columns = [head, Column("expected_tco2", _("Expected")), Column("issued_tco2", _("Issued"))]
        table = [[Cell(label), Cell(expected, address), Cell(issued)] for label, address, expected, issued in labelled]
        notes = [
            _(
                "Only issuances whose amount and monitoring period are known. Expected is the yearly figure, of "
                "selection or registration, times the monitored days. Plants start during a period, and credits are "
                "issued on conservative baselines, so a smaller figure is no proof of failure."
            )
        ]
        if count > MOST:
            notes.append(_("The %(n)d with most credits are drawn, of %(all)s.") % {"n": MOST, "all": number(count)})
        description = _("Two bars each: what was expected in the monitored time, and what was issued for it.")
        drawing = bars(name, marks, keys)
        return Picture(name, str(NAMES[name]), description, drawing, columns, table, self.lists.question(), notes)

    # -- Participants ------------------------------------------------------------------------------

    def participants(self, name: str) -> Picture | None:
        """Organisations that take part in most of the projects; none where the question is about one of them."""
        if "participant" in self.query.values:
            return None
        marks, table = [], []
        for organisation in stats.participants_of(self.query.matching, most=MOST):
            label, n = plain(organisation, "name"), organisation.count  # type: ignore[attr-defined]
            address = self.lists.of(participant=organisation.slug)
            marks.append(Bar(label, number(n), [Part(n)], f"{label}: {so_many(n)}", address, "projects"))
            table.append([Cell(label), Cell(n, address)])
        if not marks:
            return None
        columns = [Column("participant", _("Participant"), amount=False), Column("projects", _("Projects"))]
        description = _("Bars from left to right: the %d organisations in most projects.") % len(marks)
        drawing = bars(name, marks)
        return Picture(name, str(NAMES[name]), description, drawing, columns, table, self.lists.question())


def _title(project: Any) -> str:
    title = plain(project, "title")
    return f"{project.reference} {title}" if project.reference else title


def _short(label: str) -> str:
    """A title in two lines of a picture at most."""
    return label if breadth(label) <= 36 else label[: 60 if label.isascii() else 34].rstrip() + "…"
