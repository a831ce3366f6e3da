"""Judgements of a sample as rows: to work on elsewhere, to bring back, to hand to an estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.core.monitor.judged import JudgedLevel
from ketenkaart.services.actors import Actor
from ketenkaart.services.endorsement_judging.judge import judge_document
from ketenkaart.services.endorsement_judging.samples import OpenSample, SampleItem, open_sample
from ketenkaart.services.judged_files import judged_rows

COLUMNS = (
    "number", "file", "sha256", "page", "passage", "coder", "level", "note", "machine_level",
    "population", "truth", "truth_state",
)  # fmt: skip
MOST_ROWS = 20_000
LARGEST_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class ImportedJudgements:
    """What a batch did; judgements that stood already are not given twice."""

    added: int
    unchanged: int


def export_rows(found: OpenSample, coder: str | None = None) -> list[dict[str, Any]]:
    """Return a row per document and coder; with a `coder` that one's alone.

    What is still open comes with an empty level, to be filled in. With a coder the columns that
    tell what the machine or others say stay empty, so that filling them in is judging blind.
    """
    rows = []
    for item in found.items:
        names: list[str | None] = [coder] if coder else [*sorted(item.truth.by_coder)] or [None]
        rows += [_row(found, item, name, is_blind=coder is not None) for name in names]
    return rows


def _row(
    found: OpenSample, item: SampleItem, coder: str | None, *, is_blind: bool
) -> dict[str, Any]:
    level = None if coder is None else item.own(coder)
    notes = [j.note for j in item.judgements if j.coder == coder and j.note]
    passage = next(iter((*item.document.deciding, *item.document.passages)), {})
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "number": item.number, "file": item.document.file, "sha256": item.document.sha256,
        "page": passage.get("page"), "passage": passage.get("text"), "coder": coder,
        "level": None if level is None else level.value, "note": notes[-1] if notes else None,
    }  # fmt: skip
    if not is_blind:
        machine = item.document.level or 0
        row |= {
            "machine_level": machine,
            "population": found.populations[machine],
            "truth": None if item.truth.level is None else item.truth.level.value,
            "truth_state": item.truth.state.value,
        }
    return row


def read_rows(data: bytes, name: str) -> list[dict[str, str]]:
    """Return the rows of a file: JSON when its name says so, else CSV with a heading.

    Raises `InputError` for a file that is too large, no UTF-8, not in that form, or with columns
    that do not exist.
    """
    rows = judged_rows(
        data, name, largest=LARGEST_BYTES, most=MOST_ROWS,
        export="ketenkaart endorsement judge export",
    )  # fmt: skip
    for needed in ("number", "level"):
        if rows and needed not in rows[0]:
            raise InputError(
                f"There is no column {needed}", where=f"{name}, heading",
                fix=f"Use {', '.join(COLUMNS)}.",
            )  # fmt: skip
    return rows


def import_judgements(
    *, sample: str, rows: Sequence[Mapping[str, str]], actor: Actor, at: datetime
) -> ImportedJudgements:
    """Give the judgements of a file as `actor`, all of them or none.

    Rows without a level are passed over, and so is what stands already. Raises `InputError` that
    names the row, counted from 2 under the heading, and what `judge_document` raises.
    """
    added = unchanged = 0
    with transaction.atomic():
        found = open_sample(sample)
        seen: dict[int, int] = {}
        for number, row in enumerate(rows, start=2):
            text = row.get("level", "").strip()
            if not text:
                continue
            try:
                item = found.item(_number(row))
                if item.number in seen:
                    raise InputError(
                        f"Document {item.number} stands in row {seen[item.number]} too",
                        fix="Keep one row per document.",
                    )
                seen[item.number] = number
                level = level_named(text)
                if item.own(actor.name) is level:
                    unchanged += 1
                    continue
                judge_document(
                    sample=sample, number=item.number, level=level, actor=actor, at=at,
                    remark=row.get("note"),
                )  # fmt: skip
            except KetenkaartError as error:
                raise type(error)(
                    error.what, where=f"row {number}, {error.where or 'level'}", fix=error.fix
                ) from error
            added += 1
    return ImportedJudgements(added, unchanged)


def _number(row: Mapping[str, str]) -> int:
    text = row.get("number", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise InputError(
            f"{text[:20]!r} is no number of a document", where="number", fix="As exported."
        )
    return int(text)


def level_named(text: str) -> JudgedLevel:
    """Return a level by its word or number, or that it cannot be told.

    >>> level_named("3"), level_named("cannot tell")
    (<JudgedLevel.ENDORSEMENT: 'endorsement'>, <JudgedLevel.CANNOT_TELL: 'cannot_tell'>)
    """
    by_number = {str(int(item.level)): item for item in JudgedLevel if item.level is not None}
    word = text.strip().casefold().replace(" ", "_")
    if word in by_number:
        return by_number[word]
    if word not in set(JudgedLevel):
        raise InputError(
            f"There is no level {text[:30]!r}",
            where="level",
            fix="Use 0 none, 1 mention, 2 reference_framework, 3 endorsement, or cannot_tell.",
        )
    return JudgedLevel(word)
