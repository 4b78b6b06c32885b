"""The figures of the rules, as the administrator set them; each with the catalogue's default."""

from __future__ import annotations

from sqlalchemy import select

from extensions import _l, _lp, db
from models.setting import DictItem, DictType, Setting
from services.errors import DomainError
from services.kept import kept


def _all() -> dict[str, str]:
    return kept("settings", lambda: {row[0]: row[1] for row in db.session.execute(select(Setting.key, Setting.value))})


def text(key: str) -> str:
    """The value of a parameter; KeyError for a name nobody declared."""
    return _all()[key]


def number(key: str) -> int:
    """A whole number, such as minutes or days; the unit stands in the parameter's meaning."""
    value = text(key).split()[0]
    return int(value)


def switch(key: str) -> bool:
    """An on/off parameter."""
    return text(key) == "on"


# The choices of parameters in words.
WORDS: dict[str, object] = {
    "on": _lp("parameter", "switched on"), "off": _lp("parameter", "switched off"), "warn": _lp("parameter", "Warn"),
    "block": _lp("parameter", "Refuse"), "resident": _lp("parameter", "The resident engineer"),
    "supervisor": _lp("parameter", "The supervisor decides"), "department": _lp("parameter", "The department decides"),
    "image": _lp("parameter", "Drawn on the screen"), "scan": _lp("parameter", "On paper, scanned"),
    "image_or_scan": _lp("parameter", "Drawn or scanned"),
    "required": _lp("parameter", "Required"), "optional": _lp("parameter", "Optional"),
    "always": _lp("parameter", "Always"), "never": _lp("parameter", "Never"), "extend": _lp("parameter", "Go on with one more digit"),
    "customer": _lp("parameter", "Customer"), "site": _lp("parameter", "Address"), "contact_phone": _lp("parameter", "Phone"),
    "product_model": _lp("parameter", "Product model"), "symptom": _lp("parameter", "Fault description"),
    "in_warranty": _lp("parameter", "Within warranty?"),
    "last_day": _lp("parameter", "Last day of the month"), "last_workday": _lp("parameter", "Last working day of the month"),
    "compound": _lp("parameter", "One upon the other"), "flat": _lp("parameter", "Added up once"),
    "standard": _lp("price_scheme", "Standard mark-up"), "at_cost": _lp("price_scheme", "Parts at cost"),
    "price": _lp("parameter", "Price"), "cost": _lp("parameter", "Cost"), "max": _lp("parameter", "The larger of both"),
    "repair_record": _lp("R-014", "Repair record form"), "field_service_record": _lp("R-015", "Field service record form"),
    "field_install_record": _lp("R-016", "Field installation / after-sales / repair service record"),
    "repair_slip_3": _lp("R-017", "Repair slip, three copies"),
}


def options(setting: Setting) -> list[tuple[str, str]]:
    """(value, words) a parameter is chosen from; empty when it is typed."""
    values = ["on", "off"] if setting.type == "switch" else (setting.choices or "").split(",") if setting.type == "choice" else []
    return [(value, said(value)) for value in values]


def said(value: str | None) -> str:
    """The value of a parameter in words; lists of codes too."""
    parts = [part.strip() for part in (value or "").split(",")]
    return "、".join(str(WORDS[part]) for part in parts) if all(part in WORDS for part in parts) else value or ""


def check(setting: Setting) -> None:
    """Refuse a value that is not of the parameter's type, with a sentence at the field."""
    value = setting.value.strip()
    if setting.type == "switch" and value not in ("on", "off"):
        raise DomainError(_l("Choose on or off."), "value")
    if setting.type == "number" and not value.split(" ")[0].isdigit():
        raise DomainError(_l("Enter a whole number."), "value")
    if setting.type == "choice" and value not in (setting.choices or "").split(","):
        raise DomainError(_l("Choose one of the values in the list."), "value")
    setting.value = value


def _items(type_code: str) -> list[tuple[str, str, bool]]:
    """(code, Chinese name, whether it is in use) of a list, in its order."""
    return kept(("dict", type_code), lambda: [(code, label, active) for code, label, active in db.session.execute(
        select(DictItem.code, DictItem.label_zh, DictItem.active).join(DictType).where(DictType.code == type_code)
        .order_by(DictItem.sort, DictItem.id))])


def dict_choices(type_code: str) -> list[tuple[str, str]]:
    """(code, Chinese name) of the choices in use of a list, in its order."""
    return [(code, label) for code, label, active in _items(type_code) if active]


def dict_label(type_code: str, code: str | None) -> str:
    """The name of a choice, of several with commas between each of them; the code itself when the list does not know it."""
    if not code:
        return ""
    known = {key: label for key, label, _active in _items(type_code)}
    return "、".join(known.get(part, part) for part in code.split(","))
