"""What the register says, so that two moments can be compared: every fact of every file, nothing of when it was written."""

from __future__ import annotations

from collections import Counter

from django.db import models

from tongxing.accounts.models import Post
from tongxing.children.models import (
    Absence,
    Category,
    Child,
    Circumstance,
    Consent,
    Guardianship,
    Relative,
    Residence,
    Review,
    Schooling,
    SearchKey,
    StatusPeriod,
)
from tongxing.children.tests.make import seen_by
from tongxing.crypto.models import WrappedKey

TABLES: tuple[type[models.Model], ...] = (Child, Relative, Circumstance, Absence, Guardianship, Schooling, Residence, Consent, Category, Review, SearchKey)
LEFT_OUT: dict[type[models.Model], set[str]] = {Child: {"version", "updated_at"}, StatusPeriod: {"id"}}
ALL: tuple[type[models.Model], ...] = (*TABLES, StatusPeriod)


def register(by: Post) -> dict[str, Counter[str]]:
    """Table → its rows as texts."""
    with seen_by(by):
        found = {model.__name__: _rows(model) for model in ALL}
        children = set(Child.objects.values_list("pk", flat=True))
        found["keys"] = Counter(str(owner) for owner in WrappedKey.objects.values_list("owner", flat=True) if owner in children)
        return found


def _rows(model: type[models.Model]) -> Counter[str]:
    names = [column.attname for column in model._meta.concrete_fields if column.attname not in LEFT_OUT.get(model, ())]
    return Counter(repr([bytes(each) if isinstance(each, memoryview) else each for each in row]) for row in model._default_manager.values_list(*names))
