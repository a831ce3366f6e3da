"""Commitments of published ledgers in the shape of parliament's own `Toezegging`.

The shape asks a day of fulfilment of every commitment. One without a deadline is listed apart,
never given a day that nobody named. Texts are this project's own summaries.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ketenkaart.core.ledger.papers import papers_in
from ketenkaart.core.ledger.status import deadline_state, verdict_on
from ketenkaart.core.ledger.types import Commitment, DeadlineState, Ledger, Verdict
from ketenkaart.sources.parliament.records import AMSTERDAM, Toezegging

NUMBER_PREFIX = "KK-"
"""What our own numbers start with, so that nobody takes them for parliament's."""

STATUS: dict[DeadlineState, str] = {
    "kept": "Voldaan",
    "kept_late": "Voldaan",
    "partly_kept": "Deels voldaan",
    "not_kept": "Openstaand",
    "not_due": "Openstaand",
}
"""Parliament's word for a state; what nobody has researched has none."""

NOTES = (
    "Written by Ketenkaart from letters to parliament, not by parliament itself.",
    "Tekst is a summary in our own words; Id and Nummer are our own.",
    "Aanmaakdatum is the day of the letter.",
    "DatumNakoming is the last day in time; what has none is in @ketenkaart.omitted.",
    "Status is null where a deadline has passed and nobody has researched the outcome.",
    "The publisher's schema does not list its words for a status; ours are assumed.",
    "Naam is the minister who signed, unsplit.",
    "KamerbriefNakoming is filled only where a verdict rests on a numbered paper.",
    "GewijzigdOp is null: no such time is kept.",
)


def toezeggingen(ledgers: Iterable[Ledger], *, as_of: date) -> dict[str, Any]:
    """Return all commitments as a page of `Toezegging`, with what was left out and why.

    `@ketenkaart.omitted` names every commitment without a deadline; `@ketenkaart.items` gives
    each exported one its key, its state on `as_of` and the recommendations that it answers.
    """
    value: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    omitted: list[dict[str, Any]] = []
    for ledger in ledgers:
        for commitment in ledger.commitments:
            state = deadline_state(commitment, ledger.verdicts, as_of)
            about = {
                "item": f"{ledger.letter.id}/{commitment.id}",
                "state": state,
                "date_type": commitment.date_type.value,
                "recommendations": list(commitment.recommendations),
            }
            if commitment.deadline is None:
                text = commitment.summary.nl
                omitted.append({**about, "reason": "no_deadline", "Tekst": text})
                continue
            verdict = verdict_on(commitment, ledger.verdicts, as_of)
            record = _record(ledger, commitment, state, verdict)
            row = record.model_dump(mode="json", by_alias=True)
            value.append(row)
            items.append({"Nummer": record.number, **about})
    return {
        "@odata.context": "$metadata#Toezegging",
        "@ketenkaart.as_of": as_of.isoformat(),
        "@ketenkaart.notes": list(NOTES),
        "@ketenkaart.items": items,
        "@ketenkaart.omitted": omitted,
        "value": value,
    }


def _record(
    ledger: Ledger, commitment: Commitment, state: DeadlineState, verdict: Verdict | None
) -> Toezegging:
    letter = ledger.letter
    key = f"{letter.id}/{commitment.id}"
    name, _, office = letter.sender.partition(", ")
    if commitment.deadline is None:
        raise ValueError(f"{key} has no deadline")
    return Toezegging(
        id=uuid5(NAMESPACE_URL, f"ketenkaart:{key}"),
        number=f"{NUMBER_PREFIX}{letter.id}-{commitment.id}",
        text=commitment.summary.nl,
        status=STATUS.get(state),
        created=_midnight(letter.date),
        due=_midnight(commitment.deadline.due),
        fulfilled_in=_paper(verdict),
        ministry=commitment.responsible.nl,
        name=name,
        office=office or None,
        removed=False,
    )


def _midnight(on: date) -> datetime:
    """Return the first moment of a day in Amsterdam, as the publisher writes its days."""
    return datetime.combine(on, time(), tzinfo=AMSTERDAM)


def _paper(verdict: Verdict | None) -> str | None:
    """Return the numbered paper that a favourable verdict rests on, if it is one."""
    if verdict is None or verdict.value.value not in {"kept", "kept_late", "partly_kept"}:
        return None
    found = papers_in(verdict.citation.locator or "")
    return found[0].paper if found else None
