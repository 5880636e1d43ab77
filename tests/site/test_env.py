"""The environment, read typed: what counts as a value, and what a wrong one says."""

import pytest

from jcm_portal import env
from jcm_portal.env import BadSetting


@pytest.fixture
def given(monkeypatch):
    def set_value(value):
        monkeypatch.setenv("NAME", value)

    monkeypatch.delenv("NAME", raising=False)
    return set_value


def test_not_set_and_empty_are_the_same(given):
    assert (env.text("NAME", "a"), env.flag("NAME", True), env.words("NAME", ["b"])) == ("a", True, ["b"])
    given("  ")
    assert (env.text("NAME", "a"), env.flag("NAME", True), env.words("NAME", ["b"])) == ("a", True, ["b"])
    assert env.database("NAME") is None
    assert env.origin("NAME") == ""


@pytest.mark.parametrize(("value", "meant"), [("on", True), ("True", True), ("1", True), ("OFF", False), ("no", False)])
def test_a_flag_has_some_spellings(given, value, meant):
    given(value)
    assert env.flag("NAME") is meant


@pytest.mark.parametrize("value", ["perhaps", "2", "onn", "はい"])
def test_a_flag_refuses_others(given, value):
    given(value)
    with pytest.raises(BadSetting, match=f"NAME is '{value}'. Set it to on or off."):
        env.flag("NAME")


def test_a_number_keeps_its_bounds(given):
    given("8000")
    assert env.integer("NAME", 1, low=1, high=65535) == 8000


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8000.0", "eight", "٨٠٠٠", "9" * 5000])
def test_a_number_refuses_what_is_none_or_too_much(given, value):
    given(value)
    with pytest.raises(BadSetting, match="whole number from 1 to 65535"):
        env.integer("NAME", 1, low=1, high=65535)


def test_words_stand_between_commas_or_spaces(given):
    given("jcm.example, www.jcm.example  10.0.0.1")
    assert env.words("NAME") == ["jcm.example", "www.jcm.example", "10.0.0.1"]


def test_a_choice_ignores_case_and_names_the_others(given):
    given("warning")
    assert env.choice("NAME", "INFO", ["INFO", "WARNING"]) == "WARNING"
    given("loud")
    with pytest.raises(BadSetting, match="one of INFO, WARNING"):
        env.choice("NAME", "INFO", ["INFO", "WARNING"])


@pytest.mark.parametrize("value", ["https://jcm.example", "http://127.0.0.1:8000", "https://jcm.example/"])
def test_an_origin_is_an_address_without_a_path(given, value):
    given(value)
    assert env.origin("NAME") == value.rstrip("/")


@pytest.mark.parametrize(
    "value",
    [
        "jcm.example",
        "ftp://jcm.example",
        "https://",
        "https://jcm.example/ja/",
        "https://a:b",
        "https://u@a",
        "https://a?b",
    ],
)
def test_an_origin_refuses_the_rest(given, value):
    given(value)
    with pytest.raises(BadSetting, match=r"an address without a path, such as https://jcm.example"):
        env.origin("NAME")


def test_a_database_is_read_whole(given):
    given("postgres://jcm:p%40ss%2Fword@db.example:6432/portal?sslmode=require")
    database = env.database("NAME")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("jcm", "p@ss/word")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 6432, "portal")
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param("sqlite:///portal.db", "needs PostgreSQL", id="another kind"),
        pytest.param("mysql://u:secret@h/d", "needs PostgreSQL", id="mysql"),
        pytest.param("postgres://u:secret@h:5432/", "name of the database is missing", id="no name"),
        pytest.param("postgres://u:secret@h:port/d", "%40", id="port is no number"),
        pytest.param("postgres://u:sec/ret@h:5432/d", "%40", id="slash in the password"),
        pytest.param("just text", "cannot be used", id="no address at all"),
    ],
)
def test_a_database_that_cannot_be_used_says_why_without_its_password(given, value, why):
    given(value)
    with pytest.raises(BadSetting, match=why) as refused:
        env.database("NAME")
    assert "secret" not in str(refused.value)
    assert "sec/ret" not in str(refused.value)


def test_the_secret_key_comes_from_the_variable_then_the_file(given, tmp_path):
    (tmp_path / "secret-key").write_text("from the file\n")
    assert env.secret_key("NAME", tmp_path / "secret-key", debug=False) == "from the file"
    given("from the variable")
    assert env.secret_key("NAME", tmp_path / "secret-key", debug=False) == "from the variable"


def test_without_a_secret_key_the_cure_is_told(given, tmp_path):
    with pytest.raises(BadSetting, match=r"NAME is not set.*token_urlsafe.*make run"):
        env.secret_key("NAME", tmp_path / "secret-key", debug=False)
    assert env.secret_key("NAME", tmp_path / "secret-key", debug=True)
