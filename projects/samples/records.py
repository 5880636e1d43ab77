"""Synthetic projects with what belongs to them; nothing here opens a database.

How things are distributed follows the bundled projects, as they are or, where a constant says so, as counted in
them. The same seed makes the same records, and fewer projects are the first ones of more.
"""

import csv
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from jcm_portal.dates import DatePrecision
from jcm_portal.models import PublicationState, Source, SourceKind
from projects.importing.tables import bundled_folders
from projects.models import (
    Announcement,
    AnnouncementKind,
    Confidence,
    CreditIssuance,
    Identifier,
    JapanShare,
    LocationPrecision,
    Milestone,
    MilestoneKind,
    Organisation,
    Participation,
    Project,
    ProjectMethodology,
    Role,
    Scheme,
    Selection,
    Side,
    TitleKind,
)

from . import words

KEY = "sample-"  # begins the key of every record
LABEL = "Synthetic record for measurement"
# No step lies after this day, the end of FY2025: records must not depend on the day on which they are made.
LAST_DAY = date(2026, 3, 31)
MORNING = time(9, tzinfo=ZoneInfo(settings.TIME_ZONE))

JAPANESE_ORGANISATIONS, HOST_ORGANISATIONS = 1500, 3500
# Of the natural logarithm of the expected reductions in tCO2/year, where one is stated and not zero.
REDUCTION_MEAN, REDUCTION_DEVIATION = 7.6, 1.99
REDUCTION_STATED = 0.81  # 202 of 250
FURTHER_TECHNOLOGY = 0.08  # 19 of 250
SELECTED_IN_A_YEAR = 0.013  # 1 of 78: of the others the day is on record
FURTHER_PARTICIPANTS = (101, 31, 18)  # projects with two, three, and four or more organisations

_Kind = MilestoneKind
_TO_REGISTRATION = (_Kind.SELECTED, _Kind.VALIDATED, _Kind.REGISTERED)
# The steps that a project takes if there is time for them until the last day, and how many of the bundled ones did.
LIVES: dict[tuple[MilestoneKind, ...], int] = {
    (): 9,
    (_Kind.SELECTED,): 85,
    (_Kind.SELECTED, _Kind.NO_OBJECTION): 9,
    (_Kind.SELECTED, _Kind.IN_VALIDATION): 49,
    _TO_REGISTRATION: 62,
    (*_TO_REGISTRATION, _Kind.COMPLETED): 4,
    (*_TO_REGISTRATION, _Kind.MONITORING_REPORT, _Kind.VERIFIED, _Kind.CREDITS_ISSUED): 28,
    (_Kind.SELECTED, _Kind.WITHDRAWN): 4,
}
# Days from one step to the next, at least and at most; ours.
DAYS: dict[MilestoneKind, tuple[int, int]] = {
    _Kind.SELECTED: (0, 0),
    _Kind.NO_OBJECTION: (30, 300),
    _Kind.IN_VALIDATION: (200, 900),
    _Kind.VALIDATED: (300, 1000),
    _Kind.REGISTERED: (30, 200),
    _Kind.COMPLETED: (30, 400),
    _Kind.MONITORING_REPORT: (300, 700),
    _Kind.VERIFIED: (60, 200),
    _Kind.CREDITS_ISSUED: (60, 300),
    _Kind.WITHDRAWN: (100, 900),
}
UNDATED = {_Kind.IN_VALIDATION, _Kind.WITHDRAWN}  # lists say that it is so, not since when
YEAR = timedelta(days=365)
# Degrees around the country's point within which its cities lie, and around a city its sites; ours.
FROM_CITY_TO_CITY, FROM_SITE_TO_SITE = 1.5, 0.1

