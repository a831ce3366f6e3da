"""What is asked of every drawn unit, and whether a cell of a filled sheet answers it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.monitor.types import STATES
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.reference.document import read_document

QuestionKind = Literal["number", "count", "share", "yes_no", "choice", "date", "text"]
KINDS = ("number", "count", "share", "yes_no", "choice", "date", "text")
FORM = (
    "Write name:kind, the kind one of number, count, share, yes_no, date, text, or "
    "name:choice:one|two."
)
WORDS = STATES[1:]
YES_NO = {"yes": "yes", "no": "no", "ja": "yes", "nee": "no", "1": "yes", "0": "no"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,39}\Z")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]+)?|\.[0-9]+)\Z")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+\Z")
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")


class Question(Frozen):
    """One column to fill in: its name, what may stand in it, and the choices where it has any."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_.]{0,39}$")
    kind: QuestionKind
    choices: tuple[str, ...] = ()


class SheetFile(Frozen):
    """What a sheet asks, of which units: written beside the draw when the sheet is made."""

    draw: str
    draw_sha256: str
    id: str
    questions: tuple[Question, ...] = Field(min_length=1)


def read_sheet_file(path: Path) -> SheetFile:
    """Return what a sheet asks. Raises `InputError` where the file is absent or not as written."""
    try:
        return read_document(path, path.name).parse(SheetFile)
    except ReferenceDataError as error:
        raise InputError(
            error.what, where=error.where, fix="Make the sheet with `ketenkaart sample sheet`."
        ) from error


def question(text: str) -> Question:
    """Return the question that a text asks for; raises `InputError` for one that is none.

    >>> question("hours:number").kind, question("level:choice:low|high").choices
    ('number', ('low', 'high'))
    """
    name, _, rest = text.partition(":")
    kind, _, choices = rest.partition(":")
    name, kind = name.strip(), kind.strip()
    options = tuple(part.strip() for part in choices.split("|") if part.strip())
    if not _NAME.match(name) or kind not in KINDS or (kind == "choice") != (len(options) > 1):
        raise InputError(f"{text[:60]!r} is no question", where="--ask", fix=FORM)
    if name == "remarks" or set(options) & {*STATES}:
        raise InputError(
            f"{text[:60]!r} uses a word that every sheet has already", where="--ask",
            fix="Take another word.",
        )  # fmt: skip
    return Question.model_validate({"name": name, "kind": kind, "choices": options})


def answer(asked: Question, text: str) -> tuple[str | None, str]:
    """Return the answer as it is kept, or None, and what is wrong with it.

    Words for what is missing answer every question; an empty cell answers none.

    >>> question_of = question("hours:number")
    >>> answer(question_of, "0"), answer(question_of, "refused"), answer(question_of, "12,5")
    (('0', ''), ('refused', ''), ('12.5', ''))
    """
    cell = text.strip()
    word = cell.casefold().replace(" ", "_")
    if word in WORDS:
        return word, ""
    if not cell:
        return None, "is empty"
    if asked.kind in ("yes_no", "choice"):
        return _chosen(asked, word, cell)
    if asked.kind == "date":
        return (cell, "") if _DATE.match(cell) else (None, "is no date, as 2026-11-22 is")
    return (cell, "") if asked.kind == "text" else _number(asked, cell)


def _chosen(asked: Question, word: str, cell: str) -> tuple[str | None, str]:
    if asked.kind == "yes_no":
        found = YES_NO.get({"true": "yes", "false": "no"}.get(word, word))
        return (found, "") if found else (None, "is neither yes nor no")
    near = {choice.casefold(): choice for choice in asked.choices}
    kept = near.get(cell.casefold())
    return (kept, "") if kept else (None, f"is none of {', '.join(asked.choices)}")


def _number(asked: Question, cell: str) -> tuple[str | None, str]:
    number = cell.replace(",", ".") if _COMMA.match(cell) else cell
    if not _NUMBER.match(number):
        return None, "is no number"
    if asked.kind == "count" and not re.fullmatch(r"\+?[0-9]+(\.0+)?", number):
        return None, "is no whole number from zero up"
    if asked.kind == "share" and not 0 <= float(number) <= 1:
        return None, "lies outside 0 to 1"
    return number, ""
