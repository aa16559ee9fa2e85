"""The only writer of notices and receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES
from tongxing.crypto import actions as keys
from tongxing.files import enclosures
from tongxing.files.intake import NotAccepted
from tongxing.ground import bulk, scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.notices import queries
from tongxing.notices.models import Notice, Receipt
from tongxing.outbox import actions as outbox
from tongxing.outbox import guard, rules
from tongxing.outbox.guard import PersonalData
from tongxing.places import codes

REMIND_AGAIN = timedelta(hours=1)
MOST_FILES = 5
AHEAD = timedelta(days=366)
NEW, CORRECTED, REMINDER = gettext_noop("新通知：%(title)s"), gettext_noop("通知有更正：%(title)s"), gettext_noop("请阅读通知：%(title)s")


class NoticeError(Exception):
    """A notice that cannot be sent, or an act that cannot be done; the message says why and what to do."""


class MaybeNames(NoticeError):
    """The text holds words that are names of children, but may be words: the sender says which."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        super().__init__(_("“%(words)s”与儿童的姓名相同。如果是姓名，请删去；如果只是普通的词，请在下面勾选确认。") % {"words": "、".join(self.words)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be sent. `files` are (title, content); `no_names`: the sender says that words of two characters are no names."""

    title: str
    text: str
    place: int
    roles: tuple[str, ...]
    urgent: bool = False
    confirm: bool = False
    standing: bool = False
    due: date | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    no_names: bool = False


@transaction.atomic
def send(*, draft: Draft, by: Post, corrects: Notice | None = None, notice_id: UUID | None = None) -> Notice:
    """Send a notice to all who hold one of the roles in the place and below. Idempotent on ``notice_id``, for the same words of the same post.

    Raises ``NoticeError`` (``MaybeNames``) in words; nothing is sent then.
    """
    if known := _known(notice_id, draft, by, corrects):
        return known
    _check(draft, by)
    people = queries.recipients(draft.place, draft.roles, today(), without=by.person_id)
    if not people:
        raise NoticeError(_("没有人会收到：这里没有人在所选的岗位上"))
    title, text = _words(draft)
    notice = Notice(
        id=notice_id or uuid7(),
        scope_place=by.place_id,
        title=title,
        text=text,
        place_id=draft.place,
        roles=[role for role in ROLES if role in draft.roles],
        urgent=draft.urgent,
        confirm=draft.confirm,
        standing=draft.standing,
        due=draft.due,
        post=by,
        corrects=corrects,
    )
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError:
        if known := _known(notice_id, draft, by, corrects):  # the same form, sent at the same time
            return known
        raise _used() from None
    _enclose(notice, draft.files, by)
    _deliver(notice, people)
    diff: dict[str, list[object]] = {"title": [None, notice.title], "place": [None, notice.place_id], "people": [None, len(people)]}
    journal.record(by=by, verb="notice_corrected" if corrects else "notice_sent", subject_kind="notice", subject_id=notice.id, place=by.place_id, diff=diff)
    return notice


@transaction.atomic
def correct(*, notice: Notice, draft: Draft, by: Post, notice_id: UUID | None = None) -> Notice:
    """Send a corrected notice in place of one; the old one says so to whoever opens it. Raises ``NoticeError``."""
    old = _own(notice, by)
    if known := _known(notice_id, draft, by, old):
        return known
    if Notice.unscoped.filter(corrects=old).exists():
        raise NoticeError(_("这条通知已经更正过，请更正后面的那一条"))
    made = send(draft=draft, by=by, corrects=old, notice_id=notice_id)
    if old.in_force:
        _withdraw(old, _("已更正"))
    return made


@transaction.atomic
def withdraw(*, notice: Notice, reason: str, by: Post) -> None:
    """Take a notice back: its readers see that it was, and why. Withdrawn again, nothing happens. Raises ``NoticeError``."""
    found = _own(notice, by)
    if not reason.strip():
        raise NoticeError(_("请写明撤回的原因"))
    _check_numbers_and_names([reason], no_names=True)
    if not found.in_force:
        return
    _withdraw(found, reason.strip()[:200])
    journal.record(
        by=by, verb="notice_withdrawn", subject_kind="notice", subject_id=found.id, place=found.scope_place, diff={"title": [found.title, None], "reason": [None, reason.strip()]}
    )


@transaction.atomic
def remind(*, notice: Notice, by: Post) -> int:
    """Remind those who have not read it (or not confirmed it); returns how many. Raises ``NoticeError`` within an hour of the last time."""
    found = _own(notice, by)
    if not found.in_force:
        raise NoticeError(_("这条通知已撤回"))
    if found.reminded_at and now() - found.reminded_at < REMIND_AGAIN:
        raise NoticeError(_("刚刚提醒过，一小时以后可以再提醒"))
    waiting = [receipt.post for receipt in queries.readers(found).waiting().held(today()).select_related("post")]
    if not waiting:
        return 0
    found.reminders += 1
    found.reminded_at = now()
    found.save(update_fields=["reminders", "reminded_at"])
    outbox.tell(
        kind="urge", about=REMINDER, words={"title": found.title}, url=f"/notices/{found.id}/", posts=waiting, key=f"{found.binding}:remind:{found.reminders}", checked=True
    )
    journal.record(by=by, verb="notice_reminded", subject_kind="notice", subject_id=found.id, place=found.scope_place, diff={"people": [None, len(waiting)]})
    return len(waiting)


@transaction.atomic
def read(*, notice: Notice, by: Post) -> None:
    """The person at the desk has read it. Read again, nothing happens."""
    Receipt.unscoped.filter(notice=notice, person=by.person_id, read_at=None).update(read_at=now())
    outbox.read_key(person=by.person_id, key=notice.binding)


