"""What holds for every answer and every address: safety headers, nothing changed by reading, nothing taken without a token."""

from __future__ import annotations

import random

import pytest
from flask import Response
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import insert

from extensions import csrf
from models.account import Notification
from models.setting import Setting
from services import clock, unit_of_work
from tests.contract.access_cells import is_whole
from tests.contract.data_policy import ROLES
from tests.rig import world
from tests.rig.client import Client
from tests.rig.crawl import WRITING, addresses, one_of_each_area

SEED, SAMPLE = 20261125, 500
HEADERS = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
           "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"}


@pytest.fixture
def filled(app):
    """The small world."""
    world.fill(app)
    return app


def sampled(app, cells, place=0):
    """All cells on SQLite and in the long tier; on PostgreSQL each role's share of five hundred."""
    if is_whole(app):
        return cells
    return random.Random(SEED + place).sample(cells, min(len(cells), SAMPLE // len(ROLES)))


# All addresses; of papers, one of each area here and all of them in the long run.
FEW_AND_ALL = pytest.mark.parametrize("papers", [pytest.param(one_of_each_area(), id="few"),
                                                 pytest.param(None, id="all", marks=pytest.mark.long)])


# --- G39

def lacking(answer):
    """Safety headers an answer lacks."""
    return sorted(name for name, words in HEADERS.items() if words not in answer.headers.get(name, ""))


@pytest.mark.rebuilds
def test_g39_every_answer_carries_its_safety_headers(filled):
    @filled.get("/fails")
    def fails():
        raise RuntimeError("a secret of the inside")

    clerk, stranger, wrong = Client(filled).sign_in("service_clerk"), Client(filled), {}
    large = {"data": b"x" * (25 * 2**20 + 1), "content_type": "application/x-www-form-urlencoded"}
    answers = {
        "500": clerk.get("/fails"), "404": clerk.get("/nowhere"), "404 of a stranger": stranger.get("/nowhere"),
        "405": clerk.http.delete("/"), "400": clerk.get("/customers/list/?page=x"),
        "400 without token": clerk.http.post("/customers/add"), "403": clerk.get("/accounts/"),
        "302": stranger.get("/customers/list/"), "413": clerk.http.post("/customers/add", **large),
        "static": stranger.get("/static/app.css"), "no static": stranger.get("/static/nothing.css"), "log-in": stranger.get("/login/"),
        "health": stranger.get("/healthz"), "options": stranger.http.options("/login/"),
        "422": clerk.post("/customers/add", {"name": "x"}), "file": clerk.get("/customers/export/csv"),
        "JSON": clerk.get("/customers/lookup/region"), "PDF": clerk.get("/records/repair_slip_3/blank.pdf"),
        "API": clerk.get("/api/v1/menu/"), "API of nobody": stranger.get("/api/v1/menu/"),
        "API without address": stranger.get("/api/v1/nothing")}
    for name, answer in answers.items():
        if name.split()[0].isdigit() and answer.status_code != int(name.split()[0]):
            wrong[name] = answer.status_code
        if lacking(answer):
            wrong[name] = lacking(answer)
    assert wrong == {}
    assert "secret of the inside" not in answers["500"].text


@FEW_AND_ALL
def test_g39_holds_for_every_address(filled, papers):
    client, wrong = Client(filled).sign_in("admin"), []
    for _method, url in sampled(filled, addresses(filled, {"GET"}, papers)):
        answer = client.get(url)
        if lacking(answer) or answer.status_code >= 500:
            wrong.append((url, answer.status_code, lacking(answer)))
    assert wrong == []


def test_g39_bites():
    assert lacking(Response("bare")) == sorted(HEADERS)
    assert lacking(Response("", headers={**HEADERS, "Content-Security-Policy": "default-src *"})) == ["Content-Security-Policy"]


# --- G40

def changed_by_reading(app, role, cells):
    """Tables that differ after a role read these addresses; one by one when there are any."""
    client = Client(app).sign_in(role)
    before = world.fingerprint(app)
    for _method, url in cells:
        assert client.get(url).status_code < 500, url
    found = world.changed(before, world.fingerprint(app))
    if not found:
        return []
    guilty = []
    for _method, url in cells:
        before = world.fingerprint(app)
        client.get(url)
        tables = world.changed(before, world.fingerprint(app))
        guilty += [(url, tables)] if tables else []
    return guilty or [("together", found)]


@FEW_AND_ALL
@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_g40_nothing_is_changed_by_reading(filled, place, papers):
    cells = sampled(filled, addresses(filled, {"GET"}, papers), place)
    assert changed_by_reading(filled, ROLES[place], cells) == []


@pytest.mark.rebuilds
def test_g40_bites_on_a_page_that_writes_past_the_unit(filled):
    @filled.get("/counts")
    def counts():
        unit_of_work.aside(lambda session: session.execute(insert(Notification).values(
            user_id=session.query(User.id).first()[0], at=clock.now(), text="x", urgent=False)))
        return "counted"

    assert changed_by_reading(filled, "admin", [("GET", "/counts"), ("GET", "/")]) == [("/counts", ["notification"])]


def taken_without_token(app, cells):
    """Writing addresses that answer anything but 400 without a token, and the tables that changed."""
    client, wrong = Client(app).sign_in("service_manager"), []
    admin = Client(app).sign_in("admin")
    before = world.fingerprint(app)
    for method, url in cells:
        for who in (client, admin):
            for kw in ({"data": {"name": "x", "reason": "x"}}, {"json": {"name": "x"}}):
                answer = who.http.open(url, method=method, **kw)
                if answer.status_code not in (400, 401):
                    wrong.append((method, url, answer.status_code))
    return wrong + world.changed(before, world.fingerprint(app))


def test_g40_nothing_is_taken_without_a_token(filled):
    cells = addresses(filled, WRITING)
    assert len(cells) > 100
    assert taken_without_token(filled, sampled(filled, cells)) == []


@pytest.mark.rebuilds
def test_g40_bites_on_a_form_without_forgery_protection(filled):
    @filled.post("/open")
    @csrf.exempt
    def open_door():
        from extensions import db

        db.session.add(Setting(key=f"x{clock.now().timestamp()}", value="x", type="text", default="x", group="x", label_zh="x"))
        return "taken"

    wrong = taken_without_token(filled, [("POST", "/open")])
    assert ("POST", "/open", 200) in wrong
    assert "setting" in wrong
    csrf._exempt_views.discard(f"{open_door.__module__}.{open_door.__name__}")
