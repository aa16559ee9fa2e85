"""Passwords: what a good one is, and one-time ones that a superior reads out."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from tongxing.accounts.models import User

ONE_TIME_DAYS = timedelta(days=3)
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks or sounds like another
GROUPS, GROUP = 3, 4  # 31¹² possibilities


class MixedPasswordValidator:
    """Letters and digits (or signs) both, as the level-3 rules (等保三级) ask."""

    def validate(self, password: str, user: User | None = None) -> None:
        letters = any(char.isalpha() for char in password)
        others = any(not char.isalpha() for char in password)
        if not (letters and others):
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return _("密码要同时有字母和数字。")


class OwnNameValidator:
    """Nothing that colleagues would try first: the user name, the person's name in pinyin, the telephone."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None:
            return
        typed = password.lower()
        known = (user.username, user.person.name, user.person.pinyin, user.person.phone)
        if any(len(each) >= 2 and each.lower() in typed for each in known):
            raise ValidationError(self.get_help_text(), code="password_own_name")

    def get_help_text(self) -> str:
        return _("密码里不要有您的用户名、姓名或者电话。")


def one_time() -> str:
    """A password to be read out once: three groups of four."""
    return "-".join("".join(secrets.choice(ALPHABET) for _char in range(GROUP)) for _group in range(GROUPS))
