"""Promises of every place: open what a day asks, and hold what is stored against the oracle."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongxing.duties import tallies
from tongxing.duties.actions import opening, verifying
from tongxing.ground.scope import WHOLE_COUNTRY
from tongxing.places import codes

SHOWN = 20


class Command(BaseCommand):
    help = "duties open: open the windows of a day; duties verify: hold every promise against the oracle"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=("open", "verify"))
        parser.add_argument("--place", help="a division code; the whole country without it")
        parser.add_argument("--on", type=date.fromisoformat, help="the day, today without it")

    def handle(self, *, act: str, place: str | None, on: date | None, **_options: Any) -> None:
        lo, hi = codes.span(codes.parse(place)) if place else WHOLE_COUNTRY
        if act == "open":
            done = opening.open_windows(lo, hi, on, say=self._say)
            tallies.refresh()
            self.stdout.write(f"{done.duties} opened, {done.ended} ended, in {done.counties} counties")
            return
        tallies.refresh()
        noted, wrong = verifying.verify(lo, hi, on=on, say=self._say)
        for each in wrong[:SHOWN]:
            self.stdout.write(str(each))
        self.stdout.write(f"{noted.duties} looked at in {noted.seconds} s: {noted.differing} differ, {noted.tallies} tallies differ")
        if wrong or noted.tallies:
            raise CommandError("what is stored is not what the oracle computes")

    def _say(self, done: int, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{done}/{total}", ending="")
