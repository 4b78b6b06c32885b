"""Nonsense at every address of the API: refused in words, never a 5xx, never a change (G3, G5)."""

from __future__ import annotations

import json
import random

import pytest
from sqlalchemy import func, inspect, select

from extensions import db
from models.audit_log import AuditLog
from models.customer import Customer
from models.organisation import Region
from services.unit_of_work import unit_of_work
from views.api import AppModelApi

SEED = 20261125
ROUNDS = 12
VALUES = [None, True, False, 0, -1, 1, 2**31, 2**63, 10**40, 1.5, "", " ", "x", "1", "0", "-1", "1e400", "2026-02-30",
          "0001-01-01T00:00:00",
          "9999-12-31T23:59:59-12:00", "2026-01-01T00:00:00+99:99", "NaN", "Infinity", "١٢", "\u202e反", "𝟙", "'; DROP TABLE customer;--",
          "x" * 5_001,
          [], [1], {}, {"id": 1}, {"id": "1"}, {"id": None}, {"id": 10**12}, [[[]]], {"a": {"b": {}}}, "a\u0000b", "\ud800", "\ufffe"]
HEADERS = ["good-key-0001", "k", "x" * 65, "käse-käse", "a b c d e f g h"]


def doors(app):
    return [view for view in app.appbuilder.baseviews if isinstance(view, AppModelApi)]


@pytest.fixture
def manager(app, as_role):
    with app.app_context(), unit_of_work():
        db.session.add(Customer(code="C00001", name="澄江仪器研究所", region=db.session.scalar(select(Region))))
    return as_role("service_manager")


def changes(app):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(func.count(AuditLog.id)))


def test_nonsense_gets_words_and_no_5xx(app, manager):
    dice, wrong, tried = random.Random(SEED), [], 0
    for door in doors(app):
        with app.test_request_context("/"), unit_of_work(write=False):
            columns = [*inspect(door.model).columns.keys(), *inspect(door.model).relationships.keys(), "lock_version", "lines", "x"]
        for _ in range(ROUNDS):
            body = {dice.choice(columns): dice.choice(VALUES) for _ in range(dice.randint(0, 4))}
            body |= {"lock_version": dice.choice([1, 1, 1, *VALUES])} if dice.random() < 0.7 else {}
            path = f"{door.route_base}/" + dice.choice(["", "1", "1", "99999", "2147483648", "1/do/dispatch", "1/do/contact", "1/do/cancel",
                                                            "1/do/x"])
            method = dice.choice(["POST", "PUT", "PATCH", "GET"])
            headers = {"X-CSRFToken": manager.token} | ({"Idempotency-Key": dice.choice(HEADERS)} if dice.random() < 0.2 else {})
            word = dice.choice(["filters", "page", "page_size", "columns", "order_column", "search", "y"])
            asked = {"q": json.dumps({word: dice.choice(VALUES)})}
            answer = manager.http.open(path, method=method, json=None if method == "GET" else body, headers=headers,
                                       query_string=asked if method == "GET" else None)
            tried += 1
            words = answer.get_json()
            if answer.status_code >= 500 or words is None or (answer.status_code >= 400 and set(words) < {"message", "errors"}):
                wrong.append((method, path, body, asked, answer.status_code, answer.text[:200]))
            if any(mark in answer.text for mark in ("Traceback", "[SQL:", "psycopg", "sqlite3")):
                wrong.append((method, path, "words from inside"))
    assert wrong == [], f"seed {SEED}"
    assert tried >= 200


def test_what_the_page_does_not_ask_for_cannot_be_written_by_any_name(app, manager):
    before, wrong = changes(app), []
    for door in doors(app):
        with app.test_request_context("/"), unit_of_work(write=False):
            mapper = inspect(door.model)
            open_to_all = set(door.paper.fields()) if hasattr(door, "paper") else {
                name for part in door.view.sections for name in part.fields}
            names = {*mapper.columns.keys(), *mapper.relationships.keys()} - open_to_all - {"lock_version"}
        for name in sorted(names):
            for method, path in (("POST", ""), ("PATCH", "1")):
                answer = manager.http.open(f"{door.route_base}/{path}", method=method, json={name: 1, "lock_version": 1},
                                           headers={"X-CSRFToken": manager.token})
                if answer.status_code not in (400, 403, 404, 405):
                    wrong.append((door.route_base, method, name, answer.status_code))
    assert wrong == []
    assert changes(app) == before


def test_no_column_beyond_the_list_can_be_asked_filtered_or_ordered_by(app, manager):
    wrong = []
    for door in doors(app):
        with app.test_request_context("/"), unit_of_work(write=False):
            names = set(inspect(door.model).columns.keys()) | set(inspect(door.model).relationships.keys())
            listed, filtered = set(door.listed() if hasattr(door, "paper") else door.view.listed), set(door.filtered)
        for name in sorted(names - {"id"}):
            for allowed, asked in ((name in listed, {"columns": [name]}), (name in listed, {"order_column": name}),
                                   (name in filtered, {"filters": [{"col": name, "opr": "eq", "value": "x"}]})):
                answer = manager.get(f"{door.route_base}/", query_string={"q": json.dumps(asked)})
                if not allowed and name != "cost_price" and answer.status_code != 400:
                    wrong.append((door.route_base, asked, answer.status_code))
                if answer.status_code >= 500:
                    wrong.append((door.route_base, asked, answer.status_code))
    assert wrong == []


STRIDE = 9


def test_every_field_takes_nonsense_without_a_5xx(app, manager):
    wrong, place = [], 0
    for door in doors(app):
        if hasattr(door, "paper"):
            continue
        for name in [name for part in door.view.sections for name in part.fields]:
            for value in VALUES:
                place += 1
                if place % STRIDE:
                    continue
                for method, path, more in (("POST", "", {}), ("PATCH", "1", {"lock_version": 1})):
                    answer = manager.http.open(f"{door.route_base}/{path}", method=method, json={name: value, **more},
                                               headers={"X-CSRFToken": manager.token})
                    if answer.status_code >= 500 or answer.get_json() is None:
                        wrong.append((door.route_base, method, name, value, answer.status_code))
    assert wrong == []
