"""What the database holds, in the form in which records have their values, and the way back.

Keys stand for records, text for dates and decimals: so a record of a file and one of the database can be compared.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from projects.models import LoadedRecord

from .cells import one_line_end, plain
from .tables import REFERRED, Part, Table, Values

Entry = tuple[Any, ...]  # what one row of a part says, by its fields


class Keys:
    """The records that others name, by stable key and by primary key.

    A key that the loader once wrote goes on naming its record, also when staff gave the record another one since.
    """

    def __init__(self, once: Iterable[LoadedRecord]) -> None:
        self.pk_of: dict[type[models.Model], dict[str, int]] = {}
        self.key_of: dict[type[models.Model], dict[int, str]] = {}
        written: dict[str, list[LoadedRecord]] = defaultdict(list)
        for loaded in once:
            written[loaded.file].append(loaded)
        for model, table in REFERRED.items():
            key_of = dict(model._default_manager.order_by().values_list("pk", table.key[0]))
            pk_of = {key: pk for pk, key in key_of.items()}
            for loaded in written[table.file]:
                if loaded.object_id in key_of:
                    pk_of[loaded.key], key_of[loaded.object_id] = loaded.object_id, loaded.key
            self.pk_of[model], self.key_of[model] = pk_of, key_of

    def add(self, model: type[models.Model], key: str, pk: int) -> None:
        if model in self.pk_of:
            self.pk_of[model][key] = pk
            self.key_of[model][pk] = key

    def out_of(self, model_field: Any, value: Any) -> Any:
        """A value of the database as the values of a record have it."""
        if value is None:
            return None
        if model_field.is_relation:
            return self.key_of[model_field.related_model][value]
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return plain(value)
        if isinstance(value, str):
            return one_line_end(value)
        return value

    def into(self, model_field: Any, value: Any) -> Any:
        """A value of a record as the database takes it; raises KeyError for a key that names nothing."""
        if value is None:
            return None
        if model_field.is_relation:
            return self.pk_of[model_field.related_model][value]
        if isinstance(model_field, models.DateField):
            return date.fromisoformat(value)
        if isinstance(model_field, models.DecimalField):
            return Decimal(value)
        return value


class Present:
    """The rows of one table as the database has them, in the form in which records have their values."""

    def __init__(self, table: Table, keys: Keys) -> None:
        model_fields = fields_of(table.model, table.fields)
        self.values: dict[int, Values] = {}
        rows = table.model._default_manager.order_by("pk").values_list("pk", *(found.attname for found in model_fields))
        for pk, *row in rows:
            pairs = zip(model_fields, row, strict=True)
            self.values[pk] = {found.name: keys.out_of(found, value) for found, value in pairs}
        # By part and record: what each row says, and its primary key.
        self.entries: dict[str, dict[int, dict[Entry, int]]] = {}
        for part in table.parts:
            self.entries[part.name] = self._entries(part, keys)
            for pk, values in self.values.items():
                values[part.name] = sorted(_said(entry) for entry in self.entries[part.name].get(pk, ()))

    def _entries(self, part: Part, keys: Keys) -> dict[int, dict[Entry, int]]:
        model_fields = fields_of(part.model, part.fields)
        parent = part.model._meta.get_field(part.parent).attname  # type: ignore[union-attr]
        found: dict[int, dict[Entry, int]] = defaultdict(dict)
        rows = part.model._default_manager.filter(**part.fixed).order_by()
        for pk, owner, *row in rows.values_list("pk", parent, *(one.attname for one in model_fields)):
            entry = tuple(keys.out_of(one, value) for one, value in zip(model_fields, row, strict=True))
            found[owner][entry] = pk
        return found


def fields_of(model: type[models.Model], names: Iterable[str]) -> list[Any]:
    """The fields of a model by their names; `Any`, as what is asked of them depends on their kind."""
    return [model._meta.get_field(name) for name in names]


def _said(entry: Entry) -> Any:
    """An entry as it stands among the values of a record: the value itself where there is but one."""
    return entry[0] if len(entry) == 1 else list(entry)


def entry_of(said: Any) -> Entry:
    """An entry by what stands for it among the values of a record."""
    return tuple(said) if isinstance(said, list) else (said,)
