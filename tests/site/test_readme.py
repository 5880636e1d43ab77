"""What the README tells is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
README = (BASE / "README.md").read_text("utf-8")
READERS = ("settings.py", "launch.py", "localdb.py")
READ_BY_NAME = r"env\.\w+\(\s*\"([A-Z_]+)\"|os\.environ\.get\(\"([A-Z_]+)\"\)"
TEXTS = [BASE / "README.md", BASE / "CONTRIBUTING.md", *sorted((BASE / "docs").rglob("*.md"))]


def test_the_table_of_settings_is_complete():
    code = "".join((BASE / "jcm_portal" / name).read_text("utf-8") for name in READERS)
    read = {first or second for first, second in re.findall(READ_BY_NAME, code)}
    table = README.partition("## Settings")[2].partition("## Layout")[0]
    told = {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}

    assert told == read | {"TEST_DATABASE_URL"}


def test_each_decision_is_listed():
    listed = set(re.findall(r"docs/decisions/[\w-]+\.md", README))

    assert listed == {str(path.relative_to(BASE)) for path in (BASE / "docs" / "decisions").glob("*.md")}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_each_file_and_command_that_a_text_names_exists(path):
    text = path.read_text("utf-8")
    targets = re.findall(r"^([a-z-]+):", (BASE / "Makefile").read_text("utf-8"), re.MULTILINE)
    folders = "countries|projects|jcm_portal|templates|static|tests|docs"

    assert set(re.findall(r"`make ([a-z-]+)", text)) <= set(targets)
    for named in re.findall(rf"(?:`|\()((?:{folders})/[\w./-]*)", text):
        assert (BASE / named).exists(), named
    for command in re.findall(r"manage\.py (\w+)", text):
        assert list(BASE.glob(f"*/management/commands/{command}.py")), command
