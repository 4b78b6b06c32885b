"""Each parameter the administrator can set does something: its key is read by a module of the product."""

from __future__ import annotations

import ast
import re

import yaml

from config import ROOT

ROOMS = ("services", "views", "forms", "models")


def shipped() -> set[str]:
    """The keys of the parameters as they are delivered."""
    return set(yaml.safe_load((ROOT / "seed" / "data" / "parameters.yaml").read_text(encoding="utf-8")))


def patterns() -> list[re.Pattern[str]]:
    """What may stand for a key in the code: the texts with a dot, and those put together (`f"layout.{profile}"`)."""
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[a-z]+\.\w+(\.\w+)*", node.value):
                    found.add(re.escape(node.value))
                elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values]
                    if re.match(r"[a-z]+\\\.", parts[0]):
                        found.add("".join(parts))
    return [re.compile(text) for text in found]


def unread(keys: set[str]) -> set[str]:
    """The keys among them that no module reads."""
    ways = patterns()
    return {key for key in keys if not any(way.fullmatch(key) for way in ways)}


def test_each_parameter_is_read_by_a_module():
    assert unread(shipped()) == set()


def test_the_check_bites_on_a_parameter_nobody_reads():
    assert unread({*shipped(), "calendar.week", "layout.OTHER", "dispatch.moon"}) == {"calendar.week", "dispatch.moon"}
