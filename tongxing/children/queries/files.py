"""A whole file in one query: every table's rows come as JSON beside the child, each under its own row-level security."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.expressions import RawSQL

from tongxing.children.file import File
from tongxing.children.models import (
    Absence,
    Category,
    Child,
    Circumstance,
    Confirmation,
    Consent,
    Determination,
    Guardianship,
    Leave,
    Merge,
    PrivacyRequest,
    Relative,
    Residence,
    Review,
    Schooling,
    StatusPeriod,
    Transfer,
)
from tongxing.crypto.models import WrappedKey

# The parts of a file: table, column of the child, order. The key comes the same way.
PARTS: Mapping[str, tuple[type[models.Model], str, str]] = {
    "relatives": (Relative, "child_id", "id"),
    "circumstances": (Circumstance, "child_id", "since NULLS FIRST, id"),
    "absences": (Absence, "child_id", "since, id"),
    "guardianships": (Guardianship, "child_id", "since"),
    "schoolings": (Schooling, "child_id", "since"),
    "residences": (Residence, "child_id", "since"),
    "categories": (Category, "child_id", "since, id"),
    "consents": (Consent, "child_id", "since, id"),
    "determinations": (Determination, "child_id", "since, id"),
    "status_periods": (StatusPeriod, "child_id", "status, since"),
    "reviews": (Review, "child_id", "at, id"),
    "confirmations": (Confirmation, "child_id", "quarter"),
    "leaves": (Leave, "child_id", "left_on"),
    "transfers": (Transfer, "child_id", "id"),
    "privacy_requests": (PrivacyRequest, "child_id", "received_on, id"),
    "merges": (Merge, "kept_id", "id"),
}
NEEDED_BY_RULES = ("relatives", "circumstances", "absences", "guardianships", "schoolings", "residences", "consents", "determinations", "status_periods")
KEY = "(SELECT json_build_object('kek', kek, 'wrapped', wrapped)::text FROM crypto_wrappedkey WHERE owner = children_child.id)"


def file(child_id: UUID) -> File | None:
    """The file, or None where it is outside the scope or does not exist."""
    return files([child_id]).get(child_id)


def files(ids: Iterable[UUID], parts: Iterable[str] = tuple(PARTS)) -> dict[UUID, File]:
    """Many files at once, with the parts that are asked for, in one query. What is outside the scope is missing."""
    wanted = tuple(parts)
    columns = {f"_{name}": RawSQL(_subquery(name), []) for name in wanted}  # noqa: S611 — built from the models alone
    rows = Child.objects.filter(pk__in=list(ids)).annotate(_key=RawSQL(KEY, []), **columns)  # noqa: S611
    return {child.id: _assembled(child, wanted) for child in rows}


@cache
def _subquery(name: str) -> str:
    model, column, order = PARTS[name]
    return f"(SELECT json_agg(row ORDER BY {order})::text FROM {model._meta.db_table} row WHERE row.{column} = children_child.id)"  # noqa: S608, SLF001


def _assembled(child: Child, wanted: tuple[str, ...]) -> File:
    taken = vars(child)
    made = File(child)
    for name in wanted:
        setattr(made, name, _rows(PARTS[name][0], taken.pop(f"_{name}")))
    if wrapped := taken.pop("_key"):
        given = json.loads(wrapped)
        made.key = WrappedKey(owner=child.id, kek=given["kek"], wrapped=_bytes(given["wrapped"])).open()
    return made


def _rows(model: type[models.Model], given: str | None) -> list[Any]:
    columns = model._meta.concrete_fields  # noqa: SLF001
    names = [column.attname for column in columns]
    return [model.from_db("default", names, [_python(column, row[column.column]) for column in columns]) for row in json.loads(given or "[]")]


def _python(column: models.Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(column, models.JSONField):
        return value
    return _bytes(value) if isinstance(column, models.BinaryField) else column.to_python(value)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))
