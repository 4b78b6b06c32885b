"""Lists as files: CSV as a stream of any length, XLSX to ten thousand rows. A cell never becomes a formula (R13)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import Response, stream_with_context
from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext as _

from extensions import db
from models.base import field_info
from services import unit_of_work
from services.errors import DomainError
from views import shown

XLSX_MOST = 10_000
CHUNK = 500
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export_cell(value: Any) -> Any:
    """A value as it may stand in a file others open: numbers stay numbers, text that would start a formula gets a quote."""
    if isinstance(value, bool) or value is None or not isinstance(value, int | float | Decimal):
        words = _CONTROL.sub("", shown.text(value))
        stripped = words.lstrip(" \u3000\ufeff")
        return "'" + words if stripped.startswith(_FORMULA) or words.startswith(("\t", "\r", "\n")) else words
    return value


def _value(row: Any, name: str, *, phones: bool) -> Any:
    value = getattr(row, name)
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else shown.cell(row, name, phones=phones)["text"]


def _rows(listing: Any) -> Iterator[list[Any]]:
    keys = list(db.session.scalars(listing.keys()))
    for start in range(0, len(keys), CHUNK):
        for row in listing.load(keys[start:start + CHUNK]):
            yield [export_cell(_value(row, name, phones=listing.phones)) for name in listing.names]
        db.session.expunge_all()


def _head(listing: Any) -> list[str]:
    return [str(field_info(listing.model, name)["label"]) for name in listing.names]


def _disposition(name: str, kind: str) -> str:
    return f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''{quote(name)}.{kind}"


def send(listing: Any, kind: str, *, name: str) -> Response:
    """The list as a file; raises DomainError when it is too long for XLSX."""
    headers = {"Content-Disposition": _disposition(name, kind)}
    if kind == "csv":
        return Response(stream_with_context(_csv(listing)), mimetype="text/csv; charset=utf-8", headers=headers)
    if listing.count() > XLSX_MOST or len(list(db.session.scalars(listing.keys().limit(XLSX_MOST + 1)))) > XLSX_MOST:
        raise DomainError(_("XLSX holds up to 10,000 rows here. Narrow the list, or take CSV."))
    return Response(_xlsx(listing), headers=headers,
                    mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


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


def _xlsx(listing: Any) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
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
    book.close()
    return buffer.getvalue()
