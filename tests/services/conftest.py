"""Fixtures of the stories: people, a customer, a registered and triaged request."""

from __future__ import annotations

import pytest
from sqlalchemy import select

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.customer import Customer, CustomerSite
from models.enums import FaultLevel, InWarranty, ProblemNature, RequestStatus
from models.equipment import ProductModel
from models.organisation import Region, Staff
from models.paper import PAPERS
from models.service_request import ServiceRequest
from services import clock, paper_changes, paper_records, service_requests, signing

BEGIN = clock.at_local(2025, 3, 3, 9, 0)


class Story:
    """A request and the people who work on it."""

    def user(self, name):
        from flask_appbuilder.security.sqla.models import User

        return db.session.scalar(select(User).where(User.username == name))

    def staff(self, name):
        return db.session.scalar(select(Staff).where(Staff.user_id == self.user(name).id))

    def triaged(self, *, arrears=False, level=FaultLevel.TWO, name="栖霞岭检测中心"):
        region = db.session.scalar(select(Region).order_by(Region.id))
        customer = Customer(code=name[:8], name=name, region=region, in_arrears=arrears)
        db.session.add(customer)
        db.session.flush()
        site = CustomerSite(customer_id=customer.id, name="一号楼", address="栖霞岭路 3 号", region_id=region.id)
        model = db.session.scalar(select(ProductModel)) or ProductModel(model_no="QX-20", name="量热仪")
        db.session.add_all([site, model])
        db.session.flush()
        request = ServiceRequest(customer=customer, site=site, product_model=model, contact_name="王主任", contact_phone="0571-5550100",
                                 symptom="示值漂移", in_warranty=InWarranty.YES, problem_nature=ProblemNature.HARDWARE, fault_level=level)
        request.status = RequestStatus.DRAFT
        request.channel, request.request_type = "phone", "repair"
        db.session.add(request)
        db.session.flush()
        clerk = self.user("service_clerk")
        service_requests.begin(request, by=clerk, now=clock.now())
        service_requests.take_step(request, "register", by=clerk, now=clock.now())
        service_requests.take_step(request, "triage", by=clerk, now=clock.now())
        return request

    def analysed(self, request):
        """The fault analysis of a request, signed on paper (B-057)."""
        paper, engineer = PAPERS["fault_analysis"][1], self.user("service_engineer")
        record = paper_records.begin(PAPERS["fault_analysis"][0], paper, request, by=engineer, now=clock.now())
        signing.carry_on_paper(record, paper, by=self.user("service_manager"), now=clock.now())
        return record

    def agreed_change(self, record, paper):
        """Quality lets a signed paper be voided (B-205)."""
        change = paper_changes.ask(record, paper, wanted="见原因", reason="写错", by=self.user("service_clerk"), now=clock.now())
        paper_changes.take_step(change, "approve", by=self.user("quality"), now=clock.now())


@pytest.fixture
def story(unit):
    """A story that begins on Monday 2025-03-03 at nine."""
    with clock.frozen(BEGIN):
        yield Story()
