"""The look stands on packages of fixed versions that set-up fetches; nothing of them is loaded from elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts import front_end

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def icons_of(text):
    """Names of icons that a template or a menu asks for."""
    return set(re.findall(r"""icon\(\s*['"]([a-z0-9-]+)['"]""", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_icon_of_a_template_is_in_the_sprite(path):
    assert icons_of(path.read_text(encoding="utf-8")) <= set(front_end.ICONS)


def test_every_icon_of_the_menu_is_in_the_sprite():
    from views.menu import MENU, PHONE

    assert {area.icon for area in MENU} | {icon for _label, icon, _item in PHONE} <= set(front_end.ICONS)


def test_the_icon_check_bites():
    assert icons_of("{{ icon('no-such-thing') }}") - set(front_end.ICONS)


def test_the_lock_names_exact_versions_and_no_host():
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "http" not in lock
    assert '"resolved"' not in lock
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_set_up_left_everything_the_pages_load():
    page = (ROOT / "templates/layout/bare.html").read_text(encoding="utf-8")
    for name in {*re.findall(r"filename='(vendor/[^']+)'", page), "vendor/icons.svg"}:
        assert (ROOT / "static" / name).stat().st_size > 1000, name


def test_a_style_sheet_in_the_layer_loads_nothing_from_elsewhere():
    css = (ROOT / "static/vendor/tabler.css").read_text(encoding="utf-8")
    assert "@layer tabler{" in css[:200]
    assert "@import" not in css
    assert not re.search(r"url\(\s*[\"']?(https?:)?//", css)


@pytest.mark.parametrize("css", ["a{background:url(//x.example/y.png)}"])
def test_the_check_of_addresses_bites(css):
    assert re.search(r"url\(\s*[\"']?(https?:)?//", front_end.layered(css, {"a"}))


def test_a_page_loads_only_rules_whose_classes_are_in_use():
    css = ".btn{a:1}.btn .none,.btn:hover{b:2}@media print{.none{c:3}.btn{d:4}}.none{e:5}:root{--f:6}"
    small = front_end.layered(css, {"btn"}).split("@layer tabler", 1)[1]
    assert small.strip() == "{.btn{a:1}.btn:hover{b:2}@media print{.btn{d:4}}:root{--f:6}}"
    assert (ROOT / "static/vendor/tabler.css").stat().st_size < 250_000
