"""`manage.py prepare`: what it does to an empty site, and what it leaves alone on one in use."""

from io import StringIO

import pytest
from django.core.management import call_command

from jcm_portal.management.commands import prepare
from tests.factories import make_country


@pytest.fixture
def run(empty_database, settings, tmp_path, monkeypatch):
    """Run it with the commands that it would call only noted down; returns (what it called, what it said)."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [tmp_path / "ours"]
    (tmp_path / "ours").mkdir()
    called = []

    def note(name, **options):
        called.append(name)
        if name == "collectstatic":
            settings.STATIC_ROOT.mkdir(exist_ok=True)

    monkeypatch.setattr(prepare, "call_command", note)

    def run():
        called.clear()
        out = StringIO()
        call_command("prepare", stdout=out)
        return list(called), out.getvalue()

    return run


def test_an_empty_site_gets_the_data_and_the_static_files(run):
    called, said = run()
    assert called == ["migrate", "load_jcm_data", "collectstatic"]
    assert "Data: loading the bundled files into the empty database ..." in said


def test_data_is_never_loaded_over_what_is_there(run):
    make_country()
    called, said = run()
    assert "load_jcm_data" not in called
    assert "Data: kept as it is (1 partner countries)." in said


def test_static_files_are_collected_again_only_when_one_changed(run, tmp_path):
    make_country()
    assert run()[0] == ["migrate", "collectstatic"]
    assert run()[0] == ["migrate"]
    (tmp_path / "ours" / "new.css").write_text("p { color: red }")
    assert run()[0] == ["migrate", "collectstatic"]
    assert run()[0] == ["migrate"]
