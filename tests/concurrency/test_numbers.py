"""A thousand numbers from fifty clients: unique, gapless, in the order of the commits (G12)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from extensions import db
from models.number import IssuedPaper
from services import clock, numbering
from services.unit_of_work import abandon, unit_of_work

CLIENTS, EACH, FAILING = 50, 24, 6


class Refused(Exception):
    """A document that comes to nothing after its number was drawn."""


def take_all(app, taken, failures, barrier, place):
    barrier.wait()
    for turn in range(EACH):
        with app.app_context():
            try:
                with unit_of_work():
                    number = numbering.take("work_order", now=clock.now()).number
                    if (place + turn) % FAILING == 0:
                        raise Refused
                    taken.append(number)
            except Refused:
                pass
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()


@pytest.mark.timeout(240)
def test_numbers_of_fifty_clients_have_no_gaps_although_every_sixth_document_fails(app):
    taken, failures, barrier = [], [], threading.Barrier(CLIENTS)
    threads = [threading.Thread(target=take_all, args=(app, taken, failures, barrier, place)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.app_context(), unit_of_work(write=False):
        kept = list(db.session.execute(select(IssuedPaper.seq, IssuedPaper.number).order_by(IssuedPaper.id)))
    expected = CLIENTS * EACH * (FAILING - 1) // FAILING
    assert expected == 1000
    assert [row.seq for row in kept] == list(range(1, expected + 1)), "gapless, in the order of the commits"
    assert sorted(taken) == sorted(row.number for row in kept)


def test_an_undone_document_gives_its_number_back(app):
    with app.app_context():
        with unit_of_work():
            first = numbering.take("follow_up", now=clock.now()).seq
            abandon()
        with unit_of_work():
            second = numbering.take("follow_up", now=clock.now()).seq
        assert first == second == 1
