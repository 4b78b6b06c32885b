"""What the frame of every page shows: navigation with its counters, crumbs, the bell, the user and the language."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app, g, request
from flask_babel import get_locale
from flask_babel import gettext as _

from services import access, accounts, counters, money_words, notices, parameters
from views import shown
from views.menu import MENU, PHONE, Item
from views.security import current_user

LANGUAGES = {"zh_Hans_CN": "zh-CN", "en": "en"}
NEWS = 10


def crumbs(*trail: tuple[Any, str | None]) -> None:
    """Set the way to the page in hand: (label, address or None for the page itself)."""
    g.crumbs = list(trail)


def counted(number: int) -> str:
    """A figure as it stands in a counter."""
    return f"{counters.MOST}+" if number > counters.MOST else str(number)


def _may(user: Any, item: Item) -> bool:
    return item.noun is None or access.can(user, item.act, item.noun)


def _here() -> str:
    """The address of the entry that the page in hand belongs to: the longest that leads to it."""
    if request.path == "/":
        return "/"
    starts = [(item.href, item.href.removesuffix("list/")) for area in MENU for item in area.items if item.href != "/"]
    return max((start for start in starts if request.path.startswith(start[1])), key=lambda start: len(start[1]), default=("", ""))[0]


def _areas(user: Any) -> list[SimpleNamespace]:
    here, figures, areas = _here(), counters.waiting(user), []
    for area in MENU:
        items = [_item(item, here, figures) for item in area.items if _may(user, item)]
        if items:
            late, waits = sum(item.late_count for item in items), sum(item.all_count for item in items)
            if area.key == "work":
                late, waits = sum(pair[1] for pair in figures.values()), 0
            areas.append(SimpleNamespace(key=area.key, label=area.label, icon=area.icon, href=_start(items).href, entries=items,
                                         open=any(item.active for item in items), late=late > 0, count=counted(late or waits)
                                         if late or waits else None))
    return areas


def _start(items: list[SimpleNamespace]) -> SimpleNamespace:
    """Where an area opens: its first list."""
    return next((item for item in items if not item.href.endswith("/add")), items[0])


def _item(item: Item, here: str, figures: dict[str, tuple[int, int]]) -> SimpleNamespace:
    waits, late = figures.get(item.counter or "", (0, 0))
    return SimpleNamespace(label=item.label, href=item.href, active=item.href == here, count=counted(waits) if waits else None,
                           all_count=waits, late_count=late)


def _trail(areas: list[SimpleNamespace]) -> list[tuple[Any, str | None]]:
    """The crumbs of the page behind the area it belongs to."""
    trail: list[tuple[Any, str | None]] = g.get("crumbs", [])
    area = next((area for area in areas if area.open), None)
    if area is None or area.key == "work" or not trail:
        return trail
    return [(area.label, area.href), *trail]


def _user_links() -> list[tuple[Any, str, str]]:
    """(label, address, icon) of the user's own pages that this installation has."""
    known = {str(rule) for rule in current_app.url_map.iter_rules()}
    pages = ((_("Change the password"), ("/account/password",), "key"),
             (_("My sessions"), ("/account/sessions", "/account/sessions/"), "devices"))
    return [(label, href, icon) for label, hrefs, icon in pages for href in hrefs if href in known]


def _shell() -> dict[str, Any]:
    locale = str(get_locale() or "zh_Hans_CN")
    other = "en" if locale.startswith("zh") else "zh_Hans_CN"
    frame = SimpleNamespace(areas=[], tabs=[], user_name="", user_role="", crumbs=g.get("crumbs", []), news=[], company="",
                            locale=LANGUAGES.get(locale, "zh-CN"), other_locale_href=f"/lang/{other}", search_url="/search/",
                            logout_url="/logout/", side_closed=request.cookies.get("side") == "closed", links=[])
    user = current_user()
    if user is not None:
        frame.areas = _areas(user)
        frame.crumbs = _trail(frame.areas)
        frame.tabs = [SimpleNamespace(label=label, icon=icon, href=item.href, active=item.href == _here(), main=item.act == "create")
                      for label, icon, item in PHONE if _may(user, item)]
        frame.user_name = " ".join(part for part in (user.first_name, user.last_name) if part)
        frame.user_role = "、".join(str(accounts.role_label(name)) for name in access.role_names(user))
        frame.news = [SimpleNamespace(id=note.id, text=note.text, at=shown.moment(note.at), urgent=note.urgent)
                      for note in notices.waiting_for(user, limit=NEWS)]
        frame.company, frame.links = parameters.text("company.name"), _user_links()
    return {"shell": frame, "current_user": user}


def add_shell(app: Flask) -> None:
    """Give every template the frame."""
    app.context_processor(_shell)
    app.add_template_filter(money_words.in_words, "in_words")
