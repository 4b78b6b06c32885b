"""How gunicorn serves the pages: `gunicorn -c python:scripts.serving`, in production as in the tests and the bench."""

from __future__ import annotations

import gc
from typing import Any

# The program is loaded once and its memory shared by all workers, who stand a moment after they are asked for.
preload_app = True
timeout = 60
accesslog = "/dev/null"
control_socket_disable = True
# A worker that has exported whole tables keeps the memory it needed; after some thousand pages a fresh one takes its place.
max_requests, max_requests_jitter = 4000, 400


def when_ready(server: Any) -> None:
    """Before the workers are made: no connection is shared with them, and what is loaded is not looked at again by the collector."""
    from extensions import db

    with server.app.wsgi().app_context():
        db.session.remove()
        db.engine.dispose()
    gc.collect()
    gc.freeze()
