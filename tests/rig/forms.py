"""What a form of a page would send if it were sent as it stands."""

from __future__ import annotations

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.kinds: dict[str, str] = {}
        self._open: dict[str, str] | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        seen = {name: value or "" for name, value in attrs}
        if tag == "form" and seen.get("method") == "post":
            self._open = {}
            self.forms.append(self._open)
        if self._open is None:
            return
        name, kind = seen.get("name", ""), seen.get("type", "text")
        if tag == "input" and name:
            self.kinds[name] = kind
        if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in seen):
            self._open[name] = seen.get("value", "")
        elif tag == "textarea" and name:
            self._area, self._open[name], self.kinds[name] = name, "", tag
        elif tag == "select" and name:
            self._select, self._open[name], self.kinds[name] = name, "", tag
        elif tag == "option" and self._select and "selected" in seen:
            self._open[self._select] = seen.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            self._open[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


def typed(page: str) -> dict[str, str]:
    """Names and values of the largest form of a page; unticked boxes are not sent."""
    reader = _Reader()
    reader.feed(page)
    return max(reader.forms, key=len, default={})


MARKS = frozenset({"csrf_token", "form_key", "seen", "lock_version", "act"})


def asked(page: str) -> tuple[dict[str, str], dict[str, str]]:
    """(values, kinds) of the largest form; hidden fields that are no marks are references, chosen by a remote select."""
    reader = _Reader()
    reader.feed(page)
    values = max(reader.forms, key=len, default={})
    kinds = {name: "lookup" if kind == "hidden" else kind for name, kind in reader.kinds.items() if name not in MARKS}
    return values, kinds
