"""Contacts: numbered at once, the waiting time told outside working hours, emergencies and forwards told (R-003; B-003, B-023, B-025)."""

from __future__ import annotations

from sqlalchemy import inspect

from extensions import _l
from models.contact_log import ContactLog
from models.onsite_enums import ContactChannel
from services import access, calendars, clock, master_data, notices, parameters, saving
from services.errors import DomainError

saving.numbered(ContactLog, "log_no", "contact_log")
IN_PERSON = (None, ContactChannel.CALL, ContactChannel.VISIT)  # a new one is a call unless it says otherwise


@saving.rule(ContactLog)
def _contact(contact: ContactLog) -> None:
    """Who calls or comes outside working hours is told how long he waits; the request linked is of the same customer (B-023)."""
    master_data.check_phone(contact.phone, "phone")
    if contact.told_wait_minutes is not None and contact.told_wait_minutes < 0:
        raise DomainError(_l("A time is not negative."), "told_wait_minutes", rule="R-003")
    if contact.contacted_at is not None and contact.contacted_at > clock.now():
        raise DomainError(_l("This time has not come yet."), "contacted_at", rule="R-003")
    if (contact.told_wait_minutes is None and contact.contacted_at is not None and contact.channel in IN_PERSON
            and inspect(contact).attrs.contacted_at.history.has_changes() and calendars.is_off_hours(contact.contacted_at)):
        raise DomainError(_l("Outside working hours: how many minutes was the caller told to wait?"), "told_wait_minutes", rule="B-023")
    request = contact.request
    if request is not None and contact.customer is not None and request.customer_id not in (None, contact.customer.id):
        raise DomainError(_l("The request is of another customer."), "request", rule="R-003")


@saving.after(ContactLog)
def _tell(contact: ContactLog, changed: set[str]) -> None:
    """An emergency is told to the service manager and the leaders, a forward to whom it goes (B-003, B-025)."""
    where, now = f"/contact-logs/show/{contact.id}", clock.now()
    if contact.is_urgent and "is_urgent" in changed:
        roles = {name.strip() for name in parameters.text("urgent.notify_roles").replace("，", ",").split(",")}
        notices.tell(access.in_roles(roles), _l("Emergency: %(who)s: %(what)s", who=contact.customer or contact.caller_name,
                                                what=contact.content), href=where, now=now, urgent=True)
    if contact.forwarded_to is not None and "forwarded_to_id" in changed:
        notices.tell([contact.forwarded_to], _l("%(number)s was passed on to you: %(what)s", number=contact, what=contact.content),
                     href=where, now=now)
