"""Lighthouse's marks for a phone on a slow line: `make lighthouse`, which prints them.

Apart from the other browser tests: its marks for speed need a machine that does nothing else.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.browser.test_every_page import NODE, PAGES, in_language

LIGHTHOUSE = "lighthouse@12.8.2"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}


@pytest.fixture(scope="module")
def lighthouse():
    folder = NODE.with_name("lighthouse")  # apart, as npm takes away from a folder what it was not asked for now
    program = folder / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(folder), LIGHTHOUSE], check=True)
    return program


@pytest.mark.lighthouse
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", ["home", "projects", "project", "country", "statistics"])
def test_a_page_has_the_marks_that_we_hold_ourselves_to(lighthouse, site, db, name, language, capsys):
    flags = "--headless=new --no-sandbox --disable-background-networking"
    command = [lighthouse, site + in_language(PAGES[name]().partition("?")[0], language)]
    command += ["--quiet", "--output=json", f"--chrome-flags={flags}"]
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    for _attempt in range(3):  # now and then it loses its own trace, and asks for another run
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if run.returncode == 0:
            break
    assert run.returncode == 0, run.stderr[-2000:]
    report = json.loads(run.stdout)
    marks = {which: round(report["categories"][which]["score"] * 100) for which in LEAST}
    shift = report["audits"]["cumulative-layout-shift"]["numericValue"]
    with capsys.disabled():
        sys.stdout.write(f"\n{name} {language}: {marks}, layout shift {shift:.4f} ")
    assert all(marks[which] >= least for which, least in LEAST.items())
    assert shift == 0
