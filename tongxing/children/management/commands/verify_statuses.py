"""`manage.py verify_statuses`: hold the stored statuses of every file against the rule. The night does it too."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongxing.children.actions.verifying import verify_statuses

BAR = 30


class Command(BaseCommand):
    help = "Hold the stored statuses of every file against the rule, county by county."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="derive the files that differ anew")

    def handle(self, *args: Any, mend: bool, **options: Any) -> None:
        noted, found = verify_statuses(mend=mend, say=self._say)
        for child_id in found:
            self.stdout.write(str(child_id))
        self.stdout.write(f"{noted.files:,} files, {noted.differing:,} differ from the rule, {noted.mended:,} mended, {noted.seconds} s")
        if noted.differing > noted.mended:
            raise CommandError("Run it with --mend to derive them anew.")

    def _say(self, done: int, total: int) -> None:
        """A bar on a terminal; nothing where the output is a file."""
        if sys.stderr.isatty():
            filled = BAR * done // total
            self.stderr.write(f"\r[{'#' * filled}{'·' * (BAR - filled)}] {done:,}/{total:,}", ending="\n" if done == total else "")
            self.stderr.flush()
