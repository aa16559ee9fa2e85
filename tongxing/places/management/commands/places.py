"""Load lists of places, merge places, look one up."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongxing.ground.today import today
from tongxing.places import actions, codes, lists, package, queries
from tongxing.places.actions import PlaceError
from tongxing.places.codes import CodeError
from tongxing.places.lists import ListError, PlaceList
from tongxing.places.rules import compare

PROBLEMS_SHOWN = 50
BAR = 30


class Command(BaseCommand):
    """`places load`, `places merge`, `places find`."""

    help = "Places: load lists, merge, find."

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = parser.add_subparsers(dest="do", required=True)
        load = does.add_parser("load", help="take over a list of places")
        what = load.add_mutually_exclusive_group(required=True)
        what.add_argument("--yichang", action="store_true", help="all counties of the country, and the townships and villages of 宜昌市 (no download)")
        what.add_argument("--country", action="store_true", help=f"the whole country: {package.NAME}, fetched by npm")
        what.add_argument("path", nargs="?", type=Path, metavar="FILE", help="CSV or Excel of a county, or the unpacked folder of the package")
        load.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="from when the list holds (default: 2023-06-30 for the package, else today)")
        load.add_argument("--complete", action="store_true", help="townships and villages that the list leaves out have ended")
        load.add_argument("--dry-run", action="store_true", help="only say what would change")
        merge = does.add_parser("merge", help="close places and name their successor")
        merge.add_argument("--old", nargs="+", required=True, metavar="CODE")
        merge.add_argument("--new", required=True, metavar="CODE")
        merge.add_argument("--name", help="found the new place under this name first")
        merge.add_argument("--on", type=date.fromisoformat, required=True, metavar="DATE")
        merge.add_argument("--reason", required=True, help="the decision, e.g. its document number")
        find = does.add_parser("find", help="search by name, pinyin, initials or code")
        find.add_argument("text", nargs="+")
        find.add_argument("--closed", action="store_true", help="closed places too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["do"])(options)
        except (ListError, PlaceError, CodeError) as error:
            raise CommandError(str(error)) from error

    def load(self, options: dict[str, Any]) -> None:
        found, on = self.found(options)
        if options["dry_run"]:
            changes = compare(found, queries.known(found), on=on, complete=options["complete"])
        else:
            changes = actions.apply_list(found=found, on=on, complete=options["complete"], by=None, progress=self.progress)
        for problem in changes.problems[:PROBLEMS_SHOWN]:
            self.stderr.write(str(problem))
        if len(changes.problems) > PROBLEMS_SHOWN:
            self.stderr.write(f"… {len(changes.problems)}")
        would = "would be " if options["dry_run"] else ""
        self.stdout.write(
            f"{len(changes.added)} {would}added, {len(changes.renamed)} renamed, {len(changes.closed)} closed, {len(changes.reopened)} reopened, "
            f"{changes.unchanged} unchanged, {changes.outdated} known from a newer list, {len(changes.problems)} rows refused"
        )

    def found(self, options: dict[str, Any]) -> tuple[PlaceList, date]:
        """The list that the options name, and from when it holds."""
        if options["yichang"]:
            return lists.shipped(), options["on"] or lists.EDITION
        if options["country"]:
            self.stdout.write(f"{package.NAME} …")
            return lists.read(package.fetch()), options["on"] or lists.EDITION
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path}: no such file or folder")
        return lists.read(path), options["on"] or (lists.EDITION if path.is_dir() else today())

    def merge(self, options: dict[str, Any]) -> None:
        new = codes.parse(options["new"])
        if options["name"] and not queries.by_code(new):
            actions.add_place(code=new, name=options["name"], on=options["on"], reason=options["reason"], by=None)
        old = [codes.parse(code) for code in options["old"]]
        made = actions.merge_places(old=old, new=new, on=options["on"], reason=options["reason"], by=None)
        self.stdout.write(f"{len(made)} merged into {codes.show(new)} from {options['on']}")

    def find(self, options: dict[str, Any]) -> None:
        for place in queries.search(" ".join(options["text"]), closed=options["closed"]):
            ended = f" (until {place.valid_until})" if place.valid_until else ""
            self.stdout.write(f"{codes.show(place.code)} {place.full_name}{ended}")

    def progress(self, done: int, total: int) -> None:
        """A bar on a terminal; nothing where the output is a file."""
        if sys.stderr.isatty() and total:
            filled = BAR * done // total
            self.stderr.write(f"\r[{'#' * filled}{'·' * (BAR - filled)}] {done:,}/{total:,}", ending="\n" if done == total else "")
            self.stderr.flush()
