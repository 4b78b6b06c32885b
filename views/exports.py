"""Lists as files: CSV as a stream of any length, XLSX at once to ten thousand rows, longer ones in the background. A cell never becomes a
formula (R13).
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, g, redirect, request, stream_with_context
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ARRAY, Boolean, Integer, bindparam, func, inspect, select, update

from extensions import db
from extensions import gettext as _
from models.base import EnumCode, FixedDecimal, UTCDateTime, field_info, foreign_key_of
from models.job import Errand
from models.paper import PAPERS
from services import access, audit, clock, errands, parameters, storage, unit_of_work
from services.errors import DomainError, NotThere
from views import shown

XLSX_MOST = 10_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 2000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export_cell(value: Any) -> Any:
    """A value as it may stand in a file others open: numbers stay numbers, text that would start a formula gets a quote."""
    if isinstance(value, bool) or value is None or not isinstance(value, int | float | Decimal):
        words = _CONTROL.sub("", shown.text(value))
        stripped = words.lstrip(" \u3000\ufeff")
        return "'" + words if stripped.startswith(_FORMULA) or words.startswith(("\t", "\r", "\n")) else words
    return value


def _said(column: Any, *, phones: bool) -> Callable[[Any], Any]:
    """How the values of a column are written into a file; what few values share is worked out once."""
    if column.key in shown.PHONES and not phones:
        return lambda value: export_cell(shown.masked(value)) if value else ""
    type_, dict_type = column.type, column.info.get("dict_type")
    if isinstance(type_, UTCDateTime):  # a file is read on other days, too: the whole date
        return lambda value: "" if value is None else clock.local(value).isoformat(" ", "minutes")[:16]
    if isinstance(type_, Integer | FixedDecimal):
        return export_cell
    if dict_type:
        return cache(lambda value: export_cell(parameters.dict_label(dict_type, value)))
    return cache(export_cell) if isinstance(type_, EnumCode | Boolean) else export_cell


def _among(column: Any, keys: list[int]) -> Any:
    """Rows with these keys; the list goes as one value, thousands of single ones cost more than the rows."""
    if db.engine.dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(keys)).table_valued("value").c.value))
    return column == func.any(bindparam(None, keys, ARRAY(Integer)))


def _names_of(target: type[Any], known: dict[Any, Any], keys: set[Any]) -> None:
    """Add the printed names of these records to those known."""
    for record in db.session.scalars(select(target).where(_among(target.id, list(keys - known.keys())))):  # type: ignore[attr-defined]
        known[record.id] = export_cell(str(record))


def _rows(listing: Any) -> Iterator[list[Any]]:
    """All rows, as columns alone: a record of 200,000 is no object of the program."""
    model, mapper = listing.model, inspect(listing.model)
    links = {place: (mapper.relationships[name].mapper.class_, {None: ""}) for place, name in enumerate(listing.names)
             if name in mapper.relationships}
    columns = [foreign_key_of(model, name) if place in links else mapper.columns[name] for place, name in enumerate(listing.names)]
    said = [links[place][1].__getitem__ if place in links else _said(column, phones=listing.phones) for place, column in enumerate(columns)]
    keys = list(db.session.scalars(listing.keys()))
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start:start + CHUNK]
        found = {row[0]: row[1:] for row in db.session.execute(select(model.id, *columns).where(_among(model.id, chunk)))}
        for place, (target, known) in links.items():
            _names_of(target, known, {row[place] for row in found.values()})
        for key in chunk:
            if key in found:
                yield [say(value) for say, value in zip(said, found[key], strict=True)]
        db.session.expunge_all()


def _head(listing: Any) -> list[str]:
    return [str(field_info(listing.model, name)["label"]) for name in listing.names]


def _disposition(name: str, kind: str) -> str:
    return f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''{quote(name)}.{kind}"


def answer(listing: Any, kind: str, *, what: str, name: str) -> Any:
    """The answer to who wants a list as CSV or XLSX, which the book of security notes; where he sends the question, the list is written
    in the background. NotThere for another kind of file.
    """
    if kind not in ("csv", "xlsx"):
        raise NotThere("")
    audit.note_security("export", user_id=listing.user.id, subject=f"{what}.{kind}", apart=request.method == "GET")
    return redirect(f"/errands/{_ask(listing, kind, name=name).id}") if request.method == "POST" else _send(listing, kind, name=name)


def _send(listing: Any, kind: str, *, name: str) -> Response:
    """The list as a file; raises DomainError when it is too long for XLSX."""
    headers = {"Content-Disposition": _disposition(name, kind)}
    if kind == "csv":
        return Response(stream_with_context(_csv(listing)), mimetype="text/csv; charset=utf-8", headers=headers)
    if listing.count() > XLSX_MOST or len(list(db.session.scalars(listing.keys().limit(XLSX_MOST + 1)))) > XLSX_MOST:
        raise DomainError(_("More than 10,000 rows are written in the background: take XLSX from the list again, or CSV."))
    buffer = io.BytesIO()
    _write_xlsx(listing, buffer)
    return Response(buffer.getvalue(), headers=headers, mimetype=XLSX)


def saved(content: bytes, name: str) -> Response:
    """A list that was written in the background."""
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": _disposition(name.removesuffix(".xlsx"), "xlsx")})


def offered(listing: Any, page: dict[str, Any]) -> list[dict[str, Any]]:
    """The files a list may be had as; one too long to count is written in the background."""
    return [{"label": kind.upper(), "href": listing.address(export=kind), "later": kind == "xlsx" and page["count_capped"]}
            for kind in ("csv", "xlsx")]


def _ask(listing: Any, kind: str, *, name: str) -> Errand:
    """Have the list, as it is narrowed, written in the background for whoever asks; NotThere for another kind than XLSX."""
    if kind != "xlsx":
        raise NotThere("")
    base, query = listing.view.route_base, request.query_string.decode()
    total = int(db.session.scalar(select(func.count()).select_from(listing.keys().order_by(None).subquery())) or 0)
    return errands.ask("xlsx", name, {"base": base, "query": query}, total=total, by=listing.user, now=clock.now())


@errands.kind("xlsx")
def write_in_background(key: int) -> None:
    """Write a list for its owner, with the rights he has now, and say how far it is. Raises NotAllowed when he has lost them."""
    with unit_of_work.unit_of_work(write=False):
        errand = db.session.get_one(Errand, key)
        base, query, owner, title = errand.payload["base"], errand.payload["query"], errand.user_id, errand.title

    def told(rows: int) -> None:
        values = {"done": rows, "lease_until": clock.now() + errands.LEASE}
        unit_of_work.aside(lambda session: session.execute(update(Errand).where(Errand.id == key).values(**values)))

    with (tempfile.TemporaryFile() as file, current_app.test_request_context(f"{base}/list/?{query}"),
          unit_of_work.unit_of_work(write=False)):
        g.user = db.session.get_one(User, owner)
        try:
            rows = _write_xlsx(_listing_at(base, g.user), file, told)
        finally:
            g.pop("user")
        file.seek(0)
        digest = storage.keep(file.read())
    with unit_of_work.unit_of_work(reason="export"):
        errands.advance(key, rows, total=rows)
        errands.finish(key, {"file": digest, "name": f"{title}.xlsx"})


def _listing_at(base: str, user: Any) -> Any:
    """The list of an address, for a user who may export it."""
    from views.listing import Listing
    from views.records import PaperList

    code = base.removeprefix("/records/")
    view = PaperList(*PAPERS[code]) if code in PAPERS else next(
        view for view in current_app.appbuilder.baseviews if view.route_base == base)  # type: ignore[attr-defined]
    access.require(user, "export", view.noun)
    return Listing(view, user)


def _csv(listing: Any) -> Iterator[str]:
    # The answer is written after the request's unit has been closed: the stream reads in one of its own.
    with unit_of_work.unit_of_work(write=False):
        listing.user = db.session.get(User, listing.user_key)
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(_head(listing))
        yield "\ufeff"
        for row in _rows(listing):
            writer.writerow(row)
            if buffer.tell() > 16_384:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()


def _write_xlsx(listing: Any, target: Any, told: Callable[[int], None] | None = None) -> int:
    """How many rows were written, a thousand of them in memory at most; `told` hears how far it is."""
    import xlsxwriter  # kept out of workers that never write one

    number = 0
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                        "strings_to_numbers": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for column, label in enumerate(_head(listing)):
        sheet.write_string(0, column, label, bold)
    for number, row in enumerate(_rows(listing), start=1):
        for column, value in enumerate(row):
            if isinstance(value, int | Decimal):
                sheet.write_number(number, column, float(value))
            else:
                sheet.write_string(number, column, value)
        if told is not None and number % CHUNK == 0:
            told(number)
    book.close()
    return number
