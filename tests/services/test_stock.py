"""The ledger: documents, balances, reversal, what is refused (WF-07; B-111, B-112, B-116, B-118, B-120, B-127, B-205)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from extensions import db, force_locale
from models.quality import NonconformityReport
from models.stock import StockBalance, StockDoc, StockMovement
from models.stock_enums import InspectResult, NcrSource, StockKind, StockState, Track, ZoneKind
from services import access, clock, stock, stock_docs
from services.errors import DomainError, NotAllowed
from tests.services.stock_world import document, line_of, part, put, user, zone

Q, T = ZoneKind.QUALIFIED, ZoneKind.TO_INSPECT


def lies(piece, kind, **marks):
    return stock.on_hand(piece, zone(kind), **marks)


def step(doc, name, by="warehouse", **data):
    stock_docs.take_step(doc, name, by=user(by), now=clock.now(), **data)


def bought(piece, qty=10, result=InspectResult.OK, **marks):
    """A purchase that was handed in and inspected."""
    doc = document(StockKind.PURCHASE_IN)
    line = line_of(doc, piece, qty, **marks)
    step(doc, "submit")
    step(doc, "inspect", "quality", **{f"line{line.id}": result})
    return doc


def issue(piece, qty, source=Q, **marks):
    doc = document(StockKind.SALE)
    line_of(doc, piece, qty, zone(source), **marks)
    return doc


def test_wf07_goods_wait_for_quality_and_are_not_issuable_until_it_passed_them(story):
    piece, doc = part(), document(StockKind.PURCHASE_IN)
    line = line_of(doc, piece, 10)
    step(doc, "submit")
    assert (doc.status, lies(piece, T), lies(piece, Q), stock.available(piece)) == (StockState.SUBMITTED, 10, 0, 0)
    assert doc.doc_no == "IN2503-0001"
    with pytest.raises(DomainError):
        step(doc, "post")
    with pytest.raises(NotAllowed):
        step(doc, "inspect", "warehouse", **{f"line{line.id}": InspectResult.OK})
    step(doc, "inspect", "quality", **{f"line{line.id}": InspectResult.OK})
    step(doc, "post")
    assert (doc.status, lies(piece, T), lies(piece, Q), stock.available(piece)) == (StockState.POSTED, 0, 10, 10)
    assert stock.ledger_differences() == []


def test_b118_b120_what_fails_goes_to_the_red_zone_with_a_report(story):
    piece = part()
    doc = bought(piece, 4, InspectResult.BAD)
    step(doc, "post")
    report = db.session.scalar(select(NonconformityReport))
    assert (lies(piece, ZoneKind.NONCONFORMING), stock.available(piece)) == (4, 0)
    assert (report.part_id, report.qty, report.source_type, report.source_no) == (piece.id, 4, NcrSource.PURCHASE, doc.doc_no)
    scrap = document(StockKind.SCRAP)
    line_of(scrap, piece, 4, ncr_id=report.id)
    with pytest.raises(DomainError) as refusal:
        step(scrap, "post")
    assert refusal.value.rule == "B-120"


def test_b119_what_is_in_doubt_stays_where_it_is(story):
    piece = part()
    step(bought(piece, 4, InspectResult.DOUBTFUL), "post")
    assert (lies(piece, T), stock.available(piece)) == (4, 0)


def test_b111_data_sets_are_looked_at_and_move_nothing(story):
    doc = bought(part(), 1)
    doc2 = document(StockKind.DATA_IN)
    line = line_of(doc2, part("D-1"), 1)
    step(doc2, "submit")
    before = db.session.scalar(select(func.count(StockMovement.id)))
    step(doc2, "inspect", "quality", **{f"line{line.id}": InspectResult.BAD})
    step(doc2, "post")
    assert db.session.scalar(select(func.count(StockMovement.id))) == before
    assert db.session.get(NonconformityReport, line.ncr_id).source_type == NcrSource.DATA_IN
    assert doc.status == StockState.INSPECTED


def test_b127_never_below_nothing_and_the_sentence_says_how_many_are_missing(story):
    piece = part()
    put(piece, Q, 1)
    with pytest.raises(DomainError) as refusal, force_locale("zh_Hans_CN"):
        step(issue(piece, 3), "post")
    assert (refusal.value.rule, refusal.value.field) == ("B-127", "line-qty")
    with force_locale("zh_Hans_CN"):
        assert "合格品区" in str(refusal.value)
        assert "只有 1 只" in str(refusal.value)
        assert "少 2 只" in str(refusal.value)


def test_b127_several_lines_of_one_document_do_not_take_the_same_piece_twice(story):
    piece = part()
    put(piece, Q, 3)
    doc = issue(piece, 2)
    line_of(doc, piece, 2, zone(Q))
    with pytest.raises(DomainError) as refusal:
        step(doc, "post")
    assert refusal.value.rule == "B-127"


def test_b112_a_balance_changes_by_documents_only_and_a_movement_never(story):
    piece = part()
    put(piece, Q, 1)
    row = db.session.scalar(select(StockMovement))
    row.qty = Decimal(7)
    with pytest.raises(RuntimeError):
        db.session.flush()
    db.session.rollback()
    assert not hasattr(StockBalance, "created_by_id")
    from views.register_views import register  # noqa: F401  no page edits a balance: tests/contract/data_policy.py


def test_b112_every_movement_says_who_when_and_by_which_document(story):
    piece = part()
    doc = put(piece, Q, 2)
    row = db.session.scalar(select(StockMovement))
    assert (row.doc_id, row.staff_id, row.moved_at, row.qty) == (doc.id, access.staff_of(user("warehouse")).id, clock.now(), 2)


def test_b205_a_posted_document_is_reversed_by_opposite_movements(story):
    piece = part()
    put(piece, Q, 5)
    doc = issue(piece, 2)
    step(doc, "post")
    with pytest.raises(NotAllowed):
        step(doc, "reverse", "service_engineer", reason="误操作")
    with pytest.raises(DomainError):
        step(doc, "reverse", reason=" ")
    step(doc, "reverse", reason="误操作")
    rows = db.session.scalars(select(StockMovement).where(StockMovement.doc_id == doc.id).order_by(StockMovement.id)).all()
    assert (doc.status, doc.void_reason, lies(piece, Q)) == (StockState.REVERSED, "误操作", 5)
    assert [(row.qty, row.reversal_of_id) for row in rows] == [(2, None), (2, rows[0].id)]
    assert (rows[1].zone_from_id, rows[1].zone_to_id) == (rows[0].zone_to_id, rows[0].zone_from_id)
    with pytest.raises(DomainError):
        step(doc, "reverse", reason="再来一次")


def test_b127_what_was_used_since_cannot_be_reversed(story):
    piece = part(track=Track.SERIAL)
    doc = bought(piece, 1, serial_no="SN1")
    step(doc, "post")
    step(issue(piece, 1, serial_no="SN1"), "post")
    with pytest.raises(DomainError) as refusal:
        step(doc, "reverse", reason="误操作")
    assert refusal.value.rule == "B-127"


def test_b127_a_serial_number_lies_in_one_place(story):
    piece = part(track=Track.SERIAL)
    put(piece, Q, 1, serial_no="SN1")
    again = document(StockKind.PURCHASE_IN)
    line_of(again, piece, 1, serial_no="SN1")
    with pytest.raises(DomainError) as refusal:
        step(again, "submit")
    assert (refusal.value.rule, refusal.value.field) == ("B-127", "line-serial_no")


@pytest.mark.parametrize(("track", "qty", "marks", "field"), [
    (Track.SERIAL, 1, {}, "line-serial_no"), (Track.SERIAL, 2, {"serial_no": "S"}, "line-qty"), (Track.BATCH, 1, {}, "line-batch_no")])
def test_tracked_parts_need_their_marks(story, track, qty, marks, field):
    doc = document(StockKind.PURCHASE_IN)
    line_of(doc, part(track=track), qty, **marks)
    with pytest.raises(DomainError) as refusal:
        step(doc, "submit")
    assert refusal.value.field == field


def test_wf07_a_void_document_gives_back_what_was_handed_in(story):
    piece, doc = part(), document(StockKind.PURCHASE_IN)
    line_of(doc, piece, 3)
    step(doc, "submit")
    step(doc, "void", reason="送错货")
    assert (doc.status, lies(piece, T)) == (StockState.VOIDED, 0)
    assert stock.ledger_differences() == []


def test_wf07_an_issue_needs_an_open_order_or_the_approval_of_another(story):
    piece = part()
    put(piece, Q, 2)
    doc = document(StockKind.REPAIR_USE, by="service_engineer")
    line_of(doc, piece, 1, zone(Q))
    with pytest.raises(DomainError):
        step(doc, "post")
    step(doc, "approve", "dispatch_supervisor")
    with pytest.raises(NotAllowed):
        step(doc, "post", "service_engineer")
    step(doc, "post")
    assert lies(piece, Q) == 1


def test_only_a_draft_is_changed_and_a_change_takes_the_approval_away(story):
    from services import saving

    doc = document(StockKind.SALE)
    line_of(doc, part(), 1, zone(Q))
    step(doc, "approve", "service_manager")
    saving.change(doc, {"source_no": "X1"}, by=user("warehouse"))
    assert doc.approved_by_id is None
    doc.status = StockState.POSTED
    with pytest.raises(DomainError):
        saving.change(doc, {"source_no": "X2"}, by=user("warehouse"))


def test_the_balances_can_be_made_from_the_ledger_again(story):
    piece = part()
    put(piece, Q, 5)
    step(issue(piece, 2), "post")
    row = db.session.scalar(select(StockBalance).where(StockBalance.part_id == piece.id))
    row.on_hand = Decimal(99)
    db.session.flush()
    assert [(kept, total) for _key, kept, total in stock.ledger_differences()] == [(99, 3)]
    assert stock.rebuild_balances() == 1
    assert stock.ledger_differences() == []
    assert lies(piece, Q) == 3


def test_two_documents_of_a_month_are_numbered_one_after_the_other(story):
    piece = part()
    first, second = put(piece, Q, 5), issue(piece, 1)
    step(second, "post")
    assert (first.doc_no, second.doc_no) == ("IN2503-0001", "OUT2503-0001")
    assert db.session.scalar(select(func.count(StockDoc.id))) == 2
