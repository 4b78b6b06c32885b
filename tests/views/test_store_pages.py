"""The pages of the store: the desk that scans, who owes what, documents step by step, and what nobody may type (B-052, B-112, B-116)."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.equipment import Part
from models.organisation import Region, Staff
from models.paper import PAPERS
from models.returns import ReturnLine, ReturnOrder
from models.stock import StockBalance, StockDoc, StockDocLine, StockZone
from models.stock_enums import InspectResult, LineState, StockKind, StockState, ZoneKind
from services import clock
from services.unit_of_work import unit_of_work
from tests.rig import world
from tests.rig.forms import typed
from tests.rig.queries import counted

DESK = "/returns/receiving/desk"


@pytest.fixture
def coming(app):
    """An owed part O-1, and an agreed return of 20 pieces of batch B1."""
    with app.app_context(), unit_of_work():
        engineer = db.session.scalar(select(Staff).where(Staff.is_engineer).order_by(Staff.id))
        customer = Customer(code="C1", name="临江检验所", region=db.session.scalar(select(Region)))
        piece = Part(part_no="PN-1", name="加样针", unit="只")
        db.session.add_all([customer, piece])
        db.session.flush()
        order = ReturnOrder(customer=customer, status="approved", return_no="RT2503-0001", reason="quality")
        order.lines = [ReturnLine(part=piece, batch_no="B1", qty=Decimal(20), customer=customer, line_type="sales_return")]
        db.session.add_all([order, ReturnLine(part=piece, serial_no="O-1", qty=Decimal(1), line_type="replaced", owed_by=engineer,
                                              customer=customer, due_at=clock.now())])
    return app


def line(app, mark):
    with app.app_context(), unit_of_work(write=False):
        found = db.session.scalar(select(ReturnLine).where((ReturnLine.serial_no == mark) | (ReturnLine.batch_no == mark)))
        return found.status, found.received_qty


def scan(client, **data):
    client.get(DESK)
    return client.post(DESK, data)


def test_b116_a_scan_receives_the_line_into_the_yellow_zone_and_f4_takes_it_back(coming, as_role):
    client = as_role("warehouse")
    answer = scan(client, code="O-1")
    assert answer.status_code == 200
    assert re.search(r'<input[^>]*name="code"[^>]*autofocus', answer.text)
    assert line(coming, "O-1") == (LineState.IN_ZONE, 1)
    with coming.app_context(), unit_of_work(write=False):
        kinds = db.session.scalars(select(StockZone.kind).join(StockBalance, StockBalance.zone_id == StockZone.id)).all()
        assert kinds == [ZoneKind.RETURNED]
    assert scan(client, act="undo").status_code == 200
    assert line(coming, "O-1") == (LineState.EXPECTED, None)
    assert scan(client, act="undo").status_code == 422


@pytest.mark.parametrize(("data", "why"), [
    ({"code": "NO-SUCH"}, "不在待收清单内"), ({"code": ""}, "请扫描"), ({"code": "B1", "qty": "21"}, "超过申请数量"),
    ({"code": "B1", "qty": "x"}, "请输入数字"), ({"code": "B1", "qty": "-1"}, ""), ({"code": "B1", "qty": "NaN"}, ""),
    ({"code": "<script>alert(1)</script>"}, "不在待收清单内")])
def test_what_is_not_expected_is_told_and_nothing_is_received(coming, as_role, data, why):
    answer = scan(as_role("warehouse"), **data)
    assert answer.status_code == 422
    assert why in answer.text
    assert "<script>alert" not in answer.text
    assert line(coming, "B1") == (LineState.EXPECTED, None)


def test_fewer_pieces_than_applied_for_are_received_as_they_came(coming, as_role):
    answer = scan(as_role("warehouse"), code="B1", qty="18")
    assert (answer.status_code, line(coming, "B1")) == (200, (LineState.IN_ZONE, 18))
    assert "少 2" in answer.text


def test_b052_everybody_is_told_who_owes_what_and_an_engineer_sees_his_own(coming, as_role):
    assert "O-1" in as_role("warehouse").get("/returns/owed/").text
    assert "O-1" in as_role("service_engineer").get("/returns/owed/").text
    assert "O-1" not in as_role("engineer2").get("/returns/owed/").text


def test_b110_an_engineer_says_that_he_is_back(coming, as_role):
    client = as_role("service_engineer")
    client.get("/returns/owed/")
    assert client.post("/returns/owed/back").status_code == 302
    with coming.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(ReturnLine.due_at).where(ReturnLine.serial_no == "O-1")) > clock.now()


def test_b112_no_page_types_a_balance_or_a_movement(app, as_role):
    client = as_role("warehouse")
    for base in ("/stock", "/stock-moves"):
        assert client.get(f"{base}/add").status_code == 404
        assert client.get(f"{base}/edit/1").status_code == 404


def document(app):
    with app.app_context(), unit_of_work():
        piece = Part(part_no="PN-2", name="密封圈", unit="只")
        db.session.add(piece)
        db.session.flush()
        zones = {kind: db.session.scalars(select(StockZone).where(StockZone.kind == kind)).first() for kind in ZoneKind}
        doc = StockDoc(kind=StockKind.PURCHASE_IN, layout="stock_in")
        doc.lines = [StockDocLine(part=piece, qty=Decimal(3), zone_from=zones[ZoneKind.SUPPLIER], zone_to=zones[ZoneKind.TO_INSPECT],
                                  inspect_result=InspectResult.PENDING)]
        db.session.add(doc)
        db.session.flush()
        return doc.id, doc.lines[0].id


def test_wf07_a_purchase_goes_through_three_hands_on_its_page(app, as_role):
    key, line_id = document(app)
    keeper, quality, base = as_role("warehouse"), as_role("quality"), f"/stock-docs/{key}/do"
    keeper.get(f"/stock-docs/show/{key}")
    assert keeper.post(f"{base}/submit").status_code == 302
    assert keeper.get(f"{base}/inspect").status_code == 403
    marks = quality.form(f"{base}/inspect")
    assert quality.post(f"{base}/inspect", {**marks, f"line{line_id}": "ok"}).status_code == 302
    keeper.get(f"/stock-docs/show/{key}")
    assert keeper.post(f"{base}/post").status_code == 302
    page = keeper.get(f"/stock-docs/show/{key}").text
    assert "已过账" in page
    assert "IN" in page
    with app.app_context(), unit_of_work(write=False):
        assert db.session.get(StockDoc, key).status == StockState.POSTED
        assert db.session.scalar(select(StockBalance.on_hand).where(StockBalance.on_hand > 0)) == 3


def test_who_may_only_create_writes_the_lines_of_his_own_draft_and_of_no_other(app, as_role):
    key, _line = document(app)
    engineer = as_role("service_engineer")
    assert engineer.post(f"/records/stock_in/{key}", {}).status_code == 403
    marks = engineer.form("/stock-docs/add")
    made = engineer.post("/stock-docs/add", {**marks, "kind": "repair_use"})
    own = made.headers["Location"].rsplit("/", 1)[1]
    sheet = engineer.get(f"/records/stock_issue/{own}")
    assert 'name="line-lines-0-part"' in sheet.text or "line-lines-0-part" in sheet.text


@pytest.mark.parametrize("url", ["/stock/list/", "/stock-docs/list/", "/stock-moves/list/", "/returns/list/", "/returns/owed/", DESK,
                                 "/defective-parts/list/"])
def test_the_pages_ask_the_database_at_most_twenty_times(coming, as_role, url):
    client = as_role("warehouse")
    client.get(url)
    with counted() as asked:
        assert client.get(url).status_code == 200
    assert len(asked) <= 20


@pytest.mark.parametrize(("status", "kind", "label"), [("posted", "sale", "冲销"), ("posted", "transfer", "冲销")])
def test_undoing_is_never_the_main_step_of_a_page(app, as_role, status, kind, label):
    with app.app_context(), unit_of_work():
        db.session.add(StockDoc(kind=kind, layout="stock_out", status=status))
    page = as_role("warehouse").get("/stock-docs/show/1").text
    assert label in page
    assert "btn primary" not in page.split('class="do"')[1].split("</div>")[0]


def test_each_cell_of_a_stock_sheet_with_lines_can_be_signed(app, as_role):
    with app.app_context(), unit_of_work():
        piece = Part(part_no="P-1", name="主板", unit="块")
        db.session.add(piece)
        db.session.flush()
        for layout, kind in (("stock_in", "purchase_in"), ("stock_out", "sale"), ("stock_move", "transfer"), ("stock_issue", "repair_use")):
            doc = StockDoc(kind=kind, layout=layout)
            doc.lines = [StockDocLine(part=piece, qty=Decimal(5))]
            db.session.add(doc)
            db.session.flush()
    wrong = []
    for place, code in enumerate(("stock_in", "stock_out", "stock_move", "stock_issue"), start=1):
        for slot in PAPERS[code][1].slots:
            answer = as_role("admin").get(f"/records/{code}/{place}/sign/{slot.name}")
            if answer.status_code != 200 or "主板 × 5" not in answer.text:
                wrong.append((code, slot.name, answer.status_code))
    assert wrong == []


def test_b052_a_part_number_that_several_owe_is_not_guessed(app, as_role):
    with app.app_context(), unit_of_work():
        piece = Part(part_no="BA-002", name="电池", unit="块")
        db.session.add(piece)
        for person in db.session.scalars(select(Staff).where(Staff.is_engineer).order_by(Staff.id).limit(2)):
            db.session.add(ReturnLine(line_type="replaced", part=piece, qty=Decimal(1), owed_by=person))
    client = as_role("warehouse")
    answer = client.post(DESK, {"code": "BA-002", "qty": ""})
    assert "多人待返" in answer.text
    with app.app_context(), unit_of_work(write=False):
        assert {line.status for line in db.session.scalars(select(ReturnLine))} == {LineState.EXPECTED}


def test_what_a_record_refers_to_may_stay_although_one_may_not_know_of_it(app, as_role):
    world.fill(app)
    client = as_role("warehouse")
    page = typed(client.get("/defective-parts/edit/1").text)
    assert client.get("/customers/show/1").status_code == 404, "a customer without parts is not for the store"
    assert client.post("/defective-parts/edit/1", {**page, "symptom": "烧毁"}).status_code == 302
    with app.app_context(), unit_of_work():
        db.session.add(Customer(code="C2", name="另一家", region_id=1))
    page = typed(client.get("/defective-parts/edit/1").text)
    assert client.post("/defective-parts/edit/1", {**page, "customer": "2"}).status_code == 422
