"""Values encrypted under a child's own data key, and keyed digests to look them up.

A sealed value is: one byte algorithm, one byte version of the data key, 12 bytes nonce, ciphertext, 16 bytes tag. The
additional data binds it to its owner and field, so that a value copied to another row does not open.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from tongxing.crypto import keys

AES, SM4 = 1, 2
ALGORITHMS = {"AES-256-GCM": AES, "SM4-GCM": SM4}
NONCE, TAG = 12, 16


class CannotOpen(Exception):
    """A sealed value does not open: damaged, copied from elsewhere, or its key was destroyed."""


def algorithm() -> int:
    return ALGORITHMS[settings.TONGXING_CIPHER]


def encrypt(key: bytes, plain: bytes, bound_to: bytes, *, cipher: int | None = None) -> bytes:
    """Algorithm byte, nonce, ciphertext and tag. SM4 uses the first 16 bytes of the key."""
    chosen = cipher or algorithm()
    nonce = secrets.token_bytes(NONCE)
    if chosen == AES:
        return bytes([AES]) + nonce + AESGCM(key).encrypt(nonce, plain, bound_to)
    encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound_to)
    return bytes([SM4]) + nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    chosen, nonce, body = sealed[0], sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        if chosen == AES:
            return AESGCM(key).decrypt(nonce, body, bound_to)
        if chosen == SM4:
            decryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, body[-TAG:])).decryptor()
            decryptor.authenticate_additional_data(bound_to)
            return decryptor.update(body[:-TAG]) + decryptor.finalize()
    except (InvalidTag, ValueError) as failed:
        raise CannotOpen("A protected value does not open with its key.") from failed
    raise CannotOpen(f"A protected value names an unknown algorithm ({chosen}).")


@dataclass(frozen=True, slots=True)
class DataKey:
    """The data key of one child (or of one import run), unwrapped. Lives in memory for the length of a request."""

    owner: UUID
    secret: bytes

    def seal(self, field: str, text: str) -> bytes:
        return encrypt(self.secret, text.encode(), self._binding(field))

    def open(self, field: str, sealed: bytes | memoryview) -> str:
        return decrypt(self.secret, bytes(sealed), self._binding(field)).decode()

    def seal_bytes(self, field: str, content: bytes) -> bytes:
        return encrypt(self.secret, content, self._binding(field))

    def open_bytes(self, field: str, sealed: bytes | memoryview) -> bytes:
        return decrypt(self.secret, bytes(sealed), self._binding(field))

    def _binding(self, field: str) -> bytes:
        return self.owner.bytes + field.encode()


def new_data_key(owner: UUID) -> DataKey:
    return DataKey(owner, secrets.token_bytes(keys.KEY_BYTES))


def wrap(key: DataKey, number: int | None = None) -> tuple[int, bytes]:
    """The data key under the newest (or the named) key-encryption key: its number and the wrapped bytes."""
    number = number or keys.newest()
    return number, encrypt(keys.encryption_key(number), key.secret, b"data-key" + key.owner.bytes)


def unwrap(owner: UUID, number: int, wrapped: bytes | memoryview) -> DataKey:
    return DataKey(owner, decrypt(keys.encryption_key(number), bytes(wrapped), b"data-key" + owner.bytes))


def digest(field: str, value: str) -> str:
    """A keyed digest (HMAC-SM3 with SM4, else HMAC-SHA-256), 32 hexadecimal digits: equal values are found, none is revealed."""
    message = field.encode() + b"\0" + value.encode()
    if algorithm() == SM4:
        mac = HMAC(keys.digest_key(), hashes.SM3())
        mac.update(message)
        return mac.finalize().hex()[:32]
    return hmac.digest(keys.digest_key(), message, "sha256").hex()[:32]
