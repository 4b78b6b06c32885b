"""What the frame of every page shows: navigation, crumbs, the user and the language."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask, g, request
from flask_babel import get_locale

from services import access, accounts, money_words
from views.menu import MENU
from views.security import current_user

LANGUAGES = {"zh_Hans_CN": "zh-CN", "en": "en"}


def crumbs(*trail: tuple[Any, str | None]) -> None:
    """Set the way to the page in hand: (label, address or None for the page itself)."""
    g.crumbs = list(trail)


def _areas(user: Any) -> list[SimpleNamespace]:
    areas = []
    starts = [(item.href, item.href.removesuffix("list/")) for area in MENU for item in area.items]
    here = max((start for start in starts if request.path.startswith(start[1]) and start[0] != "/"), key=lambda start: len(start[1]),
               default=("/", "/"))[0]
    for area in MENU:
        items = [SimpleNamespace(label=item.label, href=item.href, count=None, late=False, active=item.href == here and (
                     here != "/" or request.path == "/"))
                 for item in area.items if item.noun is None or access.can(user, item.act, item.noun)]
        if items:
            areas.append(SimpleNamespace(key=area.key, label=area.label, icon=area.icon, href=items[0].href, items=items,
                                         open=any(item.active for item in items)))
    return areas


def _shell() -> dict[str, Any]:
    locale = str(get_locale() or "zh_Hans_CN")
    other = "en" if locale.startswith("zh") else "zh_Hans_CN"
    frame = SimpleNamespace(areas=[], user_name="", user_role="", crumbs=g.get("crumbs", []),
                            locale=LANGUAGES.get(locale, "zh-CN"), other_locale_href=f"/lang/{other}", search_url="/search/",
                            notices=0, logout_url="/logout/")
    user = current_user()
    if user is not None:
        frame.areas = _areas(user)
        frame.user_name = " ".join(part for part in (user.first_name, user.last_name) if part)
        frame.user_role = "、".join(str(accounts.role_label(name)) for name in access.role_names(user))
    return {"shell": frame, "current_user": user}


def add_shell(app: Flask) -> None:
    """Give every template the frame."""
    app.context_processor(_shell)
    app.add_template_filter(money_words.in_words, "in_words")
