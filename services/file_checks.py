"""What a file really is: allowed by its ending and by its content, pictures made anew without what a camera adds (R11)."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from pathlib import PurePosixPath

from PIL import Image, ImageOps

from extensions import _l
from services.errors import DomainError

LARGEST = 20 * 1024 * 1024
PIXELS = 50_000_000
EDGE, SMALL_EDGE = 4096, 320
ENTRIES, UNPACKED, RATIO = 2_000, 100 * 1024 * 1024, 150
LONGEST_NAME = 120
_TEXT, _SHEET = "text/plain", "application/vnd.openxmlformats-officedocument"
PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp",
         "xlsx": f"{_SHEET}.spreadsheetml.sheet", "docx": f"{_SHEET}.wordprocessingml.document", "txt": _TEXT, "csv": "text/csv"}
_OFFICE = {"xlsx": ("xl/workbook.xml", b"spreadsheetml"), "docx": ("word/document.xml", b"wordprocessingml")}
# Beginnings of what only pretends to be a text.
_NO_TEXT = (b"<", b"#!", b"mz", b"%pdf", b"%!ps", b"pk\x03\x04", b"gif8", b"\x7felf", b"{\\rtf", b"\x89png", b"\xff\xd8", b"riff")
_SCRIPT = (b"<script", b"<html", b"<svg", b"<iframe", b"<?php", b"javascript:")

# A picture that says of itself to be larger is refused by its head, before a line of it is unpacked.
Image.MAX_IMAGE_PIXELS = PIXELS

NOT_WHAT_IT_SAYS = _l("The content of this file is not what its name says.")


def clean_name(given: str) -> str:
    """The name without folders and marks that turn the reading around; DomainError for a name that hides something."""
    name = unicodedata.normalize("NFC", given or "").replace("\\", "/")
    name = PurePosixPath(name).name.strip().strip(".")
    if not name or any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") for char in name):
        raise DomainError(_l("This file name cannot be kept."), "files")
    stem, _dot, ending = name.rpartition(".")
    return f"{stem[:LONGEST_NAME]}.{ending.lower()}" if stem else name[:LONGEST_NAME]


def checked(name: str, content: bytes) -> tuple[bytes, str]:
    """The bytes to keep and their media type. DomainError for anything that is not on the list or not what it says."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in TYPES:
        raise DomainError(_l("Allowed are PDF, JPG, PNG, WEBP, XLSX, DOCX, TXT and CSV."), "files")
    if not content:
        raise DomainError(_l("This file is empty."), "files")
    if len(content) > LARGEST:
        raise DomainError(_l("Files may be up to 20 MB each."), "files")
    if ending in PICTURES:
        content = picture(content, PICTURES[ending])
    elif ending == "pdf":
        _pdf(content)
    elif ending in _OFFICE:
        _office(content, *_OFFICE[ending])
    else:
        _plain_text(content)
    return content, TYPES[ending]


def picture(content: bytes, kind: str, *, edge: int = EDGE) -> bytes:
    """A picture drawn anew, upright, at most `edge` pixels long, without camera data, comments or anything behind it."""
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as opened:
            if opened.width * opened.height > PIXELS or not opened.width or not opened.height:
                raise DomainError(_l("This picture is too large: at most 50 million pixels."), "files")
            opened.draft("RGB", (edge, edge))
            image = ImageOps.exif_transpose(opened)
            image.thumbnail((edge, edge))
            if kind == "JPEG" or image.mode not in ("L", "RGB", "RGBA"):
                image = image.convert("RGB" if kind == "JPEG" or "transparency" not in image.info else "RGBA")
            image.info = {}
            out = io.BytesIO()
            image.save(out, kind, quality=88)
            return out.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise DomainError(_l("This picture is too large: at most 50 million pixels."), "files") from bomb
    except (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, zlib.error, MemoryError) as broken:
        raise DomainError(NOT_WHAT_IT_SAYS, "files") from broken


def small(content: bytes) -> bytes:
    """A small JPEG of a kept picture, for lists."""
    with Image.open(io.BytesIO(content)) as opened:
        opened.draft("RGB", (SMALL_EDGE, SMALL_EDGE))
        image = opened.convert("RGB")
        image.thumbnail((SMALL_EDGE, SMALL_EDGE))
        image.info = {}
        out = io.BytesIO()
        image.save(out, "JPEG", quality=80)
        return out.getvalue()


def _pdf(content: bytes) -> None:
    import pikepdf  # kept out of workers that receive none

    if not content.startswith(b"%PDF-"):
        raise DomainError(NOT_WHAT_IT_SAYS, "files")
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as document:
            if not len(document.pages):
                raise DomainError(NOT_WHAT_IT_SAYS, "files")
    except pikepdf.PasswordError:
        return  # closed to us, but a PDF; it is only ever sent as an attachment
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError) as broken:
        raise DomainError(NOT_WHAT_IT_SAYS, "files") from broken


def _office(content: bytes, main: str, mark: bytes) -> None:
    """A ZIP from its first byte, of bounded size unpacked, without ways out, macros and programs, with the parts such a file has."""
    if not content.startswith(b"PK\x03\x04"):
        raise DomainError(NOT_WHAT_IT_SAYS, "files")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if len(entries) > ENTRIES or size > UNPACKED or size > RATIO * len(content):
                raise DomainError(_l("This file is too large when unpacked."), "files")
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names) or not all(map(_harmless, names)):
                raise DomainError(NOT_WHAT_IT_SAYS, "files")
            with archive.open("[Content_Types].xml") as part:
                types = part.read(1_000_000)
            if main not in names or mark not in types or b"macroEnabled" in types:
                raise DomainError(NOT_WHAT_IT_SAYS, "files")
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error) as broken:
        raise DomainError(NOT_WHAT_IT_SAYS, "files") from broken


def _harmless(name: str) -> bool:
    """A name inside an archive that stays inside and is no program."""
    parts = name.split("/")
    ending = name.rpartition(".")[2].lower()
    return not (name.startswith("/") or "\\" in name or ":" in name or ".." in parts or "\x00" in name
                or "vbaproject" in name.lower() or ending in ("exe", "dll", "js", "vbs", "bat", "cmd", "ps1", "scr", "hta", "html", "jar"))


def _plain_text(content: bytes) -> None:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_NO_TEXT) or any(word in content.lower() for word in _SCRIPT):
        raise DomainError(NOT_WHAT_IT_SAYS, "files")
    for code in ("utf-8", "gb18030") if not content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-16",):
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        if not any(char < " " and char not in "\t\r\n\x0c" for char in text):
            return
    raise DomainError(NOT_WHAT_IT_SAYS, "files")
