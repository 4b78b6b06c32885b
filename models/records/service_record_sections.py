"""What the layouts of the record of a visit share: whose fields are whose, and the columns of their lists (B-043)."""

from __future__ import annotations

from models.paper import Section

OFFICE = (("create", "work_order"),)
SECTIONS = (
    Section("header", ("repair_unit", "address", "contact_name", "contact_phone", "requested_at", "product_model", "product_name",
                       "serial_no", "batch_no", "warranty_status", "qty", "invoice_no", "sold_on", "reported_at", "symptom", "received_by",
                       "appointment_at", "paper_returned_on", "department", "sheet_no", "charging", "quotation_note", "service_description",
                       "engineers", "returned_to_clerk_at"), OFFICE),
    Section("repair", ("departed_at", "arrived_at", "started_at", "finished_at", "cause", "treatment", "engineer_note", "is_simple",
                       "result", "customer_opinion", "leave_consent", "informant_told_at", "part_lines", "defect_disposal",
                       "charge_note", "product_category", "delivered_on", "finished_on", "install_type", "attitude", "damage",
                       "cleanliness", "contentment", "done_state", "commitment", "commitment_basis"), OFFICE, on_the_job=True),
)
LISTED = ("record_no", "status", "customer", "symptom", "engineer", "reported_at", "signed_at")
