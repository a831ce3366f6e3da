"""HTML: the words that a reader of the page sees, as headings, paragraphs, items and notes."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ketenkaart.sources.documents.inside.blocks import Blocks, Inline
from ketenkaart.sources.documents.inside.facts import from_meta
from ketenkaart.sources.documents.inside.output import Output
from ketenkaart.sources.documents.inside.text import decode
from ketenkaart.sources.documents.reasons import Note, Reason, Refusal

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.I)
# Browsers read these names as Windows-1252, whatever they promise.
_DECLARED_AS = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}
# Where official publications and most other sites keep the text itself.
_BODIES = ("#broodtekst", ".broodtekst-container", "div.stuk", "main article", "article", "main")
_NOTES = "#noten"
_UNSEEN = {
    "script", "style", "noscript", "template", "head", "iframe", "object", "embed", "svg", "math",
    "canvas", "audio", "video", "form", "button", "select", "textarea", "input", "nav", "datalist",
    "map", "frameset", "noframes", "dialog", "ix:header", "ix:hidden",
}  # fmt: skip
# What tags a fact in a report (inline XBRL) surrounds words, or whole blocks, and shows nothing.
_FACT = "ix:"
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
_STRONG = {"b", "strong"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = {"ul", "ol", "menu"}
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_NOTE_CLASSES = {"noot", "footnote", "voetnoot", "footnotes"}
_TEXT = "-text"


def read(data: bytes, output: Output) -> None:
    """Send the page's blocks in order; what a browser would not show is left out and counted."""
    declared = _DECLARED.search(data[:4096])
    name = _DECLARED_AS.get(declared[1].decode("ascii").lower()) if declared else None
    tree = LexborHTMLParser(decode(data, output, name))
    root = tree.root
    if root is None:
        raise Refusal(Reason.EMPTY)
    blocks = Blocks(output)
    walk = _Walk(blocks, output)
    for part in _parts(tree, root):
        walk.over(part)
    facts = from_meta(
        (node.attributes.get("name") or "", node.attributes.get("content") or "")
        for node in tree.css("meta[name][content]")
    )
    blocks.send()
    if walk.hidden:
        output.note(Note.HIDDEN_TEXT, [walk.hidden])
    output.end(facts)


def _parts(tree: LexborHTMLParser, root: LexborNode) -> list[LexborNode]:
    """Return the bodies of the text, and its notes where they stand elsewhere."""
    for selector in _BODIES:
        found = tree.css(selector)
        if found:
            bodies = _outermost(found)
            known = {note.mem_id for body in bodies for note in body.css(_NOTES)}
            return [*bodies, *(note for note in tree.css(_NOTES) if note.mem_id not in known)]
    return [tree.body or root]


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    known = {node.mem_id for node in nodes}
    outer = []
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in known:
            above = above.parent
        if above is None:
            outer.append(node)
    return outer


class _Walk:
    """One pass over a page; `hidden` counts what was left out because nobody would see it."""

    def __init__(self, blocks: Blocks, output: Output) -> None:
        self.hidden = 0
        self._blocks = blocks
        self._limits = output.limits
        self._words = Inline()
        self._kind, self._level, self._element = "paragraph", 0, "body"
        self._seen: Counter[str] = Counter()
        self._nodes = self._lists = self._depth = 0
        self._in_note = False

    def over(self, node: LexborNode) -> None:
        """Add what stands in `node` and below it."""
        self._enter(node, strong=False)
        self._close()

    def _enter(self, node: LexborNode, *, strong: bool) -> None:
        self._nodes += 1
        self._depth += 1
        if self._depth > self._limits.max_depth or self._nodes > self._limits.max_nodes:
            raise Refusal(Reason.TOO_DEEP)
        tag = node.tag or ""
        if tag == _TEXT:
            self._words.add(node.text_content or "", strong=strong)
        elif tag == "br":
            self._words.line()
        elif tag not in _UNSEEN and not tag.startswith("-") and not self._is_hidden(node):
            if tag in _INLINE or tag.startswith(_FACT):
                if not self._is_mark(node):
                    self._below(node, strong=strong or tag in _STRONG)
            else:
                self._block(node, tag)
        self._depth -= 1

    def _below(self, node: LexborNode, *, strong: bool) -> None:
        child = node.child
        while child is not None:
            self._enter(child, strong=strong)
            child = child.next

    def _block(self, node: LexborNode, tag: str) -> None:
        """Close what was open, add what stands in a block, and take up the outer block again."""
        self._close()
        before = (self._kind, self._level, self._element, self._in_note, self._lists)
        self._seen[tag] += 1
        self._element = f"{tag[:80]}[{self._seen[tag]}]"
        self._lists += tag in _LISTS
        self._in_note = self._in_note or _is_note(node)
        self._kind, self._level = self._kind_of(tag, node)
        self._below(node, strong=False)
        self._close()
        self._kind, self._level, self._element, self._in_note, self._lists = before

    def _kind_of(self, tag: str, node: LexborNode) -> tuple[str, int]:
        if self._in_note:
            return "footnote", 0
        if tag in _HEADINGS:
            return "heading", _HEADINGS[tag]
        if tag == "li" or (tag == "p" and self._kind == "list_item"):
            return "list_item", max(self._lists, 1)
        if tag in ("td", "th") or self._kind == "table_cell":
            return "table_cell", 0
        if "ondertekening" in (node.attributes.get("class") or "").split():
            return "signature", 0
        return "paragraph", 0

    def _close(self) -> None:
        if self._in_note and self._words.is_number():
            # A note's number stands in an element of its own, before the note's paragraph.
            self._words.add(" ")
            return
        self._blocks.add(self._kind, self._words, self._element, self._level or None)

    def _is_hidden(self, node: LexborNode) -> bool:
        attributes = node.attributes
        classes = (attributes.get("class") or "").split()
        if "note-close" in classes:
            return True
        hidden = "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style") or "")
        self.hidden += bool(hidden)
        return bool(hidden)

    def _is_mark(self, node: LexborNode) -> bool:
        """Return whether an element is only the number of a footnote in running text."""
        if self._in_note:
            return False
        attributes = node.attributes
        classes = (attributes.get("class") or "").split()
        if "nootnum" in classes or attributes.get("role") == "doc-noteref":
            return True
        link = node.css_first("a[href^='#']") if node.tag == "sup" else None
        return link is not None and (node.text() or "").strip(" []()*").isdigit()


def _is_note(node: LexborNode) -> bool:
    attributes = node.attributes
    classes = set((attributes.get("class") or "").split())
    return bool(
        classes & _NOTE_CLASSES
        or attributes.get("id") == "noten"
        or attributes.get("role") in ("doc-footnote", "doc-endnotes")
    )
