"""Quality information of the demonstration: a small problem closed, a major one approved, one that has just been reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from extensions import db
from models.enums import ResponsibleParty
from models.organisation import Department
from models.quality_enums import DoubleFive, Gravity
from models.service_request import ServiceRequest
from seed.telling import Story, Teller
from services import clock

CASES = (("焊点虚接，温度升高后示值漂移。", "更换该批传感器接插件，工艺增加推拉力抽检。", "整改有效，现场连续运行一周正常。"),
         ("同批电源模块电容提前失效。", "停用该批模块，全部更换并通知相关客户。", ""), ("", "", ""))


class Quality(Teller):
    """What engineers report and quality closes."""

    def stories(self) -> list[Story]:
        """Three reports, the middle one major."""
        return [self._case(place, *told) for place, told in enumerate(CASES)]

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
