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


YOUNG = 5_000  # objects that a worker makes before they are looked through for circles


def post_request(_worker: Any, _request: Any, _environ: Any, _answer: Any) -> None:
    """After an answer is sent the collector looks for what refers to itself, every twentieth time among what is older, too; while somebody
    waits, only when there is very much of it.
    """
    young, older, _old = gc.get_count()
    if young > YOUNG:
        gc.collect(int(older > 20))


def post_fork(_server: Any, _worker: Any) -> None:
    """See `post_request`."""
    gc.set_threshold(10 * YOUNG, 20, 20)


def when_ready(server: Any) -> None:
    """Before the workers are made: no connection is shared with them, and what is loaded is not looked at again by the collector."""
    from extensions import db

    with server.app.wsgi().app_context():
        db.session.remove()
        db.engine.dispose()
    gc.collect()
    gc.freeze()
