"""Our own house: staff, departments, regions; and our suppliers."""

from __future__ import annotations

from typing import Any

from extensions import _l
from models.equipment import Supplier
from models.organisation import Department, Region, Staff
from views.base import AppModelView, Related, Section


def views() -> list[Any]:
    """The generated pages of the organisation."""

    class StaffView(AppModelView):
        """Colleagues."""

        model = Staff
        route_base = "/staff"
        heading, adding = _l("Staff"), _l("New colleague")
        empty_text = _l("No colleagues yet. Add the first one.")
        listed = ("staff_no", "name", "department", "post", "mobile", "is_engineer", "is_external", "active")
        filtered = ("department", "is_engineer", "is_external", "active")
        order = ("-active", "staff_no")
        sections = (
            Section("person", _l("Person"), ("staff_no", "name", "department", "post", "is_engineer", "is_external", "active")),
            Section("reach", _l("Telephone"), ("phone", "mobile")),
            Section("absence", _l("Absence"), ("substitute", "absent_from", "absent_to")),
        )

    class DepartmentView(AppModelView):
        """Departments, branches and service centres."""

        model = Department
        route_base = "/departments"
        heading, adding = _l("Departments"), _l("New department")
        empty_text = _l("No departments yet. Add the first one.")
        listed = ("code", "name_zh", "kind", "parent", "can_issue_numbers", "active")
        filtered = ("kind", "can_issue_numbers", "active")
        order = ("code",)
        sections = (Section("department", _l("Department"), ("code", "name_zh", "name_en", "kind", "parent", "can_issue_numbers",
                                                             "active")),)
        related = (Related("staff", _l("Staff"), Staff, "department_id", ("staff_no", "name", "post", "mobile"), "/staff"),)

    class RegionView(AppModelView):
        """Service areas."""

        model = Region
        route_base = "/regions"
        heading, adding = _l("Regions"), _l("New region")
        empty_text = _l("No regions yet. Add the first one.")
        listed = ("name", "account_manager", "active")
        filtered = ("active",)
        order = ("name",)
        sections = (Section("region", _l("Region"), ("name", "account_manager", "active")),)

    class SupplierView(AppModelView):
        """Makers, suppliers and test laboratories."""

        model = Supplier
        route_base = "/suppliers"
        heading, adding = _l("Suppliers"), _l("New supplier")
        empty_text = _l("No suppliers yet. Add the first one.")
        listed = ("name", "kind", "contact", "active")
        filtered = ("active",)
        order = ("name",)
        sections = (Section("supplier", _l("Supplier"), ("name", "kind", "contact", "policy_note", "active")),)

    return [StaffView, DepartmentView, RegionView, SupplierView]
