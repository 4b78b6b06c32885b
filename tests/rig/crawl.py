"""Every address of the product with real keys: what a visitor could click or type."""

from __future__ import annotations

import itertools
import re
from typing import Any

from flask_appbuilder import ModelView
from sqlalchemy import inspect

from models.paper import PAPERS
from services.rights import ROLES

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def _references(model: Any) -> list[str]:
    return [relation.key for relation in inspect(model).relationships if not relation.uselist]


def one_of_each_area() -> list[str]:
    """A paper of each area: what holds for an address of one holds for the others, whose pages are the same code."""
    return sorted({str(paper.area): code for code, (_model, paper) in sorted(PAPERS.items(), reverse=True)}.values())


def _choices(app: Any, text: str, name: str, papers: list[str]) -> list[str]:
    """What may stand in an address for one of its arguments. KeyError for one nobody told us of."""
    plain = text.replace("/api/v1/", "/")
    base = plain[:plain.index("/", 1)]
    views = {view.route_base: view for view in app.appbuilder.baseviews}
    view = views.get(base)
    if name == "transition":
        stepping = view or next(door.view for door in app.appbuilder.baseviews if door.route_base == text[:text.index("/<")])
        return sorted(stepping.machine.transitions)
    if name == "kind" and base == "/attachments":
        return ["customer", "work_order"]
    if name == "column":
        model = view.model if isinstance(view, ModelView) else None
        return _references(model) if model is not None else ["customer", "part", "request"]
    if name == "slot":
        return ["engineer", "customer", "repairer"]
    if name == "act":
        return ["file", "drop", "none"] if "/scans/" in text else ["receive", "hand-out", "missing", "void", "none"]
    return {"pk": ["1", "99999"], "key": ["1"], "kind": ["csv", "xlsx"], "code": papers, "role": ["buyer", next(iter(ROLES))],
            "secret": ["nothing"], "locale": ["zh_Hans_CN"], "filename": ["app.css"], "version": ["v1"],
            "name": ["send", "accept", "none"]}[name]


def addresses(app: Any, methods: frozenset[str] | set[str], papers: list[str] | None = None) -> list[tuple[str, str]]:
    """(method, address) of all routes that take one of these methods; those of papers for all papers or for these."""
    found = []
    for rule in app.url_map.iter_rules():
        text = str(rule)
        names = _ARGUMENT.findall(text)
        for values in itertools.product(*(_choices(app, text, name, papers or sorted(PAPERS)) for name in names)):
            chosen = iter(values)
            url = _ARGUMENT.sub(lambda _match, chosen=chosen: next(chosen), text)  # type: ignore[misc]
            found += [(method, url) for method in sorted(rule.methods & methods)]
    return found
