"""Reads the environment, typed.

A variable that is empty counts as not set. A value that cannot be used raises `BadSetting`, whose
text names the variable, the value and the cure, so that the start stops with one sentence instead of
a surprise on some page later.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured

ON = ("on", "true", "yes", "1")
OFF = ("off", "false", "no", "0")


class BadSetting(ImproperlyConfigured):
    """An environment variable cannot be used as it is; the text says what to change."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in ON:
        return True
    if value in OFF:
        return False
    raise BadSetting(f"{name} is {value!r}. Set it to on or off.")


def integer(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    # isdecimal alone also takes digits of other scripts, which int() would quietly read
    if value.isascii() and value.isdecimal() and low <= int(value[:20]) <= high:
        return int(value)
    raise BadSetting(f"{name} is {value!r}. Set it to a whole number from {low} to {high}.")


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    value = text(name, default).upper()
    if value in allowed:
        return value
    raise BadSetting(f"{name} is {value!r}. Set it to one of {', '.join(allowed)}.")


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A list written with commas or spaces between its members."""
    return text(name).replace(",", " ").split() or list(default)


def origin(name: str) -> str:
    """An address without a path, such as https://jcm.example; a final slash is dropped."""
    value = text(name).removesuffix("/")
    if not value:
        return ""
    problem = BadSetting(f"{name} is {value!r}. Set it to an address without a path, such as https://jcm.example.")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise problem from None
    complete = parts.scheme in ("http", "https") and parts.hostname and port != 0
    if not complete or "@" in parts.netloc or value != f"{parts.scheme}://{parts.netloc}":
        raise problem
    return value


def database(name: str) -> DBConfig | None:
    """What Django wants to know of a PostgreSQL server, or None when the variable is not set."""
    value = text(name)
    if not value:
        return None
    # The value itself is not repeated: it usually holds a password.
    cure = f"{name} cannot be used. Set it to postgres://user:password@host:5432/database"
    try:
        config = dj_database_url.parse(value)
    except ValueError as error:
        raise BadSetting(f"{cure} (characters such as @ / # in the password as %40 %2F %23).") from error
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise BadSetting(f"{cure} (the portal needs PostgreSQL), or unset it to use the embedded server.")
    if not config["NAME"]:
        raise BadSetting(f"{cure} (the name of the database is missing).")
    return config


def secret_key(name: str, kept_in: Path, *, debug: bool) -> str:
    """The variable, else the key that `make run` keeps in a file, else (only while debugging) a fixed text."""
    value = text(name)
    if value or debug:
        return value or "insecure-key-for-debugging-only"
    try:
        return kept_in.read_text().strip()
    except FileNotFoundError:
        raise BadSetting(
            f"{name} is not set. Set it to a long random text that stays the same and is kept secret, for example "
            "the output of: python -c 'import secrets; print(secrets.token_urlsafe(50))'. "
            f"`make run` makes one and keeps it in {kept_in.parent.name}/{kept_in.name}."
        ) from None
