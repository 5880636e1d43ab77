"""The embedded PostgreSQL: it starts everywhere, once, and comes back from anything."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from jcm_portal import localdb
from jcm_portal.localdb import Cluster, LocalDatabaseError, Way

QUICK = ("fsync=off", "max_connections=20", "shared_buffers=8MB")
BASE_DIR = Path(localdb.__file__).parent.parent
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture
def cluster(tmp_path):
    """A cluster that does not exist yet."""
    cluster = Cluster(tmp_path / "pg", QUICK)
    yield cluster
    localdb.stop(cluster)
    if cluster.sockets.parent != tmp_path:
        shutil.rmtree(cluster.sockets, ignore_errors=True)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A cluster with one row in it, which the tests of a module mistreat one after the other."""
    cluster = Cluster(tmp_path_factory.mktemp("localdb") / "pg", QUICK)
    localdb.ensure(cluster)
    with connect(cluster) as connection:
        connection.execute("create table note (text text)")
        connection.execute("insert into note values ('太陽光')")
    yield cluster
    localdb.stop(cluster)


def connect(cluster):
    return psycopg.connect(cluster.url, autocommit=True)


def notes(cluster):
    with connect(cluster) as connection:
        return [text for (text,) in connection.execute("select text from note")]


def server_pid(cluster):
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def kill_everything(cluster):
    """kill -9 of the server and of all its children, as when the machine's memory runs out."""
    parent = server_pid(cluster)
    family = [parent]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            family.append(int(stat.parent.name))
    for pid in family:
        with suppress(ProcessLookupError):  # a worker may have ended by itself meanwhile
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not localdb.running(cluster))


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_a_running_server_is_used_as_it_is(shared):
    before = server_pid(shared)
    assert localdb.ensure(shared) == shared.url
    assert server_pid(shared) == before


def test_it_is_reached_through_a_closed_folder_and_not_from_the_network(shared):
    with connect(shared) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    assert shared.sockets.stat().st_mode & 0o777 == 0o700
    assert shared.data.stat().st_mode & 0o777 == 0o700


def test_it_knows_kanji_for_letters(shared):
    with connect(shared) as connection:
        connection.execute("create extension if not exists pg_trgm")
        assert connection.execute("select cardinality(show_trgm('太陽光'))").fetchone() == (4,)
        assert connection.execute("show server_encoding").fetchone() == ("UTF8",)


def test_after_kill_9_of_everything_each_row_is_there(shared):
    with connect(shared) as connection:
        connection.execute("insert into note values ('written just before')")
        kill_everything(shared)
    localdb.ensure(shared)
    assert notes(shared)[-1] == "written just before"


def test_a_child_that_outlives_the_killed_server_is_waited_for(shared):
    with connect(shared) as connection:
        pid = connection.info.backend_pid
        os.kill(pid, signal.SIGSTOP)  # as one that is busy with a long query
        os.kill(server_pid(shared), signal.SIGKILL)
        wait_until(lambda: not localdb.running(shared))
        waker = subprocess.Popen(["sh", "-c", f"sleep 1; kill -CONT {pid}"])
        localdb.ensure(shared)
        waker.wait()
    assert "太陽光" in notes(shared)


@pytest.mark.parametrize("whose", ["somebody's living process", "a zombie", "nobody's", "not a number"])
def test_a_pid_file_left_by_a_killed_server_stops_nothing(shared, whose):
    kill_everything(shared)
    zombie = subprocess.Popen(["true"])
    wait_until(lambda: ") Z" in Path(f"/proc/{zombie.pid}/stat").read_text())
    pid = {
        "somebody's living process": os.getpid(),
        "a zombie": zombie.pid,
        "nobody's": 2**22 + 1,
        "not a number": "x",
    }[whose]
    file = shared.data / "postmaster.pid"
    file.write_text(file.read_text().replace(file.read_text().split()[0], str(pid), 1))
    shutil.copy(file, f"{shared.socket}.lock")

    assert not localdb.running(shared)
    localdb.ensure(shared)
    zombie.wait()
    assert "太陽光" in notes(shared)


def test_a_socket_that_was_swept_away_comes_back(shared):
    shared.socket.unlink()
    localdb.ensure(shared)
    assert "太陽光" in notes(shared)


def test_stopping_is_orderly_and_says_whether_there_was_something_to_stop(shared):
    assert localdb.stop(shared) is True
    assert localdb.stop(shared) is False
    assert not (shared.data / "postmaster.pid").exists()
    localdb.ensure(shared)
    assert "太陽光" in notes(shared)


