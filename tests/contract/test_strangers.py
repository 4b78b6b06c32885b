"""Nobody and a closed account reach nothing, over the whole map of addresses and every method (G1: the 16th and 17th identity)."""

from __future__ import annotations

import random

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from services.unit_of_work import unit_of_work
from tests.contract.access_cells import is_whole
from tests.contract.data_policy import OPEN
from tests.rig import world
from tests.rig.client import Client
from tests.rig.crawl import WRITING, addresses, one_of_each_area

SEED, SHARE = 20261125, 60
PUBLIC = tuple(text.split("<")[0] for text in OPEN if text != "/logout/")


def stranger(app):
    """Who is not signed in, with a token as the log-in page gives it."""
    client = Client(app)
    client.get("/login/")
    return client


def closed(app):
    """Whose account was closed while he was at work: the cookie and the token are those of before."""
    client = Client(app).sign_in("service_manager")
    with app.app_context(), unit_of_work(reason="tests"):
        db.session.scalar(select(User).where(User.username == "service_manager")).active = False
    return client


def let_in(app, client, cells):
    """(method, address, status) of every answer that is not the way to the log-in, 401 or a refusal (404 where nothing is)."""
    wrong = []
    for method, url in cells:
        if url.startswith(PUBLIC):
            continue
        if method == "GET":
            answer = client.get(url)
        elif url.startswith("/api/"):
            answer = client.http.open(url, method=method, json={}, headers={"X-CSRFToken": client.token})
        else:
            answer = client.http.open(url, method=method, data={"csrf_token": client.token}, buffered=True)
        to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
        if not (to_log_in or answer.status_code in (400, 401, 404)):
            wrong.append((method, url, answer.status_code))
    return wrong


@pytest.mark.parametrize("who", [stranger, closed])
def test_g1_nobody_and_a_closed_account_reach_nothing(app, who):
    world.fill(app)
    client = who(app)
    cells = addresses(app, {"GET"} | WRITING, one_of_each_area())
    if not is_whole(app):
        cells = random.Random(SEED).sample(cells, SHARE)
    before = world.fingerprint(app)
    assert let_in(app, client, cells) == []
    assert world.changed(before, world.fingerprint(app)) == []


@pytest.mark.rebuilds
def test_g1_bites_on_an_open_page(app):
    world.fill(app)
    app.get("/open-to-all")(lambda: "here")
    assert let_in(app, stranger(app), [("GET", "/open-to-all")]) == [("GET", "/open-to-all", 200)]
