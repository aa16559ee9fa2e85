"""`manage.py files verify` compares every attachment with its file; `manage.py files sweep` removes files without a row."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.files import actions, queries
from tongxing.files.models import Attachment
from tongxing.ground import scope


class Command(BaseCommand):
    help = "Verify or sweep the encrypted attachments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "sweep"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        with transaction.atomic(), scope.whole_country(why="files are checked for the whole house"):
            if what == "sweep":
                self.stdout.write(_("清理了 %(count)d 个无主文件") % {"count": actions.sweep()})
                return
            kept = [Attachment.objects.filter(removed_at=None), *(model.objects.all() for model in actions.higher())]
            bad = [found for rows in kept for found in queries.damaged(rows.iterator(chunk_size=1000))]
            for attachment, how in bad:
                self.stdout.write(f"{attachment.id} {how}")
            if bad:
                raise CommandError(_("%(bad)d 个附件丢失或被改动，请从备份恢复") % {"bad": len(bad)})
            self.stdout.write(_("%(count)d 个附件完好") % {"count": sum(rows.count() for rows in kept)})
