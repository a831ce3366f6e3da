"""Judgements as rows of text, to work on elsewhere and bring back as one batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.core.ledger.judgement import Action, Candidate, CandidateKind, Coding, Fields
from ketenkaart.services.actors import Actor
from ketenkaart.services.judged_files import judged_rows
from ketenkaart.services.judging.filling import NAMES, fill, same_entry, shown
from ketenkaart.services.judging.judge import Decision, judge_open
from ketenkaart.services.judging.readings import OpenLetter, open_letter

FIELD_NAMES = tuple(dict.fromkeys(name for names in NAMES.values() for name in names))
COLUMNS = ("judgement", "coder", "action", "codes", "kind", *FIELD_NAMES, "note")
MOST_ROWS = 5_000
LARGEST_BYTES = 8_000_000
BATCH_ACTIONS = (
    Action.ACCEPT,
    Action.CORRECT,
    Action.SPLIT,
    Action.MERGE,
    Action.REJECT,
    Action.ADD,
)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a batch did; judgements that stood already are not given twice."""

    added: int
    unchanged: int


def export_rows(letter: OpenLetter, coder: str | None = None) -> list[dict[str, str]]:
    """Return the judgements in force as rows, one per entry; a rejection is one row.

    Proposals that nobody exported here has judged come last, with an empty action, so that a file
    holds everything there is to judge.
    """
    names = [coder] if coder else list(letter.folded.coders)
    rows: list[dict[str, str]] = []
    judged: set[str] = set()
    for coding in map(letter.coding, names):
        judged |= coding.by_key.keys()
        for item in coding.judgements:
            codes = " ".join(
                letter.by_key[key].code if key in letter.by_key else key for key in item.keys
            )
            start = {"judgement": str(item.id), "coder": coding.coder, "action": item.action.value}
            more = start | {"codes": codes, "note": item.note or ""}
            rows += [_row(letter, fields, more) for fields in item.fields or (None,)]
    left = (item for item in letter.candidates if item.key not in judged)
    return rows + [_row(letter, item.fields, {"codes": item.code}) for item in left]


def _row(letter: OpenLetter, fields: Fields | None, given: dict[str, str]) -> dict[str, str]:
    values = {"kind": fields.kind.value, **shown(letter, fields)} if fields else {}
    return dict.fromkeys(COLUMNS, "") | values | given


def read_rows(data: bytes, name: str) -> list[dict[str, str]]:
    """Return the rows of a file: JSON when its name says so, else CSV with a heading.

    Raises `InputError` for a file that is too large, no UTF-8, not in that form, or with columns
    that do not exist.
    """
    rows = judged_rows(
        data, name, largest=LARGEST_BYTES, most=MOST_ROWS,
        export="ketenkaart letter judgements export",
    )  # fmt: skip
    strange = sorted({key for row in rows for key in row} - set(COLUMNS))
    if strange:
        raise InputError(
            f"No such column: {', '.join(strange)[:100]}",
            where=f"{name}, heading",
            fix=f"Use {', '.join(COLUMNS)}.",
        )
    return rows


def import_judgements(*, letter: str, rows: Sequence[Row], actor: Actor, at: datetime) -> Imported:
    """Give the judgements of a file as `actor`, all of them or none.

    Rows without an action are passed over. Rows with the same number in `judgement` that follow
    each other are one judgement, as the parts of a split. What stood already is not given again.

    Raises `InputError` that names the row, counted from 2 under the heading, and what `judge`
    raises.
    """
    added = unchanged = 0
    numbered = [(n, row) for n, row in enumerate(rows, start=2) if row.get("action", "").strip()]
    with transaction.atomic():
        found = open_letter(letter)
        standing = found.coding(actor.name)
        for _, group in groupby(numbered, key=_together):
            together = list(group)
            first = together[0][0]
            try:
                decision = _decision(found, together)
                if _stands(standing, decision, found):
                    unchanged += 1
                    continue
                judge_open(found, decision=decision, actor=actor, at=at)
            except KetenkaartError as error:
                raise type(error)(
                    error.what, where=f"row {first}, {error.where or 'action'}", fix=error.fix
                ) from error
            added += 1
    return Imported(added, unchanged)


def _together(numbered: tuple[int, Row]) -> str:
    number, row = numbered
    return row.get("judgement", "").strip() or f"row {number}"


def _decision(found: OpenLetter, rows: Sequence[tuple[int, Row]]) -> Decision:
    first = rows[0][1]
    action = first["action"].strip().lower()
    if action not in {item.value for item in BATCH_ACTIONS}:
        raise InputError(
            f"{action[:40]!r} is no action", where="action", fix=f"Use {', '.join(BATCH_ACTIONS)}."
        )
    keys = tuple(_key(found, code) for code in first.get("codes", "").split())
    base = found.by_key.get(keys[0]) if keys else None
    note = first.get("note", "").strip() or None
    if action in {Action.ACCEPT, Action.REJECT}:
        return Decision(action=Action(action), keys=keys, note=note)
    fields = tuple(_fields(found, row, base) for _, row in rows)
    if action == Action.ADD:
        keys = ()
    return Decision(action=Action(action), keys=keys, fields=fields, note=note)


def _key(found: OpenLetter, code: str) -> str:
    named = {item.code.upper(): item.key for item in found.candidates}
    return named.get(code.upper(), code)


def _fields(found: OpenLetter, row: Row, base: Candidate | None) -> Fields:
    kind = row.get("kind", "").strip().lower() or (base.kind.value if base else "")
    if kind not in {item.value for item in CandidateKind}:
        raise InputError(
            f"{kind[:40]!r} is no kind of passage",
            where="kind",
            fix=f"Use {', '.join(CandidateKind)}.",
        )
    filled = fill(found, CandidateKind(kind), row, base.fields if base else None)
    if filled.entry is None:
        name, problem = next(iter(filled.problems.items()))
        raise InputError(PROBLEMS[problem], where=name, fix=FIXES[problem])
    return filled.entry


PROBLEMS: Mapping[str, str] = {
    "needed": "This field is empty",
    "choice": "This is none of the options",
    "phrase": "These words do not stand so in the letter",
    "day": "This is no day",
    "order": "The deadline ends before it begins",
    "codes": "One of these codes does not exist in the letter",
    "value": "This value cannot be",
}
FIXES: Mapping[str, str] = {
    "needed": "Fill it in.",
    "choice": "See `ketenkaart letter judgements export` for the words in use.",
    "phrase": "Copy them from the letter.",
    "day": "Write it as 2023-07-01.",
    "order": "Exchange the two days.",
    "codes": "Use codes of this reading, as K1 or R2.",
    "value": "Shorten or correct it.",
}


def _stands(coding: Coding, decision: Decision, found: OpenLetter) -> bool:
    keys: Iterable[str] = decision.keys
    if decision.action is Action.ADD:
        return any(
            item.action is Action.ADD and same_entry(item.fields[0], decision.fields[0])
            for item in coding.judgements
        )
    own = {coding.by_key[key].id: coding.by_key[key] for key in keys if key in coding.by_key}
    if len(own) != 1:
        return False
    item = next(iter(own.values()))
    if item.action is not decision.action or item.keys != decision.keys:
        return False
    if decision.action is Action.ACCEPT:
        return same_entry(item.fields[0], found.by_key[item.keys[0]].fields)
    return len(item.fields) == len(decision.fields) and all(
        same_entry(one, other) for one, other in zip(item.fields, decision.fields, strict=True)
    )
