"""The marks that a word processor counts out itself: "1.", "a)", "•"."""

from __future__ import annotations

import re
from typing import NamedTuple

from ketenkaart.sources.documents.inside.safe_xml import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LONGEST = 5000
_DEEPEST = 9


class _Level(NamedTuple):
    start: int
    form: str
    text: str


def written(number: int, form: str) -> str:
    """Return a number as a list writes it.

    >>> written(4, "decimal"), written(2, "lowerLetter"), written(9, "upperRoman")
    ('4', 'b', 'IX')
    """
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < number < _LONGEST:
        text = ""
        for value, sign in _ROMAN:
            text += sign * (number // value)
            number %= value
        return text.upper() if form == "upperRoman" else text
    return str(number)


class Numbering:
    """How far each list of a document has counted."""

    def __init__(self, root: Element | None) -> None:
        kinds: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        for kind in root.iter(f"{_W}abstractNum") if root is not None else ():
            kinds[kind.get(f"{_W}abstractNumId", "")] = _levels(kind)
        for item in root.iter(f"{_W}num") if root is not None else ():
            found = item.find(f"{_W}abstractNumId")
            self._lists[item.get(f"{_W}numId", "")] = (
                found.get(f"{_W}val", "") if found is not None else ""
            )
        self._kinds = kinds

    def next_mark(self, properties: Element | None, from_style: str | None) -> tuple[str, int]:
        """Return a paragraph's mark and its depth; an empty mark and 0 when it is no item."""
        own = properties.find(f"{_W}numPr") if properties is not None else None
        list_id = from_style
        depth = 0
        if own is not None:
            list_id = _value(own, "numId") or from_style
            depth = min(_number(_value(own, "ilvl"), 0), _DEEPEST - 1)
        kind = self._lists.get(list_id or "")
        if not list_id or list_id == "0" or kind is None:
            return "", 0
        return self._count(kind, depth), depth + 1

    def _count(self, kind: str, depth: int) -> str:
        levels = self._kinds.get(kind, {})
        counts = self._counts.setdefault(kind, [0] * _DEEPEST)
        level = levels.get(depth, _Level(1, "decimal", f"%{depth + 1}."))
        counts[depth] = counts[depth] + 1 if counts[depth] else level.start
        counts[depth + 1 :] = [0] * (_DEEPEST - depth - 1)
        if level.form == "bullet":
            return "•"
        if level.form == "none":
            return ""

        def fill(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            form = levels.get(place, level).form
            return written(counts[place] or 1, form)

        return _PLACE.sub(fill, level.text)[:40]


def _levels(kind: Element) -> dict[int, _Level]:
    return {
        _number(item.get(f"{_W}ilvl"), 0): _Level(
            _number(_value(item, "start"), 1),
            _value(item, "numFmt") or "decimal",
            _value(item, "lvlText") or "",
        )
        for item in kind.iter(f"{_W}lvl")
    }


def _value(element: Element, name: str) -> str | None:
    found = element.find(f"{_W}{name}")
    return found.get(f"{_W}val") if found is not None else None


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else otherwise
