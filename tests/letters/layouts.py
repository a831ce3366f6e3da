"""Print a letter's body the way letters are met: lines of a page, HTML, op-xml or DOCX."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from typing import Any

VOWELS = "aeiouyàáâäèéêëïöóüaeiou"
# Calls of footnotes travel as signs of their own until their page is known.
CALLS = 0xE000
CALL = re.compile("[\ue001-\ue009]")
NOTE = re.compile(r"\^(\d)")
STRONG = re.compile(r"\*\*(.+?)\*\*")
ITEM = re.compile(r"(\d+\.|[a-z]\)|-|–) (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level 1 or 2), paragraph, list item or table row (cells divided by a bar)."""

    kind: str
    text: str
    level: int = 0


def blocks(body: str) -> tuple[list[Block], dict[str, str]]:
    """Return the blocks of a body, and its footnotes by their number."""
    found: list[Block] = []
    notes: dict[str, str] = {}
    for piece in re.split(r"\n\s*\n", body.strip()):
        for line in _joined(piece):
            note = re.fullmatch(r"\^(\d): (.*)", line)
            if note:
                notes[note[1]] = note[2]
            elif line.startswith("#"):
                level = len(line) - len(line.lstrip("#"))
                found.append(Block("heading", line[level:].strip(), level))
            elif line.startswith("|"):
                found.append(Block("row", line.strip("|")))
            elif ITEM.fullmatch(line):
                found.append(Block("item", line))
            else:
                found.append(Block("paragraph", line))
    return found, notes


def _joined(piece: str) -> list[str]:
    # A source line that starts a new block stands alone, any other continues the line above.
    lines: list[str] = []
    for line in piece.splitlines():
        starts = re.match(r"#|\||\^\d: |\d+\. |[a-z]\) |[-–] |\\", line)
        if starts or not lines:
            lines.append(line.removeprefix("\\"))
        else:
            lines[-1] += " " + line.strip()
    return lines


# Lines of pages ------------------------------------------------------------------------------


def printed(body: str, layout: dict[str, Any]) -> str:
    """Return the body as lines: wrapped, hyphenated, with page furniture and footnotes.

    `layout` keys: width (72), page (lines per page, 0 for none), hyphenate, furniture (a template
    with {page}), foot (lines printed at the foot of the first page), lost_blanks (no empty lines
    between paragraphs), keep (phrases that no page break may divide).
    """
    width = layout.get("width", 72)
    found, notes = blocks(body)
    lines: list[str] = []
    previous = ""
    for block in found:
        tight = layout.get("lost_blanks") and previous and block.kind != "heading"
        close = block.kind == previous and block.kind in {"item", "row"}
        if lines and not tight and not close:
            lines.append("")
        lines.extend(_block_lines(block, width, bool(layout.get("hyphenate"))))
        if layout.get("lost_blanks") and block.kind == "heading":
            lines[-1] = lines[-1].rstrip()
        previous = block.kind
    return _paged(lines, notes, layout)


def _block_lines(block: Block, width: int, hyphenate: bool) -> list[str]:
    text = STRONG.sub(r"\1", block.text)
    text = NOTE.sub(lambda call: chr(CALLS + int(call[1])), text)
    if block.kind == "row":
        return (
            [" ".join(cell.strip() for cell in text.split("|"))]
            if len(text) < width
            else [line for cell in text.split("|") for line in wrap(cell.strip(), width, hyphenate)]
        )
    return wrap(text, width, hyphenate)


def wrap(text: str, width: int, hyphenate: bool) -> list[str]:
    """Break a text into lines, with words broken at a syllable where `hyphenate` says so."""
    lines, line = [], ""
    for word in text.split():
        piece = word
        if line and len(line) + 1 + len(piece) > width and hyphenate:
            cut = _cut(piece, width - len(line) - 2)
            if cut:
                lines.append(f"{line} {piece[:cut]}-")
                line, piece = "", piece[cut:]
        if line and len(line) + 1 + len(piece) > width:
            lines.append(line)
            line = ""
        line = f"{line} {piece}".strip()
    return [*lines, line] if line else lines


def _cut(word: str, room: int) -> int:
    """Return where a lower-case word of nine letters or more may be broken, 0 for nowhere."""
    bare = word.rstrip(".,;:)»”")
    if len(bare) < 9 or not bare.isalpha() or not bare[1:].islower():
        return 0
    best = 0
    for k in range(3, min(len(bare) - 3, room) + 1):
        before, at, after = bare[k - 1], bare[k], bare[k + 1]
        opens = at not in VOWELS and after in VOWELS and bare[k - 1 : k + 1] != "ch"
        if opens and (before in VOWELS or bare[k - 2] in VOWELS):
            best = k
    return best


