"""What stands in each cell of a paper: values as the paper writes them, sizes that fit, continuation sheets and the annex."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.types import Date

from extensions import _l
from models.base import EnumCode, FixedDecimal, UTCDateTime, field_info
from models.paper import GRID, TOKEN, Cell, Lines, Paper, Row
from services import clock, parameters

LEAST_POINT = 6.0
# Debian's wkhtmltopdf sets type in steps of 0.75 pt: at any other size its lines and those of the other engine drift apart by 2 to 4 %.
SIZES = (9.75, 9.0, 8.25, 7.5, 6.75, LEAST_POINT)
MM_PER_POINT = 0.3528
LEADING = 1.3
WIDER = 1.02  # the engines draw a little wider than the sum of the characters
PADDING = 2.4  # mm of a cell's two sides
_BLANK_DAY, _BLANK_MOMENT = "　　年　月　日", "　　年　月　日　时　分"


@dataclass
class Piece:
    """A part of a paragraph: text, value, boxes, signature or its day."""

    kind: str
    name: str = ""
    text: str = ""
    boxes: list[tuple[str, str, bool]] = field(default_factory=list)


@dataclass
class Drawn:
    """A cell with its paragraphs (alignment, pieces) and the size of type that fits."""

    span: int
    rows: int
    label: bool
    paragraphs: list[tuple[str, list[Piece]]]
    point: float
    hint: str = ""
    head: bool = False
    order: int = 0  # where it stands when the sheet is one column: lists side by side follow one another
    spare: bool = False
    last: bool = False


@dataclass
class Line:
    """A row of the grid: its height in mm and cells."""

    height: float
    cells: list[Drawn]
    line: int | None = None


@dataclass
class Page:
    """One sheet: its copy, its place among the sheets, its rows."""

    copy: Any
    copy_no: int
    tint: str
    page: int
    pages: int
    rows: list[Line]


class Filled:
    """A paper with the values of a record (None: blank) and its signatures by slot; `bare` without the places of empty dates."""

    def __init__(self, paper: Paper, record: Any, signatures: dict[str, Any], *, model: type[Any], bare: bool = False) -> None:
        self.paper, self.record, self.signatures, self.model, self.bare = paper, record, signatures, model, bare
        self.annex: dict[str, tuple[str, str]] = {}
        self.width = paper.sheet.width - 2 * paper.sheet.margin - 6

    # --- words and values

    def label(self, name: str) -> str:
        """The wording of a field on this paper."""
        return str(self.paper.labels[name] if name in self.paper.labels else field_info(self.model, name)["label"])

    def word(self, name: str) -> str:
        """A word of the layout, else the label of a slot."""
        return str(self.paper.words[name]) if name in self.paper.words else str(self.paper.slot(name).label)

    def said(self, name: str) -> str:
        """A value as the paper writes it; the blank places of a date when it has none."""
        value = getattr(self.record, name) if self.record is not None else None
        columns = inspect(self.model).columns
        if value is None and name in columns:
            kind = columns[name].type
            if self.bare:
                return ""
            return _BLANK_MOMENT if isinstance(kind, UTCDateTime) else _BLANK_DAY if isinstance(kind, Date) else ""
        if isinstance(value, list):
            return "、".join(str(thing) for thing in value)
        if name in columns and columns[name].info.get("dict_type"):
            return parameters.dict_label(columns[name].info["dict_type"], value)
        return written(value, columns[name].type if name in columns else None)

    def boxes(self, name: str) -> list[tuple[str, str, bool]]:
        """(code, label, ticked) of each choice of a field."""
        value = getattr(self.record, name) if self.record is not None else None
        kind, dict_type = inspect(self.model).columns[name].type, field_info(self.model, name).get("dict_type")
        if dict_type:
            chosen = (value or "").split(",")
            return [(code, label, code in chosen) for code, label in parameters.dict_choices(dict_type)]
        if isinstance(kind, EnumCode):
            words = self.paper.choices.get(name) or tuple(member.label for member in kind.enum)
            return [(member.value, str(word), value is not None and member == value) for member, word in zip(kind.enum, words, strict=True)]
        yes, no = self.paper.choices.get(name) or (_l("Yes"), _l("No"))
        return [("y", str(yes), value is True), ("", str(no), value is False)]

    # --- pages

    def pages(self) -> list[Page]:
        """All sheets: each copy with its continuation sheets."""
        chunks = self._chunks()
        copies = list(self.paper.copies) or [""]
        tints = list(self.paper.tints) or ["#ffffff"]
        return [Page(copy, number + 1, tints[number % len(tints)], page + 1, chunks, self.rows(page))
                for number, copy in enumerate(copies) for page in range(chunks)]

    def _chunks(self) -> int:
        most = 1
        for block in self.paper.blocks:
            if isinstance(block, Lines):
                for item in block.lists:
                    most = max(most, ceil(len(self.lines(item.attribute)) / block.rows))
        return most

    def lines(self, attribute: str) -> list[Any]:
        """The lines of a list."""
        return list(getattr(self.record, attribute)) if self.record is not None else []

    def rows(self, page: int, *, more: int = 0) -> list[Line]:
        """The rows of a sheet; `more` empty lines to write into for the screen, which shows all lines on one sheet."""
        found: list[Line] = []
        order = 0
        for place, block in enumerate(self.paper.blocks):
            if isinstance(block, Lines):
                found += self._line_rows(block, page, more, order)
                order += len(block.lists) + 1
                continue
            following = self.paper.blocks[place + 1] if place + 1 < len(self.paper.blocks) else None
            heads = isinstance(following, Lines) and len(following.lists) == len(block.cells)
            cells = [self._cell(cell, block) for cell in block.cells]
            for number, cell in enumerate(cells):
                cell.order = order + number + 1 if heads else order
            found.append(Line(block.height, cells))
        return found

    def _line_rows(self, block: Lines, page: int, more: int, order: int) -> list[Line]:
        heads = [Drawn(column.span, 1, True, [("center", [Piece("text", text=str(column.label))])], self.paper.sheet.point, head=True)
                 for item in block.lists for column in item.columns]
        found = [Line(block.height, heads)]
        lists = [self.lines(item.attribute) for item in block.lists]
        first, count = page * block.rows, block.rows
        if more:
            first, count = 0, max([block.rows, *(len(lines) + more for lines in lists)])
        for place in range(first, first + count):
            cells = []
            for number, (item, lines) in enumerate(zip(block.lists, lists, strict=True)):
                line = lines[place] if place < len(lines) else None
                for column in item.columns:
                    name = column.shows or column.field
                    text = written(getattr(line, name), inspect(type(line)).columns.get(name)) if line is not None else ""
                    pieces = [Piece("line", name=f"line-{item.attribute}-{place}-{column.field}", text=text)]
                    point, room = self._fit([text], column.span, block.height)
                    if room is not None:
                        self._cut([("left", pieces)], room, f"{column.label} {place + 1}")
                    cells.append(Drawn(column.span, 1, False, [(column.align, pieces)], point, hint=str(column.label),
                                       order=order + number + 1, spare=place > len(lines),
                                       last=column is item.columns[-1]))
            found.append(Line(block.height, cells, line=place))
        return found

    def _cell(self, cell: Cell, row: Row) -> Drawn:
        paragraphs, texts, height = [], [], row.height * cell.rows
        for source in cell.text:
            align = {">": "right", "=": "center"}.get(source[:1], "left")
            pieces = self._pieces(source.removeprefix(">").removeprefix("="))
            paragraphs.append((align, pieces))
            texts.append("".join(piece.text or "".join(f"□{label} " for _code, label, _on in piece.boxes) for piece in pieces))
        point, room = self._fit(texts, cell.span, height)
        if room is not None:
            self._cut(paragraphs, room)
        return Drawn(cell.span, cell.rows, cell.label, paragraphs, point)

    def _pieces(self, source: str) -> list[Piece]:
        pieces, place = [], 0
        for match in TOKEN.finditer(source):
            if match.start() > place:
                pieces.append(Piece("text", text=source[place:match.start()]))
            place = match.end()
            pieces.append(self._piece(match[1], match[2]))
        if place < len(source):
            pieces.append(Piece("text", text=source[place:]))
        return pieces

    def _piece(self, kind: str, name: str) -> Piece:
        if kind == "!":
            return Piece("text", text=self.label(name))
        if kind == "#":
            return Piece("text", text=self.word(name))
        if kind == "?":
            return Piece("boxes", name=name, boxes=self.boxes(name))
        if kind == "@":
            slot, _dot, date = name.partition(".")
            signed = self.signatures.get(slot)
            if date:
                return Piece("day", name=slot, text=written(clock.today(signed.signed_at), None) if signed else "" if self.bare
                             else _BLANK_DAY)
            return Piece("sign", name=slot, text=signed.signer_name if signed else "")
        return Piece("value", name=name, text=self.said(name))

    # --- fitting

    def _fit(self, texts: list[str], span: int, height: float) -> tuple[float, int | None]:
        """The largest type in which the paragraphs fit the cell; with the room in em when even the least does not."""
        width, point = span * self.width / GRID - PADDING, self.paper.sheet.point
        while True:
            em = point * MM_PER_POINT * WIDER
            room = max(1, int((height - 0.6) / (em * LEADING)))
            need = sum(lines_of(text, width / em) for text in texts)
            if need <= room:
                return point, None
            if point <= LEAST_POINT:
                return point, int((room - len(texts) + 1) * (width / em))
            point = next(size for size in SIZES if size < point)

    def _cut(self, paragraphs: list[tuple[str, list[Piece]]], room: int, label: str | None = None) -> None:
        """Shorten the longest value of a cell and keep the whole for the annex."""
        longest = max((piece for _align, pieces in paragraphs for piece in pieces if piece.kind in ("value", "line")),
                      key=lambda piece: len(piece.text), default=None)
        if longest is None:
            return
        others = sum(ems(piece.text) for _align, pieces in paragraphs for piece in pieces if piece is not longest)
        more = str(_l("… (in full on the annex)"))
        kept, used = "", 0.0
        for character in longest.text.replace("\n", " "):
            used += ems(character)
            if used > max(4.0, room - others - ems(more) - 2):
                break
            kept += character
        self.annex[longest.name] = (label or self.label(longest.name), longest.text)
        longest.text = kept + more


def ems(text: str) -> float:
    """Width of a text in em: wide characters count one, others about a half."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.55 for character in text)


def lines_of(text: str, width: float) -> int:
    """Lines a text takes in a width given in em."""
    return sum(max(1, ceil(ems(part) / max(width, 1.0) - 1e-9)) for part in (text or "").split("\n"))


def written(value: Any, kind: Any) -> str:
    """A value as papers write it: `2025年03月05日10时15分`, money with two places, quantities without empty ones."""
    if value is None:
        return ""
    if value is True or value is False:
        return str(_l("Yes")) if value else str(_l("No"))
    if isinstance(value, dt.datetime):
        here = clock.local(value)
        return f"{here:%Y}年{here:%m}月{here:%d}日{here:%H}时{here:%M}分"
    if isinstance(value, dt.date):
        return f"{value:%Y}年{value:%m}月{value:%d}日"
    if isinstance(value, Decimal):
        kind = getattr(kind, "type", kind)
        return f"{value:,.2f}" if not isinstance(kind, FixedDecimal) or kind.places == 2 else f"{value.normalize():f}"
    return str(value)
