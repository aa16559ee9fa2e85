"""Circles for tests, made by their actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Person, Post
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import both_away, make_child
from tongxing.circles import actions
from tongxing.circles.models import Membership
from tongxing.ground import scope

SCHOOL = "夷陵区冯家湾小学"


def make_person(name: str = "王大爷", *, phone: str = "") -> Person:
    """Somebody without a sign-in."""
    return accounts.add_person(name=name, phone=phone, by=None)


def left_behind(**facts: Any) -> Child:
    """A child around whom a circle is to stand."""
    facts.setdefault("schooling", NewSchooling(since=date(2025, 9, 1), stage="primary", school_name=SCHOOL))
    facts.setdefault("relatives", both_away(date(2024, 3, 1)))
    return make_child(**facts)


def joined(child: Child, role: str, person: Person, *, by: Post | None = None, **more: Any) -> Membership:
    with transaction.atomic(), scope.active(by.scope()) if by else scope.whole_country(why="the test makes a circle"):
        return actions.join(child_id=child.id, role=role, person=person, by=by, **more)
