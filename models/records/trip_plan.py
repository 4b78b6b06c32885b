"""R-025 出差安排计划单: the plan of a trip, countersigned before it begins (B-090)."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Column, LineList, Lines, Paper, Slot, on
from models.records.shapes import heading, pair, signed, wide
from models.records.trip import Trip

APPROVE = (("approve", "trip"),)
BEFORE = ("traveller",)
PAPER = on(Trip, Paper(
    record="R-025", code="trip_plan", title=_lp("R-025", "Trip plan sheet"), sheet=A4_PORTRAIT, series="trip",
    area=_lp("R-010", "Dispatch"), purpose=_lp("R-025", "Filled by the traveller and countersigned before he leaves"),
    who=_lp("R-025", "The traveller; service, office and finance sign"), when=_lp("R-025", "After the task is accepted, before leaving"),
    listed=("number", "status", "customer", "destination", "planned_start", "planned_end", "has_loan", "est_cost"),
    filtered=("status", "customer", "has_loan"),
    labels={"work_orders": _lp("R-025", "Task no."), "members": _lp("R-025", "Travellers"), "customer": _lp("R-025", "Destination"),
            "reason": _lp("R-025", "Task"), "advance_amount": _lp("R-025", "Advance")},
    words={"itinerary": _lp("R-025", "Itinerary")},
    blocks=(
        pair("work_orders", "members", 10), pair("customer", "destination", 9),
        wide("reason", 26), wide("solution", 48), heading("itinerary"),
        Lines((LineList("itinerary_lines", (
            Column("date", 5, _lp("R-025", "Day")), Column("from_place", 4, _lp("R-025", "From")),
            Column("to_place", 4, _lp("R-025", "To")),
            Column("transport", 3, _lp("R-025", "Means")), Column("work", 8, _lp("R-025", "Work")))),), 7, 8),
        wide("prep_note", 26, label=6), wide("has_loan", 8, boxes=True), pair("est_cost", "advance_amount", 9),
        signed(("traveller", "service", "office", "finance", "lender"), 22),
    ),
    slots=(
        Slot("traveller", _lp("R-025", "Traveller"), "ours", _lp("R-025", "The trip is planned as written"), rights=(("create", "trip"),)),
        Slot("service", _lp("R-025", "After-sales dept"), "ours", _lp("R-025", "Agreed by after-sales"),
             rights=(*APPROVE, ("approve", "work_order")), after=BEFORE, approves=True),
        Slot("office", _lp("R-025", "General office"), "ours", _lp("R-025", "Agreed by the general office"), rights=APPROVE, after=BEFORE,
             approves=True),
        Slot("finance", _lp("R-025", "Finance"), "ours", _lp("R-025", "The cost is agreed"),
             rights=(*APPROVE, ("approve", "part_price")), after=BEFORE, approves=True),
        Slot("lender", _lp("R-025", "Material centre / chief engineer's office"), "ours", _lp("R-025", "The loan is agreed"),
             rights=APPROVE, after=BEFORE, only_with="has_loan", approves=True),
    )))
