"""The page of a sheet: the paper on the desk, and beside it its signatures, prints and history."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy import inspect, select

from extensions import db
from extensions import gettext as _
from forms.model_forms import HIDDEN
from forms.records import kept_lines
from models.custody import PrinterSetting
from models.enums import PaperState
from models.paper import PAPERS, OnPaper, Paper
from models.paper_change import ChangeState
from services import (
    access,
    attachments,
    custody,
    known,
    paper_changes,
    paper_records,
    parameters,
    printing,
    saving,
    scans,
    signing,
    strokes,
)
from services.sheets import Filled, Page
from views import file_parts, paper_scans, paper_steps, shown
from views.shell import crumbs

PARENTS = (("item", "/records/repair_item/"), ("order", "/work-orders/show/"), ("trip", "/records/trip_application/"),
           ("request", "/service-requests/show/"), ("equipment", "/equipment/show/"),
           ("customer", "/customers/show/"))
SPARE_LINES = 2


def parent_of(record: Any) -> tuple[Any, str] | None:
    """What a paper belongs to, and its page."""
    if not isinstance(record, OnPaper):
        return record, shown.PAGES[record.__tablename__] + f"/show/{record.id}"
    for name, base in PARENTS:
        thing = getattr(record, name, None)
        if thing is not None:
            return thing, f"{base}{thing.id}"
    return None


def page_of(record: Any, paper: Paper, form: Any, *, lists: dict[str, Any], editing: bool, user: Any,
            lines: dict[str, Any] | None = None) -> Any:
    """The page; with `lines` as they were sent when something was wrong with them."""
    signed = signing.signatures(record, paper)
    filled = Filled(paper, record, signed, model=type(record), masked=shown.hides_phones(user, record, paper))
    pages = _pages(paper, filled, editing)
    if editing:
        lines = lines if lines is not None else {name: kept_lines(kind, item, list(getattr(record, item.attribute)), more=SPARE_LINES)
                                                 for name, (item, kind) in lists.items()}
        for name, (item, kind) in lists.items():
            _room(lines, name, item, kind, pages[0])
    number, state = getattr(record, paper.number), signing.state_of(record, paper)
    parent = parent_of(record)
    crumbs((paper.title, f"/records/{paper.code}/"), (number or _("Draft"), None), above=paper.title)
    errors = [item for item in form.error_list() if item[0] not in HIDDEN]
    cells = {field.name: field for rows in (lines or {}).values() for line in rows for field in line}
    wrong = [(field.id, str(field.label.text), str(text)) for field in cells.values() for text in field.errors]
    base = f"/records/{paper.code}/{record.id}"
    answer = render_template(
        "paper/sheet.html", paper=paper, record=record, pages=pages, filled=filled, form=form if editing else None, errors=errors + wrong,
        mode="edit" if editing else "view", number=number, base=base, company=parameters.text("company.name"),
        form_mark=printing.form_mark(paper), letterhead=printing.letterhead(),
        drawn={name: strokes.picture(row.strokes) for name, row in signed.items() if row.strokes}, cells=cells,
        line_ids=[line["id"] for rows in (lines or {}).values() for line in rows],
        codes=printing.codes_of(paper, record, number, {page.copy_no for page in pages}),
        sign={slot.name: f"{base}/sign/{slot.name}" for slot in signing.open_to(record, paper, user)},
        rail=_rail(record, paper, signed, user), copy=_copy(paper), frozen=signing.frozen(record, paper),
        files=_files(record), beside=_beside(record, paper, user), slips=_slips(record, paper, user),
        voided=_voided(record, paper, state), undone="" if state == "signed" else "、".join(dict.fromkeys(
            f"{row.signer_name}（{paper.slot(name).label}）" for name, row in signed.items())),
        steps=paper_steps.buttons(record, paper, user), stage=shown.badge(paper_steps.stage_of(record)),
        state=_standing(state, number, signed, paper, record), parent=parent, acts=_acts(record, paper, state, user, base),
        proofs=paper_scans.behind(record, paper, signed), on_paper=paper_scans.may_file(record, paper, user),
        chain=_chain(record, paper, state, user, base))
    return answer, 422 if errors or wrong else 200


def _slips(record: Any, paper: Paper, user: Any) -> dict[str, Any]:
    """Where the printed copies are, with their scans; the printers for over-print; whether a blank slip's number can be taken."""
    copies = [copy for copy in custody.copies_of(record.__tablename__, record.id) if copy.form_code == paper.code]
    pages, opens = scans.of_copies(copies) if copies else {}, access.can(user, "read", custody.NOUN)
    return {"copies": [{"name": custody.copy_name(copy), "badge": shown.badge(copy.state), "holder": copy.holder,
                        "href": f"/slips/{copy.id}" if opens else None,
                        "scans": [f"/slips/scans/{page.id}/picture" for page in pages.get(copy.id, [])] if opens else []}
                       for copy in copies],
            "printers": list(db.session.scalars(select(PrinterSetting).order_by(PrinterSetting.name))) if paper.goes_out else [],
            "number": paper.goes_out and getattr(record, paper.number) is None and access.can(user, "create", paper.noun)}


