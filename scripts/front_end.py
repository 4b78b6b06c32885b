"""From node_modules to static/vendor what the pages use: Tabler's style sheet in a cascade layer, icons as one sprite, Inter, the pad.

A layer, so that a rule of our own style sheet always wins, whatever its weight: nothing has to be overridden by force.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import tinycss2

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
LICENCE = "/* Tabler, copyright The Tabler Authors and codecalm.net Paweł Kuna, MIT licence */\n"
ICONS = (
    "adjustments-horizontal", "alert-circle", "alert-triangle", "arrow-back-up", "arrow-right", "arrows-sort", "ban", "barcode", "bell",
    "bookmark", "building", "calendar", "camera", "chart-bar", "check", "checklist", "chevron-down", "chevron-left", "chevron-right",
    "circle-check", "clipboard-check", "clipboard-list", "clock", "cloud-off", "columns-3", "device-mobile", "devices", "dots", "download",
    "external-link", "eye", "file-plus", "file-text", "filter", "grip-vertical", "headset", "help", "history", "home", "info-circle", "key",
    "keyboard", "language", "layout-sidebar-left-collapse", "list-check", "lock", "logout", "map-pin", "menu-2", "navigation", "package",
    "paperclip", "pencil", "phone", "phone-call", "phone-check", "photo", "player-pause", "plus", "printer", "qrcode",
    "receipt", "refresh", "search", "send", "settings", "signature", "tool", "trash", "truck", "upload", "user", "users", "writing", "x",
)


def sprite(folder: Path) -> str:
    """The listed icons as symbols of one SVG; raises FileNotFoundError for a name the set does not have."""
    symbols = []
    for name in ICONS:
        drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
        body = " ".join(re.sub(r"</?svg[^>]*>|<path stroke=\"none\"[^>]*/>", "", drawing).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
                       f'stroke-linecap="round" stroke-linejoin="round">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def words_in_use() -> set[str]:
    """Every word of our templates and scripts: whatever class a page may carry is among them."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").glob("*.js")]
    return {word for path in files for word in re.findall(r"[A-Za-z][\w-]*", path.read_text(encoding="utf-8"))}


def _kept(rules: Any, used: set[str]) -> str:
    parts = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [text for text in re.split(r",(?![^(]*\))", tinycss2.serialize(rule.prelude))
                         if set(re.findall(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)", text)) <= used]
            if selectors:
                parts.append(f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "container"):
            inside = _kept(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), used)
            if inside:
                parts.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            parts.append(rule.serialize())
    return "".join(parts)


def layered(css: str, used: set[str]) -> str:
    """Of a style sheet the rules whose classes are in use, as the layer `tabler`: a browser reads it anew for every page."""
    return LICENCE + "@layer tabler{" + _kept(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), used) + "}\n"


def main() -> int:
    """Fill static/vendor anew."""
    modules = ROOT / "node_modules"
    VENDOR.mkdir(parents=True, exist_ok=True)
    css = (modules / "@tabler/core/dist/css/tabler.min.css").read_text(encoding="utf-8")
    (VENDOR / "tabler.css").write_text(layered(css, words_in_use()), encoding="utf-8")
    (VENDOR / "icons.svg").write_text(sprite(modules / "@tabler/icons/icons/outline"), encoding="utf-8")
    shutil.copy(modules / "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", VENDOR / "inter.woff2")
    shutil.copy(modules / "signature_pad/dist/signature_pad.umd.min.js", VENDOR / "signature_pad.js")
    return 0


if __name__ == "__main__":
    sys.exit(main())
