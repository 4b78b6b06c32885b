"""What every installation needs: parameters and number rules with the catalogue's defaults; run at each release."""

from __future__ import annotations

from pathlib import Path

import yaml
from sqlalchemy import select

from extensions import db
from models.number import NumberRule
from models.setting import DictItem, DictType, Setting
from seed import stock_reference
from services import numbering

DATA = Path(__file__).with_name("data")


def load() -> None:
    """Add what is missing; refresh meaning, type and default of parameters, never their values."""
    _parameters()
    _number_rules()
    _dictionaries()
    stock_reference.load()
    db.session.flush()


def _parameters() -> None:
    rows = yaml.safe_load((DATA / "parameters.yaml").read_text(encoding="utf-8"))
    known = {setting.key: setting for setting in db.session.scalars(select(Setting))}
    for key, (kind, default, group, rule, meaning, *choices) in rows.items():
        setting = known.get(key)
        if setting is None:
            setting = Setting(key=key, value=default)
            db.session.add(setting)
        setting.default, setting.type, setting.group, setting.rule, setting.label_zh = default, kind, group, rule, meaning
        setting.choices = choices[0] if choices else None


def _dictionaries() -> None:
    lists = yaml.safe_load((DATA / "dictionaries.yaml").read_text(encoding="utf-8"))
    known = {kind.code: kind for kind in db.session.scalars(select(DictType))}
    for code, (meaning, items) in lists.items():
        kind = known.get(code)
        if kind is None:
            kind = DictType(code=code, label_zh=meaning)
            db.session.add(kind)
            db.session.flush()
        have = set(db.session.scalars(select(DictItem.code).where(DictItem.type_id == kind.id)))
        db.session.add_all(DictItem(type_id=kind.id, code=item, label_zh=name, sort=place * 10)
                           for place, (item, name) in enumerate(items.items(), start=1) if item not in have)


def _number_rules() -> None:
    known = set(db.session.scalars(select(NumberRule.series)))
    for series, meaning, pattern in numbering.DEFAULTS:
        if series not in known:
            warn = 90 if "{seq:02d}" in pattern else None
            db.session.add(NumberRule(series=series, label_zh=meaning, pattern=pattern, overflow="extend", warn_at=warn))
