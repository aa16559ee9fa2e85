"""`manage.py caremodels check | explain | diff | sync`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils import translation

from tongxing.caremodels import actions, differing, explaining
from tongxing.caremodels.loading import FOLDER, Draft, Library
from tongxing.caremodels.models import Adoption, ModelVersion
from tongxing.ground.toml import DataFileError


class Command(BaseCommand):
    help = "Check the care models' files, say in sentences what a model asks of whom, compare two versions, or keep the files' texts in the database."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        check = steps.add_parser("check", help="name everything that is wrong in the files, and versions in use that can no longer be read")
        check.add_argument("--folder", type=Path, default=FOLDER)
        check.add_argument("--files-only", action="store_true", help="without the database")
        explain = steps.add_parser("explain", help="what a model asks of whom and how often")
        explain.add_argument("model")
        explain.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])
        diff = steps.add_parser("diff", help="what has changed between a version in the database (the start of its hash) and the file")
        diff.add_argument("model")
        diff.add_argument("version", nargs="?", default="", help="the last one kept, if not named")
        diff.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])
        steps.add_parser("sync", help="keep the files' texts as versions")

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        match step:
            case "check":
                self._check(options["folder"], files_only=options["files_only"])
            case "explain":
                with translation.override(options["language"]):
                    self.stdout.write("\n".join(explaining.sentences(_draft(options["model"]))))
            case "diff":
                with translation.override(options["language"]):
                    self.stdout.write("\n".join(_differences(options["model"], options["version"])))
            case "sync":
                self.stdout.write(f"{len(actions.sync_versions())} new versions")

    def _check(self, folder: Path, *, files_only: bool) -> None:
        books = Library(folder, strict=False)
        faults = list(books.faults)
        if not files_only:
            try:
                faults += _unreadable()
            except ProgrammingError:
                self.stderr.write("The database has no tables yet: only the files were checked. Prepare it with “python3 bin/prepare”, or say --files-only.")
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the care models")
        self.stdout.write(f"Care models: {len(books.drafts)}, {sum(len(model.duties) for model in books.models.values())} duties, no fault")


def _unreadable() -> list[str]:
    """Versions in use that can no longer be read."""
    found = []
    for version in ModelVersion.objects.filter(pk__in=Adoption.objects.filter(until=None).values("version")):
        try:
            Draft(version.text, f"{version}").model()
        except DataFileError as wrong:
            found.append(f"a version in use can no longer be read: {wrong}")
    return found


def _draft(name: str) -> Draft:
    try:
        return Library().draft(name)
    except KeyError as unknown:
        raise CommandError(str(unknown.args[0])) from unknown


def _differences(name: str, version: str) -> list[str]:
    file = _draft(name)
    kept = ModelVersion.objects.filter(model=name, sha256__startswith=version).order_by("-created_at").first()
    if kept is None:
        raise CommandError(f"no version of {name} begins with “{version}”; run manage.py caremodels sync first")
    return differing.sentences(Draft(kept.text, f"{kept}"), file)
