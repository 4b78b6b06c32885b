"""Numbers without gaps: a counter row of the series and period, raised in the transaction of its document (B-197 … B-201, R5)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from sqlalchemy import insert, select, update

from extensions import _l, db
from models.number import IssuedPaper, NumberCounter, NumberRule
from services import clock
from services.errors import DomainError

_SEQ = re.compile(r"\{seq:0(\d)d\}")
_TOKENS = re.compile(r"\{(\w+)(?::0\dd)?\}")
KNOWN = {"dept", "yy", "yyyy", "mm", "dd", "ww", "seq"}

# Series, meaning, pattern: the catalogue's defaults, edited by the administrator (B-201).
DEFAULTS = (
    ("service_request", "服务需求登记表", "SR{yy}{mm}-{seq:04d}"),
    ("service_info_sheet", "售后信息处理单", "{dept}{yy}{mm}{seq:02d}"),
    ("customer", "客户代码", "C{seq:05d}"),
    ("equipment", "设备编号", "EQ{seq:06d}"),
    ("work_order", "售后任务通知单", "WO{yy}{mm}-{seq:04d}"),
    ("service_record", "维修记录", "RR{yy}{mm}-{seq:04d}"),
    ("field_service_record", "外出服务记录表", "{dept}{yy}{mm}{seq:02d}"),
    ("site_survey", "现场勘查记录", "SV{yy}{mm}-{seq:03d}"),
    ("stock_in", "入库单", "IN{yy}{mm}-{seq:04d}"),
    ("stock_out", "出库单、领用、移区", "OUT{yy}{mm}-{seq:04d}"),
    ("defective_part", "坏件返库登记", "DP{yy}{mm}-{seq:04d}"),
    ("nonconformity", "不合格品报告处理单", "NC{yy}{mm}-{seq:03d}"),
    ("fault_analysis", "故障分析表", "FA{yy}{mm}-{seq:04d}"),
    ("return_order", "销后退回", "RT{yy}{mm}-{seq:04d}"),
    ("inspection", "质量验收、复查", "QC{yy}{mm}-{seq:04d}"),
    ("acceptance", "设备验收单、售后服务验收单", "AC{yy}{mm}-{seq:04d}"),
    ("contact_log", "来电来访记录", "CL{yy}{mm}-{seq:05d}"),
    ("service_plan", "售后服务方案", "SP{yy}{mm}-{seq:03d}"),
    ("trip", "出差（申请、计划、总结）", "TR{yy}{mm}-{seq:03d}"),
    ("parts_shipment", "配件发运", "SHP{yy}{mm}-{seq:04d}"),
    ("complaint", "投诉（问题）反馈表", "CP{yy}{mm}-{seq:04d}"),
    ("survey", "调查表、调查卡", "SF{yy}{mm}-{seq:04d}"),
    ("daily_report", "技术员工作日报表", "DR{yy}{mm}-{seq:04d}"),
    ("inspection_record", "巡检记录表", "IR{yy}{mm}-{seq:04d}"),
    ("service_contract", "保养合同书（无合同编号时）", "HT{yy}{mm}-{seq:04d}"),
    ("contract_notice", "保养到期通知书", "CN{yy}{mm}-{seq:03d}"),
    ("repair_item", "客户维修登记表", "RI{yy}{mm}-{seq:04d}"),
    ("goods_receipt", "客户商品领取收据", "CR{yy}{mm}-{seq:04d}"),
    ("repair_card", "修护卡", "RK{yy}{mm}-{seq:04d}"),
    ("quality_case", "外部质量信息报告单", "QI{yy}{mm}-{seq:03d}"),
    ("quotation", "售后服务报价单", "QT{yy}{mm}-{seq:04d}"),
    ("follow_up", "客户回访记录表", "FU{yy}{mm}-{seq:05d}"),
)


def check_pattern(pattern: str) -> None:
    """Refuse a pattern without exactly one counter or with an unknown token, at the field."""
    names = _TOKENS.findall(pattern)
    rest = _TOKENS.sub("", pattern)
    if len(_SEQ.findall(pattern)) != 1 or set(names) - KNOWN or "{" in rest or "}" in rest:
        raise DomainError(_l("Use the tokens {dept} {yy} {yyyy} {mm} {dd} {ww} and {seq:04d} exactly once."), "pattern",
                          rule="B-201")


def scope_of(pattern: str, day: dt.date, department: str) -> str:
    """Department and period of a counter: by month when the pattern holds {mm}, by year with {yyyy} or {yy}, else for ever."""
    if "{mm}" in pattern:
        period = f"{day:%Y%m%d}" if "{dd}" in pattern else f"{day:%Y%m}"
    elif "{ww}" in pattern:
        period = f"{day:%G}W{day:%V}"
    elif "{yy" in pattern:
        period = f"{day:%Y}"
    else:
        period = "-"
    return f"{department}/{period}" if "{dept}" in pattern else period


def written(pattern: str, seq: int, day: dt.date, department: str) -> str:
    """A number as it stands on the paper."""
    year = f"{day:%G}" if "{ww}" in pattern else f"{day:%Y}"
    text = _SEQ.sub(lambda match: str(seq).zfill(int(match[1])), pattern)
    for token, value in (("dept", department), ("yyyy", year), ("yy", year[2:]), ("mm", f"{day:%m}"), ("dd", f"{day:%d}"),
                         ("ww", f"{day:%V}")):
        text = text.replace("{" + token + "}", value)
    return text


def take(series: str, *, now: dt.datetime, department: Any = None, owner: Any = None,
         form_code: str | None = None) -> IssuedPaper:
    """The next number of a series, for good: it is kept with what it stands on, voided but never given twice.

    Call it as late as possible: until the transaction ends no other document of the series and period gets one.
    Raises DomainError when the series counts by department and the department issues no numbers (B-197, B-198), or when
    the digits ran out and the rule says block (B-199).
    """
    rule = db.session.scalar(select(NumberRule).where(NumberRule.series == series))
    if rule is None:
        raise KeyError(series)
    day, code = clock.today(now), ""
    if "{dept}" in rule.pattern:
        if department is None or not department.can_issue_numbers:
            raise DomainError(_l("Choose a department that issues numbers of its own."), "issue_department", rule="B-197")
        code = department.code
    scope = scope_of(rule.pattern, day, code)
    db.session.flush()
    seq = _raise_counter(rule.id, scope)
    match = _SEQ.search(rule.pattern)
    if match and seq >= 10 ** int(match[1]) and rule.overflow == "block":
        raise DomainError(_l("The numbers of this period are used up. Ask the administrator to extend the series."),
                          rule="B-199")
    paper = IssuedPaper(series=series, number=written(rule.pattern, seq, day, code), scope_key=scope, seq=seq, form_code=form_code,
                        owner_type=owner.__tablename__ if owner is not None else None,
                        owner_id=owner.id if owner is not None else None, issued_at=now)
    db.session.add(paper)
    db.session.flush()
    return paper


def _raise_counter(rule_id: int, scope: str) -> int:
    raised = (update(NumberCounter).where(NumberCounter.rule_id == rule_id, NumberCounter.scope_key == scope)
              .values(last_value=NumberCounter.last_value + 1).returning(NumberCounter.last_value))
    value = db.session.scalar(raised)
    if value is None:
        _begin_counter(rule_id, scope)
        value = db.session.scalar(raised)
    assert value is not None  # noqa: S101  the row was made a line above
    return int(value)


def _begin_counter(rule_id: int, scope: str) -> None:
    """The counter of a new period; two that begin it at once find one row."""
    if db.engine.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        begun = pg_insert(NumberCounter).values(rule_id=rule_id, scope_key=scope, last_value=0)
        db.session.execute(begun.on_conflict_do_nothing())
    else:
        db.session.execute(insert(NumberCounter).values(rule_id=rule_id, scope_key=scope, last_value=0))


def near_the_end(paper: IssuedPaper) -> bool:
    """Whether the administrator should be warned that the digits of this period run out (B-199)."""
    rule = db.session.scalar(select(NumberRule).where(NumberRule.series == paper.series))
    return rule is not None and rule.warn_at is not None and paper.seq >= rule.warn_at
