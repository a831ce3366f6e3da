"""Footnotes of printed pages: find them, lift them out, and find the number that calls each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ketenkaart.core.ledger.reading.lines import Line

_NOTE = re.compile(r"([0-9]{1,3})\s+(?=\S)")
_CALL = re.compile(
    r"(?:(?<=[^\W\d_])|(?<=[\u00bb\u201d\u2019\"').,;:!?\]]))([0-9]{1,3})(?![\w%\u20ac])"
)
_NOT_A_CALL = re.compile(
    r"(?:\b(?:CO|NO|SO|NH|CH|H|PM|N|A|B|G|Q|S|T|V|M|COP|COVID|Covid|LEVEL|Web)|[0-9][.,:])\Z"
)
_ENDS = re.compile(r"[.?!:;][\u00bb\u201d\u2019\"')\]]*\Z")


@dataclass(slots=True)
class Note:
    """A footnote: its number, its lines, and where in the original its call stands."""

    number: str
    lines: list[Line]
    call: int


def lift_notes(lines: list[Line]) -> tuple[list[Line], list[Note]]:
    """Return the lines of the body, and the footnotes that the body calls.

    A line "2 ..." is a footnote when it stands apart at the foot of a page or in the middle of a
    sentence, and a "2" stands glued to a word before it, after the call of the note before.
    """
    calls = _calls(lines)
    body: list[Line] = []
    notes: list[Note] = []
    index = 0
    removed = False
    while index < len(lines):
        note = _note_at(lines, index, calls, notes, body)
        if note is None:
            lines[index].removed = lines[index].removed or removed
            removed = False
            body.append(lines[index])
            index += 1
            continue
        notes.append(note)
        index += len(note.lines)
        removed = True
        if index < len(lines):
            lines[index].page = lines[index].page or any(line.page for line in note.lines[1:])
    return body, notes


def _calls(lines: list[Line]) -> dict[str, list[int]]:
    """Return, per number, the places where it stands glued to a word or a closing sign."""
    found: dict[str, list[int]] = {}
    for line in lines:
        for match in _CALL.finditer(line.text):
            before = line.text[max(0, match.start() - 12) : match.start()]
            if not _NOT_A_CALL.search(before):
                found.setdefault(match.group(1), []).append(line.start + match.start())
    return found


def _note_at(
    lines: list[Line], index: int, calls: dict[str, list[int]], notes: list[Note], body: list[Line]
) -> Note | None:
    line = lines[index]
    found = _NOTE.match(line.text)
    if found is None or not body:
        return None
    number = found.group(1)
    after = notes[-1].call if notes else -1
    # a call stands on the note's own page, hence after that of the note before
    places = [place for place in calls.get(number, ()) if after < place < line.start]
    if not places or (notes and int(number) not in (int(notes[-1].number) + 1, 1)):
        return None
    end = _end(lines, index, int(number))
    follows_note = bool(notes) and notes[-1].lines[-1] is lines[index - 1]
    apart = line.blank or line.removed or follows_note or line.page
    breaks_sentence = not _ENDS.search(body[-1].text)
    foot = _foot(lines, end, int(number))
    at_foot = foot == len(lines) or lines[foot].page or lines[foot].removed
    if not (breaks_sentence or at_foot) or not (apart or at_foot):
        return None
    return Note(number, lines[index:end], places[-1])


def _foot(lines: list[Line], end: int, number: int) -> int:
    """Return the first line after the footnotes that follow on one another up to `end`."""
    while end < len(lines):
        following = _NOTE.match(lines[end].text)
        if following is None or int(following.group(1)) != number + 1:
            break
        number += 1
        end = _end(lines, end, number)
    return end


def _end(lines: list[Line], index: int, number: int) -> int:
    """Return the first line after the footnote that starts at `index`."""
    end = index + 1
    while end < len(lines):
        line = lines[end]
        following = _NOTE.match(line.text)
        if line.page or line.blank or line.removed:
            break
        if following and int(following.group(1)) == number + 1:
            break
        end += 1
    return end
