"""What we sold: makers, categories, models, the serial-numbered units at customers (R-007) and spare parts with prices."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, Versioned, column, link, money, quantity
from models.customer import Customer, CustomerSite
from models.enums import EquipmentStatus, PartCategory
from models.money_enums import PriceState
from models.organisation import Department, Staff
from models.sla import SlaProfile
from models.stock_enums import Track


class Supplier(Audited, Versioned, Base):
    """A maker, supplier or test laboratory."""

    __tablename__ = "supplier"
    __noun__ = "supplier"

    name: Mapped[str] = column(String(80), unique=True, nullable=False, label=_l("Name"), required=True)
    kind: Mapped[str | None] = column(String(40), label=_l("Kind"), dict_type="supplier_kind")
    contact: Mapped[str | None] = column(String(120), label=_l("Contact"), personal=True)
    policy_note: Mapped[str | None] = column(Text, label=_l("Guarantee policy"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    def __str__(self) -> str:
        return self.name


class ProductCategory(Audited, Versioned, Base):
    """A line of products and the department that answers for it."""

    __tablename__ = "product_category"
    __noun__ = "equipment"

    name: Mapped[str] = column(String(60), unique=True, nullable=False, label=_l("Name"), required=True)
    responsible_department_id: Mapped[int | None] = column(ForeignKey("department.id"), label=_l("Responsible department"))

    sla_profile_id: Mapped[int | None] = column(ForeignKey("sla_profile.id"), label=_l("Response profile"))

    sla_profile: Mapped[SlaProfile | None] = link(label=_l("Response profile"))
    responsible_department: Mapped[Department | None] = link(label=_l("Responsible department"))

    def __str__(self) -> str:
        return self.name


class ProductModel(Audited, Versioned, Base):
    """A model we sell and serve (R-008)."""

    __tablename__ = "product_model"
    __noun__ = "equipment"
    __table_args__ = (CheckConstraint("warranty_months BETWEEN 0 AND 240", name="ck_product_model_warranty"),)

    model_no: Mapped[str] = column(String(60), unique=True, nullable=False, label=_l("Model no."), required=True)
    name: Mapped[str] = column(String(80), nullable=False, label=_l("Product name"), required=True)
    category_id: Mapped[int | None] = column(ForeignKey("product_category.id"), label=_l("Category"))
    supplier_id: Mapped[int | None] = column(ForeignKey("supplier.id"), label=_l("Manufacturer"))
    warranty_months: Mapped[int] = column(Integer, nullable=False, default=12, label=_l("Warranty months"), required=True)
    is_software: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Software"))
    is_medical: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Medical device"))
    registration_no: Mapped[str | None] = column(String(60), label=_l("Registration no."))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    category: Mapped[ProductCategory | None] = link(label=_l("Category"))
    supplier: Mapped[Supplier | None] = link(label=_l("Manufacturer"))

    def __str__(self) -> str:
        return f"{self.model_no} {self.name}"

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.model_no, self.name]


class Equipment(Audited, Versioned, Base):
    """One serial-numbered unit at a customer (R-007)."""

    __tablename__ = "equipment"
    __noun__ = "equipment"
    __table_args__ = (
        UniqueConstraint("product_model_id", "serial_no"),
        CheckConstraint("warranty_end IS NULL OR warranty_start IS NULL OR warranty_end >= warranty_start",
                        name="ck_equipment_warranty"),
        Index("ix_equipment_customer", "customer_id", "product_model_id"),
    )

    equipment_no: Mapped[str] = column(String(40), unique=True, nullable=False, label=_lp("R-007", "Equipment no."))
    serial_no: Mapped[str | None] = column(String(60), index=True, label=_lp("R-007", "Serial no."), required=True)
    batch_no: Mapped[str | None] = column(String(40), label=_lp("R-007", "Batch no."))
    product_model_id: Mapped[int] = column(ForeignKey("product_model.id"), nullable=False, label=_lp("R-007", "Model"))
    type_and_size: Mapped[str | None] = column(String(120), label=_lp("R-007", "Type and size"))
    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, label=_l("Customer"))
    site_id: Mapped[int | None] = column(ForeignKey("customer_site.id"), label=_l("Site"))
    project_no: Mapped[str | None] = column(String(40), label=_lp("R-007", "Project no."))
    supplier_id: Mapped[int | None] = column(ForeignKey("supplier.id"), label=_lp("R-007", "Manufacturer"))
    sold_on: Mapped[dt.date | None] = column(Date, label=_lp("R-007", "Purchase date"))
    invoice_no: Mapped[str | None] = column(String(40), label=_lp("R-007", "Invoice no."))
    delivered_on: Mapped[dt.date | None] = column(Date, label=_lp("R-007", "Delivered on"))
    installed_on: Mapped[dt.date | None] = column(Date, label=_lp("R-007", "Installed on"))
    accepted_on: Mapped[dt.date | None] = column(Date, label=_lp("R-007", "Accepted on"))
    commissioned_on: Mapped[dt.date | None] = column(Date, label=_lp("R-007", "In operation since"))
    warranty_months: Mapped[int] = column(Integer, nullable=False, default=12, label=_lp("R-007", "Warranty months"),
                                          required=True)
    warranty_start: Mapped[dt.date | None] = column(Date, label=_l("Warranty from"))
    warranty_end: Mapped[dt.date | None] = column(Date, label=_l("Warranty until"))
    expiry_date: Mapped[dt.date | None] = column(Date, label=_lp("R-007", "Expiry date"))
    is_key: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-007", "Key equipment"))
    status: Mapped[EquipmentStatus] = column(EnumCode(EquipmentStatus), nullable=False, default=EquipmentStatus.RUNNING,
                                             label=_lp("R-007", "Status"), required=True)
    software_version: Mapped[str | None] = column(String(40), label=_lp("R-007", "Software version"))
    remark: Mapped[str | None] = column(Text, label=_lp("R-007", "Remarks"))

    product_model: Mapped[ProductModel] = link(label=_lp("R-007", "Model"), required=True)
    customer: Mapped[Customer] = link(label=_l("Customer"), required=True)
    site: Mapped[CustomerSite | None] = link(label=_l("Site"))
    supplier: Mapped[Supplier | None] = link(label=_lp("R-007", "Manufacturer"))

    def __str__(self) -> str:
        return self.serial_no or self.equipment_no

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.serial_no, self.equipment_no, self.project_no, str(self.product_model or ""),
                self.customer and self.customer.name]


class Part(Audited, Versioned, Base):
    """A spare part; on slips it is chosen from here with its price of the day."""

    __tablename__ = "part"
    __noun__ = "part"

    part_no: Mapped[str] = column(String(40), unique=True, nullable=False, label=_l("Part no."), required=True)
    name: Mapped[str] = column(String(80), nullable=False, label=_l("Name"), required=True)
    spec: Mapped[str | None] = column(String(80), label=_l("Specification"))
    unit: Mapped[str] = column(String(10), nullable=False, label=_l("Unit"), required=True)
    category: Mapped[PartCategory] = column(EnumCode(PartCategory), nullable=False, default=PartCategory.SPARE,
                                            label=_l("Category"), required=True)
    product_model_id: Mapped[int | None] = column(ForeignKey("product_model.id"), label=_l("For model"))
    supplier_id: Mapped[int | None] = column(ForeignKey("supplier.id"), label=_l("Supplier"))
    is_wear_part: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Wear part"))
    is_key: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Key part"))
    is_consumable: Mapped[bool] = column(Boolean, nullable=False, default=False, server_default=false(), label=_l("Consumable"))
    track: Mapped[Track] = column(EnumCode(Track), nullable=False, default=Track.NONE, server_default="none", label=_l("Tracked"))
    defect_return: Mapped[bool] = column(Boolean, nullable=False, default=False, server_default=false(),
                                         label=_l("The replaced part comes back"))
    min_qty: Mapped[Decimal | None] = column(quantity(), label=_l("Least stock"))
    max_qty: Mapped[Decimal | None] = column(quantity(), label=_l("Most stock"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    product_model: Mapped[ProductModel | None] = link(label=_l("For model"))
    supplier: Mapped[Supplier | None] = link(label=_l("Supplier"))
    prices: Mapped[list[PartPrice]] = relationship(back_populates="part", order_by="PartPrice.valid_from.desc()")

    def __str__(self) -> str:
        return f"{self.name} {self.spec}" if self.spec else self.name

    def search_text(self) -> list[str | None]:
        """What the search box finds it by."""
        return [self.part_no, self.name, self.spec]


class PartPrice(Audited, Versioned, Base):
    """A price and the days it holds; the cost is for the eyes of SM, FI, BU, VP and GM (roles)."""

    __tablename__ = "part_price"
    __noun__ = "part_price"
    __table_args__ = (
        CheckConstraint("sale_price >= 0", name="ck_part_price_sale"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ck_part_price_days"),
    )

    part_id: Mapped[int] = column(ForeignKey("part.id"), nullable=False, index=True, label=_l("Part"))
    sale_price: Mapped[Decimal | None] = column(money(), label=_l("Sale price"), required=True)
    list_price: Mapped[Decimal | None] = column(money(), label=_l("List price"))
    cost_price: Mapped[Decimal | None] = column(money(), label=_l("Cost price"))
    valid_from: Mapped[dt.date | None] = column(Date, label=_l("Valid from"), required=True)
    valid_to: Mapped[dt.date | None] = column(Date, label=_l("Valid until"))
    status: Mapped[PriceState] = column(EnumCode(PriceState), nullable=False, default=PriceState.PROPOSED, server_default="proposed",
                                        label=_l("State"))
    approved_by_id: Mapped[int | None] = column(ForeignKey("staff.id", name="fk_part_price_approver"), label=_lp("R-050", "Approved by"))

    part: Mapped[Part] = relationship(back_populates="prices", info={"label": _l("Part"), "required": True})
    approved_by: Mapped[Staff | None] = link(label=_lp("R-050", "Approved by"))

    def __str__(self) -> str:
        return f"{self.sale_price}"
