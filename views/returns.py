"""What comes back: sales and their returns, defective parts owed and received, the desk of the storekeeper (R-051, R-053; WF-06)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose

from extensions import _l
from extensions import gettext as _
from models.quality import inspections_of
from models.returns import ReturnLine, ReturnOrder, SalesShipment, SalesShipmentLine
from models.stock_enums import LineState, LineType, Outcome, ReturnState
from services import (
    access,
    clock,
    defective,
    receiving,
    returns,
    unit_of_work,
    waiting,
)
from services.errors import DomainError
from views import shown
from views.base import AppModelView, Related, Section, allowed
from views.listing import Saved
from views.shell import crumbs
from views.steps import Stepping
from views.stock import zone_chip

R = ReturnState
OPEN = (R.APPLIED, R.APPROVED, R.IN_TRANSIT, R.RECEIVED, R.INSPECTING, R.TO_REPAIR, R.REFUSED, R.DISPOSED)
ORDERS = (
    Saved("open", _l("Not closed"), lambda _now: ReturnOrder.status.in_(OPEN)),
    Saved("audit", _l("To be audited"), lambda _now: ReturnOrder.status == R.APPLIED),
    Saved("coming", _l("On its way"), lambda _now: ReturnOrder.status.in_((R.APPROVED, R.IN_TRANSIT))),
    Saved("inspect", _l("To be inspected"), lambda _now: ReturnOrder.status.in_((R.RECEIVED, R.INSPECTING))),
    Saved("refund", _l("Refund to be confirmed"), lambda _now: ReturnOrder.status.in_((R.RECEIVED, R.INSPECTING))
          & (ReturnOrder.outcome == Outcome.REFUND)),
    Saved("tell", _l("Tell the customer"), lambda _now: ReturnOrder.status.in_((R.DISPOSED, R.REFUSED, R.TO_REPAIR))),
)
_DEFECT = ReturnLine.line_type != LineType.SALES_RETURN
LINES = (
    Saved("owed", _l("Still owed"), lambda _now: waiting.is_open(ReturnLine)),
    Saved("late", _l("Late"), lambda now: waiting.is_late(ReturnLine, now), late=True, to_the_minute=True),
    Saved("look", _l("To be inspected"), lambda _now: _DEFECT & (ReturnLine.status == LineState.IN_ZONE)),
    Saved("move", _l("To be put away"), lambda _now: _DEFECT & ReturnLine.status.in_((LineState.OK, LineState.BAD))),
    Saved("red", _l("In the red zone"), lambda _now: _DEFECT & (ReturnLine.status == LineState.NONCONFORMING)),
)
STEPS = (R.DRAFT, R.APPLIED, R.APPROVED, R.IN_TRANSIT, R.RECEIVED, R.INSPECTING, R.DISPOSED, R.INFORMED, R.CLOSED)


def line_links(line: ReturnLine, user: Any) -> Any:
    """The paper of a line that is to be filled next, or the act that puts it away."""
    if line.status == LineState.IN_ZONE and access.can(user, "create", "return_inspection"):
        return {"href": f"/records/return_inspection/add?from=return_line:{line.id}", "text": _("Inspect")}
    if line.status in (LineState.DOUBTFUL, LineState.EXTERNAL) and access.can(user, "create", "return_inspection"):
        return {"href": f"/records/recheck/add?from=return_line:{line.id}", "text": _("Re-check")}
    if line.status in (LineState.OK, LineState.BAD) and access.can(user, "change", "stock_doc"):
        going = returns.giving_back(line)
        if going is not None:
            return {"href": f"/stock-docs/show/{going.id}", "text": _("Goes back to the customer")}
        return {"post": f"/returns/receiving/put-away/{line.id}", "text": _("Move by the result"),
                "also": {"post": f"/returns/receiving/give-back/{line.id}", "text": _("Give back to the customer")}}
    if line.ncr_id is not None:
        return {"href": f"/records/nonconformity_report/{line.ncr_id}", "text": _("Nonconformity report")}
    return ""


def lines_panel(order: ReturnOrder, user: Any) -> dict[str, Any]:
    """The lines of a return with what was found and where they are."""
    rows: list[list[Any]] = []
    for line in order.lines:
        looks = [look for look in inspections_of(line) if look.number]
        counts = [f"{count.normalize():f}" if count is not None else "—" for count in (line.qty, line.received_qty)]
        rows.append([str(line.part or ""), " / ".join(mark for mark in (line.batch_no, line.serial_no) if mark) or "—",
                     str(line.expiry_date or "—"), line.sale_no or "—", " / ".join(counts), {"badge": shown.badge(line.status)},
                     {"href": f"/records/{looks[-1].layout}/{looks[-1].id}", "text": looks[-1].number} if looks else "—",
                     line_links(line, user)])
    return {"title": _("Lines"), "note": _("%(count)s lines", count=len(rows)), "rows": rows, "columns": [
        _("Part"), _("Batch, serial no."), _("Expiry date"), _("Original sale"), _("Quantity / received"), _("State"),
        _("Acceptance record"), _("Next step")]}


def views() -> list[Any]:
    """The pages of what comes back."""

    class ShipmentView(AppModelView):
        """What was delivered."""

        model = SalesShipment
        route_base = "/sales-shipments"
        heading, adding = _l("Sales shipments"), _l("New sales shipment")
        empty_text = _l("No sales shipments yet. Returns are held against them.")
        listed = ("shipment_no", "customer", "shipped_on", "delivered_on")
        filtered = ("customer",)
        order = ("-shipped_on", "-id")
        sections = (Section("shipment", _l("Sales shipment"), ("shipment_no", "customer", "shipped_on", "delivered_on", "remark")),)
        related = (Related("lines", _l("Lines"), SalesShipmentLine, "shipment_id",
                           ("part", "batch_no", "serial_no", "qty", "unit_price", "expiry_date"), "/sales-shipment-lines"),)

    class ShipmentLineView(AppModelView):
        """Batches and serial numbers delivered."""

        model = SalesShipmentLine
        route_base = "/sales-shipment-lines"
        heading, adding = _l("Delivered batches"), _l("New delivered batch")
        empty_text = _l("No delivered batches yet. Add them on the page of a shipment.")
        listed = ("shipment", "part", "batch_no", "serial_no", "qty", "expiry_date")
        filtered = ("shipment", "part")
        order = ("-id",)
        about = "part"
        sections = (Section("line", _l("Delivered batch"), ("shipment", "part", "batch_no", "serial_no", "qty", "unit_price", "made_on",
                                                                 "expiry_date")),)

    class ReturnView(Stepping, AppModelView):
        """Sales returns."""

        model = ReturnOrder
        machine = returns.MACHINE
        route_base = "/returns"
        heading, adding = _l("Sales returns"), _l("New return")
        empty_text = _l("No returns yet. Add the first one.")
        badge = "status"
        listed = ("return_no", "customer", "status", "return_type", "reason", "applied_at", "audited_by", "received_at")
        filtered = ("status", "return_type", "customer")
        order = ("-id",)
        saved_views = ORDERS
        sections = (Section("return", _l("Return"), ("customer", "return_type", "reason", "reason_note")),
                    Section("contact", _l("Contact"), ("contact_name", "contact_phone", "address")))

        def step(self, record: Any, name: str, **data: Any) -> None:
            """By the service of returns."""
            returns.take_step(record, name, **data)

        def at_hand(self, record: Any, name: str) -> list[tuple[Any, str]]:
            """Who else may decide (B-123)."""
            return [(person, person.name) for person in returns.deciders(record)]

        def transitions(self, record: Any, user: Any) -> list[dict[str, Any]]:
            """Nobody audits what he applied for or what was handed to another; an outcome follows when all lines are put away, a refund
            when it was decided."""
            staff, done = access.staff_of(user), all(line.status in returns.DONE for line in record.lines)
            barred = record.handed_to is not None and record.handed_to is not staff
            without = {"audit" if barred or (staff is not None and record.applicant_id == staff.id) else "", "" if done else "dispose",
                       "close" if record.status == R.INFORMED and returns.missing_signatures(record) else "",
                       "" if record.outcome == Outcome.REFUND else "refund",
                       "" if any(line.status == LineState.EXPECTED for line in record.lines) else "receive"}
            return [step for step in super().transitions(record, user) if step["name"] not in without]

        def banners(self, record: Any) -> list[dict[str, Any]]:
            """What is to be done, and how long the goods lie there."""
            found = []
            if record.status == R.DRAFT:
                found.append({"level": "act", "text": _("What is to come back is written on the sheet."), "label": _("Open the sheet"),
                              "href": f"/records/return_order/{record.id}"})
            if record.status == R.APPLIED and record.handed_to is not None:
                found.append({"level": "wait", "href": None, "label": None,
                              "text": _("Handed to %(name)s, who decides.", name=record.handed_to.name)})
            if record.outcome == Outcome.REFUND and record.status in (R.RECEIVED, R.INSPECTING):
                found.append({"level": "wait", "href": None, "label": None, "text": _("Finance has to confirm the refund.")})
            if record.status == R.INFORMED and (missing := returns.missing_signatures(record)):
                found.append({"level": "soon", "text": _("Before it is closed it is signed. Missing: %(cells)s.", cells="、".join(missing)),
                              "label": _("Open the sheet"), "href": f"/records/return_order/{record.id}"})
            days = receiving.days_in_zone(record, now=clock.now())
            if days is not None and days > receiving.most_days():
                found.append({"level": "soon", "href": None, "label": None,
                              "text": _("Goods of this return lie in the return zone for %(days)s days.", days=days)})
            return found

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            """Lines over the facts; the way, the audit and the papers."""
            page = super().show_page(record, user, counts)
            page["title"], page["transitions"] = str(record.customer), self.transitions(record, user)
            page["number"] = record.return_no or _("Draft")
            times = (record.created_at, record.applied_at, record.audited_at, record.sent_at, record.received_at, None, None,
                     record.informed_at, record.closed_at)
            if record.status in STEPS:
                page["steps"] = shown.way(zip(STEPS, times, strict=True), STEPS.index(record.status))
            page["actions"] = [act for act in page["actions"] if record.status == R.DRAFT]
            if page["tab"] == "facts":
                page["panels"] = [lines_panel(record, user)]
                page["rail"] = [self._audit_card(record), self._paper_card(record)]
            return page

        @staticmethod
        def _audit_card(record: ReturnOrder) -> dict[str, Any]:
            rows = ((_("Applied by"), record.applicant), (_("Audit until"), shown.moment(record.audit_due)),
                    (_("Auditor"), record.audited_by), (_("Decision"), record.audit_result),
                    (_("Keeper"), record.keeper), (_("Outcome"), record.outcome), (_("Outcome decided by"), record.disposed_by),
                    (_("Refund confirmed by"), record.refunded_by),
                    (_("Keep until"), record.retain_until))
            return {"title": _("Audit and receipt"), "facts": [{"label": label, "text": str(value or ""), "late": False, "done": False}
                                                               for label, value in rows]}

        @staticmethod
        def _paper_card(record: ReturnOrder) -> dict[str, Any]:
            return {"title": _("Papers"), "empty": "", "papers": [
                {"title": _("Application and receipt"), "number": record.return_no or _("Draft"), "facts": [],
                 "href": f"/records/return_order/{record.id}"}]}

    class DefectiveView(Stepping, AppModelView):
        """Defective parts: owed, received, looked at, put away."""

        model = ReturnLine
        machine = defective.MACHINE
        route_base = "/defective-parts"
        heading, adding = _l("Defective parts"), _l("New defective part")
        empty_text = _l("No defective parts yet. They follow from signed slips.")
        badge = "status"
        clock = "due_at"
        about = "part"
        listed = ("due_at", "line_no", "part", "serial_no", "qty", "status", "customer", "owed_by", "received_at")
        filtered = ("status", "customer", "owed_by", "part")
        order = ("-id",)
        saved_views = LINES
        sections = (
            Section("part", _l("Part"), ("part", "serial_no", "batch_no", "qty", "new_serial_no", "symptom")),
            Section("origin", _l("Where it comes from"), ("line_type", "customer", "equipment", "order", "owed_by", "due_at")),
        )

        def base_query(self, user: Any) -> Any:
            """Not the lines of sales returns: those stand with their return."""
            return super().base_query(user) & _DEFECT

        def step(self, record: Any, name: str, **data: Any) -> None:
            """By the service of defective parts."""
            defective.take_step(record, name, **data)

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            """Where it is, and its papers."""
            page = super().show_page(record, user, counts)
            page["transitions"], page["title"] = self.transitions(record, user), record.part_name
            page["number"] = record.line_no or _("Owed")
            if not record.is_open:  # what came is not written otherwise: only its steps are left
                page["actions"] = []
            if page["tab"] == "facts":
                papers = [{"title": _("Register of defective parts"), "number": record.line_no or "", "facts": [],
                           "href": f"/records/defective_part/{record.id}"}]
                if record.ncr_id:
                    papers.append({"title": _("Nonconformity report"), "number": "", "facts": [],
                                   "href": f"/records/nonconformity_report/{record.ncr_id}"})
                facts = ((_("Zone"), record.zone), (_("Result"), record.repairability), (_("Disposal"), record.disposition))
                told = [{"label": label, "text": str(value or ""), "late": False, "done": False} for label, value in facts]
                page["rail"] = [{"title": _("Where it is"), "facts": told},
                                {"title": _("Papers"), "papers": papers, "empty": ""}]
            return page

    return [ShipmentView, ShipmentLineView, ReturnView, DefectiveView, type("OwedView", (OwedView,), {}),
            type("ReceivingView", (ReceivingView,), {})]


class OwedView(BaseView):
    """`/returns/owed/`: who still owes what (B-052)."""

    route_base = "/returns/owed"
    class_permission_name = "defective_part"

    @expose("/", methods=["GET"])
    def owed(self) -> Any:
        """By engineer, the most urgent first; an engineer sees his own."""
        user = allowed("read", "defective_part")
        staff = access.staff_of(user)
        own = staff is not None and staff.is_engineer and not access.can(user, "approve", "work_order")
        crumbs((_("Parts owed"), None))
        lines = sorted(defective.owed(staff_id=staff.id if own and staff is not None else None),
                       key=lambda line: (str(line.owed_by or ""), line.due_at is None, line.due_at, line.id))
        groups = [{"who": str(who or "—"), "lines": [
            {"line": line, "clock": shown.clock_of(line.due_at, running=True), "due": shown.moment(line.due_at)} for line in rows]}
            for who, rows in groupby(lines, key=lambda line: line.owed_by)]
        return render_template("returns/owed.html", groups=groups, total=len(lines), mine=own,
                               receives=access.can(user, "change", "stock_doc"))

    @expose("/back", methods=["POST"])
    def back(self) -> Any:
        """I am back at headquarters: from now on the hours count."""
        user = allowed("change", "defective_part")
        staff = access.staff_of(user)
        if staff is not None:
            defective.back_at_base(staff, by=user, now=clock.now())
        return redirect("/returns/owed/")


class ReceivingView(BaseView):
    """`/returns/receiving/desk`: the storekeeper scans what arrives into the yellow zone."""

    route_base = "/returns/receiving"
    class_permission_name = "stock_doc"

    @expose("/desk", methods=["GET", "POST"])
    def desk(self) -> Any:
        """The box that never loses the focus, what is expected, what came today; F4 takes the last scan back."""
        user = allowed("change", "stock_doc")
        said: dict[str, Any] | None = None
        if request.method == "POST":
            said = self._take(user)
        crumbs((_("Receive returns"), None))
        now = clock.now()
        return render_template("returns/desk.html", said=said, rows=[self._row(line) for line in receiving.in_hand(now=now)],
                               zones=receiving.zone_cards(now=now), zone=receiving.yellow(),
                               typed=self._typed(said)), 422 if said and not said["ok"] else 200

    @staticmethod
    def _typed(said: dict[str, Any] | None) -> dict[str, str]:
        """What stands in the boxes: after a refusal what was typed, else nothing, ready for the next scan."""
        kept = said is not None and not said["ok"]
        return {name: request.form.get(name, "") if kept else "" for name in ("code", "qty")}

    @staticmethod
    def _take(user: Any) -> dict[str, Any]:
        text, count = request.form.get("code", "").strip(), request.form.get("qty", "").strip()
        try:
            if request.form.get("act") == "undo":
                part = receiving.undo_last(by=user, now=clock.now())
                return {"ok": True, "text": _("Taken back: %(part)s.", part=part), "line": None, "field": None}
            qty = Decimal(count) if count else None
            line = receiving.scan(text, qty=qty, by=user, now=clock.now())
        except InvalidOperation:
            return {"ok": False, "text": _("Enter a number."), "line": None, "field": "qty"}
        except DomainError as refusal:
            words, field = str(refusal), "qty" if (refusal.field or "").endswith("qty") else "code"
            unit_of_work.abandon()
            return {"ok": False, "text": words, "line": None, "field": field}
        return {"ok": True, "line": line.id, "field": None, "text": _(
            "%(part)s, %(mark)s, received %(qty)s", part=line.part_name, qty=f"{line.received_qty.normalize():f}",
            mark=line.serial_no or line.batch_no or line.line_no or "—")}

    @staticmethod
    def _row(line: ReturnLine) -> dict[str, Any]:
        order = line.return_order
        mark = line.serial_no or line.batch_no or line.line_no or (line.part.part_no if line.part else "—")
        return {"id": line.id, "mark": mark, "name": line.part_name,
                "asked": f"{line.qty.normalize():f}" if line.qty is not None else "", "zone": zone_chip(line.zone),
                "came": f"{line.received_qty.normalize():f}" if line.received_qty is not None else "",
                "short": line.qty - line.received_qty if line.received_qty is not None and line.qty is not None else Decimal(0),
                "state": shown.badge(line.status), "from": str(order or line.owed_by or ""),
                "href": f"/returns/show/{order.id}" if order is not None else f"/defective-parts/show/{line.id}",
                "expected": line.status == LineState.EXPECTED}

    @expose("/put-away/<int:pk>", methods=["POST"])
    def put_away(self, pk: int) -> Any:
        """A line goes where its result leads."""
        user = allowed("change", "stock_doc")
        line = access.get(user, ReturnLine, pk)
        returns.put_away(line, by=user, now=clock.now())
        return redirect(f"/returns/show/{line.return_order_id}" if line.return_order_id else f"/defective-parts/show/{line.id}")

    @expose("/give-back/<int:pk>", methods=["POST"])
    def give_back(self, pk: int) -> Any:
        """An inspected line is to go back to the customer: the document that another person approves."""
        user = allowed("change", "stock_doc")
        doc = returns.give_back(access.get(user, ReturnLine, pk), by=user, now=clock.now())
        flash(_("Another person approves this document; posted, the goods leave the return zone."), "success")
        return redirect(f"/stock-docs/show/{doc.id}")
