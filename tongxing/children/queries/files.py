"""A whole file in one query: every table's rows come as JSON beside the child, each under its own row-level security."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
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
KEY = "(SELECT json_build_object('kek', kek, 'wrapped', wrapped) FROM crypto_wrappedkey WHERE owner = children_child.id)"


def file(child_id: UUID) -> File | None:
    """The file, or None where it is outside the scope or does not exist."""
    return files([child_id]).get(child_id)


def files(ids: Iterable[UUID], parts: Iterable[str] = tuple(PARTS)) -> dict[UUID, File]:
    """Many files at once, with the parts that are asked for, in one query. What is outside the scope is missing."""
    rows = Child.objects.filter(pk__in=list(ids)).annotate(_parts=RawSQL(_together(tuple(parts)), []))  # noqa: S611 — built from the models alone
    return {child.id: _assembled(child) for child in rows}


@cache
def _together(parts: tuple[str, ...]) -> str:
    """The wrapped key and the rows of every part as one JSON object."""
    return "json_build_object({})::text".format(", ".join(f"'{name}', {query}" for name, query in [("key", KEY), *((part, _subquery(part)) for part in parts)]))


def _subquery(name: str) -> str:
    model, column, order = PARTS[name]
    return f"(SELECT json_agg(row ORDER BY {order}) FROM {model._meta.db_table} row WHERE row.{column} = children_child.id)"  # noqa: S608, SLF001


def _assembled(child: Child) -> File:
    made = File(child)
    given = json.loads(vars(child).pop("_parts"))
    if wrapped := given.pop("key"):
        made.key = WrappedKey(owner=child.id, kek=wrapped["kek"], wrapped=_bytes(wrapped["wrapped"])).open()
    for name, rows in given.items():
        setattr(made, name, _rows(PARTS[name][0], rows or ()))
    return made


def _rows(model: type[models.Model], given: Iterable[Mapping[str, Any]]) -> list[Any]:
    names, readers = _columns(model)
    return [model.from_db("default", names, [read(row[name]) if read and row[name] is not None else row[name] for name, read in readers]) for row in given]


@cache
def _columns(model: type[models.Model]) -> tuple[list[str], list[tuple[str, Callable[[Any], Any] | None]]]:
    """Attributes of a row, and for each its column with what makes JSON's value Python's; None where both are alike."""
    columns = model._meta.concrete_fields  # noqa: SLF001
    return [column.attname for column in columns], [(str(column.column), _reader(column)) for column in columns]


def _reader(column: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    match column:
        case models.BinaryField():
            return _bytes
        case models.JSONField() | models.CharField() | models.TextField() | models.IntegerField() | models.BooleanField():
            return None
        case _:
            return column.to_python


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))
