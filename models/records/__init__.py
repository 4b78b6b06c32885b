"""The layouts of the paper records, one module each; all are found here."""

from models.records import repair_record, repair_slip_3, service_info_sheet

__all__ = ["repair_record", "repair_slip_3", "service_info_sheet"]
