"""What the frame of every page shows: navigation with its counters, crumbs, the bell, the user and the language."""

from __future__ import annotations

from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app, g, request
from flask_babel import format_date, get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from extensions import gettext as _
from services import access, accounts, clock, counters, money_words, notices, parameters
from services.kept import kept
from views import shown
from views.menu import MENU, PHONE, Area, Item
from views.security import current_user

NEWS = 10
SLOT = "\u241f"  # where the token of the session stands in what is drawn once
# (address of an entry, what the pages it leads to begin with), the longest first
STARTS = sorted(((item.href, item.href.removesuffix("list/")) for area in MENU for item in area.items if item.href != "/"),
                key=lambda pair: -len(pair[1]))


def crumbs(*trail: tuple[Any, str | None], above: Any = None) -> None:
    """Set the way to the page in hand: (label, address or None for the page itself). `above` stands over the last one on a phone,
    which shows no other.
    """
    g.crumbs, g.above = list(trail), above


def counted(number: int) -> str:
    """A figure as it stands in a counter."""
    return f"{counters.MOST}+" if number > counters.MOST else str(number)


def _may(user: Any, item: Item) -> bool:
    return item.noun is None or access.can(user, item.act, item.noun)


def _here(path: str) -> str:
    """The address of the entry that a page belongs to: the longest that leads to it."""
    return "/" if path == "/" else next((href for href, start in STARTS if path.startswith(start)), "")


def _area(area: Area, user: Any, here: str, figures: dict[str, tuple[int, int]]) -> Markup:
    """An area with its entries; none of it where the user may read nothing of it."""
    items = [_item(item, here, figures) for item in area.items if _may(user, item)]
    if not items:
        return Markup()
    late, waits = sum(item.late_count for item in items), sum(item.all_count for item in items)
    return _drawn("area", SimpleNamespace(
        label=area.label, icon=area.icon, href=_start(items).href, entries=items, open=any(item.active for item in items),
        **_counter(late, waits, mine=area.key == "work")))


def _start(items: list[Any]) -> Any:
    """Where an area opens: its first list."""
    return next((item for item in items if not item.href.endswith("/add")), items[0])


def _item(item: Item, here: str, figures: dict[str, tuple[int, int]]) -> SimpleNamespace:
    waits, late = figures.get(item.counter or "", (0, 0))
    return SimpleNamespace(label=item.label, href=item.href, active=item.href == here, all_count=waits, late_count=late,
                           all_shown=counted(waits), late_shown=counted(late), words=_("%(count)s late", count=counted(late)))


def _counter(late: int, waits: int, *, mine: bool = False) -> dict[str, Any]:
    """The figure beside an entry: what is late, in red, else what is open; in words, both."""
    words = []
    if late:
        words.append(_("%(count)s late of what waits for me", count=counted(late)) if mine else _("%(count)s late", count=counted(late)))
    words += [_("%(count)s open", count=counted(waits))] if waits else []
    return {"late": late > 0, "count": counted(late or waits) if late or waits else None, "words": "，".join(words)}


def _area_of(user: Any, here: str) -> tuple[Any, str] | None:
    """(label, start) of the area that the page in hand belongs to; None outside of all and on the user's own work."""
    area = next((area for area in MENU if any(item.href == here for item in area.items)), None)
    if area is None or area.key == "work":
        return None
    open_to_him = [item for item in area.items if _may(user, item)]
    return (area.label, _start(open_to_him).href) if any(item.href == here for item in open_to_him) else None


def _trail(user: Any, here: str) -> list[tuple[Any, str | None]]:
    """The crumbs of the page behind the area it belongs to."""
    trail: list[tuple[Any, str | None]] = g.get("crumbs", [])
    area = kept(("area", user.id, here), lambda: _area_of(user, here)) if trail and user is not None else None
    return trail if area is None or str(area[0]) == str(trail[0][0]) else [area, *trail]


def _drawn(part: str, of: Any) -> Markup:
    """A part of the frame."""
    return getattr(current_app.jinja_env.get_template("layout/frame.html").module, part)(of)  # type: ignore[no-any-return]


def _user_links() -> list[tuple[Any, str, str]]:
    """(label, address, icon) of the user's own pages."""
    return [(_("Change the password"), "/account/password", "key"), (_("My sessions"), "/account/access/", "devices")]