def _paged(lines: list[str], notes: dict[str, str], layout: dict[str, Any]) -> str:
    page_length = layout.get("page", 0)
    if not page_length:
        tail = [f"{number} {text}" for number, text in notes.items()]
        lines = [CALL.sub(lambda call: str(ord(call[0]) - CALLS), line) for line in lines]
        return "\n".join([*lines, "", *tail]).rstrip() + "\n"
    keep = [re.sub(r"\s+", "", text) for text in layout.get("keep", ())]
    pages: list[str] = []
    left, number = lines, 1
    while left:
        size = _page_size(left, page_length, keep)
        here, left = left[:size], left[size:]
        while left and not left[0]:
            left = left[1:]
        pages.append("\n".join(_page(here, notes, layout, number)))
        number += 1
    return "\n".join(pages) + "\n"


def _page_size(lines: list[str], page_length: int, keep: list[str]) -> int:
    size = min(page_length, len(lines))
    while 0 < size < len(lines):
        joined = "".join(
            re.sub(r"\s+", "", line).removesuffix("-") for line in lines[size - 4 : size]
        )
        after = "".join(
            re.sub(r"\s+", "", line).removesuffix("-") for line in lines[size : size + 4]
        )
        both, border = joined + after, len(joined)
        dehyphened = [text.replace("-", "") for text in keep]
        both_bare = both.replace("-", "")
        border -= joined.count("-")
        places = [(both_bare.find(text), len(text)) for text in dehyphened]
        if not any(0 <= at < border < at + long for at, long in places):
            return size
        size -= 1
    return max(size, 1)


def _page(here: list[str], notes: dict[str, str], layout: dict[str, Any], number: int) -> list[str]:
    text = "\n".join(here)
    width = layout.get("width", 72)
    here = [CALL.sub(lambda call: str(ord(call[0]) - CALLS), line) for line in here]
    out = [*([f" {here[0]}"] if number > 1 else [here[0]]), *here[1:]]
    for note, words in notes.items():
        if chr(CALLS + int(note)) in text:
            out += ["", *wrap(f"{note} {words}", width, False)]
    if number == 1 and layout.get("foot"):
        out += ["", "", *layout["foot"]]
    template = layout.get("furniture")
    if template:
        out += [str(template).format(page=number), ""]
    return out


# Marked-up files -----------------------------------------------------------------------------


def _inline(text: str, strong: str, note: str) -> str:
    text = html.escape(text, quote=False)
    return NOTE.sub(note, STRONG.sub(strong, text))


def as_html(body: str, head: dict[str, Any]) -> bytes:
    """Return the letter as a web page with navigation, footnotes at its end and a footer."""
    found, notes = blocks(body)
    strong, note = r"<strong>\1</strong>", r'<sup><a href="#n\1">\1</a></sup>'
    out: list[str] = []
    opened = ""
    for block in found:
        wanted = {"item": _list_tag(block), "row": "table"}.get(block.kind, "")
        if opened and opened != wanted:
            out.append(f"</{opened}>")
        if wanted and opened != wanted:
            out.append(f"<{wanted}>")
        opened = wanted
        out.append(_html_block(block, strong, note))
    if opened:
        out.append(f"</{opened}>")
    out += [f'<p class="noot" id="n{n}">{n} {html.escape(t)}</p>' for n, t in notes.items()]
    title = html.escape(head["document"]["title_nl"])
    language = head["document"].get("language", "nl")
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body>\n<nav><ul><li><a href='/'>Home</a></li></ul></nav>\n"
        f"<main>\n{chr(10).join(out)}\n</main>\n<footer><p>Over deze site</p></footer>\n"
        "</body></html>\n"
    ).encode()


def _list_tag(block: Block) -> str:
    return "ol" if block.text[:1].isdigit() or block.text[1:2] == ")" else "ul"


def _html_block(block: Block, strong: str, note: str) -> str:
    if block.kind == "heading":
        return f"<h{block.level + 1}>{_inline(block.text, strong, note)}</h{block.level + 1}>"
    if block.kind == "row":
        cells = (_inline(cell.strip(), strong, note) for cell in block.text.split("|"))
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    if block.kind == "item":
        match = ITEM.fullmatch(block.text)
        assert match is not None
        return f"<li>{_inline(match[2], strong, note)}</li>"
    return f"<p>{_inline(block.text, strong, note)}</p>"


