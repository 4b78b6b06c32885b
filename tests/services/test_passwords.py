"""What makes a good password and how guesses are slowed down (R9)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from services import clock, passwords
from services.errors import DomainError
from tests.rig.client import Client
from tests.rig.databases import PASSWORD


@pytest.mark.parametrize("bad", ["", "elevenchars", "x" * 129, "password1234", "aaaaaaaaaaaa", "abababababab", "Shouhou-2026-lily",
                                 "aftersales-2026-x", "售后服务系统一二三四五六", "lin.shu-orchard-9"])
def test_r9_a_password_easy_to_guess_is_refused(unit, bad):
    with pytest.raises(DomainError) as refusal:
        passwords.check_new(bad, username="lin.shu")
    assert refusal.value.field == "password"


@pytest.mark.parametrize("good", ["plum-harbor-violin", "四个毫不相干的词语放一起", "x7#kQm!2vB9z"])
def test_r9_nothing_else_is_asked_of_a_password(unit, good):
    passwords.check_new(good, username="lin.shu")


def test_r9_the_shipped_list_of_common_passwords_is_held_against(unit):
    long_enough = [word for word in passwords._COMMON if len(word) >= passwords.SHORTEST]
    assert len(passwords._COMMON) >= 500
    for word in long_enough:
        with pytest.raises(DomainError):
            passwords.check_new(word.upper())


def test_r9_passwords_are_kept_by_scrypt(app):
    app.config.pop("PASSWORD_METHOD", None)
    with app.app_context():
        assert passwords.hashed("plum-harbor-violin").startswith("scrypt:")


def minutes_to_wait(app, at):
    """How long an account is closed for who goes on guessing from a moment on."""
    with clock.frozen(at):
        client = Client(app)
        for _turn in range(8):
            said = re.search(r"(\d+) ?分钟后再试", client.log_in("finance", "wrong-guess-again").text)
            if said:
                return int(said[1])
    raise AssertionError("guesses are never stopped")


def test_r9_who_guesses_on_waits_longer_each_time(app):
    now, waits = clock.now(), []
    for _turn in range(3):
        waits.append(minutes_to_wait(app, now))
        now += timedelta(minutes=waits[-1])
    assert waits == sorted(set(waits)), waits
    with clock.frozen(now + timedelta(days=1)):
        assert Client(app).log_in("finance", PASSWORD).status_code == 302
