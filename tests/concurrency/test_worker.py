"""A clock that ran out is told once, whoever works, however often, and whoever dies meanwhile (B-207, R5)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

from config import ROOT
from extensions import db
from models.account import Notification
from models.job import Outbox
from models.organisation import Staff
from models.service_request import ServiceRequest
from models.setting import Setting
from models.sla import SlaClock, SlaPolicy
from models.work_order import WorkOrder
from services import clock, escalation, jobs, outbox
from services.unit_of_work import unit_of_work
from tests.rig import world

pytestmark = pytest.mark.timeout(240)


def late(app, *, minutes=5):
    """A clock of a request with an engineer that ran out so many minutes ago."""
    world.fill(app)
    with app.app_context(), unit_of_work(reason="tests"):
        now, request = clock.now(), db.session.get(ServiceRequest, 1)
        order = db.session.get(WorkOrder, 1)
        request.engineer_id, request.request_no = order.lead_engineer_id, "SR-LATE"
        policy = db.session.scalar(select(SlaPolicy).where(SlaPolicy.code == "sla.repair.contact"))
        db.session.add(SlaClock(owner_type="service_request", owner_id=1, request_id=1, clock="contact", policy=policy, kind="wall",
                                amount=30, reserve=10, calendar_version=1, started_at=now - timedelta(minutes=30 + minutes),
                                warn_at=now - timedelta(minutes=10 + minutes), due_at=now - timedelta(minutes=minutes)))


def told(app):
    """(open rows of work, done rows, notices by account) of the clock."""
    with app.app_context(), unit_of_work(write=False):
        rows = db.session.execute(select(Outbox.key, Outbox.done_at).where(Outbox.key.like("clock:%"))).all()
        notices = Counter(db.session.scalars(select(Notification.user_id).where(Notification.text.contains("SR-LATE"))))
    return sum(done is None for _key, done in rows), sum(done is not None for _key, done in rows), notices


def engineer(app):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(Staff.user_id).join(WorkOrder, WorkOrder.lead_engineer_id == Staff.id).where(WorkOrder.id == 1))


def environment(database):
    return {**os.environ, "FLASK_APP": "app:create_app", "DATABASE_URL": database["DATABASE_URL"], "DATA_DIR": str(database["DATA_DIR"]),
            "SECRET_KEY": "k" * 20 + "0123456789" * 4, "PYTHONPATH": str(ROOT)}


def start(database, *words):
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment(database), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def job(database, name):
    return start(database, "-m", "flask", "job", "run", name)


def killed(database):
    """A worker that dies by kill -9 in the middle of a row."""
    with start(database, "-m", "tests.rig.stuck") as victim:
        assert victim.stdout.readline() == "begun\n"
        victim.kill()


def test_b207_the_engineer_is_told_at_amber_then_he_and_the_supervisor_then_the_manager_once(app):
    late(app, minutes=-5)
    with app.app_context():
        for minutes, levels in ((0, 1), (0, 1), (6, 2), (7, 2), (64, 2), (66, 3), (500, 3)):
            with clock.frozen(clock.now() + timedelta(minutes=minutes)):
                jobs.JOBS["clocks"].act()
                outbox.deliver()
            assert told(app)[:2] == (0, levels), minutes
    notices = told(app)[2]
    with app.app_context(), unit_of_work(write=False):
        manager = {person.user_id for person in escalation._People().managers}
    assert notices[engineer(app)] == 2
    assert all(notices[key] == 1 for key in manager)


def test_b207_a_clock_that_ran_out_gives_one_notice_however_often_one_looks(app):
    late(app)
    with app.app_context():
        assert timedelta(days=1) < escalation.STALE
        for _turn in range(3):
            jobs.JOBS["clocks"].act()
            outbox.deliver()
    assert told(app)[:2] == (0, 1)
    assert told(app)[2][engineer(app)] == 1


def test_two_workers_at_once_give_one_notice_and_one_row(app, database):
    late(app)
    for name in ("clocks", "outbox"):
        workers = [job(database, name) for _ in range(2)]
        said = [worker.communicate(timeout=100)[0] for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], said
    assert told(app)[:2] == (0, 1)
    assert set(told(app)[2].values()) == {1}


def test_what_a_killed_worker_left_is_done_once_by_another(app, database):
    late(app)
    with app.app_context():
        jobs.JOBS["clocks"].act()
    killed(database)
    assert told(app)[:2] == (1, 0)
    assert told(app)[2] == {}
    with app.app_context():
        assert outbox.deliver() == 0, "the lease of the dead still holds"
        time.sleep(2.5)
        assert outbox.deliver() == 1
    assert told(app)[:2] == (0, 1)
    assert told(app)[2][engineer(app)] == 1


def test_a_row_whose_lease_went_to_another_is_not_done_twice(app):
    late(app)
    with app.app_context():
        jobs.JOBS["clocks"].act()
        with unit_of_work():
            key = outbox.claim("slow", now=clock.now(), lease=timedelta(seconds=-1))
        with unit_of_work():
            assert outbox.claim("quick", now=clock.now()) == key
        with unit_of_work():
            assert outbox.finish(key, "quick", now=clock.now())
        with unit_of_work():
            assert not outbox.finish(key, "slow", now=clock.now())
    assert told(app)[2][engineer(app)] == 1


def test_what_fails_is_written_down_and_tried_again_later(app, monkeypatch):
    late(app)

    def broken(_payload, _now):
        raise RuntimeError("kaputt")

    with app.app_context():
        jobs.JOBS["clocks"].act()
        with monkeypatch.context() as patch:
            patch.setitem(outbox.HANDLERS, "notice", broken)
            assert outbox.deliver() == 0
        assert outbox.deliver() == 0
        with clock.frozen(clock.now() + timedelta(minutes=3)):
            assert outbox.deliver() == 1
    assert told(app)[:2] == (0, 1)


@pytest.mark.parametrize("switched", ["off", "on"])
def test_b207_mails_go_out_only_where_they_are_switched_on_and_once(app, monkeypatch, switched):
    late(app)
    sent = []

    class Server:
        def __init__(self, *address, **_options):
            self.address = address

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            return None

        def send_message(self, message):
            sent.append((self.address, message["To"], message["Message-ID"]))

    monkeypatch.setattr("smtplib.SMTP", Server)
    app.config["MAIL_SERVER"] = "127.0.0.1:2525"
    with app.app_context():
        with unit_of_work():
            db.session.scalar(select(Setting).where(Setting.key == "notify.email")).value = switched
        for _turn in range(2):
            jobs.JOBS["clocks"].act()
            outbox.deliver()
    assert bool(sent) == (switched == "on")
    assert len({mark for _address, _to, mark in sent}) == len(sent)
    assert all(address == ("127.0.0.1", 2525) for address, _to, _mark in sent)


@pytest.fixture
def robot():
    """(address, messages) of a group's robot on this machine, which refuses the first message."""
    heard = []

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if len(heard) == 1 else 200)
            self.end_headers()

        def log_message(self, *_words):
            """Silent."""

    with HTTPServer(("127.0.0.1", 0), Robot) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/robot", heard
        server.shutdown()


