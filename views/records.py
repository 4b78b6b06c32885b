"""The paper records: catalogue, lists, sheets on the screen, signatures, print (WF-03; R-004, R-014, R-017)."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from sqlalchemy import select

from extensions import db
from forms.model_forms import HIDDEN
from forms.records import CustomerSignForm, PasswordSignForm, build_form, typed_lines
from models.enums import SupplyMode
from models.equipment import Part
from models.paper import PAPERS, Lines, Paper
from models.service_record import ServiceRecord
from models.work_order import WorkOrder
from services import access, audit, clock, form_keys, printing, search, service_records, signing, strokes, unit_of_work
from services.errors import Conflict, DomainError, NotAllowed, NotThere
from services.service_records import LineEntry
from services.sheets import Filled
from views import shown
from views.base import allowed, signed_in
from views.shell import crumbs


def code_of(text: str) -> str:
    """The code behind `R-017` or the code itself; NotThere for neither."""
    for code, (_model, paper) in PAPERS.items():
        if text in (code, paper.record):
            return code
    raise NotThere("")


class RecordsView(BaseView):
    """`/records/`."""

    route_base = "/records"
    class_permission_name = "service_record"

    @expose("/", methods=["GET"])
    def index(self) -> Any:
        """The catalogue of papers by area, found by name, pinyin initials or R-id."""
        user = signed_in()
        crumbs((_("Records"), None))
        words = request.args.get("q", "").strip()[:40]
        areas: dict[str, list[dict[str, Any]]] = {}
        for code, (model, paper) in PAPERS.items():
            title = str(paper.title)
            if not access.can(user, "read", model.__noun__):
                continue
            if words and not search.fits(f"{title} {paper.record}", words):
                continue
            areas.setdefault(str(paper.area), []).append({
                "code": code, "record": paper.record, "title": title, "purpose": str(paper.purpose), "copies": max(1, len(paper.copies)),
                "size": paper.sheet.name})
        return render_template("paper/catalogue.html", areas=areas, q=words)

    @expose("/lookup/part", methods=["GET"])
    def parts(self) -> Any:
        """Parts of the list for the lines of a slip."""
        allowed("read", "part")
        words = request.args.get("q", "").strip()[:64]
        query = select(Part).where(Part.active)
        if words:
            query = query.where(search.matching(Part, words))
        rows = db.session.scalars(query.order_by(Part.name).limit(20))
        return jsonify([{"id": part.id, "text": str(part), "hint": part.spec or ""} for part in rows])

    @expose("/<code>/", methods=["GET"])
    def records(self, code: str) -> Any:
        """The records of one paper, newest first."""
        known = code_of(code)
        if known != code:
            return redirect(f"/records/{known}/")
        model, paper = PAPERS[code]
        user = allowed("read", model.__noun__)
        crumbs((_("Records"), "/records/"), (paper.title, None))
        query = select(model).where(access.visible(user, model))
        query = query.where(model.layout == code) if model is ServiceRecord else query.where(model.sheet_no.is_not(None))
        page = min(int(request.args.get("page", "0")), 10_000)
        rows = db.session.scalars(query.order_by(model.id.desc()).offset(page * 25).limit(26)).all()
        return render_template("paper/records.html", paper=paper, page=page, more=len(rows) > 25,
                               rows=[{"href": f"/records/{code}/{row.id}", "number": getattr(row, paper.number), "customer": row.customer,
                                      "symptom": (row.symptom or "")[:60], "badge": shown.badge(row.status),
                                      "at": shown.moment(row.reported_at)} for row in rows[:25]])

    @expose("/<code>/add", methods=["GET", "POST"])
    def add(self, code: str) -> Any:
        """Begin a slip for a work order, filled with what is known."""
        model, paper = signing.paper_of(code_of(code))
        if model is not ServiceRecord:
            raise NotThere("")
        user = allowed("create", model.__noun__)
        kind, _sep, key = request.values.get("from", "").partition(":")
        if kind != "work_order" or not key.isascii() or not key.isdigit() or len(key) > 9:
            abort(400)
        order = access.get(user, WorkOrder, int(key))
        if request.method == "GET":
            crumbs((_("Records"), "/records/"), (paper.title, f"/records/{paper.code}/"), (_("New"), None))
            return render_template("paper/begin.html", paper=paper, order=order)
        record = service_records.prepare(order, by=user, now=clock.now(), layout=paper.code)
        return redirect(f"/records/{record.layout}/{record.id}")

    @expose("/<code>/blank.pdf", methods=["GET"])
    def blank(self, code: str) -> Any:
        """The paper without values and without number."""
        model, paper = signing.paper_of(code_of(code))
        allowed("print", model.__noun__)
        return _file(printing.to_print(paper, None, {}, model=model).pdf, f"{paper.title}.pdf")

    @expose("/<code>/<int:pk>", methods=["GET", "POST"])
    def sheet(self, code: str, pk: int) -> Any:
        """The sheet on the screen; its cells are inputs for those who may fill them."""
        known = code_of(code)
        if known != code:
            return redirect(f"/records/{known}/{pk}")
        model, paper = PAPERS[code]
        user = allowed("read" if request.method == "GET" else "change", model.__noun__)
        record = access.get(user, model, pk)
        names = service_records.may_edit(record, user) if model is ServiceRecord else set()
        form_class = build_form(paper, model, names, load=_load(user))
        if request.method == "GET":
            form = form_class(obj=record)
            form.lock_version.data, form.form_key.data = str(getattr(record, "lock_version", 1)), secrets.token_urlsafe(18)
            return self._page(record, paper, form, names=names, user=user)
        form = form_class()
        lines = typed_lines(paper, request.form.get, load=_load(user)) if "part_lines" in names else {}
        if form.validate() and not any(line.errors for item in lines.values() for line in item):
            answer = self._save(record, paper, form, lines, user)
            if answer is not None:
                return answer
            record = access.get(user, model, pk)
        return self._page(record, paper, form, names=names, user=user, lines=lines)

    def _save(self, record: ServiceRecord, paper: Paper, form: Any, lines: Any, user: Any) -> Any:
        values = {field.name: field.data for field in form if field.name not in HIDDEN}
        typed = {attribute: [LineEntry(line.kind, line.part, line.qty, line.unit_price, f"line-{attribute}-{place}")
                             for place, line in enumerate(item)] for attribute, item in lines.items()}
        where = f"/records/{paper.code}/{record.id}"
        version = (form.lock_version.data or "").strip()
        if not version.isascii() or not version.isdigit() or len(version) > 9:
            abort(400)
        try:
            claimed = form_keys.claim(user, form.form_key.data or secrets.token_urlsafe(18), now=clock.now())
            if isinstance(claimed, str):
                return redirect(claimed or where)
            service_records.fill(record, values, typed, by=user, now=clock.now(), version=int(version))
            claimed.result = where
        except (NotAllowed, NotThere):
            raise
        except Conflict as refusal:
            unit_of_work.abandon()
            fields = [field for field in form if field.name not in HIDDEN]
            fields[0].errors = [*fields[0].errors, str(refusal)]
            return None
        except DomainError as refusal:
            unit_of_work.abandon()
            name = refusal.field or ""
            if name.startswith("line-"):
                _line, attribute, place = name.split("-")
                lines[attribute][int(place)].errors["part_name"] = str(refusal)
            else:
                target = form[name] if name in form._fields else next(field for field in form if field.name not in HIDDEN)
                target.errors = [*target.errors, str(refusal)]
            return None
        flash(_("Saved."), "success")
        return redirect(where)

    def _page(self, record: Any, paper: Paper, form: Any, *, names: set[str], user: Any, lines: Any = None) -> Any:
        signed = signing.signatures(record, paper)
        filled = Filled(paper, record, signed, model=type(record))
        edit = bool(names)
        rows = filled.rows(0, more=2 if "part_lines" in names else 1)
        slots = signing.open_to(record, paper, user)
        missing = [slot for slot in signing.needed(record, paper) if slot.name not in signed]
        number = getattr(record, paper.number)
        parent = record.order if isinstance(record, ServiceRecord) else record
        parent_href = f"/work-orders/show/{parent.id}" if isinstance(record, ServiceRecord) else f"/service-requests/show/{record.id}"
        crumbs((_("Records"), "/records/"), (paper.title, f"/records/{paper.code}/"), (number or str(parent), None))
        errors = [item for item in form.error_list() if item[0] not in HIDDEN]
        wrong = [text for item in (lines or {}).values() for line in item for text in line.errors.values()]
        answer = render_template(
            "paper/sheet.html", paper=paper, record=record, rows=rows, form=form if edit else None, errors=errors, line_errors=wrong,
            mode="edit" if edit else "view", above=filled._pieces(paper.above), number=number,
            drawn={name: strokes.picture(row.strokes) for name, row in signed.items() if row.strokes},
            sign={slot.name: f"/records/{paper.code}/{record.id}/sign/{slot.name}" for slot in slots},
            cells=_cells(paper, record, lines) if "part_lines" in names else {},
            signed=[{"label": paper.slot(name).label, "who": row.signer_name, "at": shown.moment(row.signed_at), "method": row.method}
                    for name, row in signed.items()],
            missing=[slot.label for slot in missing], frozen=signing.frozen(record, paper), prints=signing.times_printed(record, paper),
            may_print=access.can(user, "print", type(record).__noun__), parent=parent, parent_href=parent_href,
            state=shown.badge(record.status))
        return answer, 422 if errors or wrong else 200

    @expose("/<code>/<int:pk>/sign/<slot>", methods=["GET", "POST"])
    def sign(self, code: str, pk: int, slot: str) -> Any:
        """Sign one cell: the customer sees what he signs and draws, our people give their password."""
        model, paper = signing.paper_of(code_of(code))
        user = allowed("read", model.__noun__)
        record = access.get(user, model, pk)
        if slot not in {item.name for item in paper.slots}:
            raise NotThere("")
        cell, where = paper.slot(slot), f"/records/{paper.code}/{pk}"
        form_class = CustomerSignForm if cell.side == "customer" else PasswordSignForm
        form = form_class()
        if request.method == "GET" and cell.side == "customer":
            form.opinion.data = getattr(record, "customer_opinion", None)
            form.name.data = getattr(record, "contact_name", None)
        if request.method == "POST" and form.validate():
            data = ({"drawn": form.strokes.data, "name": form.name.data, "opinion": form.opinion.data} if cell.side == "customer"
                    else {"password": form.password.data})
            try:
                signing.sign(record, paper, slot, by=user, now=clock.now(), ip=request.remote_addr,
                             agent=request.headers.get("User-Agent"), **data)
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                unit_of_work.abandon()
                if refusal.field == "password":  # after the unit is undone: on SQLite the second transaction would wait for the first
                    audit.note_security("signature_refused", user_id=user.id, subject=f"{paper.code}:{pk}:{slot}", apart=True)
                record = access.get(user, model, pk)
                first = next(field for field in form if field.name not in HIDDEN)
                target = form[refusal.field] if refusal.field in form._fields else first
                target.errors = [*target.errors, str(refusal)]
            else:
                flash(_("Signed: %(label)s", label=str(cell.label)), "success")
                return redirect(where)
        crumbs((_("Records"), "/records/"), (paper.title, f"/records/{paper.code}/"), (getattr(record, paper.number) or "", where),
               (cell.label, None))
        errors = [item for item in form.error_list() if item[0] not in HIDDEN]
        return render_template("paper/sign.html", paper=paper, record=record, slot=cell, form=form, where=where,
                               facts=_said(record, paper), errors=errors), 422 if errors else 200

    @expose("/<code>/<int:pk>/pdf", methods=["GET"])
    def pdf(self, code: str, pk: int) -> Any:
        """The PDF: the frozen bytes once signed, a draft says so."""
        model, paper = signing.paper_of(code_of(code))
        user = allowed("print", model.__noun__)
        record = access.get(user, model, pk)
        return _file(signing.pdf_of(record, paper), f"{getattr(record, paper.number) or paper.title}.pdf")

    @expose("/<code>/<int:pk>/do/print", methods=["POST"])
    def hand_out(self, code: str, pk: int) -> Any:
        """Print to hand out: takes the number, logs, marks a reprint (B-206)."""
        model, paper = signing.paper_of(code_of(code))
        user = allowed("print", model.__noun__)
        record = access.get(user, model, pk)
        signing.log_print(record, paper, by=user, now=clock.now())
        return redirect(f"/records/{paper.code}/{pk}/pdf")


def _load(user: Any) -> Any:
    def load(model: type[Any], key: int) -> Any:
        return db.session.scalar(select(model).where(model.id == key, access.visible(user, model)))
    return load


def _file(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=name)
    return answer


def _said(record: Any, paper: Paper) -> list[tuple[str, str]]:
    """What the customer signs, in short."""
    filled = Filled(paper, record, {}, model=type(record))
    facts = [(filled.label(name), filled.said(name)) for name in ("symptom", "treatment", "started_at", "finished_at", "result")
             if name in paper.fields()]
    for block in paper.blocks:
        for item in block.lists if isinstance(block, Lines) else ():
            for line in filled.lines(item.attribute):
                price = f" · ¥{line.amount:,.2f}" if line.amount is not None and line.kind == SupplyMode.CUSTOMER_PURCHASE else ""
                facts.append((str(line.kind), f"{line.part_name} × {line.qty.normalize():f}{price}"))
    return facts


def _cells(paper: Paper, record: Any, lines: Any) -> dict[str, dict[str, Any]]:
    """The inputs of the lines: as typed after a mistake, else as stored, and empty ones to write into."""
    cells: dict[str, dict[str, Any]] = {}
    for block in paper.blocks:
        for item in block.lists if isinstance(block, Lines) else ():
            stored, typed = list(getattr(record, item.attribute)), (lines or {}).get(item.attribute)
            count = max(block.rows, len(stored) + 2, len(typed or ()))
            for place in range(count):
                line = stored[place] if place < len(stored) else None
                sent = typed[place] if typed and place < len(typed) else None
                for column in item.columns:
                    cells[f"line-{item.attribute}-{place}-{column.field}"] = _entry(column, line, sent, item.kind)
    return cells


def _entry(column: Any, line: Any, sent: Any, kind: str) -> dict[str, Any]:
    error = sent.errors.get(column.field) if sent is not None else None
    raw = sent.raw.get(column.field, "") if sent is not None else None
    if column.field == "part_name":
        part = sent.part if sent is not None else (line.part if line is not None else None)
        return {"kind": "part", "value": raw if raw is not None else (part.id if part else ""), "shown": str(part or ""), "error": error}
    if column.field == "kind":
        chosen = raw if raw is not None else (line.kind.value if line is not None else kind)
        return {"kind": "choice", "value": chosen, "label": column.label, "options": SupplyMode.choices(), "error": error}
    value = getattr(line, column.field) if line is not None else None
    if column.field in ("qty", "unit_price"):
        text = "" if value is None else f"{value.normalize():f}" if column.field == "qty" else f"{value:.2f}"
        return {"kind": "number", "value": raw if raw is not None else text, "label": column.label, "error": error}
    return {"kind": "fixed", "value": "" if value is None else f"{value:,.2f}" if column.field == "amount" else value, "error": error}


def views() -> list[Any]:
    """The pages of paper records."""
    return [type("RecordsView", (RecordsView,), {})]

