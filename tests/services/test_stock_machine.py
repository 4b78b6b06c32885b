"""Random operations of the store against a model of a few lines (G16): equal after each, never negative, a serial number in one place,
and nothing leaves quarantine without the word of quality."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from extensions import db
from models.stock import StockBalance, StockDoc, StockMovement
from models.stock_enums import InspectResult, StockState, Track, ZoneKind
from services import clock, stock, stock_docs
from services.errors import DomainError
from tests.services.stock_world import document, line_of, part, report, user, zone
from tests.services.test_stock_moves import RESULTS, WAYS, allowed

OUTSIDE = {"supplier", "customer", "adjustment"}
KINDS = st.sampled_from([kind.value for kind in ZoneKind])
# Goods that come in often, so that there is something to move.
LIKELY = st.one_of(st.sampled_from([("supplier", "to_inspect"), ("customer", "returned"), ("to_inspect", "qualified"),
                                    ("returned", "qualified"), ("qualified", "engineer"), ("engineer", "customer"),
                                    ("qualified", "customer"),
                                    ("returned", "nonconforming"), ("nonconforming", "scrapped"), ("adjustment", "qualified")]),
                   st.tuples(KINDS, KINDS))
WHAT = st.sampled_from([("plain", ""), ("plain", ""), ("batch", "B1"), ("batch", "B2"), ("serial", "S1"), ("serial", "S2")])


def machine_on(parts):
    class Store(RuleBasedStateMachine):
        """Each rule does one thing through the services and in the model, and both must say the same."""

        posted = Bundle("posted")

        def __init__(self):
            super().__init__()
            self.save, self.model, self.moves = db.session.begin_nested(), {}, []

        def teardown(self):
            self.save.rollback()

        # --- the model

        def has(self, zone_kind, what):
            return self.model.get((zone_kind, what), 0)

        def take(self, zone_kind, what, qty):
            if zone_kind in OUTSIDE:
                return True
            if self.has(zone_kind, what) < qty:
                return False
            self.model[(zone_kind, what)] -= qty
            return True

        def put(self, zone_kind, what, qty):
            if zone_kind in OUTSIDE:
                return True
            if what[0] == "serial" and any(count for (_zone, other), count in self.model.items() if other == what):
                return False
            self.model[(zone_kind, what)] = self.has(zone_kind, what) + qty
            return True

        def both(self, source, target, what, qty):
            before = dict(self.model)
            if self.take(source, what, qty) and self.put(target, what, qty):
                return True
            self.model = before
            return False

        # --- the rules

        @rule(target=posted, pair=LIKELY, what=WHAT, qty=st.integers(1, 4), result=st.sampled_from(RESULTS), approved=st.booleans(),
              confirmed=st.booleans())
        def move(self, *, pair, what, qty, result, approved, confirmed):
            qty = 1 if what[0] == "serial" else qty
            trial, doc = db.session.begin_nested(), document()
            marks = {"batch": {"batch_no": what[1]}, "serial": {"serial_no": what[1]}}.get(what[0], {})
            line = line_of(doc, parts[what[0]], qty, zone(pair[0]), zone(pair[1]), inspect_result=InspectResult(result),
                           quality_by_id=user("quality").id if confirmed else None, **marks)
            if approved:
                doc.approved_by_id = user("service_manager").id
                if pair[1] in WAYS:
                    line.ncr_id = report(parts[what[0]], WAYS[pair[1]], 999, **marks).id
                db.session.flush()
            try:
                stock.move(line, zone(pair[0]), zone(pair[1]), by=user("warehouse"), now=clock.now())
            except DomainError:
                trial.rollback()
                may = pair[0] != pair[1] and allowed(pair, result, approved, confirmed)
                assert not (may and self.both(*pair, what, qty)), (pair, what, qty)
                return None
            trial.commit()
            assert pair[0] != pair[1]
            assert allowed(pair, result, approved, confirmed)
            assert self.both(*pair, what, qty), (pair, what, qty)
            doc.status = StockState.POSTED
            db.session.flush()
            self.moves.append([doc.id, *pair, what, qty, False])
            return len(self.moves) - 1

        @rule(place=posted)
        def reverse(self, place):
            if place is None:
                return
            key, source, target, what, qty, undone = self.moves[place]
            later = what[0] == "serial" and any(other[3] == what and not other[5] for other in self.moves[place + 1:])
            trial = db.session.begin_nested()
            try:
                stock_docs.reverse(db.session.get(StockDoc, key), by=user("warehouse"), now=clock.now(), reason="试")
            except DomainError:
                trial.rollback()
                assert undone or later or not self.both(target, source, what, qty)
                return
            trial.commit()
            assert not undone
            assert not later
            assert self.both(target, source, what, qty)
            self.moves[place][5] = True

        @invariant()
        def equal(self):
            kept = {}
            for row in db.session.execute(select(StockBalance.part_id, StockBalance.zone_id, StockBalance.batch_no, StockBalance.serial_no,
                                                 StockBalance.on_hand)):
                name = next(name for name, piece in parts.items() if piece.id == row[0])
                kind = next(kind.value for kind in ZoneKind if zone(kind).id == row[1])
                assert row[4] >= 0
                kept[(kind, (name, row[2] or row[3]))] = row[4]
            model = {key: Decimal(count) for key, count in self.model.items() if count}
            assert model == {key: count for key, count in kept.items() if count}
            assert stock.ledger_differences() == []

        @invariant()
        def quarantine_holds(self):
            yellow = [zone(kind).id for kind in ("returned", "to_inspect")]
            for row in db.session.scalars(select(StockMovement).where(StockMovement.zone_from_id.in_(yellow),
                                                                      StockMovement.reversal_of_id.is_(None))):
                if row.zone_to.kind in ("qualified", "nonconforming"):
                    assert row.line.inspect_result in ("ok", "bad", "exempt")

    return Store


def run(examples, steps):
    parts = {"plain": part("P-1"), "batch": part("P-2", Track.BATCH), "serial": part("P-3", Track.SERIAL)}
    for kind in ZoneKind:
        zone(kind)
    run_state_machine_as_test(machine_on(parts), settings=settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck)))


def test_g16_random_operations_leave_ledger_and_model_equal(story):
    run(20, 30)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_g16_ten_thousand_random_operations(story):
    run(200, 50)
