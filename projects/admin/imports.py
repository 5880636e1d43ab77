"""Import by staff: upload, preview, confirmation and undo, each of them a page or a button of `/admin/import/`.

Whoever may add and change the records may import them. A button does its work within its request; the page that
sent it asks meanwhile how far that is, and without JavaScript the answer comes at the end.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import pghistory
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import OperationalError
from django.db.models import BooleanField, Count, Func, Model, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from jcm_portal.templatetags.units import number

from ..importing import runs
from ..importing.tables import TABLES, Table
from ..models import (
    Announcement,
    CreditIssuance,
    ImportFile,
    ImportRow,
    ImportRun,
    Milestone,
    Project,
    RowOutcome,
    Selection,
)
from .exports import export, template
from .reasons import FIGURES

LARGEST = 40 * 1024 * 1024  # bytes of an upload
AT_ONCE = 500_000  # bytes up to which the preview comes with the answer to the upload
ROWS_SHOWN, RUNS_SHOWN = 100, 20
IMPLY_MILESTONES = {"projects", "selections", "issuances"}
OUTCOMES = {
    "new": (_("new"), Q(outcome=RowOutcome.NEW, left_out=False)),
    "changed": (_("changed"), Q(outcome=RowOutcome.CHANGED, left_out=False)),
    "unchanged": (_("unchanged"), Q(outcome=RowOutcome.UNCHANGED, left_out=False)),
    "refused": (_("refused"), Q(outcome=RowOutcome.REFUSED, left_out=False)),
    "left_out": (_("left out"), Q(left_out=True)),
    "twins": (_("possibly on record already"), ~Q(twins=[])),
}


# -- Who may -----------------------------------------------------------------------------------------


def importable(user: AbstractBaseUser | AnonymousUser, table: Table) -> bool:
    """Whether the person may add and change whatever a file of the table writes."""
    models = {table.model, *(part.model for part in table.parts if not part.model._meta.auto_created)}
    if table.name in IMPLY_MILESTONES:
        models.add(Milestone)
    wanted = [
        f"{model._meta.app_label}.{verb}_{model._meta.model_name}" for model in models for verb in ("add", "change")
    ]
    return isinstance(user, PermissionsMixin) and getattr(user, "is_staff", False) and user.has_perms(wanted)


def tables_for(user: AbstractBaseUser | AnonymousUser) -> list[Table]:
    return [table for table in TABLES.values() if importable(user, table)]


def run_for(request: HttpRequest, pk: int) -> ImportRun:
    """The run, where the person may import all of its files; one not yet looked at, where it is his own."""
    run = get_object_or_404(ImportRun, pk=pk)
    names = set(run.files.exclude(table="").values_list("table", flat=True))
    if not names and run.uploaded_by_id != request.user.pk and not request.user.is_superuser:
        raise PermissionDenied
    if not tables_for(request.user) or not all(importable(request.user, TABLES[name]) for name in names):
        raise PermissionDenied
    return run


# -- Why ---------------------------------------------------------------------------------------------

# The columns of files that hold the figures of `reasons`, where they are called otherwise.
CALLED = {"reached_on": "on"}
PUBLIC: dict[type[Model], Callable[[Any], QuerySet]] = {
    Project: lambda pks: Project.objects.published().filter(pk__in=pks),
    Milestone: lambda pks: Milestone.objects.filter(pk__in=pks, project__in=Project.objects.published()),
    CreditIssuance: lambda pks: CreditIssuance.objects.of_published().filter(pk__in=pks),
    Announcement: lambda pks: Announcement.objects.published().filter(pk__in=pks),
    Selection: lambda pks: Selection.objects.filter(pk__in=pks, project__in=Project.objects.published()),
}


class AnyCell(Func):
    """Whether a path finds anything in the cells of a row."""

    function = "jsonb_path_exists"
    template = "%(function)s(%(expressions)s::jsonpath)"
    output_field = BooleanField()


def changes_figures(run: ImportRun) -> bool:
    """Whether a figure that the public knows becomes another; what was empty was no figure. At most five queries."""
    for name in run.rows.order_by().values_list("table", flat=True).distinct():
        model = TABLES[name].model
        columns = [CALLED.get(figure, figure) for figure in FIGURES.get(model, ())]
        if columns:
            named = " || ".join(f'@[0] == "{column}"' for column in columns)
            rows = run.rows.filter(OUTCOMES["changed"][1], table=name)
            rows = rows.filter(AnyCell("cells", Value(f'strict $[*] ? (@[1] != "" && ({named}))')))
            if PUBLIC[model](rows.values("object_id")).exists():
                return True
    return False


# -- Upload ------------------------------------------------------------------------------------------


class Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """One or several files."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(Files, self).clean(one, initial) for one in data or [None]]


