"""Paper as data: what stands where on a record, in millimetres and cells of a grid of 24.

A cell holds paragraphs. A paragraph is text with tokens: `{field}` the value (an input on the screen), `{!field}` its label,
`{?field}` its choices as boxes to tick, `{@slot}` a signature, `{@slot.date}` its day, `{#word}` a word of the layout.
`>` before a paragraph sets it to the right, `=` in the middle.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import Boolean, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, declared_attr, object_session

from extensions import _l
from models.attachment import Attachment
from models.base import Audited, Base, EnumCode, Numbered, UTCDateTime, Versioned, column
from models.enums import PaperState

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
    """A column of lines: the field of a line, its width, its heading; `shows` is what is printed of it when that is another field.

    A `fixed` column is never typed: it follows from the others.
    """

    field: str
    span: int
    label: Any
    shows: str = ""
    fixed: bool = False
    align: str = "left"


@dataclass(frozen=True)
class LineList:
    """Lines beside others: where the record shows them, their columns, and the list they are kept in when that is another one
    (`of`); `preset` is what makes a new line one of these.
    """

    attribute: str
    columns: tuple[Column, ...]
    of: str = ""
    preset: tuple[tuple[str, Any], ...] = ()

    @property
    def kept_in(self) -> str:
        """The relation that holds the lines."""
        return self.of or self.attribute


@dataclass(frozen=True)
class Lines:
    """Lists side by side, with headings; more lines than `rows` go to a continuation sheet."""

    lists: tuple[LineList, ...]
    rows: int
    height: float


Rights = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """Fields of a paper that belong to whoever holds these rights (act, noun), or is on the job; lists by their attribute."""

    name: str
    fields: tuple[str, ...]
    rights: Rights = ()
    on_the_job: bool = False


VIEW_ONLY = (Section("view", ()),)  # a printed view of a file that is kept elsewhere: nothing is written on it


@dataclass(frozen=True)
class Slot:
    """A cell to be signed: on whose behalf, what the signature means, and whose right it is (act, noun).

    `owns` are fields that belong to this cell: those who sign before it neither need nor certify them. `asks` are fields that must be
    filled for it although they need not be for others. `further` names what says which rights a record needs beyond.
    An approval (`approves`) is given here, never on the paper alone. `apart` names cells that another person signs.
    """

    name: str
    label: Any
    side: str
    meaning: Any
    rights: Rights = ()
    further: str = ""
    on_the_job: bool = False
    after: tuple[str, ...] = ()
    only_with: str | None = None
    asks: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    approves: bool = False
    apart: tuple[str, ...] = ()

    def name_of(self) -> str:
        """What the cell is called beside the paper: its label without the place for the day (“签名/年月日”); a stroke in brackets stays."""
        return re.split(r"/(?![^(（]*[)）])", str(self.label), maxsplit=1)[0]


@dataclass(frozen=True)
class Sheet:
    """A size of paper: width, height and margins in mm, type in pt."""

    name: str
    width: float
    height: float
    margin: float
    landscape: bool
    point: float


A4_PORTRAIT = Sheet("A4", 210, 297, 12, False, 10.5)
A4_LANDSCAPE = Sheet("A4", 297, 210, 10, True, 9.75)
A5_LANDSCAPE = Sheet("A5", 210, 148, 7, True, 9.75)
A6_LANDSCAPE = Sheet("A6", 148, 105, 6, True, 9.0)


@dataclass(frozen=True)
class Paper:
    """One layout of a record: rows and cells as they stand on the paper.

    Of several papers of one record the `last` ends its life when it is signed; after an earlier one the next follows.
    A `view` stands beside the record's own paper: signed for itself, it does not end the life of the record; `taken_back` names the
    field that says when it alone became void, `coded` the field whose value the code in its head holds in place of its number.
    `beside` are the codes of papers that belong together: further ones of the record, or of what hangs on it.
    `choices` are the words of a list on this paper, `only` the members of a list that can be chosen on it.
    `purpose`, `who` fills it and `when` it is due stand in the catalogue.
    A paper that `goes_out` is carried to the customer and waited for at the end of the month (B-048), but for the copies that
    `stays` counts, which remain with him. `afterwards` are sections of what is only known later: written when the paper is signed,
    no part of what was signed.
    """

    record: str
    code: str
    title: Any
    sheet: Sheet
    blocks: tuple[Row | Lines, ...]
    slots: tuple[Slot, ...] = ()
    sections: tuple[Section, ...] = ()
    afterwards: tuple[Section, ...] = ()
    copies: tuple[Any, ...] = ()
    tints: tuple[str, ...] = ()
    goes_out: bool = False
    stays: tuple[int, ...] = ()
    series: str = ""
    number: str = "number"
    noun: str = ""
    last: bool = True
    view: bool = False
    taken_back: str = ""
    coded: str = ""
    beside: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    filtered: tuple[str, ...] = ("status",)
    above: str = ""
    foot: Any = ""
    labels: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    only: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    area: Any = ""
    purpose: Any = ""
    who: Any = ""
    when: Any = ""

    def __post_init__(self) -> None:
        """Every row fills the grid, cells that reach down included, the blocks fit the sheet, the type is one both engines draw alike."""
        if self.sheet.point % 0.75:
            raise ValueError(f"{self.code}: type comes in steps of 0.75 pt")
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

    def later(self) -> set[str]:
        """The fields that are written after the last signature."""
        return {name for section in self.afterwards for name in section.fields}

    def lists(self) -> list[LineList]:
        """The lists of lines on the paper, in order."""
        return [item for block in self.blocks if isinstance(block, Lines) for item in block.lists]

    def slot(self, name: str) -> Slot:
        """A cell to be signed by its name; KeyError for an unknown one."""
        return {slot.name: slot for slot in self.slots}[name]


PAPERS: dict[str, tuple[type[Any], Paper]] = {}


def on(model: type[Any], paper: Paper) -> Paper:
    """Declare a paper on the model whose records it shows; its rights are those of the model unless it names its own noun."""
    paper = paper if paper.noun else replace(paper, noun=model.__noun__)
    PAPERS[paper.code] = (model, paper)
    return paper


class OnPaper(Audited, Versioned, Numbered):
    """A record that lives as paper does: draft, signed, void; never removed."""

    status: Mapped[PaperState] = column(EnumCode(PaperState), nullable=False, default=PaperState.DRAFT, label=_l("State"))
    signed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Signed at"))
    carried_on_paper: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Carried on paper"))

    @property
    def attached(self) -> str:
        """How many files hang on it, in words; empty for none."""
        session, record = object_session(self), cast("Any", self)
        count = session.scalar(select(func.count(Attachment.id)).where(
            Attachment.owner_type == record.__tablename__, Attachment.owner_id == record.id)) if session is not None else 0
        return str(_l("%(count)s, attached", count=count)) if count else ""

    @declared_attr
    def replaces_id(cls) -> Mapped[int | None]:  # noqa: N805
        return column(ForeignKey(f"{cls.__tablename__}.id"), label=_l("Replaces"))  # type: ignore[attr-defined]


class PaperRecord(OnPaper, Base):
    """A paper record with a table of its own: its module holds fields and layout, everything else is derived."""

    __abstract__ = True

    number: Mapped[str | None] = column(String(40), unique=True, label=_l("No."))

    def __str__(self) -> str:
        return self.number or str(PaperState.DRAFT)

    def search_text(self) -> list[str | None]:
        """What the search box finds it by: its number and the names of what it refers to."""
        links = [getattr(self, name, None) for name in ("customer", "request", "order", "equipment")]
        return [self.number, *(str(thing) for thing in links if thing is not None)]
