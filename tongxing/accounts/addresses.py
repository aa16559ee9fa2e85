"""Where the outbox reaches people who work here (`settings.OUTBOX_PEOPLE`)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tongxing.accounts.models import Person, Post
from tongxing.accounts.queries import with_phones
from tongxing.ground.today import today
from tongxing.outbox.addresses import Reached


def reached(people: Iterable[UUID]) -> dict[UUID, Reached]:
    """Name, language and work telephone of those who hold a post today and may sign in."""
    held = Post.objects.held(today()).filter(person__in=list(people)).values("person")
    found = with_phones(list(Person.objects.filter(pk__in=held, user__is_active=True).select_related("user")))
    return {person.id: Reached(name=person.name, language=person.user.language, phone=person.phone) for person in found}
