"""The Japanese catalogue: every text of the code and the templates is in it, translated, and compiled as it stands.

What belongs into it is read here by Python alone, as makemessages reads it, so that these tests need no gettext.
Where gettext is there, as under .ci/run, makemessages itself is asked as well.
"""

import ast
import os
import re
import shutil
import subprocess
import sys

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

CATALOGUE = settings.BASE_DIR / "locale" / "ja" / "LC_MESSAGES" / "django.po"
TRANSLATION = "django.utils.translation"
# The functions that mark a text, and the names under which xgettext looks for them.
KINDS = {f"{kind}{lazy}" for kind in ("gettext", "ngettext", "pgettext", "npgettext") for lazy in ("", "_lazy")}
KINDS |= {"gettext_noop"}
KNOWN = {*KINDS, "_"}

STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(((?:{STRING},?\s*)+)(?:count)?\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf]|\{\w*\}|</?\w[^>]*>")


# -- What belongs into it -------------------------------------------------------------------------


def files(ending):
    """The portal's own files of this kind; not the tests', whose texts nobody reads."""
    for folder in sorted(settings.BASE_DIR.iterdir()):
        if folder.is_dir() and folder.name not in ("tests", "var") and not folder.name.startswith("."):
            yield from sorted(folder.rglob(f"*{ending}"))


def message(kind, texts):
    """(context, text, plural) of a call with these texts."""
    context, *texts = texts if kind.removeprefix("n").startswith("p") else ("", *texts)
    return context, texts[0], texts[1] if kind.startswith("n") else ""


def in_python(path):
    """The marked texts of a module. Refuses a name that xgettext would not look for."""
    names = {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATION:
            names |= {one.asname or one.name: one.name for one in node.names if one.name in KINDS}
    assert names.keys() <= KNOWN, f"{path}: makemessages knows gettext as _ or by its own name, not as {list(names)}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if texts:
                yield message(names[node.func.id], texts)


def in_template(path):
    """The marked texts of a template, by Django's own reading of it."""
    for kind, texts in TEMPLATE_CALL.findall(templatize(path.read_text(encoding="utf-8"))):
        yield message(kind, [ast.literal_eval(text) for text in re.findall(STRING, texts)])


def marked():
    """All marked texts: (context, text) → plural, empty where there is none."""
    found = {}
    for path, read in [
        *((path, in_python) for path in files(".py")),
        *((path, in_template) for path in files(".html")),
    ]:
        for context, text, plural in read(path):
            found[context, text] = plural or found.get((context, text), "")
    return found


def entries(path):
    """A catalogue as (context, text) → plural."""
    return {(entry.msgctxt or "", entry.msgid): entry.msgid_plural for entry in polib.pofile(str(path))}


def assert_same(needed, there):
    missing = [text for text, plural in needed.items() if there.get(text) != plural]
    superfluous = [text for text, plural in there.items() if needed.get(text) != plural]
    assert not missing, f"not in the catalogue; run make messages, translate them, and run it again: {missing}"
    assert not superfluous, f"in the catalogue, but no longer on a page; run make messages: {superfluous}"


def test_every_text_of_code_and_templates_is_in_the_catalogue_and_nothing_else_is():
    assert_same(marked(), entries(CATALOGUE))


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not here; the test above reads the texts itself")
def test_make_messages_would_change_nothing(tmp_path):
    for folder in ("jcm_portal", "countries", "projects", "templates", "locale"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.csv", "*.pyc"))
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    copy = tmp_path / CATALOGUE.relative_to(settings.BASE_DIR)
    command = [sys.executable, "manage.py", "makemessages", "-l", "ja", "--no-location", "--no-obsolete", "--no-wrap"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "jcm_portal.settings", "SECRET_KEY": "x" * 60}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=120)

    assert_same(entries(copy), entries(CATALOGUE))


# -- What stands in it ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def translations(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_is_translated(catalogue):
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    open_ones = [
        entry.msgid for entry in catalogue if entry.fuzzy or len(one := translations(entry)) != 1 or not one[0].strip()
    ]
    assert not catalogue.obsolete_entries()
    assert not open_ones, f"translate these, and take the mark “fuzzy” away where the words are right: {open_ones}"


def test_a_translation_has_the_placeholders_and_tags_of_its_text(catalogue):
    def parts(text):
        return sorted(PLACEHOLDER.findall(text))

    differing = [
        (entry.msgid, translation)
        for entry in catalogue
        for translation in translations(entry)
        if translation and parts(translation) != parts(entry.msgid_plural or entry.msgid)
    ]
    assert not differing


def test_the_compiled_catalogue_says_what_the_written_one_says(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    def said(entries):
        return {(entry.msgctxt, entry.msgid, entry.msgid_plural): translations(entry) for entry in entries}

    assert said(compiled) == said(catalogue), "run make messages"
    assert compiled.metadata["Plural-Forms"] == catalogue.metadata["Plural-Forms"]
