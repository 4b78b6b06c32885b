"""The database of a test, kept as it stands and put back as often as needed."""

from __future__ import annotations

import shutil
from typing import Any

from sqlalchemy.engine import make_url

from extensions import db
from tests.rig.databases import Postgres


class Kept:
    """A copy beside the database an application works on; `server` is the one that holds it on PostgreSQL."""

    def __init__(self, app: Any, server: Postgres | None) -> None:
        self.app, self.server = app, server
        self.name = make_url(app.config["DATABASE_URL"]).database or ""
        self.keep()

    def keep(self) -> None:
        """From now on this is what is put back."""
        self._copy(back=False)

    def put_back(self) -> None:
        """Everything written since is gone."""
        self._copy(back=True)

    def _copy(self, *, back: bool) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        ends = (self.name, f"{self.name}_kept") if self.server is not None else (self.name, f"{self.name}.kept")
        target, source = ends if back else ends[::-1]
        if self.server is not None:
            self.server.put(target, source)
            return
        for end in ("-wal", "-shm"):
            (self.app.config["DATA_DIR"] / f"service.sqlite{end}").unlink(missing_ok=True)
        shutil.copy(source, target)
