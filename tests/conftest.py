"""The tests' database: an embedded cluster of their own, or the server that TEST_DATABASE_URL names.

Several runs may share the server: each takes the first free number, and its databases bear it. The
embedded server stops with the last run.
"""

import fcntl
import os
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

from jcm_portal import localdb

pytest_plugins = ["tests.bundled"]
# The same examples at every run of CI, so that a red one means the change; new ones at each run elsewhere.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

NUMBER = "PORTAL_TEST_RUN"  # handed to the workers of a run that has some (pytest -n)
RUNS = Path(settings.VAR_DIR) / "test-runs"
held: list[int] = []  # open files whose locks last as long as the run


def lock(name: str, how: int) -> int | None:
    """Lock a file of that name; None when another run has it."""
    RUNS.parent.mkdir(mode=0o700, exist_ok=True)
    RUNS.mkdir(exist_ok=True)
    handle = os.open(RUNS / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def pytest_configure(config):
    if NUMBER not in os.environ:
        held.append(lock("everybody", fcntl.LOCK_SH))
        for number in range(1, 100):
            mine = lock(str(number), fcntl.LOCK_EX | fcntl.LOCK_NB)
            if mine is not None:
                held.append(mine)
                os.environ[NUMBER] = str(number)
                break
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_portal_{os.environ[NUMBER]}"


def pytest_unconfigure(config):
    """Stop the embedded server unless another run still uses it."""
    if not held or settings.LOCAL_CLUSTER is None:
        return
    try:
        fcntl.flock(held[0], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    localdb.stop(settings.LOCAL_CLUSTER)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Start the embedded server only when a test asks for the database."""
    if settings.LOCAL_CLUSTER is not None:
        localdb.ensure(settings.LOCAL_CLUSTER)


@pytest.fixture(autouse=True)
def in_english():
    """A page in Japanese leaves its language behind in the thread; each test begins in English."""
    translation.activate(settings.LANGUAGE_CODE)
