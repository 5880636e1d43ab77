"""`manage.py prepare`: everything between an environment and a server, and nothing that was done before."""

import hashlib
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = (
        "Brings the database to the code's state, loads the bundled data into an empty database only, "
        "and collects the static files when they changed."
    )
    requires_system_checks = ()  # migrate runs them

    def handle(self, *args: Any, **options: Any) -> None:
        self.reach()
        self.migrate()
        self.load()
        self.collect()

    def reach(self) -> None:
        """Say what is wrong with the server at once; the pool would try for a while and say only that it tried."""
        try:
            psycopg.connect(**{"connect_timeout": 10} | connection.get_connection_params()).close()
        except psycopg.OperationalError as error:
            raise CommandError(f"The database does not answer, so look at DATABASE_URL. {error}") from error

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        self.say(f"Tables: {waiting} migrations to apply ..." if waiting else "Tables: up to date.")
        # Also with nothing to apply: it checks the database, and adds the permissions of new models.
        call_command("migrate", interactive=False, verbosity=0)

    def load(self) -> None:
        """Load the bundled data, once: whatever came later was entered or loaded by somebody."""
        countries = apps.get_model("countries", "PartnerCountry")._default_manager.count()
        if countries:
            self.say(f"Data: kept as it is ({countries} partner countries).")
            return
        self.say("Data: loading the bundled files into the empty database ...")
        call_command("load_jcm_data", stdout=self.stdout, stderr=self.stderr)

    def collect(self) -> None:
        root = Path(settings.STATIC_ROOT)
        stamp = root.with_name(f"{root.name}.stamp")
        now = fingerprint_of_static_files()
        if root.exists() and stamp.exists() and stamp.read_text() == now:
            self.say("Static files: unchanged.")
            return
        self.say("Static files: collecting and compressing ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(now)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def fingerprint_of_static_files() -> str:
    """A text that changes when a static file of ours or of a package does."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
