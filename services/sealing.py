"""Files sealed by a passphrase (R15; docs/adr/0010): AES-256-GCM in pieces, so that a large file never lies in memory.

The key of a backup comes from passphrase and salt by scrypt; each file has a key of its own, made from that one and the file's name.
Pieces are counted and the last is marked: none can be exchanged, left out or cut off without being noticed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE, TAG = 1 << 20, 16
COST = {"n": 1 << 15, "r": 8, "p": 1}


class NotOpened(ValueError):
    """The passphrase is another one, or the file was changed."""


class Seal:
    """What closes and opens the files of one backup; `salt` is new for each backup and stands in its manifest."""

    def __init__(self, passphrase: str, salt: bytes | None = None) -> None:
        self.salt = salt or secrets.token_bytes(16)
        self._key = hashlib.scrypt(passphrase.encode(), salt=self.salt, dklen=32, maxmem=1 << 26, **COST)

    def proof(self, text: str) -> str:
        """The keyed digest of a text, hex: only who knows the passphrase could have written it."""
        return hmac.new(self._key, b"manifest\0" + text.encode(), hashlib.sha256).hexdigest()

    def _cipher(self, name: str) -> AESGCM:
        return AESGCM(hmac.new(self._key, b"file\0" + name.encode(), hashlib.sha256).digest())

    def close(self, source: Path, target: Path, name: str) -> None:
        """Write `source` sealed as `target`; `name` is what it must be opened as."""
        cipher = self._cipher(name)
        with source.open("rb") as read, target.open("wb") as write:
            for nonce, piece in _pieces(read, PIECE):
                write.write(cipher.encrypt(nonce, piece, None))

    def open(self, source: Path, target: Path, name: str) -> None:
        """Write what was sealed as `source` under this name to `target`. Raises NotOpened."""
        cipher = self._cipher(name)
        with source.open("rb") as read, target.open("wb") as write:
            for nonce, piece in _pieces(read, PIECE + TAG):
                try:
                    write.write(cipher.decrypt(nonce, piece, None))
                except InvalidTag as error:
                    raise NotOpened(name) from error


def _pieces(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Each piece with its nonce: its place, and whether it is the last. An empty file has one, empty."""
    place, piece = 0, file.read(size)
    while True:
        after = file.read(size)
        yield place.to_bytes(11, "big") + (b"\0" if after else b"\1"), piece
        if not after:
            return
        place, piece = place + 1, after
