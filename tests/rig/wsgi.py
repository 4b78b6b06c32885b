"""The product as gunicorn serves it to the tests: whole, with a fault on demand, or broken on purpose."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context, request
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app import create_app
from models.number import IssuedPaper
from services.errors import DomainError

FAULT = "故障注入"


def _refuse_on_demand(session: Session, _context: Any) -> None:
    """A document that comes to nothing after its number was drawn."""
    if has_request_context() and request.form.get("symptom") == FAULT and any(isinstance(thing, IssuedPaper) for thing in session.new):
        raise DomainError("on purpose", "symptom")


def create() -> Flask:
    """The product; a form whose symptom is FAULT fails once its number is drawn."""
    app = create_app()
    event.listen(Session, "after_flush", _refuse_on_demand)
    return app


def naive() -> Flask:
    """The product with numbers by max() + 1 and plain transactions, as one would first write it: the tests must fail on it."""
    from extensions import db
    from services import connections, numbering

    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    connections._begin_sqlite = begin

    def take(series: str, *, now: Any, owner: Any = None, form_code: str | None = None, **_rest: Any) -> IssuedPaper:
        last = db.session.scalar(select(func.max(IssuedPaper.seq)).where(IssuedPaper.series == series)) or 0
        paper = IssuedPaper(series=series, number=f"N{last + 1:05d}", scope_key="", seq=last + 1, form_code=form_code, issued_at=now)
        db.session.add(paper)
        db.session.flush()
        return paper

    numbering.take = take  # type: ignore[assignment]
    return create()
