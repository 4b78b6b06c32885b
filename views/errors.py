"""Every failure has a page (or a JSON answer) that says what to do, and never what went on inside."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from extensions import gettext as _
from services import audit, unit_of_work
from services.errors import Conflict, DomainError, NotAllowed, NotThere


def _words(code: int) -> tuple[str, str]:
    words = {
        400: (_("This address or form makes no sense"), _("Go back and try again from the page you came from.")),
        401: (_("Please sign in"), _("You have been signed out.")),
        403: (_("For others only"), _("Your rights do not cover this. Ask the administrator if you need it.")),
        404: (_("Not found"), _("There is nothing here, or it is not meant for you.")),
        405: (_("Not this way"), _("Use the buttons of the page.")),
        409: (_("Somebody was faster"), _("The record was changed meanwhile. Open it again; nothing was overwritten.")),
        413: (_("Too large"), _("Files may be up to 20 MB each.")),
        422: (_("Not possible"), _("A rule of the business stands against it.")),
        429: (_("Too many attempts"), _("Wait a little and try again.")),
        503: (_("The database is not answering"), _("Nothing was lost or half done. Try again in a moment.")),
    }
    return words.get(code, (_("Something went wrong here"),
                            _("Nothing was changed. Give the number below to your administrator.")))


def answer(code: int, text: Any = None, *, field: str | None = None) -> Any:
    """A failure as a page, or as JSON for programs."""
    unit = unit_of_work.current()
    number = unit.request_id if unit else ""
    title, general = _words(code)
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        body = {"message": str(text or title), "errors": {field: [str(text)]} if field else {}, "request_id": number}
        return jsonify(body), code, {"Retry-After": "5"} if code == 503 else {}
    page = render_template("errors/error.html", code=code, title=title, text=str(text or general), request_id=number)
    return page, code, {"Retry-After": "5"} if code == 503 else {}


def _refused(error: DomainError) -> Any:
    unit_of_work.abandon()
    if isinstance(error, NotThere):
        return answer(404, error.message or None)
    if isinstance(error, NotAllowed):
        audit.note_security("refused", subject=f"{request.method} {request.path}", apart=True)
        return answer(403, error.message)
    return answer(409 if isinstance(error, Conflict) else 422, error.message, field=error.field)


def _database(error: Exception) -> Any:
    unit_of_work.abandon()
    code = 503
    if isinstance(error, IntegrityError | StaleDataError):
        code = 409
    elif isinstance(error, DataError) or not isinstance(error, OperationalError):
        code = 400
    _log(error, code)
    return answer(code)


def _log(error: BaseException, code: int) -> None:
    unit = unit_of_work.current()
    current_app.logger.error("%s answered for request %s: %s", code, unit.request_id if unit else "-", type(error).__name__,
                             exc_info=error)


def register(app: Flask) -> None:
    """The handlers; the last one catches what nobody expected, logs it under the request's id and shows only that."""

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Any:
        unit_of_work.abandon()
        return answer(400, _("The page had been open too long. Load it again; what you typed is still there when you go back."))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        if error.response is not None or (error.code or 500) < 400:
            return error
        unit_of_work.abandon()
        return answer(error.code or 500)

    app.register_error_handler(DomainError, _refused)
    for kind in (IntegrityError, StaleDataError, OperationalError, StatementError):
        app.register_error_handler(kind, _database)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Any:
        unit_of_work.abandon()
        _log(error, 500)
        return answer(500)
