"""What every installation needs: parameters and number rules with the catalogue's defaults; run at each release."""

from __future__ import annotations

from pathlib import Path

import yaml
from sqlalchemy import select

import models.records  # noqa: F401  declares the papers
from extensions import db, force_locale
from models.custody import FormSetting
from models.inspection_plan import InspectionPolicy
from models.number import NumberRule
from models.paper import PAPERS
from models.setting import DictItem, DictType, Setting
from models.sla import SlaPolicy, SlaProfile
from models.working_calendar import DAYS, CalendarException, WorkCalendar
from seed import money_reference, stock_reference
from services import calendars, numbering

FIRST_YEAR = 2024  # no clock of ours runs in earlier years
HOLIDAYS = {"New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
            "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节", "National Day": "国庆节"}
DATA = Path(__file__).with_name("data")


def load() -> None:
    """Add what is missing; refresh meaning, type and default of parameters, never their values."""
    _parameters()
    _number_rules()
    _forms()
    _dictionaries()
    stock_reference.load()
    money_reference.load()
    _calendar()
    _policies()
    _inspections()
    db.session.flush()


# Parameters of earlier versions that nothing read.
WITHDRAWN = ("calendar.timezone", "calendar.week", "zone.return_color")


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
    for key in WITHDRAWN:
        if key in known:
            db.session.delete(known[key])


def _forms() -> None:
    """A row for each form, to write the company's form number into."""
    known = {setting.form_code: setting for setting in db.session.scalars(select(FormSetting))}
    with force_locale("zh_Hans_CN"):
        for code, (_model, paper) in PAPERS.items():
            setting = known.get(code)
            if setting is None:
                db.session.add(FormSetting(form_code=code, label_zh=f"{paper.record} {paper.title}"[:60]))
            else:
                setting.label_zh = f"{paper.record} {paper.title}"[:60]


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


def _inspections() -> None:
    """How often units are inspected where no model has a policy of its own (B-165)."""
    if db.session.scalar(select(InspectionPolicy.id).limit(1)) is None:
        db.session.add(InspectionPolicy(bands="12:1,24:2,∞:3", visit_months=3))


def _calendar() -> None:
    """The default week, and holidays and make-up days of the years the package knows; what an administrator changed stays."""
    import chinese_calendar  # the release step's alone

    calendar = db.session.scalar(select(WorkCalendar).where(WorkCalendar.code == calendars.DEFAULT))
    if calendar is None:
        office = "08:30-12:00,13:00-17:30"
        calendar = WorkCalendar(code=calendars.DEFAULT, name="公司日历", version=1, **dict.fromkeys(DAYS[:5], office))
        db.session.add(calendar)
        db.session.flush()
    have = set(db.session.scalars(select(CalendarException.day).where(CalendarException.calendar_id == calendar.id)))
    off = {day: HOLIDAYS.get(holiday, str(holiday)) for day, holiday in chinese_calendar.constants.holidays.items()}
    on = {day: f"{HOLIDAYS.get(holiday, str(holiday))}调休上班" for day, holiday in chinese_calendar.constants.workdays.items()}
    new = [CalendarException(calendar_id=calendar.id, day=day, is_working=day in on, name=name)
           for day, name in sorted({**off, **on}.items()) if day.year >= FIRST_YEAR and day not in have]
    db.session.add_all(new)
    if new and have:
        calendars.raise_version(calendar)


def _policies() -> None:
    """Profiles and policies of §15 that are missing; figures an administrator changed stay."""
    data = yaml.safe_load((DATA / "sla.yaml").read_text(encoding="utf-8"))
    profiles = {profile.code: profile for profile in db.session.scalars(select(SlaProfile))}
    for code, name in data["profiles"].items():
        if code not in profiles:
            profiles[code] = SlaProfile(code=code, name=name)
            db.session.add(profiles[code])
    db.session.flush()
    have = {tuple(row) for row in db.session.execute(select(SlaPolicy.profile_id, SlaPolicy.code))}
    for place, (code, timer, name, start, stop, kind, rule, amounts, when) in enumerate(data["policies"], start=1):
        for profile, amount in amounts.items():
            if (profiles[profile].id, code) not in have:
                db.session.add(SlaPolicy(
                    profile_id=profiles[profile].id, code=code, clock=timer, name=name, place=place * 10, start_event=start,
                    stop_event=stop, kind=kind, amount=amount, rule=rule, request_types=when.get("types"), fault_level=when.get("level"),
                    warn_amount=when.get("warn") if profile in when.get("warn_for", profiles) else None, area=when.get("area"),
                    complexity=when.get("complexity"), in_warranty=when.get("in_warranty"), near_site=when.get("near_site"),
                    paid=when.get("paid"), at_most_general=profile in when.get("at_most_general", ())))
