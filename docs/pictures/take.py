"""Takes the pictures of this folder anew, from a portal that runs at $PORTAL.

Needs the packages of the tests, Debian's chromium, fonts-noto-cjk and poppler-utils.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

# File, path, and how the reader sees it.
PICTURES = [
    ("home-light", "/", {"viewport": WIDE}),
    ("home-dark-japanese", "/ja/", {"viewport": WIDE, "color_scheme": "dark", "locale": "ja-JP"}),
    ("list-light", "/projects/?country=VN&sector=cooling-and-buildings", {"viewport": WIDE}),
    ("list-phone-japanese", "/ja/projects/?technology=rooftop-solar", {"viewport": PHONE, "locale": "ja-JP"}),
    ("table-light", "/projects/?country=VN&view=table&sort=-reduction", {"viewport": WIDE}),
    ("project-light", "/projects/?q=MN001", {"viewport": WIDE}),
    ("project-phone-dark", "/projects/?q=VN003", {"viewport": PHONE, "color_scheme": "dark"}),
    ("country-print", "/countries/mongolia/", {"viewport": WIDE}),
    ("precedents-light", "/precedents/", {"viewport": WIDE}),
    ("statistics-light", "/statistics/?country=VN&country=ID&country=TH&rows=technology", {"viewport": WIDE}),
    ("outlook-dark-japanese", "/ja/statistics/outlook/", {"viewport": WIDE, "color_scheme": "dark", "locale": "ja-JP"}),
    ("technology-dark", "/technologies/high-efficiency-chiller/", {"viewport": WIDE, "color_scheme": "dark"}),
]


def take(browser: Browser, portal: str, name: str, path: str, how: dict) -> None:
    """One picture of what stands on the screen; of a search, its first project."""
    context = browser.new_context(base_url=portal, **how)
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    if name.startswith("project-"):
        page.goto(page.locator(".row h3 a").first.get_attribute("href"), wait_until="networkidle")
    if name.endswith("-print"):
        first_sheet(page.pdf(format="A4", prefer_css_page_size=True), name)
    else:
        page.screenshot(path=HERE / f"{name}.png")
    context.close()


def first_sheet(pdf: bytes, name: str) -> None:
    """What the printer would lay down, by Debian's poppler-utils."""
    command = ["pdftoppm", "-png", "-r", "96", "-f", "1", "-l", "1", "-singlefile", "-", HERE / name]
    subprocess.run(command, input=pdf, check=True)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture in PICTURES:
            take(chromium, os.environ.get("PORTAL", "http://127.0.0.1:8000"), *picture)
        chromium.close()
    sys.stdout.write(f"{len(PICTURES)} pictures in {HERE}\n")
