"""What every act on a letter asks first: the right, and texts that name no child."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo
from tongxing.outbox import guard
from tongxing.outbox.guard import PersonalData


def may(by: Post | None, right: str) -> None:
    """Raises ``CannotDo`` where the post does not hold the right. ``by`` None is the system."""
    if by is not None and not by.may(right):
        raise CannotDo(_("您的岗位不能这样操作。"))


def check_texts(*texts: str) -> None:
    """What departments read, and what a message may quote, names no child: the list does. Raises ``CannotDo``."""
    try:
        guard.check([text for text in texts if text])
    except PersonalData as found:
        raise CannotDo(found.sentence) from None


def squeezed(text: str) -> str:
    return " ".join(text.split())


def missing(pairs: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Field → sentence, for each (field, value, sentence) whose value is blank."""
    return {field: sentence for field, value, sentence in pairs if not value.strip()}
