"""What a remote select offers: the records a reference may lead to, by what was typed."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import ColumnElement, inspect, select

from extensions import db
from services import access, search

MOST = 20


def offered(target: type[Any], user: Any, *among: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Key and name of up to MOST records, the newest first: those in use that the user may see and that contain what was typed."""
    query = select(target).where(access.visible(user, target), *among)
    if hasattr(target, "active"):
        query = query.where(target.active)
    words = request.args.get("q", "").strip()[:64]
    clause = search.within(target, words) if words else None
    rows = db.session.scalars((query if clause is None else query.where(clause)).order_by(target.id.desc()).limit(MOST)).all()
    return [{"id": row.id, "text": str(row), "hint": ""} for row in rows]


def of_customer(target: type[Any]) -> list[ColumnElement[bool]]:
    """Only those of the customer who is chosen in the form, where they belong to one."""
    owner = request.args.get("customer", "")
    chosen = owner.isascii() and owner.isdigit() and len(owner) < 10 and "customer_id" in inspect(target).columns
    return [target.customer_id == int(owner)] if chosen else []  # type: ignore[attr-defined]
