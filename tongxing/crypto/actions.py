"""Making, re-wrapping and destroying data keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import transaction

from tongxing.crypto import keys, sealed
from tongxing.crypto.models import WrappedKey
from tongxing.crypto.sealed import DataKey
from tongxing.ground import bulk

CHUNK = 1000
type Progress = Callable[[int], object]


@transaction.atomic
def make_keys(owners: Iterable[UUID]) -> dict[UUID, DataKey]:
    """A new data key for each owner, stored wrapped."""
    made = {owner: sealed.new_data_key(owner) for owner in owners}
    number = keys.newest()
    bulk.create(WrappedKey, [WrappedKey.fresh(key, number) for key in made.values()])
    return made


def open_keys(owners: Iterable[UUID]) -> dict[UUID, DataKey]:
    """The data keys of these owners; one whose key was destroyed is missing."""
    return {row.owner: row.open() for row in WrappedKey.objects.filter(owner__in=list(owners))}


def rotate(*, progress: Progress = lambda done: None) -> int:
    """Make a new key-encryption key and re-wrap every data key with it; return how many. The values stay as they are."""
    return rewrap(keys.add(), progress=progress)


def rewrap(number: int, *, progress: Progress = lambda done: None) -> int:
    """Wrap what other keys wrap with this one, a chunk a transaction: cut off, the next call goes on."""
    done = 0
    while True:
        with transaction.atomic():
            rows = list(WrappedKey.objects.select_for_update(skip_locked=True).exclude(kek=number)[:CHUNK])
            for row in rows:
                row.kek, row.wrapped = sealed.wrap(row.open(), number)
            WrappedKey.objects.bulk_update(rows, ["kek", "wrapped"])
        if not rows:
            return done
        done += len(rows)
        progress(done)


@transaction.atomic
def destroy(owner: UUID) -> None:
    """Make everything sealed for this owner unreadable for ever."""
    destroy_many([owner])


@transaction.atomic
def destroy_many(owners: Iterable[UUID]) -> None:
    """The same for many."""
    WrappedKey.objects.filter(owner__in=list(owners)).delete()
