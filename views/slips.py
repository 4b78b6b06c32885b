"""Where the printed slips are: the month, scans that file themselves, the tray, numbers and their gaps (B-048, B-205, B-206)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from extensions import db
from extensions import gettext as _
from forms.model_forms import HIDDEN
from forms.slips import MissingForm, VoidSlipForm, hand_out_form
from models.custody import CopyState, PaperCopy, ScanPage
from models.job import Errand
from services import access, clock, custody, file_checks, numbers, saving, scans, storage, unit_of_work
from services.errors import DomainError, NotAllowed, NotThere
from views import paper_scans, shown
from views.base import allowed
from views.record_papers import people
from views.shell import crumbs

NOUN, AT = custody.NOUN, "/slips/"
MOST_FILES = 10


class SlipsView(BaseView):
    """`/slips/`."""

    route_base = "/slips"
    class_permission_name = NOUN

    @expose("/", methods=["GET"])
    def index(self) -> Any:
        """The papers of a month by who carried them: what came back, what is void, what is missing."""
        user = allowed("read", NOUN)
        crumbs((_("Slips and returns"), None))
        month = _month(request.args.get("on", ""))
        accounts = _seen(custody.report(month), user)
        after = (month + dt.timedelta(days=32)).replace(day=1)
        due = custody.due_at(month)
        return render_template(
            "slips/index.html", month=month, before=month - dt.timedelta(days=1), after=after, due=shown.moment(due),
            overdue=clock.now() > due, accounts=accounts, states=list(CopyState), name=custody.copy_name, closed=_closed(month),
            unexplained=len(custody.unexplained(accounts)), changes=access.can(user, "change", NOUN),
            closes=access.can(user, "approve", NOUN) and month <= custody.month_of(clock.now()), badge=shown.badge)

    @expose("/receive", methods=["POST"])
    def receive(self) -> Any:
        """A copy is scanned or typed back in."""
        user = allowed("change", NOUN)
        code = request.form.get("code", "")[:120]
        copy = custody.found(code)
        if copy is None:
            flash(_("No copy has this number. Write number and copy, such as RR2503-0001/1."), "danger")
            return redirect(AT)
        try:
            custody.receive(copy, by=user, now=clock.now())
        except DomainError as refusal:
            flash(str(refusal), "danger")
            return redirect(f"{AT}{copy.id}")
        flash(_("Back: %(number)s %(copy)s", number=copy.issued.number, copy=custody.copy_name(copy)), "success")
        return redirect(f"{AT}?on={copy.month:%Y-%m}")

    @expose("/<int:pk>", methods=["GET"])
    def show(self, pk: int) -> Any:
        """One copy: where it is, its scans, what can be done."""
        return _copy_page(_copy(allowed("read", NOUN), pk))

    @expose("/<int:pk>/do/<act>", methods=["POST"])
    def act(self, pk: int, act: str) -> Any:
        """Hand a copy out, take it back, say why it is missing, or spoil a blank slip."""
        user = allowed("change", NOUN)
        copy, forms = _copy(user, pk), _forms()
        if act != "receive" and act not in forms:
            raise NotThere("")
        form = forms.get(act)
        if form is None:
            custody.receive(copy, by=user, now=clock.now())
        elif not form.validate():
            return _copy_page(copy, forms, 422)
        else:
            try:
                if act == "hand-out":
                    custody.hand_out(copy, form.holder.data, by=user)
                elif act == "missing":
                    custody.explain(copy, form.reason.data or "", lost=form.lost.data, by=user)
                else:
                    custody.void_blank(copy.issued, by=user, reason=form.reason.data or "")
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                unit_of_work.abandon()
                first = next(field for field in form if field.name not in HIDDEN)
                first.errors = [*first.errors, str(refusal)]
                return _copy_page(_copy(user, pk), forms, 422)
        flash(_("Saved."), "success")
        return redirect(f"{AT}{pk}")

    @expose("/close", methods=["POST"])
    def close(self) -> Any:
        """Close a month whose papers are all back or accounted for."""
        user = allowed("approve", NOUN)
        month = _month(request.form.get("month", ""))
        try:
            custody.close(month, by=user, now=clock.now())
        except DomainError as refusal:
            unit_of_work.abandon()
            flash(str(refusal), "danger")
        else:
            flash(_("%(month)s is closed.", month=f"{month:%Y-%m}"), "success")
        return redirect(f"{AT}?on={month:%Y-%m}")

    @expose("/scans/", methods=["GET"])
    def scans(self) -> Any:
        """Upload scans, see how far they are, file what lies in the tray."""
        user = allowed("read", NOUN)
        crumbs((_("Slips and returns"), AT), (_("Scans"), None))
        sees = _sees_all(user)
        found = db.session.scalars(select(Errand).where(Errand.kind == "scan").order_by(Errand.id.desc()).limit(10)).all() if sees else []
        uploads = [{"name": errand.title, "who": saving.user_name(errand.user_id), "at": shown.moment(errand.created_at), "errand": errand}
                   for errand in found]
        return render_template("slips/scans.html", tray=scans.tray() if sees else [], uploads=uploads,
                               changes=access.can(user, "change", NOUN))

    @expose("/scans/upload", methods=["POST"])
    def upload(self) -> Any:
        """Keep the scans sent; they are read in the background."""
        user = allowed("change", NOUN)
        sent = [file for file in request.files.getlist("files") if file.filename][:MOST_FILES]
        if not sent:
            flash(_("Choose a file first."), "danger")
        for file in sent:
            try:
                scans.receive(file.filename or "", file.stream.read(file_checks.LARGEST + 1), by=user, now=clock.now())
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                flash(f"{(file.filename or '')[:60]}: {refusal}", "danger")
            else:
                flash(_("%(name)s is being read.", name=(file.filename or "")[:60]), "success")
        return redirect(f"{AT}scans/")

    @expose("/scans/<int:pk>/picture", methods=["GET"])
    def picture(self, pk: int) -> Any:
        """A page as we drew it."""
        user = allowed("read", NOUN)
        page = db.session.get(ScanPage, pk)
        if page is None or not (_sees_all(user) if page.copy is None else _may_see(page.copy, user)):
            raise NotThere("")
        answer = Response(storage.fetch(page.sha256), mimetype="image/jpeg")
        answer.headers["Cache-Control"] = "private, max-age=86400"
        return answer

    @expose("/scans/<int:pk>/<act>", methods=["POST"])
    def sort(self, pk: int, act: str) -> Any:
        """File a page of the tray by hand, or put it aside."""
        user = allowed("change", NOUN)
        page = db.session.get(ScanPage, pk)
        if page is None or act not in ("file", "drop"):
            raise NotThere("")
        try:
            if act == "file":
                copy = scans.file(page, request.form.get("code", "")[:120], by=user, now=clock.now())
                flash(_("Filed: %(copy)s", copy=f"{copy.issued.number} {custody.copy_name(copy)}"), "success")
            else:
                scans.drop(page, request.form.get("reason", ""), by=user)
                flash(_("Put aside; the page is kept."), "success")
        except DomainError as refusal:
            unit_of_work.abandon()
            flash(str(refusal), "danger")
        return redirect(f"{AT}scans/")

    @expose("/numbers/", methods=["GET"])
    def numbers(self) -> Any:
        """The numbers of a series: which are void, blank or missing, and why (B-205)."""
        allowed("read", NOUN)
        crumbs((_("Slips and returns"), AT), (_("Numbers"), None))
        month = _month(request.args.get("on", ""))
        return render_template("slips/numbers.html", month=month, before=month - dt.timedelta(days=1),
                               after=(month + dt.timedelta(days=32)).replace(day=1), rows=numbers.gaps(month), moment=shown.moment)


def _month(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{text}-01") if text else custody.month_of(clock.now())
    except ValueError:
        raise NotThere("") from None


def _sees_all(user: Any) -> bool:
    return access.can(user, "change", NOUN) or access.can(user, "approve", NOUN) or not access.can(user, "change", "work_order") \
        or access.can(user, "create", "work_order")


def _may_see(copy: PaperCopy, user: Any) -> bool:
    staff = access.staff_of(user)
    return _sees_all(user) or (staff is not None and copy.holder_id == staff.id)


def _seen(accounts: list[custody.Account], user: Any) -> list[custody.Account]:
    """Whoever only carries slips sees his own."""
    staff = access.staff_of(user)
    return accounts if _sees_all(user) else [one for one in accounts if staff is not None and one.holder is staff]


def _closed(month: dt.date) -> dict[str, str] | None:
    found = custody.closed(month)
    return None if found is None else {"at": shown.moment(found.closed_at), "who": saving.user_name(found.closed_by_id)}


def _copy(user: Any, pk: int) -> PaperCopy:
    copy = db.session.get(PaperCopy, pk)
    if copy is None or not _may_see(copy, user):
        raise NotThere("")
    return copy


def _forms() -> dict[str, Any]:
    return {"hand-out": hand_out_form(people)(), "missing": MissingForm(), "void": VoidSlipForm()}


def _copy_page(copy: PaperCopy, forms: dict[str, Any] | None = None, status: int = 200) -> Any:
    from models.paper import PAPERS
    from views.security import current_user

    user, issued = current_user(), copy.issued
    crumbs((_("Slips and returns"), f"{AT}?on={copy.month:%Y-%m}"), (issued.number, None))
    model, paper = PAPERS.get(copy.form_code, (None, None))
    record = db.session.scalar(select(model).where(model.id == issued.owner_id, access.visible(user, model))) if (
        model is not None and issued.owner_id is not None and issued.owner_type == model.__tablename__) else None
    return render_template(
        "slips/copy.html", copy=copy, paper=paper, name=custody.copy_name(copy), forms=forms or _forms(), badge=shown.badge(copy.state),
        on_paper=paper_scans.may_file(record, paper, user) if record is not None and paper is not None else None,
        changes=access.can(user, "change", NOUN), record=f"/records/{copy.form_code}/{issued.owner_id}" if issued.owner_id else None,
        open=copy.state in custody.OPEN, blank=issued.owner_id is None, scans=scans.of_copies([copy]).get(copy.id, []),
        facts=[(_("Printed"), f"{shown.moment(copy.printed_at)} {saving.user_name(copy.printed_by_id) or ''}"),
               (_("Carried by"), copy.holder), (_("Signed at"), shown.moment(copy.signed_at)),
               (_("Returned at"), f"{shown.moment(copy.returned_at)} {saving.user_name(copy.received_by_id) or ''}".strip()),
               (_("Why it is missing"), copy.reason)], history=shown.history(copy, limit=8)), status


def views() -> list[Any]:
    """The pages of slips."""
    return [type("SlipsView", (SlipsView,), {})]
