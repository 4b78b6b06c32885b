"""Readable text in PDFs: Qt names radicals where ordinary characters stand; search and copy want the characters (trap of wkhtmltopdf)."""

from __future__ import annotations

import io
import re
import unicodedata

# CJK Radicals Supplement → the character that looks the same; the Kangxi block follows from Unicode's compatibility mapping.
_SUPPLEMENT = (
    "⺂乛⺃乚⺅亻⺉刂⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺞歺⺟母⺠民⺡氵⺣灬⺦丬⺨犭⺫罒⺭礻⺯糹⺰纟⺱罓⺲罒⺹耂⺺肀"
    "⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻅见⻆角⻈讠⻉贝⻋车⻌辶⻐钅⻑長⻒镸⻓长⻔门⻖阝⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼"
    "⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟")
RADICALS = dict(zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)) | {
    chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | {"\u2f3e": "户"}  # its traditional form there
_CODE = re.compile(rb"<(2[EF][0-9A-Fa-f]{2})>")


def _character(match: re.Match[bytes]) -> bytes:
    seen = chr(int(match[1], 16))
    return b"<%04X>" % ord(RADICALS.get(seen, seen))


def _line(line: bytes) -> bytes:
    """The targets of a line of a ToUnicode map; glyph numbers, which stand before them, stay."""
    place = line.find(b"[")
    if place < 0:
        parts = line.rsplit(b" ", 1)
        place = len(parts[0]) + 1 if len(parts) == 2 else 0
    return line[:place] + _CODE.sub(_character, line[place:])


def repaired(pdf: bytes, title: str) -> tuple[bytes, int]:
    """The PDF with ordinary characters in its text and with its title; and how many pages it has."""
    import pikepdf  # kept out of workers that make no PDF

    with pikepdf.open(io.BytesIO(pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing:
                stream = thing["/ToUnicode"]
                stream.write(b"\n".join(_line(line) for line in stream.read_bytes().split(b"\n")))
        document.docinfo["/Title"] = title
        out = io.BytesIO()
        document.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue(), len(document.pages)
