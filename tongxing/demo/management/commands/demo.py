"""Fill an empty database with the demo county: 夷陵区's real townships and villages, invented people."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tongxing.demo.load import load
from tongxing.demo.models import Demo
from tongxing.demo.province import load as province
from tongxing.demo.state import State, start_over, state
from tongxing.ground.today import now

BAR = 30


class Command(BaseCommand):
    help = "Load the demo county into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--share", type=float, default=1, help="a smaller county: 0.1 is a tenth of it")
        parser.add_argument("--children", type=int, default=0, metavar="N", help="instead of the county a register of N children, 10,000 a county (1000000: a province)")
        parser.add_argument("--processes", type=int, default=None, metavar="P", help="with --children: processes that fill it (default: one a core)")

    def handle(self, *args: Any, share: float, children: int, processes: int | None, **options: Any) -> None:
        if children or self._unfinished_province():
            self._province(children, processes)
            return
        match state():
            case State.REAL:
                raise CommandError("This database holds a real register: the demo is loaded into an empty database only. Nothing was changed.")
            case State.DEMO:
                self.stdout.write("The demo county is loaded already.")
                return
            case State.UNFINISHED:
                self.stdout.write("Loading the demo was cut off the last time; it begins anew.")
                start_over()
        mark = Demo.objects.create()
        self.stdout.write("Loading the demo county …")
        staff = load(self._say, share=share)
        mark.accounts = [
            {"role": str(post.definition.name), "username": post.person.user.username, "name": post.person.name, "place": post.place.full_name} for post in staff.known
        ]
        mark.loaded_at = now()
        mark.save()

    @staticmethod
    def _unfinished_province() -> bool:
        return Demo.objects.filter(loaded_at=None, children__gt=0).exists()

    def _province(self, children: int, processes: int | None) -> None:
        """Fill the database, or go on where the last run was cut off."""
        mark = Demo.objects.first()
        if mark is None and state() is State.REAL:
            raise CommandError("This database holds a real register: the demo is loaded into an empty database only. Nothing was changed.")
        if mark is not None and mark.loaded_at:
            raise CommandError("A demo is loaded here already. Nothing was changed.")
        if mark is not None and (not mark.children or children not in (0, mark.children)):
            raise CommandError("An unfinished demo is here already: finish it with `demo`, or name an empty database.")
        if "owner" not in settings.DATABASES:
            raise CommandError("DATABASE_OWNER_URL is not set: filling a register takes indexes off and puts them back, which is the owner's to do.")
        mark = mark or Demo.objects.create(children=children)
        self.stdout.write(f"Filling a register of {mark.children:,} children …")
        began = time.monotonic()
        province.load(self._say, children=mark.children, workers=processes)
        Demo.objects.update(loaded_at=now())
        self.stdout.write(f"{mark.children:,} children in {time.monotonic() - began:.0f} s.")

    def _say(self, step: str, done: int, total: int) -> None:
        """A bar on a terminal; nothing where the output is a file."""
        if sys.stderr.isatty():
            filled = BAR * done // total
            self.stderr.write(f"\r{step:<12} [{'#' * filled}{'·' * (BAR - filled)}] {done:,}/{total:,}", ending="\n" if done == total else "")
            self.stderr.flush()
