"""The boundary: what no page wants to see is refused before one is asked; each answer carries its safety headers (R1, R12)."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import Flask, Response, abort, g, request

MAX_ID = 2**31 - 1
BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PAGE = re.compile(r"^(page|psize)(_\w+)?$")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,40}$")
_POLICY = ("default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; style-src-attr 'unsafe-inline'; "
           "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
           "frame-ancestors 'none'; object-src 'none'; manifest-src 'self'")
_ALWAYS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
           "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()", "Cross-Origin-Opener-Policy": "same-origin"}


def request_id() -> str:
    """The id of this request: the proxy's when it looks like one, a new one otherwise."""
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    return given if _REQUEST_ID.match(given) else secrets.token_hex(8)


def csp_nonce() -> str:
    """The word that lets our own scripts run; new for each answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _refuse_nonsense() -> None:
    if BAD.search(request.path):
        abort(400)
    for values in (request.args, request.form):
        for name, text in values.items(multi=True):
            if BAD.search(name) or BAD.search(text):
                abort(400)
    for name, value in (request.view_args or {}).items():
        if isinstance(value, int) and not 0 <= value <= MAX_ID:
            abort(400, name)
    for name, value in request.args.items(multi=True):
        match = _PAGE.match(name)
        if match and not (value.isascii() and value.isdigit() and len(value) <= 9):
            abort(400)
        if match and match[1] == "psize" and not 1 <= int(value) <= 100:
            abort(400)
        if name.startswith("_od_") and value not in ("asc", "desc"):
            abort(400)


def _headers(response: Response) -> Response:
    present = {name.lower() for name, _value in response.headers}
    found = {"Content-Security-Policy": _POLICY.format(nonce=csp_nonce()), **_ALWAYS}
    if not request.path.startswith("/static/"):
        found["Cache-Control"] = "no-store"
    if request.is_secure:
        found["Strict-Transport-Security"] = "max-age=31536000"
    response.headers.extend({name: value for name, value in found.items() if name.lower() not in present})
    return response


def protect(app: Flask) -> None:
    """Put the guard before every page and the headers on every answer."""
    app.before_request(_refuse_nonsense)
    app.after_request(_headers)
    values: dict[str, Any] = {"csp_nonce": csp_nonce}
    app.jinja_env.globals.update(values)
