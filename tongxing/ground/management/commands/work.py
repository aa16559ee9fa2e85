"""`manage.py work`: do background jobs. `manage.py serve` starts one; a server with much to do runs more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tongxing.ground import jobs


class Command(BaseCommand):
    help = "Do background jobs until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when no job is left")
        parser.add_argument("--queue", action="append", help="only the jobs of this queue (may be given several times)")

    def handle(self, *args: Any, **options: Any) -> None:
        jobs.work(wait=not options["once"], queues=options["queue"])
