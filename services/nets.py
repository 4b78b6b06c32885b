"""Triggers generated from the models: the second net of the history, the refusal to change what is only ever added (R7, R8), and the
mark of what workers remember.

They are made anew by each `flask upgrade`, after the migrations, from the tables as they are then. The second net writes a line for each
change of a table that the first net watches, under the same condition; where the two do not tally, somebody passed by the program.
"""

from __future__ import annotations

from typing import Any, cast

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from sqlalchemy import JSON, Connection, Table, text

from models.audit_log import AuditLog, AuditPersonal
from models.base import Base
from models.chain import ChainLink, NetEntry
from models.organisation import Department
from models.setting import DictItem, DictType, Setting
from services import audit, chain

# What may be changed at all in rows that are only ever added: personal values are blanked when a person is erased.
BLANKABLE = {"audit_personal": ("before", "after")}


def remembered() -> list[Table]:
    """The tables that workers remember while the mark stays the same: parameters, lists of choices, which departments are branches, who
    may do what."""
    models = (Setting, DictType, DictItem, Department, Role, PermissionView, Permission, ViewMenu)
    return [*(cast("Table", model.__table__) for model in models), assoc_user_role, assoc_permissionview_role]


def watched() -> list[Table]:
    """The tables of the first net."""
    found = {mapper.local_table.name: mapper.local_table for mapper in Base.registry.mappers
             if issubclass(mapper.class_, Base) and not issubclass(mapper.class_, audit.WITHOUT_HISTORY)}
    return [found[name] for name in sorted(found)]


def sealed() -> list[Table]:
    """The tables to which rows are only ever added."""
    models: dict[type[Any], None] = dict.fromkeys([*chain.CHAINED.values(), AuditLog, AuditPersonal, ChainLink, NetEntry])
    return [cast("Table", model.__table__) for model in models]  # type: ignore[attr-defined]


