"""The two engines draw alike: a millimetre is a millimetre, a label stands where it stands (R-017; printing)."""

from __future__ import annotations

import html
import re
import subprocess

import pytest

import models.records  # noqa: F401  declares the papers
from models.paper import A4_PORTRAIT, PAPERS
from services import printing

POINT = 25.4 / 72
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
ENGINES = ("pdfkit", "weasyprint")


def words(pdf, tmp_path):
    """Per page: (text, x, y) in mm of each word."""
    path = tmp_path / "words.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, text=True, check=True, timeout=60).stdout
    return [[(html.unescape(word), float(x) * POINT, (float(top) + float(bottom)) / 2 * POINT)
             for x, top, _right, bottom, word in WORD.findall(page)] for page in text.split("<page ")[1:]]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_hundred_millimetres_are_a_hundred_millimetres(unit, tmp_path, engine):
    marks = "".join(f'<span style="position:absolute;left:{x}mm;top:{y}mm">{name}</span>' for name, x, y in
                    (("A", 0, 0), ("B", 100, 0), ("C", 0, 100)))
    page = ('<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><style>@page{size:210mm 297mm;margin:12mm}'
            'body{margin:0}.s{position:relative;width:186mm;height:260mm;overflow:hidden}</style></head>'
            f'<body><div class="s">{marks}</div></body></html>')
    found = {word: (x, y) for word, x, y in words(printing.to_pdf(page, A4_PORTRAIT, title="ruler", engine=engine).pdf, tmp_path)[0]}
    assert abs(found["B"][0] - found["A"][0] - 100) <= 0.3
    assert abs(found["C"][1] - found["A"][1] - 100) <= 0.3


@pytest.mark.every_paper(both_engines=True)
@pytest.mark.parametrize("code", list(PAPERS))
def test_the_labels_of_both_engines_stand_within_a_millimetre_and_a_half(unit, tmp_path, code):
    model, paper = PAPERS[code]
    one, two = (words(printing.to_print(paper, None, {}, model=model, engine=engine).pdf, tmp_path) for engine in ENGINES)
    assert len(one) == len(two) == max(1, len(paper.copies))
    compared = 0
    for left, right in zip(one, two, strict=True):
        once = {word for word, _x, _y in left if [item[0] for item in left].count(word) == 1}
        places, labels = {word: (x, y) for word, x, y in right}, {word for word in once if re.search("[\u4e00-\u9fff]", word)}
        assert len(labels & places.keys()) >= 0.8 * len(labels), "the engines break the same labels differently"
        for word, x, y in left:
            if word in labels & places.keys():
                compared += 1
                assert abs(x - places[word][0]) <= 1.5, (word, x, places[word])
                assert abs(y - places[word][1]) <= 1.5, (word, y, places[word])
    assert compared >= 5 * len(one)
