"""Fixed lists: code, label and look on one line.

A member is its code (stored), carries its label (shown, translated) and the group whose shape and colour it takes.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Self


class Look(Enum):
    """The seven groups of states; each has one shape and one colour everywhere."""

    TODO = "todo"
    DOING = "doing"
    WAITING = "waiting"
    DONE = "done"
    SEALED = "sealed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    PLAIN = "plain"


class LabelledEnum(str, Enum):
    """An enumeration whose members know their label and look: `REPAIR = "repair", _lp("request_type", "Repair")`."""

    label: Any
    look: Look

    def __new__(cls, code: str, label: Any, look: Look = Look.PLAIN) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.look = look
        return member

    def __str__(self) -> str:
        return str(self.label)

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """(code, label) of every member, in the order of declaration."""
        return [(member.value, member.label) for member in cls]
