"""The settings: what a place may change, and that a wrong value stops the start."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as in_force

from jcm_portal import localdb
from jcm_portal.env import BadSetting

BASE_DIR = Path(localdb.__file__).parent.parent
NAMES = ["ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "HTTPS", "LOG_LEVEL", "SITE_URL", "DATABASE_POOL_MAX"]


@pytest.fixture
def settings_with(monkeypatch):
    """Read the settings anew under the given variables."""

    def read(**variables):
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("SECRET_KEY", "x" * 60)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(BASE_DIR / "jcm_portal" / "settings.py"))

    return read


def manage(*arguments, **variables):
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    environment |= {"DJANGO_SETTINGS_MODULE": "jcm_portal.settings", "SECRET_KEY": "x" * 60, **variables}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=60)


def test_without_any_variable_it_is_a_production_site_for_this_machine(settings_with):
    settings = settings_with()
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert settings["LOCAL_CLUSTER"] == localdb.PORTAL
    assert settings["DATABASES"]["default"]["HOST"] == str(localdb.PORTAL.sockets)
    assert "whitenoise" in settings["STORAGES"]["staticfiles"]["BACKEND"]


def test_reading_them_starts_nothing(settings_with, monkeypatch):
    def started(*args, **kwargs):
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    settings_with()


def test_a_real_server_is_pooled_and_no_cluster_is_started(settings_with):
    settings = settings_with(DATABASE_URL="postgres://jcm:pw@db:5432/portal?sslmode=require", DATABASE_POOL_MAX="9")
    assert settings["LOCAL_CLUSTER"] is None
    database = settings["DATABASES"]["default"]
    assert (database["HOST"], database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == ("db", 0, True)
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["pool"]["max_size"] == 9


def test_the_sites_address_is_trusted_and_allowed(settings_with):
    settings = settings_with(SITE_URL="https://jcm.example:8443/")
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://jcm.example:8443"]
    assert settings["ALLOWED_HOSTS"][-1] == "jcm.example"
    assert settings_with(SITE_URL="https://jcm.example", ALLOWED_HOSTS="a.example")["ALLOWED_HOSTS"] == ["a.example"]


def test_https_makes_everything_secure_and_plain_http_still_works_without(settings_with):
    flags = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
    plain, secure = settings_with(), settings_with(HTTPS="on")
    assert [plain[flag] for flag in flags] == [False] * 3
    assert [secure[flag] for flag in flags] == [True] * 3
    assert secure["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert secure["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert "SECURE_PROXY_SSL_HEADER" not in plain, "without a proxy anybody could send that header"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("HTTPS", "443"),
        ("SITE_URL", "jcm.example"),
        ("LOG_LEVEL", "loud"),
        ("DATABASE_URL", "mysql://h/d"),
        ("DATABASE_POOL_MAX", "0"),
        ("DATABASE_POOL_MAX", "many"),
    ],
)
def test_a_wrong_value_stops_the_start(settings_with, name, value):
    with pytest.raises(BadSetting, match=rf"{name} .*Set it to "):
        settings_with(**{name: value})


def test_a_command_with_a_wrong_setting_ends_in_one_sentence():
    done = manage("check", HTTPS="perhaps")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "HTTPS is 'perhaps'. Set it to on or off.\n")


def test_the_policy_lets_nothing_inline_and_nothing_from_elsewhere(client, db):
    response = client.get("/admin/login/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response.cookies["csrftoken"]["httponly"]


def test_tests_keep_away_from_the_database_that_somebody_works_with():
    assert in_force.DATABASES["default"]["NAME"].startswith("test_portal_") or in_force.LOCAL_CLUSTER != localdb.PORTAL
