"""A worker that claims a row of the outbox and then hangs in the middle of its work: the tests kill it."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from app import create_app
from services import outbox


def hang() -> None:
    """Say that the work has begun, inside its transaction, and never end it."""
    deliver = outbox.HANDLERS["notice"]

    def begin(payload: object, now: object) -> None:
        deliver(payload, now)  # type: ignore[arg-type]
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        time.sleep(300)

    outbox.HANDLERS["notice"] = begin
    with create_app().app_context():
        outbox.deliver(lease=timedelta(seconds=2))


if __name__ == "__main__":
    hang()
