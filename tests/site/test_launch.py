"""`make run` as a visitor of the repository meets it, without the building of the environment."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from jcm_portal import launch, localdb
from jcm_portal.localdb import Cluster

BASE_DIR = Path(localdb.__file__).parent.parent


@pytest.fixture
def server(tmp_path):
    cluster = Cluster(tmp_path / "pg", ("fsync=off", "max_connections=30"))
    localdb.ensure(cluster)
    yield cluster
    localdb.stop(cluster)


@pytest.fixture
def port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port, **variables):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "jcm_portal.settings", "PORT": str(port), **variables}
    command = [sys.executable, "-m", "jcm_portal.launch"]
    return subprocess.Popen(
        command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def read_until(process, text):
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    pytest.fail(f"{text!r} was never said:\n{said}")


def test_the_portal_starts_is_read_stops_and_starts_again_as_it_was(server, port):
    url = f"http://127.0.0.1:{port}/"
    database = f"postgresql://{localdb.NAME}@/{localdb.NAME}?host={server.sockets}"

    first = start(port, DATABASE_URL=database)
    said = read_until(first, "make admin")
    assert "Data: loading" in said
    assert f"The portal is at {url}\n" in said
    with urllib.request.urlopen(url) as page:
        assert page.status == 200
        # The style sheet's name holds a fingerprint, and it is there.
        style = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page.read().decode())[1]
    with urllib.request.urlopen(url.rstrip("/") + style) as sheet:
        assert "immutable" in sheet.headers["Cache-Control"]
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=20) == 0
    first.stdout.close()

    began = time.monotonic()
    second = start(port, DATABASE_URL=database)
    said = read_until(second, "make admin")
    assert "Data: kept as it is" in said
    assert "Static files: unchanged." in said
    assert time.monotonic() - began < 10
    second.send_signal(signal.SIGINT)
    assert second.wait(timeout=20) == 0
    second.stdout.close()
    assert not launch.pid_file(port).exists()


def test_an_occupied_port_is_told_before_anything_is_done(port):
    with socket.create_server(("127.0.0.1", port)):
        process = start(port, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.startswith(f"Port {port} cannot be used: address already in use.")
    assert f"make run PORT={port + 1}" in said


@pytest.mark.parametrize("value", ["0", "80000", "http"])
def test_a_port_that_is_none_is_told(value):
    process = start(value)
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, said) == (
        1,
        f"PORT is '{value}'. Set it to a whole number from 1 to 65535.\n",
    )


def test_a_database_that_does_not_answer_stops_the_start(port):
    process = start(port, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "The database does not answer, so look at DATABASE_URL. connection failed" in said
    assert "Traceback" not in said
