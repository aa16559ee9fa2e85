"""`manage.py journal seal|verify|head|settle`: the chain over the journal and the access log, from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tongxing.journal import sealing


class Command(BaseCommand):
    help = "Seal the journal and the access log, verify the seals, print the head to be kept elsewhere, or settle after a restore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["seal", "verify", "head", "settle"])

    def handle(self, *args: Any, **options: Any) -> None:
        match options["what"]:
            case "seal":
                self.stdout.write(_("新增封条 %(count)s 个") % {"count": len(sealing.seal())})
            case "verify":
                self._verify()
            case "settle":
                self.stdout.write(_("编号已接续。") if sealing.settle() else _("数据库没有换过，无需处理。"))
            case "head":
                for each in sealing.status():
                    self.stdout.write(f"{each.log} {each.number} {each.head or '-'} +{each.waiting}")

    def _verify(self) -> None:
        if breaks := sealing.verify():
            raise CommandError("\n".join([_("有 %(count)s 处不一致：") % {"count": len(breaks)}, *map(str, breaks)]))
        for each in sealing.status():
            text = _("%(log)s：%(seals)s 个封条完好，%(waiting)s 条记录待封") % {"log": each.label, "seals": each.number, "waiting": each.waiting}
            self.stdout.write(text)
