"""Fill an empty database with the demo county: 夷陵区's real townships and villages, invented people."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongxing.demo.load import load
from tongxing.demo.models import Demo
from tongxing.demo.state import State, start_over, state
from tongxing.ground.today import now

BAR = 30


class Command(BaseCommand):
    help = "Load the demo county into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--share", type=float, default=1, help="a smaller county: 0.1 is a tenth of it")

    def handle(self, *args: Any, share: float, **options: Any) -> None:
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

    def _say(self, step: str, done: int, total: int) -> None:
        """A bar on a terminal; nothing where the output is a file."""
        if sys.stderr.isatty():
            filled = BAR * done // total
            self.stderr.write(f"\r{step:<12} [{'#' * filled}{'·' * (BAR - filled)}] {done:,}/{total:,}", ending="\n" if done == total else "")
            self.stderr.flush()
