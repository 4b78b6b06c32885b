"""Every form of the product × every field × {missing, too long, of the wrong kind, a script, NUL} (G5).

A refused form says why in the user's language at the field, keeps what was typed and changes nothing. The forms are found by
opening every address that takes one, so that a new form is in the test without a word here.
"""

from __future__ import annotations

import random
import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

import models.records  # noqa: F401  fills PAPERS
from extensions import db
from models.paper import PAPERS
from services.unit_of_work import unit_of_work
from tests.contract.access_cells import is_whole
from tests.rig import world
from tests.rig.client import Client
from tests.rig.crawl import addresses
from tests.rig.forms import asked
from tests.rig.kept import Kept

SEED, SAMPLE, AREAS = 20261125, 500, 6
LONG, WRONG, SCRIPT = "真" * 6000, "不是这个", "<script>alert(1)</script>"
INSIDE = ("Traceback", "[SQL", "psycopg", "sqlite3", "sqlalchemy")
WHO = ("service_manager", "admin", "service_engineer", "service_clerk", "warehouse", "quality", "buyer")
FREE = ("text", "textarea")
# What no browser sends: the tables of rights, the record a paper begins from. Refused as a whole, and nothing changes.
TAMPERED = ("/rights/edit/", *(f"/records/{code}/add" for code in PAPERS))


@pytest.fixture
def filled(app):
    """The small world."""
    world.fill(app)
    return app


def standing(app, view, name):
    """The key of a record from which a step may be taken; 1 when there is none."""
    states = view.machine.transitions[name].sources
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(view.model.id).where(view.model.status.in_(states)).order_by(view.model.id)) or 1


def forms(app):
    """(address, who opens it, page) of every form, and the addresses that take forms but showed none to anybody."""
    clients, found, without = {who: Client(app).sign_in(who) for who in WHO}, [], []
    reading = {url for _method, url in addresses(app, {"GET"})}
    views = {view.route_base: view for view in app.appbuilder.baseviews}
    for _method, place in addresses(app, {"POST"}):
        if place not in reading or "99999" in place or place.startswith(("/account/link/", "/api/")):  # programs are asked elsewhere
            continue
        if "/export/" in place:  # a button alone, and a file where it is read
            continue
        step = re.fullmatch(r"(/[\w-]+)/1/do/(\w+)", place)
        known = step is not None and hasattr(views.get(step[1]), "machine")
        url = f"{step[1]}/{standing(app, views[step[1]], step[2])}/do/{step[2]}" if known else place
        for who, client in clients.items():
            page = client.get(url)
            if page.status_code == 200 and "<form" in page.text and asked(page.text)[1]:
                found.append((url, who, page.text))
                break
        else:
            without.append(place)
    return found, without


def cells(kinds):
    """(field, what is sent, whether it must be refused) for a form."""
    for name, kind in kinds.items():
        yield name, "", False
        yield name, f"{SCRIPT}\x00", True
        if kind in ("checkbox", "file") or name == "strokes" or re.fullmatch(r"line-.*-id", name):
            continue  # any tick is a tick; strokes and files have tests of their own; a line with an unknown key is a new line
        yield name, LONG, True
        if kind not in (*FREE, "password"):
            yield name, WRONG, True
        if kind in FREE:
            yield name, SCRIPT, False


def judged(answer, name, kind, sent, must, *, url=""):
    """What is wrong with the answer to one field of nonsense; None when nothing."""
    if answer.status_code in (400, 403) and url.startswith(TAMPERED):
        return None
    words = answer.text if answer.mimetype == "text/html" else ""
    if answer.status_code >= 500 or any(word in words for word in INSIDE):
        return "the inside"
    if "\x00" in sent:
        return None if answer.status_code == 400 else f"NUL: {answer.status_code}"
    if answer.status_code == 302:
        return "taken" if must else None
    if answer.status_code == 403 and "/sign/" in url:  # nobody signs for another
        return None
    if answer.status_code != 422:
        return f"{answer.status_code}"
    if SCRIPT in words:
        return "a script stands in the page"
    sentences = [text for pattern in (r'class="error"[^>]*>(.*?)</(?:p|span)>', r'role="alert"(.*?)</div>')
                 for text in re.findall(pattern, words, re.DOTALL)]
    if not any(re.search("[\u4e00-\u9fff]", text) for text in sentences):
        return "no sentence in Chinese"
    if must and not re.search(rf'id="{re.escape(name)}-error"', words):
        return "no sentence at the field"
    kept = asked(words)[0].get(name)
    if kind in FREE and sent and (kept or "").strip() != sent:
        return "what was typed is lost"
    return None


