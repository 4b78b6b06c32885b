"""Registers that keep themselves: the lines of a day or a month, struck-off ones shown as struck off, paged with totals for printing.

A register is declared once: its columns and where its lines come from. Nothing is written for it; it reads what the work left behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from flask import current_app

from extensions import force_locale
from models.paper import A4_LANDSCAPE
from services import clock, parameters, printing
from services.sheets import lines_of

DAY, MONTH = "day", "month"
POINT = 8.25
LINE_MM, PADDING_MM = 3.9, 2.2  # of a line of type, and above and below it
WIDE_MM = A4_LANDSCAPE.width - 2 * A4_LANDSCAPE.margin
ROOM_MM, TOTALS_MM, SIGNED_MM = 163.0, 14.0, 7.0  # for lines on a sheet below its head; what totals and signature take of it
LEGEND_MM = 6.0  # of a line of a legend


@dataclass(frozen=True)
class Column:
    """A column: how its cells are found, its label and its share of the width in hundredths.

    `total` is added up on each page; `whole` holds a number or a time that is never broken; `cost` is for those who see cost prices.
    """

    name: str
    label: Any
    width: float
    align: str = "left"
    total: bool = False
    whole: bool = False
    cost: bool = False


@dataclass(frozen=True)
class Choice:
    """What a register may be narrowed to: the name in the address, its label, and code → words for a user."""

    name: str
    label: Any
    options: Callable[[Any], Mapping[str, str]]


@dataclass(frozen=True)
class Ask:
    """Which lines are wanted: from `first` to `last` (both days within), with the choices made."""

    first: dt.date
    last: dt.date
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def begin(self) -> dt.datetime:
        """The first instant within."""
        return clock.at_local(self.first.year, self.first.month, self.first.day)

    @property
    def end(self) -> dt.datetime:
        """The first instant after it."""
        after = self.last + dt.timedelta(days=1)
        return clock.at_local(after.year, after.month, after.day)


@dataclass(frozen=True)
class Line:
    """A line: the words of its cells, the figures that are added up, where it leads; `struck` when it is struck off."""

    cells: Mapping[str, str]
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    href: str | None = None
    struck: bool = False


@dataclass(frozen=True)
class Legend:
    """A small table that stands below the lines: its heading, its rows (the first one of labels), and notes."""

    title: Any
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        """In mm on paper."""
        return LEGEND_MM * (len(self.rows) + len(self.notes) + 1)


@dataclass(frozen=True)
class Register:
    """A register: its record, title and columns, the span it is printed by, and the function that finds its lines for a user."""

    record: str
    code: str
    title: Any
    noun: str
    area: Any
    purpose: Any
    columns: tuple[Column, ...]
    lines: Callable[[Any, Ask], list[Line]]
    span: str = DAY
    choices: tuple[Choice, ...] = ()
    signed: Any = None
    legend: Callable[[], Legend] | None = None
    note: Any = None
    who: Any = ""
    when: Any = ""


@dataclass(frozen=True)
class Page:
    """A printed sheet: its lines and the totals of them."""

    lines: list[Line]
    totals: dict[str, Decimal]


def amount(value: Decimal) -> str:
    """A quantity without empty places; nothing for none."""
    return f"{value.normalize():f}" if value else ""


REGISTERS: dict[str, Register] = {}


def declare(register: Register) -> Register:
    """Make a register known."""
    REGISTERS[register.code] = register
    return register


def shown_to(register: Register, *, costs: bool) -> Register:
    """The register with the columns a user may see, over the whole width."""
    columns = tuple(column for column in register.columns if costs or not column.cost)
    wide = sum(column.width for column in columns)
    return replace(register, columns=tuple(replace(column, width=column.width * 100 / wide) for column in columns))


def span_of(register: Register, text: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days of “2025-03-07” or “2025-03”; today or this month when nothing is given. Raises ValueError for anything else."""
    if not text:
        text = f"{today:%Y-%m-%d}" if register.span == DAY else f"{today:%Y-%m}"
    if len(text) == len("2025-03"):
        first = dt.date.fromisoformat(f"{text}-01")
        return first, (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    day = dt.date.fromisoformat(text)
    return day, day


def totals(register: Register, lines: list[Line]) -> dict[str, Decimal]:
    """The sums of the columns that are added up; a line struck off does not count."""
    return {column.name: sum((line.figures.get(column.name, Decimal(0)) for line in lines if not line.struck), Decimal(0))
            for column in register.columns if column.total}


def height(register: Register, line: Line) -> float:
    """The height in mm a line needs so that every word of it stands in its cell."""
    most = max(lines_of(line.cells.get(column.name, ""), (column.width / 100 * WIDE_MM - PADDING_MM) / (POINT * 0.3528))
               for column in register.columns)
    return most * LINE_MM + PADDING_MM


def pages(register: Register, lines: list[Line]) -> list[Page]:
    """The lines on sheets; at least one, so that an empty day prints, too."""
    room = ROOM_MM - (TOTALS_MM if any(column.total for column in register.columns) else 0) - (SIGNED_MM if register.signed else 0) - (
        SIGNED_MM if register.note else 0)
    sheets: list[list[Line]] = [[]]
    used = 0.0
    for line in lines:
        needs = height(register, line)
        if sheets[-1] and used + needs > room:
            sheets.append([])
            used = 0.0
        sheets[-1].append(line)
        used += needs
    if register.legend is not None and sheets[-1] and used + register.legend().height > room:
        sheets.append([])
    return [Page(sheet, totals(register, sheet)) for sheet in sheets]


def to_print(register: Register, lines: list[Line], ask: Ask, words: list[tuple[Any, str]], *,
             engine: str | None = None) -> printing.Printed:
    """The PDF, A4 landscape, with the totals of each page and of all; in Chinese, whatever language the user reads."""
    with force_locale("zh_Hans_CN"):
        sheets = pages(register, lines)
        page = current_app.jinja_env.get_template("paper/register.html")
        html = page.render(register=register, sheets=sheets, sheet=A4_LANDSCAPE, heights=lambda line: height(register, line),
                           all_totals=totals(register, lines), span=said_span(ask), words=words, point=POINT, amount=amount,
                           legend=register.legend() if register.legend is not None else None,
                           company=parameters.text("company.name"), css=printing.paper_css())
        return printing.to_pdf(html, A4_LANDSCAPE, title=f"{register.record} {register.title} {said_span(ask)}", engine=engine)


def said_span(ask: Ask) -> str:
    """The day or month as a Chinese office writes it."""
    if ask.first == ask.last:
        return f"{ask.first.year} 年 {ask.first.month} 月 {ask.first.day} 日"
    return f"{ask.first.year} 年 {ask.first.month} 月"
