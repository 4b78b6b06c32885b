"""Everything stored. Importing this package makes the metadata complete."""

from models import (  # noqa: F401
    account,
    attachment,
    audit_log,
    chain,
    customer,
    equipment,
    follow_up,
    number,
    organisation,
    search_entry,
    service_record,
    service_request,
    setting,
    work_order,
)
