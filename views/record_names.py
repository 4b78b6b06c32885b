"""Further names by which a record is reached: the identifiers of entities and English titles, where our code is another.

Scripts and acceptance checks may use them wherever the code stands in `/records/<code>/…` and `/api/v1/<code>/…`. They are led to the
one address before a page is looked for, so that rights, rules and policies know one name only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from services.register import REGISTERS

ALSO = {
    "service_request": "request_form", "customer": "customer_file", "equipment": "equipment_file", "contact_log": "contact_register",
    "acceptance_record": "acceptance", "trip_plan_sheet": "trip_plan", "goods_taken_receipt": "goods_receipt",
    "customer_goods_register": "goods_register", "customer_repair_register": "repair_item", "stock_in_sheet": "stock_in",
    "stock_out_sheet": "stock_out", "spare_part_issue_form": "stock_issue", "spare_part_ledger": "stock_ledger",
    "part_price": "part_price_list", "spare_part_price_list": "part_price_list", "return_line": "defective_part",
    "defective_part_return_register": "defective_part", "return_zone_custody_record": "return_custody",
    "quality_inspection": "return_inspection", "shipment": "parts_shipment", "parts_dispatch_tracking": "parts_shipment",
    "fee_rate": "fee_table", "follow_up": "follow_up_record", "after_sales": "after_sales_survey",
}
CORE = frozenset({"equipment"})  # in the API a core thing goes by its page's noun
_PLACE = re.compile(r"^/(records|api/v1)/([a-z0-9_]+)(/.*)$")


def place_of(path: str) -> str:
    """The address under which the house knows what is asked for; registers have pages of their own."""
    match = _PLACE.match(path)
    if match is None:
        return path
    area, name, rest = match.groups()
    if area == "api/v1" and name in CORE:
        return path
    code = ALSO.get(name, name)
    if area == "records" and code in REGISTERS:
        area = "registers"
    return f"/{area}/{code}{rest}"


class OneAddress:
    """WSGI around the application: further names are exchanged for the code."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(("/records/", "/api/v1/")):
            environ["PATH_INFO"] = place_of(path)
        return self.inner(environ, answer)
