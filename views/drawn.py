"""What stands on pages again and again, drawn once: icons, and the fields of forms that are empty or show a choice of their list."""

from __future__ import annotations

from functools import cache
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


@cache
def icon(name: str, more: str = "") -> Markup:
    """A sign of ours by its name, with further classes."""
    return Markup('<svg class="icon{more}" aria-hidden="true"><use href="/static/vendor/icons.svg#{name}"></use></svg>').format(
        name=name, more=f" {more}" if more else "")


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


def add_drawn(app: Flask) -> None:
    """Give the templates these."""
    app.add_template_global(icon, "icon")
    app.add_template_global(control, "control")
