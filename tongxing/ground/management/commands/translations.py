"""`manage.py translations extract | compile | check`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongxing.ground import translations


class Command(BaseCommand):
    help = "Bring the English catalogues up to date (extract), build what the program reads (compile), or find what is missing (check)."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("step", choices=["extract", "compile", "check"])
        parser.add_argument("app", nargs="*", help="extract for these apps only")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["step"]:
            case "extract":
                missing = translations.renew(only=options["app"])
                for app, count in missing.items():
                    if count:
                        self.stdout.write(f"{app}: {count} without an English text")
            case "compile":
                self.stdout.write(f"{translations.compile_all()} catalogues compiled")
            case "check":
                faults = list(translations.faults())
                for fault in faults:
                    self.stderr.write(fault)
                if faults:
                    raise CommandError(f"{len(faults)} faults in the translations")
                self.stdout.write("Translations: complete")
