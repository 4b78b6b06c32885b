"""Record types in the API: read as they stand, and filled as far as the sheet on the screen may be filled."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask_appbuilder.api import expose
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext as _
from sqlalchemy import inspect, select

from extensions import db
from forms.base import AppForm
from forms.records import MOST_LINES, build_form, typed_lines
from models.paper import PAPERS, Lines, Paper
from models.service_record import ServiceRecord
from services import access, clock, service_records
from services.errors import Conflict
from services.service_records import LineEntry
from views.api import wire
from views.api.base import AppModelApi

LISTED = ("customer", "status", "reported_at", "symptom")
FILTERED = ("customer", "status")


class PaperApi(AppModelApi):
    """The records of one paper."""

    paper: Paper

    @property
    def filtered(self) -> tuple[str, ...]:
        return FILTERED

    def listed(self) -> tuple[str, ...]:
        return (self.paper.number, *LISTED)

    def shown(self) -> tuple[str, ...]:
        mapper = inspect(self.model)
        stored = [name for name in self.paper.fields() if name in mapper.columns or name in mapper.relationships]
        plain = [name for name in stored if name not in mapper.relationships or not mapper.relationships[name].uselist]
        return tuple(dict.fromkeys([*self.listed(), *plain]))

    def where(self, user: Any) -> list[Any]:
        own = self.model.layout == self.paper.code if self.model is ServiceRecord else self.model.sheet_no.is_not(None)
        return [access.visible(user, self.model), own]

    def order(self) -> list[Any]:
        return []

    def written(self, record: Any, user: Any) -> list[str]:
        return sorted(service_records.may_edit(record, user)) if isinstance(record, ServiceRecord) else []

    def fields_form(self, user: Any, names: list[str], record: Any) -> type[AppForm]:
        return build_form(self.paper, self.model, set(names), load=_load(user))

    @expose("/<int:pk>", methods=["GET"])
    def get(self, pk: int) -> Any:
        """One record with its lines."""
        answer = super().get(pk)
        data = answer.get_json()
        data["result"]["lines"] = self._lines(db.session.get(self.model, pk))
        return jsonify(data)

    def _lines(self, record: Any) -> dict[str, list[dict[str, Any]]]:
        return {item.attribute: [{column.field: wire.plain(getattr(line, column.field)) for column in item.columns}
                                 for line in getattr(record, item.attribute)] for item in self._lists()}

    def _lists(self) -> list[Any]:
        return [item for block in self.paper.blocks if isinstance(block, Lines) for item in block.lists]

    def _change(self, record: Any, sent: dict[str, Any], user: Any, version: int) -> None:
        """Fields as on the sheet; `part_lines` holds for each list sent its lines anew."""
        lines = self._typed(sent.pop("part_lines", None), user)
        wire.known(sent, self.paper.fields())
        values = wire.fill(self.fields_form(user, list(sent), record), sent)
        try:
            service_records.fill(record, values, lines, by=user, now=clock.now(), version=version)
        except Conflict as refusal:
            self._stale(record, refusal, values)

    def _typed(self, sent: Any, user: Any) -> dict[str, list[LineEntry]]:
        if sent is None:
            return {}
        lists = {item.attribute: {column.field for column in item.columns} for item in self._lists()}
        if not isinstance(sent, dict) or not sent.keys() <= lists.keys():
            wire.malformed("part_lines")
        texts: dict[str, str] = {}
        for attribute, rows in sent.items():
            if not isinstance(rows, list) or len(rows) > MOST_LINES:
                wire.malformed("part_lines")
            for place, row in enumerate(rows):
                if not isinstance(row, dict) or not row or not row.keys() <= lists[attribute]:
                    wire.malformed("part_lines")
                texts |= {f"line-{attribute}-{place}-{name}": _text(value) for name, value in row.items()}
        typed = typed_lines(self.paper, texts.get, load=_load(user))
        wrong = {f"line-{attribute}-{place}": list(line.errors.values())
                 for attribute in sent for place, line in enumerate(typed[attribute]) if line.errors}
        if wrong:
            wire.refuse(422, _("Please check the marked fields."), wrong)
        return {attribute: [LineEntry(line.kind, line.part, line.qty, line.unit_price, f"line-{attribute}-{place}")
                            for place, line in enumerate(typed[attribute])] for attribute in sent}


def _text(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        wire.malformed("part_lines")
    return "" if value is None else str(value)


def _load(user: Any) -> Any:
    def load(model: type[Any], key: int) -> Any:
        return db.session.scalar(select(model).where(model.id == key, access.visible(user, model)))
    return load


def paper_apis() -> list[type[PaperApi]]:
    """One adapter for each paper; made anew for each application."""
    return [type(f"{''.join(word.title() for word in code.split('_'))}PaperApi", (PaperApi,), {
        "model": model, "paper": paper, "datamodel": SQLAInterface(model), "resource_name": code,
        "class_permission_name": model.__noun__,
        "exclude_route_methods": {"info", "delete", "post", "do"} | (set() if model is ServiceRecord else {"put"})})
        for code, (model, paper) in PAPERS.items()]

