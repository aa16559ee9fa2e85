"""A department answers, child by child: on screen, or on paper that the office keys in. The answer is entered on each child and closes its need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.files import enclosures
from tongxing.files.intake import NotAccepted
from tongxing.ground import scope
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.letters import codes, deadlines, queries, rules, states
from tongxing.letters.actions import needs
from tongxing.letters.actions.checks import check_texts
from tongxing.letters.actions.writing import locked, note
from tongxing.letters.models import Item, Letter, Need, Reply
from tongxing.letters.states import State
from tongxing.outbox import actions as outbox

ANSWERED = noop("%(department)s已复函：%(title)s。")
MOST_SCANS = 10
WHY = "a department's answer closes the need on the child's file, which it does not see"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered for one line, or for the letter as a whole: granted, refused (with a reason) or in progress (until when)."""

    outcome: str
    words: str = ""
    next_on: date | None = None


@transaction.atomic
def reply(
    *,
    letter_id: UUID,
    by: Post,
    answers: Mapping[UUID, Answer] | None = None,
    whole: Answer | None = None,
    on: date | None = None,
    scans: Sequence[bytes] = (),
    paper: bool = False,
) -> Letter:
    """Enter what a department answers for lines of a letter (item → answer) and for the letter as a whole; all or nothing.

    ``paper``: the office keys in what came on paper ``on`` that day. Once nothing is left to answer the letter is answered; a later answer that is
    in progress opens it again. Raises ``FieldErrors`` keyed ``<item>:<field>`` (``whole:<field>``), ``CannotDo``, ``Letter.DoesNotExist``.
    """
    _may(by, paper=paper)
    letter = locked(letter_id)
    if letter.state not in states.OPEN:
        raise CannotDo(_("这份函件%(state)s，不能复函。") % {"state": State(letter.state).label})
    day = on or today()
    if not (letter.sent_on or day) <= day <= today():
        raise FieldErrors({"on": _("复函日期应在发出日期以后，不能晚于今天。")})
    with scope.whole_country(why=WHY):
        items = {item.id: item for item in Item.objects.select_for_update(of=("self",)).filter(letter=letter, ended="").order_by("pk")}
    given = {items[item_id]: answer for item_id, answer in (answers or {}).items() if item_id in items}
    if len(given) != len(answers or {}):
        raise CannotDo(_("名单有变化，请刷新后再复函。"))
    if not given and whole is None and not scans:
        raise CannotDo(_("请至少答复一个孩子。"))
    _check(given, whole)
    _enclose(letter, scans, by)
    for item, answer in given.items():
        _answer(letter, item, answer, on=day, by=by, paper=paper)
    if whole is not None:
        _whole(letter, whole, on=day, by=by, paper=paper)
    _settle(letter, items.values(), on=day, by=by)
    return letter


def _may(by: Post, *, paper: bool) -> None:
    if not by.may("letters.write" if paper else "letters.reply"):
        raise CannotDo(_("您的岗位不能这样操作。"))


def _check(given: Mapping[Item, Answer], whole: Answer | None) -> None:
    errors: dict[str, str] = {}
    for name, answer in [*((str(item.id), answer) for item, answer in given.items()), *([("whole", whole)] if whole else [])]:
        if answer.outcome not in codes.OUTCOME:
            errors[f"{name}:outcome"] = _("请选择答复。")
        if answer.outcome == "refused" and not answer.words.strip():
            errors[f"{name}:words"] = _("不能解决的，请写明原因。")
        if answer.outcome == "progress" and (answer.next_on is None or answer.next_on <= today()):
            errors[f"{name}:next_on"] = _("正在办理的，请填写下次答复的日期。")
    if errors:
        raise FieldErrors(errors)
    if whole is not None:
        check_texts(whole.words)


