"""The people of every permission test: the child's own village director, an official of the county, the director of the next village, and a stranger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tongxing.accounts import actions
from tongxing.accounts.models import Post
from tongxing.files import storage
from tongxing.ground.today import today
from tongxing.places import codes, names
from tongxing.places.models import Place

COUNTY, TOWNSHIP = 420506000000, 420506001000
VILLAGE, NEXT_VILLAGE = 420506001001, 420506001002
NAMES = {
    420000000000: "湖北省",
    420500000000: "宜昌市",
    COUNTY: "夷陵区",
    TOWNSHIP: "小溪塔街道",
    VILLAGE: "冯家湾社区",
    NEXT_VILLAGE: "兴安社区",
}


@pytest.fixture
def places(db: None) -> dict[int, Place]:
    """One township with two villages, and what stands above them."""
    return {code: make_place(code, name) for code, name in NAMES.items()}


def make_place(code: int, name: str) -> Place:
    above = codes.parent(code)
    chain = [NAMES[each] for each in codes.chain(code)]
    spelled = names.reading(name)
    place, _ = Place.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "short_name": name,
            "level": codes.level(code),
            "parent_id": above or None,
            "full_name": names.full_name(chain),
            "pinyin": spelled.pinyin,
            "initials": spelled.initials,
            "stated_on": date(2023, 6, 30),
        },
    )
    return place


def make_post(role: str, place: int, *, name: str = "", since: date | None = None, checked: bool = True, unit_name: str = "") -> Post:
    """A person with a sign-in of the same name as the role and place, and a post."""
    person = actions.add_person(name=name or f"{role}-{place}", by=None)
    if checked:
        actions.record_check(person=person, on=today() - timedelta(days=30), clear=True, by=None)
    actions.give_sign_in(person=person, username=f"{role}-{place}-{str(person.id)[-6:]}", password="Kaifang-2026-tong", must_change=False, by=None)
    return actions.appoint(person=person, role=role, place=place, since=since or today() - timedelta(days=400), unit_name=unit_name, by=None)


@pytest.fixture
def director(places: dict[int, Place]) -> Post:
    return make_post("child_director", VILLAGE, name="李大妹")


@pytest.fixture
def next_director(places: dict[int, Place]) -> Post:
    return make_post("child_director", NEXT_VILLAGE, name="王小兰")


@pytest.fixture
def supervisor(places: dict[int, Place]) -> Post:
    return make_post("supervisor", TOWNSHIP, name="陈督导")


@pytest.fixture
def officer(places: dict[int, Place]) -> Post:
    return make_post("county_officer", COUNTY, name="周局长")


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Encrypted files of this test alone."""
    monkeypatch.setattr(storage, "folder", lambda: tmp_path / "files")


@pytest.fixture
def browser_of() -> Callable[[Post], Client]:
    """A signed-in test client for the holder of a post, the second factor given."""

    def open_client(post: Post) -> Client:
        client = Client()
        client.force_login(post.person.user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["post"] = str(post.id)
        session["verified"] = True
        session.save()
        return client

    return open_client
