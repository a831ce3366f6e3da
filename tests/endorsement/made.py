"""Whole documents made for tests, as bytes, from the texts and expectations of `made.yml`.

`documents()` gives every document by its name; `expected()` what its reading should give. The same
bytes come out each time. Pages of a PDF hold their furniture and their lines as printed, so that a
name can be broken over the end of a page.
"""

from __future__ import annotations

import io
import sys
import textwrap
import zipfile
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "hostile"))

from hostile_papers import TYPES, Line, W, assemble, page, pdf, stream  # noqa: E402

WIDTH = 92
TOP, LEFT, STEP = 790.0, 56.0, 13.0
COLUMN = 42
# A picture as large as the page: grey paper with a few dark strokes, and no letter.
SCAN = b"0.93 g 0 0 595 842 re f 0.2 g 60 700 400 2 re f 60 680 380 2 re f 60 660 410 2 re f"
NAMESPACES = " ".join(
    f'xmlns{prefix}="{address}"'
    for prefix, address in (
        ("", "http://www.w3.org/1999/xhtml"),
        (":ix", "http://www.xbrl.org/2013/inlineXBRL"),
        (":link", "http://www.xbrl.org/2003/linkbase"),
        (":xlink", "http://www.w3.org/1999/xlink"),
    )
)


@cache
def _loaded() -> dict[str, Any]:
    text = (HERE / "made.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def expected() -> dict[str, dict[str, Any]]:
    """Return what the reading of each document should give, by the document's name.

    Keys as in `made.yml`; `unreadable` and `partial` are always there.
    """
    return {
        each["name"]: {"unreadable": False, "partial": False, **each["expected"]}
        for each in _loaded()["documents"]
    }


def languages() -> dict[str, str]:
    """Return the main language of each document, "nl" or "en", by the document's name."""
    return {each["name"]: each["language"] for each in _loaded()["documents"]}


def documents() -> dict[str, bytes]:
    """Return every document by its name."""
    return {each["name"]: made(each) for each in _loaded()["documents"]}


def made(document: dict[str, Any]) -> bytes:
    """Return one document in the form that the ending of its name asks for."""
    filler = cycle(_loaded()["filler"][document["language"]])
    match Path(document["name"]).suffix:
        case ".pdf":
            return _pdf(document, filler)
        case ".txt":
            pages = ("\n".join(_lines(text, WIDTH, filler)) for text in document["pages"])
            return "\n\f".join(pages).encode()
        case ".docx":
            return _docx(document)
        case ".html":
            return _html(document)
        case ".xhtml":
            return _xhtml(document)
    raise ValueError(document["name"])


def _lines(text: str, width: int, filler: Iterator[str]) -> Iterator[str]:
    """Yield the lines of a page, an empty one between paragraphs."""
    for block in text.strip().split("\n\n"):
        if block.startswith("@"):
            for _ in range(int(block[1:])):
                yield from (*textwrap.wrap(next(filler), width), "")
        elif block.startswith("| "):
            yield from (*(line.removeprefix("| ") for line in block.splitlines()), "")
        else:
            words = block.removeprefix("# ").replace("\n", " ")
            yield from (*textwrap.wrap(words, width, break_on_hyphens=False), "")


def _pdf(document: dict[str, Any], filler: Iterator[str]) -> bytes:
    scanned = set(document.get("scanned", ()))
    furniture = document.get("furniture", "{page}")
    pages: list[list[Line]] = []
    for number, text in enumerate(document["pages"], start=1):
        if number in scanned:
            pages.append([])
            continue
        placed = _columns(text, filler) if "columns" in document else _column(text, filler)
        pages.append([*placed, (LEFT, 36.0, furniture.format(page=number))])
    if not scanned:
        return pdf(pages)
    objects = [b"", b""]
    kids = []
    for lines in pages:
        content = b"".join(_shown(line) for line in lines) if lines else SCAN
        objects += [stream(content), page(len(objects) + 1)]
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return assemble(objects)


def _shown(line: Line) -> bytes:
    x, y, words = line
    text = words.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(")
    text = text.replace(b")", b"\\)")
    return b"BT /F1 9 Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj ET\n" % (x, y, text)


def _column(text: str, filler: Iterator[str]) -> list[Line]:
    return [
        (LEFT, TOP - STEP * at, line) for at, line in enumerate(_lines(text, WIDTH, filler)) if line
    ]


def _columns(text: str, filler: Iterator[str]) -> list[Line]:
    """Return a page's lines in two columns, the lines of both in one stream, row by row."""
    lines = list(_lines(text, COLUMN, filler))
    # The second column begins with a paragraph.
    half = lines.index("", len(lines) // 2) + 1 if "" in lines[len(lines) // 2 :] else len(lines)
    rows = [
        (LEFT + 250 * side, TOP - STEP * at, line)
        for side, column in enumerate((lines[:half], lines[half:]))
        for at, line in enumerate(column)
        if line
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _docx(document: dict[str, Any]) -> bytes:
    body: list[str] = []
    notes: list[str] = []
    for style, text, *note in document["paragraphs"]:
        properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        call = ""
        if note:
            notes.append(f'<w:footnote w:id="{len(notes) + 1}"><w:p>{_run(note[0])}</w:p>')
            notes[-1] += "</w:footnote>"
            call = f'<w:r><w:footnoteReference w:id="{len(notes)}"/></w:r>'
        body.append(f"<w:p>{properties}{_run(text)}{call}</w:p>")
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:p>{_run(cell)}</w:p></w:tc>" for cell in row) + "</w:tr>"
        for row in document.get("table", ())
    )
    if rows:
        body.append(f"<w:tbl>{rows}</w:tbl>")
    files = {
        "[Content_Types].xml": TYPES,
        "word/document.xml": f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Heading"><w:name '
        'w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>',
        "word/footnotes.xml": f"<w:footnotes {W}>{''.join(notes)}</w:footnotes>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A fixed day, so that the same bytes come out each time.
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 0, 0, 0)), content)
    return out.getvalue()


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def _html(document: dict[str, Any]) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="{document["language"]}"><head><meta charset="utf-8">'
        f"<title>{document['name']}</title><style>main {{ color: black }}</style></head><body>"
        f"{document['markup']}<script>console.log('OECD')</script></body></html>"
    ).encode()


def _xhtml(document: dict[str, Any]) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<html {NAMESPACES} '
        f'xml:lang="{document["language"]}"><head><title>{document["name"]}</title></head><body>'
        f"{document['markup']}</body></html>"
    ).encode()