def drop(connection: Connection) -> None:
    """Take all triggers away, before the tables are changed by a migration."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        statements = [f'DROP TRIGGER "{name}"' for name in names if name.startswith(("net_", "keep_", "stay_", "mark_"))]
    else:
        rows = connection.execute(text("SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                                       "WHERE NOT tgisinternal"))
        statements = [f'DROP TRIGGER "{name}" ON "{table}"' for name, table in rows
                      if name in ("keep", "stay", "whole", "mark") or name.startswith("net_")]
    for statement in statements:
        connection.execute(text(statement))


def rebuild(connection: Connection) -> None:
    """Drop and make all triggers; part of the release step, by the owner of the tables."""
    build = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    for statement in build():
        connection.execute(text(statement))


def _told(table: Table) -> list[Any]:
    return [column for column in table.columns if column.name not in audit.SILENT]


def _sqlite() -> list[str]:
    made = []
    for table in watched():
        differs = " OR ".join(f'OLD."{column.name}" IS NOT NEW."{column.name}"' for column in _told(table))
        for action, when, row in (("create", "INSERT", "NEW"), ("change", "UPDATE", "NEW"), ("remove", "DELETE", "OLD")):
            condition = f"WHEN {differs} " if action == "change" else ""
            made += [f'DROP TRIGGER IF EXISTS "net_{action}_{table.name}"',
                     f'CREATE TRIGGER "net_{action}_{table.name}" AFTER {when} ON "{table.name}" {condition}BEGIN '
                     f"INSERT INTO net_entry (entity, row_id, action) VALUES ('{table.name}', {row}.id, '{action}'); END"]
    for table in sealed():
        allowed = BLANKABLE.get(table.name)
        rest = [column.name for column in table.columns if column.name not in (allowed or ())]
        blank = " AND ".join([f'OLD."{name}" IS NEW."{name}"' for name in rest] + [f'NEW."{name}" IS NULL' for name in allowed or ()])
        condition = f"WHEN NOT ({blank}) " if allowed else ""
        made += [f'DROP TRIGGER IF EXISTS "keep_{table.name}"', f'DROP TRIGGER IF EXISTS "stay_{table.name}"',
                 f"CREATE TRIGGER \"keep_{table.name}\" BEFORE UPDATE ON \"{table.name}\" {condition}BEGIN "
                 f"SELECT RAISE(ABORT, 'rows of {table.name} are never changed'); END",
                 f"CREATE TRIGGER \"stay_{table.name}\" BEFORE DELETE ON \"{table.name}\" BEGIN "
                 f"SELECT RAISE(ABORT, 'rows of {table.name} are never removed'); END"]
    for table in remembered():
        for when in ("INSERT", "UPDATE", "DELETE"):
            made += [f'DROP TRIGGER IF EXISTS "mark_{when.lower()}_{table.name}"',
                     f'CREATE TRIGGER "mark_{when.lower()}_{table.name}" AFTER {when} ON "{table.name}" BEGIN '
                     "UPDATE reference_mark SET word = lower(hex(randomblob(16))); END"]
    return made


def _postgresql() -> list[str]:
    made = ["""CREATE OR REPLACE FUNCTION net_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $net$ BEGIN
        INSERT INTO net_entry (entity, row_id, action) VALUES (TG_TABLE_NAME, CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END,
            CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'change' ELSE 'remove' END);
        RETURN NULL; END $net$""",
            """CREATE OR REPLACE FUNCTION net_refuse() RETURNS trigger LANGUAGE plpgsql AS $net$ BEGIN
        RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $net$""",
            """CREATE OR REPLACE FUNCTION net_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $net$ BEGIN
        UPDATE reference_mark SET word = gen_random_uuid()::text; RETURN NULL; END $net$"""]
    for table in watched():
        differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in map(_named, _told(table)))
        for action, when, condition in (("create", "INSERT", ""), ("change", "UPDATE", f"WHEN ({differs}) "), ("remove", "DELETE", "")):
            made += [f'DROP TRIGGER IF EXISTS "net_{action}" ON "{table.name}"',
                     f'CREATE TRIGGER "net_{action}" AFTER {when} ON "{table.name}" FOR EACH ROW {condition}EXECUTE FUNCTION net_note()']
    for table in sealed():
        allowed = BLANKABLE.get(table.name)
        rest = [column for column in table.columns if column.name not in (allowed or ())]
        blank = " AND ".join([f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}" for name in map(_named, rest)]
                             + [f'NEW."{name}" IS NULL' for name in allowed or ()])
        condition = f"WHEN (NOT ({blank})) " if allowed else ""
        made += [f'DROP TRIGGER IF EXISTS "keep" ON "{table.name}"', f'DROP TRIGGER IF EXISTS "stay" ON "{table.name}"',
                 f'DROP TRIGGER IF EXISTS "whole" ON "{table.name}"',
                 f'CREATE TRIGGER "keep" BEFORE UPDATE ON "{table.name}" FOR EACH ROW {condition}EXECUTE FUNCTION net_refuse()',
                 f'CREATE TRIGGER "stay" BEFORE DELETE ON "{table.name}" FOR EACH ROW EXECUTE FUNCTION net_refuse()',
                 f'CREATE TRIGGER "whole" BEFORE TRUNCATE ON "{table.name}" FOR EACH STATEMENT EXECUTE FUNCTION net_refuse()']
    for table in remembered():
        made += [f'DROP TRIGGER IF EXISTS "mark" ON "{table.name}"',
                 f'CREATE TRIGGER "mark" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table.name}" '
                 "FOR EACH STATEMENT EXECUTE FUNCTION net_mark()"]
    return made


def _named(column: Any) -> str:
    """A column as an expression that can be compared: JSON has no equality of its own."""
    return f'"{column.name}"::text' if isinstance(column.type, JSON) else f'"{column.name}"'


def grant(connection: Connection, role: str) -> None:
    """Give the application's login on PostgreSQL what it needs: it adds to what is only ever added, and owns nothing (R7)."""
    quoted = '"' + role.replace('"', '""') + '"'
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
    for table in sealed():
        connection.execute(text(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table.name}" FROM {quoted}'))
        if table.name in BLANKABLE:
            blank = ", ".join(f'"{name}"' for name in BLANKABLE[table.name])
            connection.execute(text(f'GRANT UPDATE ({blank}) ON "{table.name}" TO {quoted}'))


def begin(connection: Connection) -> None:
    """What the first net told before there was a second one counts as seen, once."""
    if connection.execute(text("SELECT count(*) FROM net_entry")).scalar() == 0:
        connection.execute(text("INSERT INTO net_entry (entity, row_id, action) SELECT entity, row_id, action FROM audit_log ORDER BY id"))
