"""Which goods may go where, as one table (WF-07): from kind and to kind → what must be so first. Any other pair is refused."""

from __future__ import annotations

from dataclasses import dataclass

from extensions import _l
from models.stock_enums import Disposition, InspectResult, ZoneKind
from services.errors import DomainError

K, R = ZoneKind, InspectResult


@dataclass(frozen=True)
class Needs:
    """What a move asks for: a result of the inspection, quality's confirmation, the approval of the document, an approved
    nonconformity report that says one of these ways.
    """

    results: frozenset[InspectResult] = frozenset()
    quality: bool = False
    approved: bool = False
    ways: frozenset[Disposition] = frozenset()


FREE = Needs()
APPROVED = Needs(approved=True)
PASSED = Needs(results=frozenset({R.OK}))
PASSED_OR_EXEMPT = Needs(results=frozenset({R.OK, R.EXEMPT}))
FAILED = Needs(results=frozenset({R.BAD}), quality=True)

MOVES: dict[tuple[ZoneKind, ZoneKind], Needs] = {
    (K.SUPPLIER, K.TO_INSPECT): FREE,
    (K.CUSTOMER, K.RETURNED): FREE,
    (K.TO_INSPECT, K.QUALIFIED): PASSED_OR_EXEMPT,
    (K.RETURNED, K.QUALIFIED): PASSED,
    (K.TO_INSPECT, K.NONCONFORMING): FAILED,
    (K.RETURNED, K.NONCONFORMING): FAILED,
    (K.RETURNED, K.CUSTOMER): Needs(results=frozenset({R.OK, R.BAD}), approved=True),
    (K.QUALIFIED, K.DISPATCH): FREE,
    (K.QUALIFIED, K.ENGINEER): FREE,
    (K.QUALIFIED, K.CUSTOMER): FREE,
    (K.QUALIFIED, K.TO_INSPECT): FREE,
    (K.QUALIFIED, K.SUPPLIER): APPROVED,
    (K.DISPATCH, K.CUSTOMER): FREE,
    (K.DISPATCH, K.QUALIFIED): FREE,
    (K.ENGINEER, K.CUSTOMER): FREE,
    (K.ENGINEER, K.QUALIFIED): FREE,
    (K.NONCONFORMING, K.TO_INSPECT): Needs(ways=frozenset({Disposition.REWORK, Disposition.CONCESSION, Disposition.DOWNGRADE})),
    (K.NONCONFORMING, K.SCRAPPED): Needs(ways=frozenset({Disposition.SCRAP})),
    (K.NONCONFORMING, K.SUPPLIER): Needs(ways=frozenset({Disposition.TO_SUPPLIER})),
    (K.QUALIFIED, K.QUALIFIED): FREE,
    (K.ENGINEER, K.ENGINEER): FREE,
} | {pair: APPROVED for kind in ZoneKind if kind not in (K.CUSTODY, K.SUPPLIER, K.CUSTOMER, K.ADJUSTMENT)
     for pair in ((K.ADJUSTMENT, kind), (kind, K.ADJUSTMENT))}


def check(source: ZoneKind, target: ZoneKind, *, result: InspectResult, quality: bool, approved: bool, way: Disposition | None) -> None:
    """Raise DomainError at the field unless goods may go this way now; `way` is that of an approved report (B-116, B-118, B-120)."""
    needs = MOVES.get((source, target))
    if needs is None:
        raise DomainError(_l("Goods do not go from “%(source)s” to “%(target)s”.", source=source, target=target), "zone_to", rule="WF-07")
    if needs.results and result not in needs.results:
        if result == R.PENDING:
            raise DomainError(_l("These goods are not inspected yet."), "inspect_result", rule="B-117")
        raise DomainError(_l("The inspection says “%(result)s”: these goods do not go to “%(target)s”.", result=result, target=target),
                          "zone_to", rule="B-118")
    if needs.quality and not quality:
        raise DomainError(_l("Quality has not confirmed the failure yet."), "inspect_result", rule="B-118")
    if needs.ways and way not in needs.ways:
        raise DomainError(_l("First the nonconformity report must be approved, with a disposition that leads there."), "ncr", rule="B-120")
    if needs.approved and not approved:
        raise DomainError(_l("Another person must approve this document first."), "approved", rule="WF-07")
