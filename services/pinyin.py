"""How Hanzi are read, for the search by pinyin and initials.

The library keeps 47,000 phrases, 42 MB in each worker; without tones only some 3,500 of them read otherwise than their
characters one by one. Those stand in readings.txt, and a test holds the two against each other.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path

os.environ["PYPINYIN_NO_PHRASES"] = "true"

from pypinyin import Style, lazy_pinyin, load_phrases_dict

READINGS = Path(__file__).with_name("readings.txt")


def _load() -> None:
    lines = (line.split() for line in READINGS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    load_phrases_dict({word: [[syllable] for syllable in syllables] for word, *syllables in lines})


_load()


@functools.lru_cache(maxsize=2000)
def read(words: str) -> tuple[str, str]:
    """Pinyin without tones and the initials of some words, in small letters."""
    return "".join(lazy_pinyin(words)).lower(), "".join(lazy_pinyin(words, style=Style.FIRST_LETTER)).lower()
