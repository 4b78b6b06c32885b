"""Rows that many papers have: labelled values beside each other, across the sheet, as boxes to tick, and cells to be signed."""

from __future__ import annotations

from models.paper import Cell, Row


def pair(left: str, right: str, height: float = 9) -> Row:
    """Two labelled values beside each other."""
    return Row(height, (*labelled(left, 8), *labelled(right, 8)))


def wide(name: str, height: float = 9, *more: str, boxes: bool = False) -> Row:
    """A labelled value, or its choices, over the whole width, with further paragraphs below it."""
    return Row(height, labelled(name, 20, *more, boxes=boxes))


def labelled(name: str, span: int, *more: str, boxes: bool = False) -> tuple[Cell, Cell]:
    """The cell of a label and that of its value."""
    return Cell(4, (f"={{!{name}}}",), label=True), Cell(span, (f"{{{'?' if boxes else ''}{name}}}", *more))


def signed(height: float, *names: str) -> Row:
    """Cells to be signed beside each other, each `word=slot`, the day below."""
    pairs = [name.split("=") for name in names]
    return Row(height, tuple(Cell(24 // len(pairs), (f"{{#{word}}}：{{@{slot}}}", f">{{@{slot}.date}}")) for word, slot in pairs))
