"""The wrapped data keys. Destroying a row here makes everything sealed with it unreadable, in every copy."""

from __future__ import annotations

from django.db import models

from tongxing.crypto.sealed import DataKey, unwrap, wrap


class WrappedKey(models.Model):
    """One data key a child (or import run): `owner` is its id."""

    owner = models.UUIDField(primary_key=True)
    kek = models.PositiveSmallIntegerField(db_index=True)
    wrapped = models.BinaryField()

    def open(self) -> DataKey:
        return unwrap(self.owner, self.kek, self.wrapped)

    @classmethod
    def fresh(cls, key: DataKey, kek: int | None = None) -> WrappedKey:
        number, wrapped = wrap(key, kek)
        return cls(owner=key.owner, kek=number, wrapped=wrapped)