def _answer(letter: Letter, item: Item, answer: Answer, *, on: date, by: Post, paper: bool) -> None:
    key = crypto.open_keys([item.child_id]).get(item.child_id)
    if key is None:
        raise CannotDo(_("名单有变化，请刷新后再复函。"))
    was = item.outcome
    row = _row(letter, answer, key, on=on, by=by, paper=paper)
    row.item, row.scope_place = item, item.scope_place
    row.save(force_insert=True)
    item.outcome, item.replied_at = answer.outcome, now()
    item.next_on = answer.next_on if answer.outcome == "progress" else None
    item.save(update_fields=["outcome", "next_on", "replied_at"])
    diff = {"outcome": [was or None, answer.outcome], "words": [None, bytes(row.words_sealed).hex() if row.words_sealed else None]}
    journal.record_many(by=by, acts=[queries.act_on(item, "letter_answered", letter, diff)])
    with scope.whole_country(why=WHY):
        need = Need.objects.select_for_update(of=("self",)).filter(pk=item.need_id).first() if item.need_id else None
        if need is not None and answer.outcome in rules.FINAL:
            if need.ended_on is not None and need.result in rules.FINAL:  # another answer than before
                needs.reopen(needs=[need], by=by)
            needs.end([need], answer.outcome, by=by)
        elif need is not None and need.ended_on is not None:
            needs.reopen(needs=[need], by=by)


def _whole(letter: Letter, answer: Answer, *, on: date, by: Post, paper: bool) -> None:
    row = _row(letter, answer, crypto.open_keys([letter.id])[letter.id], on=on, by=by, paper=paper)
    row.scope_place = letter.scope_place
    row.save(force_insert=True)


def _row(letter: Letter, answer: Answer, key: DataKey, *, on: date, by: Post, paper: bool) -> Reply:
    row = Reply(letter=letter, outcome=answer.outcome, on=on, paper=paper, post=by)
    row.next_on = answer.next_on if answer.outcome == "progress" else None
    if words := answer.words.strip()[:500]:
        row.words_sealed = key.seal(f"reply:{row.id}:words", words)
    return row


def _enclose(letter: Letter, scans: Sequence[bytes], by: Post) -> None:
    """Scans of the paper. They are named by the letter, never by what the file was called: file names carry names."""
    known = enclosures.of(letter.id).count()
    if known + len(scans) > MOST_SCANS:
        raise CannotDo(_("一份函件最多附%(most)d份扫描件。") % {"most": MOST_SCANS})
    key = crypto.open_keys([letter.id])[letter.id]
    for number, content in enumerate(scans, start=known + 1):
        try:
            enclosures.enclose(key=key, content=content, title=_("复函扫描件%(n)d") % {"n": number}, by=by)
        except NotAccepted as refused:
            raise FieldErrors({"scans": str(refused)}) from refused
        except IntegrityError as twice:
            raise FieldErrors({"scans": _("附件重复")}) from twice


@transaction.atomic
def settle(*, letter: Letter, on: date, by: Post | None) -> None:
    """Lines of a letter ended: it may be answered now."""
    with scope.whole_country(why=WHY):
        _settle(locked(letter.id), list(Item.objects.filter(letter=letter, ended="")), on=on, by=by)


def _next(rows: Sequence[Item], letter: Letter) -> date | None:
    """The first day on which a department that has answered everything for now answers again; None while something is without any answer."""
    if not rows:
        return Reply.unscoped.filter(letter=letter, item=None).order_by("-at", "-id").values_list("next_on", flat=True).first()
    return min((item.next_on for item in rows if item.next_on), default=None) if all(item.outcome for item in rows) else None


def _settle(letter: Letter, items: Iterable[Item], *, on: date, by: Post | None) -> None:
    """Whether the letter is answered by now, or again is not; an answer for every line puts the day off to the first next one that it promises."""
    rows = list(items)
    last = Reply.unscoped.filter(letter=letter, item=None).order_by("-at", "-id").values_list("outcome", flat=True).first() or ""
    done = rules.answered([item.outcome for item in rows], last)
    if done and letter.state == State.SENT:
        letter.state, letter.answered_on = states.after(letter.state, "answer", order=letter.is_order), on
        letter.save(update_fields=["state", "answered_on"])
        deadlines.keep(letter)
        note(letter, "answer", by)
        words = {"department": letter.department_label, "title": letter.title}
        posts = [post for post in queries.able_posts(letter, "letters.write") if post.place_id == letter.scope_place and (by is None or post.person_id != by.person_id)]
        outbox.tell(kind="letter", about=ANSWERED, words=words, posts=posts, url=reverse("letters:letter", args=[letter.id]), key=f"{letter.binding}:answered", checked=True)
    elif not done and (later := _next(rows, letter)) and letter.due_on and later > letter.due_on:
        letter.due_on = later
        letter.save(update_fields=["due_on"])
        deadlines.move(letter)
    if not done and letter.state == State.ANSWERED:
        letter.state, letter.answered_on = State.SENT, None
        letter.save(update_fields=["state", "answered_on"])
        deadlines.keep(letter)
        note(letter, "resumed", by)
