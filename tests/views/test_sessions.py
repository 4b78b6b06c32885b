"""Signing in, sessions and lock-out (R9)."""

from __future__ import annotations

import datetime as dt

import pytest
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


# --- old cookies (G36): each way a session ends, and every door tried with the cookie of before

def _user(name):
    return db.session.scalar(select(User).where(User.username == name))


def _by_service(app, act):
    with app.app_context(), unit_of_work():
        act()


def _signs_out(app, clients, admin):
    for client in clients:
        client.post("/logout/")


def _changes_password(app, clients, admin):
    other = Client(app).sign_in("sales")
    other.get("/account/password")
    new = "otter-lantern-marble-7"
    assert other.post("/account/password", {"current": PASSWORD, "password": new, "again": new}).status_code == 302


def _uses_a_link(app, clients, admin):
    def act():
        secret = accounts.issue_link(_user("sales"), by=None, now=clock.now())
        db.session.flush()
        accounts.use_link(secret, "otter-lantern-marble-7", now=clock.now())
    _by_service(app, act)


def _gets_other_roles(app, clients, admin):
    _by_service(app, lambda: accounts.set_roles(_user("sales"), ["office"], by=_user("admin"), now=clock.now()))


def _is_closed(app, clients, admin):
    _by_service(app, lambda: accounts.set_active(_user("sales"), False, by=_user("admin"), now=clock.now()))


def _is_closed_and_opened(app, clients, admin):
    _is_closed(app, clients, admin)
    _by_service(app, lambda: accounts.set_active(_user("sales"), True, by=_user("admin"), now=clock.now()))


def _is_ended_by_the_administrator(app, clients, admin):
    with app.app_context(), unit_of_work(write=False):
        key = _user("sales").id
    admin.get(f"/accounts/access/{key}")
    assert admin.post(f"/accounts/access/{key}/end", {"session": "others"}).status_code == 302


def _is_ended_from_another_device(app, clients, admin):
    other = Client(app).sign_in("sales")
    other.get("/account/access/")
    assert other.post("/account/access/end", {"session": "others"}).status_code == 302


WAYS = [_signs_out, _changes_password, _uses_a_link, _gets_other_roles, _is_closed, _is_closed_and_opened,
        _is_ended_by_the_administrator, _is_ended_from_another_device]


def _replay(app, cookies, token):
    """How many of the old cookies open anything: pages, a form, the API."""
    opened, tried = 0, 0
    for cookie in cookies:
        thief = app.test_client()
        for method, path in (("GET", "/customers/list/"), ("GET", "/account/access/"), ("POST", "/account/access/key"),
                             ("GET", "/api/v1/customers/"), ("PATCH", "/api/v1/customers/1")):
            thief.set_cookie("session", cookie)
            body = {"data": {"csrf_token": token, "label": "x"}} if method == "POST" else {"json": {}} if method == "PATCH" else {}
            answer = thief.open(path, method=method, headers={"X-CSRFToken": token}, **body)
            tried += 1
            opened += answer.status_code not in (302, 401) or (answer.status_code == 302 and "/login/" not in answer.headers["Location"])
    return opened, tried


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__.strip("_") for way in WAYS])
def test_no_old_cookie_opens_anything_once_its_user(app, way):
    admin, clients = Client(app).sign_in("admin"), [Client(app).sign_in("sales") for _ in range(2)]
    cookies = [client.http.get_cookie("session").value for client in clients]
    tokens = [client.token for client in clients]
    assert _replay(app, cookies[:1], tokens[0])[0] > 0, "a living cookie opens"
    way(app, clients, admin)
    for cookie, token in zip(cookies, tokens, strict=True):
        assert _replay(app, [cookie], token) == (0, 5)


@pytest.mark.parametrize("minutes", [31, 12 * 60 + 1], ids=["idle", "absolute"])
def test_no_old_cookie_opens_anything_after_its_time(app, minutes):
    start = clock.now()
    with clock.frozen(start):
        clients = [Client(app).sign_in("sales") for _ in range(2)]
        cookies = [client.http.get_cookie("session").value for client in clients]
    with clock.frozen(start + dt.timedelta(minutes=minutes)):
        for client, cookie in zip(clients, cookies, strict=True):
            assert _replay(app, [cookie], client.token) == (0, 5)


def test_a_new_log_in_has_a_new_session_and_takes_nothing_of_the_old_one_over(app):
    client, secrets = Client(app), set()
    for _ in range(3):
        client.get("/login/")
        before = client.http.get_cookie("session").value
        client.sign_in("sales")
        with client.http.session_transaction() as session:
            secrets.add(session["sid"])
        thief = app.test_client()
        thief.set_cookie("session", before)
        assert thief.get("/customers/list/").status_code == 302, "a session fixed before the log-in is worth nothing"
        client.get("/")
        client.post("/logout/")
    assert len(secrets) == 3
