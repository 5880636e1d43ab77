"""How long imports by staff take, and how much memory: `make import-speed`.

Makes a database of synthetic projects on the portal's server, imports lists into it as the admin does (upload with
preview, confirmation, undo, each in a process of its own), prints what each step took and drops the database. Ends with
1 where a step is above its limit. A quiet machine gives the truest seconds; those of the processor say more on a busy
one. Others: `python tests/projects/import_speed.py --rows 5000 organisations milestones`.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

DATABASE, PROJECTS = "jcm_import_speed", 250
ROWS = 50_000
MOST_SECONDS, MOST_MEGABYTES = 120, 500  # of a step for which a person waits
OF_PROJECTS = ("projects-changed", "selections", "milestones", "issuances")  # each row tells of a project just imported
ALONE = ("countries", "technologies", "organisations")
STEPS = ("preview", "confirm", "undo")

Cells = dict[str, str]


# -- The files --------------------------------------------------------------------------------------


def on_record(table: str) -> list[Cells]:
    """Rows of an export."""
    from projects.importing.exporting import rows
    from projects.importing.tables import TABLES

    pks = TABLES[table].model._default_manager.order_by("pk").values_list("pk", flat=True)
    names = [column.name for column in TABLES[table].columns]
    return [dict(zip(names, row, strict=True)) for row in rows(TABLES[table], pks[:5_000])]


def projects() -> Iterator[Cells]:
    for number, row in enumerate(cycle(on_record("projects"))):
        title = f"{row['title']} {number}", f"{row['title_ja']}{number}"
        yield row | {
            "project_key": f"sample-import-{number}",
            "title": title[0],
            "title_ja": title[1],
            "note": f"{row['note']} technology not stated",
            "jcm_ref": "",
            "jcm_status": "",
        }


def projects_changed() -> Iterator[Cells]:
    for row in projects():
        yield row | {"locality": f"{row['locality']} (changed)", "note": "Changed. technology not stated"}


def organisations() -> Iterator[Cells]:
    for number, row in enumerate(cycle(on_record("organisations"))):
        yield row | {
            "organisation_key": f"sample-import-{number}",
            "name": f"{row['name']} {number}",
            "name_ja": f"{row['name_ja']}{number}",
            "aliases": f"Alias {number} of {row['name']}",
        }


def technologies() -> Iterator[Cells]:
    for number, row in enumerate(cycle(on_record("technologies"))):
        name = f"{row['name_en']} {number}"
        yield row | {"slug": f"sample-import-{number}", "name_en": name, "name_ja": f"{row['name_ja']}{number}"}


def countries() -> Iterator[Cells]:
    """Those on record, with another place: there are no more."""
    for row in on_record("countries"):
        yield row | {"joined_place": f"{row['joined_place']} (changed)"}


def milestones() -> Iterator[Cells]:
    for number, row in enumerate(projects()):
        day = f"{2014 + number % 12}-{1 + number % 7:02}-{1 + number % 28:02}"
        yield {"project_key": row["project_key"], "kind": "registered", "on": day, "source_id": row["source_ids"]}


def selections() -> Iterator[Cells]:
    """A milestone follows from each."""
    for number, row in enumerate(projects()):
        yield {
            "project_key": row["project_key"],
            "fiscal_year": str(2013 + number % 12),
            "number_in_list": str(1 + number % 50),
            "stated_title": row["title"],
            "stated_title_ja": row["title_ja"],
            "source_id": row["source_ids"],
            "quote": f"{number}. {row['title']}",
            "confidence": "high",
        }


def issuances() -> Iterator[Cells]:
    """A milestone follows from each."""
    for number, row in enumerate(projects()):
        yield {
            "project_key": row["project_key"],
            "monitoring_from": "2021-01-01",
            "monitoring_to": "2021-12-31",
            "total_tco2": str(1000 + number),
            "japan_tco2": "600",
            "host_tco2": "300",
            "japan_share_means": "japanese_side",
            "decided_on": "2023-05-01",
            "issued_on": f"2023-06-{1 + number % 28:02}",
            "source_id": row["source_ids"],
        }


MADE: dict[str, Callable[[], Iterator[Cells]]] = {
    "projects": projects,
    "projects-changed": projects_changed,
    "selections": selections,
    "milestones": milestones,
    "issuances": issuances,
    "countries": countries,
    "technologies": technologies,
    "organisations": organisations,
}


def make_files(folder: str, rows: str, *names: str) -> None:
    """Write the lists into the folder, each as its editor would upload it."""
    from tests.datafiles import as_csv

    for name in names:
        table = name.partition("-")[0]
        Path(folder, f"{name}.csv").write_bytes(as_csv(table, islice(MADE[name](), int(rows))))


# -- One step, in a process of its own --------------------------------------------------------------


def processor_of(pid: int) -> float:
    """Seconds that a process worked; only where the server is on this machine."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def measure(step: str, number: str, file: str) -> None:
    """Do the step as the admin does, and print: number of the run, rows, seconds, of Python, of PostgreSQL, MB."""
    import pghistory
    from django.contrib.auth import get_user_model
    from django.db import connection

    from projects.importing import runs
    from projects.models import ImportRun

    somebody, _made = get_user_model().objects.get_or_create(username="sample", defaults={"is_superuser": True})
    files = [(Path(file).name, Path(file).read_bytes())] if step == "preview" else []
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    began, python, server = time.perf_counter(), time.process_time(), processor_of(backend)
    with pghistory.context(user=somebody.pk, address="/admin/import/"):
        if step == "preview":
            run = runs.receive(files=files, by=somebody)
            runs.examine(run)
        else:
            run = ImportRun.objects.get(pk=number)
            {"confirm": runs.confirm, "undo": runs.undo}[step](run, by=somebody)
    took = time.perf_counter() - began, time.process_time() - python, processor_of(backend) - server
    assert not run.faults, run.faults
    counts = {outcome: n for of_table in run.counts.values() for outcome, n in of_table.items()}
    assert not counts.keys() - {"new", "changed"}, (run.counts, run.rows.exclude(reasons=[]).values("reasons").first())
    rows = sum(n for of_table in run.counts.values() for n in of_table.values())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(run.pk, rows, *(round(seconds, 1) for seconds in took), round(most))  # noqa: T201


