"""What the roles hold in the database, and how the administrator changes it. No later release undoes it."""

from __future__ import annotations

from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from extensions import db
from services import audit
from services.errors import NotThere
from services.rights import COST_NOUN, LETTERS, SCOPE_NOUN, SCOPES, TABLE

_LETTER_OF = {permission: letter for letter, permissions in LETTERS.items() for permission in permissions}


def _pairs(role: Role) -> set[tuple[str, str]]:
    return {(item.permission.name, item.view_menu.name) for item in role.permissions}


def _role(name: str) -> Role:
    role = db.session.scalar(select(Role).where(Role.name == name))
    if role is None:
        raise NotThere("")
    return role


def held() -> dict[str, dict[str, str]]:
    """Role → kind of record → its letters, in the order of the table."""
    rows = db.session.execute(
        select(Role.name, Permission.name, ViewMenu.name).select_from(Role).join(Role.permissions)
        .join(Permission, PermissionView.permission_id == Permission.id).join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id))
    found: dict[str, dict[str, set[str]]] = {}
    for role, permission, noun in rows:
        if noun in TABLE and permission in _LETTER_OF:
            found.setdefault(role, {}).setdefault(noun, set()).add(_LETTER_OF[permission])
    return {role: {noun: "".join(letter for letter in LETTERS if letter in letters) for noun, letters in nouns.items()}
            for role, nouns in found.items()}


def scope_of(role: str) -> str:
    """How far a role sees; everything when nothing narrower is set."""
    found = [permission for permission, noun in _pairs(_role(role)) if noun == SCOPE_NOUN]
    return next((scope for scope in SCOPES if scope in found), "can_see_all")


def sees_cost(role: str) -> bool:
    """Whether a role sees cost prices."""
    return ("can_list", COST_NOUN) in _pairs(_role(role))


def change(name: str, wanted: set[tuple[str, str]], *, scope: str, cost_prices: bool) -> None:
    """Give a role exactly these (kind of record, letter); rights on anything else stay as they are."""
    role = _role(name)
    target = {(permission, noun) for noun, letter in wanted for permission in LETTERS[letter]} | {(scope, SCOPE_NOUN)}
    if cost_prices:
        target.add(("can_list", COST_NOUN))
    ours = {*TABLE, SCOPE_NOUN, COST_NOUN}
    kept = [item for item in role.permissions if item.view_menu.name not in ours]
    every = db.session.scalars(select(PermissionView).join(PermissionView.view_menu).where(ViewMenu.name.in_(ours))
                               .options(joinedload(PermissionView.permission), joinedload(PermissionView.view_menu)))
    before = _pairs(role)
    role.permissions = kept + [item for item in every if (item.permission.name, item.view_menu.name) in target]
    for mark, pairs in (("+", target - before), ("-", {pair for pair in before - target if pair[1] in ours})):
        for permission, noun in sorted(pairs):
            audit.note_security("right_changed", subject=f"{name} {mark}{permission} {noun}")
