"""Everything stored. Importing this package makes the metadata complete."""

from models import (  # noqa: F401
    account,
    attachment,
    audit_log,
    chain,
    customer,
    equipment,
    follow_up,
    job,
    number,
    organisation,
    quality,
    returns,
    search_entry,
    service_record,
    service_request,
    setting,
    sla,
    stock,
    work_order,
    working_calendar,
)
