"""R-052 不合格品报告处理单: what failed, why, what becomes of it, and that it was done (B-120)."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Paper, Row, Slot, on
from models.quality import NonconformityReport

PAPER = on(NonconformityReport, Paper(
    record="R-052", code="nonconformity_report", title=_lp("R-052", "Nonconforming product report and disposition"), sheet=A4_PORTRAIT,
    series="nonconformity", area=_lp("R-043", "Stock and returns"), purpose=_lp("R-052", "When goods fail an inspection"),
    who=_lp("R-052", "Quality; the responsible department answers"), when=_lp("R-052", "When goods fail an inspection"),
    listed=("number", "status", "source_type", "source_no", "part", "qty", "disposition"),
    filtered=("status", "source_type", "disposition"),
    choices={"capa_required": (_lp("R-052", "needed"), _lp("R-052", "not needed"))},
    labels={"source_no": _lp("R-052", "Stock-in no. / inspection no."),
            "spec": _lp("R-052", "Model"), "marks": _lp("R-052", "Batch / serial no.")},
    words={"inspector": _lp("R-052", "Inspector"), "date": _lp("R-022", "Date"), "approver": _lp("R-052", "Approved"),
           "verifier": _lp("R-052", "Verified by")},
    blocks=(
        Row(10, (Cell(4, ("={!source_type}",), label=True), Cell(8, ("{source_type}",)), Cell(4, ("={!source_no}",), label=True),
                 Cell(8, ("{source_no}",)))),
        Row(8, (Cell(8, ("={!part}",), label=True), Cell(5, ("={!spec}",), label=True), Cell(7, ("={!marks}",), label=True),
                Cell(4, ("={!qty}",), label=True))),
        Row(12, (Cell(8, ("{part}",)), Cell(5, ("{spec}",)), Cell(7, ("{marks}",)), Cell(4, ("{qty}",)))),
        Row(38, (Cell(4, ("={!description}",), label=True), Cell(20, ("{description}",
                                                                        ">{#inspector}：{@inspector}　{#date}：{@inspector.date}")))),
        Row(34, (Cell(4, ("={!cause}",), label=True), Cell(20, ("{cause}", ">{!department}：{department}")))),
        Row(12, (Cell(4, ("={!disposition}",), label=True), Cell(20, ("{?disposition}",)))),
        Row(12, (Cell(4, ("={#approver}",), label=True), Cell(8, ("{@approver}",)), Cell(4, ("={#date}",), label=True),
                 Cell(8, ("{@approver.date}",)))),
        Row(34, (Cell(4, ("={!result}",), label=True), Cell(20, ("{result}", ">{#verifier}：{@verifier}　{@verifier.date}")))),
        Row(10, (Cell(8, ("={!capa_required}",), label=True), Cell(16, ("{?capa_required}",)))),
    ),
    slots=(
        Slot("inspector", _lp("R-052", "Inspector"), "ours", _lp("R-052", "Found as written"), rights=(("create", "nonconformity"),)),
        Slot("approver", _lp("R-052", "Approved"), "ours", _lp("R-052", "The disposition is approved"),
             rights=(("approve", "nonconformity"),), after=("inspector",), owns=("cause", "department", "disposition"),
             asks=("cause", "disposition"), approves=True),
        Slot("verifier", _lp("R-052", "Verified by"), "ours", _lp("R-052", "Done as decided"), rights=(("create", "nonconformity"),),
             after=("inspector", "approver"), owns=("result", "capa_required"), asks=("result", "capa_required")),
    )))
