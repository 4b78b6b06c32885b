"""Papers as HTML and PDF; the only module that knows the engines (R13).

wkhtmltopdf comes through pdfkit, which builds its command; we run it ourselves, with a time limit, without network, scripts, plugins
or local files, and with a random prefix for the command words a page might smuggle in (CVE-2025-26240). Debian's build prints at
76.8 %: QT_FONT_DPI=76 and a sheet of fixed width in mm make a millimetre a millimetre.
"""

from __future__ import annotations

import functools
import logging
import os
import secrets
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfkit
import segno
from flask import current_app
from markupsafe import Markup
from sqlalchemy import select

from extensions import _l, db, force_locale
from models.custody import Arrangement, FormSetting, PrinterSetting
from models.paper import A4_PORTRAIT, Paper, Sheet
from services import imposition, parameters, pdf_text, strokes
from services.errors import DomainError
from services.sheets import Filled

LOG = logging.getLogger(__name__)
_slots = threading.BoundedSemaphore(int(os.environ.get("PDF_SLOTS", "2")))


class PrintFailed(RuntimeError):
    """An engine could not print."""


@dataclass(frozen=True)
class Printed:
    """A PDF: its bytes, pages, engine and the HTML it was made from."""

    pdf: bytes
    pages: int
    engine: str
    html: str


def _binary() -> str:
    return os.environ.get("PDF_WKHTMLTOPDF", "/usr/bin/wkhtmltopdf")


@functools.cache
def is_patched(binary: str) -> bool:
    """Whether this build of wkhtmltopdf carries its own Qt."""
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603
    return "patched qt" in said


def _wkhtmltopdf(html: str, sheet: Sheet) -> bytes:
    binary = _binary()
    if not os.access(binary, os.X_OK):
        raise PrintFailed("wkhtmltopdf is not installed")
    margin = f"{sheet.margin}mm"
    options = {"page-width": f"{sheet.width}mm", "page-height": f"{sheet.height}mm", "encoding": "UTF-8", "margin-top": margin,
               "margin-right": margin, "margin-bottom": margin, "margin-left": margin, "disable-javascript": "", "javascript-delay": "0",
               "disable-local-file-access": "", "disable-plugins": "", "proxy": "http://127.0.0.1:9", "load-error-handling": "ignore",
               "load-media-error-handling": "ignore"}
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": tempfile.gettempdir()}
    if is_patched(binary):
        options |= {"disable-smart-shrinking": "", "print-media-type": ""}
    else:
        environment["QT_FONT_DPI"] = "76"
    setup = pdfkit.configuration(wkhtmltopdf=binary, meta_tag_prefix=f"none-{secrets.token_hex(8)}-", environ=environment)
    command = pdfkit.PDFKit(html, "string", options=options, configuration=setup).command()
    with _slots:
        try:
            done = subprocess.run(command, input=html.encode(), capture_output=True, env=environment, check=False,  # noqa: S603
                                  timeout=float(os.environ.get("PDF_TIMEOUT", "30")))
        except subprocess.TimeoutExpired as error:
            raise PrintFailed("wkhtmltopdf took too long") from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise PrintFailed(f"wkhtmltopdf: {done.stderr.decode('utf-8', 'replace')[-200:]}")
    return done.stdout


def _weasyprint(html: str, _sheet: Sheet) -> bytes:
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:  # OSError: Pango is missing
        raise PrintFailed("weasyprint is not installed") from error
    fetcher = URLFetcher(timeout=1, allowed_protocols=("data",), allow_redirects=False)
    return bytes(HTML(string=html, url_fetcher=fetcher).write_pdf())


ENGINES = {"pdfkit": _wkhtmltopdf, "weasyprint": _weasyprint}


def to_pdf(html: str, sheet: Sheet, *, title: str, engine: str | None = None) -> Printed:
    """The PDF of a page, by the engine asked for, else the default and then the fallback. Raises DomainError when none can print."""
    chosen = os.environ.get("PDF_ENGINE", "pdfkit"), os.environ.get("PDF_FALLBACK", "weasyprint")
    order = [engine] if engine else list(dict.fromkeys(chosen))
    for name in order:
        try:
            raw = ENGINES[name](html, sheet)
        except PrintFailed as error:
            LOG.warning("%s cannot print: %s", name, error)
            continue
        pdf, pages = pdf_text.repaired(raw, title)
        return Printed(pdf, pages, name, html)
    raise DomainError(_l("Printing is not possible on this machine. Ask the administrator to run “flask pdf-doctor”."))


def qr(text: str) -> str:
    """A QR code as a data address."""
    return str(segno.make(text, error="m").png_data_uri(scale=4, border=1))


def codes_of(paper: Paper, record: Any, number: str | None, copies: set[int]) -> dict[int, str]:
    """The code in the head of each copy: form, number and copy; or what a label on goods is found by. None while it has no number."""
    said = str(getattr(record, paper.coded) or "") if paper.coded and record is not None else ""
    return {copy: qr(said or f"{paper.code}/{number}/{copy}") for copy in copies} if number else {}


