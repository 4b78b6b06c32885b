"""One search for everything: names, pinyin initials, phones, serial numbers; from one character on.

Each record leaves its words in `search_entry`, cut into pieces of one and two characters. SQLite finds them by an FTS5 index,
PostgreSQL by a GIN index over the array of pieces; both then prove the whole word, so a hit really contains what was typed.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy import ColumnElement, event, insert, text, update
from sqlalchemy.orm import Session

from extensions import db
from models.base import Base
from models.search_entry import SearchEntry

MOST = 2000
GAP = "\u241f"


def normal(words: str) -> str:
    """Lower case, full width made half, only letters and digits: how both the record and the question are written."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(char for char in folded if char.isalnum())


def _is_hanzi(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def forms(words: str) -> list[str]:
    """A word as it is found: itself, and for Hanzi its pinyin and its initials."""
    plain = normal(words)
    found = [plain]
    if any(map(_is_hanzi, plain)):
        found.append("".join(lazy_pinyin(plain)).lower())
        found.append("".join(lazy_pinyin(plain, style=Style.FIRST_LETTER)).lower())
    return [item for item in found if item]


def pieces(word: str) -> list[str]:
    """The two-character pieces of a word in order, and its last character so that single characters are found too."""
    return [word[i:i + 2] for i in range(len(word))]


def fits(text: str, words: str) -> bool:
    """Whether a short text answers to words: by itself, its pinyin or its initials."""
    spoken = [normal(form) for form in forms(text)]
    return all(any(normal(word) in form for form in spoken) for word in words.split())


def tokens(thing: Any) -> str:
    """All pieces of a record, with a gap between its words."""
    words: list[str] = []
    for item in thing.search_text():
        if item:
            words += forms(str(item))
    return f" {GAP} ".join(" ".join(pieces(word)) for word in dict.fromkeys(words))


@event.listens_for(Session, "after_flush")
def _keep_entries(session: Session, _context: Any) -> None:
    changed = [thing for thing in session.new | session.dirty if isinstance(thing, Base) and hasattr(thing, "search_text")]
    if changed:
        session.info.setdefault("to_index", set()).update(changed)


@event.listens_for(Session, "after_flush_postexec")
def _write_entries(session: Session, _context: Any) -> None:
    for thing in session.info.pop("to_index", ()):
        if thing in session:
            index(session, thing)


def index(session: Session, thing: Any) -> None:
    """Write the entry of one record anew."""
    with session.no_autoflush:
        words = tokens(thing)
        row = {"title": str(thing)[:200], "tokens": words, "letters": " ".join(sorted(set(words) - {" ", GAP}))}
        connection = session.connection()
        where = (SearchEntry.kind == thing.__tablename__, SearchEntry.ref_id == thing.id)
        changed = connection.execute(update(SearchEntry).where(*where).values(**row))
        if not changed.rowcount:
            connection.execute(insert(SearchEntry).values(kind=thing.__tablename__, ref_id=thing.id, **row))



def found_ids(kind: str, question: str, *, most: int = MOST) -> list[int]:
    """The newest `most` records of a kind that contain what was typed; empty when nothing but punctuation was typed."""
    word = normal(question)[:64]
    if not word:
        return []
    if db.engine.dialect.name == "sqlite":
        return _found_sqlite(kind, word, most)
    return _found_postgresql(kind, word, most)


def _found_sqlite(kind: str, word: str, most: int) -> list[int]:
    cut = pieces(word)
    phrase = " ".join(cut[:-1]) if len(word) > 1 else ""
    query = f'tokens:"{phrase}"' if phrase else f'tokens:"{word}"*'
    rows = db.session.execute(text(
        "SELECT e.ref_id FROM search_index i JOIN search_entry e ON e.id = i.rowid "
        "WHERE search_index MATCH :query AND e.kind = :kind ORDER BY i.rowid DESC LIMIT :most"),
        {"query": query, "kind": kind, "most": most})
    return [row[0] for row in rows]


def _found_postgresql(kind: str, word: str, most: int) -> list[int]:
    if len(word) == 1:
        where, params = "string_to_array(letters, ' ') @> ARRAY[:word]", {"word": word}
    else:
        cut = pieces(word)[:-1]
        where = "string_to_array(tokens, ' ') @> CAST(:cut AS text[]) AND position(:phrase in tokens) > 0"
        params = {"cut": cut, "phrase": " ".join(cut)}  # type: ignore[dict-item]
    rows = db.session.execute(text(
        f"SELECT ref_id FROM search_entry WHERE kind = :kind AND {where} ORDER BY id DESC LIMIT :most"),  # noqa: S608  fixed words
        {"kind": kind, "most": most, **params})
    return [row[0] for row in rows]


def matching(model: type[Any], question: str) -> ColumnElement[bool]:
    """A where-clause: the records of a model that contain what was typed."""
    ids = found_ids(model.__tablename__, question)
    return model.id.in_(ids)  # type: ignore[no-any-return]