def _beside(record: Any, paper: Paper, user: Any) -> list[dict[str, str]]:
    """The papers that belong to this one: where they are, or where they are begun."""
    found = []
    for code in paper.beside:
        model, other = PAPERS[code]
        if not access.can(user, "read", other.noun):
            continue
        hanging = next((relation.key for relation in inspect(type(record)).relationships
                        if relation.mapper.class_ is model and relation.uselist), None)
        there = record if model is type(record) else next((one for one in getattr(record, hanging or "", ())
                                                           if one.status != PaperState.VOID), None)
        if there is not None:
            found.append({"label": f"{other.title} {getattr(there, other.number) or ''}".strip(), "href": f"/records/{code}/{there.id}"})
        elif access.can(user, "create", other.noun):
            found.append({"label": _("Begin: %(paper)s", paper=other.title),
                          "href": f"/records/{code}/add?from={record.__tablename__}:{record.id}"})
    return found


def _files(record: Any) -> dict[str, Any] | None:
    """How many files hang on a paper of its own, and where."""
    if not isinstance(record, OnPaper):
        return None
    return {"count": attachments.count(record), "href": f"/attachments/{record.__tablename__}/{record.id}/"}


def _voided(record: Any, paper: Paper, state: Any) -> dict[str, str] | None:
    """When and why a paper was made void; of one that was taken back alone, the day."""
    if state != "void":
        return None
    taken = getattr(record, paper.taken_back) if paper.taken_back else None
    if taken is not None and getattr(record, "voided_at", None) is None:
        return {"at": f"{taken:%Y-%m-%d}", "reason": _("It was taken back.")}
    return {"at": shown.moment(getattr(record, "voided_at", None)), "reason": getattr(record, "void_reason", None) or "—"}


def _standing(state: Any, number: str | None, signed: dict[str, Any], paper: Paper, record: Any) -> dict[str, str] | None:
    """The state of a paper; on its way round, how many of its cells are signed."""
    if state == "draft" and signed:
        return {"label": _("signed %(done)s / %(all)s", done=len(signed), all=len(signing.needed(record, paper))), "group": "running"}
    return shown.badge(state)


def _copy(paper: Paper) -> int:
    text = request.args.get("copy", "1")
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= max(1, len(paper.copies)) else 1


def _pages(paper: Paper, filled: Filled, editing: bool) -> list[Page]:
    if editing:
        return [Page(paper.copies[0] if paper.copies else "", 1, "#ffffff", 1, 1, filled.rows(0, more=SPARE_LINES))]
    copy = _copy(paper)
    return [page for page in filled.pages() if page.copy_no == copy]


def _room(lines: dict[str, Any], name: str, item: Any, kind: Any, page: Page) -> None:
    """As many rows to write into as the sheet draws."""
    drawn = {row.line for row in page.rows if row.line is not None}
    for place in range(len(lines[name]), len(drawn)):
        lines[name].append(kind(prefix=f"line-{item.attribute}-{place}-", data=dict(item.preset)))


