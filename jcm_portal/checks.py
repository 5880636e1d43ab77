"""What the portal asks of a PostgreSQL server, checked by `migrate` and `check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def database_can_read_japanese(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a database whose encoding or character type leaves Japanese out.

    Under the character type C, pg_trgm takes no kanji or kana for letters, so that a search for 太陽光
    would find nothing and say nothing.
    """
    problems: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_encoding_to_char(encoding), datctype from pg_database where datname = current_database()"
            )
            encoding, character_type = cursor.fetchone()
        problems += unsuitable(alias, encoding, character_type)
    return problems


def unsuitable(alias: str, encoding: str, character_type: str) -> list[CheckMessage]:
    cure = "Create the database with: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME"
    problems: list[CheckMessage] = []
    if encoding != "UTF8":
        text = f"The database '{alias}' stores text as {encoding}; the portal needs UTF8."
        problems.append(Error(text, hint=cure, id="jcm_portal.E001"))
    if character_type in ("C", "POSIX"):
        text = (
            f"The database '{alias}' has the character type {character_type}, under which Japanese is not searchable."
        )
        problems.append(Error(text, hint=cure, id="jcm_portal.E002"))
    return problems
