"""A letter goes on: checked, signed, sealed and sent; reminded of, closed, withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.calendars import queries as calendars
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.letters import deadlines, queries, rules, states
from tongxing.letters.actions import receiving
from tongxing.letters.actions.checks import check_texts, may, squeezed
from tongxing.letters.actions.writing import locked, note
from tongxing.letters.models import Item, Letter, Receiver
from tongxing.letters.states import LIFE, NotNow, State
from tongxing.outbox import actions as outbox

REMIND_AGAIN = timedelta(hours=12)
WAITING = noop("有一份联函等您办理：%(title)s（%(act)s）。")
RETURNED = noop("联函退回修改：%(title)s。")
REMINDED = noop("请尽快复函：%(title)s，期限%(due)s。")
TAKEN_BACK = noop("联函已撤回：%(title)s。")
NEXT = {"submit": "check", "check": "sign", "sign": "seal"}


@transaction.atomic
def advance(*, letter_id: UUID, act: str, by: Post, words: str = "", number: str = "") -> Letter:
    """One step of the table ``states.LIFE``. Raises ``CannotDo``, ``FieldErrors``; ``Letter.DoesNotExist`` outside the scope."""
    step = LIFE[act]
    if step.automatic:
        raise CannotDo(_("这一步随复函自动完成。"))
    may(by, step.right)
    letter = locked(letter_id)
    target = _target(letter, act)
    if step.comment and not words.strip():
        raise FieldErrors({"comment": _("请写明原因。")})
    check_texts(words)
    if step.apart and not rules.may_step(by.person_id, acted=queries.acted(letter, step.apart), able=queries.able(letter, step.right)):
        raise CannotDo(_("这份函件由您经手过前面的步骤，请由另一个人%(act)s。") % {"act": step.label})
    was = State(letter.state)
    letter.state = target
    match act:
        case "seal":
            _send(letter, number)
        case "dispatch":
            _send(letter, letter.number or queries.order_number(letter))
        case "reopen":
            letter.answered_on = None
    if target in (State.CLOSED, State.WITHDRAWN):
        letter.ended_on = today()
    try:
        with transaction.atomic():
            letter.save()
    except IntegrityError:
        raise FieldErrors({"number": _("本县今年已经有一份函件用了这个文号。")}) from None
    note(letter, act, by, words)
    deadlines.keep(letter)
    _follow(letter, act, was, by)
    return letter


def _target(letter: Letter, act: str) -> State:
    try:
        return states.after(letter.state, act, order=letter.is_order)
    except NotNow as refused:
        raise CannotDo(str(refused)) from None


def _send(letter: Letter, number: str) -> None:
    typed = squeezed(number)[:40]
    if not typed:
        raise FieldErrors({"number": _("请填写文号。")})
    check_texts(typed)
    on = today()
    letter.number, letter.year, letter.sent_on = typed, on.year, on
    letter.due_on = due(letter.county, on, letter.days)


def due(county: int, on: date, days: int) -> date:
    """The last working day on which an answer is in time."""
    return calendars.calendar(county).after(on, days)


def _follow(letter: Letter, act: str, was: State, by: Post) -> None:
    """What a step brings with it: who is told, who sees the children from now on, or no longer."""
    if act in ("seal", "dispatch"):
        Item.unscoped.filter(letter=letter).update(sent_on=letter.sent_on, number=letter.number)
        items = list(Item.unscoped.filter(letter=letter))
        journal.record_many(by=by, acts=[queries.act_on(item, "letter_sent", letter) for item in items])
        receiving.deliver(letter, by=by)
    elif act in NEXT:
        next_act = LIFE[NEXT[act]]
        posts = [post for post in queries.able_posts(letter, next_act.right) if post.person_id != by.person_id]
        _tell(letter, WAITING, posts, f"{letter.binding}:{act}:{letter.version}", act=str(next_act.label))
    elif act == "return":
        letter.version += 1
        letter.save(update_fields=["version"])
        _tell(letter, RETURNED, [letter.drafter], f"{letter.binding}:return:{letter.version}")
    elif act in ("close", "give_up", "withdraw") and was in states.OPEN:
        receiving.take_back(letter, by=by)
        outbox.take_back(key=letter.binding, keys_like=True)
        if act == "withdraw":
            _tell(letter, TAKEN_BACK, _receivers(letter), f"withdrawn:{letter.id}")


@transaction.atomic
def remind(*, letter_id: UUID, by: Post) -> int:
    """Urge the department (催办); returns how many posts hear of it. Raises ``CannotDo`` within twelve hours of the last time."""
    may(by, "letters.write")
    letter = locked(letter_id)
    if letter.state != State.SENT:
        raise CannotDo(_("这份函件%(state)s，不用催办。") % {"state": State(letter.state).label})
    if letter.reminded_at and now() - letter.reminded_at < REMIND_AGAIN:
        raise CannotDo(_("半天以内已经催办过。"))
    letter.reminders += 1
    letter.reminded_at = now()
    letter.save(update_fields=["reminders", "reminded_at"])
    note(letter, "remind", by)
    posts = _receivers(letter)
    outbox.tell(
        kind="urge",
        about=REMINDED,
        words={"title": letter.title, "due": f"{letter.due_on:%Y-%m-%d}"},
        posts=posts,
        url=reverse("letters:letter", args=[letter.id]),
        key=f"{letter.binding}:remind:{letter.reminders}",
        checked=True,
    )
    return len(posts)


@transaction.atomic
def acknowledge(*, letter_id: UUID, by: Post) -> Letter:
    """The department has the letter (签收). Again, nothing happens."""
    may(by, "letters.reply")
    letter = locked(letter_id)
    if letter.state not in states.OPEN:
        raise CannotDo(_("这份函件%(state)s，不用签收。") % {"state": State(letter.state).label})
    if letter.acknowledged_at is None:
        letter.acknowledged_at, letter.acknowledged_by = now(), by
        letter.save(update_fields=["acknowledged_at", "acknowledged_by"])
        queries.record_of(letter, "letter_acknowledged", by)
        outbox.read_key(person=by.person_id, key=letter.binding)
    return letter


def _receivers(letter: Letter) -> list[Post]:
    rows = Receiver.unscoped.filter(letter=letter).select_related("post__person", "post__place")
    return [row.post for row in rows if row.post.held()]


def _tell(letter: Letter, about: str, posts: list[Post], key: str, **more: str) -> None:
    if posts:
        url = reverse("letters:letter", args=[letter.id])
        outbox.tell(kind="letter", about=about, words={"title": letter.title, **more}, posts=posts, url=url, key=key, checked=True)
