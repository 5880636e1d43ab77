"""Fills a database of its own with synthetic projects, to measure the portal with many."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from projects.samples import database as samples


def positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1.")
    return int(text)


class Command(BaseCommand):
    help = (
        "Make a database with synthetic projects beside the portal's own, to measure with. One of that name "
        "is dropped first if it was made by this command and holds nothing else."
    )
    requires_system_checks = ()  # nothing here is about the portal's own database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--projects", metavar="N", type=positive, default=100_000, help="Default: %(default)s.")
        parser.add_argument("--seed", metavar="S", type=int, default=1, help="The same one makes the same records.")
        parser.add_argument("--database", metavar="NAME", default="jcm_samples", help="Default: %(default)s.")
        parser.add_argument("--drop", action="store_true", help="Only remove the database.")

    def handle(self, *args: Any, projects: int, seed: int, database: str, drop: bool, **options: Any) -> None:
        try:
            if drop:
                self.drop(database)
            else:
                self.make(database, projects, seed)
        except samples.SampleDatabaseError as problem:
            raise CommandError(str(problem)) from problem
        except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as problem:
            raise CommandError(f"PostgreSQL refuses: {problem}") from problem

    def drop(self, name: str) -> None:
        self.stdout.write(f"{name} is removed." if samples.drop(name) else f"There is no database {name}.")

    def make(self, name: str, projects: int, seed: int) -> None:
        began = time.monotonic()
        samples.make(name, projects=projects, seed=seed, step=self.step)
        self.stdout.write(f"{'all in all':16}{time.monotonic() - began:7.1f} s")
        for table, rows, size in samples.sizes(name):
            self.stdout.write(f"{table:32}{rows or '':>10}  {size / 1e6:8.1f} MB")
        self.stdout.write(f"{projects} projects of seed {seed}. To start the portal on them, set")
        self.stdout.write(f"DATABASE_URL={samples.address(name, with_password=False)}")

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Print how long a step took."""
        began = time.monotonic()
        yield
        self.stdout.write(f"{name:16}{time.monotonic() - began:7.1f} s")
        self.stdout.flush()
