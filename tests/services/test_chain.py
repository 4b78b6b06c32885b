"""The history can be trusted: each tampering is found and its row named, and nothing added is ever changed (R7, R8; G30, G31)."""

from __future__ import annotations

import os
import random

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from extensions import db
from models.audit_log import AuditLog
from models.chain import ChainLink, SignatureVoid
from models.customer import Customer
from models.number import PrintLog, Signature
from models.organisation import Region
from models.stock_enums import Disposition, ZoneKind
from services import audit, chain, clock, nets, saving, verification
from services.unit_of_work import unit_of_work
from tests.services.stock_world import part, put, report

SEED = int(os.environ.get("SEED", "20261125"))
IN_CI, TAMPERINGS = 20, 200


def admin():
    from flask_appbuilder.security.sqla.models import User

    return db.session.scalar(select(User).where(User.username == "service_manager"))


def made(name):
    region = db.session.scalar(select(Region).order_by(Region.id))
    values = {"name": name, "phone": "0571-5550100", "region": region, "kind": "enterprise", "address": "某路 1 号"}
    return saving.create(Customer, values, by=admin(), now=clock.now())


def one_of_each():
    """A row in every table to which rows are only ever added: movements and signatures too."""
    with unit_of_work(reason="tests"):
        piece = part()
        put(piece, ZoneKind.QUALIFIED, 3)
        report(piece, Disposition.SCRAP)
        db.session.add_all([SignatureVoid(signature_id=db.session.scalar(select(Signature.id)), at=clock.now()),
                            PrintLog(form_code="repair_slip_3", owner_type="service_record", owner_id=1, at=clock.now())])
        audit.note_security("refused", subject="x")


@pytest.fixture
def history(app):
    """An installation with some history."""
    with app.app_context():
        one_of_each()
        for place in range(6):
            with unit_of_work():
                key = made(f"第{place}厂").id
            with unit_of_work():
                saving.change(db.session.get(Customer, key), {"address": f"某路 {place} 号"}, by=admin())
        yield app


def verify():
    with unit_of_work(write=False):
        return verification.findings()


def by_hand(*statements):
    """Past the program and past the triggers, as the owner of the database could."""
    with unit_of_work():
        nets.drop(db.session.connection())
        for statement in statements:
            db.session.execute(text(statement))


@pytest.mark.usefixtures("history")
def test_an_honest_history_holds():
    assert verify() == []
    with unit_of_work(write=False):
        assert db.session.scalar(select(ChainLink.id).limit(1)) is not None


@pytest.mark.usefixtures("history")
def test_what_the_program_does_not_know_of_is_seen_by_the_second_net():
    with unit_of_work():
        db.session.execute(text("UPDATE customer SET name = 'X' WHERE id = 2"))
    found = dict(verify())
    assert found["nets"].startswith("customer 2: change")


@pytest.mark.usefixtures("history")
def test_g31_nothing_that_is_only_added_is_changed_or_removed():
    for table in nets.sealed():
        with unit_of_work(write=False):
            row = db.session.execute(text(f'SELECT id FROM "{table.name}" LIMIT 1')).scalar()
        assert row is not None, f"nothing is tried on {table.name}"
        statements = [f'UPDATE "{table.name}" SET id = id + 1000000', f'DELETE FROM "{table.name}"']
        if db.engine.dialect.name == "sqlite":
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            statements.append(f'INSERT OR REPLACE INTO "{table.name}" ({columns}) SELECT {columns} FROM "{table.name}" LIMIT 1')
        else:
            statements.append(f'TRUNCATE "{table.name}" CASCADE')
        for statement in statements:
            with pytest.raises(DBAPIError), unit_of_work():
                db.session.execute(text(statement))
    assert verify() == []


# How a row of each further table would be bettered.
BETTERED = {"signature": "signer_name = '另一人'", "signature_void": "at = '2020-01-01 00:00:00'", "print_log": "copies = copies + 5",
            "security_event": "kind = 'login'", "stock_movement": "qty = qty + 1"}


