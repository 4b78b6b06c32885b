"""Missed clocks told to a group of colleagues, where the installation names the address of its robot (`WEBHOOK_URL`): 企业微信, 钉钉, 飞书.

The product asks nobody outside unless it is set so. A message says the number of the record, what is late and since when, no person.
"""

from __future__ import annotations

import datetime as dt
import json
import urllib.request
from typing import Any

from flask import current_app

from services import outbox

TIMEOUT = 10


def put(text: str, key: str, *, now: dt.datetime) -> bool:
    """Leave a message for the group; False without an address, or when it was left before."""
    return bool(current_app.config["WEBHOOK_URL"]) and outbox.put("webhook", f"webhook:{key}", {"text": text}, now=now)


@outbox.handles("webhook", outside=True)
def _send(payload: dict[str, Any], now: dt.datetime) -> None:
    """Hand a message to the robot, in the words of each of the three; raises OSError when it does not take it."""
    address, words = current_app.config["WEBHOOK_URL"], payload["text"]
    if not address:
        return
    said = {"msgtype": "text", "text": {"content": words}, "msg_type": "text", "content": {"text": words}}
    asked = urllib.request.Request(address, json.dumps(said).encode(), {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:  # noqa: S310  the address is the administrator's, http or https (config)
        answer.read(10_000)
