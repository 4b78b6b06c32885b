"""Record types in the API: read as they stand, begun from what they belong to, filled as far as the sheet on the screen may be filled;
the steps of their own machine, where they have one, are taken here, too (WF-14).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import jsonify
from flask_appbuilder.api import expose
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import inspect
from werkzeug.datastructures import MultiDict

from extensions import db
from extensions import gettext as _
from forms.base import AppForm
from forms.records import MOST_LINES, build_form, is_stored, line_form, typed_lines
from models.paper import PAPERS, OnPaper, Paper
from services import access, clock, paper_records, parameters, record_rules
from services.errors import Conflict, NotThere
from views.api import wire
from views.api.base import AppModelApi, caller
from views.guard import MAX_ID
from views.paper_steps import PaperSteps
from views.records import PaperList


class PaperApi(AppModelApi):
    """The records of one paper."""

    paper: Paper

    @property
    def noun(self) -> str:
        return self.paper.noun

    @property
    def filtered(self) -> tuple[str, ...]:
        return self.paper.filtered

    def listed(self) -> tuple[str, ...]:
        return self.paper.listed or (self.paper.number, "status")

    def shown(self) -> tuple[str, ...]:
        stored = [name for name in self.paper.fields() if is_stored(self.model, name)]
        relations = inspect(self.model).relationships
        plain = [name for name in stored if name not in relations or not relations[name].uselist]
        return tuple(dict.fromkeys([*self.listed(), *plain]))

    def where(self, user: Any) -> list[Any]:
        return [PaperList(self.model, self.paper).base_query(user)]

    def order(self) -> list[Any]:
        return []

    def written(self, record: Any, user: Any) -> list[str]:
        mine = paper_records.may_edit(record, self.paper, user)
        lists = {item.kept_in for item in self.paper.lists()}
        return sorted(mine - lists) + (["lines"] if mine & lists else [])

    def fields_form(self, user: Any, names: list[str], record: Any) -> Callable[..., AppForm]:
        made = build_form(self.paper, self.model, set(names), dict_choices=parameters.dict_choices)
        return partial(made, find=access.finder(user, record))

    @expose("/<int:pk>", methods=["GET"])
    def get(self, pk: int) -> Any:
        """One record with its lines."""
        answer = super().get(pk)
        data = answer.get_json()
        data["result"]["lines"] = self._lines(db.session.get(self.model, pk))
        return jsonify(data)

    def _lines(self, record: Any) -> dict[str, list[dict[str, Any]]]:
        return {item.attribute: [{"id": line.id, **{column.field: wire.plain(getattr(line, column.field)) for column in item.columns}}
                                 for line in getattr(record, item.attribute)] for item in self._lists()}

    def _lists(self) -> list[Any]:
        return self.paper.lists()

    @expose("/", methods=["POST"])
    def post(self) -> Any:
        """A new draft: begun from what `from` names (table: key) with what that already says, then filled as on the sheet (B-043)."""
        user = caller("create", self.noun)
        sent = wire.body()
        lines, source = sent.pop("lines", None), sent.pop("from", None)
        wire.known(sent, self.paper.fields())

        def work() -> Any:
            record = paper_records.begin(self.model, self.paper, self._origin(source, user), by=user, now=clock.now())
            if sent or lines:
                wire.known(sent, paper_records.may_edit(record, self.paper, user))
                values = wire.fill(self.fields_form(user, list(sent), record), sent)
                paper_records.fill(record, self.paper, values, self._typed(lines, user), by=user, now=clock.now())
            return record

        return self._repeatable(user, 201, work)

    def _origin(self, source: Any, user: Any) -> Any:
        """What a paper is begun from; 422 at `from` when it is missing or not for the caller."""
        choices = paper_records.origins(self.model)
        if source is None and not choices:
            return None
        if source is None:
            told = _("Choose what the paper belongs to.")
            wire.refuse(422, told, {"from": [told]})
        if not isinstance(source, dict) or len(source) != 1 or not source.keys() <= choices.keys():
            wire.malformed("from", _("Send one of: %(names)s.", names=", ".join(choices)))
        name, key = next(iter(source.items()))
        if isinstance(key, bool) or not isinstance(key, int) or not 0 < key <= MAX_ID:
            wire.malformed("from")
        try:
            return access.get(user, choices[name], key)
        except NotThere:
            told = _("Choose one from the list.")
            wire.refuse(422, told, {"from": [told]})

    def _change(self, record: Any, sent: dict[str, Any], user: Any, version: int) -> None:
        """Fields as on the sheet; `lines` holds for each list sent its rows anew, a row that was there with its `id`."""
        lines = self._typed(sent.pop("lines", None), user)
        wire.known(sent, self.paper.fields())
        values = wire.fill(self.fields_form(user, list(sent), record), sent)
        try:
            paper_records.fill(record, self.paper, values, lines, by=user, now=clock.now(), version=version)
        except Conflict as refusal:
            self._stale(record, refusal, values)

    def _typed(self, sent: Any, user: Any) -> dict[str, list[dict[str, Any]]]:
        if sent is None:
            return {}
        lists = {item.attribute: item for item in self._lists()}
        if not isinstance(sent, dict) or not sent.keys() <= lists.keys():
            wire.malformed("lines")
        found, wrong = {}, {}
        for attribute, rows in sent.items():
            item = lists[attribute]
            columns = {column.field for column in item.columns if not column.fixed} | {"id"}
            if not isinstance(rows, list) or len(rows) > MOST_LINES:
                wire.malformed("lines")
            texts: dict[str, str] = {}
            for place, row in enumerate(rows):
                if not isinstance(row, dict) or not row or not row.keys() <= columns:
                    wire.malformed("lines")
                texts |= {f"line-{attribute}-{place}-{name}": _text(value) for name, value in row.items()}
            form = partial(line_form(self.paper, item, paper_records.line_model(self.model, item), dict_choices=parameters.dict_choices),
                           find=access.finder(user))
            typed = typed_lines(form, item, MultiDict(texts))
            wrong |= {field.name: list(field.errors) for line in typed for field in line if field.errors}
            found[attribute] = [line.values() for line in typed]
        if wrong:
            wire.refuse(422, _("Please check the marked fields."), wrong)
        return found


def _text(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        wire.malformed("lines")
    return "" if value is None else str(value)


def begins(model: type[Any], paper: Paper) -> bool:
    """Whether records are begun on this paper."""
    return issubclass(model, OnPaper) and not paper.view


def paper_apis() -> list[type[PaperApi]]:
    """One adapter for each paper; made anew for each application.

    Nothing is begun on a view of a file, nor on a further paper of a record.
    """
    return [_paper_api(code, model, paper) for code, (model, paper) in PAPERS.items()]


def _paper_api(code: str, model: type[Any], paper: Paper) -> type[PaperApi]:
    own = record_rules.steps_of(model) is not None and paper.noun == model.__noun__  # not at a further paper of the record
    steps = {"view": PaperSteps(model, paper)} if own else {}
    without = {"info", "delete"} | (set() if steps else {"do"}) | (set() if begins(model, paper) else {"post"})
    return type(f"{''.join(word.title() for word in code.split('_'))}PaperApi", (PaperApi,), {
        "model": model, "paper": paper, "datamodel": SQLAInterface(model), "resource_name": code,
        "class_permission_name": paper.noun, "exclude_route_methods": without, **steps})
