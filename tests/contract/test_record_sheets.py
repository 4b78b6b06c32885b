"""Each paper record against its definition: who signs, in which order, how many copies, which sheet (tests/contract/data/sheets.yaml)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import yaml

import models.records  # noqa: F401  declares the papers
from extensions import force_locale
from models.paper import PAPERS, Row
from tests.contract.test_record_catalogue import DATA, RECORDS, papers_of, plain

SHEETS = yaml.safe_load((DATA / "sheets.yaml").read_text(encoding="utf-8"))
ON_PAPER = [record for record in RECORDS if papers_of(record)]
CUSTOMER = re.compile("客户|用户|顾客")


def wanted(record):
    """Label → whether it is a must (Y, N, C) of the cells to be signed that the definition lists, in order."""
    found = {}
    for field in RECORDS[record]["fields"]:
        if re.search(r"\bsign\b", field["type"]):
            several = re.search("×", field["type"])
            for label in re.split("/", field["label"]) if several else [field["label"]]:
                found[label] = field["required"]
    return found


def drawn(paper):
    """The cells to be signed in the order in which they stand on the sheet."""
    texts = [text for block in paper.blocks if isinstance(block, Row) for cell in block.cells for text in cell.text]
    return list(dict.fromkeys(name for text in texts for name in re.findall(r"\{@([a-z_]+)\}", text)))


def faults(record, papers):
    """What differs from the definition, in words."""
    said, found = SHEETS.get(record, {}), []
    cells, must = said.get("cells", {}), wanted(record)
    slots = {slot.name: slot for paper in papers for slot in paper.slots}
    if set(must) != set(cells) | set(said.get("elsewhere", {})):
        found.append(f"cells of the definition: {list(must)}")
    if set(slots) != set(cells.values()) | set(said.get("further", {})):
        found.append(f"cells of ours: {list(slots)}")
    for label, name in cells.items():
        if name not in slots:
            continue
        slot, words = slots[name], plain(re.sub(r" \(.*\)$", "", label))
        ours = plain(str(slot.label))
        if not (ours in words or any(piece in ours for piece in words.split("/")) or plain(slot.name_of()) in words):
            found.append(f"{label}: {slot.label}")
        if (slot.side == "customer") != bool(CUSTOMER.search(label)):
            found.append(f"{label}: signed by {slot.side}")
        if (slot.only_with is not None) != (must.get(label) == "C" and label not in said.get("always", {})):
            found.append(f"{label}: {must.get(label)}, but {slot.only_with or 'always'}")
    order = said.get("sketch", list(cells.values()))
    for paper in papers:
        there = [name for name in drawn(paper) if name in order]
        if there != [name for name in order if name in there] or set(drawn(paper)) != {slot.name for slot in paper.slots}:
            found.append(f"{paper.code}: drawn as {drawn(paper)}")
        names = [re.sub("^第.联", "", plain(str(copy))) for copy in paper.copies]
        if names != ([] if paper.code in said.get("plain", {}) else said.get("copies", [])):
            found.append(f"{paper.code}: copies {names}")
        if [bool(re.match(f"第{figure}联", plain(str(copy)))) for figure, copy in zip("一二三", paper.copies, strict=False)].count(False):
            found.append(f"{paper.code}: the copies are not numbered")
        if "size" in said and paper.sheet.name != said["size"]:
            found.append(f"{paper.code}: {paper.sheet.name}")
        if "size" not in said and paper.sheet.name not in ("A4", "A5"):
            found.append(f"{paper.code}: {paper.sheet.name} although the definition names no size")
    return found


@pytest.mark.parametrize("record", ON_PAPER)
def test_cells_copies_and_size_are_those_of_the_definition(app, record):
    with app.app_context(), force_locale("zh_Hans_CN"):
        assert faults(record, [paper for _model, paper in papers_of(record)]) == []


def test_every_record_of_the_definition_with_a_cell_or_copies_is_said():
    assert [record for record in ON_PAPER if wanted(record) and record not in SHEETS] == []
    assert set(SHEETS) <= set(ON_PAPER)


@pytest.mark.parametrize("spoilt", ["slots", "copies", "sheet", "blocks"])
def test_a_sheet_that_differs_is_seen(app, spoilt):
    paper = PAPERS["repair_slip_3"][1]
    others = {"slots": tuple(replace(slot, side="ours", only_with=None) for slot in paper.slots), "copies": paper.copies[:2],
              "sheet": replace(paper.sheet, name="A6"), "blocks": paper.blocks[:-1]}
    with app.app_context(), force_locale("zh_Hans_CN"):
        assert faults("R-017", [replace(paper, **{spoilt: others[spoilt]})]) != []
