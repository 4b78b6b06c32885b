"""Rows the papers of customer care share: labels on the tinted side, values beside them."""

from __future__ import annotations

from models.paper import Cell, Row

Told = str | tuple[str, ...]
SPANS = {1: 4, 2: 4, 3: 3}


def told(height: float, *items: Told, left: int = 0) -> Row:
    """A row of one to three labels with their values; `left` is the width of a label that would not stand in one line.

    An item is a field, `?field` for its choices as boxes, or a label and the paragraphs beside it.
    """
    left = left or SPANS[len(items)]
    right = 24 // len(items) - left
    cells: list[Cell] = []
    for item in items:
        head, *texts = item if isinstance(item, tuple) else ("{!" + item.lstrip("?") + "}", "{" + item + "}")
        cells += [Cell(left, (f"={head}",), label=True), Cell(right, tuple(texts))]
    return Row(height, tuple(cells))


def bar(text: str, height: float = 6.5) -> Row:
    """A heading across the sheet."""
    return Row(height, (Cell(24, (f"={text}",), label=True),))


def rated(item: str, height: float = 8) -> Row:
    """A question and its levels as boxes."""
    return Row(height, (Cell(7, ("{!" + item + "}",), label=True), Cell(17, ("{?" + item + "}",))))
