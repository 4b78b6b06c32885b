"""Each paper record against its definition: every field with its label, in order, with its options (tests/contract/data/records.yaml)."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from sqlalchemy import inspect

import models.records  # noqa: F401  declares the papers
import services.registers  # noqa: F401  declares the registers
from extensions import force_locale
from models.base import EnumCode
from models.paper import PAPERS
from services import paper_records, parameters, sheets
from services.register import REGISTERS
from tests.contract.data_policy import VIEWS

DATA = Path(__file__).parent / "data"
RECORDS = yaml.safe_load((DATA / "records.yaml").read_text(encoding="utf-8"))
# What stands elsewhere than the list of the definition has it, and why: the sketch of the paper, or the frame around every paper.
PLACES = yaml.safe_load((DATA / "places.yaml").read_text(encoding="utf-8"))
LATER = set(PLACES["later"])
WANTED = yaml.safe_load((DATA / "required.yaml").read_text(encoding="utf-8"))


def plain(text):
    """A text without spaces and with one kind of brackets, quotes and width."""
    return re.sub(r"[\s\"“”：:_]", "", unicodedata.normalize("NFKC", text)).replace("—", "-").replace("–", "-")


def papers_of(record):
    return [(model, paper) for model, paper in PAPERS.values() if paper.record == record]


def registers_of(record):
    return [book for book in REGISTERS.values() if book.record == record]


def blank_text(model, paper):
    """What is printed on a blank sheet, in the order of its cells."""
    filled = sheets.Filled(paper, None, {}, model=model)
    cells = [cell for row in filled.rows(0) for cell in row.cells]
    text = "".join(piece.text + "".join(label for _code, label, _on in piece.boxes)
                   for cell in cells for _align, pieces in cell.paragraphs for piece in pieces)
    above = "".join(piece.text + "".join(label for _code, label, _on in piece.boxes) for piece in filled._pieces(paper.above))
    return plain(f"{above}{text}{paper.foot}")


def printed(record):
    with force_locale("zh_Hans_CN"):
        texts = [blank_text(model, paper) for model, paper in papers_of(record)]
        return texts + [plain("".join(str(column.label) for column in book.columns)) for book in registers_of(record)]


def labels_of(field):
    """The words of a label: cells joined by “/” one by one; a bracket that only tells two alike apart is not printed."""
    return [plain(re.sub(r" \(.*\)$", "", word)) for word in re.split(r"/(?![^(（]*[)）])", field["label"])]


def is_apart(record, field, word):
    """Whether a field stands elsewhere than on the sheet: its number in the head of every sheet, others as `places.yaml` says."""
    numbered = next((one["label"] for one in RECORDS[record]["fields"] if one["name"].endswith("_no") and one["type"].startswith("str")
                     and re.search("编号|单号|登记号|凭证号|卡号|出差编号", one["label"])), None)
    return field["label"] == numbered or bool({field["label"], word} & set(PLACES["apart"].get(record, {})))


def missing_and_misplaced(record, text):
    """The labels that are not printed, and the fewest that would have to move for the rest to stand as the definition lists them."""
    missing, chains = [], {-1: []}
    labels = [word for field in RECORDS[record]["fields"] for word in labels_of(field) if not is_apart(record, field, word)]
    for label in labels:
        short = PLACES["worded"].get(record, {}).get(label) or re.sub(r"\([^()]*\)$", "", label)
        places = {match.start() for word in (label, plain(short)) for match in re.finditer(re.escape(word), text)}
        if not places:
            missing.append(label)
            continue
        longer = {}
        for place in places:  # the longest run of labels that ends here
            _length, end = max((len(run), end) for end, run in chains.items() if end <= place)
            longer[place] = [*chains[end], label]
        for place, run in longer.items():
            if len(run) > len(chains.get(place, [])):
                chains[place] = run
    kept = max(chains.values(), key=len)
    moved = [label for label in labels if label not in missing]
    for label in kept:
        moved.remove(label)
    return missing, list(dict.fromkeys(moved))


def options_known(record):
    """Every word to choose from on a record: of its columns, of its lines, of its papers."""
    words = set()
    for model, paper in papers_of(record):
        kinds = [model, *(paper_records.line_model(model, item) for item in paper.lists())]
        for kind in kinds:
            for column in inspect(kind).columns:
                if isinstance(column.type, EnumCode):
                    words |= {plain(str(member.label)) for member in column.type.enum}
                elif column.info.get("dict_type"):
                    words |= {plain(label) for _code, label in parameters.dict_choices(column.info["dict_type"])}
        words |= {plain(str(word)) for choices in paper.choices.values() for word in choices}
    return words


@pytest.mark.parametrize("record", RECORDS)
def test_each_record_of_the_first_release_is_there_or_said_to_come(record):
    there = bool(papers_of(record) or registers_of(record))
    assert there != (record in LATER), "built: take it from the list" if there else "not built"


@pytest.mark.every_paper
@pytest.mark.parametrize("record", [record for record in RECORDS if record not in LATER])
def test_every_field_of_the_definition_is_printed_with_its_label_in_order(app, record):
    with app.app_context():
        best = min((missing_and_misplaced(record, text) for text in printed(record)), key=lambda found: len(found[0]))
    missing, misplaced = best
    assert missing == []
    assert misplaced == PLACES["sketched"].get(record, [])


@pytest.mark.every_paper
@pytest.mark.parametrize("record", [record for record in RECORDS if record not in LATER and papers_of(record)])
def test_every_choice_of_the_definition_can_be_chosen(app, record):
    with app.app_context(), force_locale("zh_Hans_CN"):
        known = options_known(record)
        text = "".join(printed(record))
        apart = PLACES["apart"].get(record, {})
        lacking = {field["label"]: [word for word in field["options"] if plain(word) not in known and plain(word) not in text]
                   for field in RECORDS[record]["fields"] if "options" in field and field["label"] not in apart}
    assert {label: words for label, words in lacking.items() if words} == {}


@pytest.mark.every_paper
@pytest.mark.parametrize("record", [record for record in RECORDS if record not in LATER])
def test_the_title_is_the_one_of_the_definition(app, record):
    with app.app_context(), force_locale("zh_Hans_CN"):
        titles = [str(paper.title) for _model, paper in papers_of(record)] + [str(book.title) for book in registers_of(record)]
    wanted = plain(RECORDS[record]["title"])
    assert any(wanted in plain(title) or plain(title) in wanted for title in titles), titles


def not_asked_for(record):
    """Labels of the fields the definition wants filled in and that none of the record's papers asks for."""
    missing, asked = set(), set()
    for model, paper in papers_of(record):
        mapper, at_cells = inspect(model), {name for slot in paper.slots for name in slot.asks}
        for field in RECORDS[record]["fields"]:
            if field.get("lines") or field["type"] in ("sign", "rows") or field["required"] != "Y":
                continue
            for name in (text.strip() for text in field["name"].split(",")):
                key = name.removesuffix("_id")
                if key not in paper.fields() or (key not in mapper.relationships and name not in mapper.columns):
                    continue
                thing = mapper.relationships[key] if key in mapper.relationships else mapper.columns[name]
                stored = name in mapper.columns and not mapper.columns[name].nullable
                said = thing.info.get("required") or stored or at_cells & {key, name}
                (asked if said else missing).add((name, field["label"]))
    return {label for name, label in missing if (name, label) not in asked}


def is_view(record):
    """Whether a record only shows a file."""
    return all(paper.noun in VIEWS for _model, paper in papers_of(record))


@pytest.mark.parametrize("record", [record for record in RECORDS if record not in LATER and papers_of(record) and not is_view(record)])
def test_what_the_definition_wants_filled_in_is_asked_for_or_said_to_come_otherwise(record):
    said = {label for reasons in WANTED.values() for label in reasons.get(record, ())}
    assert not_asked_for(record) == said


def test_a_field_that_is_no_longer_asked_for_is_seen(monkeypatch):
    column = inspect(PAPERS["repair_slip_3"][0]).columns["treatment"]
    monkeypatch.setitem(column.info, "required", False)
    assert "维修结果" in not_asked_for("R-017")
