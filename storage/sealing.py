"""Sealed text: AES-256-GCM bound to the table, the row and the column it was written for (promise 9)."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_KEY_BYTES, _ID_BYTES, _NONCE_BYTES = 32, 4, 12
_HEAD_BYTES = len(_VERSION) + _ID_BYTES + _NONCE_BYTES
_ADVICE = "Make a key with `lodge keys`, and separate several with commas: the first writes, all of them read."


class SealBroken(Exception):
    """A sealed value was changed, cut short, or moved from another row. Names the place, never the text."""

    def __init__(self, table: str, row: str, column: str) -> None:
        super().__init__(f"the sealed value {table}.{column} of row {row} was changed or belongs to another row")


class KeyMissing(Exception):
    """A value was sealed with a key that is not among the keys given. ``key_id`` is in hexadecimal."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"a stored value needs the sealing key {key_id}: add it after the first one and start again")
        self.key_id = key_id


def new_key() -> str:
    """A fresh 256-bit key, in the form that `Sealer.parse` reads."""
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


class Sealer:
    """Seals and opens texts. ``keys`` are 32 bytes each: the first one writes, all of them read."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise ValueError(f"A sealing key is {_KEY_BYTES} bytes, and there must be at least one. {_ADVICE}")
        self._keys = {hashlib.sha256(key).digest()[:_ID_BYTES]: key for key in keys}
        self._ciphers = {key_id: AESGCM(_derived(key, "seal")) for key_id, key in self._keys.items()}
        self._first = next(iter(self._keys))

    def __repr__(self) -> str:
        return f"Sealer({len(self._keys)} keys, writing with {self.key_id})"

    @classmethod
    def parse(cls, text: str) -> "Sealer":
        """Keys from base64 text, separated by commas. Raises `ValueError` that says what to do, without the text."""
        try:
            keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip()]
        except binascii.Error:
            raise ValueError(f"A sealing key is not base64. {_ADVICE}") from None
        return cls(keys)

    @property
    def key_id(self) -> str:
        """The id, in hexadecimal, of the key that writes."""
        return self._first.hex()

    def seal(self, table: str, row: str, column: str, text: str) -> bytes:
        """Version byte, key id, nonce, ciphertext. Only `open` with the same table, row and column reads it."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._first].encrypt(nonce, text.encode(), _place(table, row, column))
        return _VERSION + self._first + nonce + sealed

    def open(self, table: str, row: str, column: str, sealed: bytes) -> str:
        """The text again. Raises `SealBroken`, or `KeyMissing` where its key is not among ours."""
        if len(sealed) < _HEAD_BYTES or sealed[:1] != _VERSION:
            raise SealBroken(table, row, column)
        key_id, nonce = sealed[1 : 1 + _ID_BYTES], sealed[1 + _ID_BYTES : _HEAD_BYTES]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise KeyMissing(key_id.hex())
        try:
            return cipher.decrypt(nonce, sealed[_HEAD_BYTES:], _place(table, row, column)).decode()
        except InvalidTag:
            raise SealBroken(table, row, column) from None

    def blind(self, column: str, value: str) -> bytes:
        """16 bytes that are equal for equal values of one column, whatever their case: for finding, never for reading.

        Only for identifiers: where few values are possible, the counts give them away. Changes with the first key.
        """
        key = _derived(self._keys[self._first], "blind")
        return hmac.digest(key, f"{column}\0{value.strip().casefold()}".encode(), "sha256")[:16]

    def audit_key(self, key_id: str | None = None) -> bytes:
        """The key of the audit chain; ``key_id`` is the one a line names, and the writing one where none is given."""
        wanted = bytes.fromhex(key_id) if key_id else self._first
        if wanted not in self._keys:
            raise KeyMissing(wanted.hex())
        return _derived(self._keys[wanted], "audit")


def _place(table: str, row: str, column: str) -> bytes:
    return f"{table}|{row}|{column}".encode()


def _derived(key: bytes, use: str) -> bytes:
    """One key a use, so that what is learnt of one tells nothing of another."""
    return HKDF(hashes.SHA256(), _KEY_BYTES, None, f"lodge {use}".encode()).derive(key)
