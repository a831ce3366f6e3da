"""DOCX: headings, paragraphs, items with their marks, cells and footnotes, as they now read."""

from __future__ import annotations

import re
from typing import NamedTuple

from ketenkaart.sources.documents.archive import Archive, open_archive
from ketenkaart.sources.documents.inside.blocks import Blocks, Inline
from ketenkaart.sources.documents.inside.numbering import Numbering
from ketenkaart.sources.documents.inside.output import Output
from ketenkaart.sources.documents.inside.safe_xml import Element, parse
from ketenkaart.sources.documents.reasons import Note, Reason, Refusal

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "word/document.xml"
_MARKED_AS_GONE = {"del", "moveFrom"}
_LEFT_OUT = {
    "delText", "delInstrText", "instrText", "pPr", "rPr", "Fallback", "sdtPr", "tblPr", "trPr",
    "tcPr", "fldData", "pict", "object", "commentReference", "annotationRef", "footnoteRef",
}  # fmt: skip
_OUTLINE = re.compile(r"heading (\d)")
_OFF = {"0", "false", "off", "none"}


class _Style(NamedTuple):
    """What a style says: the depth of a heading, bold letters, a list."""

    level: int | None = None
    strong: bool | None = None
    list_id: str | None = None
    hidden: bool = False


def read(data: bytes, output: Output) -> None:
    """Send the document's blocks in order; deletions, hidden text and macros are left out."""
    archive = open_archive(data, output.limits)
    if "[Content_Types].xml" not in archive or _MAIN not in archive:
        raise Refusal(Reason.UNSUPPORTED)
    blocks = Blocks(output)
    walk = _Walk(archive, blocks, output)
    walk.over(walk.part(_MAIN))
    if any(name.lower().endswith("vbaproject.bin") for name in archive.entries):
        output.note(Note.MACROS)
    outside = sum(
        archive.read(name).count(b'TargetMode="External"')
        for name in archive.entries
        if name.endswith(".rels")
    )
    blocks.send()
    for note, count in (
        (Note.OUTSIDE_LINKS, outside),
        (Note.DELETIONS, walk.deletions),
        (Note.HIDDEN_TEXT, walk.hidden),
    ):
        if count:
            output.note(note, [count])
    output.end()


