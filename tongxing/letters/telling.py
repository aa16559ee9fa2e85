"""Who hears that a department let its day pass, and what ends by itself. Nothing told names a child."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as noop

from tongxing.clocks.models import Clock
from tongxing.ground import scope
from tongxing.ground.today import now, today
from tongxing.letters import queries, states
from tongxing.letters.actions import receiving
from tongxing.letters.actions.writing import note
from tongxing.letters.models import Action, Letter, Receiver
from tongxing.letters.states import State
from tongxing.outbox import actions as outbox

OVERDUE = noop("%(department)s逾期没有复函：%(title)s，期限%(due)s。")
LATE = noop("您单位有一份函件逾期没有复函：%(title)s，期限%(due)s。")
ACTION_LATE = noop("联席会议工作事项逾期没有完成：%(words)s，期限%(due)s。")
CLOSES_AFTER = timedelta(days=15)
WHY = "letters of every office are looked after once a day"


def lapsed(clock: Clock) -> None:
    """The day has passed without an answer (``settings.CLOCKS``): office and department hear of it, once for each day that was set."""
    letter = Letter.unscoped.filter(pk=clock.subject, state=State.SENT).first()
    if letter is not None:
        tell_late(letter)


def tell_late(letter: Letter) -> None:
    words = {"title": letter.title, "due": f"{letter.due_on:%Y-%m-%d}"}
    url, key = reverse("letters:letter", args=[letter.id]), f"{letter.binding}:late:{letter.due_on:%Y%m%d}"
    office = [post for post in queries.able_posts(letter, "letters.write") if post.place_id == letter.scope_place]
    outbox.tell(kind="overdue", about=OVERDUE, words={"department": letter.department_label, **words}, posts=office, url=url, key=key, checked=True)
    posts = [row.post for row in Receiver.unscoped.filter(letter=letter).select_related("post__person") if row.post.held()]
    if posts:
        outbox.tell(kind="overdue", about=LATE, words=words, posts=posts, url=url, key=key, checked=True)


def actions_overdue() -> int:
    """Tell the contact of a member unit, and who called the meeting, of what was not done in time. Once."""
    with transaction.atomic(), scope.whole_country(why=WHY):
        rows = list(Action.unscoped.filter(done_on=None, dropped_on=None, due_on__lt=today(), told_at=None).select_related("owner__post__person", "meeting__post", "programme"))
        for action in rows:
            posts = [post for post in (action.owner.post, action.meeting.post if action.meeting else None) if post is not None and post.held()]
            if posts:
                words = {"words": action.words, "due": f"{action.due_on:%Y-%m-%d}"}
                outbox.tell(kind="overdue", about=ACTION_LATE, words=words, posts=posts, url=reverse("meetings:actions"), key=f"action:{action.id}:late", checked=True)
        Action.unscoped.filter(pk__in=[action.pk for action in rows]).update(told_at=now())
    return len(rows)


def close_answered() -> int:
    """A letter that was answered and that nobody took up again is closed after fifteen days: its children show to the department no longer."""
    closed = 0
    with transaction.atomic(), scope.whole_country(why=WHY):
        for letter in Letter.unscoped.select_for_update(of=("self",)).filter(state=State.ANSWERED, answered_on__lte=today() - CLOSES_AFTER):
            letter.state, letter.ended_on = states.after(letter.state, "close", order=letter.is_order), today()
            letter.save(update_fields=["state", "ended_on"])
            note(letter, "close", None)
            receiving.take_back(letter, by=None)
            closed += 1
    return closed
