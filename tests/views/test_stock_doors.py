"""The table of moves holds at every door: the button of the page and the API post exactly what the service would (WF-07)."""

from __future__ import annotations

import itertools

import pytest

from extensions import db
from models.stock_enums import InspectResult, StockKind, ZoneKind
from services import stock_docs
from services.unit_of_work import unit_of_work
from tests.services.stock_world import document, line_of, part, put, report, user, zone
from tests.services.test_stock_moves import WAYS, allowed, twin
from tests.views.test_api import Program

RESULTS = ("pending", "ok", "bad", "doubtful")
KINDS = [kind.value for kind in ZoneKind]


def way(source, target):
    """(kind of document, step that moves it) for a pair; a transfer, which then refuses it, where no kind is meant for it."""
    ends = ZoneKind(source), ZoneKind(target)
    for kind in (StockKind.TRANSFER, *(kind for kind in stock_docs.KINDS if kind != StockKind.REPAIR_USE)):
        meant = stock_docs.KINDS[kind]
        if meant.moves and ends[0] in meant.sources and ends[1] in meant.targets:
            return kind, "submit" if meant.inspects else "post"
    return StockKind.TRANSFER, "post"


def documents(app, source):
    """(document, step, target, result, approved) of every move out of a zone; toward the nonconforming the approval is quality's."""
    made = []
    with app.app_context(), unit_of_work():
        piece, here = part(), zone(ZoneKind(source))
        if source not in ("supplier", "customer", "adjustment", "custody"):
            put(piece, ZoneKind(source), 500)
        for target in KINDS:
            kind, step = way(source, target)
            there = twin(ZoneKind(target)) if target == source else zone(ZoneKind(target))
            for result, approved in itertools.product(RESULTS, (False, True)):
                doc = document(kind)
                line = line_of(doc, piece, 1, here, there, inspect_result=InspectResult(result),
                               quality_by_id=user("quality").id if approved else None)
                if approved:
                    doc.approved_by_id = user("service_manager").id
                    if target in WAYS:
                        line.ncr_id = report(piece, WAYS[target]).id
                db.session.flush()
                made.append((doc.id, step, target, result, approved))
    return made


def by_page(app, as_role):
    client = as_role("warehouse")
    return lambda key, step: client.post(f"/stock-docs/{key}/do/{step}", {}).status_code == 302


def by_program(app, _as_role):
    program = Program(app, "warehouse")
    return lambda key, step: program.post(f"stock-docs/{key}/do/{step}", {}).status_code == 200


def everything(app, as_role, source, door):
    post = door(app, as_role)
    return [(source, target, result, approved) for key, step, target, result, approved in documents(app, source)
            if post(key, step) != allowed((source, target), result, approved, approved)]


@pytest.mark.parametrize(("source", "door"), [("returned", by_page), ("qualified", by_program)])
def test_page_and_program_move_exactly_what_the_table_allows(app, as_role, source, door):
    assert everything(app, as_role, source, door) == []


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("door", [by_page, by_program])
@pytest.mark.parametrize("source", KINDS)
def test_every_pair_by_page_and_by_program(app, as_role, source, door):
    assert everything(app, as_role, source, door) == []
