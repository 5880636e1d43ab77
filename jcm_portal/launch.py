"""`make run` and `make stop`: the portal on this machine, for a first look or a small office.

python -m jcm_portal.launch         start everything, serve until Ctrl-C
python -m jcm_portal.launch stop    end the server and the embedded PostgreSQL of this checkout
python -m jcm_portal.launch key     only make the secret key, for commands that come before the first run
"""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from jcm_portal import env, localdb

HOST = "127.0.0.1"
VAR_DIR = Path(__file__).resolve().parent.parent / "var"
SERVER = "jcm_portal.wsgi:application"


def main(arguments: list[str]) -> int:
    """Run or stop; what a person can mend is told in a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcm_portal.settings")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    action = {"": run, "stop": stop, "key": key}.get(" ".join(arguments))
    if action is None:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return action()
    except KeyboardInterrupt:
        return 130
    except (env.BadSetting, localdb.LocalDatabaseError) as problem:
        print(problem, file=sys.stderr)
        return 1


def interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def ignore_signals() -> None:
    """From here on everything is being ended in order; asking twice does not make it faster."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def say(line: str) -> None:
    print(line, flush=True)


def run() -> int:
    port = env.integer("PORT", 8000, low=1, high=65535)
    problem = refusal(port)
    if problem:
        print(
            f"Port {port} cannot be used: {problem}. If the portal is running already, `make stop` ends it. "
            f"Another port: make run PORT={port + 1 if port < 65535 else 8000}",
            file=sys.stderr,
        )
        return 1
    key()

    from django.conf import settings

    cluster = settings.LOCAL_CLUSTER
    started = cluster is not None and not localdb.running(cluster)
    if cluster is None:
        say("Database: the server of DATABASE_URL.")
    elif started:
        say("Database: starting the embedded PostgreSQL ...")
    else:
        say("Database: the embedded PostgreSQL is running.")
    try:
        if cluster is not None:
            localdb.ensure(cluster)
        prepared = subprocess.run([sys.executable, "manage.py", "prepare"], cwd=VAR_DIR.parent, check=False)
        return prepared.returncode or serve(port)
    finally:
        ignore_signals()
        if started and cluster is not None and not servers():  # another one may be on another port
            localdb.stop(cluster)


def serve(port: int) -> int:
    """Serve until a signal comes; say where, once it answers."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "2"]
    command += ["--host", HOST, "--port", str(port), "--log-level", "warning"]
    command += ["--pid-file", str(pid_file(port)), "--working-dir", str(VAR_DIR.parent), SERVER]
    command.append("--respawn-failed-workers")
    say("Web server: starting ...")
    # A session of its own, so that Ctrl-C at the terminal reaches us only, and the end has one order.
    server = subprocess.Popen(command, start_new_session=True)
    try:
        status = first_answer(server, port)
        if status is None:
            print("The web server does not answer; see the lines above.", file=sys.stderr)
            return server.poll() or 1
        trouble = f", but its first page fails (status {status}); see the lines above" if status >= 500 else ""
        say(f"\nThe portal is at http://{HOST}:{port}/{trouble}")
        say("For a staff account, `make admin` in a second terminal; then sign in at /admin/. Ctrl-C stops.\n")
        return server.wait()
    except KeyboardInterrupt:
        say("\nStopping ...")
        return 0
    finally:
        ignore_signals()
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        pid_file(port).unlink(missing_ok=True)


def first_answer(server: subprocess.Popen[bytes], port: int, patience: float = 60) -> int | None:
    """The status of the first page, once there is one; None when the server ends or stays silent."""
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    return None


def stop() -> int:
    stopped = [f"the web server on port {file.stem.removeprefix('server-')}" for file in servers() if end(file)]
    if localdb.stop():
        stopped.append("the embedded PostgreSQL")
    print(f"Stopped {' and '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def servers() -> list[Path]:
    return sorted(VAR_DIR.glob("server-*.pid"))


def end(file: Path) -> bool:
    """End the web server that wrote this file, if it is still ours; its launcher then cleans up."""
    ended = False
    with suppress(OSError, ValueError):
        pid = int(file.read_text())
        if SERVER in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, signal.SIGTERM)
            ended = True
            limit = time.monotonic() + 20
            while time.monotonic() < limit and Path(f"/proc/{pid}/cmdline").read_text():  # a zombie's is empty
                time.sleep(0.05)
    file.unlink(missing_ok=True)
    return ended


def pid_file(port: int) -> Path:
    return VAR_DIR / f"server-{port}.pid"


def refusal(port: int) -> str:
    """Why the port cannot be listened on, or nothing."""
    with socket.socket() as probe:
        # As the server does: a port that was only just left can be taken again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return (error.strerror or str(error)).lower()
    return ""


def key() -> int:
    """Make the key that settings read when SECRET_KEY is not set: once, for its owner's eyes only."""
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileExistsError):
        handle = os.open(VAR_DIR / "secret-key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