def _rail(record: Any, paper: Paper, signed: dict[str, Any], user: Any) -> list[dict[str, Any]]:
    """Each cell to be signed: by whom and when, or who is waited for."""
    open_slots = {slot.name for slot in signing.open_to(record, paper, user)}
    rows, wanted = [], signing.needed(record, paper)
    for slot in wanted:
        row = signed.get(slot.name)
        rows.append({"name": slot.name, "label": slot.name_of(), "who": row.signer_name if row else "",
                     "at": shown.moment(row.signed_at) if row else "", "method": row.method if row else "", "mine": slot.name in open_slots,
                     "late": not row and any(one.name in slot.after and one.name not in signed for one in wanted)})
    return rows


def _acts(record: Any, paper: Paper, state: Any, user: Any, base: str) -> dict[str, Any]:
    return {"print": access.can(user, "print", paper.noun), "prints": signing.times_printed(record, paper),
            "print_log": [{"at": shown.moment(entry.at), "who": saving.user_name(entry.user_id), "again": entry.is_reprint}
                          for entry in signing.prints(record, paper)],
            "others": _others(record, paper, user), "history": shown.history(record, limit=6)}


def _chain(record: Any, paper: Paper, state: Any, user: Any, base: str) -> dict[str, Any]:
    """What this paper replaces and is replaced by, the requests to change it, and what the user may do about it (B-205)."""
    if not isinstance(record, OnPaper):
        return {}
    signed = paper_changes.is_signed(record)
    changes = paper_changes.of(record) if signed or state == "void" else []
    agreed = next((change for change in changes if change.status == ChangeState.AGREED), None)
    after = paper_records.successor(record) if state == "void" else None
    may, makes = access.can(user, "void", paper.noun) or (agreed is not None and agreed.asked_by_id == user.id), access.can(
        user, "create", paper.noun)
    opens = access.can(user, "read", paper_changes.NOUN)
    names = saving.user_names(key for change in changes for key in (change.asked_by_id, change.decided_by_id) if key is not None)
    return {
        "before": _sheet_of(db.session.get(type(record), record.replaces_id), paper) if record.replaces_id is not None else None,
        "after": _sheet_of(after, paper) if after is not None else None,
        "changes": [_told(change, names, opens) for change in changes],
        "ask": f"{base}/do/change" if signed and state != "void" and access.can(user, "create", paper_changes.NOUN) and not any(
            change.status in paper_changes.OPEN for change in changes) else None,
        "replace": f"{base}/do/replace" if agreed is not None and state != "void" and may and makes else None,
        "void": f"{base}/do/void" if state != "void" and may and (not signed or agreed is not None) else None,
        "reissue": f"{base}/do/reissue" if state == "void" and makes and after is None else None}


def _told(change: Any, names: dict[int, str], opens: bool) -> dict[str, Any]:
    """A request to change a paper in words; its page for who may open it."""
    return {"badge": shown.badge(change.status), "wanted": change.wanted, "reason": change.reason, "at": shown.moment(change.created_at),
            "who": names.get(change.asked_by_id, ""), "by": names.get(change.decided_by_id or 0, ""), "note": change.decision_note,
            "decided": shown.moment(change.decided_at), "href": f"/paper-changes/show/{change.id}" if opens else None}


def _sheet_of(record: Any, paper: Paper) -> dict[str, str]:
    return {"label": str(getattr(record, paper.number) or _("Draft")), "href": f"/records/{paper.code}/{record.id}"}


def _others(record: Any, paper: Paper, user: Any) -> list[dict[str, Any]]:
    """The other papers of the same record, and those that may be begun from it."""
    if not isinstance(record, OnPaper) or hasattr(record, "layout"):
        return []
    same = [one for one in file_parts.views_of(record, user) if not one["href"].startswith(f"/records/{paper.code}/")]
    return same + (file_parts.other_papers(record, user) if record.__tablename__ in known.ORIGINS else [])