def _tag(element: Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _value(element: Element | None, path: str) -> str | None:
    found = element.find(path) if element is not None else None
    return found.get(f"{_W}val") if found is not None else None


def _is_on(properties: Element | None, name: str) -> bool | None:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    if found is None:
        return None
    return found.get(f"{_W}val", "1").lower() not in _OFF


class _Walk:
    """One pass over a document."""

    def __init__(self, archive: Archive, blocks: Blocks, output: Output) -> None:
        self.deletions = self.hidden = 0
        self._archive = archive
        self._limits = output.limits
        self._blocks = blocks
        self._styles = self._read_styles()
        self._numbering = Numbering(self._optional("word/numbering.xml"))
        notes = self._optional("word/footnotes.xml")
        self._footnotes = {
            note.get(f"{_W}id", ""): note
            for note in (notes if notes is not None else ())
            if note.get(f"{_W}type") in (None, "normal")
        }
        self._waiting: list[str] = []
        self._noted = self._paragraphs = 0

    def part(self, name: str) -> Element:
        """Return one of the archive's XML files; the strict form's names become the usual ones."""
        return parse(self._archive.read(name).replace(_STRICT, _USUAL), self._limits)

    def _optional(self, name: str) -> Element | None:
        return self.part(name) if name in self._archive else None

    def _read_styles(self) -> dict[str, _Style]:
        root = self._optional("word/styles.xml")
        styles: dict[str, _Style] = {}
        for style in root.iter(f"{_W}style") if root is not None else ():
            base = styles.get(_value(style, f"{_W}basedOn") or "", _Style())
            own, letters = style.find(f"{_W}pPr"), style.find(f"{_W}rPr")
            named = _OUTLINE.fullmatch((_value(style, f"{_W}name") or "").lower())
            outline = _value(own, f"{_W}outlineLvl")
            level = int(named[1]) if named else base.level
            if level is None and outline and outline.isdigit() and int(outline) < 9:
                level = int(outline) + 1
            strong, hidden = _is_on(letters, "b"), _is_on(letters, "vanish")
            styles[style.get(f"{_W}styleId", "")] = _Style(
                level,
                base.strong if strong is None else strong,
                _value(own, f"{_W}numPr/{_W}numId") or base.list_id,
                base.hidden if hidden is None else hidden,
            )
        return styles

    def over(self, parent: Element, in_cell: bool = False) -> None:
        """Add the blocks of a container, in order."""
        for child in parent:
            tag = _tag(child)
            if tag == "p":
                self._paragraph(child, "table_cell" if in_cell else "")
            elif tag in _MARKED_AS_GONE:
                self.deletions += 1
            elif tag not in _LEFT_OUT:
                self.over(child, in_cell or tag == "tc")

    def _paragraph(self, element: Element, kind: str) -> None:
        self._paragraphs += 1
        properties = element.find(f"{_W}pPr")
        style = self._styles.get(_value(properties, f"{_W}pStyle") or "", _Style())
        mark, depth = self._numbering.next_mark(properties, style.list_id)
        level: int | None = None
        if not kind and style.level:
            kind, level = "heading", style.level
        elif not kind and depth:
            kind, level = "list_item", depth
        words = Inline()
        if mark:
            words.add(mark + " ")
        # A heading is bold by its style; that says nothing about its words.
        self._runs(element, words, bool(style.strong) and kind != "heading", style.hidden)
        if mark and words.is_only(mark):
            words.take()
        self._blocks.add(kind or "paragraph", words, f"p[{self._paragraphs}]", level)
        waiting, self._waiting = self._waiting, []
        for number in waiting:
            self._footnote(number)

    def _footnote(self, number: str) -> None:
        note = self._footnotes.get(number)
        if note is None:
            return
        self._noted += 1
        words = Inline()
        words.add(f"{self._noted} ")
        for paragraph in note.iter(f"{_W}p"):
            self._runs(paragraph, words, False, False)
            words.add(" ")
        self._blocks.add("footnote", words, f"footnote[{self._noted}]")

    def _runs(self, element: Element, words: Inline, strong: bool, hidden: bool) -> None:
        for child in element:
            tag = _tag(child)
            if tag == "r":
                self._run(child, words, strong, hidden)
            elif tag in _MARKED_AS_GONE:
                self.deletions += 1
            elif tag not in _LEFT_OUT:
                self._runs(child, words, strong, hidden)

    def _run(self, run: Element, words: Inline, strong: bool, hidden: bool) -> None:
        properties = run.find(f"{_W}rPr")
        style = self._styles.get(_value(properties, f"{_W}rStyle") or "", _Style())
        own_strong, own_hidden = _is_on(properties, "b"), _is_on(properties, "vanish")
        strong = own_strong if own_strong is not None else bool(strong or style.strong)
        if own_hidden if own_hidden is not None else (hidden or style.hidden):
            self.hidden += 1
            return
        for child in run:
            self._piece(child, words, strong)

    def _piece(self, child: Element, words: Inline, strong: bool) -> None:
        tag = _tag(child)
        if tag == "t":
            words.add(child.text or "", strong=strong)
        elif tag in ("tab", "ptab"):
            words.add(" ")
        elif tag in ("br", "cr"):
            words.line()
        elif tag == "noBreakHyphen":
            words.add("\u2011", strong=strong)
        elif tag == "footnoteReference":
            self._waiting.append(child.get(f"{_W}id", ""))
        elif tag in ("AlternateContent", "drawing", "Choice"):
            # A text box stands in the middle of a sentence; its paragraphs are joined to it.
            for paragraph in child.iter(f"{_W}p"):
                if not any(_tag(above) == "Fallback" for above in paragraph.iterancestors()):
                    words.add(" ")
                    self._runs(paragraph, words, strong, False)
                    words.add(" ")