class UploadForm(forms.Form):
    upload = Files(
        label=_("Files"),
        widget=Several(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV or XLSX; which list a file is, its headings say. Nothing is written before you confirm."),
    )

    def clean_upload(self) -> list[Any]:
        files = self.cleaned_data["upload"]
        if sum(file.size for file in files) > LARGEST:
            raise forms.ValidationError(_("The files are too large; 40 MB are accepted at once."))
        return files


def start(request: HttpRequest) -> HttpResponse:
    """The page to upload at, with what was imported before."""
    tables = tables_for(request.user)
    if not tables:
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        files = [(file.name, file.read()) for file in form.cleaned_data["upload"]]
        run = runs.receive(files=files, by=request.user)  # type: ignore[arg-type]
        if sum(len(content) for _name, content in files) <= AT_ONCE:
            attempt(request, lambda: runs.examine(run))
        return to(run)
    names = [table.name for table in tables]
    hidden = ImportFile.objects.exclude(table="").exclude(table__in=names).values("run")
    shown = ImportRun.objects.exclude(pk__in=hidden).select_related("uploaded_by", "undone_by")
    shown = shown.prefetch_related("files").defer("counts", "faults", "hints")
    mine = shown.filter(Q(checked_at__isnull=False) | Q(uploaded_by=request.user.pk))
    page = Paginator(mine, RUNS_SHOWN).get_page(request.GET.get("page"))
    return answer(
        request,
        "admin/import.html",
        title=gettext("Import"),
        form=form,
        tables=[(table.name, table.model._meta.verbose_name_plural) for table in tables],
        page=page,
    )


def answer(request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
    return TemplateResponse(request, name, admin.site.each_context(request) | context)


def to(run: ImportRun, **narrowed: str) -> HttpResponseRedirect:
    query = f"?{urlencode(narrowed)}" if narrowed else ""
    return HttpResponseRedirect(reverse("admin:import-run", args=[run.pk]) + query)


def attempt(request: HttpRequest, work: Callable[[], None]) -> bool:
    """Do it; tell the person why where it could not be done."""
    try:
        work()
    except runs.Busy:
        messages.warning(request, gettext("Somebody is at work on this import just now."))
    except runs.Stopped as stopped:
        for sentence in str(stopped).splitlines():
            messages.error(request, sentence)
    except OperationalError:
        messages.error(request, gettext("Nothing was written: others were writing at that moment. Try again."))
    else:
        return True
    return False


# -- One import ---------------------------------------------------------------------------------------


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview, or what became of it."""
    run = run_for(request, pk)
    if run.checked_at is None:
        progress = runs.progress_of(run)
        return answer(request, "admin/import_waiting.html", title=capfirst(str(run)), run=run, progress=progress)
    outcome = request.GET.get("outcome", "")
    rows = run.rows.filter(OUTCOMES[outcome][1]) if outcome in OUTCOMES else run.rows.all()
    page = Paginator(rows.order_by("position"), ROWS_SHOWN).get_page(request.GET.get("page"))
    for row in page:
        row.record = address_of(row)  # type: ignore[attr-defined]
        row.alike = [(reverse("admin:projects_project_change", args=[pk]), title) for pk, title in row.twins]  # type: ignore[attr-defined]
    counts = run.rows.aggregate(**{name: Count("pk", filter=rule) for name, (_label, rule) in OUTCOMES.items()})
    choices = [(name, label, counts[name]) for name, (label, _rule) in OUTCOMES.items() if counts[name]]
    return answer(
        request,
        "admin/import_run.html",
        title=capfirst(str(run)),
        run=run,
        files=run.files.defer("content"),
        counts=counts,
        tables=of_tables(run),
        total=run.rows.count(),
        to_write=counts["new"] + counts["changed"],
        needs_reason=run.written_at is None and changes_figures(run),
        choices=choices,
        outcome=outcome,
        page=page,
        elided=page.paginator.get_elided_page_range(page.number),
    )


def of_tables(run: ImportRun) -> list[dict[str, Any]]:
    """How many rows of each list meet with which outcome."""
    counted = {name: Count("pk", filter=rule) for name, (_label, rule) in OUTCOMES.items() if name != "twins"}
    by_table = {row["table"]: row for row in run.rows.order_by().values("table").annotate(**counted)}
    return [
        by_table[name] | {"noun": TABLES[name].model._meta.verbose_name_plural} for name in TABLES if name in by_table
    ]


def address_of(row: ImportRow) -> str:
    """Where the admin shows the record of the row."""
    opts = TABLES[row.table].model._meta
    if not row.object_id or TABLES[row.table].model not in admin.site._registry:
        return ""
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.object_id])


@require_GET
def status(request: HttpRequest, pk: int) -> JsonResponse:
    """How far the work on the import is: done and total, or nothing where nobody is at work."""
    progress = runs.progress_of(run_for(request, pk))
    done, total = progress or (0, 0)
    return JsonResponse({"working": progress is not None, "done": done, "total": total})


@require_GET
def original(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """The file as it was uploaded."""
    found = get_object_or_404(ImportFile, run=run_for(request, pk), pk=file)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response


@require_POST
def examine(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_for(request, pk)
    attempt(request, lambda: runs.examine(run))
    return to(run)


@require_POST
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Of the rows of a page, those that are not ticked are left out; or all rows of the outcome at once."""
    run = run_for(request, pk)
    rows = run.rows.filter(derived=False)
    if run.written_at is None:
        shown = [int(row) for row in request.POST.getlist("shown") if row.isdecimal()]
        wanted = [int(row) for row in request.POST.getlist("row") if row.isdecimal()]
        rows.filter(pk__in=shown).exclude(pk__in=wanted).update(left_out=True)
        rows.filter(pk__in=set(shown) & set(wanted)).update(left_out=False)
        messages.success(request, gettext("Noted which rows are left out."))
    narrowed = {name: request.POST[name] for name in ("outcome", "page") if request.POST.get(name)}
    return to(run, **narrowed)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_for(request, pk)
    without_refused = bool(request.POST.get("without_refused"))
    reason = request.POST.get("reason", "").strip()[:300]
    if not reason and run.written_at is None and changes_figures(run):
        messages.error(request, gettext("Nothing was written. Give a reason: the public knows another figure."))
        return to(run)
    if reason:
        pghistory.context(why=reason)
    if attempt(request, lambda: runs.confirm(run, by=request.user, without_refused=without_refused)):  # type: ignore[arg-type]
        written = run.rows.filter(left_out=False, outcome__in=[RowOutcome.NEW, RowOutcome.CHANGED]).count()
        sentence = ngettext("Imported: %(count)s row was written.", "Imported: %(count)s rows were written.", written)
        messages.success(request, sentence % {"count": number(written)})
    return to(run)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_for(request, pk)
    if attempt(request, lambda: runs.undo(run, by=request.user)):  # type: ignore[arg-type]
        messages.success(request, gettext("Undone: every record is as it was before the import."))
    return to(run)


# -- Addresses ----------------------------------------------------------------------------------------


def template_for(request: HttpRequest, name: str) -> HttpResponseBase:
    if not tables_for(request.user):
        raise PermissionDenied
    return template(request, name)


def with_imports(get_urls: Any) -> Any:
    @wraps(get_urls)
    def urls() -> list[Any]:
        view = admin.site.admin_view
        return [
            path("import/", view(start), name="import"),
            path("import/template/<slug:name>.xlsx", view(template_for), name="import-template"),
            path("import/<int:pk>/", view(show), name="import-run"),
            path("import/<int:pk>/status/", view(status), name="import-status"),
            path("import/<int:pk>/file/<int:file>/", view(original), name="import-file"),
            path("import/<int:pk>/examine/", view(examine), name="import-examine"),
            path("import/<int:pk>/rows/", view(leave_out), name="import-rows"),
            path("import/<int:pk>/confirm/", view(confirm), name="import-confirm"),
            path("import/<int:pk>/undo/", view(undo), name="import-undo"),
            path("export/<slug:name>.<str:kind>", view(export), name="export"),
            *get_urls(),
        ]

    return urls


admin.site.get_urls = with_imports(admin.site.get_urls)  # type: ignore[method-assign]
