"""R-077 客户回访记录表: what the customer said when he was called; a printed view of the call (B-147, B-149)."""

from __future__ import annotations

from extensions import _lp
from models.follow_up import FollowUp
from models.paper import A4_PORTRAIT, Paper, on
from models.records.care_rows import told

PAPER = on(FollowUp, Paper(
    record="R-077", code="follow_up_record", title=_lp("R-077", "Follow-up record"), sheet=A4_PORTRAIT, series="follow_up",
    number="followup_no", area=_lp("R-077", "Complaints and follow-up"),
    purpose=_lp("R-077", "Each call or visit after the work: how the product is used, whether the problem is solved"),
    who=_lp("R-077", "Service clerk; what is unsolved goes to the manager"), when=_lp("R-077", "As the calls fall due"),
    listed=("followup_no", "status", "kind", "customer", "due_at", "done_at", "solved", "caller"),
    filtered=("status", "kind", "customer", "solved"),
    choices={"kind": (_lp("R-077", "First call by telephone"), _lp("R-077", "Routine call by telephone"),
                      _lp("R-077", "Verification of the result (48 hours)"), _lp("R-077", "After commissioning (a week)"),
                      _lp("R-077", "After repair"), _lp("R-077", "Inspector's attendance"), _lp("R-077", "Monthly task"),
                      _lp("R-077", "On-site follow-up"), _lp("R-077", "Courtesy visit")),
             "extended": (_lp("R-077", "yes"), _lp("R-077", "no")), "needs_visit": (_lp("R-077", "needed"), _lp("R-077", "not needed"))},
    labels={"done_at": _lp("R-077", "Date and time of the call"), "duration_min": _lp("R-077", "length in minutes"),
            "unsolved": _lp("R-077", "Unsolved problem")},
    blocks=(
        told(9, "customer", "?customer_class"), told(9, "site", "contact_name"), told(9, "respondent_role", "contact_phone"),
        told(13, "?kind"), told(9, "due_at"), told(9, ("{!done_at}/{!duration_min}", "{done_at}　{duration_min}"), left=7),
        told(9, "?extended", ("{!request}", "{request}　{equipment}")), told(34, "usage_state"), told(9, "?mastery", left=7),
        told(9, "?satisfaction"), told(9, "?solved"), told(22, "engineer_check", left=6), told(28, "opinion"),
        told(20, ("{!unsolved}", "{unsolved}", ">{!escalated_at}：{escalated_at}")), told(9, "?needs_visit", left=6),
        told(9, "?call_result"), told(9, "caller"),
    )))