Row = tuple[Any, ...]
Rows = dict[type[models.Model], list[Row]]
FurtherTechnology: type[models.Model] = Project.further_technologies.through
# What the rows hold; other columns get the default of their field, or nothing.
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    Source: ("key", "publisher", "title", "language", "kind", "seen_on"),
    Organisation: ("id", "slug", "name", "name_ja", "usual_side", "country_id"),
    Announcement: (
        "id",
        "key",
        "kind",
        "title",
        "published_on",
        "published_on_precision",
        "programme_id",
        "fiscal_year",
        "round_id",
        "source_id",
        "state",
        "published_at",
        "created_at",
        "updated_at",
    ),
    Project: (
        "id",
        "key",
        "title",
        "title_ja",
        "title_kind",
        "country_id",
        "technology_id",
        "programme_id",
        "fiscal_year",
        "locality",
        "latitude",
        "longitude",
        "location_precision",
        "location_source_id",
        "capacity",
        "capacity_mw",
        "expected_reduction_tco2_per_year",
        "reduction_source_id",
        "confidence",
        "note",
        "source_id",
        "state",
        "published_at",
        "created_at",
        "updated_at",
    ),
    FurtherTechnology: ("project_id", "technology_id"),
    Selection: ("announcement_id", "programme_id", "project_id", "number_in_list", "stated_title", "source_id"),
    Identifier: ("project_id", "scheme", "value"),
    Participation: ("project_id", "organisation_id", "side", "role", "source_id"),
    ProjectMethodology: ("project_id", "methodology_id"),
    Milestone: ("project_id", "kind", "reached_on", "reached_on_precision", "source_id"),
    CreditIssuance: (
        "project_id",
        "monitoring_from",
        "monitoring_to",
        "total_tco2",
        "japan_tco2",
        "host_tco2",
        "japan_share_means",
        "decided_on",
        "issued_on",
        "source_id",
    ),
}
SOURCE: Row = (f"{KEY}source", "make_sample_projects", LABEL, "en", SourceKind.PAGE.value, LAST_DAY)


class Technology(NamedTuple):
    pk: int
    slug: str
    sector: str
    names: list[str]  # its name and its synonyms
    names_ja: list[str]


class Country(NamedTuple):
    pk: int
    iso2: str
    name: str
    name_ja: str
    latitude: Decimal | None
    longitude: Decimal | None

    @property
    def cities(self) -> list[words.Pair]:
        return words.CITIES.get(self.iso2) or [(self.name, self.name_ja)]


class Round(NamedTuple):
    pk: int
    key: str
    label: str
    programme: int
    fiscal_year: int


@dataclass(frozen=True)
class Vocabulary:
    """What the sample projects refer to, as the database has it."""

    technologies: list[Technology]
    countries: list[Country]
    programmes: dict[str, int]  # primary key by the word in the address
    methodologies: dict[int, list[int]]  # primary keys by that of the country
    rounds: list[Round]
    source: int  # the one of all sample records


class Draw[T]:
    """Draws one of several by their weights."""

    def __init__(self, random: Random, weights: Iterable[tuple[T, float]]) -> None:
        pairs = list(weights)
        self.random = random
        self.members = [member for member, _ in pairs]
        self.cumulative = list(itertools.accumulate(weight for _, weight in pairs))

    def __call__(self) -> T:
        return self.random.choices(self.members, cum_weights=self.cumulative)[0]


def zipf[T](members: Iterable[T]) -> Iterator[tuple[T, float]]:
    """The members with weights by Zipf's law: half as often for the second as for the first, and so on."""
    return ((member, 1 / rank) for rank, member in enumerate(members, 1))


class Bundled:
    """How often the bundled projects have each value of a column."""

    def __init__(self) -> None:
        path = next(folder / "projects.csv" for folder in bundled_folders() if (folder / "projects.csv").exists())
        with path.open(encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file))

    def counts(self, column: str) -> Counter[str]:
        return Counter(row[column].split("; ")[0] for row in self.rows)


