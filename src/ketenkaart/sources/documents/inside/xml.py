"""Official publications in XML: letters, motions and other parliamentary papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ketenkaart.sources.documents.inside.blocks import Blocks, Inline
from ketenkaart.sources.documents.inside.facts import from_meta, put_dossier, session_year
from ketenkaart.sources.documents.inside.output import Output
from ketenkaart.sources.documents.inside.safe_xml import Element, parse
from ketenkaart.sources.documents.reasons import Note, Reason, Refusal

_ROOTS = {"officiele-publicatie", "kamerstuk", "kamervragen"}
_LEFT_OUT = {"metadata", "kamerstukkop", "kamervraagkop"}
_INLINE = {
    "nadruk", "extref", "intref", "dossierref", "intioref", "sup", "inf", "datum", "naam",
    "voornaam", "achternaam", "functie", "organisatie", "ondernummer", "herdruk", "noot", "br",
    "redactie", "kamervraagonderwerp", "onderstreept", "unl", "eigennaam", "plaats",
    "begrotingshoofdstuk",
}  # fmt: skip
_HEAD_PARTS = {"nr", "label", "titel", "subtitel"}
# From the heaviest typography of an unnumbered heading down; the first in use is the outermost.
_TYPOGRAPHY = ("vetcur", "vet", "rom", "ondlijn", "onderstreept", "cur")


def read(data: bytes, output: Output) -> None:
    """Send the paper's blocks in order, each footnote after the block that refers to it."""
    root = parse(data, output.limits)
    if _tag(root) not in _ROOTS:
        raise Refusal(Reason.UNSUPPORTED)
    blocks = Blocks(output)
    _Walk(root, blocks).children(root, 1)
    facts = _facts(root, output)
    blocks.send()
    output.end(facts)


