"""A real browser against the real server on the tests' database.

Each test gets a page that notes what a reader would never forgive: an error in the console, something that the
Content-Security-Policy refused, a request to another host. A failing test leaves screenshot and log in
`var/browser/`, with TRACE=1 a trace too.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import sync_playwright

# Playwright keeps an event loop in this thread, which Django takes for an async context.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

KEY = "only-for-browser-tests"  # with which the server signs
ROOT = Path(settings.BASE_DIR)
LEFT = Path(settings.VAR_DIR) / "browser"
# Chromium's own traffic, which is none of the pages'.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed_in_call = report.failed
    return report


def database_address():
    """The tests' database as DATABASE_URL; a socket's folder goes into the host."""
    params = connection.settings_dict
    user = quote(params["USER"], safe="")
    password = f":{quote(params['PASSWORD'], safe='')}" if params["PASSWORD"] else ""
    port = f":{params['PORT']}" if params["PORT"] else ""
    return f"postgres://{user}{password}@{quote(params['HOST'], safe='')}{port}/{quote(params['NAME'], safe='')}"


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker):
    """The address of the portal, served as `make run` serves it."""
    with django_db_blocker.unblock(), served() as address:
        yield address


@contextmanager
def served(**environment):
    """The portal on the tests' database, as a process of its own; yields its address."""
    LEFT.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "SECRET_KEY": KEY,
        "DJANGO_SETTINGS_MODULE": "jcm_portal.settings",
        **environment,
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "2"]
    command += ["--host", "127.0.0.1", "--port", str(port), "jcm_portal.wsgi:application"]
    collect_once(environment)
    with (LEFT / f"server-{port}.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address + "/readyz", server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=15)


def collect_once(environment):
    """Collect the static files, once in a run: collecting takes files away that the server of another worker sends."""
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with (LEFT / "collected").open("a+") as collected:
        fcntl.flock(collected, fcntl.LOCK_EX)
        collected.seek(0)
        if collected.read() != run:
            subprocess.run(collect, cwd=ROOT, env=environment, check=True)
            collected.truncate(0)
            collected.write(run)


def wait_for(address, server):
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address) as answer:  # our own server
                assert answer.status == 200
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    pytest.fail(f"the server does not answer; see the server's log in {LEFT}")


@pytest.fixture(scope="session")
def chromium():
    # Without windows of its own Chromium takes half of the processor, for the same pages.
    path = shutil.which(os.environ.get("CHROMIUM", "chromium-headless-shell")) or shutil.which("chromium")
    if path is None:
        pytest.fail("Debian's chromium is needed: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, site, db, request):
    """Makes pages of a browser of their own: `new_page(width=360, java_script_enabled=False)`.

    With TRACE=1 what it does is traced, but for pages that are only measured (`trace=False`).
    """
    contexts = []
    notes: list[str] = []

    def make(*, width=1280, height=900, locale="en-GB", trace=True, at=site, **options):
        trace = trace and "TRACE" in os.environ  # which takes as much of the processor as the page
        context = chromium.new_context(
            base_url=at, viewport={"width": width, "height": height}, locale=locale, **options
        )
        if trace:
            context.tracing.start(screenshots=True, snapshots=True)
        page = context.new_page()
        page.set_default_timeout(10_000)
        watch(page, at, notes)
        contexts.append((context, page, trace))
        return page

    make.notes = notes
    yield make
    failed = getattr(request.node, "failed_in_call", False) or notes
    folder = LEFT / request.node.name.replace("/", "_")[:120]
    for number, (context, page, traced) in enumerate(contexts):
        if failed:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{number}.png", full_page=True)
            if traced:
                context.tracing.stop(path=folder / f"{number}-trace.zip")
            (folder / "log.txt").write_text("\n".join(notes))
        context.close()
    assert not notes, f"{notes} (see {folder})"


@pytest.fixture
def page(new_page):
    return new_page()


def watch(page, site, notes):
    """Note whatever the pages must never do."""
    host = urlsplit(site).netloc

    def on_console(message):
        if message.type in ("error", "warning"):
            notes.append(f"console {message.type}: {message.text}")

    def on_request(request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host:
            notes.append(f"request to another host: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: notes.append(f"script error: {error}"))
    page.on("request", on_request)
