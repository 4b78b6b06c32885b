"""A small world: one record of each kind, requests and orders in several states, so that every address leads somewhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from extensions import db
from models.contact_log import ContactLog
from models.custody import PaperCopy, PrinterSetting, ScanPage
from models.customer import Customer, CustomerContact, CustomerSite
from models.equipment import Equipment, Part, PartPrice, ProductCategory, ProductModel, Supplier
from models.follow_up import FollowUp
from models.inspection_plan import InspectionTask
from models.job import Errand
from models.number import IssuedPaper
from models.organisation import Region, Staff
from models.paper_change import PaperChange
from models.quality import QualityInspection
from models.quotation import Quotation
from models.records.acceptance import AcceptanceRecord
from models.records.complaint import Complaint
from models.records.contract_notice import ContractNotice
from models.records.daily_report import DailyReport
from models.records.fault_analysis import FaultAnalysis
from models.records.inspection_record import InspectionRecord
from models.records.quality_case import QualityCase
from models.records.service_contract import ServiceContract
from models.records.service_plan import ServicePlan
from models.records.site_survey import SiteSurvey
from models.records.survey import Survey
from models.records.trip import Trip
from models.records.trip_summary import TripSummary
from models.repair import RepairCard, RepairItem
from models.returns import ReturnLine, ReturnOrder, SalesShipment, SalesShipmentLine
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.stock import StockDoc, StockDocLine
from models.work_order import WorkOrder
from services import clock
from services.unit_of_work import unit_of_work

REQUESTS = ("triaged", "draft", "registered", "in_progress", "verified", "closed")
ORDERS = ("assigned", "pending", "contacted", "appointed", "on_site", "finished", "form_returned")


def fill(app: Any) -> None:
    """Put it into an empty installation; the first record of each kind has the key 1."""
    with app.app_context(), unit_of_work(reason="tests"):
        region = db.session.scalar(select(Region).order_by(Region.id))
        engineer = db.session.scalar(select(Staff.id).where(Staff.is_engineer).order_by(Staff.id))
        customer, model = Customer(code="C1", name="某厂", region=region), ProductModel(model_no="M1", name="某机")
        part = Part(part_no="P1", name="某件", unit="只")
        db.session.add_all([customer, model, part, Supplier(name="某供方"), ProductCategory(name="某类")])
        db.session.flush()
        db.session.add_all([
            CustomerContact(customer_id=customer.id, name="某人"), CustomerSite(customer_id=customer.id, name="某处"),
            Equipment(equipment_no="E1", serial_no="S1", product_model_id=model.id, customer_id=customer.id),
            PartPrice(part_id=part.id, sale_price=1)])
        for status in REQUESTS:
            db.session.add(ServiceRequest(customer_id=customer.id, status=status))
            db.session.flush()
        for place, status in enumerate(ORDERS, start=1):
            db.session.add(WorkOrder(work_order_no=f"W{place}", request_id=1, customer_id=customer.id, issued_at=clock.now(),
                                     status=status, lead_engineer_id=engineer if status != "pending" else None))
            db.session.flush()
        db.session.add_all([
            StockDoc(kind="sale", layout="stock_out"), SalesShipment(shipment_no="X1", customer_id=customer.id, shipped_on=clock.today()),
            ReturnOrder(customer_id=customer.id, reason="quality")])
        db.session.flush()
        db.session.add_all([
            StockDocLine(doc_id=1, part_id=part.id, qty=1), SalesShipmentLine(shipment_id=1, part_id=part.id, batch_no="B1", qty=9),
            ReturnLine(part_id=part.id, qty=1, line_type="replaced", customer_id=customer.id)])
        db.session.flush()
        db.session.add(RepairItem(customer_id=customer.id, product_name="某机"))
        db.session.flush()
        db.session.add_all([RepairCard(item_id=1), Quotation(request_id=1, customer_id=customer.id),
                            QualityCase(request_id=1, customer_id=customer.id)])
        blank = IssuedPaper(series="service_record", number="RR-1", scope_key="202503", seq=1, form_code="repair_slip_3",
                            issued_at=clock.now())
        errand = Errand(kind="scan", title="三月.pdf", created_at=clock.now(), payload={}, total=1, done=1, attempts=1,
                        done_at=clock.now(), result={"filed": 0, "tray": 1})
        db.session.add_all([blank, errand, PrinterSetting(name="针打", offset_x=0, offset_y=0)])
        db.session.flush()
        db.session.add_all([
            PaperCopy(issued_id=blank.id, form_code="repair_slip_3", copy_no=1, month=clock.today().replace(day=1), printed_at=clock.now()),
            ScanPage(errand_id=errand.id, page_no=1, file_name="三月.pdf", sha256="0" * 64)])
        db.session.add_all([QualityInspection(return_line_id=1), QualityInspection(return_line_id=1, layout="recheck")])
        db.session.add(ContactLog(log_no="L1", customer_id=customer.id, contacted_at=clock.now(), content="询价", caller_name="某人",
                                  phone="0571-5550100", taken_by_id=engineer))
        db.session.add(AcceptanceRecord(customer_id=customer.id, work_order_id=1))
        trip = Trip(request_id=1, customer_id=customer.id)
        db.session.add(trip)
        db.session.add(TripSummary(trip=trip))
        db.session.add(ServicePlan(request_id=1, customer_id=customer.id))
        db.session.add(InspectionTask(customer_id=customer.id, equipment_id=1, accepted_on=clock.today(), due_on=clock.today(),
                                      band="first", inspect_every_months=1, visit_every_months=3, status="due"))
        db.session.add(ServiceContract(customer_id=customer.id, renewal_state="not_due"))
        db.session.flush()
        db.session.add(ContractNotice(customer_id=customer.id, contract_id=1))
        db.session.add_all([SiteSurvey(request_id=1), FaultAnalysis(request_id=1, customer_id=customer.id),
                            ServiceRecord(work_order_id=1, customer_id=customer.id),
                            Complaint(customer_id=customer.id, within_authority=True),
                            Survey(customer_id=customer.id, request_id=1),
                            DailyReport(staff_id=engineer, day=clock.today()),
                            InspectionRecord(customer_id=customer.id),
                            PaperChange(owner_type="service_record", owner_id=1, form_code="repair_slip_3", number="RR-1",
                                        wanted="改正时间", reason="写错日期", asked_by_id=1),
                            FollowUp(followup_no="F1", kind="verify", due_at=clock.now(), customer_id=customer.id, request_id=1)])


# --- what the tables hold, to say that nothing was changed

# Sessions, books of reading and marks of forms change by their nature when pages are read or forms are refused.
BOOKS = frozenset({"user_session", "security_event", "login_failure", "alembic_version", "chain_head", "chain_link"})


def fingerprint(app: Any, *, but: frozenset[str] = BOOKS) -> dict[str, int]:
    """A hash of each table but the books: equal before and after when nothing was changed."""
    found = {}
    with app.app_context(), unit_of_work(write=False):
        for table in db.metadata.sorted_tables:
            if table.name in but:
                continue
            columns = [column for column in table.columns if (table.name, column.name) not in {("ab_user", "last_login"),
                                                                                                ("ab_user", "login_count")}]
            found[table.name] = hash(tuple(sorted(repr(tuple(row)) for row in db.session.execute(select(*columns)))))
    return found


def changed(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """Names of the tables that differ."""
    return sorted(name for name in before if before[name] != after[name])
