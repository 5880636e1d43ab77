"""An import goes back as a whole, or not at all; and one that is killed has written all of it or none of it."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.test import Client
from django.utils import timezone

from projects import publishing
from projects.importing import runs
from projects.importing.tables import TABLES
from projects.models import ImportRun, Milestone, Organisation, Project, ProjectMethodology, SearchName
from tests.browser.conftest import database_address
from tests.datafiles import as_csv
from tests.factories import make_milestone, make_user
from tests.projects.test_exporting import exported
from tests.projects.test_import_pages import new_project, place, projects_file, rows, told, uploaded

pytestmark = pytest.mark.django_db

KILLS = 20 if os.environ.get("SLOW") else 2
# What the import keeps of itself, the history that every write goes into, and the number that never goes back.
OWN = {"importrun", "importfile", "importrow", "writtenrow", "editing"}
RISES = {"version"}
# What the database works out of the rest anew, under new numbers.
WORKED_OUT = {"searchname", "searchentry"}


def everything():
    """Every row of every table of ours, and what the admin says of who entered what."""
    found = {}
    for app in ("jcm_portal", "countries", "projects"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model._meta.model_name in OWN or hasattr(model, "pgh_tracked_model"):
                continue
            columns = [one.attname for one in model._meta.concrete_fields if one.name not in RISES]
            if model._meta.model_name in WORKED_OUT:
                columns.remove("id")
            # The words of which a slip is told only grow in number: none is forgotten with the last text that has it.
            records = model._base_manager.exclude(kind="word") if model is SearchName else model._base_manager
            values = records.order_by("pk").values_list(*columns)
            found[model._meta.label] = sorted(values, key=str) if model._meta.model_name in WORKED_OUT else list(values)
    found["log"] = list(LogEntry.objects.order_by("pk").values())
    return found


@pytest.fixture
def editor():
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def five_hundred_rows():
    """Files with 500 rows that are new or changed, of six lists, with their lists of sources, aliases and the like."""
    projects = exported(TABLES["projects"], "csv").decode("utf-8-sig").splitlines(keepends=True)
    changed = [line.replace(",official,", ",description,", 1) for line in projects]
    new = [
        new_project(
            f"vn-five-hundred-{number}",
            technologies="rooftop-solar; led-lighting" if number % 2 else "",
            jcm_ref=f"VN9{number:02}" if number < 50 else "",
        )
        for number in range(100)
    ]
    new = [row | ({"jcm_status": "validation"} if row.get("jcm_ref") else {}) for row in new]
    technologies = set(TABLES["technologies"].model.objects.values_list("slug", flat=True))
    for row in new:
        row["technologies"] = "; ".join(sorted(technologies)[:2]) if row["technologies"] else ""
    organisations = exported(TABLES["organisations"], "csv").decode("utf-8-sig").splitlines(keepends=True)
    some = [organisations[0], *organisations[1:60]]
    head = organisations[0].strip().split(",").index("aliases")
    assert head
    milestones = [
        {"project_key": row["project_key"], "kind": "registered", "on": "2026-02", "source_id": row["source_ids"]}
        for row in new
    ]
    selections = [
        {"project_key": row["project_key"], "fiscal_year": "2025", "source_id": row["source_ids"], "confidence": "low"}
        for row in new
    ]
    return [
        ("changed.csv", "".join(changed).encode()),
        ("new.csv", as_csv("projects", new)),
        ("organisations.csv", "".join(some).replace("Co., Ltd.", "Company").encode()),
        ("milestones.csv", as_csv("milestones", milestones)),
        ("selections.csv", as_csv("selections", selections)),
        ("countries.csv", exported(TABLES["countries"], "csv").replace(b"Ministry", b"The Ministry")),
    ]


def test_after_the_undo_of_500_rows_every_table_is_as_before(bundled_data, editor):
    before = everything()
    run = uploaded(editor, *five_hundred_rows())
    written = rows(run, outcome__in=["new", "changed"]).count()
    assert not rows(run, outcome="refused").exists(), list(rows(run, outcome="refused").values("line", "reasons"))[:3]
    assert written >= 500

    assert told(editor.post(place(run, "confirm"), follow=True)) == [f"Imported: {written} rows were written."]
    during = everything()
    answer = editor.post(place(run, "undo"), follow=True)

    assert told(answer) == ["Undone: every record is as it was before the import."]
    after = everything()
    assert during != before
    for table in before:
        assert after[table] == before[table], table


def test_the_edition_of_a_methodology_is_put_back(bundled_data, editor):
    used = ProjectMethodology.objects.first()
    row = {"project_key": used.project.key, "number": used.methodology.number, "version": "99.9"}
    run = uploaded(editor, ("used.csv", as_csv("project_methodologies", [row])))
    editor.post(place(run, "confirm"))
    assert ProjectMethodology.objects.get(pk=used.pk).version == "99.9"

    editor.post(place(run, "undo"))

    assert ProjectMethodology.objects.get(pk=used.pk).version == used.version


def test_removed_parts_come_back_under_their_numbers(bundled_data, editor):
    organisation = Organisation.objects.filter(aliases__isnull=False).order_by("pk").first()
    organisation.aliases.update(language="ja")
    figures = Q(reduction_source=None) | Q(reduction_source=F("source"))
    project = Project.objects.filter(figures, further_sources__isnull=False).order_by("pk").first()
    before = everything()
    files = []
    for name, pk, column in (("organisations", organisation.pk, "aliases"), ("projects", project.pk, "source_ids")):
        table = TABLES[name]
        head, line = exported(table, "csv", [pk]).decode("utf-8-sig").strip().splitlines()

        cells = dict(zip(next(csv.reader([head])), next(csv.reader([line])), strict=True))
        cells[column] = cells[column].partition("; ")[0] if name == "projects" else ""
        files.append((f"{name}.csv", as_csv(name, [cells])))

    run = uploaded(editor, *files)
    editor.post(place(run, "confirm"), follow=True)
    assert not organisation.aliases.exists()
    assert not project.further_sources.exists()
    editor.post(place(run, "undo"), follow=True)

    assert everything() == before


@pytest.mark.parametrize("what", ["edited", "deleted", "built upon", "published"])
def test_an_undo_is_refused_where_somebody_went_on_and_says_with_what(bundled_data, editor, what):
    run = uploaded(editor, projects_file(new_project("vn-mine"), new_project("vn-other")))
    editor.post(place(run, "confirm"), follow=True)
    project = Project.objects.get(key="vn-mine")
    if what == "edited":
        Project.objects.filter(pk=project.pk).update(locality="Ha Noi")
    elif what == "deleted":
        project.delete()
    elif what == "built upon":
        make_milestone(project=project, kind="registered")
    else:
        publishing.publish(record=project, by=make_user())
    before = everything()

    first, *sentences = told(editor.post(place(run, "undo"), follow=True))

    assert first == "Nothing was undone: somebody went on with these records."
    assert sentences
    assert all("Title of vn-mine" in sentence for sentence in sentences)
    assert everything() == before
    assert ImportRun.objects.get(pk=run.pk).undone_at is None


def test_an_import_is_undone_once(bundled_data, editor):
    run = uploaded(editor, projects_file(new_project("vn-mine")))
    editor.post(place(run, "confirm"), follow=True)
    editor.post(place(run, "undo"), follow=True)

    assert told(editor.post(place(run, "undo"), follow=True)) == ["There is nothing to undo."]


def test_what_follows_from_a_milestone_follows_back(bundled_data, editor):
    project = Project.objects.filter(status="selected").order_by("pk").first()
    step = {"project_key": project.key, "kind": "registered", "on": "2026-02-01", "source_id": project.source.key}
    run = uploaded(editor, ("m.csv", as_csv("milestones", [step])))
    editor.post(place(run, "confirm"), follow=True)
    assert Project.objects.get(pk=project.pk).status == "registered"

    editor.post(place(run, "undo"), follow=True)

    assert Project.objects.get(pk=project.pk).status == "selected"
    assert not Milestone.objects.filter(project=project, kind="registered").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"undone_at": timezone.now()}, id="undone by nobody, and never written"),
        pytest.param({"written_at": timezone.now(), "undone_at": timezone.now()}, id="undone by nobody"),
    ],
)
def test_only_what_was_written_is_undone_and_by_somebody(wrong):
    run = ImportRun.objects.create(uploaded_by=make_user())

    with pytest.raises(IntegrityError, match="projects_importrun_undone_after_written"), transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(**wrong)


def test_a_file_a_row_and_what_was_written_are_kept_once():
    run = ImportRun.objects.create(uploaded_by=make_user())
    again = (
        lambda: run.files.create(name="x.csv", content=b""),
        lambda: run.rows.create(position=1, line=2, outcome="new"),
        lambda: run.written.create(model="projects.project", object_id=1),
    )

    for keep in again:
        keep()
        with pytest.raises(IntegrityError, match="_once"), transaction.atomic():
            keep()


# -- Killed in the middle ------------------------------------------------------------------------------

WORK = """
import django
django.setup()
from projects.importing import runs
from projects.models import ImportRun
print("begin", flush=True)
run = ImportRun.objects.get(pk={pk})
runs.confirm(run, by=run.uploaded_by)
print("end", flush=True)
"""


def begun(run):
    """A process of its own that imports; at work when this returns."""
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "SECRET_KEY": "only-for-tests",
        "DJANGO_SETTINGS_MODULE": "jcm_portal.settings",
    }
    command = [sys.executable, "-c", WORK.format(pk=run.pk)]
    process = subprocess.Popen(command, cwd=Path(settings.BASE_DIR), env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begin\n"
    return process


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_has_written_all_of_it_or_nothing(bundled_data):
    by = make_user(is_staff=True, is_superuser=True)
    draw = random.Random(os.environ.get("SEED", "5"))
    lasted = 2.0
    for number in range(KILLS):
        cells = [new_project(f"vn-killed-{number}-{row}") for row in range(400)]
        run = runs.receive(files=[projects_file(*cells)], by=by)
        runs.examine(run)
        before = everything()
        process = begun(run)
        began = time.monotonic()
        if number == 0:
            process.wait()  # once to its end, so that the moments lie within the work
            lasted = time.monotonic() - began
        else:
            time.sleep(draw.uniform(0, lasted))
            process.send_signal(signal.SIGKILL)
            process.wait()
        process.stdout.close()
        _wait_until_forgotten()
        run.refresh_from_db()
        there = Project.objects.filter(key__startswith=f"vn-killed-{number}-").count()

        assert there == (400 if run.written_at else 0)
        assert run.written.exists() == bool(run.written_at)
        if run.written_at is None:
            assert everything() == before
            runs.confirm(run, by=by)  # nothing is left that stands in its way
        runs.undo(run, by=by)


def _wait_until_forgotten():
    """The server notices a killed client when it next speaks to it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_stat_activity where application_name like 'import %'")
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("The killed import is still at work.")
