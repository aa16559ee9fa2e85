"""Sealed values: what goes in comes out, and only with the right key, in the right row, in the right field."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.crypto import keys, sealed
from tongxing.crypto.sealed import CannotOpen, DataKey, new_data_key
from tongxing.ground.ids import uuid7

OWNER = UUID(int=7)
CIPHERS = ["AES-256-GCM", "SM4-GCM"]


@pytest.fixture(params=CIPHERS)
def cipher(request, settings):
    settings.TONGXING_CIPHER = request.param
    return sealed.algorithm()


@given(text=st.text(), chosen=st.sampled_from(list(sealed.ALGORITHMS.values())))
def test_what_was_sealed_opens(text: str, chosen: int):
    key = bytes(range(32))
    assert sealed.decrypt(key, sealed.encrypt(key, text.encode(), b"row", cipher=chosen), b"row").decode() == text


def test_a_value_names_its_algorithm_so_that_the_setting_may_change(settings):
    key = new_data_key(OWNER)
    settings.TONGXING_CIPHER = "SM4-GCM"
    old = key.seal("phone", "13800000000")
    settings.TONGXING_CIPHER = "AES-256-GCM"
    new = key.seal("phone", "13800000000")
    assert (old[0], new[0]) == (sealed.SM4, sealed.AES)
    assert key.open("phone", old) == key.open("phone", new) == "13800000000"


def test_a_value_copied_to_another_field_does_not_open(cipher):
    key = new_data_key(OWNER)
    with pytest.raises(CannotOpen):
        key.open("id_number", key.seal("phone", "13800000000"))


def test_a_value_copied_to_another_child_does_not_open(cipher):
    key = new_data_key(OWNER)
    with pytest.raises(CannotOpen):
        DataKey(UUID(int=8), key.secret).open("phone", key.seal("phone", "13800000000"))


@pytest.mark.parametrize("at", [1, 14, -1])
def test_a_changed_byte_is_noticed(cipher, at: int):
    key = new_data_key(OWNER)
    damaged = bytearray(key.seal("phone", "13800000000"))
    damaged[at] ^= 1
    with pytest.raises(CannotOpen):
        key.open("phone", bytes(damaged))


def test_a_data_key_opens_with_the_key_that_wrapped_it(cipher):
    key = new_data_key(uuid7())
    number, wrapped = sealed.wrap(key)
    assert sealed.unwrap(key.owner, number, wrapped) == key
    with pytest.raises(CannotOpen):
        sealed.unwrap(OWNER, number, wrapped)


def test_digests_find_equal_values_and_tell_fields_apart(cipher):
    assert sealed.digest("phone", "13800000000") == sealed.digest("phone", "13800000000")
    assert sealed.digest("phone", "13800000000") != sealed.digest("id_number", "13800000000")


def test_a_missing_key_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_KEYS", str(tmp_path))
    with pytest.raises(keys.KeyMissing, match=r"kek-5\.key"):
        keys.encryption_key(5)


def test_a_damaged_key_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_KEYS", str(tmp_path))
    (tmp_path / "kek-1.key").write_bytes(b"short")
    with pytest.raises(keys.KeyMissing, match="damaged"):
        keys.encryption_key(1)