class Frame:
    """The frame for one page; each part is asked for only where a template shows it, so a page without frame asks nothing."""

    search_url, logout_url, token = "/search/", "/logout/", SLOT

    def __init__(self) -> None:
        locale = get_locale()
        self.locale = "en" if locale is not None and locale.language == "en" else "zh-CN"
        self.other_locale_href = "/lang/en" if self.locale == "zh-CN" else "/lang/zh_Hans_CN"
        self.user = current_user()

    def _part(self, part: str, *look: Any) -> Markup:
        """A part of the frame, drawn once for each look of it in this language."""
        return kept(("frame", part, self.locale, *look), lambda: _drawn(part, self))

    @cached_property
    def here(self) -> str:
        """The address of the entry that the page in hand belongs to."""
        return _here(request.path)

    @cached_property
    def side_closed(self) -> bool:
        """Whether the user folded the navigation; papers are drawn by jobs too, where there is no request to ask."""
        return "side" in request.cookies and request.cookies["side"] == "closed"

    @cached_property
    def navigation(self) -> Markup:
        """The navigation as it is drawn: each area the same for a user until his rights or one of its figures change."""
        if self.user is None:
            return Markup()
        figures, areas = counters.waiting(self.user), []
        for area in MENU:
            here = self.here if any(item.href == self.here for item in area.items) else ""
            shown_there = tuple(figures[item.counter] for item in area.items if item.counter in figures)
            areas.append(kept(("area drawn", self.locale, self.user.id, area.key, here, shown_there),
                              partial(_area, area, self.user, here, figures)))
        return Markup().join(areas)

    @cached_property
    def forgery_token(self) -> str:
        """The token of the session, which the forms of the frame send back."""
        return generate_csrf()

    @property
    def brand(self) -> Markup:
        """The company, the way to the work page."""
        return self._part("brand")

    @property
    def side_foot(self) -> Markup:
        """Who is signed in, below the navigation."""
        return self._part("side_foot", self.user_name, self.user_role).replace(SLOT, self.forgery_token)

    @property
    def find(self) -> Markup:
        """The search box; on its own page it keeps what was typed."""
        return self._part("find") if not self.words else _drawn("find", self)

    @cached_property
    def words(self) -> str:
        """What is searched for on the page of the search."""
        return request.args.get("q", "") if request.path == self.search_url else ""

    @property
    def acts(self) -> Markup:
        """The buttons beside the search box."""
        return self._part("acts")

    @property
    def bell(self) -> Markup:
        """The bell with what is not read yet."""
        return _drawn("bell", self).replace(SLOT, self.forgery_token) if self.news else self._part("bell")

    @property
    def who(self) -> Markup:
        """Who is signed in, with his pages and the way out."""
        return self._part("who", self.user_name, self.user_role).replace(SLOT, self.forgery_token)

    @property
    def foot(self) -> Markup:
        """The bar of the phone and the window that lists all keys."""
        return self._part("foot", self.user and self.user.id, self.here)

    @cached_property
    def crumbs(self) -> list[tuple[Any, str | None]]:
        """The way to the page in hand."""
        return _trail(self.user, self.here)

    @cached_property
    def above(self) -> Any:
        """What kind of thing the page in hand is, where its last crumb does not say so."""
        return g.get("above")

    @cached_property
    def tabs(self) -> list[SimpleNamespace]:
        """The bar of the phone."""
        return [SimpleNamespace(label=label, icon=icon, href=item.href, active=item.href == self.here, main=item.act == "create")
                for label, icon, item in PHONE if self.user is not None and _may(self.user, item)]

    @cached_property
    def user_name(self) -> str:
        """Who is signed in."""
        return " ".join(part for part in (self.user.first_name, self.user.last_name) if part) if self.user is not None else ""

    @cached_property
    def user_role(self) -> str:
        """His roles in words."""
        return "、".join(str(accounts.role_label(name)) for name in access.role_names(self.user)) if self.user is not None else ""

    @cached_property
    def news(self) -> list[SimpleNamespace]:
        """What he has not read yet."""
        told = notices.waiting_for(self.user, limit=NEWS) if self.user is not None and counters.unread(self.user) else []
        return [SimpleNamespace(id=note.id, text=note.text, at=shown.moment(note.at), urgent=note.urgent) for note in told]

    @cached_property
    def company(self) -> str:
        """The company that runs this installation."""
        return parameters.text("company.name")

    @cached_property
    def today(self) -> str:
        """`2025年03月05日 星期三`."""
        return format_date(clock.today(), "yyyy年MM月dd日 EEEE" if self.locale == "zh-CN" else "full")

    @cached_property
    def links(self) -> list[tuple[Any, str, str]]:
        """The user's own pages."""
        return _user_links()


def _shell() -> dict[str, Any]:
    frame = Frame()
    return {"shell": frame, "current_user": frame.user}


def add_shell(app: Flask) -> None:
    """Give every template the frame."""
    app.context_processor(_shell)
    app.add_template_filter(money_words.in_words, "in_words")
