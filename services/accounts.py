"""Signing in and out, sessions, lock-out, one-time links, API keys (R9): all kept in the database, for every worker alike."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import secrets
from typing import Any

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import load_only

from extensions import _l, db
from models.account import ApiKey, LoginFailure, OneTimeLink, UserSession
from models.organisation import Staff
from services import access, audit, passwords, unit_of_work
from services.errors import DomainError, NotThere
from services.kept import MARK, mark_is
from services.rights import ROLES

IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=12)
SEEN_EVERY = dt.timedelta(minutes=1)
WINDOW = dt.timedelta(minutes=15)
FREE_BY_USER, FREE_BY_ADDRESS = 5, 60
LINK_HOURS = 48
ACTING = User.username, User.first_name, User.last_name, User.active  # what is read of who is signed in


def digest(secret: str) -> str:
    """How a secret of ours is kept: SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


# --- signing in

def sign_in(username: str, password: str, *, ip: str, agent: str, now: dt.datetime) -> tuple[User, str]:
    """The user and the secret of his new session. Raises DomainError, the same sentence for every failure but a lock-out.

    A failure is counted in the unit of work at hand, under the lock of the account's row, so that guesses sent at once are
    counted one after the other; the caller keeps the unit although this raised.
    """
    subjects = (("user", digest(username.casefold().strip())), ("ip", digest(ip)))
    counts = [_count_of(kind, subject, now) for kind, subject in subjects]
    wait = max(_minutes_left(count, now) for count in counts)
    if wait:
        audit.note_security("login_blocked", subject=username)
        raise DomainError(_l("Too many failed attempts. Try again in %(minutes)d min.", minutes=wait), rule="R9")
    user = db.session.scalar(select(User).where(User.username == username.strip()))
    good = passwords.matches(user.password if user else None, password)
    if user is None or not good or not user.is_active:
        for count in counts:
            _add_failure(count, now)
        audit.note_security("login_failed", subject=username)
        raise DomainError(_l("User name or password is wrong."))
    db.session.execute(delete(LoginFailure).where(LoginFailure.kind == "user", LoginFailure.subject_hash == subjects[0][1]))
    user.last_login = now.replace(tzinfo=None)
    user.login_count = (user.login_count or 0) + 1
    audit.note_security("login", user_id=user.id)
    return user, open_session(user, ip=ip, agent=agent, now=now)


def _count_of(kind: str, subject: str, now: dt.datetime) -> LoginFailure:
    """The locked row that counts the failures of an account or an address."""
    query = select(LoginFailure).where(LoginFailure.kind == kind, LoginFailure.subject_hash == subject).with_for_update()
    row = db.session.scalar(query)
    if row is None:
        try:
            with db.session.begin_nested():
                db.session.add(LoginFailure(kind=kind, subject_hash=subject, failures=0, first_at=now))
        except IntegrityError:
            pass  # another attempt made it a moment ago
        row = db.session.scalars(query).one()
    return row  # type: ignore[no-any-return]


