"""`manage.py create_first_administrator`: the one sign-in that nobody in the program can give."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts import actions, passwords
from tongxing.accounts.actions import NotAppointed
from tongxing.accounts.models import Post, User
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places.codes import CodeError
from tongxing.places.models import Place

ROLE = "security_admin"


class Command(BaseCommand):
    help = "Make the first security administrator and print a password that must be changed. Refuses where there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", help="the person's name")
        parser.add_argument("--username", help="the user name to sign in with")
        parser.add_argument("--place", help="division code of the county, city or province (420506)")

    def handle(self, *args: Any, **options: Any) -> None:
        if Post.objects.held(today()).filter(role=ROLE, person__user__is_active=True).exists():
            raise CommandError(_("已有安全管理员。请由其任命其他人员；忘记密码的，用 manage.py reset_sign_in。"))
        place = self._place(options["place"] or self._ask(_("县、市或省的区划代码（如 420506）")))
        name = (options["name"] or self._ask(_("姓名"))).strip()
        username = (options["username"] or self._ask(_("用户名"))).strip().lower()
        if not name or not username:
            raise CommandError(_("姓名和用户名不能为空。"))
        if User.objects.filter(username=username).exists():
            raise CommandError(_("用户名“%(username)s”已有人使用。") % {"username": username})
        password = passwords.one_time()
        try:
            with transaction.atomic():
                person = actions.add_person(name=name, by=None)
                actions.give_sign_in(person=person, username=username, password=password, must_change=True, by=None)
                actions.appoint(person=person, role=ROLE, place=place.code, since=today(), by=None)
        except NotAppointed as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(_("已任命%(name)s为%(place)s的安全管理员。") % {"name": name, "place": place.full_name})
        self.stdout.write(_("用户名 %(username)s，一次性密码 %(password)s（三天内有效，登录后须修改）") % {"username": username, "password": password})

    def _place(self, text: str) -> Place:
        try:
            place = Place.objects.filter(pk=codes.parse(text)).first()
        except CodeError as reason:
            raise CommandError(str(reason)) from reason
        if place is None:
            raise CommandError(_("没有代码为“%(text)s”的行政区划。请先用 manage.py places load 载入。") % {"text": text})
        return place

    def _ask(self, what: str) -> str:
        try:
            return input(f"{what}: ")
        except EOFError as gone:
            raise CommandError(_("请填写 --place、--name 和 --username。")) from gone
