"""`manage.py erase_child <id> --why …`: erase one file for ever, after the county has decided so (个人信息保护法 47 条)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.children import actions, followers
from tongxing.children.models import Child
from tongxing.ground import scope


class Command(BaseCommand):
    help = "Erase a child's file: its rows are emptied, its files and its key destroyed; the journal's chain keeps holding."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("child", type=UUID, help="the file's id: the end of its address")
        parser.add_argument("--why", default="", help="the decision and its reason; stays in the journal, so it must name nobody")
        parser.add_argument("--shared-pictures", action="store_true", help="pictures of joint work that may show the child go as well, for all who took part")
        parser.add_argument("--yes", action="store_true", help="do not ask again")

    def handle(self, *args: Any, child: UUID, why: str, yes: bool, shared_pictures: bool, **options: Any) -> None:
        if not why.strip():
            raise CommandError(_("请用 --why 写明删除的依据和原因（不要写姓名）。"))
        with transaction.atomic(), scope.whole_country(why="the administrator of the whole house carries out a decision"):
            found = Child.objects.filter(pk=child).first()
            if found is None:
                raise CommandError(_("没有这份档案：%(child)s") % {"child": child})
            if not yes and input(_("将永久删除 %(child)s 的档案、附件和密钥，不能恢复。输入 erase 确认：") % {"child": child}) != "erase":
                raise CommandError(_("没有删除。"))
            staying = 0 if shared_pictures else sum(follower.shared_pictures(child_id=child) for follower in followers.declared())
            actions.erase(child_id=child, why=why, by=None, shared_pictures=shared_pictures)
        self.stdout.write(_("档案 %(child)s 已删除。备份中的副本也已无法解密；请让备份按期轮换。") % {"child": child})
        if staying:
            self.stdout.write(_("集体工作的照片还有 %(n)d 张，可能拍到这名孩子，仍然保留。经办人认为应当删除的，加 --shared-pictures 再执行一次。") % {"n": staying})
