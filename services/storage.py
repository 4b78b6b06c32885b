"""Files by their hash, written so that a power cut leaves either the whole file or none (R11)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from flask import current_app

from services.errors import NotThere


def _place(digest: str) -> Path:
    return Path(current_app.config["DATA_DIR"]) / "files" / digest[:2] / digest


def keep(content: bytes) -> str:
    """Store bytes; their SHA-256 is their name. Known content is stored once."""
    digest = hashlib.sha256(content).hexdigest()
    target = _place(digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return digest


def fetch(digest: str) -> bytes:
    """The bytes of a hash, checked against it; NotThere when they are missing, ValueError when they were changed."""
    target = _place(digest)
    if not target.exists():
        raise NotThere("")
    content = target.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"the file {digest} was changed")
    return content