def tried(app, area, chance, *, whole=True, server=None):
    """All that is wrong with the forms of one part of the product, and how many cells were tried; a third of each form unless whole.

    On PostgreSQL a draw of what must be refused, the whole in the long run (`WHOLE`), where the database is put back after each form taken.
    """
    on_file = app.config["DATABASE_URL"].startswith("sqlite")
    thorough = on_file or (whole and is_whole(app))
    found, _without = forms(app)
    mine = [form for place, form in enumerate(found) if place % AREAS == area]
    clients, wrong, count = {who: Client(app).sign_in(who) for who in WHO}, [], 0
    before = world.fingerprint(app)
    kept = Kept(app, None if on_file else server) if thorough else None
    for url, who, _page in mine:
        client = clients[who]
        values, kinds = asked(client.get(url).text)
        todo = [(name, sent, must) for name, sent, must in cells(kinds) if thorough or must]
        if thorough and not whole:
            todo = chance.sample(todo, -(-len(todo) // 3))
        if not thorough:
            todo = chance.sample(todo, min(len(todo), SAMPLE // max(len(found), 1)))
        for name, sent, must in todo:
            count += 1
            answer = client.post(url, {**values, "csrf_token": client.token, name: sent})
            fault = judged(answer, name, kinds[name], sent, must, url=url)
            if fault:
                wrong.append((url, name, sent[:12], fault))
            if answer.status_code == 302 and kept:
                kept.put_back()
                if url.startswith(("/account", "/login", "/rights")):  # may have ended the session
                    clients = {role: Client(app).sign_in(role) for role in WHO}
                    kept.keep()  # else putting back would end these sessions
                client = clients[who]
                values = asked(client.get(url).text)[0]
        if kept and (differs := world.changed(before, world.fingerprint(app))):
            wrong.append((url, "a refused form changed", differs))
            kept.put_back()
    return wrong, count


@pytest.mark.timeout(900)
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["drawn", "whole"])
@pytest.mark.parametrize("area", range(AREAS))
def test_each_field_of_each_form_with_each_nonsense(filled, area, whole, request):
    server = None if filled.config["DATABASE_URL"].startswith("sqlite") else request.getfixturevalue("postgres")
    wrong, count = tried(filled, area, random.Random(SEED + area), whole=whole, server=server)
    assert wrong == [], f"seed {SEED}: {len(wrong)} of {count}"
    assert count >= 40


def test_every_address_that_takes_a_form_shows_one(filled):
    found, without = forms(filled)
    places = {re.sub(r"/\d+", "/#", url) for url, _who, _page in found}
    assert len(places) >= 45, sorted(places)
    # Steps that are a button alone, and papers that begin from another record.
    assert [url for url in without if "/do/" not in url and not url.startswith("/records/")] == [
        "/login/", "/admin/parameters/add", "/admin/number-rules/add", "/admin/forms/add", "/admin/calendars/add",
        "/admin/sla-policies/add"]


def reply(status, text):
    """An answer as the client gives it."""
    return SimpleNamespace(status_code=status, text=text, mimetype="text/html")


@pytest.mark.parametrize(("answer", "fault"), [
    ((500, "Traceback"), "the inside"), ((302, ""), "taken"), ((422, "<p class=\"error\">Field is required</p>"), "no sentence in Chinese"),
    ((422, "<p class=\"error\">太长</p>"), "no sentence at the field"),
    ((422, "<form method=\"post\"><input name=\"x\"></form><p class=\"error\" id=\"x-error\">太长</p>"), "what was typed is lost"),
])
def test_the_judge_bites(answer, fault):
    assert judged(reply(*answer), "x", "text", LONG, True) == fault
