"""What the page of a record is declared with: sections of fields, tabs of records that hang on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """A part of the form and of the read view: its heading and fields."""

    key: str
    label: object
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Related:
    """A tab of records that hang on this one: model, its reference back, the columns shown, and where its pages are."""

    key: str
    label: object
    model: type[Any]
    back: str
    columns: tuple[str, ...]
    base: str
    add: bool = field(default=True)
    leads_to: str = ""  # the page of a row that has none of its own

    def href(self, row: Any) -> str:
        """The address a row leads to."""
        return self.leads_to.format(row=row) if self.leads_to else f"{self.base}/show/{row.id}"
