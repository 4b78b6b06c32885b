"""Paper as data: what stands where on a record, in millimetres and cells of a grid of 24.

A cell holds paragraphs. A paragraph is text with tokens: `{field}` the value (an input on the screen), `{!field}` its label,
`{?field}` its choices as boxes to tick, `{@slot}` a signature, `{@slot.date}` its day, `{#word}` a word of the layout.
`>` before a paragraph sets it to the right, `=` in the middle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

GRID = 24
TOKEN = re.compile(r"\{([!?@#]?)([a-z_0-9]+(?:\.date)?)\}")


@dataclass(frozen=True)
class Cell:
    """A cell of the grid: its width in columns, its height in rows, its paragraphs."""

    span: int
    text: tuple[str, ...]
    rows: int = 1
    label: bool = False


@dataclass(frozen=True)
class Row:
    """A row of cells and its height in mm."""

    height: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """A column of lines: the field of a line, its width, its heading."""

    field: str
    span: int
    label: Any


@dataclass(frozen=True)
class LineList:
    """Lines of one kind beside others: where the record keeps them, what their kind is, and their columns."""

    attribute: str
    kind: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Lines:
    """Lists side by side, with headings; more lines than `rows` go to a continuation sheet."""

    lists: tuple[LineList, ...]
    rows: int
    height: float


@dataclass(frozen=True)
class Slot:
    """A cell to be signed: on whose behalf, what the signature means, and whose right it is (act, noun)."""

    name: str
    label: Any
    side: str
    meaning: Any
    rights: tuple[tuple[str, str], ...] = ()
    on_the_job: bool = False
    after: tuple[str, ...] = ()
    only_with: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A size of paper: width, height and margins in mm, type in pt."""

    name: str
    width: float
    height: float
    margin: float
    landscape: bool
    point: float


A5_LANDSCAPE = Sheet("A5", 210, 148, 7, True, 9.5)
A4_PORTRAIT = Sheet("A4", 210, 297, 12, False, 10.5)


@dataclass(frozen=True)
class Paper:
    """One layout of a record: rows and cells as they stand on the paper."""

    record: str
    code: str
    title: Any
    sheet: Sheet
    blocks: tuple[Row | Lines, ...]
    slots: tuple[Slot, ...] = ()
    copies: tuple[Any, ...] = ()
    tints: tuple[str, ...] = ()
    series: str = ""
    number: str = "number"
    above: str = ""
    foot: Any = ""
    labels: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    area: Any = ""
    purpose: Any = ""

    def __post_init__(self) -> None:
        """Every row fills the grid, cells that reach down included, and the blocks fit the sheet."""
        carried: list[int] = [0] * GRID
        for block in self.blocks:
            if isinstance(block, Lines):
                if sum(column.span for item in block.lists for column in item.columns) != GRID:
                    raise ValueError(f"{self.code}: the lines do not fill the grid")
                continue
            self._place(block, carried)
        height = sum(block.height * (block.rows + 1) if isinstance(block, Lines) else block.height for block in self.blocks)
        if height + 24 > self.sheet.height - 2 * self.sheet.margin:
            raise ValueError(f"{self.code}: {height} mm and the head do not fit the sheet")

    def _place(self, row: Row, carried: list[int]) -> None:
        free = [place for place in range(GRID) if not carried[place]]
        if sum(cell.span for cell in row.cells) != len(free):
            raise ValueError(f"{self.code}: a row does not fill the grid: {row.cells[0].text}")
        for place in range(GRID):
            carried[place] = max(0, carried[place] - 1)
        start = 0
        for cell in row.cells:
            for place in free[start:start + cell.span]:
                carried[place] = cell.rows - 1
            start += cell.span

    def fields(self) -> list[str]:
        """The fields on the paper, in order, each once."""
        texts = [self.above] + [text for block in self.blocks if isinstance(block, Row) for cell in block.cells for text in cell.text]
        return list(dict.fromkeys(name for text in texts for kind, name in TOKEN.findall(text) if kind in ("", "?")))

    def slot(self, name: str) -> Slot:
        """A cell to be signed by its name; KeyError for an unknown one."""
        return {slot.name: slot for slot in self.slots}[name]


PAPERS: dict[str, tuple[type[Any], Paper]] = {}


def on(model: type[Any], paper: Paper) -> Paper:
    """Declare a paper on the model whose records it shows."""
    PAPERS[paper.code] = (model, paper)
    return paper
