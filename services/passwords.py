"""What makes a good password, and how it is kept (R9)."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import current_app
from werkzeug.security import check_password_hash, generate_password_hash

from extensions import _l
from services.errors import DomainError

SHORTEST, LONGEST = 12, 128
_COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split())
_OURS = ("售后服务", "shouhou", "aftersales", "after-sales", "service123")
# Checked when there is no such account, so that both answers take the same time.
_NOBODY = ("scrypt:32768:8:1$wiDa0ruWlIPhp9LM$6e409d093e62ad54df2af895d0e125b05ff6cf64148350189ffc4bcc71286edf1b8ad94a442c00f8"
           "90224bf2b32153d0750c89ee9401e62f9dcee5399065e4e5")


def check_new(password: str, *, username: str = "", field: str = "password") -> None:
    """Refuse a password that is too short, too long, common, or made of the product's or the user's name."""
    folded = password.casefold()
    if len(password) < SHORTEST:
        raise DomainError(_l("A password has at least 12 characters."), field)
    if len(password) > LONGEST:
        raise DomainError(_l("A password has at most 128 characters."), field)
    if folded in _COMMON or len(set(folded)) < 5 or any(word in folded for word in _OURS):
        raise DomainError(_l("This password is easy to guess. Three or four unrelated words make a good one."), field)
    if len(username) >= 4 and username.casefold() in folded:
        raise DomainError(_l("A password must not contain the user name."), field)


def hashed(password: str) -> str:
    """The form in which a password is kept (scrypt; tests may configure a cheap method)."""
    return generate_password_hash(password, method=current_app.config.get("PASSWORD_METHOD", "scrypt"))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept; takes as long when there is none."""
    return check_password_hash(kept or _NOBODY, password[:LONGEST]) and bool(kept)


def random_password() -> str:
    """A password nobody has chosen: four groups of five letters and digits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))
