"""A paper runs out by its clock: the village is told a month before, and on the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.clocks import actions as clocks
from tongxing.clocks.models import Clock
from tongxing.ground.today import CHINA, today
from tongxing.guardianship import states
from tongxing.guardianship.actions.agreements import CLOCK, record
from tongxing.guardianship.models import Agreement
from tongxing.guardianship.parameters import parameters
from tongxing.guardianship.states import State
from tongxing.outbox import actions as outbox

SOON, END = "soon", "end"
MORNING: Final = time(8, 30)


def wind(row: Agreement) -> None:
    """Start the two clocks of a paper that holds from now on."""
    soon = row.until - timedelta(days=parameters(row.scope_place, today()).soon_days)
    for step, day, hour in ((SOON, soon, MORNING), (END, row.until, time(0))):
        clocks.start(kind=CLOCK, subject=row.id, step=step, due_at=_at(day, hour), place=row.scope_place)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, CHINA)


def ran_out(clock: Clock) -> None:
    """A paper runs out soon, or has run out: its village hears of it, and on the day it is marked so."""
    row = Agreement.objects.select_for_update(of=("self",)).filter(pk=clock.subject).first()
    if row is None or row.state != State.SIGNED:
        return
    if clock.step == END:
        if row.until > today():
            return
        row.state = states.after(row.state, "expire")
        row.save(update_fields=["state"])
        record(row, "agreement_expired", None, {"agreement": [row.number, row.number], "standing": [State.SIGNED, row.state]})
        about, url = noop("有一份监护确认书已到期，没有续签。"), "/guardianship/?standing=lapsed"
    else:
        about, url = noop("有一份监护确认书将要到期，请联系家长续签。"), "/guardianship/?standing=soon"
    village = Post.objects.held(today()).filter(role="child_director", place=row.scope_place).select_related("person")
    outbox.tell(kind="file", about=about, url=url, posts=list(village), key=f"confirmation:{clock.pk}")
