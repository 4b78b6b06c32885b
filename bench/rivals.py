"""What ours is measured against: Flask-Admin set up as well as it can be, and the same rows by hand-written SQL."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, render_template_string, request
from flask_admin import Admin, BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, ForeignKey, Integer, String, Text, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

HEADS = ("work_order_no", "status", "customer", "symptom", "lead_engineer", "due_at", "issued_at")


class Root(DeclarativeBase):
    """Models of the rival's own, on the tables of the benchmark."""


db = SQLAlchemy(model_class=Root)


class Customer(db.Model):  # type: ignore[name-defined, misc]
    """A customer."""

    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))

    def __str__(self) -> str:
        return self.name


class Staff(db.Model):  # type: ignore[name-defined, misc]
    """An engineer."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))

    def __str__(self) -> str:
        return self.name


class Order(db.Model):  # type: ignore[name-defined, misc]
    """A work order with the columns of our list and form."""

    __tablename__ = "work_order"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    work_order_no: Mapped[str] = mapped_column(String(20))
    request_id: Mapped[int] = mapped_column(Integer, default=1)
    status: Mapped[str] = mapped_column(String(30), default="pending")
    work_type: Mapped[str] = mapped_column(String(30), default="onsite_repair")
    service_category: Mapped[str | None] = mapped_column(String(30))
    in_warranty: Mapped[str | None] = mapped_column(String(30))
    symptom: Mapped[str | None] = mapped_column(Text)
    solution: Mapped[str | None] = mapped_column(Text)
    engineer_note: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[Any] = mapped_column(DateTime(timezone=True), nullable=True)
    issued_at: Mapped[Any] = mapped_column(DateTime(timezone=True))
    lock_version: Mapped[int] = mapped_column(Integer, default=1)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    lead_engineer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    customer: Mapped[Customer] = relationship()
    lead_engineer: Mapped[Staff | None] = relationship()


class Part(db.Model):  # type: ignore[name-defined, misc]
    """A part."""

    __tablename__ = "part"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    part_no: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))

    def __str__(self) -> str:
        return self.name


class Zone(db.Model):  # type: ignore[name-defined, misc]
    """A zone of the store."""

    __tablename__ = "stock_zone"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))

    def __str__(self) -> str:
        return self.name


class Move(db.Model):  # type: ignore[name-defined, misc]
    """A movement."""

    __tablename__ = "stock_movement"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    qty: Mapped[Any] = mapped_column(Integer)
    moved_at: Mapped[Any] = mapped_column(DateTime(timezone=True))
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    zone_from_id: Mapped[int] = mapped_column(ForeignKey("stock_zone.id"))
    zone_to_id: Mapped[int] = mapped_column(ForeignKey("stock_zone.id"))
    part: Mapped[Part] = relationship()
    zone_from: Mapped[Zone] = relationship(foreign_keys=[zone_from_id])
    zone_to: Mapped[Zone] = relationship(foreign_keys=[zone_to_id])


class Moves(ModelView):
    """The list of movements with eager loading."""

    page_size = 25
    column_list = ("moved_at", "part", "qty", "zone_from", "zone_to")
    column_select_related_list = (Move.part, Move.zone_from, Move.zone_to)
    column_default_sort = ("id", True)


class OnHand(BaseView):
    """What lies where as the sum of the movements, the first page of it: Flask-Admin keeps no balances."""

    @expose("/")
    def index(self) -> Any:
        rows = db.session.execute(text(SUMS)).all()
        return self.render_template(rows)

    def render_template(self, rows: Any) -> str:
        return render_template_string(PAGE, rows=rows[:25], count=len(rows))


class Orders(ModelView):
    """The list, page and form, with eager loading, lookups and search on indexed columns."""

    page_size = 25
    column_list = HEADS
    column_select_related_list = (Order.customer, Order.lead_engineer)
    column_default_sort = ("issued_at", True)
    column_searchable_list = ("work_order_no", "symptom", "customer.name")
    column_details_list = ("work_order_no", "status", "customer", "lead_engineer", "work_type", "service_category", "in_warranty",
                           "symptom", "solution", "engineer_note", "due_at", "issued_at")
    form_columns = ("work_order_no", "work_type", "symptom", "due_at", "issued_at", "service_category", "in_warranty", "solution",
                    "engineer_note", "customer", "lead_engineer")
    form_ajax_refs = {"customer": {"fields": ("name",)}, "lead_engineer": {"fields": ("name",)}}
    can_view_details = can_export = True
    export_max_rows = 0


def admin() -> Flask:
    """The tuned Flask-Admin."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=os.environ["BENCH_KEY"], SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"])
    Babel(app, default_locale="zh_Hans_CN")
    db.init_app(app)
    with app.app_context():
        pages = Admin(app, url="/")
        pages.add_view(Orders(Order, db, endpoint="orders", url="/orders"))
        pages.add_view(Moves(Move, db, endpoint="moves", url="/moves"))
        pages.add_view(OnHand(name="on hand", endpoint="onhand", url="/onhand"))
    return app


