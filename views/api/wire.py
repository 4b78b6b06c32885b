"""What programs send and get: JSON that is read strictly, the question `q` in Rison or JSON, and values as JSON."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

import prison
from flask import abort, jsonify, make_response, request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from extensions import gettext as _
from forms.model_forms import HIDDEN, Lookup, Several, Ticked
from forms.steps import Pick, Ticks
from services import audit, unit_of_work
from views.guard import BAD, MAX_ID

LARGEST = 1_000_000
LONGEST_QUESTION = 4_000
DEEPEST = 8
QUESTION = {"filters", "order_column", "order_direction", "page", "page_size", "columns", "search"}
_ASKED = re.compile(r"^[A-Za-z0-9_]{1,60}$")


def refuse(code: int, message: Any, errors: dict[str, list[Any]] | None = None, **more: Any) -> NoReturn:
    """Answer with a failure; nothing of the unit is kept."""
    unit = unit_of_work.current()
    body = {"message": str(message), "errors": {name: [str(text) for text in texts] for name, texts in (errors or {}).items()},
            "request_id": unit.request_id if unit else "", **more}
    abort(make_response(jsonify(body), code))


def malformed(field: str | None = None, text: Any = None) -> NoReturn:
    """400: the request makes no sense, whatever the business says."""
    words = text or _("This makes no sense here.")
    refuse(400, words, {field: [words]} if field else None)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(_text: str) -> NoReturn:
    raise ValueError("no number")


def _parse(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once)


def _clean(value: Any, depth: int = 0) -> None:
    """400 for control characters, lone surrogates, numbers beyond 32 bits before the point, and nests too deep."""
    if depth > DEEPEST:
        malformed()
    if isinstance(value, str):
        if BAD.search(value):
            malformed()
    elif isinstance(value, dict):
        for name, item in value.items():
            _clean(name, depth + 1)
            _clean(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _clean(item, depth + 1)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) > MAX_ID * 1_000):
        malformed()


def body() -> dict[str, Any]:
    """The JSON object of the request; 400 for anything else, 413 beyond 1 MB."""
    if request.mimetype != "application/json":
        malformed("Content-Type", _("Send application/json."))
    if request.args:
        malformed(text=_("No arguments are known here."))
    if (request.content_length or 0) > LARGEST:
        abort(413)
    try:
        value = _parse(request.get_data().decode("utf-8")) if request.get_data() else {}
    except (ValueError, RecursionError):
        malformed(text=_("This is not JSON."))
    if not isinstance(value, dict):
        malformed(text=_("This is not a JSON object."))
    _clean(value)
    return value


def question() -> dict[str, Any]:
    """The argument `q` as an object, Rison or JSON; unknown arguments and keys are 400."""
    if set(request.args) - {"q"} or len(request.args.getlist("q")) > 1:
        malformed(text=_("Only the argument q is known here."))
    text = request.args.get("q", "").strip()
    if not text:
        return {}
    if len(text) > LONGEST_QUESTION:
        malformed("q")
    try:
        asked = _parse(text) if text.startswith("{") else prison.loads(text)
    except (prison.decoder.ParserException, ValueError, RecursionError, IndexError, KeyError, TypeError):
        malformed("q", _("This is neither Rison nor JSON."))
    if not isinstance(asked, dict):
        malformed("q")
    _clean(asked)
    for name in asked:
        if name not in QUESTION:
            malformed("q", _("Unknown here: %(name)s", name=name))
    return asked


def figure(asked: dict[str, Any], name: str, default: int, least: int, most: int) -> int:
    """A whole number of the question within its bounds."""
    value = asked.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        malformed("q", f"{name}: {least}–{most}")
    return value


def names(asked: dict[str, Any], known: tuple[str, ...]) -> tuple[str, ...]:
    """The columns asked for, of those that may be; all when none are named."""
    chosen = asked.get("columns", list(known))
    if not isinstance(chosen, list) or not chosen or any(not isinstance(name, str) or name not in known for name in chosen):
        malformed("q", _("Columns: %(names)s", names=", ".join(known)))
    return tuple(dict.fromkeys(chosen))


def plain(value: Any) -> Any:
    """A value as JSON: another record as id and name, codes of lists, instants in UTC, decimals as text."""
    if value is not None and hasattr(value, "__table__"):
        return {"id": value.id, "name": str(value)}
    return audit.plain(value)


def shown(record: Any, wanted: tuple[str, ...]) -> dict[str, Any]:
    """A record as JSON: its key, its version and the columns asked for."""
    return {"id": record.id, "lock_version": record.lock_version, **{name: plain(getattr(record, name)) for name in wanted}}


def version(sent: dict[str, Any], *, must: bool) -> int | None:
    """Take `lock_version` out of what was sent: the version the change was made on."""
    if "lock_version" not in sent:
        if must:
            malformed("lock_version", _("Send the lock_version you read."))
        return None
    value = sent.pop("lock_version")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MAX_ID:
        malformed("lock_version")
    return value


def known(sent: dict[str, Any], fields: Any) -> None:
    """400 for a field that cannot be written here."""
    wrong = [name for name in sent if name not in fields]
    if wrong:
        words = _("This field cannot be written here.")
        refuse(400, words, {name if _ASKED.match(name) else "?": [words] for name in wrong})


def fill(form_class: Any, sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, read and judged by the fields of a form: the same sentences as on the page, 422 with all of them."""
    form = form_class(formdata=MultiDict(), meta={"csrf": False})
    texts = MultiDict([(name, text) for name, value in sent.items() for text in _texts(form[name], name, value)])
    form = form_class(formdata=texts, meta={"csrf": False})
    if not form.validate():
        errors = {field.name: [str(text) for text in field.errors] for field in form if field.errors and field.name not in HIDDEN}
        refuse(422, _("Please check the marked fields."), errors)
    return {field.name: field.data for field in form if field.name not in HIDDEN}


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        malformed(name, _("Send a list of keys."))
    return value


def _texts(field: Any, name: str, value: Any) -> list[str]:
    """A JSON value as the texts a form would send; 400 where the kind is wrong."""
    if isinstance(field, BooleanField):
        if not isinstance(value, bool):
            malformed(name, _("Send true or false."))
        return ["true" if value else ""]
    if isinstance(field, Ticks | Several):
        keys = [item.get("id") if isinstance(item, dict) and item.keys() <= {"id", "name"} else item for item in _list(name, value)]
        if any(isinstance(item, bool) or not isinstance(item, int) for item in keys):
            malformed(name, _("Send a list of keys."))
        return [str(item) for item in keys]
    if isinstance(field, Ticked) and isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            malformed(name, _("This kind of value does not belong here."))
        return value
    if isinstance(value, dict) and isinstance(field, Lookup | Pick) and value.keys() <= {"id", "name"}:
        value = value.get("id")
    if value is None:
        return [""]
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        malformed(name, _("This kind of value does not belong here."))
    return [str(value)]
