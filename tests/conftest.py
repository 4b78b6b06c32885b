"""Fixtures: a finished installation per database, restored for each test; a browser of the tests' own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rig.client import Client
from tests.rig.databases import Postgres, golden, in_memory
from tests.rig.house import built_on, left, moved_to
from tests.rig.routes import share_builders

DATABASES = [name for name in ("sqlite", "postgres") if os.environ.get("TEST_DB") in (None, "", name)]
# One paper of each family: CI tries these on both databases and with both engines, the others on SQLite with the default engine.
HEADS = {"repair_slip_3", "service_info_sheet", "site_survey", "stock_in", "return_order", "quotation", "complaint"}


share_builders()


def pytest_configure(config: pytest.Config) -> None:
    """The folders of the tests lie in memory, too: thousands of copies of an installation are more than a disk writes away in time."""
    if not hasattr(config, "workerinput") and config.option.basetemp is None and in_memory() != Path(tempfile.gettempdir()):
        config.option.basetemp = in_memory() / f"service-tests-{os.getpid()}"
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The whole of a matrix over all papers belongs to the long run (`every_paper`)."""
    for item in items:
        mark = item.get_closest_marker("every_paper")
        if mark is None:
            continue
        chosen = item.callspec.params  # type: ignore[attr-defined]
        plain = not mark.kwargs.get("both_engines") and chosen.get("database") == "sqlite" and chosen.get("engine", "pdfkit") == "pdfkit"
        if chosen.get("code", chosen.get("record")) not in HEADS and not plain:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server of this test process."""
    server = Postgres(tmp_path_factory.mktemp("pg"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a finished installation on SQLite."""
    folder = tmp_path_factory.mktemp("golden")
    golden(folder, f"sqlite:///{folder / 'service.sqlite'}")
    return folder


@pytest.fixture(scope="session")
def postgres_golden(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The name of a finished installation's template database, and its data folder."""
    postgres.create("golden")
    folder = tmp_path_factory.mktemp("golden-pg")
    golden(folder, postgres.url("golden"))
    return "golden", folder


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Settings of a fresh installation on each database."""
    if request.param == "sqlite":
        source: Path = request.getfixturevalue("sqlite_golden")
        for name in ("service.sqlite", "audit_key"):
            shutil.copy(source / name, tmp_path / name)
        yield {"DATABASE_URL": f"sqlite:///{tmp_path / 'service.sqlite'}", "DATA_DIR": tmp_path}
        return
    server: Postgres = request.getfixturevalue("postgres")
    template, source = request.getfixturevalue("postgres_golden")
    shutil.copy(source / "audit_key", tmp_path / "audit_key")
    name = server.copy(template)
    yield {"DATABASE_URL": server.url(name), "DATA_DIR": tmp_path}
    server.drop(name)


@pytest.fixture
def app(database: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Any]:
    """An application on that installation; a new one for a test that adds to it (`rebuilds`)."""
    application = moved_to(database) if request.node.get_closest_marker("rebuilds") is None else built_on(database)
    yield application
    left(application)


@pytest.fixture
def as_role(app: Any) -> Any:
    """`as_role("service_clerk")` gives a signed-in client."""
    return lambda username: Client(app).sign_in(username)


@pytest.fixture
def stranger(app: Any) -> Client:
    """A client that is not signed in."""
    return Client(app)


@pytest.fixture
def unit(app: Any) -> Iterator[Any]:
    """A unit of work to call services in, undone at the end."""
    from services.unit_of_work import abandon, unit_of_work

    with app.app_context(), unit_of_work() as work:
        yield work
        abandon()