def paper_css() -> Markup:
    """The style of the paper, to be written into a page that needs nothing else."""
    return Markup((Path(current_app.root_path) / "static" / "paper.css").read_text(encoding="utf-8"))  # noqa: S704  our own file


def form_setting(code: str) -> FormSetting:
    """How the company names and arranges a form; nothing set when nobody did."""
    found = db.session.scalar(select(FormSetting).where(FormSetting.form_code == code))
    return found if found is not None else FormSetting(form_code=code, arrangement=Arrangement.ONE)


def form_mark(paper: Paper) -> str:
    """Form number and revision as the company writes them; the record's id where it has none."""
    setting = form_setting(paper.code)
    return " · ".join(part for part in (setting.form_no or paper.record, setting.revision) if part)


def letterhead() -> str:
    """What stands below the company's name: its hotline, support telephone and address of mail, as far as they are set (B-206)."""
    said = ((_l("Hotline"), "company.hotline"), (_l("Support"), "company.support_phone"), ("", "company.email"), ("", "company.postbox"))
    return "　".join(f"{label} {parameters.text(key)}".strip() for label, key in said if parameters.text(key))


def pages_html(paper: Paper, record: Any, signatures: dict[str, Any], *, model: type[Any], draft: bool = False, reprint: bool = False,
               number: str | None = None, over: bool = False, masked: bool = False) -> str:
    """The sheets of a paper, to stand in a document. In Chinese, whatever language the user reads. `over` leaves only what is filled in,
    for stock that has the form on it already; `masked` leaves telephones of the customer's people unreadable."""
    with force_locale("zh_Hans_CN"):
        filled = Filled(paper, record, signatures, model=model, bare=over, masked=masked)
        pages = filled.pages()
        codes = codes_of(paper, record, number, {page.copy_no for page in pages})
        drawn = {slot: strokes.picture(signed.strokes) for slot, signed in signatures.items() if signed.strokes}
        # Not `render_template`: a page for the engines knows no user, no request and no frame, wherever it is made.
        page = current_app.jinja_env.get_template("paper/pages.html")
        return page.render(paper=paper, filled=filled, pages=pages, codes=codes, number=number, drawn=drawn, draft=draft, reprint=reprint,
                           company=parameters.text("company.name"), form_mark=form_mark(paper),
                           letterhead=letterhead(), annex=list(filled.annex.values()),
                           over=over)


def document(paper: Paper, papers: list[str]) -> str:
    """Sheets made by `pages_html` as one page that needs nothing else."""
    with force_locale("zh_Hans_CN"):
        page = current_app.jinja_env.get_template("paper/document.html")
        return page.render(title=paper.record, page_size=paper.sheet, papers=[Markup(pages) for pages in papers], css=paper_css())  # noqa: S704  our own templates


def to_print(paper: Paper, record: Any, signatures: dict[str, Any], *, model: type[Any], draft: bool = False, reprint: bool = False,
             number: str | None = None, engine: str | None = None, over: bool = False, masked: bool = False) -> Printed:
    """The PDF of a paper, all copies."""
    html = document(paper, [pages_html(paper, record, signatures, model=model, draft=draft, reprint=reprint, number=number, over=over,
                                       masked=masked)])
    return to_pdf(html, paper.sheet, title=f"{paper.record} {number or ''}".strip(), engine=engine)


def stamp(word: str, sheet: Sheet) -> bytes:
    """A page with nothing but a word across it, to be laid over others."""
    page = current_app.jinja_env.get_template("paper/stamp.html").render(page_size=sheet, title=word, clear=True, css=paper_css())
    return to_pdf(page, sheet, title=word).pdf


def calibration(printer: PrinterSetting) -> bytes:
    """A4 with marks 20 mm from its edges and rulers, printed with the offset that is set: what is measured beside it is the rest."""
    with force_locale("zh_Hans_CN"):
        page = current_app.jinja_env.get_template("paper/calibration.html").render(
            page_size=A4_PORTRAIT, title="套打校准", printer=printer, css=paper_css())
    return imposition.moved(to_pdf(page, A4_PORTRAIT, title=str(printer)).pdf, printer.offset_x, printer.offset_y)


def doctor() -> list[str]:
    """What an administrator wants to know when printing fails: engines, build, fonts."""
    binary, lines = _binary(), []
    if os.access(binary, os.X_OK):
        lines.append(f"wkhtmltopdf: {binary} ({'patched' if is_patched(binary) else 'unpatched'} Qt)")
    else:
        lines.append("wkhtmltopdf: missing")
    try:
        import weasyprint

        lines.append(f"weasyprint: {weasyprint.__version__}")
    except (ImportError, OSError) as error:
        lines.append(f"weasyprint: missing ({error})")
    fonts = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout  # noqa: S607
    found = sorted({line.split(",")[0] for line in fonts.splitlines() if line})
    lines.append("fonts: " + (", ".join(found[:6]) or "NO CHINESE FONT"))
    return lines
