"""A hundred issues of the last piece at the same moment: one gets it, ninety-nine a clear refusal, and nothing is left (G11; B-127)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from extensions import db
from models.equipment import Part
from models.stock import StockDoc, StockDocLine, StockMovement, StockZone
from models.stock_enums import InspectResult, StockKind, StockState, ZoneKind
from services import clock, stock, stock_docs
from services.errors import DomainError
from services.unit_of_work import retrying, unit_of_work
from tests.rig.server import Browser

THREADS, EACH = 2, 50


def zone(kind):
    return db.session.scalars(select(StockZone).where(StockZone.kind == kind).order_by(StockZone.id)).first()


def user(name):
    return db.session.scalar(select(User).where(User.username == name))


def documents(app, *, pieces=1, count=THREADS * EACH):
    """One piece on hand, or so many, and a document for each who wants one."""
    with app.app_context(), unit_of_work():
        piece = Part(part_no=f"P-{clock.now():%H%M%S%f}", name="末件", unit="只")
        db.session.add(piece)
        db.session.flush()
        came = StockDoc(kind=StockKind.SURPLUS, layout="stock_in", created_by_id=user("warehouse").id, approved_by_id=user("admin").id)
        came.lines = [StockDocLine(part=piece, qty=Decimal(pieces), zone_from=zone(ZoneKind.ADJUSTMENT), zone_to=zone(ZoneKind.QUALIFIED),
                                   inspect_result=InspectResult.PENDING)]
        db.session.add(came)
        db.session.flush()
        stock_docs.post(came, by=user("warehouse"), now=clock.now())
        made = [StockDoc(kind=StockKind.SALE, layout="stock_out", created_by_id=user("warehouse").id) for _place in range(count)]
        for doc in made:
            doc.lines = [StockDocLine(part=piece, qty=Decimal(1), zone_from=zone(ZoneKind.QUALIFIED), zone_to=zone(ZoneKind.CUSTOMER),
                                      inspect_result=InspectResult.PENDING)]
        db.session.add_all(made)
        db.session.flush()
        return piece.id, [doc.id for doc in made]


@pytest.mark.timeout(200)
def test_g11_of_a_hundred_issues_of_the_last_piece_exactly_one_succeeds(app):
    part_id, keys = documents(app)
    answers, gate = [], threading.Barrier(THREADS)

    def issue(key):
        def attempt():
            with app.app_context(), unit_of_work():
                stock_docs.post(db.session.get(StockDoc, key), by=user("warehouse"), now=clock.now())
        try:
            retrying(attempt)
            answers.append("issued")
        except DomainError as refusal:
            answers.append(refusal.rule)

    def work(mine):
        gate.wait()
        for key in mine:
            issue(key)

    threads = [threading.Thread(target=work, args=(keys[place::THREADS],)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(150)
    assert sorted(answers) == ["B-127"] * (THREADS * EACH - 1) + ["issued"]
    with app.app_context(), unit_of_work(write=False):
        assert stock.available(db.session.get(Part, part_id)) == 0
        assert stock.ledger_differences() == []
        assert db.session.scalar(select(func.count(StockDoc.id)).where(StockDoc.status == StockState.POSTED)) == 2
        numbers = db.session.scalars(select(StockDoc.doc_no).where(StockDoc.doc_no.is_not(None), StockDoc.layout == "stock_out")).all()
        assert [number[-4:] for number in numbers] == ["0001"]
        assert db.session.scalar(select(func.count(StockMovement.id))) == 2


def issued_by(browser, token, key):
    """Post a document as the button does; the status and the sentence shown. Sent again while the database is busy (503)."""
    for _attempt in range(10):
        status = browser.ask("POST", f"/stock-docs/{key}/do/post", {"csrf_token": token})
        if status != 503:
            break
    return status, browser.body.decode()


@pytest.mark.timeout(500)
@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.long)])
def test_g11_over_http_of_two_times_fifty_at_once_one_gets_the_last_piece(filled, serve, rounds):
    server = serve()
    keeper = Browser(server.port).sign_in("warehouse")
    for _round in range(rounds):
        part_id, keys = documents(filled)
        token = keeper.form(f"/stock-docs/show/{keys[0]}")["csrf_token"]
        gate = threading.Barrier(50)

        def work(mine, gate=gate, token=token):
            browser = Browser(server.port, keeper.cookies)
            gate.wait(60)
            return [issued_by(browser, token, key) for key in mine]

        with ThreadPoolExecutor(50) as pool:
            found = [answer for answers in pool.map(work, (keys[place::50] for place in range(50))) for answer in answers]
        assert sorted(status for status, _page in found) == [302] + [422] * 99
        assert all("末件" in page for status, page in found if status == 422), "each is told which part is missing"
        with filled.app_context(), unit_of_work(write=False):
            assert stock.available(db.session.get(Part, part_id)) == 0
            assert stock.ledger_differences() == []
            posted = select(func.count(StockDoc.id)).where(StockDoc.id.in_(keys), StockDoc.status == StockState.POSTED)
            assert db.session.scalar(posted) == 1
