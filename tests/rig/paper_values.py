"""A fitting value for each field of a paper, so that any paper can be filled by a test that does not know it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Text, Time, inspect, select

from extensions import db
from forms.records import is_stored
from models.base import EnumCode, FixedDecimal, UTCDateTime, field_info
from models.organisation import Department
from services import clock, parameters

BEGIN = clock.at_local(2025, 3, 4, 9, 15)


def value_of(model: type[Any], name: str, place: int) -> Any:
    """A value the field takes; None where there is nothing to refer to."""
    mapper = inspect(model)
    if name in mapper.relationships:
        target = mapper.relationships[name].mapper.class_
        query = select(target).where(target.can_issue_numbers) if target is Department else select(target)
        if (among := field_info(model, name).get("among")) is not None:
            query = query.where(getattr(target, among[0]) == among[1])
        found = db.session.scalars(query.order_by(target.id).limit(2)).all()
        return list(found) if mapper.relationships[name].uselist else next(iter(found), None)
    type_, dict_type = mapper.columns[name].type, field_info(model, name).get("dict_type")
    if dict_type:
        return parameters.dict_choices(dict_type)[0][0]
    if isinstance(type_, EnumCode):
        return list(type_.enum)[place % len(type_.enum)]
    return _plain(type_, place)


def _plain(type_: Any, place: int) -> Any:
    if isinstance(type_, Boolean):
        return True
    if isinstance(type_, UTCDateTime):
        return BEGIN + dt.timedelta(minutes=7 * place)
    if isinstance(type_, Time):
        return dt.time(8 + place % 12, place % 60)
    if isinstance(type_, Date):
        return BEGIN.date() + dt.timedelta(days=place)
    if isinstance(type_, FixedDecimal):
        return Decimal(place + 1)
    if isinstance(type_, Integer):
        return place + 1
    text = f"第{place}项内容"
    return f"{text}，逐项记录。" if isinstance(type_, Text) else text[:getattr(type_, "length", None) or 20]


def values_for(model: type[Any], names: Any) -> dict[str, Any]:
    """Field → value for these fields, as far as they are stored; later ones get later times."""
    stored = [name for name in names if is_stored(model, name)]
    found = {name: value_of(model, name, place) for place, name in enumerate(stored)}
    return {name: value for name, value in found.items() if value not in (None, [])}


def line_values(model: type[Any], item: Any, count: int) -> list[dict[str, Any]]:
    """`count` lines of a list of a paper; `model` is that of the lines."""
    return [{column.field: value_of(model, column.field, place) for column in item.columns if not column.fixed} for place in range(count)]
