"""Letters for tests, made by their actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.people import COUNTY
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.tests.make import make_child, seen_by
from tongxing.ground.today import today
from tongxing.letters.actions import passing, writing
from tongxing.letters.actions.writing import Draft
from tongxing.letters.models import Letter
from tongxing.places.models import Place
from tongxing.units import actions as units
from tongxing.units.models import Unit

UNITS = {"disabled": "夷陵区残疾人联合会", "police": "夷陵区公安分局", "education": "夷陵区教育局", "medical_insurance": "夷陵区医疗保障局"}
PASSWORD = "Kaifang-2026-tong"


def make_department(department: str = "disabled", *, name: str = "钱干事", place: int = COUNTY) -> Post:
    """Somebody with an account in a department of the county."""
    unit = UNITS[department]
    if not Unit.objects.filter(name=unit).exists():
        units.add_unit(kind="department", name=unit, place=Place.objects.get(code=place), department=department, by=None)
    person = accounts.add_person(name=name, by=None)
    accounts.give_sign_in(person=person, username=f"{department}-{str(person.id)[-6:]}", password=PASSWORD, must_change=False, by=None)
    return accounts.appoint(person=person, role="department", place=place, since=today() - timedelta(days=200), unit_name=unit, by=None)


def disabled_child(**facts: Any) -> Child:
    """A child whose file suggests the needs that the disabled persons' federation answers for."""
    facts.setdefault("health", "disabled")
    facts.setdefault("disability_kind", "1")
    facts.setdefault("disability_grade", "2")
    return make_child(**facts)


def drafted(by: Post, children: Mapping[UUID, Sequence[str]], *, department: str = "disabled", **more: Any) -> Letter:
    draft = Draft(department=department, title="关于为残疾儿童适配辅助器具的函", text="现将名单函告贵单位，请予支持。", days=15, children=children)
    with seen_by(by):
        return writing.draft(draft=draft, by=by, **more)


def step(letter: Letter, act: str, by: Post, **more: Any) -> Letter:
    with seen_by(by):
        return passing.advance(letter_id=letter.id, act=act, by=by, **more)


def sent(by: Post, children: Mapping[UUID, Sequence[str]], *, number: str = "夷民函〔2026〕1号", department: str = "disabled") -> Letter:
    """A letter that one officer drafted, checked, signed and sealed, where nobody else could."""
    letter = drafted(by, children, department=department)
    for act in ("submit", "check", "sign"):
        step(letter, act, by)
    return step(letter, "seal", by, number=number)
