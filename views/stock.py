"""The store: what lies where, the ledger, warehouses and zones, stock documents with their steps (R-043 to R-048; WF-07)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import selectinload

from extensions import _l, _lp
from extensions import gettext as _
from models.equipment import Part
from models.paper import PAPERS
from models.stock import StockBalance, StockDoc, StockDocLine, StockMovement, StockZone, Warehouse
from models.stock_enums import InspectResult, StockState, ZoneKind
from services import access, clock, saving, signing, stock, stock_docs
from views import shown
from views.base import AppModelView, Related, Section
from views.listing import Saved
from views.security import current_user
from views.steps import Stepping


def _in(*kinds: ZoneKind) -> Any:
    return StockBalance.zone_id.in_(select(StockZone.id).where(StockZone.kind.in_(kinds)))


def _mine(_now: Any) -> Any:
    staff = access.staff_of(current_user())
    return StockBalance.zone_id.in_(select(StockZone.id).where(StockZone.holder_id == (staff.id if staff else 0)))


def _short(_now: Any) -> Any:
    """Parts of which less can be issued than the least stock says (B-113)."""
    return StockBalance.part_id.in_(select(Part.id).where(Part.min_qty.is_not(None), Part.min_qty > stock.total_issuable()))


BALANCES = (
    Saved("issuable", _l("Can be issued"), lambda _now: _in(ZoneKind.QUALIFIED, ZoneKind.ENGINEER) & (StockBalance.on_hand > 0)),
    Saved("mine", _l("My own stock"), _mine),
    Saved("waiting", _l("Waits for inspection"), lambda _now: _in(ZoneKind.RETURNED, ZoneKind.TO_INSPECT) & (StockBalance.on_hand > 0)),
    Saved("bad", _l("Nonconforming"), lambda _now: _in(ZoneKind.NONCONFORMING) & (StockBalance.on_hand > 0), late=True),
    Saved("short", _l("Below the least stock"), _short, late=True),
)
DOCS = (
    Saved("draft", _l("Drafts"), lambda _now: StockDoc.status == StockState.DRAFT),
    Saved("inspect", _l("To be inspected"), lambda _now: StockDoc.status == StockState.SUBMITTED),
    Saved("post", _l("To be posted"), lambda _now: StockDoc.status == StockState.INSPECTED),
    Saved("today", _l("Posted today"), lambda now: StockDoc.posted_at >= clock.day_start(now)),
)
MOVES = (
    Saved("today", _l("Today"), lambda now: StockMovement.moved_at >= clock.day_start(now)),
    Saved("month", _l("This month"), lambda now: StockMovement.moved_at >= clock.month_start(now), counted=False),
    Saved("reversals", _l("Reversals"), lambda _now: StockMovement.reversal_of_id.is_not(None)),
)
READ_ONLY = AppModelView.exclude_route_methods | {"add", "edit", "show"}
STEPS = (StockState.DRAFT, StockState.SUBMITTED, StockState.INSPECTED, StockState.POSTED)


def papers_of(doc: StockDoc, user: Any) -> dict[str, Any]:
    """The sheets a document is printed on, as a card beside it."""
    codes = [code for code, (model, paper) in PAPERS.items() if model is StockDoc and access.can(user, "read", paper.noun)
             and StockDoc.printed_as.get(code, code) == doc.layout and (code not in StockDoc.printed_as or len(doc.lines) == 1)]
    papers = []
    for code in codes:
        paper = PAPERS[code][1]
        done, needed = len(signing.signatures(doc, paper)), len(paper.slots)
        papers.append({"title": str(paper.title), "number": doc.doc_no or _("Draft"), "href": f"/records/{code}/{doc.id}", "facts": [
            {"label": _("Signatures"), "text": f"{done} / {needed}", "done": done == needed, "late": False}]})
    return {"title": _("Papers"), "papers": papers, "empty": _("No slip yet.")}


def zone_chip(zone: StockZone | None) -> Any:
    """A zone in the colour of its marking, as a cell of a panel."""
    return {"zone": zone.kind.value, "text": str(zone)} if zone is not None else "—"


def lines_panel(doc: StockDoc) -> dict[str, Any]:
    """The lines of a document as a table."""
    inspects = stock_docs.KINDS[doc.kind].inspects
    rows = [[str(line.part or ""), line.marks or "—", line.amount, zone_chip(line.zone_from), zone_chip(line.zone_to),
             {"badge": shown.badge(line.inspect_result)} if line.inspect_result != InspectResult.PENDING or inspects else "—",
             {"href": f"/records/nonconformity_report/{line.ncr_id}", "text": _("Nonconformity report")} if line.ncr_id
             else line.purpose or ""] for line in doc.lines]
    return {"title": _("Lines"), "note": _("%(count)s lines", count=len(rows)), "columns": [
        _("Part"), _("Batch, serial no."), _("Quantity"), _("From zone"), _("To zone"), _lp("R-043", "Inspection"), _("Remarks")],
        "rows": rows}


def views() -> list[Any]:
    """The pages of the store."""

    class StockView(AppModelView):
        """What lies where; follows from the movements, so nothing is typed here."""

        model = StockBalance
        route_base = "/stock"
        heading, adding = _l("Stock"), _l("New stock document")
        empty_text = _l("Nothing in the store yet. It comes in by a stock document.")
        listed = ("part", "zone", "batch_no", "serial_no", "on_hand")
        filtered = ("part", "zone")
        order = ("part_id", "zone_id")
        saved_views = BALANCES
        about = "part"
        sections = (Section("balance", _l("Stock"), ("part", "zone", "batch_no", "serial_no", "on_hand")),)
        exclude_route_methods = READ_ONLY

        def adds(self, user: Any) -> bool:
            """Never: a balance follows from documents (B-112)."""
            return False

        def at(self, record: Any) -> str:
            """The page of the part."""
            return f"/parts/show/{record.part_id}?tab=stock"

        def base_query(self, user: Any) -> Any:
            """What is not nothing."""
            return and_(super().base_query(user), StockBalance.on_hand > 0)

        @staticmethod
        def matching(target: type[Any], words: str) -> Any:
            """By part, batch or serial number."""
            if target is not StockBalance:
                return AppModelView.matching(target, words)
            parts = select(Part.id).where(AppModelView.matching(Part, words))
            return (StockBalance.part_id.in_(parts) | StockBalance.serial_no.contains(words, autoescape=True)
                    | StockBalance.batch_no.contains(words, autoescape=True))

    class LedgerView(AppModelView):
        """Every movement, newest first (R-048)."""

        model = StockMovement
        route_base = "/stock-moves"
        heading, adding = _l("Stock ledger"), _l("New stock document")
        empty_text = _l("No movements yet.")
        listed = ("moved_at", "doc", "part", "batch_no", "serial_no", "qty", "zone_from", "zone_to", "staff", "reversal_of_id")
        filtered = ("part", "zone_from", "zone_to", "staff")
        order = ("-id",)
        saved_views = MOVES
        about = "part"
        sections = (Section("move", _l("Movement"), ("moved_at", "part", "qty", "zone_from", "zone_to", "staff")),)
        exclude_route_methods = READ_ONLY

        def adds(self, user: Any) -> bool:
            """Never: a movement is written by a document (B-112)."""
            return False

        def at(self, record: Any) -> str:
            """The page of its document."""
            return f"/stock-docs/show/{record.doc_id}"

        @staticmethod
        def matching(target: type[Any], words: str) -> Any:
            """By part or serial number."""
            if target is not StockMovement:
                return AppModelView.matching(target, words)
            parts = select(Part.id).where(AppModelView.matching(Part, words))
            return StockMovement.part_id.in_(parts) | StockMovement.serial_no.contains(words, autoescape=True)

    class WarehouseView(AppModelView):
        """Stores."""

        model = Warehouse
        route_base = "/warehouses"
        heading, adding = _l("Warehouses"), _l("New warehouse")
        empty_text = _l("No warehouses yet. Add the first one.")
        listed = ("code", "name", "place", "keeper", "active")
        filtered = ("active",)
        order = ("code",)
        sections = (Section("warehouse", _l("Warehouse"), ("code", "name", "place", "keeper", "active")),)
        related = (Related("zones", _l("Zones"), StockZone, "warehouse_id", ("name", "kind", "color", "keeper", "holder", "active"),
                           "/stock-zones"),)

    class ZoneView(AppModelView):
        """Zones of the stores and the engineers' own stock."""

        model = StockZone
        route_base = "/stock-zones"
        heading, adding = _l("Zones"), _l("New zone")
        empty_text = _l("No zones yet. Add the first one.")
        listed = ("warehouse", "name", "kind", "color", "keeper", "holder", "active")
        filtered = ("warehouse", "kind", "active")
        order = ("warehouse_id", "id")
        sections = (Section("zone", _l("Zone"), ("warehouse", "name", "kind", "color", "keeper", "holder", "active")),)
        related = (Related("stock", _l("Stock"), StockBalance, "zone_id", ("part", "batch_no", "serial_no", "on_hand"), "/stock", add=False,
                           leads_to="/parts/show/{row.part_id}?tab=stock"),)

    class StockDocView(Stepping, AppModelView):
        """Stock documents; their lines are written on the sheet, their goods move by steps."""

        model = StockDoc
        machine = stock_docs.MACHINE
        route_base = "/stock-docs"
        heading, adding = _l("Stock documents"), _l("New stock document")
        empty_text = _l("No stock documents yet. Add the first one.")
        badge = "status"
        about = "kind"
        listed = ("doc_no", "status", "kind", "doc_date", "source_no", "handed_by", "receiver", "posted_at")
        filtered = ("kind", "status", "receiver", "handed_by")
        order = ("-id",)
        saved_views = DOCS
        sections = (Section("doc", _l("Document"), ("kind", "doc_date", "source_no", "party", "order")),
                    Section("people", _l("People"), ("handed_by", "back_at", "receiver", "department", "supply_mode")))

        def loads(self) -> tuple[Any, ...]:
            """Its lines with their parts and zones."""
            lines = selectinload(StockDoc.lines)
            return (*super().loads(), lines.joinedload(StockDocLine.part), lines.joinedload(StockDocLine.zone_from),
                    lines.joinedload(StockDocLine.zone_to))

        def step(self, record: Any, name: str, **data: Any) -> None:
            """By the service of stock documents."""
            stock_docs.take_step(record, name, **data)

        def at_hand(self, record: Any, name: str) -> list[tuple[Any, str]]:
            """The lines, to say of each what the inspection found."""
            return [(line, str(line)) for line in record.lines]

        def transitions(self, record: Any, user: Any) -> list[dict[str, Any]]:
            """Submit only what quality looks at; post what it need not; approve what another person made."""
            inspects = stock_docs.KINDS[record.kind].inspects
            without = {"post" if inspects and record.status == StockState.DRAFT else "", "" if inspects else "submit",
                       "approve" if record.created_by_id == user.id or record.approved_by_id else ""}
            if stock_docs.gives_back(record) and not stock.is_approved(record):
                without.add("post")
            return [step for step in super().transitions(record, user) if step["name"] not in without]

        def banners(self, record: Any) -> list[dict[str, Any]]:
            """What stands in the way."""
            found = []
            if record.status == StockState.DRAFT and stock_docs.gives_back(record):
                if not stock.is_approved(record):
                    words = _("Another person approves it; then it is posted and the goods leave the return zone.")
                    found.append({"level": "soon", "text": words, "label": None, "href": None})
            elif record.status == StockState.DRAFT:
                found.append({"level": "act", "text": _("The lines are written on the sheet."), "label": _("Open the sheet"),
                              "href": f"/records/{record.layout}/{record.id}"})
            if record.approved_by_id:
                found.append({"level": "done", "text": _("Approved by %(who)s, %(at)s.", who=saving.user_name(record.approved_by_id),
                                                         at=shown.moment(record.approved_at)), "href": None, "label": None})
            if record.void_reason:
                found.append({"level": "late", "text": f"{record.status}：{record.void_reason}", "href": None, "label": None})
            return found

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            """Lines over the facts, its papers beside them."""
            page = super().show_page(record, user, counts)
            page["title"] = " · ".join(str(part) for part in (record.kind, record.party or record.order or record.source_no) if part)
            page["transitions"] = self.transitions(record, user)
            if record.status in STEPS:
                steps = [state for state in STEPS if stock_docs.KINDS[record.kind].inspects or state not in STEPS[1:3]]
                times = {StockState.SUBMITTED: record.submitted_at, StockState.POSTED: record.posted_at}
                page["steps"] = shown.way([(state, times.get(state)) for state in steps], steps.index(record.status))
            page["actions"] = [act for act in page["actions"] if record.status == StockState.DRAFT and not stock_docs.gives_back(record)]
            if page["tab"] == "facts":
                page["panels"] = [lines_panel(record)]
                page["rail"] = [papers_of(record, user)]
            return page

    return [StockView, LedgerView, WarehouseView, ZoneView, StockDocView]
