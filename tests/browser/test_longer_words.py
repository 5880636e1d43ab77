"""The pages in a language that needs more room: every text of ours with accents and 40 % longer.

What would be cut off or push its neighbours aside in German or Vietnamese shows here first.
"""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from tests.browser.conftest import served
from tests.browser.measures import CUT_OFF
from tests.browser.test_every_page import PAGES

ACCENTED = str.maketrans("aceinouyACEINOU", "áçéîñöûýÂÇÉÏÑÔÛ")
KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|<[^>]+>|&\w+;|\{\w*\})")  # what is filled in, and marks of HTML


def longer(text):
    """The text with accents, and with more words where it has some: “Çöûñtrîés éééé”."""
    parts = KEPT.split(text)
    written = "".join(part if place % 2 else part.translate(ACCENTED) for place, part in enumerate(parts))
    letters = sum(len(part) for part in parts[::2])
    return written + "é" * max(1, round(letters * 0.4)) if letters < 12 else written + " éñ" * round(letters * 0.4 / 3)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    """A folder of translations in which English is written longer."""
    folder = tmp_path_factory.mktemp("locale")
    ours = polib.pofile(str(Path(settings.BASE_DIR) / "locale/ja/LC_MESSAGES/django.po"))
    pseudo = polib.POFile()
    pseudo.metadata = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": "nplurals=2; plural=n != 1;"}
    for entry in ours:
        if entry.msgid_plural:
            plurals = {0: longer(entry.msgid), 1: longer(entry.msgid_plural)}
            pseudo.append(
                polib.POEntry(
                    msgid=entry.msgid, msgctxt=entry.msgctxt, msgid_plural=entry.msgid_plural, msgstr_plural=plurals
                )
            )
        else:
            pseudo.append(polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, msgstr=longer(entry.msgid)))
    target = folder / "en" / "LC_MESSAGES"
    target.mkdir(parents=True)
    pseudo.save_as_mofile(str(target / "django.mo"))
    return folder


@pytest.fixture(scope="module")
def longer_site(catalogue, django_db_setup, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        served(DJANGO_SETTINGS_MODULE="tests.longer_settings", LONGER_WORDS=str(catalogue)) as address,
    ):
        yield address


# A page that differs from another by its rows or its errors alone says nothing more.
ALIKE = {name for name in PAGES if name.startswith(("bad ", "no ", "search with", "search for", "project of"))}


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ALIKE])
def test_longer_words_are_neither_cut_off_nor_push_the_page_aside(new_page, longer_site, name):
    page = new_page(trace=False, at=longer_site)
    found = []
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        if width == 360:
            page.goto(PAGES[name]())
            assert re.search("[áçéîñöûý]", page.locator("footer").inner_text())
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{width}: scrolls sideways")
        found += [f"{width}: {one}" for one in page.evaluate(CUT_OFF)]
    if name == "not found":
        new_page.notes[:] = [note for note in new_page.notes if "404" not in note]
    assert not found
