"""What a workbook that leaves the house says of who took it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.ground.today import now


def exported_by(post: Post) -> str:
    """Who took it, in which post, and when."""
    return _("%(who)s %(when)s 导出") % {"who": f"{post.person.name}（{post}）", "when": f"{now():%Y-%m-%d %H:%M}"}