# -- All of them ------------------------------------------------------------------------------------


class Measuring:
    """Runs the steps and prints a line for each."""

    def __init__(self, address: str, folder: str) -> None:
        self.environment = os.environ | {"DATABASE_URL": address}
        self.folder, self.missed = folder, list[str]()
        print(f"{'list':20}{'step':10}{'rows':>8}{'s':>8}{'Python':>8}{'server':>8}{'MB':>6}", flush=True)  # noqa: T201

    def process(self, *arguments: str) -> str:
        command = [sys.executable, __file__, "--", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout

    def steps(self, name: str, steps: tuple[str, ...], number: str = "") -> str:
        """The number of the run."""
        for step in steps:
            said = self.process("measure", step, number, f"{self.folder}/{name}.csv")
            number, rows, *took, most = said.split()
            print(f"{name:20}{step:10}{rows:>8}{''.join(f'{one:>8}' for one in took)}{most:>6}", flush=True)  # noqa: T201
            if float(took[0]) > MOST_SECONDS and step != "undo":
                self.missed.append(f"{name}, {step}: {took[0]} s")
            if int(most) > MOST_MEGABYTES:
                self.missed.append(f"{name}, {step}: {most} MB")
        return number


def compare(database: str, rows: int, names: list[str]) -> int:
    """Print the figures; 1 where one is above its limit."""
    manage: dict[str, Any] = {"check": True, "capture_output": True, "text": True}
    command = [sys.executable, "manage.py", "make_sample_projects", "--database", database]
    made = subprocess.run([*command, "--projects", str(PROJECTS)], **manage)
    address = made.stdout.rsplit("DATABASE_URL=", 1)[1].strip()
    with tempfile.TemporaryDirectory() as folder:
        measuring = Measuring(address, folder)
        of_projects = [name for name in OF_PROJECTS if name in names]
        measuring.process("files", folder, str(rows), *{*names, *(["projects"] if of_projects else [])})
        for name in ALONE:
            if name in names:
                measuring.steps(name, STEPS)
        if of_projects or "projects" in names:
            number = measuring.steps("projects", STEPS[:2])
            for name in of_projects:
                measuring.steps(name, STEPS)
            measuring.steps("projects", STEPS[2:], number)
    subprocess.run([*command, "--drop"], **manage)
    for line in measuring.missed:
        print(f"MISSED {line}")  # noqa: T201
    return 1 if measuring.missed else 0


def main() -> int:
    if sys.argv[1:2] == ["--"]:
        import django

        django.setup()
        {"files": make_files, "measure": measure}[sys.argv[2]](*sys.argv[3:])
        return 0
    reader = argparse.ArgumentParser()
    reader.add_argument("--rows", type=int, default=ROWS)
    reader.add_argument("--database", default=DATABASE)
    reader.add_argument("lists", nargs="*", choices=[[], *MADE], default=[])
    said = reader.parse_args()
    return compare(said.database, said.rows, said.lists or list(MADE))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcm_portal.settings")
    sys.path.insert(0, os.getcwd())
    sys.exit(main())
