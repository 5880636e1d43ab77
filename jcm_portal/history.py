"""Which records keep their history, and who changed them: every version of a row, written by the database itself.

Triggers (django-pghistory) copy a row into the table of its events after each insert, update and delete, whoever
writes. What the database works out for itself (the search vector, the number of the version) is no change.
Why so: docs/decisions/0010-history-by-triggers.md.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pghistory
import pgtrigger
from django.apps import apps
from django.db.models import ForeignKey, Index, ManyToManyField, Model
from django.http import HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware

NO_CHANGE = ("search", "version", "updated_at")  # where nobody edits them: the version of a methodology is a fact


@dataclass(frozen=True)
class Kept:
    """A noun whose rows keep their history.

    `parent` names the foreign key to the record that a row is a part of, and `others` those to records that it also
    tells of; both are empty for a record of its own. `link` is the list that the rows are entries of, if any, and
    `named_by` the columns by which a row is told from its neighbours.
    """

    model: type[Model]
    events: Any
    parent: str = ""
    others: tuple[str, ...] = ()
    link: ManyToManyField | None = None
    named_by: tuple[str, ...] = ()

    @property
    def facts(self) -> list[str]:
        """The names of the columns that an event holds, the record's own number left out."""
        return [
            field.name
            for field in self.events._meta.concrete_fields
            if not field.name.startswith("pgh_") and field.name != "id"
        ]

    def belongs_to(self, name: str) -> type[Model]:
        field = self.model._meta.get_field(name)
        assert isinstance(field, ForeignKey)
        return field.related_model


KEPT: dict[type[Model], Kept] = {}


def keep(model: type[Model], *, named_by: tuple[str, ...] = (), parent: str = "", others: tuple[str, ...] = ()) -> None:
    """Keep the history of the model's rows, and of each list of related records that belongs to them."""
    _keep(model, parent, others, None, named_by)
    for field in model._meta.local_many_to_many:
        through: Any = field.remote_field.through
        if through._meta.auto_created:
            names: Any = field
            _keep(_proxy(model, field), names.m2m_field_name(), (), field, (names.m2m_reverse_field_name(),))


def _keep(
    model: type[Model],
    parent: str,
    others: tuple[str, ...],
    link: ManyToManyField | None,
    named_by: tuple[str, ...],
) -> None:
    name = f"{model.__name__}Event"
    looked_up = [one for one in (parent, *others) if one]
    pghistory.track(
        # A thousand rows in one statement are one call; an update that changes nothing is none at all.
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=[field.name for field in model._meta.fields if field.name in NO_CHANGE and not field.editable],
        model_name=name,
        append_only=True,
        meta={
            "ordering": ["pgh_id"],
            "default_permissions": (),
            "indexes": [Index(fields=[one], name=f"{name.lower()[:-5]}_{one}"[:25] + "_past") for one in looked_up],
        },
    )(model)
    events = getattr(sys.modules[_models_of(model)], name)
    KEPT[model] = Kept(model, events, parent, others, link, named_by)


def _models_of(model: type[Model]) -> str:
    return f"{apps.get_app_config(model._meta.app_label).name}.models"


def _proxy(model: type[Model], field: ManyToManyField) -> type[Model]:
    """A name for the table of a list: Django's own model of it is unknown to migrations, so it can bear no trigger."""
    name = model.__name__ + field.name.title().replace("_", "")
    module = sys.modules[_models_of(model)]
    meta = {
        "proxy": True,
        "app_label": model._meta.app_label,
        "verbose_name": field.verbose_name,
        "verbose_name_plural": field.verbose_name,
        "ordering": ["pk"],
        "default_permissions": (),
    }
    body = {
        "__module__": module.__name__,
        "__doc__": f"The entries of {model.__name__}.{field.name}.",
        "Meta": type("Meta", (), meta),
    }
    through: Any = field.remote_field.through
    proxy = type(name, (through,), body)
    setattr(module, name, proxy)
    return proxy


def parts_of(model: type[Model]) -> Iterator[Kept]:
    """What belongs to the model's records: its rows and lists, and each of these before its own parts."""
    for kept in list(KEPT.values()):
        if kept.parent and kept.belongs_to(kept.parent) is model:
            yield kept
            yield from parts_of(kept.model)


class StaffHistory(HistoryMiddleware):
    """What a request of staff changes is kept with who, where and why; all of it under one context id.

    The reason is added by `pghistory.context(why=…)` where a form knows it. Reading writes nothing.
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk, "address": request.path}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS") or not request.user.is_active:
            return self.get_response(request)
        with pghistory.context(**self.get_context(request)):
            return self.get_response(request)
