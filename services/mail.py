"""Notices by e-mail, off until the administrator switches them on (B-207): sent at least once, the id of the message shows a repeat."""

from __future__ import annotations

import datetime as dt
import smtplib
from email.message import EmailMessage
from typing import Any

from flask import current_app
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from services import outbox, parameters

TIMEOUT = 20


def put(users: list[int], text: str, key: str, *, now: dt.datetime) -> int:
    """Leave a mail for each of these accounts that has an address; nothing while mails are switched off."""
    if not parameters.switch("notify.email"):
        return 0
    rows = db.session.execute(select(User.id, User.email).where(User.id.in_(users), User.active, User.email.contains("@")))
    return sum(outbox.put("mail", f"mail:{key}:{user}", {"to": email, "text": text, "id": f"{key}-{user}"}, now=now)
               for user, email in rows)


@outbox.handles("mail", outside=True)
def _send(payload: dict[str, Any], now: dt.datetime) -> None:
    """Hand a mail to the server; RuntimeError when none is set, so that it stays visible as undone."""
    if not parameters.switch("notify.email"):
        return
    settings = current_app.config
    if not settings["MAIL_SERVER"]:
        raise RuntimeError("MAIL_SERVER is not set")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings["MAIL_FROM"], payload["to"], payload["text"].splitlines()[0][:100]
    message["Message-ID"] = f"<{payload['id'].replace(':', '.')}@{settings['MAIL_FROM'].rpartition('@')[2]}>"
    message.set_content(payload["text"])
    host, _colon, port = settings["MAIL_SERVER"].partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=TIMEOUT) as server:
        if settings["MAIL_USER"]:
            server.starttls()
            server.login(settings["MAIL_USER"], settings["MAIL_PASSWORD"] or "")
        server.send_message(message)