PAGE = """<!doctype html><meta charset="utf-8"><title>limit</title><table>
{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>
{% endfor %}</tr>{% endfor %}</table><p>{{ count }}</p>"""
SUMS = """SELECT p.part_no, p.name, z.name, m.qty FROM (SELECT part_id, zone_id, sum(qty) AS qty FROM (
SELECT part_id, zone_to_id AS zone_id, qty FROM stock_movement UNION ALL SELECT part_id, zone_from_id, -qty FROM stock_movement) e
GROUP BY part_id, zone_id) m JOIN part p ON p.id = m.part_id JOIN stock_zone z ON z.id = m.zone_id ORDER BY p.part_no, z.id"""
BALANCES = """SELECT p.part_no, p.name, z.name, b.on_hand FROM stock_balance b JOIN part p ON p.id = b.part_id
JOIN stock_zone z ON z.id = b.zone_id ORDER BY p.part_no, z.id"""
LIST = """SELECT o.work_order_no, o.status, c.name, o.symptom, s.name, o.due_at, o.issued_at
FROM (SELECT id FROM work_order {where} ORDER BY issued_at DESC, id DESC OFFSET :skip LIMIT 25) k JOIN work_order o ON o.id = k.id
JOIN customer c ON c.id = o.customer_id LEFT JOIN staff s ON s.id = o.lead_engineer_id ORDER BY o.issued_at DESC, o.id DESC"""
FOUND = """WHERE id IN (SELECT ref_id FROM search_entry WHERE kind = 'work_order' AND string_to_array(tokens, ' ') @> CAST(:cut AS text[])
ORDER BY id DESC LIMIT 25)"""


def limit() -> Flask:
    """The same rows by hand-written SQL and a bare template."""
    app = Flask(__name__)
    engine = create_engine(os.environ["DATABASE_URL"])

    @app.get("/orders/")
    def orders() -> str:
        page, word = int(request.args.get("page", "0")), request.args.get("search", "")
        cut = [word[place:place + 2] for place in range(len(word) - 1)] or [word]
        with engine.connect() as connection:
            rows = connection.execute(text(LIST.format(where=FOUND if word else "")), {"skip": page * 25, "cut": cut}).all()
        return render_template_string(PAGE, rows=rows, count=len(rows))

    @app.get("/orders/<int:key>")
    def order(key: int) -> str:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT o.*, c.name, s.name FROM work_order o JOIN customer c ON c.id = o.customer_id "
                                           "LEFT JOIN staff s ON s.id = o.lead_engineer_id WHERE o.id = :key"), {"key": key}).all()
        return render_template_string(PAGE, rows=rows, count=1)

    @app.get("/onhand/")
    def on_hand() -> str:
        with engine.connect() as connection:
            rows = connection.execute(text(BALANCES)).all()
        return render_template_string(PAGE, rows=rows[:25], count=len(rows))

    @app.get("/csv")
    def export() -> Any:
        def lines() -> Any:
            with engine.connect() as connection:
                everything = text(LIST.format(where="").replace("LIMIT 25", ""))
                found = connection.execution_options(yield_per=2000).execute(everything, {"skip": 0})
                for row in found:
                    yield ",".join(map(str, row)) + "\n"
        return app.response_class(lines(), mimetype="text/csv")

    return app


__all__ = ["admin", "limit"]