class Places:
    """Points of projects, as many and as exact as those of the bundled ones; the same for all in one city."""

    def __init__(self, bundled: Bundled, seed: int) -> None:
        self.random = Random(f"{seed} places")  # noqa: S311  its own, so that places move no other draw
        exact = Counter(row["location_precision"] if row["latitude"] else "" for row in bundled.rows)
        self.precision = Draw(self.random, exact.items())
        self.cities: dict[tuple[int, words.Pair], tuple[Decimal, Decimal]] = {}

    def of(self, country: Country, city: words.Pair) -> tuple[Decimal | None, Decimal | None, str]:
        """Latitude, longitude and what they stand for; neither where only the name of the city is known."""
        precision = self.precision()
        if country.latitude is None or country.longitude is None or not precision:
            return None, None, LocationPrecision.CITY.value
        if (country.pk, city) not in self.cities:
            self.cities[country.pk, city] = self._near((country.latitude, country.longitude), FROM_CITY_TO_CITY)
        at = self.cities[country.pk, city]
        return *(self._near(at, FROM_SITE_TO_SITE) if precision == LocationPrecision.SITE else at), precision

    def _near(self, at: tuple[Decimal, Decimal], degrees: float) -> tuple[Decimal, Decimal]:
        north, east = (self.random.uniform(-degrees, degrees) for _ in at)
        return round(at[0] + Decimal(north), 5), round(at[1] + Decimal(east), 5)


