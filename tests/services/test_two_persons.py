"""Who hands goods in is not the storekeeper who takes them over, by whatever door (R-043, B-204)."""

from __future__ import annotations

import pytest

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.paper import PAPERS
from models.stock_enums import StockKind, ZoneKind
from services import access, clock, signing, stock_docs
from services.errors import DomainError
from tests.rig.databases import PASSWORD
from tests.services.stock_world import document, line_of, part, user, zone

SHEET = PAPERS["stock_in"][1]


def came(handed_by=None):
    """Goods given back by an engineer, one piece, as a draft of the storekeeper."""
    doc = document(StockKind.LOAN_RETURN, handed_by=access.staff_of(user(handed_by)) if handed_by else None)
    line_of(doc, part(), 1, zone(ZoneKind.ENGINEER), zone(ZoneKind.QUALIFIED))
    return doc


def sign(doc, slot, by):
    return signing.sign(doc, SHEET, slot, by=user(by), now=clock.now(), password=PASSWORD)


@pytest.mark.parametrize(("first", "second"), [("handed", "store"), ("store", "handed")])
def test_r043_one_person_does_not_sign_for_both(story, first, second):
    doc = came("service_engineer")
    sign(doc, first, "warehouse")
    with pytest.raises(DomainError) as refusal:
        sign(doc, second, "warehouse")
    assert (refusal.value.rule, refusal.value.field) == ("B-204", "password")


def test_r043_who_is_named_as_handing_in_does_not_sign_as_storekeeper(story):
    doc = came("warehouse")
    with pytest.raises(DomainError) as refusal:
        sign(doc, "store", "warehouse")
    assert (refusal.value.rule, refusal.value.field) == ("B-204", "password")


def test_r043_who_is_named_as_handing_in_does_not_post(story):
    doc = came("warehouse")
    with pytest.raises(DomainError) as refusal:
        stock_docs.post(doc, by=user("warehouse"), now=clock.now())
    assert (refusal.value.rule, refusal.value.field) == ("B-204", "handed_by")


def test_r043_two_persons_sign(story):
    doc = came("service_engineer")
    sign(doc, "handed", "service_engineer")
    sign(doc, "store", "warehouse")
    db.session.refresh(doc)
    assert set(signing.signatures(doc, SHEET)) == {"handed", "store"}
