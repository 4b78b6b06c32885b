"""A list: what the address asks for, the keys of the page in hand, then exactly the listed columns of those."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import Boolean, func, inspect, select
from sqlalchemy.orm import joinedload

from extensions import db
from models.base import EnumCode, field_info, foreign_key_of
from services import parameters, search
from views import shown

SIZE = 25
COUNTED = 5_000
FOUND = 500


class Listing:
    """One list for one user and one address. Raises 400 on anything the list does not offer."""

    def __init__(self, view: Any, user: Any) -> None:
        self.view, self.model, self.user = view, view.model, user
        self.user_key = user.id
        self.names = view.columns()
        self.question = request.args.get("q", "").strip()[:64]
        self.filters = self._read_filters()
        # Refused here, not while a file is already on its way to the browser.
        self.narrowing = [self._clause(name, value) for name, value in self.filters.items()]
        self.sort, self.down = self._read_order()
        self.number = max(int(self._argument("page", "0")), 0)
        self.size = int(self._argument("psize", str(SIZE)))
        self.found: Any = None
        self.counted = FOUND if self.question else COUNTED

    def _argument(self, name: str, default: str) -> str:
        given = request.args.get(name, default)
        if not (given.isascii() and given.isdigit() and len(given) <= 7):
            abort(400)
        return given

    def _read_filters(self) -> dict[str, str]:
        found = {}
        for name, value in request.args.items(multi=True):
            if name.startswith("_flt_"):
                column = name.removeprefix("_flt_")
                if column not in self.view.filtered or column in found:
                    abort(400)
                if value:
                    found[column] = value
            elif name not in ("q", "page", "psize", "_oc_", "_od_", "_l_"):
                abort(400)
        return found

    def _read_order(self) -> tuple[str | None, bool]:
        column, direction = request.args.get("_oc_"), request.args.get("_od_", "asc")
        if column is not None and (column not in self.names or column not in inspect(self.model).columns):
            abort(400)
        return column, direction == "desc"

    # --- the question as SQL

    def where(self) -> list[Any]:
        """All that narrows the list; a search is looked up once."""
        if self.question and self.found is None:
            self.found = search.matching(self.model, self.question)
        return [self.view.base_query(self.user), *self.narrowing, *([self.found] if self.found is not None else [])]

    def _clause(self, name: str, value: str) -> Any:
        mapper = inspect(self.model)
        if name in mapper.relationships:
            if not (value.isascii() and value.isdigit() and len(value) <= 9):
                abort(400)
            return foreign_key_of(self.model, name) == int(value)
        column = getattr(self.model, name)
        type_ = mapper.columns[name].type
        if isinstance(type_, Boolean):
            if value not in ("yes", "no"):
                abort(400)
            return column.is_(value == "yes")
        if isinstance(type_, EnumCode) and value not in {member.value for member in type_.enum}:
            abort(400)
        return column == value

    def order(self) -> list[Any]:
        """The order of the rows, ending in the key; the key runs the way of the column before it, so that one index serves both."""
        names = [f"{'-' if self.down else ''}{self.sort}"] if self.sort else [*self.view.order]
        names.append("-id" if not names or names[-1].startswith("-") else "id")
        columns = [(getattr(self.model, name.lstrip("-")), name.startswith("-")) for name in names]
        return [column.desc() if down else column.asc() for column, down in columns]

    def relations(self) -> list[Any]:
        """Loads exactly the references that the list shows, in the one question for the rows."""
        references = inspect(self.model).relationships
        return [joinedload(getattr(self.model, name)) for name in self.names if name in references]

    def keys(self) -> Any:
        """The keys of all rows in order."""
        return select(self.model.id).where(*self.where()).order_by(*self.order())

    def count(self) -> int:
        """How many rows there are, counted to one more than `counted` at most."""
        few = self.keys() if self.question else select(self.model.id).where(*self.where())  # a search walks the list in its order
        few = few.limit(self.counted + 1).subquery()
        return int(db.session.scalar(select(func.count()).select_from(few)) or 0)

    def load(self, keys: list[int]) -> list[Any]:
        """These rows with what the list shows, in the order of the keys."""
        rows = {row.id: row for row in db.session.scalars(select(self.model).where(self.model.id.in_(keys)).options(*self.relations()))}
        return [rows[key] for key in keys if key in rows]

    # --- the page

    def address(self, *, export: str | None = None, **changes: Any) -> str:
        """The address of this list with some things changed; None drops one."""
        wanted: dict[str, Any] = {"q": self.question or None, "_oc_": self.sort, "_od_": ("desc" if self.down else "asc") if self.sort
                                  else None, "psize": self.size if self.size != SIZE else None}
        wanted.update({f"_flt_{name}": value for name, value in self.filters.items()})
        wanted.update(changes)
        query = urlencode({name: value for name, value in wanted.items() if value is not None})
        base = f"{self.view.route_base}/export/{export}" if export else f"{self.view.route_base}/list/"
        return f"{base}?{query}" if query else base

    def page(self) -> dict[str, Any]:
        """The context of the list's template."""
        keys = list(db.session.scalars(self.keys().offset(self.number * self.size).limit(self.size + 1)))
        more, keys = len(keys) > self.size, keys[:self.size]
        total = self.count()
        rows = self.load(keys)
        first = self.number * self.size + 1 if rows else 0
        return {
            "title": self.view.heading, "noun": self.view.noun, "count": total, "count_capped": total > self.counted,
            "columns": [self._column(name) for name in self.names], "rows": [self._row(row) for row in rows],
            "filters": self._chips(), "filter_fields": [self._filter_field(name) for name in self.view.filtered], "q": self.question,
            "first": first, "last": self.number * self.size + len(rows), "total": min(total, self.counted), "size": self.size,
            "prev_href": self.address(page=self.number - 1) if self.number else None,
            "next_href": self.address(page=self.number + 1) if more else None, "exports": [], "saved_views": [], "bulk": [],
            "empty_text": _("Nothing fits these conditions.") if self.filters or self.question else self.view.empty_text,
            "clear_href": f"{self.view.route_base}/list/", "action": f"{self.view.route_base}/list/",
        }

    def _column(self, name: str) -> dict[str, Any]:
        columns = inspect(self.model).columns
        sortable = name in columns
        down = self.sort == name and not self.down
        numeric = sortable and columns[name].type.python_type.__name__ in ("int", "Decimal")
        label = str(field_info(self.model, name)["label"])  # translated once, not in each row
        return {"name": name, "label": label, "align": "end" if numeric else "start",
                "sorted": ("desc" if self.down else "asc") if self.sort == name else None,
                "sort_href": self.address(_oc_=name, _od_="desc" if down else "asc") if sortable else None}

    def _row(self, row: Any) -> dict[str, Any]:
        return {"id": row.id, "href": self.view.at(row), "cells": [shown.cell(row, name) for name in self.names], "actions": []}

    def _filter_field(self, name: str) -> dict[str, Any]:
        label, mapper = field_info(self.model, name)["label"], inspect(self.model)
        field = {"name": f"_flt_{name}", "label": label, "value": self.filters.get(name, ""), "type": "select", "choices": []}
        if name in mapper.relationships:
            field.update(type="lookup", url=f"{self.view.route_base}/lookup/{name}", shown=self._said(name))
        elif isinstance(mapper.columns[name].type, Boolean):
            field["choices"] = [("yes", _("Yes")), ("no", _("No"))]
        elif isinstance(mapper.columns[name].type, EnumCode):
            field["choices"] = mapper.columns[name].type.enum.choices()
        else:
            dict_type = mapper.columns[name].info.get("dict_type")
            field["choices"] = parameters.dict_choices(dict_type) if dict_type else []
        return field

    def _said(self, name: str) -> str:
        """The value of a filter in words."""
        value, mapper = self.filters.get(name), inspect(self.model)
        if value is None:
            return ""
        if name in mapper.relationships:
            target = mapper.relationships[name].mapper.class_
            found = db.session.get(target, int(value))
            return str(found) if found is not None else ""
        choices = dict(self._filter_choices(name))
        return str(choices.get(value, value))

    def _filter_choices(self, name: str) -> list[tuple[str, Any]]:
        type_ = inspect(self.model).columns[name].type
        if isinstance(type_, Boolean):
            return [("yes", _("Yes")), ("no", _("No"))]
        return type_.enum.choices() if isinstance(type_, EnumCode) else []

    def _chips(self) -> list[dict[str, Any]]:
        return [{"label": field_info(self.model, name)["label"], "value": self._said(name),
                 "remove_href": self.address(**{f"_flt_{name}": None})} for name in self.filters]
