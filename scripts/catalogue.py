"""The words of the interface: `update` collects them, `check` names what is untranslated, `compile` makes them usable."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import polib
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
KEYWORDS = ("_l", "_lp:1c,2", "_", "pgettext:1c,2")


def collected() -> Catalog:
    """Every message of the source."""
    target = ROOT / ".messages.pot"
    words = ["pybabel", "-q", "extract", "-F", str(ROOT / "babel.cfg"), "--no-location", "--sort-output", "-o", str(target),
             "--ignore-dirs", ".* ._* node_modules static tests data migrations"]
    for keyword in KEYWORDS:
        words += ["-k", keyword]
    CommandLineInterface().run([*words, str(ROOT)])
    text = target.read_bytes()
    target.unlink()
    return read_po(io.BytesIO(text))


def problems(source: Catalog, po: polib.POFile) -> list[str]:
    """What stands between the catalogue and a complete one, one line each."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in po if not entry.obsolete}
    found = []
    wanted = {(message.context, message.id) for message in source if message.id}
    for key in sorted(wanted, key=str):
        entry = known.get(key)
        if entry is None:
            found.append(f"missing: {key[1]!r} ({key[0]})")
        elif not entry.msgstr:
            found.append(f"untranslated: {key[1]!r} ({key[0]})")
        elif "fuzzy" in entry.flags:
            found.append(f"uncertain: {key[1]!r} ({key[0]})")
    framework = {key for key, entry in known.items() if "framework" in (entry.tcomment or "")}
    found += [f"no longer used: {key[1]!r} ({key[0]})" for key in sorted(known.keys() - wanted - framework, key=str)]
    return found


def update() -> None:
    """Add new messages empty, drop unused ones, keep translations."""
    po = polib.pofile(str(PO)) if PO.exists() else polib.POFile()
    kept = {(entry.msgctxt, entry.msgid): entry for entry in po if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=0)
    fresh.metadata = {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit", "Language": "zh_Hans_CN",
                      "MIME-Version": "1.0"}
    wanted = sorted(((message.context, message.id) for message in collected() if message.id), key=lambda key: (key[0] or "", key[1]))
    for context, text in wanted:
        old = kept.pop((context, text), None)
        fresh.append(polib.POEntry(msgid=text, msgctxt=context, msgstr=old.msgstr if old else "",
                                   flags=["python-format"] if "%(" in text else []))
    for entry in kept.values():
        if "framework" in (entry.tcomment or ""):
            fresh.append(entry)
    PO.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(PO))


def main(command: str) -> int:
    """0 when all is well."""
    if command == "update":
        update()
    elif command == "compile":
        mo = PO.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < PO.stat().st_mtime:
            polib.pofile(str(PO)).save_as_mofile(str(mo))
    elif command == "check":
        found = problems(collected(), polib.pofile(str(PO)))
        print("\n".join(found) or "catalogue complete")
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