def _minutes_left(row: LoginFailure, now: dt.datetime) -> int:
    """Minutes until the account or the address may try again; 0 when it may."""
    if row.blocked_until is None or row.blocked_until <= now:
        return 0
    return int((row.blocked_until - now).total_seconds() // 60) + 1


def _add_failure(row: LoginFailure, now: dt.datetime) -> None:
    """One more failure; from the free ones on the account waits 1, 2, 4 … 15 minutes, the address 15 minutes."""
    if now - row.first_at > WINDOW:
        row.failures, row.first_at = 0, now
    row.failures += 1
    free = FREE_BY_USER if row.kind == "user" else FREE_BY_ADDRESS
    if row.failures >= free:
        minutes = min(2 ** (row.failures - free), 15) if row.kind == "user" else 15
        row.blocked_until = now + dt.timedelta(minutes=minutes)


# --- sessions

def open_session(user: User, *, ip: str, agent: str, now: dt.datetime) -> str:
    """A new session; the secret goes into the cookie, only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    db.session.add(UserSession(key_hash=digest(secret), user_id=user.id, created_at=now, seen_at=now, ip=ip[:45],
                               agent=agent[:200]))
    return secret


def session_user(user_id: int, secret: str, *, now: dt.datetime) -> User | None:
    """The user of a living session: not ended, idle at most 30 minutes, 12 hours in all; None otherwise."""
    found = db.session.execute(_session(), {"secret": digest(secret), "user": user_id}).first()
    if found is None:
        return None
    key, created_at, seen_at, ended_at, user, staff, mark = found
    if ended_at is not None or now - seen_at > IDLE or now - created_at > ABSOLUTE or not user.is_active:
        return None
    if now - seen_at > SEEN_EVERY:
        seen = update(UserSession).where(UserSession.id == key).values(seen_at=now)
        unit = unit_of_work.current()
        if unit is not None and unit.write:
            db.session.execute(seen)
        else:
            unit_of_work.aside(lambda session: session.execute(seen))
    access.staff_is(user, staff)
    mark_is(mark)
    return user  # type: ignore[no-any-return]


@functools.cache
def _session() -> Any:
    """Made once: each request asks it. The session, its user, the colleague behind him, and the mark."""
    of_cookie = UserSession.key_hash == bindparam("secret"), UserSession.user_id == bindparam("user")
    session = UserSession.id, UserSession.created_at, UserSession.seen_at, UserSession.ended_at
    return (select(*session, User, Staff, MARK).join(User, User.id == UserSession.user_id)
            .outerjoin(Staff, Staff.user_id == User.id).options(load_only(*ACTING)).where(*of_cookie))


def end_session(secret: str, *, now: dt.datetime) -> None:
    """Sign out: the cookie is worth nothing from now on."""
    db.session.execute(update(UserSession).where(UserSession.key_hash == digest(secret), UserSession.ended_at.is_(None))
                       .values(ended_at=now))


def end_sessions(user: User, *, now: dt.datetime, but: str | None = None) -> None:
    """End all sessions of a user (password or rights changed, account closed), but the one in hand."""
    query = update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    if but:
        query = query.where(UserSession.key_hash != digest(but))
    db.session.execute(query.values(ended_at=now))


def sessions_of(user: User, *, now: dt.datetime) -> list[UserSession]:
    """The living sessions of a user, the last seen first."""
    query = select(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None), UserSession.seen_at >= now - IDLE,
                                      UserSession.created_at >= now - ABSOLUTE)
    return list(db.session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc())))


def end_session_of(user: User, key: int, *, by: Any, now: dt.datetime) -> None:
    """End one session of a user: his own, or by who administers accounts. NotThere for another's."""
    if user.id != by.id:
        access.require(by, "change", "account")
    ended = db.session.execute(update(UserSession).where(
        UserSession.id == key, UserSession.user_id == user.id, UserSession.ended_at.is_(None)).values(ended_at=now))
    if not ended.rowcount:
        raise NotThere("")
    audit.note_security("session_ended", user_id=by.id, subject=user.username)


# --- accounts

def create_user(*, username: str, name: str, email: str | None, roles: list[str], password: str | None = None) -> User:
    """A new account; without a password it waits for its one-time link. Raises DomainError at the field."""
    username = username.strip()
    if not username or not all(char.isalnum() or char in "._-" for char in username) or len(username) > 64:
        raise DomainError(_l("A user name consists of letters, digits, dot, hyphen and underscore, 64 at most."), "username")
    if db.session.scalar(select(func.count(User.id)).where(func.lower(User.username) == username.lower())):
        raise DomainError(_l("This user name is taken."), "username")
    if password is not None:
        passwords.check_new(password, username=username)
    found = list(db.session.scalars(select(Role).where(Role.name.in_(roles)))) if roles else []
    if len(found) != len(set(roles)):
        raise DomainError(_l("Choose roles from the list."), "roles")
    user = User(username=username, first_name=name[:64], last_name="", email=email or f"{username}@invalid", active=True,
                password=passwords.hashed(password) if password else None, created_by_fk=None, changed_by_fk=None)
    user.roles = found
    db.session.add(user)
    db.session.flush()
    audit.note_security("user_created", subject=username)
    return user


def set_password(user: User, password: str, *, now: dt.datetime, keep: str | None = None) -> None:
    """A new password; every other session of the user ends, and so do the keys of his programs."""
    passwords.check_new(password, username=user.username)
    user.password = passwords.hashed(password)
    end_sessions(user, now=now, but=keep)
    for key in keys_of(user):
        revoke_key(key, by=user, now=now)
    audit.note_security("password_changed", user_id=user.id)


def change_password(user: User, *, current: str, new: str, now: dt.datetime, keep: str | None = None) -> None:
    """The user's own change; asks for the current password."""
    if not passwords.matches(user.password, current):
        raise DomainError(_l("The current password is wrong."), "current")
    if current == new:
        raise DomainError(_l("The new password must differ from the current one."), "password")
    set_password(user, new, now=now, keep=keep)


def issue_link(user: User, *, by: Any, now: dt.datetime) -> str:
    """The secret of a one-time link by which a user sets his password; earlier links die."""
    earlier = update(OneTimeLink).where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None))
    db.session.execute(earlier.values(used_at=now))
    secret = secrets.token_urlsafe(24)
    db.session.add(OneTimeLink(token_hash=digest(secret), user_id=user.id, created_at=now, created_by_id=by.id if by else None,
                               expires_at=now + dt.timedelta(hours=LINK_HOURS)))
    audit.note_security("link_issued", subject=user.username)
    return secret