def _tag(element: Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _words(element: Element | None) -> str:
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""


def _facts(root: Element, output: Output) -> dict[str, str]:
    """Return what the metadata say; where they are silent, what the paper's own head says."""
    facts = from_meta(
        (meta.get("name", ""), meta.get("content", "")) for meta in root.iter("meta", "metadata")
    )
    numbers = root.findall(".//dossier/dossiernummer")
    if numbers:
        suffix = _words(numbers[0].find("begrotingshoofdstuk")) or _words(numbers[0].find("raadnr"))
        own: dict[str, str] = {}
        put_dossier(own, _words(numbers[0].find("dossiernr")))
        if suffix:
            own["suffix"] = suffix
        # The head has the number and its suffix apart; a metadata field may run them together.
        facts.update(own)
    if len(numbers) > 1:
        output.note(Note.MORE_DOSSIERS, [len(numbers)])
    year = root.find(".//tekstregel[@inhoud='vergaderjaar']")
    day = root.find(".//datumtekst/datum[@isodatum]")
    found = {
        "number": _words(root.find(".//stuknr/ondernummer")),
        "title": _words(root.find(".//stuk/titel")),
        "session_year": session_year(_words(year)) or "",
        "date": day.get("isodatum", "") if day is not None else "",
    }
    if found["date"]:
        facts["date"] = found["date"]
    for field, value in found.items():
        if value:
            facts.setdefault(field, value)
    return facts


class _Walk:
    """One pass over a paper, from its outermost element down."""

    def __init__(self, root: Element, blocks: Blocks) -> None:
        self._blocks = blocks
        used = {item.get("kopopmaak", "vet") for item in root.iter("tussenkop")}
        order = [style for style in _TYPOGRAPHY if style in used] or ["vet"]
        self._ranks = {style: rank for rank, style in enumerate(order)}
        self._notes: list[Element] = []
        self._names: dict[Element, str] = {}
        seen: Counter[str] = Counter()
        for element in root.iter():
            tag = _tag(element)
            if tag not in _INLINE or tag == "noot":
                seen[tag] += 1
                self._names[element] = f"{tag[:80]}[{seen[tag]}]"

    def children(self, parent: Element, level: int) -> None:
        """Add what stands in a container: blocks, and loose words as paragraphs."""
        loose = Inline()
        loose.add(parent.text or "")
        for child in parent:
            if _tag(child) in _INLINE:
                self._inline(child, loose)
            else:
                self._close(loose, "paragraph", parent)
                self._block(child, level)
            loose.add(child.tail or "")
        self._close(loose, "paragraph", parent)

    def _each(self, parent: Element, step: Callable[[Element], None]) -> None:
        """Take a step for each child of a container; loose words between them are paragraphs."""
        self._loose(parent, parent.text)
        for child in parent:
            step(child)
            self._loose(parent, child.tail)

    def _loose(self, parent: Element, text: str | None) -> None:
        words = Inline()
        words.add(text or "")
        self._close(words, "paragraph", parent)

    def _block(self, element: Element, level: int) -> None:
        tag = _tag(element)
        if tag in _LEFT_OUT or not tag:
            return
        if step := _STEPS.get(tag):
            step(self, element, level)
        elif self._has_blocks(element):
            self.children(element, level)
        else:
            self._paragraph(element, "paragraph", None)

    def _has_blocks(self, element: Element) -> bool:
        return any(_tag(child) not in _INLINE for child in element)

    def _paragraph(
        self, element: Element, kind: str, level: int | None, before: Inline | None = None
    ) -> None:
        """Add one element's words as a block, a list inside it as blocks of their own.

        `before` holds a mark that comes first; it is empty afterwards.
        """
        words = Inline() if before is None else before
        words.add(element.text or "")
        for child in element:
            tag = _tag(child)
            if tag in _INLINE:
                self._inline(child, words)
            elif tag in _HEAD_PARTS:
                self._inline(child, words)
                words.add(" ")
            else:
                self._close(words, kind, element, level)
                self._block(child, level or 1)
            words.add(child.tail or "")
        self._close(words, kind, element, level)

    def _close(self, words: Inline, kind: str, element: Element, level: int | None = None) -> None:
        """Add the block that `words` holds, and then the footnotes that it refers to."""
        self._blocks.add(kind, words, self._names.get(element), level)
        while self._notes:
            note = self._notes.pop(0)
            text = Inline()
            self._spaced(note, text)
            self._blocks.add("footnote", text, self._names[note])

    def _inline(self, element: Element, words: Inline, *, strong: bool = False) -> None:
        tag = _tag(element)
        if tag == "noot":
            self._notes.append(element)
            return
        if tag == "br":
            words.line()
        strong = strong or (tag == "nadruk" and element.get("type", "").startswith("vet"))
        words.add(element.text or "", strong=strong)
        for child in element:
            self._inline(child, words, strong=strong)
            words.add(child.tail or "", strong=strong)

    def _spaced(self, element: Element, words: Inline) -> None:
        """Add an element's words, with a space between what its children say."""
        words.add(element.text or "")
        for child in element:
            words.add(" ")
            self._inline(child, words)
            words.add(" " + (child.tail or ""))

    def _dossier(self, element: Element, _level: int) -> None:
        words = Inline()
        for child in element:
            self._spaced(child, words)
            words.add(" " + (child.tail or ""))
        self._close(words, "heading", element, 1)

    def _stuk(self, element: Element, level: int) -> None:
        """Add number and title as one heading, as they are printed, and then the rest."""
        words = Inline()
        head = [child for child in element if _tag(child) in ("stuknr", "titel")]
        for child in head:
            self._inline(child, words)
            words.add(" ")
        self._close(words, "heading", element, 1)
        self._each(element, lambda child: None if child in head else self._block(child, level + 1))

    def _tussenkop(self, element: Element, level: int) -> None:
        rank = self._ranks.get(element.get("kopopmaak", "vet"), len(self._ranks))
        self._paragraph(element, "heading", max(level, 2) + rank)

    def _kop(self, element: Element, level: int) -> None:
        self._paragraph(element, "heading", max(level, 2))

    def _titel(self, element: Element, level: int) -> None:
        self._paragraph(element, "heading", level)

    def _divisie(self, element: Element, level: int) -> None:
        self._each(
            element,
            lambda child: self._block(child, level if _tag(child) == "kop" else level + 1),
        )

    def _lijst(self, element: Element, level: int, depth: int = 1) -> None:
        self._each(
            element,
            lambda child: (
                self._item(child, level, depth)
                if _tag(child) == "li"
                else self._block(child, level)
            ),
        )

    def _item(self, element: Element, level: int, depth: int) -> None:
        """Add an item: its mark before its first words, what follows as blocks of its own."""
        words = Inline()
        number = element.find("li.nr")
        if number is not None:
            self._inline(number, words)
            words.add(" ")
        words.add(element.text or "")
        for child in element:
            tag = _tag(child)
            if tag == "al":
                self._paragraph(child, "list_item", depth, words)
            elif tag in _INLINE:
                self._inline(child, words)
            elif child is not number:
                self._close(words, "list_item", element, depth)
                if tag == "lijst":
                    self._lijst(child, level, depth + 1)
                else:
                    self._block(child, level)
            words.add(child.tail or "")
        self._close(words, "list_item", element, depth)

    def _lid(self, element: Element, level: int) -> None:
        """Add a paragraph of an article, with its number before its first words."""
        words = Inline()
        number = element.find("lidnr")
        if number is not None:
            self._inline(number, words)
            words.add(" ")

        def step(child: Element) -> None:
            if _tag(child) == "al":
                self._paragraph(child, "list_item", 1, words)
            elif child is not number:
                self._close(words, "list_item", element, 1)
                self._block(child, level)

        self._each(element, step)
        self._close(words, "list_item", element, 1)

    def _vraag(self, element: Element, level: int) -> None:
        self._each(
            element,
            lambda child: (
                self._paragraph(child, "heading", max(level, 2))
                if _tag(child) == "nr"
                else self._block(child, level + 1)
            ),
        )

    def _cell(self, element: Element, _level: int) -> None:
        words = Inline()
        words.add(element.text or "")
        for child in element:
            self._inline(child, words)
            words.line()
            words.add(child.tail or "")
        self._close(words, "table_cell", element)

    def _ondertekening(self, element: Element, _level: int) -> None:
        words = Inline()
        words.add(element.text or "")
        for child in element:
            words.line()
            self._inline(child, words)
            words.add(child.tail or "")
        self._close(words, "signature", element)


_STEPS: dict[str, Callable[[_Walk, Element, int], None]] = {
    "dossier": _Walk._dossier,
    "stuk": _Walk._stuk,
    "tussenkop": _Walk._tussenkop,
    "kop": _Walk._kop,
    "titel": _Walk._titel,
    "divisie": _Walk._divisie,
    "lijst": _Walk._lijst,
    "lid": _Walk._lid,
    "vraag": _Walk._vraag,
    "antwoord": _Walk._vraag,
    "entry": _Walk._cell,
    "ondertekening": _Walk._ondertekening,
}
