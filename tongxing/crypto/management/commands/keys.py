"""`manage.py keys status|rotate`: the keys that wrap the children's data keys."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from tongxing.crypto import actions, keys
from tongxing.crypto.models import WrappedKey


class Command(BaseCommand):
    help = "Show the key-encryption keys, or make a new one and wrap every data key with it (values stay as they are)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("do", choices=("status", "rotate", "resume"), help="resume goes on with a rotation that was cut off")

    def handle(self, *args: Any, do: str, **options: Any) -> None:
        try:
            if do == "status":
                self._status()
            else:
                number = keys.add() if do == "rotate" else keys.newest()
                count = actions.rewrap(number, progress=lambda done: self.stdout.write(f"{done:,} …"))
                self.stdout.write(f"{count:,} data keys are now wrapped by kek-{number}.key. Copy that file to where keys are kept before the old ones are removed.")
        except keys.KeyMissing as missing:
            raise CommandError(str(missing)) from missing

    def _status(self) -> None:
        newest = keys.newest()
        for row in WrappedKey.objects.values("kek").annotate(count=Count("owner")).order_by("kek"):
            self.stdout.write(f"kek-{row['kek']}.key  {row['count']:,} data keys{'  (newest)' if row['kek'] == newest else ''}")
