"""A record as CONTRIBUTING tells to add one: this module is all that is written for it besides a migration, Chinese, and a line of rights
and of numbers (`tests/rig/one_more.py`). It is not part of the product.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped

from models.base import column
from models.paper import A5_LANDSCAPE, Paper, PaperRecord, Slot, on
from models.records.shapes import pair, signed, wide


class ToolLoan(PaperRecord):
    """A tool lent to a colleague."""

    __tablename__ = "tool_loan"
    __noun__ = "tool_loan"

    tool: Mapped[str | None] = column(String(80), label="工具名称", required=True)
    lent_on: Mapped[dt.date | None] = column(Date, label="借用日期", required=True)
    back_on: Mapped[dt.date | None] = column(Date, label="预计归还")
    reason: Mapped[str | None] = column(Text, label="用途")


PAPER = on(ToolLoan, Paper(
    record="R-999", code="tool_loan", title="工具借用单", sheet=A5_LANDSCAPE, series="tool_loan", area="备件与退货",
    purpose="借用工具时", who="借用人", when="领取时", listed=("number", "status", "tool", "lent_on"), filtered=("status",),
    blocks=(wide("tool"), pair("lent_on", "back_on"), wide("reason", 24), signed(("borrower", "store"))),
    slots=(Slot("borrower", "借用人", "ours", "已领取", rights=(("create", "tool_loan"),)),
           Slot("store", "仓库人员", "ours", "已发放", rights=(("approve", "tool_loan"),)))))