def as_op_xml(body: str, head: dict[str, Any]) -> bytes:
    """Return the letter as an official publication of the Kamerstuk kind."""
    facts = head["document"]
    found, notes = blocks(body)
    strong = r"<nadruk type=\"vet\">\1</nadruk>".replace('\\"', '"')
    out: list[str] = []
    in_list = False
    for block in found:
        if in_list and block.kind != "item":
            out.append("</lijst>")
        if block.kind == "item" and not in_list:
            out.append('<lijst type="expliciet">')
        in_list = block.kind == "item"
        out.append(_op_block(block, strong, notes))
    if in_list:
        out.append("</lijst>")
    dossier = facts["dossier"]
    inside = "\n".join(out)
    signed = html.escape(facts["signatory"], quote=False)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<officiele-publicatie>\n<metadata>\n'
        f'<meta name="DC.identifier" scheme="OVERHEIDop.ParlID" content="{facts["id"]}"/>\n'
        f'<meta name="OVERHEIDop.dossiernummer" content="{dossier}"/>\n'
        f'<meta name="OVERHEIDop.ondernummer" content="{facts["number"]}"/>\n'
        f'<meta name="OVERHEIDop.vergaderjaar" content="{facts["session_year"]}"/>\n'
        f'<meta name="DCTERMS.issued" content="{facts["date"]}"/>\n'
        '<meta name="DCTERMS.language" content="nl"/>\n</metadata>\n<kamerstuk>\n<kamerstukkop>\n'
        f'<tekstregel inhoud="vergaderjaar">Vergaderjaar {facts["session_year"]}</tekstregel>\n'
        "</kamerstukkop>\n<dossier><dossiernummer><dossiernr>"
        f"{dossier[:2]} {dossier[2:]}</dossiernr></dossiernummer></dossier>\n<stuk>\n"
        f'<stuknr>Nr. <ondernummer kamer="2">{facts["number"]}</ondernummer></stuknr>\n'
        f"<titel>{html.escape(facts['title_nl'], quote=False)}</titel>\n<algemeen><vrije-tekst>"
        f'<tekst status="goed">\n{inside}\n</tekst></vrije-tekst></algemeen>\n'
        f"<ondertekening><functie>{signed}</functie></ondertekening>\n"
        "</stuk>\n</kamerstuk>\n</officiele-publicatie>\n"
    ).encode()


def _op_block(block: Block, strong: str, notes: dict[str, str]) -> str:
    def noted(text: str) -> str:
        marked = _inline(text, strong, r"^\1")
        return NOTE.sub(
            lambda m: (
                f'<noot id="n{m[1]}" type="voet"><noot.nr>{m[1]}</noot.nr>'
                f"<noot.al>{html.escape(notes[m[1]], quote=False)}</noot.al></noot>"
            ),
            marked,
        )

    if block.kind == "heading":
        return f"<tussenkop>{noted(block.text)}</tussenkop>"
    if block.kind == "item":
        match = ITEM.fullmatch(block.text)
        assert match is not None
        return f"<li><li.nr>{match[1]}</li.nr><al>{noted(match[2])}</al></li>"
    return f"<al>{noted(block.text.replace('|', ' '))}</al>"


def as_docx(body: str, head: dict[str, Any]) -> bytes:
    """Return the letter as a Word document with headings, list styles, bold words and tables."""
    from docx import Document

    found, notes = blocks(body)
    document = Document()
    document.core_properties.title = head["document"]["title_nl"]
    table = None
    for block in found:
        if block.kind == "row":
            cells = [cell.strip() for cell in block.text.split("|")]
            table = table or document.add_table(rows=0, cols=len(cells))
            for cell, text in zip(table.add_row().cells, cells, strict=False):
                cell.text = NOTE.sub("", STRONG.sub(r"\1", text))
            continue
        table = None
        if block.kind == "heading":
            document.add_heading(block.text, level=block.level)
            continue
        match = ITEM.fullmatch(block.text) if block.kind == "item" else None
        style = None
        if match:
            style = "List Number" if match[1][0].isdigit() else "List Bullet"
        paragraph = document.add_paragraph(style=style)
        for k, text in enumerate(STRONG.split(match[2] if match else block.text)):
            paragraph.add_run(NOTE.sub("", text)).bold = k % 2 == 1
    for number, text in notes.items():
        document.add_paragraph(f"{number} {text}")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
