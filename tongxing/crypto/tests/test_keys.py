"""Rotation wraps keys anew and leaves values alone; a destroyed key opens nothing."""

from __future__ import annotations

import pytest

from tongxing.crypto import actions, keys
from tongxing.crypto.models import WrappedKey
from tongxing.ground.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_KEYS", str(tmp_path))


def test_after_a_rotation_every_value_opens_and_the_old_key_is_not_needed(tmp_path):
    owners = [uuid7() for _ in range(5)]
    values = {owner: key.seal("phone", "13800000000") for owner, key in actions.make_keys(owners).items()}
    assert actions.rotate() == 5
    assert set(WrappedKey.objects.values_list("kek", flat=True)) == {2}
    (tmp_path / "kek-1.key").unlink()
    keys.forget()
    opened = actions.open_keys(owners)
    assert all(opened[owner].open("phone", value) == "13800000000" for owner, value in values.items())


def test_a_rotation_that_was_cut_off_goes_on():
    actions.make_keys([uuid7() for _ in range(3)])
    number = keys.add()
    row = WrappedKey.objects.first()
    assert row is not None
    WrappedKey.objects.filter(pk=row.pk).delete()
    assert actions.rewrap(number) == 2
    assert actions.rewrap(number) == 0


def test_a_destroyed_key_is_gone():
    owner = uuid7()
    actions.make_keys([owner])
    actions.destroy(owner)
    assert actions.open_keys([owner]) == {}
