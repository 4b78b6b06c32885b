"""The accounts of the demonstration: one per role, named by the role, and further engineers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from extensions import db
from models.enums import DepartmentKind
from models.organisation import Department, Region, RegionEngineer, Staff
from services import accounts, passwords
from services.rights import ROLES

DEPARTMENTS = (("ZB", "总经办", DepartmentKind.HEADQUARTERS, False), ("SH", "售后服务部", DepartmentKind.FUNCTIONAL, True),
               ("YX", "营销中心", DepartmentKind.FUNCTIONAL, True), ("SC", "生产部", DepartmentKind.FUNCTIONAL, True),
               ("YF", "研发部", DepartmentKind.FUNCTIONAL, True), ("SJ", "数据工程部", DepartmentKind.FUNCTIONAL, True),
               ("HY", "行业应用部", DepartmentKind.FUNCTIONAL, True),
               ("XT", "系统集成部", DepartmentKind.FUNCTIONAL, True), ("ZL", "质量部", DepartmentKind.FUNCTIONAL, True),
               ("CC", "仓储部", DepartmentKind.FUNCTIONAL, False), ("CG", "采购部", DepartmentKind.FUNCTIONAL, False),
               ("CW", "财务部", DepartmentKind.FUNCTIONAL, False), ("ZH", "综合部", DepartmentKind.FUNCTIONAL, False),
               ("HD", "华东服务中心", DepartmentKind.SERVICE_CENTRE, True), ("HB", "华北服务中心", DepartmentKind.SERVICE_CENTRE, True))
REGIONS = ("华东区", "华北区", "华南区", "西南区")
# role: name, department, post
PEOPLE = {
    "admin": ("程一诺", "ZH", "系统管理员"), "service_manager": ("陆启明", "SH", "售后服务部经理"),
    "dispatch_supervisor": ("秦若川", "HD", "服务主任"), "service_clerk": ("苏晓棠", "SH", "客服内勤"),
    "service_engineer": ("顾北辰", "HD", "售后工程师"), "tech_lead": ("韩牧之", "SC", "技术主管"),
    "sales": ("叶知秋", "YX", "销售工程师"), "quality": ("温如玉", "ZL", "质量管理员"),
    "warehouse": ("石守正", "CC", "仓库管理员"), "buyer": ("许元夏", "CG", "采购员"),
    "finance": ("金砚书", "CW", "会计"), "office": ("白若溪", "ZH", "资料管理员"),
    "project_manager": ("段景行", "XT", "项目经理"), "vice_president": ("江临风", "ZB", "分管副总"),
    "general_manager": ("周怀远", "ZB", "总经理"),
}
ENGINEERS = (("engineer2", "方木青", "HD"), ("engineer3", "罗一鸣", "HB"), ("engineer4", "丁海潮", "HB"), ("engineer5", "沈砚田", "SH"),
             ("engineer6", "祝南星", "SH"))


def load(config: Mapping[str, Any]) -> bool:
    """Departments, regions, colleagues and their accounts; False when the database already holds people."""
    if db.session.scalar(select(func.count(User.id))):
        return False
    kept = passwords.hashed(demo_password(config))
    departments = {code: Department(code=code, name_zh=name, kind=kind, can_issue_numbers=numbers)
                   for code, name, kind, numbers in DEPARTMENTS}
    db.session.add_all(departments.values())
    db.session.flush()
    people = [(role, *PEOPLE[role], [role]) for role in ROLES]
    people += [(name, *rest, "售后工程师", ["service_engineer"]) for name, *rest in ENGINEERS]
    staff: dict[str, Staff] = {}
    for place, (username, name, department, post, roles) in enumerate(people, start=1):
        user = accounts.create_user(username=username, name=name, email=f"{username}@demo.invalid", roles=roles)
        user.password = kept
        staff[username] = Staff(user_id=user.id, staff_no=f"E{place:03d}", name=name, department_id=departments[department].id,
                                post=post, mobile=f"1390000{place:04d}", is_engineer="service_engineer" in roles)
    db.session.add_all(staff.values())
    db.session.flush()
    engineers = [person for person in staff.values() if person.is_engineer]
    for place, name in enumerate(REGIONS):
        region = Region(name=name, account_manager_id=staff["dispatch_supervisor"].id)
        db.session.add(region)
        db.session.flush()
        for offset in range(2):
            engineer = engineers[(place * 2 + offset) % len(engineers)]
            db.session.add(RegionEngineer(region_id=region.id, staff_id=engineer.id, is_resident=offset == 0, is_primary=offset == 0))
    return True


def demo_password(config: Mapping[str, Any]) -> str:
    """The one password of all demonstration accounts: the one set, else a random one kept in a file only its owner reads."""
    if config.get("DEMO_PASSWORD"):
        return str(config["DEMO_PASSWORD"])
    path = Path(config["DATA_DIR"]) / "demo_password"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(passwords.random_password())
    return path.read_text(encoding="ascii").strip()
