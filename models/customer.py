"""Customers, the people there and the places where the machines stand (R-006)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, relationship

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, Versioned, column, link, money
from models.enums import AreaClass, CustomerClass, ServiceControl
from models.organisation import Region, Staff
from models.sla import SlaProfile


class Customer(Audited, Versioned, Base):
    """A customer's file (R-006); deactivated, never deleted (B-205)."""

    __tablename__ = "customer"
    __noun__ = "customer"
    __table_args__ = (
        CheckConstraint("arrears_amount IS NULL OR arrears_amount >= 0", name="ck_customer_arrears"),
        Index("ix_customer_list", "active", "code"),
    )

    code: Mapped[str] = column(String(20), unique=True, nullable=False, label=_lp("R-006", "Customer code"))
    name: Mapped[str] = column(String(80), unique=True, nullable=False, label=_lp("R-006", "Name"), required=True)
    short_name: Mapped[str | None] = column(String(40), label=_lp("R-006", "Short name"))
    kind: Mapped[str | None] = column(String(40), label=_lp("R-006", "Kind"), dict_type="customer_kind")
    customer_class: Mapped[CustomerClass] = column(EnumCode(CustomerClass), nullable=False, default=CustomerClass.C,
                                                   label=_lp("R-006", "Class"), required=True)
    is_key: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-006", "Key customer"))
    is_military: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-006", "Military"))
    address: Mapped[str | None] = column(String(200), label=_lp("R-006", "Address"), required=True)
    phone: Mapped[str | None] = column(String(40), label=_lp("R-006", "Phone"), required=True, personal=True)
    fax: Mapped[str | None] = column(String(40), label=_lp("R-006", "Fax"))
    email: Mapped[str | None] = column(String(80), label=_lp("R-006", "E-mail"), personal=True)
    region_id: Mapped[int] = column(ForeignKey("region.id"), nullable=False, index=True, label=_lp("R-006", "Region"))
    sales_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-006", "Sales engineer"))
    in_arrears: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-006", "In arrears"))
    arrears_amount: Mapped[Decimal | None] = column(money(), label=_l("Arrears amount"))
    arrears_since: Mapped[dt.date | None] = column(Date, label=_l("In arrears since"))
    service_control: Mapped[ServiceControl] = column(EnumCode(ServiceControl), nullable=False, default=ServiceControl.NORMAL,
                                                     label=_lp("R-006", "Service control"), required=True)
    weekend_open: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_lp("R-006", "Open on weekends"))
    sla_profile_id: Mapped[int | None] = column(ForeignKey("sla_profile.id"), label=_l("Response profile"))
    house_rules: Mapped[str | None] = column(Text, label=_lp("R-006", "Customer's house rules"))
    remark: Mapped[str | None] = column(Text, label=_lp("R-006", "Remarks"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    region: Mapped[Region] = link(label=_lp("R-006", "Region"), required=True)
    sales: Mapped[Staff | None] = link(label=_lp("R-006", "Sales engineer"))
    sla_profile: Mapped[SlaProfile | None] = link(label=_l("Response profile"))
    contacts: Mapped[list[CustomerContact]] = relationship(back_populates="customer", order_by="CustomerContact.id",
                                                           info={"label": _l("Contacts")})
    sites: Mapped[list[CustomerSite]] = relationship(back_populates="customer", order_by="CustomerSite.id",
                                                     info={"label": _l("Sites")})

    def __str__(self) -> str:
        return self.name

    def search_text(self) -> list[str | None]:
        """What the search box finds it by: names, code, telephones of the house and its people."""
        people = [text for contact in self.contacts for text in (contact.name, contact.phone)]
        return [self.name, self.short_name, self.code, self.phone, *people]


class CustomerContact(Audited, Versioned, Base):
    """A person at the customer (R-006)."""

    __tablename__ = "customer_contact"
    __noun__ = "customer"

    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, index=True, label=_l("Customer"))
    name: Mapped[str | None] = column(String(40), label=_lp("R-006 contact", "Name"), required=True, personal=True)
    post: Mapped[str | None] = column(String(40), label=_lp("R-006 contact", "Post"))
    role: Mapped[str | None] = column(String(40), label=_lp("R-006 contact", "Role"), required=True, dict_type="contact_role")
    phone: Mapped[str | None] = column(String(40), label=_lp("R-006 contact", "Phone"), required=True, personal=True)
    email: Mapped[str | None] = column(String(80), label=_l("E-mail"), personal=True)
    im: Mapped[str | None] = column(String(80), label=_l("WeChat"), personal=True)
    is_primary: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("First contact"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    customer: Mapped[Customer] = relationship(back_populates="contacts", info={"label": _l("Customer"), "required": True})

    @property
    def reach(self) -> str:
        """How else he is reached, in one cell (R-006)."""
        return " ".join(part for part in (self.email, self.im) if part)

    def __str__(self) -> str:
        return self.name or ""


class CustomerSite(Audited, Versioned, Base):
    """A place of the customer; carries the area class that decides how soon we arrive (R-006, B-012)."""

    __tablename__ = "customer_site"
    __noun__ = "customer"

    customer_id: Mapped[int] = column(ForeignKey("customer.id"), nullable=False, index=True, label=_l("Customer"))
    name: Mapped[str | None] = column(String(60), label=_lp("R-006 site", "Site name"), required=True)
    address: Mapped[str | None] = column(String(200), label=_lp("R-006 site", "Address"), required=True)
    area_class: Mapped[AreaClass | None] = column(EnumCode(AreaClass), label=_lp("R-006 site", "Area class"), required=True)
    region_id: Mapped[int | None] = column(ForeignKey("region.id"), label=_l("Region"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    customer: Mapped[Customer] = relationship(back_populates="sites", info={"label": _l("Customer"), "required": True})
    region: Mapped[Region | None] = link(label=_l("Region"))

    def __str__(self) -> str:
        return " ".join(word for word in (self.name, self.address) if word)
