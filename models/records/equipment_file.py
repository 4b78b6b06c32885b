"""R-007 设备档案: the file of a unit, a view of it."""

from __future__ import annotations

from extensions import _lp
from models.equipment import Equipment
from models.paper import A4_PORTRAIT, VIEW_ONLY, Cell, Paper, Row, on
from models.records.shapes import pair, wide

PAPER = on(Equipment, Paper(
    record="R-007", code="equipment_file", title=_lp("R-007", "Equipment file"), sheet=A4_PORTRAIT, series="equipment",
    number="equipment_no", area=_lp("R-006", "Customers and equipment"), sections=VIEW_ONLY,
    purpose=_lp("R-007", "What is known of a unit: where it stands, since when, and how long it is under warranty"),
    who=_lp("R-007", "Service engineer; the clerk checks"), when=_lp("R-007", "Right after commissioning and at every service"),
    listed=("equipment_no", "serial_no", "product_model", "customer", "status", "installed_on", "warranty_end"),
    filtered=("customer", "product_model", "status"),
    labels={"customer": _lp("R-007", "Customer / site"), "warranty_start": _lp("R-007", "Warranty from–to"),
            "warranty_end": _lp("R-007", "Warranty from–to"), "site": _lp("R-007", "Customer / site")},
    words={"to": _lp("R-007", "to")},
    blocks=(
        pair("equipment_no", "serial_no", 9), pair("batch_no", "product_model", 9), wide("type_and_size", 9),
        Row(11, (Cell(4, ("={!customer}",), label=True), Cell(20, ("{customer}　{site}",)))),
        pair("project_no", "supplier", 9), pair("sold_on", "invoice_no", 9), pair("delivered_on", "installed_on", 9),
        pair("accepted_on", "commissioned_on", 9), wide("warranty_months", 9),
        Row(9, (Cell(4, ("={!warranty_start}",), label=True), Cell(20, ("{warranty_start}　{#to}　{warranty_end}",)))),
        pair("expiry_date", "is_key", 9, boxes=("is_key",)), wide("status", 9, boxes=True), wide("software_version", 9), wide("remark", 60),
    )))
