"""Lists and tables in a letter that hold recommendations."""

from __future__ import annotations

import re
from enum import Enum, auto
from itertools import groupby

from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.speakers import Speaker, parties

_LEAST_ITEMS = 2
_SHARE = 0.5


def advice_lists(sentences: list[Sentence]) -> frozenset[int]:
    """Return the indices of sentences that open an item of a list of recommendations.

    A list counts when at least half of its items open with a command or stand in bold, or when the
    sentence before it speaks of advice. Where government announces its own steps, it does not.
    """
    found: set[int] = set()
    firsts = [s for s in sentences if s.is_first]
    for marked, run in groupby(firsts, key=lambda s: s.mark is not None and not s.is_heading):
        items = list(run)
        if marked and len(items) >= _LEAST_ITEMS and _is_advice(sentences, items):
            found.update(item.index for item in items)
    return frozenset(found)


def _is_advice(sentences: list[Sentence], items: list[Sentence]) -> bool:
    before = sentences[items[0].index - 1] if items[0].index else None
    told = before is not None and before.has("advice_noun", "advice_list", "advice_verb")
    if before is not None and told and before.text.rstrip().endswith(":"):
        return before.has("advice_noun", "advice_list") or not _is_own(before)
    commands = sum(1 for item in items if item.opens_with("imperative"))
    if commands < _SHARE * len(items):
        return False
    return before is None or before.is_heading or not _is_own(before) or before.has("advice_noun")


def _is_own(sentence: Sentence) -> bool:
    """Say whether government speaks of itself in a sentence."""
    found = parties(sentence)
    return bool(found) and found[0].side is Speaker.GOVERNMENT


class Cell(Enum):
    """What a paragraph of a table holds."""

    NUMBER = auto()
    ADVICE = auto()
    ANSWER = auto()
    OTHER = auto()


_TITLES = (
    (re.compile(r"(?:nr|nummer|no|#)\W*$", re.IGNORECASE), Cell.NUMBER),
    (re.compile(r"(?:aanbeveling|advies|recommendation)\w*\W*$", re.IGNORECASE), Cell.ADVICE),
    (
        re.compile(
            r"(?:(?:kabinets|beleids)?reactie|appreciatie|opvolging|standpunt|antwoord|response|reply)"
            r"(?: (?:van )?(?:het )?(?:kabinet|ministerie))?\W*$",
            re.IGNORECASE,
        ),
        Cell.ANSWER,
    ),
)
_LONGEST_TITLE = 4
_ROW_NUMBER = re.compile(r"[0-9]{1,2}[a-z]?\.?$")


def table_cells(sentences: list[Sentence]) -> dict[int, Cell]:
    """Return what the paragraphs of tables hold, for tables titled with advice and answer.

    A file gives a table as a row of paragraphs; its titles tell how many columns there are. A table
    ends at the next heading, or where its column of numbers holds something else.
    """
    firsts = [sentence for sentence in sentences if sentence.is_first]
    cells: dict[int, Cell] = {}
    at = 0
    while at < len(firsts):
        columns = _columns(firsts, at)
        if not columns:
            at += 1
            continue
        at += len(columns)
        while at < len(firsts) and not firsts[at].is_heading:
            row = firsts[at : at + len(columns)]
            if not _is_row(row, columns):
                break
            cells.update((cell.paragraph, kind) for cell, kind in zip(row, columns, strict=True))
            at += len(columns)
    return cells


def _columns(firsts: list[Sentence], at: int) -> list[Cell]:
    columns: list[Cell] = []
    for sentence in firsts[at : at + 8]:
        if sentence.is_heading or len(sentence.text.split()) > _LONGEST_TITLE:
            break
        if _ROW_NUMBER.match(sentence.text) or _is_filled(sentence):
            break
        columns.append(next((k for title, k in _TITLES if title.match(sentence.text)), Cell.OTHER))
    while columns and columns[-1] is Cell.OTHER and Cell.ANSWER not in columns:
        columns.pop()
    return columns if Cell.ADVICE in columns and Cell.ANSWER in columns else []


def _is_filled(sentence: Sentence) -> bool:
    """Say whether a short paragraph is a cell of the first row and no title."""
    return sentence.text[-1:] in ".;" or sentence.opens_with("imperative") is not None


def _is_row(row: list[Sentence], columns: list[Cell]) -> bool:
    if len(row) < len(columns):
        return False
    pairs = list(zip(row, columns, strict=True))
    if any(kind is Cell.NUMBER and not _ROW_NUMBER.match(cell.text) for cell, kind in pairs):
        return False
    return not any(kind is Cell.ADVICE and _is_own(cell) for cell, kind in pairs)
