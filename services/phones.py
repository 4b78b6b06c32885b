"""Telephones of people outside the house: enough is shown to recognise a number, not to call it."""

from __future__ import annotations

import re

# Those of colleagues stand open: they are there to be called.
PHONES = frozenset({"contact_phone", "phone"})


def masked(phone: str) -> str:
    """`138****5678`, `0571-5****100`: enough to recognise a number, not to call it."""
    if re.fullmatch(r"1\d{10}", phone):
        return f"{phone[:3]}****{phone[-4:]}"
    head, dash, rest = phone.rpartition("-")
    return f"{head}{dash}{rest[:1]}****{rest[-3:]}" if len(rest) > 4 else phone
