"""Read a marked letter: its head, its body, and the phrases that the marks name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MARK = re.compile(r"\[([RAKXCON])(\d+)\|")
BONES = re.compile(r"[\s\u00ad\u2010\u2011-]")


class MarkError(Exception):
    """A letter whose marks cannot become gold: names file and phrase."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as written here: facts and coding, the body without marks, and marked phrases."""

    name: str
    head: dict[str, Any]
    body: str
    phrases: dict[str, str]


def read_letter(path: Path) -> Letter:
    """Read one `.letter` file; raises `MarkError` where head and marks do not fit each other."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    facts = yaml.safe_load(head)
    plain, phrases = without_marks(body.strip() + "\n", path.name)
    for name, coding in facts.get("references", {}).items():
        # The letter's own number stands in page furniture, which no mark can reach.
        if "text" in coding:
            phrases[name] = coding["text"]
    letter = Letter(path.stem, facts, plain, phrases)
    _require_same_ids(letter)
    return letter


def without_marks(body: str, name: str) -> tuple[str, dict[str, str]]:
    """Return the body without its marks, and what each mark encloses.

    >>> without_marks("[R1|doe [K1|dit]] nu", "x")
    ('doe dit nu', {'K1': 'dit', 'R1': 'doe dit'})
    """
    plain: list[str] = []
    open_marks: list[tuple[str, int]] = []
    phrases: dict[str, str] = {}
    position, length = 0, 0
    while position < len(body):
        mark = MARK.match(body, position)
        if mark:
            open_marks.append((mark[1] + mark[2], length))
            position = mark.end()
            continue
        if body[position] == "]" and open_marks:
            identity, start = open_marks.pop()
            if identity in phrases:
                raise MarkError(f"{name}: {identity} is marked twice")
            phrases[identity] = "".join(plain)[start:]
            position += 1
            continue
        plain.append(body[position])
        length += 1
        position += 1
    if open_marks:
        raise MarkError(f"{name}: the mark {open_marks[-1][0]} is not closed")
    return "".join(plain), phrases


def find(phrase: str, raw: str, name: str) -> tuple[int, int]:
    """Return where `phrase` stands in `raw`, whatever line ends and hyphens stand inside it.

    Raises `MarkError` when it stands there never or more than once.

    >>> find("een nulmeting doen", "Wij gaan een nulme-\\nting doen.", "x")
    (9, 29)
    """
    places = [k for k, sign in enumerate(raw) if not BONES.match(sign)]
    text = "".join(raw[k] for k in places)
    wanted = BONES.sub("", phrase.replace("**", ""))
    wanted = re.sub(r"\^\d", "", wanted)
    start = text.find(wanted)
    if start < 0:
        raise MarkError(f"{name}: the phrase is not in the letter: {phrase!r}")
    if text.find(wanted, start + 1) >= 0:
        raise MarkError(f"{name}: the phrase is not unique: {phrase!r}")
    return places[start], places[start + len(wanted) - 1] + 1


def _require_same_ids(letter: Letter) -> None:
    head = letter.head
    for letter_code, key in (("R", "recommendations"), ("K", "commitments"), ("X", "references")):
        coded = set(head.get(key, {}))
        marked = {name for name in letter.phrases if name[0] == letter_code}
        if coded != marked:
            raise MarkError(f"{letter.name}: {key} coded or marked alone: {sorted(coded ^ marked)}")
    known = set(letter.phrases)
    for name, coding in head.get("recommendations", {}).items():
        named = {*coding.get("commitments", ()), *coding.get("references", ())}
        if coding.get("answer"):
            named.add(coding["answer"])
        if named - known:
            raise MarkError(f"{letter.name}: {name} names what is not marked: {named - known}")
