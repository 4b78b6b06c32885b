"""What is done with a paper: sign its cells, print it, void it, issue it anew (B-042, B-205, B-206; R10)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from extensions import db
from extensions import gettext as _
from forms.model_forms import HIDDEN
from forms.records import CustomerSignForm, PasswordSignForm, VoidForm
from forms.slips import NumberForm, blank_form
from models.custody import Arrangement, PrinterSetting
from models.enums import SupplyMode
from models.paper import LineList, OnPaper, Paper
from models.service_record import PartUsage
from services import (
    access,
    audit,
    batches,
    clock,
    custody,
    dispatch,
    imposition,
    paper_changes,
    paper_records,
    printing,
    signing,
    unit_of_work,
)
from services.errors import DomainError, NotAllowed, NotThere
from services.rights import NO_RIGHT
from services.sheets import Filled
from views import shown
from views.base import allowed
from views.listing import Listing
from views.shell import crumbs


def people() -> list[tuple[Any, str]]:
    """Who may carry slips."""
    return [(person, person.name) for person in dispatch.carriers()]


TOLD = ("equipment", "symptom", "service_description", "treatment", "started_at", "finished_at", "result", "done_state",
        "charge_note", "commitment", "diagnosis", "proposal")


class PapersView(BaseView):
    """`/records/<code>/<id>/…`."""

    route_base = "/records"
    class_permission_name = "service_record"

    @expose("/<code>/blank.pdf", methods=["GET"])
    def blank(self, code: str) -> Any:
        """The paper without values and without number."""
        model, paper = layout_of(code)
        allowed("print", paper.noun)
        return pdf_file(printing.to_print(paper, None, {}, model=model).pdf, f"{paper.title}.pdf")

    @expose("/<code>/<int:pk>/pdf", methods=["GET"])
    def pdf(self, code: str, pk: int) -> Any:
        """The PDF: the frozen bytes once signed, a draft says so."""
        model, paper = layout_of(code)
        user = allowed("print", paper.noun)
        record = access.get(user, model, pk)
        how = next((one for one in Arrangement if one.value == request.args.get("on")), Arrangement.ONE)
        content = signing.pdf_of(record, paper, masked=shown.hides_phones(user, record, paper))
        return pdf_file(imposition.arranged(content, how), f"{getattr(record, paper.number) or paper.title}.pdf")

    @expose("/<code>/<int:pk>/do/print", methods=["POST"])
    def hand_out(self, code: str, pk: int) -> Any:
        """Print to hand out: takes the number, logs, marks a reprint (B-206); laid on sheets as the form is set."""
        model, paper = layout_of(code)
        user = allowed("print", paper.noun)
        record = access.get(user, model, pk)
        signing.log_print(record, paper, by=user, now=clock.now())
        how = printing.form_setting(paper.code).arrangement
        return redirect(f"/records/{paper.code}/{pk}/pdf" + ("" if how == Arrangement.ONE else f"?on={how.value}"))

    @expose("/<code>/<int:pk>/over.pdf", methods=["GET"])
    def over(self, code: str, pk: int) -> Any:
        """What is filled in alone, for stock that has the form on it, moved as the chosen printer needs it."""
        model, paper = layout_of(code)
        user = allowed("print", paper.noun)
        record, key = access.get(user, model, pk), request.args.get("printer", "")
        printer = db.session.get(PrinterSetting, int(key)) if key.isascii() and key.isdigit() and len(key) < 9 else None
        pdf = printing.to_print(paper, record, signing.signatures(record, paper), model=model, number=getattr(record, paper.number),
                                over=True).pdf
        return pdf_file(imposition.moved(pdf, printer.offset_x, printer.offset_y) if printer is not None else pdf, f"{paper.title}.pdf")

    @expose("/<code>/issue-blank", methods=["GET", "POST"])
    def issue_blank(self, code: str) -> Any:
        """Numbered blank slips for somebody who carries them (B-206, B-048)."""
        _model, paper = layout_of(code)
        user = allowed("create", custody.NOUN)
        access.require(user, "print", paper.noun)
        form = blank_form(people)()
        if request.method == "GET":
            form.count.data = 10
        elif form.validate():
            try:
                taken = custody.issue_blank(paper, form.count.data, holder=form.holder.data, by=user, now=clock.now())
                errand = batches.ask_blank(paper, taken, by=user, now=clock.now())
            except DomainError as refusal:
                unit_of_work.abandon()
                refuse(form, refusal)
            else:
                return redirect(f"/errands/{errand.id}")
        crumbs((paper.title, f"/records/{paper.code}/"), (_("Numbered blank slips"), None))
        errors = [item for item in form.error_list() if item[0] not in HIDDEN]
        return render_template("slips/ask.html", heading=_("Numbered blank slips"), kind=paper.title, form=form,
                               fields=[form.count, form.holder], where=f"/records/{paper.code}/", act=_("Draw the numbers and print"),
                               hint=_("The numbers are taken now and stay with who carries the slips until a record is begun from them.")
                               ), 422 if errors else 200

    @expose("/<code>/<int:pk>/do/number", methods=["GET", "POST"])
    def adopt(self, code: str, pk: int) -> Any:
        """Give a draft the number of the blank slip it was filled on."""
        model, paper = layout_of(code)
        user = allowed("create", paper.noun)
        record, form, where = access.get(user, model, pk), NumberForm(), f"/records/{paper.code}/{pk}"
        if request.method == "POST" and form.validate():
            try:
                custody.adopt(record, paper, form.number.data or "")
            except DomainError as refusal:
                unit_of_work.abandon()
                record = access.get(user, model, pk)
                refuse(form, refusal)
            else:
                return redirect(where)
        trail(record, paper, _("Number on the slip"))
        errors = [item for item in form.error_list() if item[0] not in HIDDEN]
        return render_template("slips/ask.html", heading=_("Number on the slip"), kind=paper.title, form=form, fields=[form.number],
                               where=where, act=_("Take this number"), hint=None), 422 if errors else 200

    @expose("/<code>/print-batch", methods=["POST"])
    def batch(self, code: str) -> Any:
        """All papers of the list as it is narrowed, as one PDF in the background (B-206)."""
        from views.records import PaperList

        model, paper = layout_of(code)
        user = allowed("print", paper.noun)
        listing = Listing(PaperList(model, paper), user)
        keys = db.session.scalars(listing.keys().limit(batches.MOST + 1)).all()
        found = {record.id: record for record in db.session.scalars(select(model).where(model.id.in_(keys)))}
        try:
            errand = batches.ask(paper, [found[key] for key in keys if key in found], by=user, now=clock.now())
        except (NotAllowed, NotThere):
            raise
        except DomainError as refusal:
            unit_of_work.abandon()
            flash(str(refusal), "danger")
            return redirect(listing.address())
        return redirect(f"/errands/{errand.id}")

    @expose("/<code>/<int:pk>/sign/<slot>", methods=["GET", "POST"])
    def sign(self, code: str, pk: int, slot: str) -> Any:
        """Sign one cell: the customer sees what he signs and draws, our people give their password."""
        model, paper = layout_of(code)
        user = allowed("read", paper.noun)
        record = access.get(user, model, pk)
        if slot not in {item.name for item in paper.slots}:
            raise NotThere("")
        cell, where = paper.slot(slot), f"/records/{paper.code}/{pk}"
        form = (CustomerSignForm if cell.side == "customer" else PasswordSignForm)()
        if request.method == "GET" and cell.side == "customer":
            form.opinion.data, form.name.data = getattr(record, "customer_opinion", None), getattr(record, "contact_name", None)
        if request.method == "POST" and form.validate():
            data = ({"drawn": form.strokes.data, "name": form.name.data, "opinion": form.opinion.data} if cell.side == "customer"
                    else {"password": form.password.data})
            try:
                signing.sign(record, paper, slot, by=user, now=clock.now(), ip=request.remote_addr, agent=request.headers.get("User-Agent"),
                             **data)
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                unit_of_work.abandon()
                if refusal.field == "password":  # after the unit is undone: on SQLite the second transaction would wait for the first
                    audit.note_security("signature_refused", user_id=user.id, subject=f"{paper.code}:{pk}:{slot}", apart=True)
                record = access.get(user, model, pk)
                refuse(form, refusal)
            else:
                flash(_("Signed: %(label)s", label=cell.name_of()), "success")
                return redirect(where)
        trail(record, paper, cell.name_of())
        facts, total = said(record, paper)
        errors = [item for item in form.error_list() if item[0] not in HIDDEN]
        return render_template("paper/sign.html", paper=paper, record=record, slot=cell, form=form, where=where, facts=facts, total=total,
                               number=getattr(record, paper.number), subject=getattr(record, "customer", None),
                               errors=errors), 422 if errors else 200

    @expose("/<code>/<int:pk>/do/void", methods=["GET", "POST"])
    def void(self, code: str, pk: int) -> Any:
        """Void a paper with a reason; its number stays (B-205)."""
        model, paper = layout_of(code)
        user = allowed("read", paper.noun)
        if not paper_changes.may_carry_out(model, pk, paper, user):
            raise NotAllowed(NO_RIGHT)
        record, form, where = access.get(user, model, pk), VoidForm(), f"/records/{paper.code}/{pk}"
        if request.method == "POST" and form.validate():
            try:
                paper_records.void(record, paper, by=user, now=clock.now(), reason=form.reason.data or "")
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                unit_of_work.abandon()
                record = access.get(user, model, pk)
                refuse(form, refusal)
            else:
                flash(_("Void: %(number)s", number=getattr(record, paper.number) or str(paper.title)), "success")
                return redirect(where)
        trail(record, paper, _("Void"))
        errors = [item for item in form.error_list() if item[0] not in HIDDEN]
        return render_template("paper/void.html", paper=paper, number=getattr(record, paper.number), form=form, where=where,
                               errors=errors), 422 if errors else 200

    @expose("/<code>/<int:pk>/do/reissue", methods=["POST"])
    def reissue(self, code: str, pk: int) -> Any:
        """A new draft in place of a void paper."""
        model, paper = layout_of(code)
        user = allowed("create", paper.noun)
        if not issubclass(model, OnPaper):
            raise NotThere("")
        made = paper_records.reissue(access.get(user, model, pk), paper, by=user, now=clock.now())
        return redirect(f"/records/{paper.code}/{made.id}")


def layout_of(text: str) -> tuple[type[Any], Paper]:
    """Model and layout behind a code or an R-id; NotThere for neither."""
    from views.records import code_of

    return paper_records.paper_of(code_of(text))


def trail(record: Any, paper: Paper, last: Any) -> None:
    """The way to a page about a paper."""
    number = getattr(record, paper.number) or _("Draft")
    base = f"/records/{paper.code}/"
    crumbs((paper.title, base), (number, f"{base}{record.id}"), (last, None))


def refuse(form: Any, refusal: DomainError) -> None:
    """Set a refusal at its field, or at the first."""
    first = next(field for field in form if field.name not in HIDDEN)
    target = form[refusal.field] if refusal.field in form._fields else first
    target.errors = [*target.errors, str(refusal)]


def pdf_file(content: bytes, name: str) -> Response:
    """A PDF to look at in the browser, under a name that any server passes on (RFC 6266)."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename=\"paper.pdf\"; filename*=UTF-8''{quote(name)}"
    return answer


