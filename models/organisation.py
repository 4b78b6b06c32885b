"""Who we are: departments, regions and staff."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from extensions import _l
from models.base import Audited, Base, EnumCode, Versioned, column, link
from models.enums import DepartmentKind


class Department(Audited, Versioned, Base):
    """A department, branch or service centre; its code opens the numbers of its forms (B-197, B-198)."""

    __tablename__ = "department"
    __noun__ = "department"

    code: Mapped[str] = column(String(4), unique=True, nullable=False, label=_l("Code"), required=True,
                               hint=_l("2 to 4 capital letters"))
    name_zh: Mapped[str] = column(String(60), nullable=False, label=_l("Chinese name"), required=True)
    name_en: Mapped[str | None] = column(String(60), label=_l("English name"))
    kind: Mapped[DepartmentKind] = column(EnumCode(DepartmentKind), nullable=False, default=DepartmentKind.FUNCTIONAL,
                                          label=_l("Kind"), required=True)
    parent_id: Mapped[int | None] = column(ForeignKey("department.id"), label=_l("Belongs to"))
    can_issue_numbers: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Issues numbers of its own"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    parent: Mapped[Department | None] = link(label=_l("Belongs to"), remote_side="Department.id")

    def __str__(self) -> str:
        return self.name_zh


class Region(Audited, Versioned, Base):
    """A service area with its engineers and the supervisor who answers for it."""

    __tablename__ = "region"
    __noun__ = "region"

    name: Mapped[str] = column(String(40), unique=True, nullable=False, label=_l("Name"), required=True)
    account_manager_id: Mapped[int | None] = column(ForeignKey("staff.id", use_alter=True, name="fk_region_account_manager"),
                                                    label=_l("Supervisor"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    account_manager: Mapped[Staff | None] = link(label=_l("Supervisor"), foreign_keys="Region.account_manager_id")
    engineers: Mapped[list[RegionEngineer]] = relationship(back_populates="region", cascade="all, delete-orphan",
                                                           info={"label": _l("Engineers")})

    def __str__(self) -> str:
        return self.name


class Staff(Audited, Versioned, Base):
    """A colleague; his rights come from the roles of his account."""

    __tablename__ = "staff"
    __noun__ = "staff"
    __table_args__ = (Index("ix_staff_engineer", "is_engineer", "active"),)

    user_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), unique=True, label=_l("Account"))
    staff_no: Mapped[str] = column(String(20), unique=True, nullable=False, label=_l("Staff no."), required=True)
    name: Mapped[str] = column(String(40), nullable=False, label=_l("Full name"), required=True, personal=True)
    department_id: Mapped[int | None] = column(ForeignKey("department.id"), index=True, label=_l("Department"))
    post: Mapped[str | None] = column(String(40), label=_l("Post"))
    phone: Mapped[str | None] = column(String(40), label=_l("Telephone"), personal=True)
    mobile: Mapped[str | None] = column(String(40), label=_l("Mobile"), personal=True)
    is_engineer: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Goes out as engineer"))
    is_external: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("External"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))
    substitute_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_l("Substitute"))
    absent_from: Mapped[dt.date | None] = column(Date, label=_l("Absent from"))
    absent_to: Mapped[dt.date | None] = column(Date, label=_l("Absent until"))

    department: Mapped[Department | None] = link(label=_l("Department"))
    substitute: Mapped[Staff | None] = link(label=_l("Substitute"), remote_side="Staff.id")

    def __str__(self) -> str:
        return self.name

    def search_text(self) -> list[str | None]:
        """What the search box finds him by."""
        return [self.name, self.staff_no, self.mobile]


class RegionEngineer(Audited, Base):
    """An engineer of a region."""

    __tablename__ = "region_engineer"
    __table_args__ = (UniqueConstraint("region_id", "staff_id"),)

    region_id: Mapped[int] = column(ForeignKey("region.id"), nullable=False, label=_l("Region"))
    staff_id: Mapped[int] = column(ForeignKey("staff.id"), nullable=False, index=True, label=_l("Engineer"))
    is_resident: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("Resident"))
    is_primary: Mapped[bool] = column(Boolean, nullable=False, default=False, label=_l("First choice"))

    region: Mapped[Region] = relationship(back_populates="engineers", info={"label": _l("Region")})
    staff: Mapped[Staff] = link(label=_l("Engineer"))

    def __str__(self) -> str:
        return f"{self.region} · {self.staff}"
