"""Loads the data set of the JCM: the bundled copy, or the CSV files of a folder."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from projects.importing.checking import check
from projects.importing.loading import Summary, load
from projects.importing.plan import Outcome
from projects.importing.reading import read_folders
from projects.importing.tables import bundled_folders


class Command(BaseCommand):
    help = (
        "Load the JCM data set, all or nothing. A corrected file updates its records; "
        "what staff edited or deleted since stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="CSV files to load; else the bundled.")
        parser.add_argument("--dry-run", action="store_true", help="Do everything, then take it back.")

    def handle(self, *args: Any, folder: Path | None, dry_run: bool, **options: Any) -> None:
        if folder and not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        checked = check(read_folders([folder] if folder else bundled_folders()))
        if not (checked.records or checked.problems):
            raise CommandError(f"{folder} has no CSV file of the data set.")
        total = sum(map(len, checked.records.values()))
        # `disable=None`: on a terminal only. Of a terminal that does not say how wide it is, tqdm would write nothing.
        look: dict[str, Any] = {"disable": None, "leave": False, "ncols": get_terminal_size().columns}
        with tqdm(total=total, unit=" records", file=sys.stderr, **look) as bar:

            def advance(file: str, done: int) -> None:
                bar.set_description(file)
                bar.update(done)

            with pghistory.context(loader="load_jcm_data"):  # all that it writes is known by one id
                summary = load(checked, dry_run=dry_run, progress=advance)
        self.report(summary)
        if summary.problems:
            raise CommandError(f"Nothing was loaded: {summary.total[Outcome.REFUSED]} rows or files are refused.")

    def report(self, summary: Summary) -> None:
        for problem in summary.problems:
            self.stderr.write(str(problem))
        for warning in summary.warnings:
            self.stdout.write(f"Note: {warning}")
        for kept in summary.kept:
            self.stdout.write(f"Kept: {kept}")
        self.table(summary)
        if summary.derived:
            self.stdout.write(f"{summary.derived} of the milestones follow from other files.")
        if summary.dry_run and not summary.problems:
            self.stdout.write("This was a dry run: nothing was written.")

    def table(self, summary: Summary) -> None:
        outcomes = list(Outcome)
        width = max(map(len, [*summary.counts, "file"]))
        self.stdout.write("  ".join([f"{'file':{width}}", *(f"{outcome:>9}" for outcome in outcomes)]))
        for file, counts in [*summary.counts.items(), ("total", summary.total)]:
            self.stdout.write("  ".join([f"{file:{width}}", *(f"{counts[outcome]:>9}" for outcome in outcomes)]))
