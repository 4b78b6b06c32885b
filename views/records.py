"""The paper records: catalogue, lists, beginning one, sheets on the screen (R-004, R-014, R-017 …)."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from flask import abort, current_app, flash, jsonify, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import inspect, select

from extensions import _l, db
from extensions import gettext as _
from forms.model_forms import HIDDEN
from forms.records import build_form, line_form, typed_lines
from models.paper import PAPERS, OnPaper, Paper
from services import access, clock, custody, form_keys, paper_records, parameters, record_rules, saving, search, unit_of_work
from services.errors import Conflict, DomainError, NotAllowed, NotThere
from services.register import REGISTERS
from services.rights import NO_RIGHT
from views import exports, lookups, shown
from views.base import AppModelView, allowed, signed_in
from views.listing import Listing
from views.sheet_page import page_of
from views.shell import crumbs


def code_of(text: str) -> str:
    """The code behind `R-017` or the code itself; NotThere for neither."""
    for code, (_model, paper) in PAPERS.items():
        if text in (code, paper.record):
            return code
    raise NotThere("")


class PaperList:
    """What the one list of the house wants to know of the records of a paper."""

    badge = "status"
    order: tuple[str, ...] = ()
    saved_views: tuple[Any, ...] = ()
    clock: str | None = None
    about: str | None = "customer"
    matching = staticmethod(AppModelView.matching)
    empty_text = _l("None yet. A paper is begun from its work order or request, or here.")

    def __init__(self, model: type[Any], paper: Paper) -> None:
        self.model, self.paper, self.heading, self.noun = model, paper, paper.title, paper.noun
        self.route_base = f"/records/{paper.code}"
        self.listed, self.filtered = paper.listed or (paper.number, "status"), paper.filtered

    def columns(self) -> tuple[str, ...]:
        """The columns of the list."""
        return self.listed

    def may_see(self, _name: str) -> bool:
        """All of them may be seen by whoever reads the paper."""
        return True

    def base_query(self, user: Any) -> Any:
        """The records that are printed on this paper."""
        clause = access.visible(user, self.model)
        if "layout" in inspect(self.model).columns:
            return clause & (self.model.layout == getattr(self.model, "printed_as", {}).get(self.paper.code, self.paper.code))
        own = issubclass(self.model, OnPaper) and (not self.paper.view or self.paper.number == "number")
        return clause if own else clause & getattr(self.model, self.paper.number).is_not(None)

    def row_actions(self, _record: Any, _user: Any) -> list[dict[str, Any]]:
        """None: a sheet is opened to do something with it."""
        return []

    def at(self, record: Any) -> str:
        """The address of a sheet."""
        return f"{self.route_base}/{record.id}"


class RecordsView(BaseView):
    """`/records/`."""

    route_base = "/records"
    class_permission_name = "service_record"

    @expose("/", methods=["GET"])
    def index(self) -> Any:
        """The catalogue of papers by area, found by name, pinyin initials or R-id."""
        user = signed_in()
        crumbs((_("Records"), None))
        words, chosen = request.args.get("q", "").strip()[:40], request.args.get("paper", "")
        areas: dict[str, list[dict[str, Any]]] = {}
        picked = None
        for code, (model, paper) in sorted(PAPERS.items(), key=lambda item: item[1][1].record):
            title = str(paper.title)
            if not access.can(user, "read", paper.noun) or (words and not search.fits(f"{title} {paper.record}", words)):
                continue
            row = {"code": code, "record": paper.record, "title": title, "purpose": str(paper.purpose), "who": str(paper.who),
                   "when": str(paper.when), "copies": max(1, len(paper.copies)),
                   "size": paper.sheet.name, "begin": self._begins(model, paper, user), "blank": access.can(user, "print", paper.noun),
                   "signers": [slot.name_of() for slot in paper.slots],
                   "copy_names": [str(copy) for copy in paper.copies]}
            areas.setdefault(str(paper.area), []).append(row)
            if code == chosen:
                picked = row
        for book in REGISTERS.values():
            if access.can(user, "read", book.noun) and (not words or search.fits(f"{book.title} {book.record}", words)):
                areas.setdefault(str(book.area), []).append({
                    "code": book.code, "record": book.record, "title": str(book.title), "purpose": str(book.purpose), "register": True,
                    "who": str(book.who), "when": str(book.when)})
        for rows in areas.values():
            rows.sort(key=lambda row: row["record"])
        return render_template("paper/catalogue.html", areas=areas, q=words, picked=picked, total=sum(map(len, areas.values())))

    @staticmethod
    def _begins(model: type[Any], paper: Paper, user: Any) -> str | None:
        if not issubclass(model, OnPaper) or not access.can(user, "create", paper.noun):
            return None
        return f"/records/{paper.code}/add"

    @expose("/<code>/", methods=["GET"])
    @expose("/<code>/list/", methods=["GET"])
    def records(self, code: str) -> Any:
        """The records of one paper, newest first; the id of a register leads to its page."""
        book = next((book for book in REGISTERS.values() if code == book.record), None)
        if book is not None and not any(paper.record == code for _model, paper in PAPERS.values()):
            return redirect(f"/registers/{book.code}/")
        known = code_of(code)
        if known != code:
            return redirect(f"/records/{known}/")
        model, paper = PAPERS[code]
        user = allowed("read", paper.noun)
        crumbs((paper.title, None))
        listing = Listing(PaperList(model, paper), user)
        page = listing.page()
        if paper.goes_out and access.can(user, "create", custody.NOUN) and access.can(user, "print", paper.noun):
            page["blank_href"] = f"/records/{paper.code}/issue-blank"
        page["add_href"], page["add_label"] = self._begins(model, paper, user), _("New")
        page["at_once"] = issubclass(model, OnPaper) and not paper_records.origins(model)  # nothing to ask first: the draft itself
        if access.can(user, "export", paper.noun):
            page["batch"] = listing.address().replace(f"/records/{paper.code}/", f"/records/{paper.code}/print-batch", 1)
            page["exports"] = exports.offered(listing, page)
        return render_template("generated/list.html", page=page)

    @expose("/<code>/export/<kind>", methods=["GET", "POST"])
    def export(self, code: str, kind: str) -> Any:
        """The list as a file."""
        model, paper = paper_records.paper_of(code_of(code))
        listing = Listing(PaperList(model, paper), allowed("export", paper.noun))
        return exports.answer(listing, kind, what=paper.code, name=str(paper.title))

    @expose("/<code>/lookup/<column>", methods=["GET"])
    def lookup(self, code: str, column: str) -> Any:
        """Records for a reference of a sheet or of one of its lists (`list.column`), or to begin it from (`from.table`)."""
        model, paper = paper_records.paper_of(code_of(code))
        user = signed_in()
        if not (access.can(user, "create", paper.noun) or access.can(user, "change", paper.noun)):
            access.require(user, "read", paper.noun)
        target, among = self._target(model, paper, column)
        return jsonify(lookups.offered(target, user, *([] if among is None else [getattr(target, among[0]) == among[1]])))

    @staticmethod
    def _target(model: type[Any], paper: Paper, column: str) -> tuple[type[Any], tuple[str, Any] | None]:
        """What a reference points to, and which of them it offers."""
        owner, _dot, name = column.rpartition(".")
        among = None
        if owner == "from":
            found = paper_records.origins(model).get(name)
        else:
            lists = {item.attribute: item for item in paper.lists()}
            if owner and (owner not in lists or name not in {one.field for one in lists[owner].columns}):
                raise NotThere("")
            holder = paper_records.line_model(model, lists[owner]) if owner else model
            if not owner and name not in (*paper.fields(), *paper.filtered):
                raise NotThere("")
            relations = inspect(holder).relationships
            if name in relations:
                found, among = relations[name].mapper.class_, relations[name].info.get("among")
            else:
                found = None
        if found is None:
            raise NotThere("")
        return found, among

    @expose("/<code>/add", methods=["GET", "POST"])
    def add(self, code: str) -> Any:
        """Begin a paper, filled with what its origin already says; without an origin, ask for one."""
        model, paper = paper_records.paper_of(code_of(code))
        if not issubclass(model, OnPaper):
            raise NotThere("")
        user = allowed("create", paper.noun)
        choices, origin = paper_records.origins(model), None
        given = request.values.get("from", "") or next((f"{name}:{request.form[name]}" for name in choices if request.form.get(name)), "")
        if given:
            kind, _sep, key = given.partition(":")
            if kind not in choices or not key.isascii() or not key.isdigit() or len(key) > 9:
                abort(400)
            origin = access.get(user, choices[kind], int(key))
        missing = request.method == "POST" and bool(choices) and origin is None
        if request.method == "GET" or missing:
            crumbs((paper.title, f"/records/{paper.code}/"), (_("New"), None))
            names = [(name, {"work_order": _("Work order"), "service_request": _("Service request"), "equipment": _("Equipment"),
                             "customer": _("Customer"), "return_line": _("Return line"), "trip": _("Trip"),
                             "service_contract": _("Contract"), "repair_item": _("Customer's goods")}[name]) for name in choices]
            return render_template("paper/begin.html", paper=paper, origin=origin, given=given, choices=names,
                                   missing=missing), 422 if missing else 200
        record = paper_records.begin(model, paper, origin, by=user, now=clock.now())
        return redirect(f"/records/{getattr(record, 'layout', paper.code)}/{record.id}")

    @expose("/<code>/<int:pk>", methods=["GET", "POST"])
    def sheet(self, code: str, pk: int) -> Any:
        """The sheet on the screen; its cells are inputs for those who may fill them."""
        known = code_of(code)
        if known != code:
            return redirect(f"/records/{known}/{pk}")
        model, paper = PAPERS[code]
        user = allowed("read", paper.noun)
        if request.method == "POST" and not access.can(user, "change", paper.noun):
            own = db.session.scalar(select(model).where(model.id == pk, access.visible(user, model)))
            if own is None or not paper_records.is_own_draft(own, paper, user):
                raise NotAllowed(NO_RIGHT)
        record = access.get(user, model, pk)
        names, find = paper_records.may_edit(record, paper, user), access.finder(user, record)
        form_class = partial(build_form(paper, model, names, dict_choices=parameters.dict_choices), find=find)
        lists = {item.attribute: (item, partial(line_form(paper, item, paper_records.line_model(model, item),
                                                          dict_choices=parameters.dict_choices), find=find))
                 for item in paper.lists() if item.kept_in in names}
        if request.method == "GET":
            form = form_class(obj=record)
            mark(form, record)
            return page_of(record, paper, form, lists=lists, editing=bool(names), user=user)
        form = form_class()
        lines = {name: typed_lines(kind, item, request.form) for name, (item, kind) in lists.items()}
        if form.validate() and not any(line.errors for rows in lines.values() for line in rows):
            answer = self._save(record, paper, form, lines, user)
            if answer is not None:
                return answer
            record = access.get(user, model, pk)
        return page_of(record, paper, form, lists=lists, editing=bool(names), user=user, lines=lines)

    def _save(self, record: Any, paper: Paper, form: Any, lines: dict[str, Any], user: Any) -> Any:
        """The answer to a sheet that was saved; None when it must be shown again."""
        values = {field.name: field.data for field in form if field.name not in HIDDEN}
        where, key = f"/records/{paper.code}/{record.id}", record.id
        marks = form_keys.opened(current_app.config["SIGNING_KEYS"], form.seen.data)
        if not isinstance(marks, list) or len(marks) != 3 or marks[0] != f"{record.__tablename__}:{key}":
            abort(400)
        try:
            claimed = form_keys.claim(user, form.form_key.data or secrets.token_urlsafe(18), now=clock.now())
            if isinstance(claimed, str):
                return redirect(claimed or where)
            paper_records.fill(record, paper, values, {name: [line.values() for line in rows] for name, rows in lines.items()}, by=user,
                               now=clock.now(), version=int(marks[1]), seen=marks[2])
            claimed.leads_to(where)
            for sentence in record_rules.warnings(record):
                flash(str(sentence), "warning")
        except (NotAllowed, NotThere):
            raise
        except Conflict as refusal:
            theirs = {name: (item.who, shown.moment(item.at), shown.text(item.value)) for name, item in refusal.theirs.items()}
            unit_of_work.abandon()
            fields = [field for field in form if field.name not in HIDDEN]
            for name, (who, at, value) in theirs.items():
                words = _("%(who)s wrote at %(at)s: %(value)s", who=who, at=at, value=value or _("(empty)"))
                form[name].errors = [*form[name].errors, words]
            if not theirs:
                fields[0].errors = [*fields[0].errors, str(refusal)]
            mark(form, db.session.get(type(record), key))
            return None
        except DomainError as refusal:
            unit_of_work.abandon()
            put_error(form, lines, refusal)
            return None
        flash(_("Saved."), "success")
        return redirect(where)


def mark(form: Any, record: Any) -> None:
    """What the form showed, sealed, so that a stale one is merged or told; and its key against repeats."""
    seen = {field.name: saving.comparable(getattr(record, field.name)) for field in form if field.name not in HIDDEN}
    form.lock_version.data = str(record.lock_version)
    form.form_key.data = secrets.token_urlsafe(18)
    form.seen.data = form_keys.sealed(current_app.config["SIGNING_KEYS"],
                                      [f"{record.__tablename__}:{record.id}", record.lock_version, seen])


def put_error(form: Any, lines: dict[str, Any], refusal: DomainError) -> None:
    """Set a refusal at its field: a cell of the sheet, a cell of a line, else the first cell."""
    name = refusal.field or ""
    if name.startswith("line-"):
        _line, attribute, place, column = [*name.split("-"), "", ""][:4]
        rows = lines.get(attribute, [])
        if place.isdigit() and int(place) < len(rows) and column in rows[int(place)]._fields:
            field = rows[int(place)]._fields[column]
            field.errors = [*field.errors, str(refusal)]
            return
    target = form[name] if name in form._fields else next(field for field in form if field.name not in HIDDEN)
    target.errors = [*target.errors, str(refusal)]


def views() -> list[Any]:
    """The pages of paper records."""
    from views.record_papers import PapersView

    return [type("RecordsView", (RecordsView,), {}), type("PapersView", (PapersView,), {})]
