"""Settings from the environment: names that installations rely on."""

from __future__ import annotations

import pytest

import config


@pytest.mark.parametrize(("env", "server", "user", "password"), [
    ({}, None, None, None), ({"SMTP_URL": "smtp://mail.example"}, "mail.example:25", None, None),
    ({"SMTP_URL": "smtp://clerk%40x:p%3Aw@mail.example:587"}, "mail.example:587", "clerk@x", "p:w"),
    ({"MAIL_SERVER": "mail.example:2525", "MAIL_USER": "clerk"}, "mail.example:2525", "clerk", None),
])
def test_the_mail_server_is_named_by_its_address_or_its_parts(env, server, user, password):
    found = config.settings(env)
    assert (found["MAIL_SERVER"], found["MAIL_USER"], found["MAIL_PASSWORD"]) == (server, user, password)


def test_without_anything_it_is_local_with_the_demonstration():
    found = config.settings({})
    assert (found["APP_ENV"], found["SEED"], found["DATABASE_URL"].startswith("sqlite:///")) == ("local", "demo", True)
    assert config.settings({"APP_ENV": "production"})["SEED"] == "reference"


def test_the_commands_of_the_product_are_there():
    from app import create_app

    commands = create_app().cli.commands
    assert commands.keys() >= {"upgrade", "user", "seed", "job", "verify", "backup", "restore", "check-deploy", "pdf-doctor", "i18n"}
    assert set(commands["i18n"].commands) >= {"update", "compile"}
    assert set(commands["seed"].commands) >= {"reference", "demo"}
    assert set(commands["job"].commands) >= {"list", "run", "worker"}
    assert "create-admin" in commands["user"].commands


def test_the_address_of_a_robot_is_one_of_the_web():
    assert config.settings({"WEBHOOK_URL": "https://robot.example/send?key=x"})["WEBHOOK_URL"] == "https://robot.example/send?key=x"
    assert config.settings({})["WEBHOOK_URL"] is None
    with pytest.raises(ValueError, match="WEBHOOK_URL"):
        config.settings({"WEBHOOK_URL": "file:///etc/passwd"})
