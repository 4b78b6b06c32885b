"""A list: what the address asks for, the keys of the page in hand, then exactly the listed columns of those."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import abort, request
from markupsafe import Markup
from sqlalchemy import Boolean, bindparam, func, inspect, literal_column, select
from sqlalchemy.orm import joinedload

from extensions import db
from extensions import gettext as _
from models.base import EnumCode, field_info, foreign_key_of
from services import clock, counters, parameters
from services.counters import Figure
from services.kept import kept
from views import paging, shown, timers
from views.shell import counted

SIZE = 25
COUNTED = 5_000
FOUND = 500
SIZES = (25, 50, 100)
LONG = 18  # longer words are cut in a list


@dataclass(frozen=True)
class Saved:
    """A view of a list with a name: the rows it holds at a moment; `to_the_minute` where they hang on the moment itself and not on its
    day. `counted` is for what an index counts quickly."""

    key: str
    label: object
    where: Callable[[Any], Any]
    counted: bool = True
    late: bool = False
    order: tuple[str, ...] = ()
    to_the_minute: bool = False


class Marks(dict[str, Markup]):
    """What a cell of a column bears in the page, for each kind of value: written once, not in each row."""

    def __init__(self, align: str, role: str, label: str) -> None:
        super().__init__()
        self.align, self.role, self.label = align, role, label

    def __missing__(self, kind: str) -> Markup:
        self[kind] = Markup('class="{} {} {}" data-label="{}"').format(self.align, kind, self.role, self.label)
        return self[kind]


class Listing:
    """One list for one user and one address. Raises 400 on anything the list does not offer."""

    def __init__(self, view: Any, user: Any) -> None:
        self.view, self.model, self.user = view, view.model, user
        self.user_key = user.id
        self.names = view.columns()
        self.phones = shown.sees_phones(user, self.model)
        self.question = request.args.get("q", "").strip()[:64]
        self.filters = self._read_filters()
        # Refused here, not while a file is already on its way to the browser.
        self.narrowing = [self._clause(name, value) for name, value in self.filters.items()]
        self.sort, self.down = self._read_order()
        self.saved = self._read_saved()
        self.chosen = self._read_chosen()
        self.number = max(int(self._argument("page", "0")), 0)
        self.size = int(self._argument("psize", str(SIZE)))
        self.found: Any = None
        self.counted = FOUND if self.question else COUNTED
        self.after = int(self._argument("after", "0"))

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
            elif name not in ("q", "page", "psize", "_oc_", "_od_", "_l_", "view", "after", "ids"):
                abort(400)
        return found

    def _read_order(self) -> tuple[str | None, bool]:
        column, direction = request.args.get("_oc_"), request.args.get("_od_", "asc")
        if column is not None and (column not in self.names or column not in inspect(self.model).columns):
            abort(400)
        return column, direction == "desc"

    def _read_saved(self) -> Saved | None:
        key = request.args.get("view", "")
        found = next((saved for saved in self.view.saved_views if saved.key == key), None)
        if key and found is None:
            abort(400)
        return found

    def _read_chosen(self) -> list[int] | None:
        """The rows picked out for an export."""
        given = request.args.get("ids")
        if given is None:
            return None
        keys = given.split(",")
        if len(keys) > 100 or not all(key.isascii() and key.isdigit() and len(key) <= 9 for key in keys):
            abort(400)
        return [int(key) for key in keys]

    # --- the question as SQL

    def where(self) -> list[Any]:
        """All that narrows the list; a search is looked up once."""
        clauses = [self.view.base_query(self.user), *self.narrowing]
        if self.saved is not None:
            clauses.append(self.saved.where(clock.now()))
        if self.chosen is not None:
            clauses.append(self.model.id.in_(self.chosen))
        if self.question and self.found is None:
            self.found = self.view.matching(self.model, self.question)
        return [*clauses, *([self.found] if self.question and self.found is not None else [])]

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

    def sorting(self) -> list[tuple[Any, bool]]:
        """The order of the rows as (column, downwards), ending in the key."""
        declared = [(self.sort, self.down)] if self.sort else [(name.lstrip("-"), name.startswith("-")) for name in self._declared()]
        columns = inspect(self.model).columns
        # The key runs the way of the column before it, so that one index serves both.
        return [*((columns[name], down) for name, down in declared), (columns["id"], declared[-1][1] if declared else True)]

    def _declared(self) -> tuple[str, ...]:
        return (self.saved.order if self.saved is not None else ()) or self.view.order  # type: ignore[no-any-return]

    def order(self) -> list[Any]:
        """The same as SQL."""
        return [column.desc() if down else column.asc() for column, down in self.sorting()]

    def relations(self) -> list[Any]:
        """Loads exactly the references that the list shows, in the one question for the rows."""
        references = inspect(self.model).relationships
        timed = timers.loads(self.model) if self.view.clock in self.names else []
        return timed + [joinedload(getattr(self.model, name)) for name in self.names if name in references]

    def keys(self) -> Any:
        """The keys of all rows in order."""
        return select(self.model.id).where(*self.where()).order_by(*self.order())

    def page_keys(self) -> list[int]:
        """The keys of the page in hand and one more: from the row before it when the address names one, else by number."""
        keys, row = self.keys(), None
        if self.after:
            row = db.session.scalar(select(self.model).where(self.model.id == self.after, self.view.base_query(self.user)))
        keys = keys.where(paging.after(self.sorting(), row)) if row is not None else keys.offset(self.number * self.size)
        return list(db.session.scalars(keys.limit(literal_column(str(self.size + 1)))))

    def count(self) -> int:
        """How many rows there are, counted to one more than `counted` at most."""
        few = self.keys() if self.question else select(self.model.id).where(*self.where())  # a search walks the list in its order
        few = few.limit(literal_column(str(self.counted + 1))).subquery()
        return int(db.session.scalar(select(func.count()).select_from(few)) or 0)

    def load(self, keys: list[int]) -> list[Any]:
        """These rows with what the list shows, in the order of the keys."""
        query = kept(("rows", self.view.route_base, self.names), lambda: select(self.model).where(
            self.model.id.in_(bindparam("keys", expanding=True))).options(*self.relations()))
        rows = {row.id: row for row in db.session.scalars(query, {"keys": keys})}
        return [rows[key] for key in keys if key in rows]

    # --- the page

    def address(self, *, export: str | None = None, **changes: Any) -> str:
        """The address of this list with some things changed; None drops one."""
        direction = "desc" if self.down else "asc"
        wanted: dict[str, Any] = {"view": self.saved.key if self.saved else None, "q": self.question or None, "_oc_": self.sort,
                                  "_od_": direction if self.sort else None, "psize": self.size if self.size != SIZE else None}
        wanted.update({f"_flt_{name}": value for name, value in self.filters.items()})
        wanted.update(changes)
        query = urlencode({name: value for name, value in wanted.items() if value is not None})
        base = f"{self.view.route_base}/export/{export}" if export else f"{self.view.route_base}/list/"
        return f"{base}?{query}" if query else base

    def page(self) -> dict[str, Any]:
        """The context of the list's template."""
        keys = self.page_keys()
        more, keys = len(keys) > self.size, keys[:self.size]
        total, figures = self._figures()
        rows = self.load(keys)
        table = [self._row(row) for row in rows]
        first = self.number * self.size + 1 if rows else 0
        return {
            "title": self.view.heading, "noun": self.view.noun, "count": total, "count_capped": total > self.counted,
            "columns": [self._column(name) for name in self.names], "rows": table,
            "filters": self._chips(), "saved_views": self._tabs(figures), "pages": self._pages(total),
            "filter_fields": [self._filter_field(name) for name in self.view.filtered], "q": self.question,
            "first": first, "last": self.number * self.size + len(rows), "total": min(total, self.counted), "size": self.size,
            "prev_href": self.address(page=self.number - 1) if self.number else None,
            "next_href": self.address(page=self.number + 1, after=keys[-1]) if more else None, "exports": [], "bulk": [],
            "searches": self.view.matching(self.model, "-") is not None,
            "sizes": [{"size": size, "href": self.address(psize=size if size != SIZE else None), "here": size == self.size}
                      for size in SIZES], "saved": self.saved, "has_rows_do": any(row["actions"] for row in table),
            "empty_text": self._empty(),
            "clear_href": self.address(q=None, **{f"_flt_{name}": None for name in self.filters}),
            "action": f"{self.view.route_base}/list/",
        }

    def _empty(self) -> Any:
        if self.filters or self.question:
            return _("Nothing fits these conditions.")
        return _("Nothing in “%(view)s”.", view=self.saved.label) if self.saved else self.view.empty_text

    def _figures(self) -> tuple[int, dict[str, int]]:
        """How many rows there are, and in each saved view: by the one statement that counts for the navigation, too. A search is
        counted by itself: its plan hangs on the word."""
        parts = {f"view_{saved.key}": Figure(partial(self._count_of, saved)) for saved in self.view.saved_views if saved.counted}
        if not self.question:
            parts["rows"] = Figure(lambda: counters.figure(self.model, *self.where(), most=self.counted))
        plain = not self.question and not self.narrowing and self.saved is None and self.chosen is None
        found = counters.with_waiting(self.user, parts, page=(self.view.route_base, clock.today()) if plain else None)
        return (found["rows"] if not self.question else self.count()), {
            name.removeprefix("view_"): count for name, count in found.items() if name != "rows"}

    def _count_of(self, saved: Saved) -> Any:
        now = counters.NOW if saved.to_the_minute else clock.now()
        return counters.figure(self.model, self.view.base_query(self.user), saved.where(now))

    def _tabs(self, figures: dict[str, int]) -> list[dict[str, Any]]:
        """The saved views with their counts."""
        if not self.view.saved_views:
            return []
        base = f"{self.view.route_base}/list/"
        tabs = [{"label": saved.label, "href": f"{base}?view={saved.key}", "here": saved is self.saved,
                 "late": saved.late and figures[saved.key] > 0, "count": counted(figures[saved.key]) if saved.counted else None}
                for saved in self.view.saved_views]
        return [*tabs, {"label": _("All"), "href": base, "here": self.saved is None, "count": None, "late": False}]

    def _pages(self, total: int) -> list[dict[str, Any] | None]:
        last = max((min(total, self.counted) - 1) // self.size, 0)
        if self.number > last:
            return [{"number": self.number + 1, "href": None, "here": True}]
        return [None if number is None else {"number": number + 1, "href": self.address(page=number or None), "here": number == self.number}
                for number in paging.numbers(self.number, last)]

    def _column(self, name: str) -> dict[str, Any]:
        columns = inspect(self.model).columns
        sortable = name in columns
        down = self.sort == name and not self.down
        numeric = sortable and columns[name].type.python_type.__name__ in ("int", "Decimal")
        label = str(field_info(self.model, name)["label"])  # translated once, not in each row
        align, role = "end" if numeric else "start", self._role(name)
        return {"name": name, "label": label, "align": align, "role": role, "of": Marks(align, role, label),
                "sorted": ("desc" if self.down else "asc") if self.sort == name else None,
                "sort_href": self.address(_oc_=name, _od_="desc" if down else "asc") if sortable else None}

    def _row(self, row: Any) -> dict[str, Any]:
        cells = [timers.cell(row, name) if name == self.view.clock else shown.cell(row, name, phones=self.phones)
                 for name in self.names]
        for cell in cells:  # words and no more: the most of them, written without asking what else they may be
            cell["bare"] = not (cell["badge"] or cell.get("clock") or cell["kind"] in ("flag", "phone") or len(cell["text"]) > LONG)
        return {"id": row.id, "href": self.view.at(row), "cells": cells, "actions": self.view.row_actions(row, self.user)}

    def _role(self, name: str) -> str:
        """What a column is on the card of a phone: its number, its state, whom it is about, or the rest."""
        first = next(name for name in self.names if name != self.view.clock)
        return {first: "no", self.view.badge: "state", self.view.clock: "due", self.view.about: "about"}.get(name, "rest")

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
