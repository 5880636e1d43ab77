"""How long pages with pictures take with 100,000 synthetic projects: `make picture-speed`.

Makes a database of synthetic projects on the portal's server (or takes the one that DATABASE_URL names, if it is one of
these), asks each address in turn without any cache, and prints the times; ends with 1 where half of the answers take
longer than the limit. Beside the time on the clock stands that of the processors, of Python and of the database: on a
busy machine it is the truer one, and the limit is held against the lesser of the two.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

# Every page that draws pictures of all projects, or has tables of them, and two cards;
# of technologies, countries, organisations and methodologies those with most projects.
ADDRESSES = [
    "/",
    "/statistics/",
    "/statistics/?rows=technology&columns=country&measure=reduction",
    "/statistics/?compare=VN&compare=TH&compare=ID",
    "/statistics/?compare=VN&compare=TH&compare=ID&compare=MN&compare=KH&rows=technology&measure=credits",
    "/statistics/?country=VN&country=ID&sector=renewable-energy",
    "/statistics/progress/",
    "/statistics/credits/",
    "/statistics/participants/",
    "/statistics/outlook/",
    "/precedents/",
    "/precedents/?by=sector&empty=true",
    "/precedents/rooftop-solar/VN/",
    "/reconciliation/",
    "/projects/",
    "/technologies/rooftop-solar/",
    "/countries/",
    "/countries/viet-nam/",
    "/countries/indonesia/",
    "/organisations/sample-1/",
    "/methodologies/PH_AM002/",
    "/cards/page/home.png",
    "/cards/country/viet-nam.png",
]
PROJECTS, ROUNDS = 100_000, 9
LIMIT = 300.0  # milliseconds, at the median
DATABASE = "jcm_speed_pictures"
TICK = os.sysconf("SC_CLK_TCK")


def processor(pid: int) -> float:
    """Milliseconds of processor that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / TICK


def measure(addresses: list[str]) -> int:
    """Print a line for each address, asked of the database of DATABASE_URL."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.get("/healthz")
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid(), (select count(*) from projects_project)")
        backend, projects = cursor.fetchone()
    print(f"{'ms with ' + str(projects) + ' projects':70}{'p50':>7}{'least':>7}{'processor':>11}{'kB':>7}")  # noqa: T201
    missed = []
    for address in addresses:
        client.get(address)  # reads templates, and what the database keeps in memory
        clock, work = [], processor(backend) + processor(os.getpid())
        for _round in range(ROUNDS):
            began = time.perf_counter()
            answer = client.get(address)
            clock.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, address
        work = (processor(backend) + processor(os.getpid()) - work) / ROUNDS
        size = len(answer.content) / 1000
        print(f"{address:70}{median(clock):7.0f}{min(clock):7.0f}{work:11.0f}{size:7.0f}")  # noqa: T201
        missed += [address] * (min(median(clock), work) > LIMIT)
    for address in missed:
        print(f"MISSED {address}: above {LIMIT:.0f} ms")  # noqa: T201
    return 1 if missed else 0


def run(addresses: list[str]) -> int:
    """Measure in a database made for it, or in one of synthetic projects that is there."""
    if "DATABASE_URL" in os.environ:
        return measure(addresses)
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], check=True)
    command = [sys.executable, "manage.py", "make_sample_projects", "--database", DATABASE]
    made = subprocess.run([*command, "--projects", str(PROJECTS)], check=True, capture_output=True, text=True)
    environment = os.environ | {"DATABASE_URL": made.stdout.rsplit("DATABASE_URL=", 1)[1].strip()}
    try:
        return subprocess.run([sys.executable, __file__, *addresses], env=environment, check=False).returncode
    finally:
        subprocess.run([*command, "--drop"], check=True, capture_output=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcm_portal.settings")
    sys.path.insert(0, os.getcwd())
    sys.exit(run(sys.argv[1:] or ADDRESSES))
