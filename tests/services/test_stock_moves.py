"""Which goods may go where: every pair of kinds of zones, every result, approved or not, confirmed or not (WF-07; G16)."""

from __future__ import annotations

import itertools

import pytest

from extensions import db
from models.stock_enums import Disposition, InspectResult, ZoneKind
from services import clock, stock
from services.errors import DomainError
from tests.services.stock_world import document, line_of, part, put, report, user, zone

# Written by hand from WF-07. Letters: I passed, E passed or exempt, F failed and confirmed by quality, J passed or failed,
# A approved by another person, N an approved nonconformity report that says so; "" free.
TABLE = {
    ("supplier", "to_inspect"): "", ("customer", "returned"): "",
    ("to_inspect", "qualified"): "E", ("returned", "qualified"): "I", ("to_inspect", "nonconforming"): "F",
    ("returned", "nonconforming"): "F",
    ("returned", "customer"): "JA",
    ("qualified", "dispatch"): "", ("qualified", "engineer"): "", ("qualified", "customer"): "", ("qualified", "to_inspect"): "",
    ("qualified", "supplier"): "A",
    ("dispatch", "customer"): "", ("dispatch", "qualified"): "", ("engineer", "customer"): "", ("engineer", "qualified"): "",
    ("nonconforming", "to_inspect"): "N", ("nonconforming", "scrapped"): "N", ("nonconforming", "supplier"): "N",
    ("qualified", "qualified"): "", ("engineer", "engineer"): "",
    ("adjustment", "qualified"): "A", ("adjustment", "nonconforming"): "A", ("adjustment", "returned"): "A",
    ("adjustment", "to_inspect"): "A", ("adjustment", "dispatch"): "A", ("adjustment", "engineer"): "A", ("adjustment", "scrapped"): "A",
    ("qualified", "adjustment"): "A", ("nonconforming", "adjustment"): "A", ("returned", "adjustment"): "A",
    ("to_inspect", "adjustment"): "A", ("dispatch", "adjustment"): "A", ("engineer", "adjustment"): "A", ("scrapped", "adjustment"): "A",
}
WAYS = {"to_inspect": Disposition.REWORK, "scrapped": Disposition.SCRAP, "supplier": Disposition.TO_SUPPLIER}
RESULTS = ("pending", "ok", "bad", "doubtful", "exempt")


def allowed(pair, result, approved, confirmed):
    letters = TABLE.get(pair)
    if letters is None:
        return False
    holds = {"I": result == "ok", "E": result in ("ok", "exempt"), "F": result == "bad" and confirmed, "J": result in ("ok", "bad"),
             "A": approved, "N": approved}
    return all(holds[letter] for letter in letters)


def refused_by(line, source, target):
    """The rule that refuses a move; None when it was made."""
    try:
        stock.move(line, source, target, by=user("warehouse"), now=clock.now())
    except DomainError as refusal:
        return refusal.rule
    return None


def twin(kind):
    """A second zone of a kind, for moves between two of the same."""
    from models.stock import StockZone

    made = StockZone(kind=kind, name=f"{kind}2", warehouse_id=zone(kind).warehouse_id)
    db.session.add(made)
    db.session.flush()
    return made


@pytest.mark.parametrize("source", list(ZoneKind), ids=lambda kind: kind.value)
def test_goods_go_exactly_where_the_table_says(unit, source):
    piece = part()
    if source.value not in ("supplier", "customer", "adjustment", "custody"):
        put(piece, source, 500)
    wrong = []
    for target in ZoneKind:
        second = twin(target) if target == source else None
        for result, approved, confirmed in itertools.product(RESULTS, (False, True), (False, True)):
            doc = document()
            line = line_of(doc, piece, 1, zone(source), second or zone(target), inspect_result=InspectResult(result),
                           quality_by_id=user("quality").id if confirmed else None)
            if approved:
                doc.approved_by_id = user("service_manager").id
                if target.value in WAYS:
                    line.ncr_id = report(piece, WAYS[target.value]).id
            db.session.flush()
            rule = refused_by(line, zone(source), second or zone(target))
            moved = rule is None
            if moved or rule not in ("WF-07", "B-117", "B-118", "B-120"):
                assert moved, (source, target, rule)
            if moved != allowed((source.value, target.value), result, approved, confirmed):
                wrong.append((source.value, target.value, result, approved, confirmed, moved))
    assert wrong == []


def test_the_document_is_not_approved_by_the_one_who_made_it(unit):
    piece, doc = part(), document()
    line = line_of(doc, piece, 1, zone(ZoneKind.ADJUSTMENT), zone(ZoneKind.QUALIFIED))
    doc.approved_by_id = doc.created_by_id
    with pytest.raises(DomainError):
        stock.move(line, line.zone_from, line.zone_to, by=user("warehouse"), now=clock.now())


@pytest.mark.parametrize(("marks", "disposition", "qty"), [
    ({"batch_no": "B2"}, Disposition.SCRAP, 9), ({}, Disposition.TO_SUPPLIER, 9), ({}, Disposition.SCRAP, 1),
])
def test_b120_a_report_on_other_goods_another_way_or_fewer_pieces_does_not_let_them_out(unit, marks, disposition, qty):
    piece, doc = part(), document()
    put(piece, ZoneKind.NONCONFORMING, 5)
    line = line_of(doc, piece, 2, zone(ZoneKind.NONCONFORMING), zone(ZoneKind.SCRAPPED), ncr_id=report(piece, disposition, qty, **marks).id)
    with pytest.raises(DomainError) as refusal:
        stock.move(line, line.zone_from, line.zone_to, by=user("warehouse"), now=clock.now())
    assert refusal.value.rule == "B-120"
