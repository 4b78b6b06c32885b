"""How a migration runs: on the application's own database, in one transaction where the database can."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine

from models.base import EnumCode, FixedDecimal, UTCDateTime
from services import nets

target = current_app.extensions["migrate"].db

# Indexes only one of the two databases has; they are written by hand and not compared.
BY_HAND = {"search_index", "ix_search_entry_pieces", "ix_search_entry_letters"}


def render_item(kind, item, autogen_context):
    """Write our column types by what the database sees of them, so that a migration outlives the program's classes."""
    if kind != "type":
        return False
    if isinstance(item, EnumCode):
        return f"sa.String(length={item.impl.length})"
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, FixedDecimal):
        autogen_context.imports.add("from models.base import FixedDecimal")
        return f"FixedDecimal({item.precision}, {item.places})"
    return False


def include_name(name, kind, parents):
    """Leave out what the full-text index of SQLite makes for itself."""
    return not (kind == "table" and name.startswith("search_index")) and name not in BY_HAND


def compare_type(_context, _inspected, column, _old, new):
    """Our own types are compared by what they store; the others as usual."""
    return False if isinstance(column.type, EnumCode | UTCDateTime | FixedDecimal) else None


def run():
    """Upgrade the database at hand."""
    url = current_app.config.get("DATABASE_OWNER_URL")
    engine = create_engine(url) if url else target.engine
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target.metadata, render_item=render_item,
                          include_name=include_name, compare_type=compare_type,
                          transaction_per_migration=False)
        with context.begin_transaction():
            nets.drop(connection)  # a trigger would stand in the way of its table; `flask upgrade` makes them anew
            context.run_migrations()
        if connection.in_transaction():
            connection.commit()
    if url:
        engine.dispose()


run()
