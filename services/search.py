"""One search for everything: names, pinyin initials, phones, serial numbers; from one character on.

Each record leaves its words in `search_entry`, cut into pieces of one and two characters. SQLite finds them by an FTS5 index,
PostgreSQL by a GIN index over the array of pieces; both then prove the whole word, so a hit really contains what was typed.
"""

from __future__ import annotations

import functools
import json
import unicodedata
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    event,
    false,
    func,
    inspect,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from extensions import db
from models.base import Base
from models.search_entry import SearchEntry
from services import pinyin
from services.one_statement import insert

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
        found += pinyin.read(plain)
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
        session.info.setdefault("to_index", {}).update(dict.fromkeys(changed))


@event.listens_for(Session, "after_flush_postexec")
def _write_entries(session: Session, _context: Any) -> None:
    for thing in session.info.pop("to_index", {}):
        if thing in session:
            index(session, thing)


def index(session: Session, thing: Any) -> None:
    """Write the entry of one record anew; when its words are the same nothing is written, for most changes leave them so."""
    with session.no_autoflush:
        words = tokens(thing)
    connection = session.connection()
    connection.execute(_entry(connection.dialect.name), {
        "kind": thing.__tablename__, "ref_id": thing.id, "title": str(thing)[:200], "tokens": words,
        "letters": " ".join(sorted(set(words) - {" ", GAP}))})


@functools.cache
def _entry(_dialect: str) -> Any:
    wanted = insert(SearchEntry)
    differs = (SearchEntry.title != wanted.excluded.title) | (SearchEntry.tokens != wanted.excluded.tokens)
    return wanted.on_conflict_do_update(index_elements=["kind", "ref_id"], where=differs,
                                        set_={name: wanted.excluded[name] for name in ("title", "tokens", "letters")})


def found_ids(kind: str, question: str, *, most: int = MOST) -> list[int]:
    """The newest `most` records of a kind that contain what was typed; empty when nothing but punctuation was typed."""
    clause = _contains(kind, question)
    if clause is None:
        return []
    return list(db.session.scalars(select(SearchEntry.ref_id).where(clause).order_by(SearchEntry.ref_id.desc()).limit(most)))


def within(target: type[Any], words: str) -> Any:
    """A where-clause: what contains these words, also of kinds that have no entries; None for records found by nothing of their own."""
    if hasattr(target, "search_text"):
        return matching(target, words)
    names = [name for name in ("name", "name_zh", "code", "address", "phone") if name in inspect(target).columns]
    return or_(*(getattr(target, name).icontains(words, autoescape=True) for name in names)) if names else None


def matching(model: type[Any], question: str) -> ColumnElement[bool]:
    """A where-clause: the records of a model that contain what was typed.

    PostgreSQL is given the question itself and chooses by its statistics: for a common word it walks the list in its order and
    looks each row up, for a rare one it begins at the index of pieces. SQLite cannot choose and is given the keys.
    """
    kind = model.__tablename__
    clause = _contains(kind, question)
    if clause is None:
        return false()
    keys = select(SearchEntry.ref_id).where(clause)
    if db.engine.dialect.name == "sqlite":
        found = json.dumps(list(db.session.scalars(keys)))
        keys = select(func.json_each(found).table_valued("value").c.value)
    return model.id.in_(keys)  # type: ignore[no-any-return]


def _contains(kind: str, question: str) -> ColumnElement[bool] | None:
    """Where-clause on the entries of a kind; None when nothing but punctuation was typed."""
    word = normal(question)[:64]
    if not word:
        return None
    of_kind = SearchEntry.kind == _as_written(kind)
    cut = pieces(word)
    if db.engine.dialect.name == "sqlite":
        phrase = f'tokens:"{" ".join(cut[:-1])}"' if len(word) > 1 else f'tokens:"{word}"*'
        rows = text("SELECT rowid FROM search_index WHERE search_index MATCH :phrase").bindparams(phrase=phrase).columns(rowid=Integer)
        return and_(of_kind, SearchEntry.id.in_(rows.scalar_subquery()))
    blank: Any = literal_column("' '")
    if len(word) == 1:
        return and_(of_kind, func.string_to_array(SearchEntry.letters, blank).op("@>")(func.string_to_array(_as_written(word), blank)))
    phrase = " ".join(cut[:-1])
    return and_(of_kind, func.strpos(SearchEntry.tokens, _as_written(phrase)) > 0,  # cheap, so it stands first
                func.string_to_array(SearchEntry.tokens, blank).op("@>")(func.string_to_array(_as_written(phrase), blank)))


def _as_written(value: str) -> Any:
    """A value the database sees while it plans, quoted by the driver's rules."""
    return bindparam(None, value, String, literal_execute=True)
