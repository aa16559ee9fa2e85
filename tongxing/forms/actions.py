"""The only writer of form versions."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from tongxing.forms import queries
from tongxing.forms.models import FormVersion
from tongxing.forms.shapes import Definition

_known: dict[tuple[str, str, str], UUID] = {}  # by database, kind and digest: a version is never changed nor removed


def version_of(definition: Definition) -> UUID:
    """The version that holds this definition; it is written when it is first needed. Two at once write one."""
    digest = queries.digest(definition)
    key = (connection.settings_dict["NAME"], definition.id, digest)
    if key in _known:
        return _known[key]
    found = FormVersion.objects.filter(kind=definition.id, sha256=digest).values_list("pk", flat=True).first() or _write(definition, digest)
    transaction.on_commit(lambda: _known.update({key: found}))  # what is rolled back was never written
    return found


def forget() -> None:
    """Look versions up anew: somebody has emptied the tables. For tests."""
    _known.clear()


def _write(definition: Definition, digest: str) -> UUID:
    latest = FormVersion.objects.filter(kind=definition.id).aggregate(number=Max("number"))["number"] or 0
    row = FormVersion(kind=definition.id, number=latest + 1, sha256=digest, content=queries.content(definition))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # somebody else was first
        found: UUID = FormVersion.objects.get(kind=definition.id, sha256=digest).pk
        return found
    return row.id


def sync() -> int:
    """Write every definition of the files that no version holds yet; return how many."""
    before = FormVersion.objects.count()
    for definition in queries.definitions().values():
        version_of(definition)
    return FormVersion.objects.count() - before
