"""Decisions with their reasons, goals that pull apart, and objections about scope."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from ketenkaart.core.ledger.followup.items import item_key
from ketenkaart.core.ledger.followup.types import ItemKey, Name
from ketenkaart.core.ledger.types import Ledger, Position, ResponseClass
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text


class RegisterKind(StrEnum):
    """Which register an entry stands in."""

    TRADE_OFF = "trade_off"
    SCOPE = "scope"


class RegisterState(StrEnum):
    """Whether an entry still waits for a decision; closed says why in its note."""

    OPEN = "open"
    CLOSED = "closed"


class RegisterEntry(Frozen):
    """Two goals that pull apart, or a remark that something falls outside a study."""

    id: Identifier
    kind: RegisterKind
    title: Text
    description: Text
    items: tuple[ItemKey, ...] = ()
    state: RegisterState = RegisterState.OPEN
    note: str | None = None
    citation: Citation
    version: int = 1


class Decision(Frozen):
    """What was decided, by whom, why, and between which options; `None` means not recorded.

    `about` names what it decides: the key of an item, or the id of a plan, project or entry.
    """

    about: str = Field(min_length=1, max_length=200)
    title: Text | str
    decided_on: date | None
    decided_by: Text | str
    outcome: Text | str
    reason: Text | str | None
    options: str | None = None
    roles: str | None = None
    cost: str | None = None
    citation: Citation
    recorded_by: Name | None = None
    id: int | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What nobody recorded about it, which is not the same as nothing."""
        facts = {
            "reason": self.reason,
            "options": self.options,
            "roles": self.roles,
            "cost": self.cost,
        }
        return tuple(name for name, value in facts.items() if value is None)


class NewDecision(Frozen):
    """A decision as somebody writes it down; `source` says where it can be read.

    Empty options, roles and cost mean that these are not recorded.
    """

    about: str
    title: str
    outcome: str
    reason: str
    decided_by: str
    decided_on: date | None
    source: str
    options: str = ""
    roles: str = ""
    cost: str = ""


def refusals(ledger: Ledger) -> tuple[Decision, ...]:
    """Return the recommendations that the letter refuses, each as a decision with its reason.

    What options were weighed, which roles and what cost is not in the letter, so it is `None`.
    """
    return tuple(
        Decision(
            about=item_key(ledger.letter.id, item.id),
            title=item.summary,
            decided_on=ledger.letter.date,
            decided_by=ledger.letter.sender,
            outcome=_REFUSED,
            reason=item.reason_if_refused,
            citation=item.citation,
        )
        for item in ledger.recommendations
        if item.response_class is ResponseClass.NOT_ADOPTED or item.position is Position.NOT_ADOPTED
    )


_REFUSED = Text(nl="niet overgenomen", en="not adopted")
