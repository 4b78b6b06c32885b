"""Users, one-time links and the matrix of rights."""

from __future__ import annotations

import re

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from services import release
from services.unit_of_work import unit_of_work
from tests.rig.client import Client

WORDS = "otter-lantern-marble-7"


def key_of(app, username):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(User.id).where(User.username == username))


def test_an_invited_colleague_sets_his_own_password(app, as_role):
    admin = as_role("admin")
    admin.get("/accounts/add")
    page = admin.post("/accounts/add", {"username": "lin.shu", "name": "林疏", "roles": ["service_clerk"]})
    link = re.search(r"(/account/link/[\w-]+)", page.text)[1]
    guest = Client(app)
    guest.get(link)
    assert guest.post(link, {"password": WORDS, "again": WORDS}).status_code == 302
    assert Client(app).sign_in("lin.shu", WORDS).get("/customers/list/").status_code == 200


def test_nobody_gives_himself_roles_or_closes_his_own_account(app, as_role):
    admin, key = as_role("admin"), key_of(app, "admin")
    admin.get(f"/accounts/edit/{key}")
    assert admin.post(f"/accounts/edit/{key}", {"roles": ["admin", "finance"]}).status_code == 422
    assert admin.post(f"/accounts/active/{key}").status_code == 422
    assert admin.get("/accounts/").status_code == 200


def test_the_frameworks_own_admin_role_is_given_to_nobody(app, as_role):
    admin, key = as_role("admin"), key_of(app, "buyer")
    admin.get(f"/accounts/edit/{key}")
    assert admin.post(f"/accounts/edit/{key}", {"roles": ["Admin"]}).status_code == 422


def test_closing_an_account_ends_its_sessions_at_once(app, as_role):
    admin, buyer = as_role("admin"), as_role("buyer")
    assert admin.post(f"/accounts/active/{key_of(app, 'buyer')}").status_code == 302
    assert buyer.get("/parts/list/").status_code == 302


def test_what_an_administrator_took_away_stays_away_after_the_next_release(app, as_role):
    admin = as_role("admin")
    page = admin.get("/rights/edit/buyer")
    kept = [cell for cell in re.findall(r'name="right" value="([\w:]+)"[^>]*checked', page.text) if not cell.startswith("part:")]
    assert admin.post("/rights/edit/buyer", {"right": kept, "scope": "can_see_all"}).status_code == 302
    assert as_role("buyer").get("/parts/list/").status_code == 403
    release.upgrade(app)
    assert as_role("buyer").get("/parts/list/").status_code == 403
    assert as_role("buyer").get("/part-prices/list/").status_code == 200


def test_an_unknown_right_is_refused(as_role):
    admin = as_role("admin")
    admin.get("/rights/edit/buyer")
    assert admin.post("/rights/edit/buyer", {"right": ["part:Z"], "scope": "can_see_all"}).status_code == 400
    assert admin.post("/rights/edit/buyer", {"right": [], "scope": "can_do_all"}).status_code == 400
    assert admin.get("/rights/edit/Admin").status_code == 404
