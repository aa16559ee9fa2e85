"""Identifiers: UUIDv7, made by whoever creates the row, in order of time."""

from uuid import UUID

import uuid6


def uuid7() -> UUID:
    return UUID(int=uuid6.uuid7().int)