def test_four_commands_at_once_share_one_server_also_after_a_start_that_was_killed_half_way(cluster):
    half_made = cluster.data.with_name("pg.new")
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18")
    code = f"""
        from pathlib import Path
        from jcm_portal import localdb
        cluster = localdb.Cluster(Path({str(cluster.data)!r}), {QUICK!r})
        localdb.ensure(cluster)
        print(localdb._pid(cluster))
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    commands = [subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [command.communicate(timeout=60)[0] for command in commands]
    assert [command.returncode for command in commands] == [0, 0, 0, 0]
    assert set(said) == {f"{server_pid(cluster)}\n"}
    assert not half_made.exists()


@pytest.mark.parametrize("folder", ["long" * 30, "a,b", 'a"b', "it's"])
def test_a_path_that_a_socket_cannot_have_is_replaced(tmp_path, folder):
    assert Cluster(tmp_path / folder / "pg").sockets.parent == Path("/tmp")
    assert Cluster(tmp_path / "a b" / "pg").sockets.parent == tmp_path / "a b"


def test_such_a_path_works(tmp_path):
    cluster = Cluster(tmp_path / ("it's new, " * 10) / "pg", QUICK)
    try:
        localdb.ensure(cluster)
        with connect(cluster) as connection:
            assert connection.execute("show data_directory").fetchone() == (str(cluster.data),)
        assert cluster.sockets.stat().st_mode & 0o777 == 0o700
    finally:
        localdb.stop(cluster)
        shutil.rmtree(cluster.sockets)


def test_a_socket_folder_that_somebody_else_laid_out_is_refused(tmp_path, cluster):
    (tmp_path / "elsewhere").mkdir()
    cluster.sockets.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LocalDatabaseError, match="belongs to another user"):
        localdb.ensure(cluster)


@as_root
def test_root_without_user_namespaces_becomes_another_user_and_may_change_back(cluster, monkeypatch):
    cluster.data.parent.chmod(0o700)
    namespace, user = localdb.root_ways()
    refused = Way(("false",), owner=0)
    monkeypatch.setattr(localdb, "root_ways", lambda: [refused, user])
    localdb.ensure(cluster)
    with connect(cluster) as connection:
        connection.execute("create table note as select '冷凍' as text")
    assert Path(f"/proc/{server_pid(cluster)}").stat().st_uid == user.owner
    assert cluster.sockets.stat().st_uid == 0, "others who are that user must not reach the server"

    localdb.stop(cluster)
    monkeypatch.setattr(localdb, "root_ways", lambda: [namespace, user])
    if subprocess.run([*namespace.prefix, "true"], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("user namespaces are refused here, so there is no way back")
    localdb.ensure(cluster)
    assert notes(cluster) == ["冷凍"]


@as_root
def test_root_who_may_become_nobody_else_is_told_what_to_do(cluster, monkeypatch):
    monkeypatch.setattr(localdb, "root_ways", lambda: [Way(("false",), 0), Way(("no-such-program",), 0)])
    with pytest.raises(LocalDatabaseError, match="ordinary user, or set DATABASE_URL"):
        localdb.ensure(cluster)


@as_root
def test_an_ordinary_user_starts_it_and_is_kept_from_that_of_root():
    user = pwd.getpwnam("nobody")
    become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--inh-caps=-all"]

    def may_run(*command):
        return subprocess.run([*become, *command], capture_output=True).returncode == 0

    python = next((p for p in (sys.executable, "/usr/bin/python3") if may_run(p, "--version")), None)
    source = Path(localdb.__file__)
    if not (python and may_run(localdb.pg_bin() / "initdb", "--version") and may_run("cat", source)):
        pytest.skip("Python, the package or this folder is closed to other users here")
    code = f"""
        import importlib.util, pathlib, sys
        spec = importlib.util.spec_from_file_location("localdb", {str(source)!r})
        localdb = sys.modules["localdb"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(localdb)
        cluster = localdb.Cluster(pathlib.Path(sys.argv[1]), {QUICK!r})
        try:
            localdb.ensure(cluster)
            print("running", localdb.running(cluster), localdb.stop(cluster))
        except localdb.LocalDatabaseError as error:
            print(error)
    """

    def start(data):
        command = [*become, python, "-c", textwrap.dedent(code), data]
        environment = {"PG_BIN": str(localdb.pg_bin()), "PATH": os.environ["PATH"]}
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd="/")

    folder = Path(tempfile.mkdtemp(prefix="localdb-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        (folder / "his").mkdir()
        os.chown(folder / "his", user.pw_uid, user.pw_gid)
        done = start(folder / "his" / "pg")
        assert (done.stdout, done.stderr) == ("running True True\n", "")
        assert "Run the portal as the user who ran it first" in start(folder / "pg").stdout
    finally:
        shutil.rmtree(folder)


def test_a_server_that_cannot_start_shows_the_end_of_its_log(shared):
    localdb.stop(shared)
    with pytest.raises(LocalDatabaseError, match="unrecognized configuration parameter"):
        localdb.ensure(Cluster(shared.data, (*QUICK, "no_such_setting=1")))
    localdb.ensure(shared)


def test_a_folder_without_the_programs_is_named(monkeypatch):
    monkeypatch.setenv("PG_BIN", "/nowhere")
    with pytest.raises(LocalDatabaseError, match="not found in /nowhere"):
        localdb.pg_bin()