def link_user(secret: str, *, now: dt.datetime) -> User:
    """Whose link this is; NotThere when it is used, out of date or unknown."""
    user = db.session.scalar(
        select(User).join(OneTimeLink, OneTimeLink.user_id == User.id)
        .where(OneTimeLink.token_hash == digest(secret), OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now))
    if user is None or not user.active:
        raise NotThere(_l("This link is used or out of date. Ask the administrator for a new one."))
    return user


def use_link(secret: str, password: str, *, now: dt.datetime) -> User:
    """Set the password by a link; it works once, also when two send it at the same moment."""
    user = link_user(secret, now=now)
    passwords.check_new(password, username=user.username)
    used = db.session.execute(update(OneTimeLink).where(OneTimeLink.token_hash == digest(secret), OneTimeLink.used_at.is_(None))
                              .values(used_at=now))
    if used.rowcount != 1:
        raise NotThere(_l("This link is used or out of date. Ask the administrator for a new one."))
    set_password(user, password, now=now)
    return user


def may_administer(user: Any) -> bool:
    """Whether a user may make and change accounts and rights."""
    return access.can(user, "change", "account")


def set_roles(user: User, roles: list[str], *, by: Any, now: dt.datetime) -> None:
    """Give a user exactly these roles; he signs in anew. Nobody holds the framework's own Admin."""
    access.require(by, "change", "account")
    if user.id == by.id:
        raise DomainError(_l("Nobody changes his own roles. Ask another administrator."), "roles", rule="B-204")
    found = list(db.session.scalars(select(Role).where(Role.name.in_(roles), Role.name.not_in(("Admin", "Public")))))
    if len(found) != len(set(roles)):
        raise DomainError(_l("Choose roles from the list."), "roles")
    user.roles = found
    end_sessions(user, now=now)
    audit.note_security("roles_changed", subject=f"{user.username}: {', '.join(sorted(roles))}")


def set_active(user: User, active: bool, *, by: Any, now: dt.datetime) -> None:
    """Open or close an account; nobody closes his own."""
    access.require(by, "change", "account")
    if user.id == by.id:
        raise DomainError(_l("Nobody closes his own account."))
    user.active = active
    if not active:
        end_sessions(user, now=now)
    audit.note_security("user_opened" if active else "user_closed", subject=user.username)


def role_label(name: str) -> object:
    """A role as it is shown: the translated name of a shipped one, its own name otherwise."""
    return ROLES.get(name, name)


# --- programs

def create_key(user: User, label: str, *, now: dt.datetime) -> str:
    """A key for a program of this user; shown once. Raises DomainError without a purpose."""
    if not label.strip():
        raise DomainError(_l("Please fill in."), "label")
    secret = "key_" + secrets.token_urlsafe(32)
    db.session.add(ApiKey(key_hash=digest(secret), label=label.strip()[:60], user_id=user.id, created_at=now))
    audit.note_security("api_key_created", user_id=user.id, subject=label)
    return secret


def keys_of(user: User) -> list[ApiKey]:
    """The living keys of a user, the newest first."""
    return list(db.session.scalars(select(ApiKey).where(ApiKey.user_id == user.id, ApiKey.revoked_at.is_(None))
                                   .order_by(ApiKey.id.desc())))


def key_of(user: User, key: int) -> ApiKey:
    """A living key of a user; NotThere for another's."""
    found = db.session.scalar(select(ApiKey).where(ApiKey.id == key, ApiKey.user_id == user.id, ApiKey.revoked_at.is_(None)))
    if found is None:
        raise NotThere("")
    return found  # type: ignore[no-any-return]


def revoke_key(key: ApiKey, *, by: Any, now: dt.datetime) -> None:
    """A key that opens nothing from now on; its user revokes it, or who administers accounts."""
    if key.user_id != by.id:
        access.require(by, "change", "account")
    key.revoked_at = key.revoked_at or now
    audit.note_security("api_key_revoked", user_id=by.id, subject=key.label)


def key_user(secret: str) -> User | None:
    """The user behind a program's key; None when unknown or revoked."""
    found = db.session.execute(select(User, MARK).join(ApiKey, ApiKey.user_id == User.id)
                               .where(ApiKey.key_hash == digest(secret), ApiKey.revoked_at.is_(None))).first()
    if found is None or not found[0].is_active:
        return None
    mark_is(found[1])
    return found[0]  # type: ignore[no-any-return]
