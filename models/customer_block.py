"""What many papers say of the customer: who, where, whom to ask, and how to call him (the shared block of the catalogue)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr

from extensions import _lp
from models.base import column, link
from models.customer import Customer


class CustomerBlock:
    """客户名称, 地址, 联系人, 联系电话; all a must when the paper is signed."""

    address: Mapped[str | None] = column(String(200), label=_lp("R-015", "Address"), required=True)
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-015", "Contact person"), required=True, personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-015", "Phone"), required=True, personal=True)

    @declared_attr
    def customer_id(cls) -> Mapped[int | None]:  # noqa: N805
        return column(ForeignKey("customer.id"), index=True, label=_lp("R-015", "Customer name"))

    @declared_attr
    def customer(cls) -> Mapped[Customer | None]:  # noqa: N805
        return link(label=_lp("R-015", "Customer name"), required=True)
