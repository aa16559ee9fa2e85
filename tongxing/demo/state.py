"""What the database at hand is: empty, a demo, or somebody's real register."""

from __future__ import annotations

import os
from enum import StrEnum

from django.core.management import CommandError, call_command
from django.db import connections

from tongxing.accounts.models import Person
from tongxing.demo.models import Demo
from tongxing.ground import postgres


class State(StrEnum):
    EMPTY = "empty"
    UNFINISHED = "unfinished"  # a demo whose loading was cut off
    DEMO = "demo"
    REAL = "real"


def state() -> State:
    mark = Demo.objects.first()
    if mark:
        return State.DEMO if mark.loaded_at else State.UNFINISHED
    return State.REAL if Person.objects.exists() else State.EMPTY


def accounts() -> list[dict[str, str]]:
    """The sign-ins that the whole world knows, where this is a demo."""
    mark = Demo.objects.first()
    return mark.accounts if mark else []


def start_over() -> None:
    """Empty the database of a demo whose loading was cut off, tables and all. Raises CommandError where it is anything else."""
    if state() is not State.UNFINISHED:
        raise CommandError("Only a demo that was not loaded to its end is emptied.")
    if not (owner := os.environ.get("DATABASE_OWNER_URL")):
        raise CommandError("Loading the demo was cut off. Empty the database, or set DATABASE_OWNER_URL so that this can be done here.")
    connections.close_all()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    postgres.grant(owner)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
