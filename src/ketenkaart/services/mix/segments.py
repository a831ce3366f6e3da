"""The scorecard by segment, and the ledger of rewards and sanctions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from ketenkaart.core.governance.answers import Between
from ketenkaart.core.governance.dossier import Enforcement
from ketenkaart.core.governance.mix.segments import (
    SEGMENTS,
    Incentive,
    Segment,
    SegmentFacts,
    SegmentMeasure,
    SegmentScore,
    part_reached,
)
from ketenkaart.core.governance.mix.types import Lever
from ketenkaart.core.governance.types import Instrument
from ketenkaart.core.provenance import State, Text
from ketenkaart.services.mix.options import Option, Options
from ketenkaart.sources.reference.mix import load_measured_segments, load_segments


def scorecard(
    options: Options, chosen: Iterable[Option], measured: Path | None = None
) -> tuple[SegmentScore, ...]:
    """Return per segment the carrots and sticks that move it: what applies, and what is chosen.

    How large segments are comes from the file `measured`, or else is assumed.
    """
    facts = load_segments() if measured is None else load_measured_segments(measured)
    shares = facts.shares_of(None)
    chosen = tuple(chosen)
    found = []
    for segment in SEGMENTS:
        measures = [*_existing(options, facts, segment), *_new(facts, chosen, segment)]
        found.append(
            SegmentScore(
                segment=segment,
                share=getattr(shares, segment) if shares else None,
                share_citation=shares.citation if shares else None,
                carrots=tuple(item for item in measures if not item.lever.is_stick),
                sticks=tuple(item for item in measures if item.lever.is_stick),
            )
        )
    return tuple(found)


def _existing(options: Options, facts: SegmentFacts, segment: Segment) -> list[SegmentMeasure]:
    by_id = {item.id: item for item in options.ground.inputs.instruments}
    found = []
    for reach in options.base:
        instrument = by_id[reach.instrument]
        lever = facts.lever_of(instrument)
        if lever is None:
            continue
        uptake = instrument.uptake_on(options.as_of)
        known = uptake is not None and uptake.state is State.KNOWN
        ends = (
            Between(low=uptake.low, high=uptake.high)
            if known and uptake is not None
            else Between(low=None, high=None)
        )
        item = _measure(facts, segment, instrument.id, instrument.name, lever, ends, is_new=False)
        own = instrument.segments
        named = own is None or own.state is not State.KNOWN or segment in own.values
        if item is not None and named:
            found.append(item)
    return found


def _new(facts: SegmentFacts, chosen: Iterable[Option], segment: Segment) -> list[SegmentMeasure]:
    found = []
    for option in chosen:
        candidate = option.candidate
        if candidate is None:
            continue
        uptake = candidate.levels[option.level].uptake
        item = _measure(
            facts,
            segment,
            candidate.id,
            candidate.name,
            candidate.lever,
            Between(low=uptake.low, high=uptake.high),
            is_new=True,
        )
        if item is not None:
            found.append(item)
    return found


def _measure(
    facts: SegmentFacts,
    segment: Segment,
    name: str,
    label: Text,
    lever: Lever,
    uptake: Between,
    *,
    is_new: bool,
) -> SegmentMeasure | None:
    effect = facts.effect(lever, segment)
    if effect == "none":
        return None
    shares = facts.shares_of(None)
    reach = (
        part_reached(uptake, getattr(shares, segment))
        if shares is not None
        else Between(low=None, high=None)
    )
    return SegmentMeasure(
        id=name, label=label, lever=lever, effect=effect, is_new=is_new, reach=reach
    )


def ledger_of(options: Options) -> tuple[Incentive, ...]:
    """Return the rewards and sanctions of what applies on the day, each with its source."""
    facts = load_segments()
    there = {item.instrument for item in options.base}
    by_id = {item.id: item for item in options.ground.inputs.instruments}
    rewards = [
        Incentive(
            instrument=item.instrument,
            label=by_id[item.instrument].name,
            is_reward=True,
            what=item.what,
            segments=item.segments,
            citation=item.citation,
        )
        for item in facts.rewards
        if item.instrument in there
    ]
    return (*rewards, *_sanctions(by_id, there, options.as_of))


NO_SANCTION = frozenset({Enforcement.NONE, Enforcement.REPORTING_ONLY})
SANCTIONS: dict[Enforcement, Text] = {
    Enforcement.SUPERVISOR_WITH_SANCTIONS: Text(
        nl="toezicht met sancties", en="supervision with sanctions"
    ),
    Enforcement.COURTS: Text(nl="de rechter", en="the courts"),
    Enforcement.BINDING_DISPUTES_COMMITTEE: Text(
        nl="bindende uitspraak van een geschillencommissie",
        en="a binding ruling of a disputes committee",
    ),
    Enforcement.YEARLY_REVIEW: Text(nl="jaarlijkse beoordeling", en="a yearly review"),
    Enforcement.WITHDRAWAL_OF_SUPPORT: Text(nl="steun vervalt", en="support is withdrawn"),
    Enforcement.CONTRACT_MANAGEMENT: Text(
        nl="contractbeheer volgt de naleving", en="contract management follows compliance"
    ),
}


def _sanctions(by_id: Mapping[str, Instrument], there: Iterable[str], day: date) -> list[Incentive]:
    found = []
    for name in sorted(there):
        instrument = by_id[name]
        for trait in instrument.enforcement:
            if trait.start > day or trait.value is None or trait.value in NO_SANCTION:
                continue
            own = instrument.segments
            found.append(
                Incentive(
                    instrument=name,
                    label=instrument.name,
                    is_reward=False,
                    what=trait.note or SANCTIONS[trait.value],
                    segments=own.values if own is not None else (),
                    citation=trait.citation,
                )
            )
    return found
