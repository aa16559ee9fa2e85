"""Take in the WHO's tables of growth, for the curves of the growth record."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongxing.care import growth


class Command(BaseCommand):
    help = "Take in the WHO's tables (lhfa, hfa, wfa; boys and girls; xlsx or text) as the reference of the growth record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        try:
            kept = growth.keep(files)
        except growth.NotAReference as refused:
            raise CommandError(f"{refused} Nothing was changed.") from refused
        for (what, sex), ages in sorted(kept.items()):
            self.stdout.write(f"{what} of {'boys' if sex == '1' else 'girls'}: {ages} months of age")
