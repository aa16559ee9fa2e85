"""`manage.py figures refresh|verify`: bring the roll-up up to date; prove it, and every frozen return, equal to the rows."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from tongxing.figures import counting, rollup
from tongxing.figures.models import Return
from tongxing.ground import scope


class Command(BaseCommand):
    help = "Bring the roll-up up to date, or prove it and every frozen return."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("step", choices=["refresh", "verify"])

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        rollup.refresh()
        if step == "refresh":
            return
        faults = rollup.faults()
        with transaction.atomic(), scope.whole_country(why="every frozen return is proved"):
            faults += [f"return {report.id}: the digest is not that of its rows" for report in Return.objects.exclude(sha256="") if not counting.intact(report)]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults")
        self.stdout.write("Figures: equal to the rows")
