"""Where people are reached. Their telephones stand on a higher floor: `settings.OUTBOX_PEOPLE` names a function that knows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from tongxing.crypto import actions as keys
from tongxing.outbox.models import Channel, Preference
from tongxing.outbox.rules import QuietHours


@dataclass(frozen=True, slots=True)
class Reached:
    """A person who works here now: name and language, and what a gateway needs (empty: nothing is known)."""

    name: str
    language: str = ""
    phone: str = ""
    email: str = ""

    def address(self, channel: str) -> str:
        return self.phone if channel == Channel.SMS else self.email

    def reachable(self, channel: str) -> bool:
        return bool(self.address(channel))


def of(people: Iterable[UUID]) -> dict[UUID, Reached]:
    """Those of the people who work here now (a sign-in that is open, a post that is held)."""
    wanted = list(people)
    known: dict[UUID, Reached] = import_string(settings.OUTBOX_PEOPLE)(wanted)
    sealed = {row.person_id: row.email_sealed for row in Preference.objects.filter(pk__in=list(known), email_sealed__isnull=False)}
    opened = keys.open_keys(sealed) if sealed else {}
    for person, content in sealed.items():
        if person in opened and content:
            known[person] = replace(known[person], email=opened[person].open("email", content))
    return known


def calls(people: Collection[UUID], channels: Iterable[str], *, urgent: bool) -> Iterator[tuple[UUID, str, Reached]]:
    """Whom to call on which channel: who works here, can be reached there and wants it."""
    known = of(people)
    wanted = {row.person_id: row for row in Preference.objects.filter(pk__in=people)}
    for channel in channels:
        for person in people:
            if person in known and known[person].reachable(channel) and wanted.get(person, Preference(pk=person)).wants(channel, urgent=urgent):
                yield person, channel, known[person]


def quiet_hours() -> QuietHours:
    return QuietHours.parse(settings.OUTBOX_QUIET)
