"""How long searches and suggestions take in the database, with few projects and with many: `make search-speed`.

Makes two databases of synthetic projects on the portal's server, asks the judged questions of each, prints the times
and drops the databases. Ends with 1 where a figure is above its limit. A quiet machine gives the truest figures.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import urlencode

FEW, MANY = 250, 100_000
ROUNDS = 3  # the first warms up
# Milliseconds in the database: half of the questions, and 99 of 100, take less.
LIMITS = {"search": (25.0, 150.0), "suggestions": (10.0, 150.0)}
MOST_TIMES = 4.0  # half of the searches take at most so many times as long with many projects


class Clock:
    """Adds up the time of the queries that run within it."""

    def __init__(self) -> None:
        self.milliseconds = 0.0

    def __call__(self, execute: Callable, *query: object) -> object:
        began = time.perf_counter()
        try:
            return execute(*query)
        finally:
            self.milliseconds += 1000 * (time.perf_counter() - began)


def measure() -> None:
    """Print two lines for the database of DATABASE_URL: what is measured, then one time per question."""
    import django

    django.setup()
    from django.db import connection
    from django.http import QueryDict

    from projects.filters import ProjectQuery
    from projects.search import suggestions
    from tests.search.judged import judged_queries

    def search(text: str) -> float:
        query = ProjectQuery(QueryDict(urlencode({"q": text})))  # reads the vocabulary, as every page does
        clock = Clock()
        with connection.execute_wrapper(clock):
            assert query.question
            assert query.totals.projects >= len(query.queryset[:25])
        return clock.milliseconds

    def suggest(text: str) -> float:
        clock = Clock()
        with connection.execute_wrapper(clock):
            suggestions.suggest(text)
        return clock.milliseconds

    texts = [query.text for query in judged_queries()]
    typed = [text[: 2 + place % 12] for place, text in enumerate(texts)]
    for name, ask, questions in (("search", search, texts), ("suggestions", suggest, typed)):
        rounds = [[ask(text) for text in questions] for _ in range(ROUNDS)]
        print(name, *(min(times) for times in zip(*rounds[1:], strict=True)))  # noqa: T201


def times_of(database: str, projects: int) -> dict[str, list[float]]:
    """The sorted times by what is measured, in a database made for it."""
    run = {"check": True, "capture_output": True, "text": True}
    made = subprocess.run(
        [sys.executable, "manage.py", "make_sample_projects", "--projects", str(projects), "--database", database],
        **run,
    )
    address = made.stdout.rsplit("DATABASE_URL=", 1)[1].strip()
    said = subprocess.run([sys.executable, __file__, "measure"], env=os.environ | {"DATABASE_URL": address}, **run)
    subprocess.run([sys.executable, "manage.py", "make_sample_projects", "--drop", "--database", database], **run)
    lines = [line.split() for line in said.stdout.splitlines()]
    return {name: sorted(map(float, times)) for name, *times in lines}


def at(times: list[float], share: float) -> float:
    """The time that this share of the questions does not exceed."""
    return times[min(len(times) - 1, int(share * len(times)))]


def compare() -> int:
    """Print the figures; 1 where one is above its limit."""
    few, many = times_of("jcm_speed_few", FEW), times_of("jcm_speed_many", MANY)
    missed = []
    print(f"{'ms in the database':20}{'projects':>10}{'p50':>8}{'p90':>8}{'p99':>8}{'most':>8}")  # noqa: T201
    for name, (half, nearly_all) in LIMITS.items():
        for projects, times in ((FEW, few[name]), (MANY, many[name])):
            figures = [at(times, share) for share in (0.5, 0.9, 0.99, 1.0)]
            print(f"{name:20}{projects:>10}" + "".join(f"{figure:8.1f}" for figure in figures))  # noqa: T201
        missed += [f"{name}: p50 above {half} ms"] * (at(many[name], 0.5) > half)
        missed += [f"{name}: p99 above {nearly_all} ms"] * (at(many[name], 0.99) > nearly_all)
    ratio = at(many["search"], 0.5) / at(few["search"], 0.5)
    print(f"search, p50 with {MANY} against {FEW}: {ratio:.1f} times")  # noqa: T201
    missed += [f"search: {ratio:.1f} times instead of {MOST_TIMES}"] * (ratio > MOST_TIMES)
    for line in missed:
        print(f"MISSED {line}")  # noqa: T201
    return 1 if missed else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcm_portal.settings")
    sys.path.insert(0, os.getcwd())
    sys.exit(measure() if sys.argv[1:] == ["measure"] else compare())
