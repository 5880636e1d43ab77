"""The lists of the admin as files: the rows that are shown, in the columns of the bundled files."""

from io import BytesIO
from typing import IO, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from ..importing.exporting import TooLong, as_csv, write_workbook
from ..importing.tables import TABLES, Table

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_of(model: type[Model]) -> Table | None:
    """The file whose rows are records of the model."""
    return next((table for table in TABLES.values() if table.model is model), None)


def export(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """The list of the admin with the filters, words and order of the address, as a file of all its pages."""
    table = TABLES.get(name)
    if table is None or table.model not in admin.site._registry or kind not in ("csv", "xlsx"):
        raise Http404
    model_admin: Any = admin.site.get_model_admin(table.model)
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    try:
        rows = model_admin.get_changelist_instance(request).get_queryset(request)
    except IncorrectLookupParameters:
        raise Http404 from None
    pks = list(dict.fromkeys(rows.values_list("pk", flat=True)))
    filename = f"{name}-{timezone.localdate():%Y%m%d}.{kind}"
    if kind == "csv":
        answer = StreamingHttpResponse(as_csv(table, pks), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{filename}"'
        return answer
    file = BytesIO()
    try:
        write_workbook(file, table, pks)
    except TooLong as refusal:
        messages.error(request, str(refusal))
        opts = table.model._meta
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))
    return workbook(file, filename)


def template(request: HttpRequest, name: str) -> HttpResponseBase:
    """An empty workbook to fill in, with a sheet that says what each column takes."""
    if name not in TABLES:
        raise Http404
    file = BytesIO()
    write_workbook(file, TABLES[name], [], explained=True)
    return workbook(file, f"{name}-template.xlsx")


def workbook(file: IO[bytes], filename: str) -> FileResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=filename, content_type=WORKBOOK)
