"""Signing in, sessions and lock-out (R9)."""

from __future__ import annotations

import datetime as dt

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from services import accounts, clock
from services.unit_of_work import unit_of_work
from tests.rig.client import Client
from tests.rig.databases import PASSWORD


def test_every_demo_account_signs_in(app):
    from services.rights import ROLES

    for role in ROLES:
        assert Client(app).sign_in(role).get("/").status_code == 200


def test_an_old_cookie_is_worth_nothing_after_signing_out(app, as_role):
    clerk = as_role("service_clerk")
    cookie = clerk.http.get_cookie("session").value
    clerk.post("/logout/")
    thief = app.test_client()
    thief.set_cookie("session", cookie)
    assert thief.get("/customers/list/").status_code == 302


def test_a_session_ends_after_half_an_hour_without_use_and_after_twelve_hours(as_role):
    start = clock.now()
    with clock.frozen(start):
        idle, busy = as_role("service_clerk"), as_role("service_manager")
    with clock.frozen(start + dt.timedelta(minutes=29)):
        assert busy.get("/customers/list/").status_code == 200
    with clock.frozen(start + dt.timedelta(minutes=31)):
        assert idle.get("/customers/list/").status_code == 302
        assert busy.get("/customers/list/").status_code == 200
    for minutes in range(55, 12 * 60, 25):
        with clock.frozen(start + dt.timedelta(minutes=minutes)):
            assert busy.get("/customers/list/").status_code == 200
    with clock.frozen(start + dt.timedelta(hours=12, minutes=1)):
        assert busy.get("/customers/list/").status_code == 302


def test_a_new_password_ends_all_other_sessions(app, as_role):
    here, there = as_role("sales"), as_role("sales")
    here.get("/account/password")
    answer = here.post("/account/password", {"current": PASSWORD, "password": "otter-lantern-marble-7",
                                             "again": "otter-lantern-marble-7"})
    assert answer.status_code == 302
    assert here.get("/customers/list/").status_code == 200
    assert there.get("/customers/list/").status_code == 302
    assert Client(app).log_in("sales", PASSWORD).status_code == 422


def test_guesses_are_counted_and_the_account_is_closed_for_a_while(app):
    start = clock.now()
    with clock.frozen(start):
        guesser = Client(app)
        for _ in range(5):
            assert guesser.log_in("finance", "wrong-guess-again").status_code == 422
        blocked = Client(app).log_in("finance", PASSWORD)
        assert blocked.status_code == 422
        assert "分钟后再试" in blocked.text
        assert Client(app).log_in("office", PASSWORD).status_code == 302, "another user of the same address gets in"
    with clock.frozen(start + dt.timedelta(minutes=2)):
        assert Client(app).log_in("finance", PASSWORD).status_code == 302


def test_known_and_unknown_users_get_the_same_words(app):
    known, unknown = Client(app).log_in("quality", "wrong-guess-again"), Client(app).log_in("nobody-here", "wrong-guess-again")
    assert known.status_code == unknown.status_code == 422
    assert "用户名或密码不对" in known.text
    assert "用户名或密码不对" in unknown.text


def test_the_way_back_after_signing_in_never_leaves_the_house(app):
    for target in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        client = Client(app)
        client.get("/login/")
        answer = client.post(f"/login/?next={target}", {"username": "admin", "password": PASSWORD})
        assert answer.headers["Location"] == "/"


def test_a_one_time_link_works_once(app):
    with app.app_context(), unit_of_work():
        user = db.session.scalar(select(User).where(User.username == "buyer"))
        secret = accounts.issue_link(user, by=None, now=clock.now())
    client = Client(app)
    client.get(f"/account/link/{secret}")
    words = {"password": "otter-lantern-marble-7", "again": "otter-lantern-marble-7"}
    assert client.post(f"/account/link/{secret}", {"password": "short", "again": "short"}).status_code == 422
    assert client.post(f"/account/link/{secret}", words).status_code == 302
    assert Client(app).get(f"/account/link/{secret}").status_code == 404
    assert Client(app).log_in("buyer", words["password"]).status_code == 302
