"""Accounts: sessions, failed log-ins, one-time links, API keys, grants the release remembers, and repeats of a form (R5, R9)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from extensions import _l
from models.base import Base, UTCDateTime, column


class UserSession(Base):
    """One log-in; its cookie is worth nothing once the row is ended."""

    __tablename__ = "user_session"

    key_hash: Mapped[str] = column(String(64), unique=True, nullable=False, label=_l("Key"))
    user_id: Mapped[int] = column(ForeignKey("ab_user.id"), nullable=False, index=True, label=_l("User"))
    created_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Signed in at"))
    seen_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Last seen at"))
    ended_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Ended at"))
    ip: Mapped[str | None] = column(String(45), label=_l("Address"))
    agent: Mapped[str | None] = column(String(200), label=_l("Browser"))


class LoginFailure(Base):
    """Failed log-ins counted in the database, by account and by address apart (R9)."""

    __tablename__ = "login_failure"
    __table_args__ = (UniqueConstraint("kind", "subject_hash"),)

    kind: Mapped[str] = column(String(10), nullable=False, label=_l("Kind"))
    subject_hash: Mapped[str] = column(String(64), nullable=False, label=_l("Subject"))
    failures: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Failures"))
    first_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Since"))
    blocked_until: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Blocked until"))


class OneTimeLink(Base):
    """An invitation or a new password by a link that works once (R9)."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = column(String(64), unique=True, nullable=False, label=_l("Key"))
    user_id: Mapped[int] = column(ForeignKey("ab_user.id"), nullable=False, index=True, label=_l("User"))
    created_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Created at"))
    created_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Created by"))
    expires_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Expires at"))
    used_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Used at"))


class ApiKey(Base):
    """A program's key, bound to a user and revocable; only its hash is kept."""

    __tablename__ = "service_api_key"

    key_hash: Mapped[str] = column(String(64), unique=True, nullable=False, label=_l("Key"))
    label: Mapped[str] = column(String(60), nullable=False, label=_l("Purpose"))
    user_id: Mapped[int] = column(ForeignKey("ab_user.id"), nullable=False, index=True, label=_l("User"))
    created_at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Created at"))
    revoked_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Revoked at"))


class SeededGrant(Base):
    """A right the release once gave a role; what an administrator took away afterwards stays away."""

    __tablename__ = "seeded_grant"
    __table_args__ = (UniqueConstraint("role", "permission", "view"),)

    role: Mapped[str] = column(String(64), nullable=False, label=_l("Role"))
    permission: Mapped[str] = column(String(100), nullable=False, label=_l("Right"))
    view: Mapped[str] = column(String(250), nullable=False, label=_l("Subject"))


class FormKey(Base):
    """A form sent: a repeat is shown the record the first sending made (R5)."""

    __tablename__ = "form_key"
    __table_args__ = (UniqueConstraint("user_id", "key"), Index("ix_form_key_at", "at"))

    user_id: Mapped[int] = column(ForeignKey("ab_user.id"), nullable=False, label=_l("User"))
    key: Mapped[str] = column(String(80), nullable=False, label=_l("Key"))
    at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("At"))
    result: Mapped[str | None] = column(String(200), label=_l("Result"))


class Notification(Base):
    """A notice on somebody's work page (B-003)."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_user", "user_id", "read_at", "id"),)

    user_id: Mapped[int] = column(ForeignKey("ab_user.id"), nullable=False, label=_l("User"))
    at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("At"))
    text: Mapped[str] = column(String(300), nullable=False, label=_l("Text"))
    href: Mapped[str | None] = column(String(200), label=_l("Link"))
    read_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Read at"))
    urgent: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Urgent"))
