"""Commitments that parliament keeps, as items that can be followed beside those of letters."""

from __future__ import annotations

from ketenkaart.core.ledger.followup.types import (
    Claim,
    ClaimValue,
    DeadlineChange,
    History,
    Item,
    ItemKind,
)
from ketenkaart.core.ledger.papers import PARLIAMENT_LEDGER, ParliamentCommitment
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.services.parliament.commitments import find_commitment

SOURCE = "tk_open_data"
_DONE = ("voldaan", "afgedaan", "nagekomen")
_PUBLISHER = Text(nl="register van de Tweede Kamer", en="register of the House of Representatives")
_NO_STATUS = Text(nl="Het register noemt geen status.", en="The register gives no status.")
_READ = Text(
    nl="De datum van nakoming in het register van de Kamer.",
    en="The day of fulfilment in parliament's register.",
)


def commitment_item(commitment: ParliamentCommitment) -> Item | None:
    """Return a commitment as an item; `None` where the register gives no day that it was made.

    What the register says of its status is a claim, never a verdict: the ministry reports it.
    """
    made = commitment.made_on
    if made is None:
        return None
    status = (commitment.status_words or "").casefold()
    is_done = status.startswith(_DONE)
    words = commitment.text or commitment.number
    who = commitment.ministry or commitment.office or commitment.minister
    deadlines: tuple[DeadlineChange, ...] = ()
    if commitment.due is not None:
        deadlines = (
            DeadlineChange(
                due=commitment.due, day=made, by=_PUBLISHER, reason=_READ, is_from_letter=True
            ),
        )
    claim = Claim(
        day=made,
        value=ClaimValue.DONE if is_done else None,
        text=commitment.status_words or _NO_STATUS,
        by=_PUBLISHER,
    )
    return Item(
        key=commitment.item,
        letter=PARLIAMENT_LEDGER,
        code=commitment.number,
        kind=ItemKind.COMMITMENT,
        summary=Text(nl=words, en=words),
        themes=(),
        responsible=Text(nl=who, en=who) if who else None,
        letter_day=made,
        citation=Citation(
            source=SOURCE, locator=f"Toezegging {commitment.number}", grade=Grade.SURE
        ),
        said=History(claims=(claim,), deadlines=deadlines),
    )


def find_commitment_item(code: str) -> Item | None:
    """Return the item of a commitment by parliament's number for it, or `None`."""
    found = find_commitment(code)
    return commitment_item(found) if found and not found.is_removed else None
