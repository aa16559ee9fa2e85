"""How many may knock at the public window: enough for a village that reports one accident, too few for a machine. The only writer of knocks."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from tongxing.crypto import sealed as crypto
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now
from tongxing.protection.models import Knock

WINDOW = timedelta(minutes=10)
KEPT = timedelta(days=1)
BY_ADDRESS = {"report": 30, "status": 20, "number": 10}  # a whole town may come from one address of a telephone company
BY_PLACE = 100  # reports about one county


@transaction.atomic
def knock(*, kind: str, who: str, place: int = 0) -> bool:
    """Count one knock; False where there were too many already, which are not counted."""
    moment = now()
    digest = crypto.digest("knock", f"{kind}:{who}:{moment.date()}")
    with connection.cursor() as cursor:  # twenty at once are counted one by one
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('knock'), hashtext(%s))", [digest])
    Knock.objects.filter(at__lt=moment - KEPT).delete()
    recent = Knock.objects.filter(kind=kind, at__gte=moment - WINDOW)
    if recent.filter(who=digest).count() >= BY_ADDRESS[kind] or (place and recent.filter(place=place).count() >= BY_PLACE):
        return False
    Knock(id=uuid7(), kind=kind, who=digest, place=place, at=moment).save(force_insert=True)
    return True
