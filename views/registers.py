"""The registers on the screen and on paper: live, by day or month (R-002, R-048, R-054)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request
from flask_appbuilder import BaseView, expose

import services.registers  # noqa: F401  declares them
from extensions import gettext as _
from services import access, clock, register
from services.errors import DomainError, NotThere
from services.register import REGISTERS, Ask, Register
from views.base import allowed
from views.exports import export_cell
from views.record_papers import pdf_file
from views.shell import crumbs


class RegistersView(BaseView):
    """`/registers/<code>/`."""

    route_base = "/registers"
    class_permission_name = "service_record"

    @expose("/<code>/", methods=["GET"])
    def show(self, code: str) -> Any:
        """The lines of a day or a month."""
        book, user = _book(code, "read")
        ask, _words = _asked(book, user)
        lines = book.lines(user, ask)
        crumbs((_("Records"), "/records/"), (book.title, None))
        return render_template(
            "registers/show.html", book=book, lines=lines, totals=register.totals(book, lines), amount=register.amount,
            span=f"{ask.first:%Y-%m-%d}" if ask.first == ask.last else f"{ask.first:%Y-%m}", daily=ask.first == ask.last,
            choices=[{"name": choice.name, "label": choice.label, "options": choice.options(user),
                      "chosen": ask.chosen.get(choice.name, "")} for choice in book.choices],
            legend=book.legend() if book.legend is not None else None, before=_address(code, ask, -1),
            after=_address(code, ask, 1), prints=access.can(user, "print", book.noun),
            exports=access.can(user, "export", book.noun), query=_query(ask))

    @expose("/<code>/pdf", methods=["GET"])
    def pdf(self, code: str) -> Any:
        """The lines on paper, A4 landscape."""
        book, user = _book(code, "print")
        ask, words = _asked(book, user)
        return pdf_file(register.to_print(book, book.lines(user, ask), ask, words).pdf, f"{book.title}.pdf")

    @expose("/<code>/export/csv", methods=["GET"])
    def export(self, code: str) -> Any:
        """The lines as a file."""
        book, user = _book(code, "export")
        ask, _words = _asked(book, user)
        buffer = io.StringIO()
        buffer.write("\ufeff")
        writer = csv.writer(buffer)
        writer.writerow([str(column.label) for column in book.columns])
        for line in book.lines(user, ask):
            writer.writerow([export_cell(line.cells.get(column.name, "")) for column in book.columns])
        return Response(buffer.getvalue(), mimetype="text/csv; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{book.code}.csv"'})


def views() -> list[Any]:
    """The registers."""
    return [type("RegistersView", (RegistersView,), {})]


def _book(code: str, act: str) -> tuple[Register, Any]:
    """The register as the user of this request may see it."""
    if code not in REGISTERS:
        raise NotThere("")
    user = allowed(act, REGISTERS[code].noun)
    return register.shown_to(REGISTERS[code], costs=access.sees_cost_prices(user)), user


def _asked(book: Register, user: Any) -> tuple[Ask, list[tuple[Any, str]]]:
    """What the address asks for, and the choices in words."""
    try:
        first, last = register.span_of(book, request.args.get("on", "").strip(), clock.today())
    except ValueError:
        raise DomainError(_("This is not a day or month."), "on") from None
    chosen, words = {}, []
    for choice in book.choices:
        code = request.args.get(choice.name, "")
        if code:
            options = choice.options(user)
            if code not in options:
                raise NotThere("")
            chosen[choice.name] = code
            words.append((choice.label, options[code]))
    return Ask(first, last, chosen), words


def _query(ask: Ask, first: dt.date | None = None) -> str:
    day = first or ask.first
    return urlencode({"on": f"{day:%Y-%m-%d}" if ask.first == ask.last else f"{day:%Y-%m}", **ask.chosen})


def _address(code: str, ask: Ask, step: int) -> str:
    """The day or month before or after."""
    if ask.first == ask.last:
        day = ask.first + dt.timedelta(days=step)
    else:
        day = (ask.last + dt.timedelta(days=1)) if step > 0 else (ask.first - dt.timedelta(days=1)).replace(day=1)
    return f"/registers/{code}/?{_query(ask, day)}"