@transaction.atomic
def confirm(*, notice: Notice, by: Post) -> None:
    """The person at the desk has read it and will keep to it. Confirmed again, nothing happens. Raises ``NoticeError``."""
    if not notice.in_force:
        raise NoticeError(_("这条通知已撤回"))
    read(notice=notice, by=by)
    if notice.confirm and Receipt.unscoped.filter(notice=notice, person=by.person_id, confirmed_at=None).update(confirmed_at=now()):
        journal.record(by=by, verb="notice_confirmed", subject_kind="notice", subject_id=notice.id, place=by.place_id, diff={"title": [None, notice.title]})


def catch_up() -> int:
    """Send standing notices to whoever has come into such a post since; returns how many receipts were written. Run twice, it writes once."""
    written = 0
    with transaction.atomic(), scope.whole_country(why="standing notices of every place reach whoever comes into a post"):
        for notice in Notice.unscoped.filter(standing=True, withdrawn_at=None):
            known = set(Receipt.unscoped.filter(notice=notice).values_list("person_id", flat=True))
            fresh = [post for post in queries.recipients(notice.place_id, notice.roles, today(), without=notice.post.person_id) if post.person_id not in known]
            _deliver(notice, fresh)
            written += len(fresh)
    return written


def _known(notice_id: UUID | None, draft: Draft, by: Post, corrects: Notice | None) -> Notice | None:
    """The notice that this form has sent already. Raises ``NoticeError`` where it said something else then, or was somebody else's."""
    known = Notice.unscoped.filter(pk=notice_id).first() if notice_id else None
    if known is None:
        return None
    said = (known.post_id, known.corrects_id, known.title, known.text, known.place_id, known.urgent, known.confirm, known.standing, known.due, set(known.roles))
    now_said = (by.id, corrects.id if corrects else None, *_words(draft), draft.place, draft.urgent, draft.confirm, draft.standing, draft.due, set(draft.roles))
    if said != now_said:
        raise _used()
    return known


def _used() -> NoticeError:
    return NoticeError(_("用这张表已经发出过一条通知，这次的内容没有发出。要改已发出的，请打开它用“更正”；要另发一条，请重新打开“写通知”。"))


def _words(draft: Draft) -> tuple[str, str]:
    """Title and text as they are kept."""
    return " ".join(draft.title.split()), draft.text.strip()


def _deliver(notice: Notice, posts: Sequence[Post]) -> None:
    if not posts:
        return
    bulk.create(Receipt, [Receipt.fresh(notice_id=notice.id, person_id=post.person_id, post_id=post.id, scope_place=post.place_id) for post in posts])
    about = CORRECTED if notice.corrects_id else NEW
    outbox.tell(kind="notice", about=about, words={"title": notice.title}, url=f"/notices/{notice.id}/", posts=posts, urgent=notice.urgent, key=notice.binding, checked=True)


def _withdraw(notice: Notice, reason: str) -> None:
    notice.withdrawn_at, notice.withdrawn_why = now(), reason
    notice.save(update_fields=["withdrawn_at", "withdrawn_why"])
    outbox.take_back(key=notice.binding, keys_like=True)


def _own(notice: Notice, by: Post) -> Notice:
    """The notice, locked, where the post stands for its sender."""
    found = Notice.unscoped.select_for_update(of=("self",)).get(pk=notice.pk)
    if not queries.manages(by, found):
        raise NoticeError(_("只有发出通知的单位或上级可以这样做"))
    return found


def _check(draft: Draft, by: Post) -> None:
    if not by.may("notices.send"):
        raise NoticeError(_("您的岗位不能发通知"))
    if not codes.within(draft.place, by.place_id):
        raise NoticeError(_("只能发给本辖区"))
    if not draft.roles or any(role not in queries.addressed(by.place_id) for role in draft.roles):
        raise NoticeError(_("请选择发给哪些岗位"))
    if not draft.title.strip() or not draft.text.strip():
        raise NoticeError(_("请填写标题和正文"))
    if draft.due is not None and not today() <= draft.due <= today() + AHEAD:
        raise NoticeError(_("最迟日期应在今天到一年以内"))
    if len(draft.files) > MOST_FILES:
        raise NoticeError(_("附件最多%(most)s个") % {"most": MOST_FILES})
    if draft.urgent and rules.numbers_in(draft.title, any_phone=True):
        raise NoticeError(_("紧急通知的标题会发成短信，里面不能有电话和七位以上的数字：日期请写成“11月25日”，电话请写在正文里。"))
    _check_numbers_and_names([draft.title, draft.text, *(title for title, _content in draft.files)], no_names=draft.no_names)


def _check_numbers_and_names(texts: Sequence[str], *, no_names: bool) -> None:
    """Longer names are refused; of two characters a word may be both, and the sender says so."""
    try:
        guard.check(texts)
    except PersonalData as found:
        raise NoticeError(found.sentence) from None
    if not no_names:
        words = {word for text in texts for word in rules.possible_names(text) if len(word) == rules.SHORTEST_NAME}
        if named := guard.children_named(words):
            raise MaybeNames(named)


def _enclose(notice: Notice, files: Sequence[tuple[str, bytes]], by: Post) -> None:
    if not files:
        return
    key = keys.make_keys([notice.id])[notice.id]
    for title, content in files:
        try:
            enclosures.enclose(key=key, content=content, title=title, by=by)
        except NotAccepted as refused:
            raise NoticeError(f"{title}：{refused}") from refused
        except IntegrityError as twice:
            raise NoticeError(_("附件重复")) from twice