def tampering(chance, entries):
    """One change by hand: (what is done, the rows of which one must be named first)."""
    entry, other = chance.sample(entries, 2)
    kind = chance.choice(("change", "who", "when", "delete", "insert", "copy", "swap", "unlink", "reseal", "cut", *BETTERED))
    if kind in BETTERED:
        return [f'UPDATE "{kind}" SET {BETTERED[kind]} WHERE id = (SELECT max(id) FROM "{kind}")'], (f"{kind} ",)
    one = f"audit_log {entry}:"
    return {
        "change": ([f"UPDATE audit_log SET reason = 'x' WHERE id = {entry}"], (one,)),
        "who": ([f"UPDATE audit_log SET user_id = 1, row_id = row_id + 1 WHERE id = {entry}"], (one,)),
        "when": ([f"UPDATE audit_log SET at = '2020-01-01 00:00:00' WHERE id = {entry}"], (one,)),
        "delete": ([f"DELETE FROM audit_personal WHERE entry_id = {entry}", f"DELETE FROM audit_log WHERE id = {entry}"], (one,)),
        "insert": (["INSERT INTO audit_log (id, at, entity, row_id, action) "
                    "VALUES (999999, '2025-01-01 00:00:00', 'customer', 1, 'change')"], ("audit_log 999999:",)),
        "copy": ([f"UPDATE audit_log SET row_id = (SELECT row_id + 100 FROM audit_log WHERE id = {other}) WHERE id = {entry}"], (one,)),
        "swap": ([
            f"UPDATE chain_link SET row_id = -row_id WHERE entity = 'audit_log' AND row_id IN ({entry}, {other})",
            f"UPDATE chain_link SET row_id = {other} WHERE entity = 'audit_log' AND row_id = -{entry}",
            f"UPDATE chain_link SET row_id = {entry} WHERE entity = 'audit_log' AND row_id = -{other}"], (one, f"audit_log {other}:")),
        # the link after the one that is gone no longer continues what stands before it
        "unlink": ([f"DELETE FROM chain_link WHERE entity = 'audit_log' AND row_id = {entry}"], (after(entry),)),
        "reseal": ([f"UPDATE chain_link SET mac = '{'0' * 64}' WHERE entity = 'audit_log' AND row_id = {entry}"], (one,)),
        "cut": (["DELETE FROM chain_link WHERE id = (SELECT max(id) FROM chain_link)"], ("chain_link:",)),
    }[kind]


def after(entry):
    """The row of the link that follows the one of an entry."""
    with unit_of_work(write=False):
        place = db.session.scalar(select(ChainLink.id).where(ChainLink.entity == "audit_log", ChainLink.row_id == entry))
        following = db.session.execute(select(ChainLink.entity, ChainLink.row_id).where(ChainLink.id > place)
                                       .order_by(ChainLink.id).limit(1)).one_or_none()
        return f"{following.entity} {following.row_id}:" if following is not None else "chain_link:"


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("place", [*range(IN_CI), *(pytest.param(place, marks=pytest.mark.long) for place in range(IN_CI, TAMPERINGS))])
def test_g30_each_tampering_is_found_and_its_row_named(place):
    with unit_of_work(write=False):
        entries = db.session.scalars(select(AuditLog.id).where(AuditLog.entity == "customer").order_by(AuditLog.id)).all()
    statements, named = tampering(random.Random(SEED + place), entries)
    by_hand(*statements)
    found = verify()
    assert found, f"seed {SEED}: {statements}"
    assert found[0][1].startswith(named), (statements, found)


@pytest.mark.usefixtures("history")
def test_a_tail_cut_off_and_sealed_again_is_found_by_the_anchor():
    with unit_of_work(write=False):
        chain.anchor()
    by_hand("DELETE FROM audit_personal WHERE entry_id = (SELECT max(id) FROM audit_log)",
            "DELETE FROM chain_link WHERE id = (SELECT max(id) FROM chain_link)",
            "DELETE FROM audit_log WHERE id = (SELECT max(id) FROM audit_log)",
            "UPDATE chain_head SET links = links - 1, last_link_id = (SELECT max(id) FROM chain_link), "
            "mac = (SELECT mac FROM chain_link ORDER BY id DESC LIMIT 1)")
    assert any("anchor" in sentence for _name, sentence in verify())


@pytest.mark.usefixtures("history")
def test_a_changed_personal_value_is_found_and_an_erased_one_is_not_a_finding():
    with unit_of_work():
        db.session.execute(text("UPDATE audit_personal SET before = NULL, after = NULL WHERE id = 1"))
    assert verify() == []
    by_hand("UPDATE audit_personal SET after = '13900000000' WHERE id = 2")
    assert dict(verify())["personal"].startswith("audit_personal 2")


@pytest.mark.usefixtures("history")
def test_a_unit_that_is_undone_leaves_no_link():
    with unit_of_work(write=False):
        before = db.session.scalar(select(ChainLink.id).order_by(ChainLink.id.desc()).limit(1))

    def undone():
        with unit_of_work():
            made("未成厂")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    with unit_of_work(write=False):
        assert db.session.scalar(select(ChainLink.id).order_by(ChainLink.id.desc()).limit(1)) == before
    assert verify() == []


def test_what_a_savepoint_undid_is_not_linked(app):
    with app.app_context():
        with unit_of_work(reason="tests"):
            db.session.add(Region(name="留下的区域"))
            db.session.flush()
            trial = db.session.begin_nested()
            db.session.add(Region(name="收回的区域"))
            db.session.flush()
            trial.rollback()
        with unit_of_work(write=False):
            assert list(chain.findings()) == []
