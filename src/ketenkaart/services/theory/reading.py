"""Theories as they stand now: each arrow assessed, each way from input to impact found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError
from ketenkaart.core.governance.theory.assess import Assessment, assess_all
from ketenkaart.core.governance.theory.routes import Chain, chains, loose_ends
from ketenkaart.core.governance.theory.types import (
    AssumptionStatus,
    GoalConflict,
    SdgTarget,
    StatusRule,
    Theory,
    TheoryArrow,
    TheoryNode,
)
from ketenkaart.core.provenance import Text
from ketenkaart.core.risk.types import Issue
from ketenkaart.services.instruments.in_use import kept_while_facts_stand
from ketenkaart.services.register import find_instrument, list_instruments
from ketenkaart.sources.reference import load_issues
from ketenkaart.sources.reference.followup import load_followup
from ketenkaart.sources.reference.theory import (
    load_sdg_targets,
    load_status_rule,
    load_theories,
    read_theory,
)


@dataclass(frozen=True, slots=True)
class SeenTheory:
    """A theory with what was found about it.

    `found` holds the assessment of each arrow by id, in the order of the theory; `chains` the best
    supported way from each input to each impact; `loose_inputs` lead to no impact, and to
    `loose_impacts` no input leads.
    """

    theory: Theory
    found: dict[str, Assessment]
    chains: tuple[Chain, ...]
    loose_inputs: tuple[str, ...]
    loose_impacts: tuple[str, ...]

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        """Return the assessments in the order of the arrows."""
        return tuple(self.found.values())

    def with_status(self, status: AssumptionStatus) -> tuple[Assessment, ...]:
        """Return the arrows of one status."""
        return tuple(item for item in self.found.values() if item.status is status)

    def count(self, status: AssumptionStatus) -> int:
        """Return the number of arrows of one status."""
        return len(self.with_status(status))

    def number(self, arrow_id: str) -> int:
        """Return the number that an arrow has in the picture and the table, from 1."""
        return list(self.found).index(arrow_id) + 1

    @property
    def weakest(self) -> tuple[Chain, ...]:
        """Return the ways whose weakest link is weakest of all."""
        lowest = min((chain.rank for chain in self.chains), default=0)
        return tuple(chain for chain in self.chains if chain.rank == lowest)

    @property
    def conflicts(self) -> tuple[tuple[TheoryArrow, GoalConflict], ...]:
        """Return every conflict with another goal, with its arrow."""
        return tuple((arrow, item) for arrow in self.theory.arrows for item in arrow.conflicts)

    @property
    def instruments(self) -> tuple[str, ...]:
        """Return the instruments of the register for which it holds, named or by their kind."""
        return tuple(
            item.id
            for item in list_instruments()
            if item.id in self.theory.instruments or item.kind in self.theory.kinds
        )


@dataclass(frozen=True, slots=True)
class TradeOff:
    """An entry of the register of trade-offs, and the arrows that work against that goal."""

    id: str
    title: Text
    description: Text
    arrows: tuple[tuple[SeenTheory, TheoryArrow, GoalConflict], ...]


@dataclass(frozen=True, slots=True)
class SdgLink:
    """A target with the issues, outcomes and impacts that bear on it."""

    target: SdgTarget
    issues: tuple[Issue, ...]
    nodes: tuple[tuple[Theory, TheoryNode], ...]


def status_rule() -> StatusRule:
    """Return the rule by which evidence becomes a status."""
    return load_status_rule()


@kept_while_facts_stand(1)
def list_theories() -> tuple[SeenTheory, ...]:
    """Return every theory of the package, assessed; the overall one first."""
    return tuple(_seen(theory) for theory in load_theories())


def find_theory(theory_id: str) -> SeenTheory:
    """Return one theory; raises `NotFoundError` for an unknown id."""
    for seen in list_theories():
        if seen.theory.id == theory_id.lower():
            return seen
    names = ", ".join(seen.theory.id for seen in list_theories())
    raise NotFoundError(f"No theory {theory_id!r}", where="theory", fix=f"Use one of {names}.")


def theories_of(instrument_id: str) -> tuple[SeenTheory, ...]:
    """Return the theories that the claim of an instrument rests on; often one, sometimes none.

    Raises `NotFoundError` for an instrument that the register does not have.
    """
    instrument = find_instrument(instrument_id)
    named = [seen for seen in list_theories() if instrument.id in seen.theory.instruments]
    by_kind = [seen for seen in list_theories() if instrument.kind in seen.theory.kinds]
    return tuple(named or by_kind)


def read_own_theory(path: Path) -> SeenTheory:
    """Return somebody's own theory from a YAML file, checked and assessed.

    Raises `InputError` with file, line and key for the first thing that is wrong.
    """
    try:
        _, theory = read_theory(path)
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from None
    return _seen(theory)


def trade_offs(theories: tuple[SeenTheory, ...] | None = None) -> tuple[TradeOff, ...]:
    """Return the goals that pull apart, each with the arrows of the theories that it touches.

    Decisions about them are recorded in the follow-up registers.
    """
    chosen = list_theories() if theories is None else theories
    return tuple(
        TradeOff(
            entry.id,
            entry.title,
            entry.description,
            tuple(
                (seen, arrow, item)
                for seen in chosen
                for arrow, item in seen.conflicts
                if item.entry == entry.id
            ),
        )
        for entry in load_followup().entries
        if entry.kind.value == "trade_off"
    )


def scope_notes() -> tuple[tuple[str, Text, Text], ...]:
    """Return the objections that something falls outside a study: id, title, description."""
    return tuple(
        (entry.id, entry.title, entry.description)
        for entry in load_followup().entries
        if entry.kind.value == "scope"
    )


def sdg_links() -> tuple[SdgLink, ...]:
    """Return every SDG target with what bears on it, in the order of the targets."""
    issues = load_issues()
    return tuple(
        SdgLink(
            target,
            tuple(issue for issue in issues if target.id in issue.sdg_targets),
            tuple(
                (seen.theory, node)
                for seen in list_theories()
                for node in seen.theory.nodes
                if target.id in node.sdg_targets
            ),
        )
        for target in load_sdg_targets()
    )


def issues_without_target() -> tuple[Issue, ...]:
    """Return the issues that no SDG target is linked to."""
    return tuple(issue for issue in load_issues() if not issue.sdg_targets)


def _seen(theory: Theory) -> SeenTheory:
    found = assess_all(theory, load_status_rule())
    inputs, impacts = loose_ends(theory)
    return SeenTheory(theory, found, chains(theory, found), inputs, impacts)
