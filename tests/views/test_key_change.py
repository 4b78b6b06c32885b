"""A new key of the installation signs nobody out and loses no form; forgetting the former one does (R14)."""

from __future__ import annotations

import shutil

import pytest

import config
from services import release
from tests.rig.client import Client
from tests.views.test_generated import CUSTOMER, region_of


@pytest.fixture
def start(database):
    """Gives the application as it starts now, with the keys of its folder."""
    from app import create_app
    from extensions import db

    made = []

    def start():
        made.append(create_app({**database, "SECRET_KEY": None, "PASSWORD_METHOD": "pbkdf2:sha256:1"}))
        return made[-1]

    release.secret_key(database["DATA_DIR"], make=True)
    yield start
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def moved(client, app):
    """The same browser, its cookie and the token of its page, before the application as it is now."""
    other = Client(app)
    other.http.set_cookie("session", client.http.get_cookie("session").value)
    other.token = client.token
    return other


def test_r14_a_new_key_signs_nobody_out_and_a_form_shown_before_is_saved(start, database):
    first = start()
    clerk = Client(first).sign_in("service_clerk")
    marks = clerk.form("/customers/add")
    folder = database["DATA_DIR"]
    assert first.test_cli_runner().invoke(args=["change-secret-key"]).exit_code == 0
    assert {(folder / name).stat().st_mode & 0o777 for name in ("secret_key", release.FORMER_KEYS)} == {0o600}

    second = start()
    assert second.config["SECRET_KEY"] != first.config["SECRET_KEY"]
    same = moved(clerk, second)
    saved = same.post("/customers/add", {**CUSTOMER, **marks, "region": region_of(second)})
    assert saved.status_code == 302, saved.text
    assert same.get("/customers/list/").status_code == 200

    assert second.test_cli_runner().invoke(args=["change-secret-key", "--forget"]).exit_code == 0
    assert moved(clerk, start()).get("/customers/list/").status_code == 302


def test_r14_a_stranger_to_all_keys_is_signed_out(start, database):
    clerk = Client(start()).sign_in("service_clerk")
    (database["DATA_DIR"] / "secret_key").unlink()
    release.secret_key(database["DATA_DIR"], make=True)
    assert moved(clerk, start()).get("/customers/list/").status_code == 302


def test_r14_keys_are_changed_several_times_and_all_former_ones_are_good(tmp_path):
    release.secret_key(tmp_path, make=True)
    keys = []
    for _time in range(3):
        keys.append(release.secret_key(tmp_path))
        release.change_secret_key(tmp_path)
    assert release.former_keys(tmp_path) == keys
    release.forget_keys(tmp_path)
    release.forget_keys(tmp_path)
    assert release.former_keys(tmp_path) == []
    shutil.rmtree(tmp_path)
    with pytest.raises(FileNotFoundError):
        release.change_secret_key(tmp_path)


def test_former_keys_come_from_the_environment_too():
    assert config.settings({"SECRET_KEY_FALLBACKS": "one, two,"})["SECRET_KEY_FALLBACKS"] == ["one", "two"]
    assert config.settings({})["SECRET_KEY_FALLBACKS"] == []
