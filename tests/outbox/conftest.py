"""People who can be told something, and the gateway of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.people import TOWNSHIP, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.outbox import gateways
from tongxing.outbox.models import Delivery
from tongxing.outbox.tests.fake import Fake


@pytest.fixture(autouse=True)
def fake(settings: Any) -> Iterator[type[Fake]]:
    settings.OUTBOX_GATEWAYS = {"sms": "tongxing.outbox.tests.fake.Fake", "email": ""}
    gateways._made.cache_clear()
    Fake.forget()
    yield Fake
    Fake.forget()


def with_phone(post: Post, phone: str = "13812345678") -> Post:
    accounts.edit_person(person=post.person, name=post.person.name, phone=phone, by=None)
    return post


@pytest.fixture
def told(places: object) -> Post:
    """A supervisor with a telephone."""
    return with_phone(make_post("supervisor", TOWNSHIP, name="陈督导"))


@pytest.fixture
def deliveries() -> Callable[[], list[Delivery]]:
    def read() -> list[Delivery]:
        with transaction.atomic(), scope.whole_country(why="the test looks at what leaves the house"):
            return list(Delivery.objects.order_by("made_at", "id"))

    return read
