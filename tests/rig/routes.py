"""One application for each test means thousands of routers with the same rules: what builds their addresses is compiled once."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule


def share_builders() -> None:
    """Let equal rules of all applications in this process share the function that builds their address.

    Werkzeug compiles two for each rule. They close over nothing: the rule comes as first argument.
    """
    compiled: dict[Any, Any] = {}
    compile_builder = Rule._compile_builder

    def shared(rule: Rule, append_unknown: bool = True) -> Any:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = shared  # type: ignore[method-assign]
