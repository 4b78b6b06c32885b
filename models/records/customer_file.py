"""R-006 客户档案: the customer's file in short, with people and places, a view of it."""

from __future__ import annotations

from extensions import _lp
from models.customer import Customer
from models.paper import A4_PORTRAIT, VIEW_ONLY, Cell, Column, LineList, Lines, Paper, Row, on
from models.records.shapes import heading, pair, wide

PAPER = on(Customer, Paper(
    record="R-006", code="customer_file", title=_lp("R-006", "Customer file"), sheet=A4_PORTRAIT, series="customer", number="code",
    area=_lp("R-006", "Customers and equipment"), sections=VIEW_ONLY,
    purpose=_lp("R-006", "All that is known of a customer, with contacts and sites"),
    who=_lp("R-006", "Service clerk; sales and engineers complete it"), when=_lp("R-006", "At sale, commissioning and every service"),
    listed=("code", "name", "customer_class", "region", "sales", "phone", "service_control"),
    filtered=("customer_class", "region", "sales", "is_key", "in_arrears"),
    labels={"arrears_amount": _lp("R-006", "Amount / since"), "arrears_since": _lp("R-006", "Amount / since"),
            "sla_profile": _lp("R-006", "SLA profile")},
    words={"contacts": _lp("R-006", "Contacts"), "sites": _lp("R-006", "Sites"), "since": _lp("R-006", "since")},
    blocks=(
        pair("code", "name", 7.5), pair("short_name", "kind", 7.5),
        pair("customer_class", "is_key", 7.5, boxes=("customer_class", "is_key")),
        wide("is_military", 7.5, boxes=True), wide("address", 7.5), pair("phone", "fax", 7.5),
        pair("email", "region", 7.5), pair("sales", "in_arrears", 7.5, boxes=("in_arrears",)),
        Row(7.5, (Cell(4, ("={!arrears_amount}",), label=True), Cell(20, ("{arrears_amount}　{#since}　{arrears_since}",)))),
        wide("service_control", 7.5, boxes=True), pair("weekend_open", "sla_profile", 7.5, boxes=("weekend_open",)),
        wide("house_rules", 20), wide("remark", 16),
        heading("contacts"),
        Lines((LineList("contacts", (
            Column("name", 4, _lp("R-006 contact", "Name")), Column("post", 4, _lp("R-006 contact", "Post")),
            Column("role", 5, _lp("R-006 contact", "Role")), Column("phone", 5, _lp("R-006 contact", "Phone")),
            Column("reach", 6, _lp("R-006 contact", "Mail / IM"), fixed=True))),), 6, 7),
        heading("sites"),
        Lines((LineList("sites", (
            Column("name", 6, _lp("R-006 site", "Site name")), Column("address", 13, _lp("R-006 site", "Address")),
            Column("area_class", 5, _lp("R-006 site", "Area class")))),), 6, 7),
    )))