def said(record: Any, paper: Paper) -> tuple[list[tuple[str, str]], Any]:
    """What is signed, in short, and what the customer pays for parts he buys."""
    filled = Filled(paper, record, {}, model=type(record))
    facts = [(filled.label(name), filled.said(name)) for name in TOLD if name in paper.fields()]
    total = None
    for item in paper.lists():
        for line in filled.lines(item.attribute):
            amount = line.amount if isinstance(line, PartUsage) else None  # other lists have no prices
            if amount is not None and line.kind == SupplyMode.CUSTOMER_PURCHASE:
                total = (total or 0) + amount
            price = f" · ¥{amount:,.2f}" if amount is not None else ""
            if hasattr(line, "part") and hasattr(line, "qty"):
                name = getattr(line, "part_name", None) or str(line.part or "")
                words = f"{name} × {line.qty.normalize():f}{price}" if line.qty is not None else name
                facts.append((str(getattr(line, "kind", "") or item.columns[0].label), words))
            else:
                facts.append(_line(item, line))
    return facts, total


def _line(item: LineList, line: Any) -> tuple[str, str]:
    """A line that is not about a part: its columns beside each other, under the heading of the first."""
    words = [shown.text(getattr(line, column.shows or column.field)) for column in item.columns]
    return str(item.columns[0].label), " · ".join(word for word in words if word)
