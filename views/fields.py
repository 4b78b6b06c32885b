"""A field of a form as it is drawn: one that is empty, or shows a choice of its list, looks the same each time and is drawn once."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from flask_babel import get_locale
from markupsafe import Markup

from services.kept import kept


def control(field: Any) -> Markup:
    """What is typed or chosen into. The fields of forms that are made once (`kind`, forms/base.py) are drawn once for each look."""
    look = _look(field) if field.meta.kind is not None else None
    if look is None:
        return _drawn(field)
    meta = field.meta.__dict__
    if "drawn" not in meta:
        meta["drawn"] = kept(("controls", field.meta.kind, str(get_locale())), dict[Any, Markup])
    known: dict[Any, Markup] = meta["drawn"]
    if (field.name, look) not in known:
        known[field.name, look] = _drawn(field)
    return known[field.name, look]


def _drawn(field: Any) -> Markup:
    return current_app.jinja_env.get_template("generated/control.html").module.control(field)  # type: ignore[attr-defined, no-any-return]


def _look(field: Any) -> Any:
    """What else than its declaration the look of a field hangs on; None where that is anything somebody wrote."""
    if field.errors or field.type in ("Pick", "Ticks"):
        return None
    if field.type == "BooleanField":
        return bool(field.data)
    value = (field.data or "") if field.type == "LongText" else field._value()
    return value if field.type == "Choice" or not value else None


def add_fields(app: Flask) -> None:
    """Give the templates the fields."""
    app.add_template_global(control, "control")
