"""The product behind a real server: two workers with eight threads each, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.rig import world
from tests.rig.server import Server


@pytest.fixture
def serve(database: dict[str, Any]) -> Iterator[Any]:
    """`serve("create")` starts the product on the database of the test; stopped at its end."""
    started: list[Server] = []

    def start(how: str = "create") -> Server:
        env = {"DATABASE_URL": database["DATABASE_URL"], "DATA_DIR": str(database["DATA_DIR"]), "SECRET_KEY": "k" * 20 + "0123456789" * 4}
        started.append(Server("product", f"tests.rig.wsgi:{how}()", env, database["DATA_DIR"] / "server.log", threads=8))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def filled(app: Any) -> Any:
    """The small world in the database of the test."""
    world.fill(app)
    return app
