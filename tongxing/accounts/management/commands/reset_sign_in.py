"""`manage.py reset_sign_in`: for the administrator whom nobody stands above."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts import actions
from tongxing.accounts.models import User


class Command(BaseCommand):
    help = "Give a sign-in a one-time password, and take its second factor away where asked. Written into the journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="why, for the auditor")
        parser.add_argument("--second-factor", action="store_true", help="the telephone is lost: set the one-time codes up anew")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.select_related("person").filter(username=options["username"].strip().lower()).first()
        if user is None:
            raise CommandError(_("没有用户名“%(username)s”。") % {"username": options["username"]})
        with transaction.atomic():
            if options["second_factor"]:
                actions.reset_second_factor(user=user, reason=options["reason"], by=None)
            password = actions.reset_password(user=user, reason=options["reason"], by=None)
        self.stdout.write(_("用户名 %(username)s，一次性密码 %(password)s（三天内有效，登录后须修改）") % {"username": user.username, "password": password})
