"""The one base of the REST API: Flask-AppBuilder's ModelRestApi with its defects repaired (R1, R2, R4, R5).

What the framework does wrong here and what stands instead: a refused rule is a 500 (422, with the sentence at its field), APIs
are exempt from forgery protection (a browser's session needs the token, a program its key), stale changes overwrite (409 with both
values), commits inside the adapter (the unit of work alone commits), columns, filters and orders of every kind (only what the page
of the same records lists), rows without the row rules (`access.visible`, as everywhere).

An adapter is made from the generated page of its records: the same columns, filters, fields, forms, rules and steps.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from flask import abort, jsonify, request
from flask_appbuilder.api import ModelRestApi, expose
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import Boolean, Integer, func, inspect, select
from sqlalchemy.orm import selectinload

from extensions import db
from extensions import gettext as _
from forms.base import AppForm
from forms.model_forms import HIDDEN
from models.base import EnumCode, foreign_key_of
from services import access, clock, form_keys, saving, search
from services.errors import Conflict, NotAllowed, NotThere
from services.rights import NO_RIGHT
from views.api import wire
from views.base import AppModelView
from views.guard import MAX_ID
from views.security import current_user

SIZE, MOST = 25, 100
_KEY = re.compile(r"^[\x21-\x7e]{8,64}$")


def caller(act: str | None = None, noun: str = "") -> Any:
    """Who asks: 401 for nobody, NotAllowed without the right."""
    user = current_user()
    if user is None:
        abort(401)
    if act is not None:
        access.require(user, act, noun)
    return user


class AppModelApi(ModelRestApi):
    """List, read, add, change and step the records of one generated page. The rest is that page's declarations."""

    view: AppModelView
    model: type[Any]
    version = "v1"
    csrf_exempt = False
    allow_browser_login = True
    exclude_route_methods = {"info", "delete"}

    def _init_properties(self) -> None:
        """Columns are declared; nothing is guessed."""

    def _init_titles(self) -> None:
        """None: they are the page's."""

    def _init_model_schemas(self) -> None:
        """None of the framework's: they hold every column of the table (FAB 5.3)."""

    # --- what the page declares; papers say it their own way

    @property
    def noun(self) -> str:
        """The subject of the rights on these records."""
        return str(self.model.__noun__)

    @property
    def filtered(self) -> tuple[str, ...]:
        """The columns a list may be narrowed by."""
        return self.view.filtered

    def listed(self) -> tuple[str, ...]:
        """The columns of the list that the caller may see."""
        return self.view.columns()

    def written(self, record: Any, user: Any) -> list[str]:
        """The fields the caller may write."""
        return self.view.fields()

    def shown(self) -> tuple[str, ...]:
        """The columns of one record that the caller may see."""
        return tuple(dict.fromkeys([*self.listed(), *self.view.fields()]))

    def where(self, user: Any) -> list[Any]:
        """The rows the caller may know of."""
        return [self.view.base_query(user)]

    def order(self) -> list[Any]:
        """The order of a list that asks for none."""
        return [getattr(self.model, name.lstrip("-")).desc() if name.startswith("-") else getattr(self.model, name)
                for name in self.view.order]

    def fields_form(self, user: Any, names: list[str], record: Any) -> Callable[..., AppForm]:
        """The form that reads and judges these fields."""
        return self.view.form_class(user, names, record)  # type: ignore[no-any-return]

    def fetch(self, pk: int, user: Any) -> Any:
        """A record the caller may know of; NotThere, the same for hidden and absent."""
        found = db.session.scalar(select(self.model).where(self.model.id == pk, *self.where(user)))
        if found is None:
            raise NotThere("")
        return found

    # --- reading

    @expose("/", methods=["GET"])
    def get_list(self) -> Any:
        """The list: `q` with filters, order_column, order_direction, page, page_size, columns, search."""
        user = caller("read", self.noun)
        asked = wire.question()
        names = wire.names(asked, self.listed())
        size = wire.figure(asked, "page_size", SIZE, 1, MOST)
        page = wire.figure(asked, "page", 0, 0, 1_000_000)
        where = [*self.where(user), *self._narrowed(asked), *self._searched(asked)]
        count = db.session.scalar(select(func.count(self.model.id)).where(*where))
        references = [selectinload(getattr(self.model, name)) for name in names if name in inspect(self.model).relationships]
        rows = db.session.scalars(select(self.model).where(*where).order_by(*self._ordered(asked), self.model.id.desc())
                                  .offset(page * size).limit(size).options(*references)).all()
        return jsonify({"count": count, "ids": [row.id for row in rows], "result": [wire.shown(row, names) for row in rows]})

    @expose("/<int:pk>", methods=["GET"])
    def get(self, pk: int) -> Any:
        """One record."""
        user = caller("read", self.noun)
        asked = wire.question()
        if set(asked) - {"columns"}:
            wire.malformed("q")
        names = wire.names(asked, self.shown())
        record = self.fetch(pk, user)
        return jsonify({"id": record.id, "result": wire.shown(record, names)})

    def _narrowed(self, asked: dict[str, Any]) -> list[Any]:
        filters = asked.get("filters", [])
        if not isinstance(filters, list) or len(filters) > 20:
            wire.malformed("q")
        return [self._clause(item) for item in filters]

    def _clause(self, item: Any) -> Any:
        if not isinstance(item, dict) or item.keys() != {"col", "opr", "value"} or item["col"] not in self.filtered:
            wire.malformed("q", _("Filters: %(names)s", names=", ".join(self.filtered)))
        name, value, mapper = item["col"], item["value"], inspect(self.model)
        relation = name in mapper.relationships
        if item["opr"] != ("rel_o_m" if relation else "eq"):
            wire.malformed("q", _("Filters compare by eq, references by rel_o_m."))
        type_ = None if relation else mapper.columns[name].type
        kind = int if relation or isinstance(type_, Integer) else bool if isinstance(type_, Boolean) else str
        if not isinstance(value, kind) or (kind is int and (isinstance(value, bool) or not 0 <= value <= MAX_ID)):
            wire.malformed("q", f"{name}: {kind.__name__}")
        if isinstance(type_, EnumCode) and value not in {member.value for member in type_.enum}:
            wire.malformed("q", _("Choose one of the values in the list."))
        column = foreign_key_of(self.model, name) if relation else getattr(self.model, name)
        return column.is_(value) if isinstance(value, bool) else column == value

    def _searched(self, asked: dict[str, Any]) -> list[Any]:
        words = asked.get("search", "")
        if not isinstance(words, str) or len(words) > 64 or (words and not hasattr(self.model, "search_text")):
            wire.malformed("q")
        return [search.matching(self.model, words)] if words else []

    def _ordered(self, asked: dict[str, Any]) -> list[Any]:
        name, direction = asked.get("order_column"), asked.get("order_direction", "asc")
        if direction not in ("asc", "desc"):
            wire.malformed("q", "order_direction: asc, desc")
        if name is None:
            return self.order()
        if name not in self.listed() or name not in inspect(self.model).columns:
            wire.malformed("q", _("Columns: %(names)s", names=", ".join(self.listed())))
        column = getattr(self.model, name)
        return [column.desc() if direction == "desc" else column.asc()]

    # --- writing

    @expose("/", methods=["POST"])
    def post(self) -> Any:
        """A new record."""
        user = caller("create", self.noun)
        if not self.view.adds(user) or "add" in self.view.exclude_route_methods:
            raise NotAllowed(_("These records come from others and are not added by themselves."))
        sent = wire.body()
        wire.known(sent, self.view.fields())

        def work() -> Any:
            defaults = {name: value for name, value in self.view._defaults(user).items() if name not in sent}
            form = self.fields_form(user, [name for name in self.view.fields() if name not in defaults], None)
            record = saving.create(self.model, {**defaults, **wire.fill(form, sent)}, by=user, now=clock.now())
            self.view.saved(record, user, new=True)
            return record

        return self._repeatable(user, 201, work)

    @expose("/<int:pk>", methods=["PUT", "PATCH"])
    def put(self, pk: int) -> Any:
        """Change the fields sent; needs the `lock_version` that was read."""
        user = caller("change", self.noun)
        sent = wire.body()
        version = wire.version(sent, must=True)

        def work() -> Any:
            record = self.fetch(pk, user)
            fields = self.written(record, user)
            if not fields:
                raise NotAllowed(NO_RIGHT)
            wire.known(sent, fields)
            self._change(record, sent, user, version or 0)
            return record

        return self._repeatable(user, 200, work)

    def _change(self, record: Any, sent: dict[str, Any], user: Any, version: int) -> None:
        values = wire.fill(self.fields_form(user, list(sent), record), sent)
        try:
            saving.change(record, values, by=user, version=version)
            self.view.saved(record, user, new=False)
        except Conflict as refusal:
            self._stale(record, refusal, values)

    @staticmethod
    def _stale(record: Any, refusal: Conflict, values: dict[str, Any]) -> None:
        conflicts = {name: {"yours": wire.plain(values.get(name)), "theirs": wire.plain(item.value), "who": item.who,
                            "at": wire.plain(item.at)} for name, item in refusal.theirs.items()}
        words = {name: [_("%(who)s changed this meanwhile.", who=item["who"])] for name, item in conflicts.items()}
        wire.refuse(409, refusal.message, words, conflicts=conflicts, lock_version=record.lock_version)

    @expose("/<int:pk>/do/<transition>", methods=["POST"])
    def do(self, pk: int, transition: str) -> Any:
        """Take a step of the record's machine; what the step asks for stands in the body."""
        user, machine = caller(), self.view.machine  # type: ignore[attr-defined]
        act, noun = machine.right(transition)
        access.require(user, act, noun or self.noun)
        sent = wire.body()
        version = wire.version(sent, must=False)

        def work() -> Any:
            record = self.fetch(pk, user)
            if version is not None and version != record.lock_version:
                wire.refuse(409, _("The record was changed meanwhile."), lock_version=record.lock_version)
            form = self.view._form(record, transition)  # type: ignore[attr-defined]
            if form is None:
                wire.known(sent, ())
                data: dict[str, Any] = {}
            else:
                wire.known(sent, {field.name for field in form(meta={"csrf": False}, formdata=None)} - {*HIDDEN})
                data = wire.fill(form, sent)
            self.view.step(record, transition, by=user, now=clock.now(), **data)  # type: ignore[attr-defined]
            db.session.flush()
            return record

        return self._repeatable(user, 200, work)

    def _repeatable(self, user: Any, code: int, work: Callable[[], Any]) -> Any:
        """Do it once: a repeated Idempotency-Key is answered with what the first sending made (R5)."""
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return self._done(self._read_back(work()), code)
        if not _KEY.match(key):
            wire.malformed("Idempotency-Key", _("8 to 64 visible characters."))
        words = f"{request.method} {request.path}\n".encode() + request.get_data()
        seal = hashlib.sha256(words).hexdigest()[:32]
        claimed = form_keys.claim(user, f"api:{key}", now=clock.now())
        if not isinstance(claimed, str):
            record = self._read_back(work())
            claimed.leads_to(f"{code} {record.id} {record.lock_version} {seal}")
            return self._done(record, code)
        first = claimed.split()
        if len(first) != 4 or first[3] != seal:
            told = _("This key was used for another request.")
            wire.refuse(422, told, {"Idempotency-Key": [told]})
        try:
            return self._done(self.fetch(int(first[1]), user), int(first[0]), version=int(first[2]), repeated=True)
        except NotThere:  # what he wrote was given to somebody else: which record it was, and no more
            known = {"id": int(first[1]), "lock_version": int(first[2])}
            return jsonify({**known, "result": known}), int(first[0]), {"Idempotent-Replayed": "true"}

    @staticmethod
    def _read_back(record: Any) -> Any:
        """The record as it is stored, so that a repeat says the same."""
        db.session.flush()
        db.session.expire(record)
        return record

    def _done(self, record: Any, code: int, *, version: int | None = None, repeated: bool = False) -> Any:
        headers = {"Location": f"{self.route_base}/{record.id}"} if code == 201 else {}
        if repeated:
            headers["Idempotent-Replayed"] = "true"
        result = wire.shown(record, self.shown())
        result["lock_version"] = version or record.lock_version
        return jsonify({"id": record.id, "lock_version": result["lock_version"], "result": result}), code, headers


def api_of(view: AppModelView) -> type[AppModelApi]:
    """The adapter of a generated page; made anew for each application, because the framework writes into the class (FAB 5.3)."""
    without = {"info", "delete"} | ({"do"} if not hasattr(view, "machine") else set())
    return type(f"{view.model.__name__}Api", (AppModelApi,), {
        "view": view, "model": view.model, "datamodel": SQLAInterface(view.model), "resource_name": view.route_base.strip("/"),
        "class_permission_name": view.noun, "exclude_route_methods": without})