class Results:
    """A selection result for each round, and the project's place in the list of one of its fiscal year."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self.random = Random(f"{seed} results")  # noqa: S311  its own, so that lists move no other draw
        self.source = vocabulary.source
        self.announcements: list[Row] = []
        self.of_year: dict[int, list[tuple[int, int, Iterator[int]]]] = defaultdict(list)
        for pk, one in enumerate(vocabulary.rounds, 1):
            on = min(date(one.fiscal_year, 4, 1) + timedelta(days=self.random.randrange(365)), LAST_DAY)
            at = datetime.combine(on, MORNING)
            title = f"{LABEL}: {one.label}"
            kind, exact, state = AnnouncementKind.SELECTION_RESULT, DatePrecision.DAY, PublicationState.PUBLISHED
            about = (one.programme, one.fiscal_year, one.pk, self.source)
            shown = (state.value, at, at, at)
            self.announcements.append((pk, KEY + one.key, kind.value, title, on, exact.value, *about, *shown))
            self.of_year[one.fiscal_year].append((pk, one.programme, itertools.count(1)))

    def of(self, project: int, title: str, year: int | None) -> Iterator[Row]:
        """The row of the project, where its fiscal year is known and had a round."""
        if lists := self.of_year.get(year or 0):
            announcement, programme, numbers = self.random.choice(lists)
            yield announcement, programme, project, next(numbers), title, self.source


class Samples:
    """The records of one seed. The batches are asked for once: each draw moves the next."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  nothing is kept secret with it
        self.vocabulary = vocabulary
        self.source = vocabulary.source
        bundled = Bundled()
        used = bundled.counts("technologies")
        by_use = sorted(vocabulary.technologies, key=lambda technology: -used[technology.slug])
        self.technology = Draw(self.random, zipf(by_use))
        in_country = bundled.counts("country_iso2")
        # One more each, so that no country is left without a project.
        self.country_weights = [(country, in_country[country.iso2] + 1) for country in vocabulary.countries]
        self.country = Draw(self.random, self.country_weights)
        programmes = bundled.counts("programme").items()
        self.programme = Draw(self.random, ((vocabulary.programmes.get(slug), count) for slug, count in programmes))
        years = bundled.counts("fiscal_year")
        self.fiscal_year = Draw(self.random, ((int(year) if year else None, count) for year, count in years.items()))
        self.some_year = Draw(self.random, ((int(year), count) for year, count in years.items() if year))
        self.life = Draw(self.random, LIVES.items())
        self.places = Places(bundled, seed)
        self.results = Results(vocabulary, seed)
        self.rough = Random(f"{seed} rough days")  # noqa: S311  its own, too
        # JCM references have three digits. The low numbers are those of real projects.
        self.references = {country.pk: itertools.count(100) for country in vocabulary.countries}
        self.organisations = self._organisations()
        of_country: dict[int | None, list[int]] = defaultdict(list)
        for pk, *_, home in self.organisations:
            of_country[home].append(pk)
        self.japanese = Draw(self.random, zipf(of_country.pop(None)))
        self.host = {home: Draw(self.random, zipf(pks)) for home, pks in of_country.items()}

    def _organisations(self) -> list[Row]:
        """The Japanese ones first, then those of the partner countries, as many of each as it has projects."""
        number = itertools.count(1)
        rows: list[Row] = []
        for name, name_ja in self._japanese_names():
            pk = next(number)
            rows.append((pk, f"{KEY}{pk}", name, name_ja, Side.JAPAN.value, None))
        total = sum(weight for _, weight in self.country_weights)
        for country, weight in self.country_weights:
            for name, name_ja in self._host_names(country, max(5, round(HOST_ORGANISATIONS * weight / total))):
                pk = next(number)
                rows.append((pk, f"{KEY}{pk}", name, name_ja, Side.HOST.value, country.pk))
        return rows

    def _japanese_names(self) -> Iterator[words.Pair]:
        parts = itertools.product(words.JAPANESE_FIRST, words.JAPANESE_SECOND, words.JAPANESE_TRADES)
        for first, second, trade in self.random.sample(list(parts), JAPANESE_ORGANISATIONS):
            yield f"{first[0]}{second[0]} {trade[0]} Co., Ltd.", f"{first[1]}{second[1]}{trade[1]}株式会社"

    def _host_names(self, country: Country, number: int) -> Iterator[words.Pair]:
        parts = list(itertools.product(words.HOST_FIRST, words.HOST_TRADES, country.cities))
        form = words.LEGAL_FORMS.get(country.iso2, "{name} Co., Ltd.")
        for first, trade, city in self.random.sample(parts, min(number, len(parts))):
            yield form.format(name=f"{first[0]} {trade[0]} {city[0]}"), f"{first[1]}・{trade[1]}・{city[1]}社"

    def batches(self, projects: int, size: int = 5000) -> Iterator[Rows]:
        """So many projects, numbered from 1, with what belongs to them; `size` of them at a time."""
        for numbers in itertools.batched(range(1, projects + 1), size):
            rows: Rows = {model: [] for model in COLUMNS if model not in (Source, Organisation, Announcement)}
            for number in numbers:
                self._add_project(rows, number)
            yield rows

    def _add_project(self, rows: Rows, number: int) -> None:
        random, country, technology, year = self.random, self.country(), self.technology(), self.fiscal_year()
        selected_on = date(year or self.some_year(), 4, 1) + timedelta(days=random.randrange(365))
        published_at = datetime.combine(selected_on, MORNING)
        city = random.choice(country.cities)
        megawatts = None
        if technology.sector in words.POWER_SECTORS and random.random() < 0.5:  # ours, like the sizes
            megawatts = Decimal(round(10 * random.lognormvariate(1, 1.2)) + 1) / 10
        title, title_ja = self._titles(technology, country, city, megawatts)
        reduction = None
        if random.random() < REDUCTION_STATED:
            reduction = round(random.lognormvariate(REDUCTION_MEAN, REDUCTION_DEVIATION))
        latitude, longitude, precision = self.places.of(country, city)
        rows[Project].append(
            (
                number,
                f"{KEY}{number:06}",
                title,
                title_ja,
                TitleKind.OFFICIAL.value,
                country.pk,
                technology.pk,
                self.programme(),
                year,
                random.choice(words.LOCALITIES).format(city=city[0]),
                latitude,
                longitude,
                precision,
                None if latitude is None else self.source,
                f"{megawatts} MW" if megawatts else "",
                megawatts,
                reduction,
                None if reduction is None else self.source,
                Confidence.MEDIUM.value,
                f"{LABEL}.",
                self.source,
                PublicationState.PUBLISHED.value,
                published_at,
                published_at,
                published_at,
            )
        )
        rows[Selection] += self.results.of(number, title, year)
        if random.random() < FURTHER_TECHNOLOGY:
            further = self.technology()
            if further is not technology:
                rows[FurtherTechnology].append((number, further.pk))
        self._add_participations(rows, number, country)
        self._add_life(rows, number, country, selected_on, year is not None, reduction)

    def _titles(
        self, technology: Technology, country: Country, city: words.Pair, megawatts: Decimal | None
    ) -> words.Pair:
        choice = self.random.choice
        pattern, pattern_ja = choice(words.TITLES if megawatts is None else words.TITLES_WITH_CAPACITY)
        site, site_ja = choice(words.SITES.get(technology.sector, words.FACTORIES))
        name, name_ja = choice(technology.names), choice(technology.names_ja)
        name = name[:1].upper() + name[1:]
        capacity = f"{megawatts}MW"
        return (
            pattern.format(technology=name, site=site, city=city[0], country=country.name, capacity=capacity),
            pattern_ja.format(
                technology=name_ja, site=site_ja, city=city[1], country=country.name_ja, capacity=capacity
            ),
        )

    def _add_participations(self, rows: Rows, project: int, country: Country) -> None:
        """Two to four: one of each side, the Japanese one as the representative, and up to two more."""
        host = self.host[country.pk]
        parts = {(self.japanese(), Side.JAPAN.value): Role.REPRESENTATIVE.value}
        parts[host(), Side.HOST.value] = Role.PARTICIPANT.value
        for _ in range(self.random.choices((0, 1, 2), weights=FURTHER_PARTICIPANTS)[0]):
            japanese = self.random.random() < 0.5
            part = (self.japanese(), Side.JAPAN.value) if japanese else (host(), Side.HOST.value)
            parts.setdefault(part, Role.PARTICIPANT.value)
        rows[Participation] += [(project, pk, side, role, self.source) for (pk, side), role in parts.items()]

    def _add_life(
        self, rows: Rows, project: int, country: Country, selected_on: date, dated: bool, reduction: int | None
    ) -> None:
        """The steps of the project and what comes with them: references, methodologies and issuances."""
        step_on = monitored_from = monitored_to = selected_on
        for kind in self.life():
            step_on += timedelta(days=self.random.randint(*DAYS[kind]))
            if step_on > LAST_DAY:
                return
            if kind is _Kind.CREDITS_ISSUED:
                self._add_issuances(rows, project, monitored_from, monitored_to, step_on, reduction or 1000)
                return
            unknown = kind in UNDATED or (kind is _Kind.SELECTED and not dated)
            self._add_milestone(rows, project, kind, None if unknown else step_on)
            if kind in (_Kind.VALIDATED, _Kind.IN_VALIDATION):
                self._add_reference(rows, project, country)
            if kind is _Kind.REGISTERED:
                monitored_from = step_on
                if methodologies := self.vocabulary.methodologies.get(country.pk):
                    rows[ProjectMethodology].append((project, self.random.choice(methodologies)))
            if kind is _Kind.MONITORING_REPORT:
                monitored_to = step_on

    def _add_milestone(self, rows: Rows, project: int, kind: MilestoneKind, reached_on: date | None) -> None:
        precision = DatePrecision.UNKNOWN if reached_on is None else DatePrecision.DAY
        if reached_on and kind is not _Kind.SELECTED and self.random.random() < 0.15:
            reached_on, precision = reached_on.replace(day=1), DatePrecision.MONTH
        if reached_on and kind is _Kind.SELECTED and self.rough.random() < SELECTED_IN_A_YEAR:
            reached_on, precision = reached_on.replace(month=1, day=1), DatePrecision.YEAR
        rows[Milestone].append((project, kind.value, reached_on, precision.value, self.source))

    def _add_reference(self, rows: Rows, project: int, country: Country) -> None:
        number = next(self.references[country.pk])
        if number <= 999:
            rows[Identifier].append((project, Scheme.JCM.value, f"{country.iso2}{number}"))

    def _add_issuances(self, rows: Rows, project: int, start: date, end: date, decided_on: date, yearly: int) -> None:
        """One issuance to four, each with its milestone; after the first, a monitoring period is a year."""
        random = self.random
        for _ in range(random.choice((1, 1, 2, 3, 4))):
            if decided_on > LAST_DAY:
                return
            total = round(yearly * ((end - start) / YEAR) * random.uniform(0.5, 1.1))
            japan = round(total * random.choice((0.5, 0.5, 0.65, 0.9)))
            issued_on = decided_on + timedelta(days=random.randrange(90))
            rows[CreditIssuance].append(
                (
                    project,
                    start,
                    end,
                    total,
                    japan,
                    total - japan,
                    JapanShare.JAPANESE_SIDE.value,
                    decided_on,
                    issued_on if issued_on <= LAST_DAY else None,
                    self.source,
                )
            )
            self._add_milestone(rows, project, _Kind.CREDITS_ISSUED, decided_on)
            start = end + timedelta(days=1)
            end, decided_on = end + YEAR, decided_on + YEAR
