"""Sessions and keys as their user and the administrator see and end them (R9)."""

from __future__ import annotations

import re

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from services.unit_of_work import unit_of_work
from tests.rig.databases import PASSWORD

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


def key_of(app, name):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(User.id).where(User.username == name))


def test_a_user_sees_his_devices_and_signs_one_out(app, as_role):
    from tests.rig.client import Client

    here, there, stranger = as_role("sales"), Client(app), as_role("office")
    there.http.environ_base["HTTP_USER_AGENT"] = PHONE
    there.sign_in("sales")
    page = here.get("/account/access/").text
    assert "Chrome · Android" in page
    assert "127.0.0.1" in page
    assert page.count("本机") == 1
    number = re.search(r'name="session" value="(\d+)"', page)[1]
    assert stranger.post("/account/access/end", {"session": number}).status_code == 404, "not another's"
    assert here.post("/account/access/end", {"session": number}).status_code == 302
    assert there.get("/customers/list/").status_code == 302
    assert here.get("/customers/list/").status_code == 200


def test_a_user_signs_out_everywhere_else_at_once(as_role):
    here, others = as_role("sales"), [as_role("sales") for _ in range(3)]
    here.get("/account/access/")
    assert here.post("/account/access/end", {"session": "others"}).status_code == 302
    assert here.get("/customers/list/").status_code == 200
    assert all(other.get("/customers/list/").status_code == 302 for other in others)


def test_the_administrator_ends_the_sessions_of_a_user_and_nobody_else_does(app, as_role):
    admin, seller, clerk = as_role("admin"), as_role("sales"), as_role("service_clerk")
    path = f"/accounts/access/{key_of(app, 'sales')}"
    assert clerk.get(path).status_code == 403
    assert clerk.post(f"{path}/end", {"session": "others"}).status_code == 403
    admin.get(path)
    assert admin.post(f"{path}/end", {"session": "others"}).status_code == 302
    assert seller.get("/customers/list/").status_code == 302
    assert admin.get(path).status_code == 200


def test_a_key_is_shown_once_opens_the_api_and_is_revoked(app, as_role):
    seller = as_role("sales")
    seller.get("/account/access/")
    assert seller.post("/account/access/key", {"label": " "}).status_code == 422
    page = seller.post("/account/access/key", {"label": "夜间报表"}).text
    secret = re.search(r"key_[\w-]{40,}", page)[0]
    again = seller.get("/account/access/").text
    assert secret not in again
    assert "夜间报表" in again
    program = app.test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/customers/", headers=headers).status_code == 200
    number = re.search(r'name="key" value="(\d+)"', again)[1]
    assert as_role("office").post("/account/access/revoke", {"key": number}).status_code == 404
    assert seller.post("/account/access/revoke", {"key": number}).status_code == 302
    assert program.get("/api/v1/customers/", headers=headers).status_code == 401


def test_the_administrator_revokes_a_key_but_issues_none_in_anothers_name(app, as_role):
    seller, admin = as_role("sales"), as_role("admin")
    seller.get("/account/access/")
    secret = re.search(r"key_[\w-]{40,}", seller.post("/account/access/key", {"label": "夜间报表"}).text)[0]
    path = f"/accounts/access/{key_of(app, 'sales')}"
    page = admin.get(path).text
    assert "夜间报表" in page
    assert secret not in page
    assert admin.post(f"{path}/key", {"label": "x"}).status_code == 404
    assert admin.post(f"{path}/revoke", {"key": re.search(r'name="key" value="(\d+)"', page)[1]}).status_code == 302
    assert app.test_client().get("/api/v1/customers/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_new_password_revokes_the_keys(app, as_role):
    seller = as_role("sales")
    seller.get("/account/access/")
    secret = re.search(r"key_[\w-]{40,}", seller.post("/account/access/key", {"label": "夜间报表"}).text)[0]
    seller.get("/account/password")
    new = "otter-lantern-marble-7"
    assert seller.post("/account/password", {"current": PASSWORD, "password": new, "again": new}).status_code == 302
    assert app.test_client().get("/api/v1/customers/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
