"""The house rules as functions over source text: each gives the lines that break it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

LAYERS = ("app", "views", "cli", "seed", "forms", "services", "models", "extensions", "config")
HEIGHT = {"app": 0, "views": 1, "cli": 1, "seed": 1, "forms": 2, "services": 3, "models": 4, "extensions": 5, "config": 6}


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def layering(layer: str, text: str) -> list[str]:
    """Imports that point up or sideways, and libraries a layer must not know."""
    found = []
    for line, module in _imports(ast.parse(text)):
        root = module.split(".")[0]
        if root in HEIGHT and root != layer and HEIGHT[root] <= HEIGHT[layer]:
            found.append(f"{line}: {layer} imports {module}")
        if layer == "models" and root in {"flask", "wtforms", "flask_wtf", "flask_login"}:
            found.append(f"{line}: models import {module}")
        if layer == "services" and root in {"wtforms", "flask_wtf", "flask_login"}:
            found.append(f"{line}: services import {module}")
    if layer == "services":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == "flask":
                found += [f"{node.lineno}: services take {alias.name} from flask" for alias in node.names
                          if alias.name not in {"current_app", "render_template", "Flask"}]
    return found


def commits(text: str) -> list[str]:
    """Calls of `.commit()`."""
    return [f"{node.lineno}: commit" for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"]


def clock_reads(text: str) -> list[str]:
    """Calls that ask the machine for the time."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"now", "today", "utcnow"}:
            owner = ast.unparse(node.func.value)
            if owner.split(".")[-1] in {"datetime", "date"}:
                found.append(f"{node.lineno}: {owner}.{node.func.attr}")
    return found


_TEMPLATE = (
    (re.compile(r"\|\s*safe\b"), "marks text as safe"),
    (re.compile(r"<[^>]*\son\w+\s*=", re.IGNORECASE), "has an inline handler"),
    (re.compile(r"<style\b", re.IGNORECASE), "has an inline style sheet"),
    (re.compile(r"<script(?![^>]*nonce)", re.IGNORECASE), "has a script without nonce"),
    (re.compile(r"https?://(?!www\.w3\.org)", re.IGNORECASE), "refers to another host"),
)


def template(text: str) -> list[str]:
    """What no template may hold."""
    return [f"{number}: {words}" for number, line in enumerate(text.splitlines(), start=1)
            for pattern, words in _TEMPLATE if pattern.search(line)]


def bulk_changes(text: str) -> list[str]:
    """Core `update()`, `delete()` and bulk calls: they pass by the history, so only books and counters may be changed so."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if isinstance(node.func, ast.Name) and name in {"update", "delete"} and node.args:
                found.append(f"{node.lineno}: {name}({ast.unparse(node.args[0])})")
            elif name.startswith("bulk_"):
                found.append(f"{node.lineno}: {name}")
    return found


def replacements(text: str) -> list[str]:
    """Statements that replace rows: on SQLite they pass by the triggers that keep what is only ever added (R7)."""
    return [f"{number}: replaces rows" for number, line in enumerate(text.splitlines(), start=1)
            if re.search(r"\b(INSERT\s+OR\s+REPLACE|REPLACE\s+INTO)\b|\bprefix_with\(.OR REPLACE", line, re.IGNORECASE)]
