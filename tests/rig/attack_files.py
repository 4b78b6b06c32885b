"""The attack corpus (G9), made by script: (name, content, whether it may be kept)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
import xlsxwriter
from PIL import Image

HTML = b"<!doctype html><script>fetch('/api/v1/customers/')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
TYPES_XLSX = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
TYPES_DOCX = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'


def picture(kind: str, size: tuple[int, int] = (60, 40), **save: Any) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (40, 90, 160)).save(out, kind, **save)
    return out.getvalue()


def located() -> bytes:
    """A photo with place, camera and comment in its head, lying on its side."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "CANARY-CAMERA", 6
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)
    return picture("JPEG", exif=exif, comment=b"CANARY-COMMENT")


def pdf(script: str = "") -> bytes:
    """A PDF of one page, with a script where one is given."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if script:
            document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(script))
        document.save(out)
    return out.getvalue()


def xlsx() -> bytes:
    """A real workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "滤芯")
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def office(kind: str, **more: bytes) -> bytes:
    """A workbook or document of the least parts, and more."""
    main, types = ("xl/workbook.xml", TYPES_XLSX) if kind == "xlsx" else ("word/document.xml", TYPES_DOCX)
    return archive({"[Content_Types].xml": types, main: b"<x/>", **more})


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(side: int = 50_000) -> bytes:
    """A PNG that says it is 50,000 pixels wide and high."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + _chunk(b"IEND", b"")


def bomb(kind: str) -> bytes:
    """An office file of some 250 KB that unpacks to 250 MB."""
    return office(kind, **{"xl/sharedStrings.xml": b"\0" * 250_000_000})


def many() -> bytes:
    """An office file of three thousand parts."""
    return office("xlsx", **{f"xl/media/{number}.xml": b"x" for number in range(3_000)})


def corpus() -> list[tuple[str, bytes, bool]]:
    """Some sixty files."""
    jpg, png, webp, good_pdf, book, gif = picture("JPEG"), picture("PNG"), picture("WEBP"), pdf(), xlsx(), picture("GIF")
    program = b"MZ\x90\x00" + b"\0" * 200
    good = [
        ("铭牌照片（左侧）.jpg", jpg), ("现场 2026-03-04.JPEG", located()), ("图纸-第1版.png", png), ("小票.webp", webp),
        ("验收报告（盖章）.pdf", good_pdf), ("备件清单.xlsx", book), ("会议纪要.docx", office("docx")),
        ("说明.txt", "设备已调试完毕。\r\n".encode()), ("数据.csv", "编号,数量\n1,2\n".encode()),
        ("国标码.txt", "设备已调试完毕，客户满意。".encode("gb18030")), ("带标记.txt", "\ufeff设备".encode()),
        ("宽字符.txt", "设备".encode("utf-16")), ("a.php.jpg", jpg), ("报告.html.pdf", good_pdf), ("带脚本.pdf", pdf("app.alert(1)")),
        ("../../etc/照片.jpg", jpg), ("C:\\Users\\x\\照片2.jpg", picture("JPEG", (61, 40))),
        ("JPEG 后附压缩包.jpg", jpg + archive({"x.html": HTML})), ("JPEG 后附网页.jpg", jpg + HTML),
        ("PNG 后附脚本.png", png + b"<script>alert(1)</script>"), ("😀 表情.png", picture("PNG", (62, 40))),
    ]
    bad = [
        ("页面.html", HTML), ("图.svg", SVG), ("脚本.js", b"alert(1)"), ("页面.htm", HTML), ("x.xhtml", HTML), ("x.xml", b"<x/>"),
        ("程序.exe", program), ("x.bat", b"del"), ("x.ps1", b"x"), ("x.php", b"<?php"), ("x.zip", archive({"a": b"b"})), ("x.gif", gif),
        ("x.tif", b"II*\0"), ("x.xls", b"\xd0\xcf\x11\xe0"), ("宏.xlsm", office("xlsx")), ("无后缀", jpg), (".htaccess", b"x"),
        ("照片.jpg.html", jpg), ("照片.jpg.exe", program), ("网页.jpg", HTML), ("矢量.png", SVG), ("程序.pdf", program),
        ("网页.pdf", HTML), ("假.pdf", b"%PDF-1.7\n" + HTML), ("前缀.pdf", HTML + good_pdf), ("网页.txt", HTML), ("矢量.txt", SVG),
        ("后面才是脚本.txt", b"hello " * 2000 + b"<script>alert(1)</script>"), ("程序.txt", program),
        ("压缩.csv", archive({"a": b"b"})), ("零字节.txt", b"abc\0def"), ("GIFAR.jpg", gif + archive({"a.class": b"x"})),
        ("动图.png", gif), ("照片.webp", jpg), ("假.xlsx", b"PK\x03\x04" + b"x" * 100), ("普通压缩包.xlsx", archive({"a": b"b"})),
        ("文档.xlsx", office("docx")), ("宏.xlsx", office("xlsx", **{"xl/vbaProject.bin": b"x"})),
        ("越界.xlsx", office("xlsx", **{"../../evil.xml": b"x"})), ("绝对.docx", office("docx", **{"/etc/passwd": b"x"})),
        ("反斜杠.docx", office("docx", **{"..\\evil.xml": b"x"})),
        ("程序在内.docx", office("docx", **{"word/embeddings/a.exe": program})), ("前面有图.xlsx", gif + office("xlsx")),
        ("炸弹.xlsx", bomb("xlsx")), ("炸弹.docx", bomb("docx")), ("三千件.xlsx", many()), ("巨图.png", huge_png()),
        ("巨图2.png", huge_png(8_000)), ("空.pdf", b""), ("空.jpg", b""), ("二十一兆.txt", b"a" * (21 * 1024 * 1024)),
        ("截断.jpg", jpg[:200]), ("截断.png", png[:40]), ("反转\u202egpj.txt", b"hello"), ("换行\n.txt", b"hello"), ("..", b"hello"),
    ]
    return [(name, content, True) for name, content in good] + [(name, content, False) for name, content in bad]
