"""Many clients at one server over real HTTP: numbers, repeats, stale forms (R5; G12, G13, G14). Each prints its seed."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from extensions import db
from models.equipment import Part
from models.number import IssuedPaper
from models.service_request import ServiceRequest
from models.stock import StockDoc
from models.stock_enums import StockState
from services import stock, verification
from services.unit_of_work import unit_of_work
from tests.concurrency.test_last_part import documents, issued_by
from tests.rig.forms import typed
from tests.rig.server import Browser
from tests.rig.wsgi import FAULT

SEED = 20261125
PIECES = 400
CALL = {"reported_at": "2026-03-01T09:00", "channel": "phone", "request_type": "repair", "customer": "1", "site": "1",
        "contact_name": "某人", "contact_phone": "13900000001", "product_model": "1", "in_warranty": "yes", "act": "register"}


def sessions(server, count):
    """So many signed-in browsers; a session of one user may be open in many of them."""
    clerk = Browser(server.port).sign_in("service_clerk")
    clerk.get("/")  # from now on the cookie holds the secret of the forms
    return [Browser(server.port, clerk.cookies) for _ in range(count)]


def register(browser, symptom):
    """Register a call; the status and where it led. The same form is sent again when the database was busy for too long (503)."""
    data = {**CALL, **browser.form("/service-requests/add"), "symptom": symptom}
    for _attempt in range(5):
        status = browser.ask("POST", "/service-requests/add", data)
        if status != 503:
            break
    return status, browser.location


def register_many(server, *, clients, each, chance):
    """(answers, failures) of `clients` who each register `each` calls, one in ten of which comes to nothing."""
    answers, failures, gate = [], [], threading.Barrier(clients)
    plan = [[FAULT if chance.random() < 0.1 else "示值漂移" for _ in range(each)] for _ in range(clients)]

    def work(browser, symptoms):
        gate.wait(60)
        for symptom in symptoms:
            try:
                status, where = register(browser, symptom)
            except Exception as error:
                failures.append(repr(error))
                continue
            (answers if status == (422 if symptom == FAULT else 302) else failures).append((status, where))

    with ThreadPoolExecutor(clients) as pool:
        for job in [pool.submit(work, *pair) for pair in zip(sessions(server, clients), plan, strict=True)]:
            job.result(240)
    return answers, failures, sum(row.count("示值漂移") for row in plan)


def taken(app):
    """(running number, number) of the registered calls in the order in which they were written."""
    with app.app_context(), unit_of_work(write=False):
        query = select(IssuedPaper.seq, IssuedPaper.number).where(IssuedPaper.series == "service_request").order_by(IssuedPaper.id)
        numbers = [tuple(row) for row in db.session.execute(query)]
        held = set(db.session.scalars(select(ServiceRequest.request_no).where(ServiceRequest.request_no.is_not(None))))
        assert {number for _seq, number in numbers} == held, "a number without its call, or a call without its number"
        return numbers


def holds(app, answers, failures, expected):
    """What must be true of the numbers."""
    assert failures == []
    assert sum(status == 302 for status, _where in answers) == expected
    numbers = taken(app)
    assert [seq for seq, _number in numbers] == list(range(1, expected + 1)), "unique, gapless, in the order of the commits"
    assert len({where for status, where in answers if status == 302}) == expected


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("clients", "each"), [(25, 8), pytest.param(50, 22, marks=pytest.mark.long)])
def test_g12_numbers_have_no_gaps_although_one_document_in_ten_fails(filled, serve, clients, each):
    print("seed", SEED)
    holds(filled, *register_many(serve(), clients=clients, each=each, chance=random.Random(SEED)))


@pytest.mark.long
@pytest.mark.timeout(300)
def test_g12_bites_on_numbers_by_max_plus_one(filled, serve):
    with pytest.raises(AssertionError):
        holds(filled, *register_many(serve("naive"), clients=25, each=8, chance=random.Random(SEED)))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.long)])
def test_g20_g12_a_server_killed_in_the_middle_loses_nothing_it_acknowledged(filled, serve, kills):
    print("seed", SEED)
    server, chance, kept, over = serve(), random.Random(SEED), [], threading.Event()
    part_id, keys = documents(filled, pieces=PIECES, count=PIECES)
    keeper, issued = Browser(server.port).sign_in("warehouse"), []
    token = keeper.form(f"/stock-docs/show/{keys[0]}")["csrf_token"]

    def issue(mine):
        """Goods leave the store, too; what was not acknowledged is not asked for again."""
        browser = Browser(server.port, keeper.cookies)
        for key in mine:
            if over.is_set():
                return
            try:
                status, _page = issued_by(browser, token, key)
            except Exception:
                time.sleep(0.05)
                continue
            if status == 302:
                issued.append(key)

    def work(browser):
        while not over.is_set():
            try:
                status, where = register(browser, "示值漂移")
            except Exception:
                time.sleep(0.05)
                continue
            if status == 302:
                kept.append(where)

    threads = [threading.Thread(target=work, args=(browser,)) for browser in sessions(server, 14)]
    threads += [threading.Thread(target=issue, args=(keys[place::2],)) for place in range(2)]
    for thread in threads:
        thread.start()
    back = []
    for _turn in range(kills):
        time.sleep(chance.uniform(0.6, 1.6))
        server.kill()
        begun = time.monotonic()
        server.start()
        back.append(time.monotonic() - begun)
    time.sleep(1)
    over.set()
    for thread in threads:
        thread.join(60)
    numbers = taken(filled)
    assert [seq for seq, _number in numbers] == list(range(1, len(numbers) + 1))
    with filled.app_context(), unit_of_work(write=False):
        there = set(db.session.scalars(select(ServiceRequest.id)))
        assert verification.findings() == []
        gone = set(db.session.scalars(select(StockDoc.id).where(StockDoc.id.in_(keys), StockDoc.status == StockState.POSTED)))
        assert set(issued) <= gone, "an acknowledged issue is gone"
        assert stock.available(db.session.get(Part, part_id)) == PIECES - len(gone)
        assert stock.ledger_differences() == []
    assert kept
    assert issued
    assert max(back) <= 10, back
    assert {int(where.rpartition("/")[2]) for where in kept} <= there, "an acknowledged call is gone"


@pytest.mark.timeout(200)
def test_g14_one_form_sent_twenty_times_and_again_after_a_restart_is_one_record(filled, serve):
    server = serve()
    browsers = sessions(server, 20)
    with filled.app_context(), unit_of_work(write=False):
        before = db.session.scalar(select(func.count(ServiceRequest.id)))
    data = {**CALL, **browsers[0].form("/service-requests/add"), "symptom": "示值漂移", "reason": "quality"}
    gate = threading.Barrier(len(browsers))

    def send(browser):
        gate.wait(60)
        return browser.ask("POST", "/service-requests/add", data), browser.location

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(send, browsers))
    server.stop()
    server.start()
    answers += [(browser.ask("POST", "/service-requests/add", data), browser.location) for browser in browsers[:3]]
    assert {status for status, _where in answers} == {302}, answers
    assert len({where for _status, where in answers}) == 1, answers
    assert "/service-requests/show/" in answers[0][1]
    with filled.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(func.count(ServiceRequest.id))) == before + 1


# Two fields of each kind of record that any text (or this value) may stand in.
EDITED = {
    "/customers": ("short_name", "fax"), "/customer-contacts": ("post", "im"), "/customer-sites": ("name", "address"),
    "/equipment": ("batch_no", "project_no"), "/product-models": ("name", "registration_no"),
    "/product-categories": ("name", "responsible_department"), "/suppliers": ("contact", "policy_note"), "/parts": ("name", "spec"),
    "/part-prices": ("sale_price", "list_price"), "/staff": ("post", "phone"), "/departments": ("name_zh", "name_en"),
    "/regions": ("name", "account_manager"), "/service-requests": ("symptom", "contact_name"),
    "/work-orders": ("solution", "engineer_note"), "/follow-ups": ("opinion", "usage_state"),
    "/warehouses": ("name", "place"), "/stock-zones": ("name", "color"), "/sales-shipments": ("shipment_no", "remark"),
    "/sales-shipment-lines": ("batch_no", "serial_no"), "/returns": ("contact_name", "address"), "/stock-docs": ("source_no", "party"),
    "/defective-parts": ("symptom", "serial_no"), "/contact-logs": ("content", "answer"), "/fee-rates": ("note", "version"),
}
CHOSEN = {"/inspection-tasks"}  # nothing is typed there: who goes and in which phase are chosen
NUMBERS = {"sale_price", "list_price", "responsible_department", "account_manager", "phone"}
FULL = {"phone": "13900000009", "contact_phone": "13900000009", "mobile": "13900000008", "role": "lab_head", "address": "某路 1 号",
        "area_class": "urban", "serial_no": "S1", "valid_from": "2026-01-01", "sale_price": "1.00", "post": "某岗",
        "told_wait_minutes": "10", "site": "1", "product_model": "1", "in_warranty": "yes", "symptom": "示值漂移", "reason": "quality"}


def values(name, turn):
    return [f"{turn}1", f"{turn}2"] if name in NUMBERS - {"phone"} else [f"0571-555{turn:02d}1", f"0571-555{turn:02d}2"] \
        if name == "phone" else [f"甲{turn}", f"乙{turn}"]


def at_once(base, first, second, mine, theirs):
    """Two open the form of one record; then both send it at the same moment. (status, page, what was typed) of each."""
    pages = [browser.get(f"{base}/edit/1") for browser in (first, second)]
    gate = threading.Barrier(2)

    def send(browser, page, changes):
        shown = {name: value or FULL.get(name, "") for name, value in typed(page).items()}
        data = {**shown, **changes}
        gate.wait(60)
        status = browser.ask("POST", f"{base}/edit/1", data)
        return status, browser.body.decode(), changes

    with ThreadPoolExecutor(2) as pool:
        return [job.result(60) for job in (pool.submit(send, first, pages[0], mine), pool.submit(send, second, pages[1], theirs))]


def pairs(app, server, bases, rounds, *, chance):
    """Stale pairs over these kinds of records: on the same field and on different ones."""
    wrong, clients = [], {who: [Browser(server.port).sign_in(who), Browser(server.port).sign_in(who)] for who in (
        "admin", "service_manager", "warehouse")}
    who = {"/staff": "admin", "/departments": "admin", "/regions": "admin", "/suppliers": "admin", "/part-prices": "service_manager",
           "/parts": "warehouse", "/stock-docs": "warehouse", "/defective-parts": "warehouse"}
    for base in bases:
        one, other = EDITED[base]
        first, second = clients[who.get(base, "service_manager")]
        page = typed(first.get(f"{base}/edit/1"))
        status = first.ask("POST", f"{base}/edit/1", {name: value or FULL.get(name, "") for name, value in page.items()})
        if status != 302:
            wrong.append((base, "as it stands", status, first.body.decode()[-1500:]))
            continue
        for turn in range(1, rounds + 1):
            start = chance.randrange(1, 10) if one in NUMBERS else turn + chance.randrange(1000) * 10
            mine, theirs = values(one, start)
            if base in {"/product-categories", "/regions"}:
                mine, theirs = f"甲{base}{start}", f"乙{base}{start}"
            answers = at_once(base, first, second, {one: mine}, {one: theirs})
            if sorted(status for status, *_rest in answers) != [302, 422]:
                wrong.append((base, "same field", [status for status, *_rest in answers]))
            for status, text, changes in answers:
                if status == 422 and typed(text).get(one) != changes[one]:
                    wrong.append((base, "typing is lost", changes, typed(text).get(one)))
            stored = next(changes for status, _text, changes in answers if status == 302)[one] if any(
                status == 302 for status, *_rest in answers) else None
            if stored is not None and typed(first.get(f"{base}/edit/1")).get(one, "").replace(".00", "") != stored:
                wrong.append((base, "not what the one saved wrote", stored))
            mine, theirs = values(one, turn + 20)[0], values(other, turn % 9 if other in NUMBERS - {"phone"} else turn + 20)[1]
            if other in ("responsible_department", "account_manager"):
                theirs = str(turn % 5 + 1)
            answers = at_once(base, first, second, {one: mine}, {other: theirs})
            after = typed(first.get(f"{base}/edit/1"))
            if {status for status, *_rest in answers} != {302} or (after[one].replace(".00", ""), after[other].replace(".00", "")) != (
                    mine, theirs):
                wrong.append((base, "different fields", [status for status, *_rest in answers], after[one], after[other], mine, theirs))
    return wrong


def test_g13_speaks_of_every_form_that_changes_a_record(app):
    edited = {str(rule).removesuffix("/edit/<int:pk>") for rule in app.url_map.iter_rules()
              if str(rule).endswith("/edit/<int:pk>") and not str(rule).startswith(("/admin/", "/accounts/"))}
    assert edited == set(EDITED) | CHOSEN


@pytest.mark.timeout(300)
def test_g13_of_two_stale_forms_one_is_saved_and_one_is_told(filled, serve):
    print("seed", SEED)
    chance = random.Random(SEED)
    assert pairs(filled, serve(), chance.sample(sorted(EDITED), 5), 1, chance=chance) == []


@pytest.mark.long
@pytest.mark.timeout(600)
def test_g13_over_every_kind_of_record(filled, serve):
    print("seed", SEED)
    assert pairs(filled, serve(), sorted(EDITED), 7, chance=random.Random(SEED)) == []
