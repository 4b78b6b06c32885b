"""Rows that papers have in common: a label beside its value, twice or once, and cells to be signed side by side."""

from __future__ import annotations

from collections.abc import Sequence

from models.paper import GRID, Cell, Row

LABEL = 4


def value(name: str, *, boxes: bool = False) -> str:
    """The token of a field, or of its choices as boxes."""
    return f"{{{'?' if boxes else ''}{name}}}"


def pair(left: str, right: str, height: float = 8, *, boxes: Sequence[str] = ()) -> Row:
    """Two fields in a row, each with its label; those in `boxes` as boxes to tick."""
    return Row(height, tuple(cell for name in (left, right) for cell in (
        Cell(LABEL, (f"={{!{name}}}",), label=True), Cell(GRID // 2 - LABEL, (value(name, boxes=name in boxes),)))))


def wide(name: str, height: float = 8, *, boxes: bool = False, more: Sequence[str] = (), label: int = LABEL) -> Row:
    """A field over the whole row, with further paragraphs below it; a long label takes a wider cell."""
    return Row(height, (Cell(label, (f"={{!{name}}}",), label=True), Cell(GRID - label, (value(name, boxes=boxes), *more))))


def said(word: str, texts: Sequence[str], height: float = 8) -> Row:
    """A word of the layout beside paragraphs."""
    return Row(height, (Cell(LABEL, (f"={{#{word}}}",), label=True), Cell(GRID - LABEL, tuple(texts))))


def heading(word: str, height: float = 6.5) -> Row:
    """A word of the layout over a block."""
    return Row(height, (Cell(GRID, (f"={{#{word}}}",), label=True),))


def signed(slots: Sequence[str], height: float = 14) -> Row:
    """Cells to be signed side by side: name above, day below."""
    widths = [GRID // len(slots) + (1 if place < GRID % len(slots) else 0) for place in range(len(slots))]
    return Row(height, tuple(Cell(width, (f"{{#{name}}}：{{@{name}}}", f">{{@{name}.date}}"))
                             for name, width in zip(slots, widths, strict=True)))
