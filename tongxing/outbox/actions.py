"""The only writer of messages and of what people prefer. `tell` is the seam: whoever has something to say calls it in the action's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongxing.crypto import actions as keys
from tongxing.ground import scope
from tongxing.ground.bulk import document
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now
from tongxing.journal.actions import Actor
from tongxing.outbox import addresses, gateways, guard, rules, texts
from tongxing.outbox.kinds import KINDS
from tongxing.outbox.models import Delivery, Message, Preference, State

WHY = "what one person does may be told to any other"
INSERT = """
INSERT INTO outbox_message (id, person_id, post_id, kind, about, words, url, urgent, key, at)
SELECT id, person_id, post_id, %(kind)s, %(about)s, %(words)s::jsonb, %(url)s, %(urgent)s, %(key)s, %(at)s
FROM unnest(%(ids)s::uuid[], %(people)s::uuid[], %(posts)s::uuid[]) AS told (id, person_id, post_id)
ON CONFLICT (person_id, key) DO NOTHING RETURNING person_id
"""


@transaction.atomic
def tell(
    *,
    kind: str,
    about: str,
    url: str,
    people: Iterable[UUID] = (),
    posts: Iterable[Actor] = (),
    words: Mapping[str, str | int] | None = None,
    urgent: bool = False,
    key: str = "",
    checked: bool = False,
) -> int:
    """Tell people something: here at once, on their telephones as the kind, the hour and their preferences have it. Returns to how many it was new.

    ``about`` is a Chinese msgid (``gettext_noop``) that ``words`` fill; ``url`` an address of ours. The same ``key`` again is heard once.
    ``checked``: the caller has looked for names, in the scope of whoever wrote the words; only numbers are looked for again.
    Raises ``guard.PersonalData`` where the sentence would name a child, ``ValueError`` for what only a program can get wrong.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind “{kind}”; known are {', '.join(KINDS)}")
    if not url.startswith("/") or url.startswith("//"):
        raise ValueError(f"“{url}” does not lead into the house")
    filled = dict(words or {})
    guard.check_message(about, filled, names=not checked)
    told: dict[UUID, UUID | None] = dict.fromkeys(people)
    for post in posts:
        told.setdefault(post.person_id, post.id)
        told[post.person_id] = told[post.person_id] or post.id
    if not told:
        return 0
    key = key or str(uuid7())
    with scope.whole_country(why=WHY):
        new = _insert(told, kind=kind, about=about, words=filled, url=url, urgent=urgent, key=key)
        if new and (urgent or KINDS[kind].at_once):
            _call(new, kind=kind, about=about, words=filled, urgent=urgent, key=key)
    return len(new)


def _insert(told: Mapping[UUID, UUID | None], *, kind: str, about: str, words: Mapping[str, object], url: str, urgent: bool, key: str) -> list[UUID]:
    """Write one message a person; returns those who had not heard it."""
    values: dict[str, Any] = {"kind": kind, "about": about, "words": document(dict(words)), "url": url, "urgent": urgent, "key": key, "at": now()}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values | {"ids": [uuid7() for _each in told], "people": list(told), "posts": list(told.values())})
        return [person for (person,) in cursor.fetchall()]


def _call(people: list[UUID], *, kind: str, about: str, words: Mapping[str, object], urgent: bool, key: str) -> None:
    """Have their telephones ring: at once where it is urgent, outside quiet hours where not."""
    moment = now()
    due = moment if urgent else rules.not_before(moment, addresses.quiet_hours())
    rows = [
        Delivery(person_id=person, channel=channel, key=key, due_at=due, text=texts.single(kind, about, words, urgent=urgent, language=reached.language))
        for person, channel, reached in addresses.calls(people, gateways.channels(), urgent=urgent)
    ]
    for row in rows:
        guard.check_numbers(row.text, any_phone=True)
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if rows and due == moment:
        _wake()


def _wake() -> None:
    """Have the worker send what is due; in the caller's transaction, so nothing leaves that is rolled back."""
    from tongxing.outbox.tasks import send_now  # tasks import what sends, which imports this module's models

    send_now.defer()


@transaction.atomic
def read(*, person: UUID, messages: Iterable[UUID] | None = None) -> int:
    """Mark these messages of one's own as read (None: all); returns how many were not."""
    rows = Message.objects.filter(person_id=person, read_at=None)
    if messages is not None:
        rows = rows.filter(pk__in=list(messages))
    return rows.update(read_at=now())


@transaction.atomic
def read_key(*, person: UUID, key: str) -> None:
    """What was told under this key has been seen where it leads to."""
    Message.objects.filter(person_id=person, key=key, read_at=None).update(read_at=now())


@transaction.atomic
def take_back(*, key: str, keys_like: bool = False) -> None:
    """What was told under this key (or under keys that begin with it) holds no longer: nobody who has not read it needs to."""
    condition = {"key__startswith": key} if keys_like else {"key": key}
    with scope.whole_country(why="what is withdrawn is withdrawn for everybody"):
        Message.objects.filter(**condition, read_at=None).update(read_at=now())
        Delivery.objects.filter(**condition, state=State.WAITING).update(state=State.DROPPED, ended_at=now(), error=_("已撤回"))


@transaction.atomic
def prefer(*, person: UUID, sms: str, email: str, address: str) -> Preference:
    """Keep what a person wants to be called by; an empty address: no e-mail."""
    found = Preference.objects.select_for_update().filter(pk=person).first() or Preference(pk=person)
    found.sms, found.email = Preference.Wanted(sms), Preference.Wanted(email)
    if address:
        key = keys.open_keys([person]).get(person) or keys.make_keys([person])[person]
        found.email_sealed = key.seal("email", address)
    else:
        found.email_sealed = None
    found.save()
    return found


@transaction.atomic
def retry(*, deliveries: Iterable[UUID]) -> int:
    """Give dead deliveries another try, from the beginning; returns how many."""
    with scope.whole_country(why="the system's administrator looks after what could not be sent"):
        changed = Delivery.objects.filter(pk__in=list(deliveries), state=State.DEAD).update(state=State.WAITING, attempts=0, due_at=now(), ended_at=None, error="")
    if changed:
        _wake()
    return changed


@transaction.atomic
def drop(*, deliveries: Iterable[UUID]) -> int:
    """Leave dead deliveries unsent; returns how many."""
    with scope.whole_country(why="the system's administrator looks after what could not be sent"):
        return Delivery.objects.filter(pk__in=list(deliveries), state=State.DEAD).update(state=State.DROPPED)
