"""Rules of customers, equipment, parts and our own organisation."""

from __future__ import annotations

import re

from dateutil.relativedelta import relativedelta

from extensions import _l
from models.customer import Customer, CustomerContact
from models.equipment import Equipment, ProductModel
from models.number import NumberRule
from models.organisation import Department
from models.setting import Setting
from services import numbering, parameters, saving
from services.errors import DomainError

_MOBILE = re.compile(r"^1\d{10}$")
_PHONE = re.compile(r"^[0-9+()#*, -]{5,40}$")

saving.numbered(Customer, "code", "customer")
saving.numbered(Equipment, "equipment_no", "equipment")


def check_phone(text: str | None, field: str) -> None:
    """A telephone number consists of digits and signs; a mobile number has eleven digits."""
    if not text:
        return
    digits = re.sub(r"\D", "", text)
    if not _PHONE.match(text) or len(digits) < 5:
        raise DomainError(_l("A telephone number consists of digits, spaces and the signs + - ( ) #."), field)
    if text.startswith("1") and text == digits and not digits.startswith(("10", "12")) and not _MOBILE.match(digits):
        raise DomainError(_l("A mobile number has 11 digits; this one has %(count)d.", count=len(digits)), field)


@saving.rule(Customer)
def _customer(customer: Customer) -> None:
    check_phone(customer.phone, "phone")
    if customer.arrears_amount is not None and customer.arrears_amount < 0:
        raise DomainError(_l("An amount owed is not negative."), "arrears_amount")


@saving.rule(CustomerContact)
def _contact(contact: CustomerContact) -> None:
    check_phone(contact.phone, "phone")


@saving.rule(ProductModel)
def _model(model: ProductModel) -> None:
    """The warranty is at least the house's shortest (B-087)."""
    if not 0 <= model.warranty_months <= 240:
        raise DomainError(_l("Between 0 and 240 months."), "warranty_months", rule="B-087")


@saving.rule(Equipment)
def _equipment(equipment: Equipment) -> None:
    """The warranty runs from installation, acceptance, delivery or sale, the first that is known, to the day before (B-087)."""
    if not 0 <= equipment.warranty_months <= 240:
        raise DomainError(_l("Between 0 and 240 months."), "warranty_months", rule="B-087")
    if equipment.site is not None and equipment.customer is not None and equipment.site.customer_id != equipment.customer.id:
        raise DomainError(_l("This site belongs to another customer."), "site")
    start = equipment.installed_on or equipment.accepted_on or equipment.delivered_on or equipment.sold_on
    equipment.warranty_start = start
    equipment.warranty_end = start + relativedelta(months=equipment.warranty_months, days=-1) if start else None
    if start and equipment.warranty_months == 0:
        equipment.warranty_end = start


@saving.rule(Department)
def _department(department: Department) -> None:
    """The code opens numbers: two to four capital letters (B-197, B-198)."""
    if not re.fullmatch(r"[A-Z]{2,4}", department.code or ""):
        raise DomainError(_l("Two to four capital letters."), "code", rule="B-197")


@saving.rule(Setting)
def _setting(setting: Setting) -> None:
    parameters.check(setting)


@saving.rule(NumberRule)
def _number_rule(number_rule: NumberRule) -> None:
    numbering.check_pattern(number_rule.pattern)
