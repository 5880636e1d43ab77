"""What keeps somebody out of a page: what axe finds, and a page that scrolls sideways."""

import os
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH

AXE = Path(AXE_FILE_PATH).read_text()
WIDTHS = (360, 768, 1440)
THEMES = ("light", "dark")
# Where axe looks; colours are a matter of the theme, layout one of the width. All of them: EVERY=1.
LOOKS = (("light", 360), ("dark", 1440))
EVERY = os.environ.get("EVERY")


def violations(page, within="html", *, colours=True):
    """What axe finds there as the page is now; contrast, which takes half of the time, only with `colours`."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    # Links take on their colour slowly in the admin.
    page.wait_for_function("() => document.getAnimations().every(one => one.playState === 'finished')")
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": colours}}}
    found = page.evaluate("([within, options]) => axe.run(within, options)", [within, options])["violations"]
    return [f"{one['id']} {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]


def barriers(page, looks=LOOKS, widths=WIDTHS, *, colours=True):
    """What axe finds in these looks (theme, width), and where the page scrolls sideways in any."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append(f"{page.url} {theme} {width}: scrolls sideways")
            if EVERY or (theme, width) in looks:
                found += [f"{page.url} {theme} {width}: {one}" for one in violations(page, colours=colours)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found
