"""The slim list of readings says what the whole library says."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from services import pinyin

WHOLE = """
import json, sys
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT
words = [*PHRASES_DICT, *json.load(sys.stdin)]
json.dump([[word, "".join(lazy_pinyin(word)).lower(), "".join(lazy_pinyin(word, style=Style.FIRST_LETTER)).lower()] for word in words],
          sys.stdout)
"""
NAMES = ["重庆市第二人民医院", "长沙银行", "乐清供电服务公司", "都江堰水质监测站", "单县大厦", "厦门精密机械厂", "中行长春分行", "音乐学院"]


def test_each_phrase_reads_as_the_whole_library_reads_it():
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYPINYIN")}
    run = subprocess.run([sys.executable, "-c", WHOLE], input=json.dumps(NAMES), capture_output=True, text=True, check=True, timeout=120,
                         env=env)
    whole = json.loads(run.stdout)
    assert len(whole) > 40_000
    assert [row for row in whole if tuple(row[1:]) != pinyin.read(row[0])] == []


@pytest.mark.parametrize(("words", "spoken", "initials"), [("重庆银行", "chongqingyinhang", "cqyh"), ("长沙", "changsha", "cs")])
def test_words_that_read_otherwise_than_their_characters(words, spoken, initials):
    assert pinyin.read(words) == (spoken, initials)