@pytest.mark.parametrize("named", [False, True], ids=["no robot", "robot"])
def test_a_missed_clock_is_told_to_the_group_where_one_is_named_and_again_until_the_robot_took_it(app, robot, named):
    address, heard = robot
    late(app)
    app.config["WEBHOOK_URL"] = address if named else None
    with app.app_context():
        for minutes in (0, 3, 6):
            with clock.frozen(clock.now() + timedelta(minutes=minutes)):
                jobs.JOBS["clocks"].act()
                outbox.deliver()
    if not named:
        assert heard == []
        return
    words = [message["text"]["content"] for message in heard]
    assert words[0] in words[1:], "the robot refused it at first"
    assert all("SR-LATE" in text for text in words)
    assert len(words) == len(set(words)) + 1
    assert [message["content"]["text"] for message in heard] == words


def test_a_job_is_run_once_in_its_slot_and_made_up_for_later(app):
    with app.app_context(), clock.frozen(clock.at_local(2026, 3, 3, 9, 0)):
        assert set(jobs.tick()) == set(jobs.JOBS)
        assert jobs.tick() == []
        with clock.frozen(clock.at_local(2026, 3, 3, 9, 1)):
            assert jobs.tick() == ["clocks", "outbox"]
        with clock.frozen(clock.at_local(2026, 3, 5, 1, 0)):
            assert "sla-recompute" in jobs.tick()
        with unit_of_work(write=False):
            rows = jobs.runs()
            assert jobs.is_alive(clock.at_local(2026, 3, 5, 1, 2), rows)
            assert not jobs.is_alive(clock.at_local(2026, 3, 5, 1, 4), rows)


def test_b202_a_year_the_calendar_does_not_know_is_told_once(app):
    with app.app_context():
        for _turn in range(2):
            with clock.frozen(clock.at_local(2031, 5, 5, 9)):
                jobs.JOBS["calendar-years"].act()
                outbox.deliver()
        with unit_of_work(write=False):
            assert len(db.session.scalars(select(Notification).where(Notification.text.contains("2031"))).all()) == 1


def test_the_nightly_reckoning_finds_and_mends_what_is_wrong(app):
    late(app)
    with app.app_context():
        assert not jobs.run("sla-recompute")[1]
        assert jobs.run("sla-recompute")[1]


def test_every_shown_text_of_a_job_is_the_users(app):
    with app.app_context():
        assert all(str(job.label) for job in jobs.JOBS.values())


@pytest.mark.long
@pytest.mark.parametrize("turn", range(3))
def test_four_workers_and_a_killed_one_each_time(app, database, turn):
    late(app)
    with app.app_context():
        jobs.JOBS["clocks"].act()
    killed(database)
    time.sleep(2.5)
    workers = [job(database, name) for name in ("clocks", "outbox", "outbox", "clocks")]
    for worker in workers:
        worker.communicate(timeout=100)
    assert set(told(app)[2].values()) == {1}
    assert told(app)[:2] == (0, 1)
