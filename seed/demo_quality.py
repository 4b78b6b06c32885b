"""Quality information of the demonstration: a small problem closed, a major one approved, one that has just been reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from extensions import db
from models.enums import PaperState, ResponsibleParty
from models.organisation import Department
from models.paper import PAPERS
from models.quality_enums import DoubleFive, Gravity
from models.records.fault_analysis import FaultAnalysis
from models.service_request import ServiceRequest
from seed.telling import Story, Teller
from services import clock, paper_changes, paper_records

CASES = (("焊点虚接，温度升高后示值漂移。", "更换该批传感器接插件，工艺增加推拉力抽检。", "整改有效，现场连续运行一周正常。"),
         ("同批电源模块电容提前失效。", "停用该批模块，全部更换并通知相关客户。", ""), ("", "", ""))
CHANGES = (("原因分析改为“接插件虚焊”", "复检后原因与原填不符"), ("设备机号更正为铭牌所示", "机号抄写有误"))


class Quality(Teller):
    """What engineers report and quality closes."""

    def stories(self) -> list[Story]:
        """Three reports, the middle one major."""
        return [*(self._case(place, *told) for place, told in enumerate(CASES)), self._changes()]

    def _changes(self) -> Story:
        """Two signed analyses of faults are to be changed: one was issued anew, on the other quality has still to decide."""
        yield self.now - timedelta(hours=3)
        paper = PAPERS["fault_analysis"][1]
        signed = db.session.scalars(select(FaultAnalysis).where(FaultAnalysis.status == PaperState.SIGNED).order_by(
            FaultAnalysis.id.desc()).limit(2)).all()
        for record, (wanted, reason) in zip(signed, CHANGES, strict=False):
            change = paper_changes.ask(record, paper, wanted=wanted, reason=reason, by=self.by("tech_lead"), now=clock.now())
            if record is signed[0]:
                paper_changes.take_step(change, "approve", by=self.by("quality"), now=clock.now())
                paper_records.replace(record, paper, by=self.by("tech_lead"), now=clock.now())

    def _case(self, place: int, cause: str, measures: str, conclusion: str) -> Story:
        yield self.now - timedelta(days=9 - 4 * place, hours=5)
        major = place == 1
        request = db.session.scalars(select(ServiceRequest).where(
            ServiceRequest.equipment_id.is_not(None), ServiceRequest.contact_name.is_not(None)).order_by(
                ServiceRequest.id.desc()).offset(40 + place).limit(1)).one()
        case = self.begin("quality_case", request, "service_clerk")
        self.fill(case, "quality_case", "service_clerk", severity=Gravity.MAJOR if major else Gravity.MINOR, qty=3 if major else 1,
                  batch_no="PM2503" if major else None, gm_told_at=clock.now() if major else None,
                  action_taken="记录现象并停机，保留故障件。")
        if not cause:
            return
        department = db.session.scalar(select(Department).where(Department.code == "SC"))
        values: dict[str, Any] = {"cause": cause, "responsible_party": ResponsibleParty.PROCESS, "department": department}
        self.fill(case, "quality_case", "quality", **values)
        if major:
            self.sign(case, "quality_case", "approver", "general_manager")
        self.fill(case, "quality_case", "quality", corrective_action=measures, double_five=DoubleFive.NONE, conclusion=conclusion or None)
        if conclusion:
            self.sign(case, "quality_case", "closed", "quality")
