"""A child is put into safety for the time being, and leaves it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now
from tongxing.protection import codes, sealing
from tongxing.protection.actions import lines
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Placement

WHY = "a child is placed where it is safe, which may be elsewhere"


@transaction.atomic
def place(*, case: Case, kind: str, by: Post, since: datetime | None = None, child_id: UUID | None = None, with_whom: str = "", where: str = "", order: str = "") -> Placement:
    """Where a child stays from now on. Whoever it stayed with before, no longer. ``order``: by whose decision.

    Raises ``ProtectionError``; nothing is written then.
    """
    moment = now()
    if kind not in codes.PLACEMENT:
        raise ProtectionError(_("请选择安置到哪里。"))
    if since is not None and since > moment:
        raise ProtectionError(_("安置时间在将来，请改正。"))
    if not with_whom.strip():
        raise ProtectionError(_("请写明由谁照料。"))
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.ended:
            raise ProtectionError(_("个案已经结束，请先重新办理。"))
        begins = since or moment
        before = Placement.objects.filter(case=case, child_id=child_id, until=None)
        if before.filter(since__gt=begins).exists():
            raise ProtectionError(_("安置时间早于上一次安置，请核对。"))
        before.update(until=begins)
        made = Placement(id=uuid7(), case=case, child_id=child_id, kind=kind, since=begins, by=by.pk)
        key = sealing.key(case.pk)
        assert key is not None
        made.sealed = sealing.seal(key, made, {"with": with_whom.strip(), "where": where.strip(), "order": order.strip()})
        made.save(force_insert=True)
        lines.write(case, "placed", by=by, data={"kind": kind, "placement": str(made.pk)}, on_at=since, case_key=key)
        return made


@transaction.atomic
def end_placement(*, placement: Placement, by: Post, until: datetime | None = None, words: str = "") -> Placement:
    """The child has left: where to, in words."""
    moment = now()
    with scope.whole_country(why=WHY):
        row = Placement.objects.select_for_update(of=("self",)).select_related("case").get(pk=placement.pk)
        if row.until is not None:
            raise ProtectionError(_("这次安置已经结束。"))
        ends = until or moment
        if ends > moment:
            raise ProtectionError(_("结束时间在将来，请改正。"))
        if ends < row.since:
            raise ProtectionError(_("结束时间早于开始时间，请核对。"))
        row.until = ends
        row.save(update_fields=["until"])
        lines.write(row.case, "placement_ended", by=by, words={"words": words}, data={"kind": row.kind, "placement": str(row.pk)}, on_at=until)
        return row
