"""Candidates as options: one per level, beside the instruments of known reach that apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import Kind, Measure
from ketenkaart.core.governance.mix.patterns import patterns_of
from ketenkaart.core.governance.mix.problem import Condition
from ketenkaart.core.governance.mix.situation import Situation, situation_of
from ketenkaart.core.governance.mix.types import Candidate, Level
from ketenkaart.core.governance.reach import Absent, Reach
from ketenkaart.core.governance.types import DatedStatus, Instrument, Status, Uptake
from ketenkaart.services.governance.inputs import Inputs
from ketenkaart.services.mix.ground import Ground, ground_for
from ketenkaart.sources.reference.mix import CandidateFile


@dataclass(frozen=True, slots=True)
class Option:
    """One level of a candidate, or (`candidate` is None) an instrument that applies already."""

    reach: Reach
    candidate: Candidate | None
    index: int
    level: int

    @property
    def cost(self) -> tuple[float, float, float]:
        """Euro a year beyond the level before it: low, counted, high."""
        if self.candidate is None:
            return (0.0, 0.0, 0.0)
        own = self.candidate.levels[self.level].cost.ends()
        if self.level == 0:
            return own
        before = self.candidate.levels[self.level - 1].cost.ends()
        return (own[0] - before[0], own[1] - before[1], own[2] - before[2])


@dataclass(frozen=True, slots=True)
class Options:
    """All options laid over the chain of one day, and what applies there already."""

    ground: Ground
    kind: Kind
    as_of: date
    options: tuple[Option, ...]
    base: tuple[Reach, ...]
    situation: Situation
    file: CandidateFile

    @property
    def forced(self) -> tuple[int, ...]:
        """Numbers of what applies already."""
        return tuple(k for k, item in enumerate(self.options) if item.candidate is None)

    def costs(self, end: int) -> Floats:
        """Return the cost of every option at one end: 0 low, 1 counted, 2 high."""
        return np.array([item.cost[end] for item in self.options])

    def levels_of(self, candidate: str) -> tuple[int, ...]:
        """Return the numbers of the options of a candidate, the first level first."""
        return tuple(
            k
            for k, item in enumerate(self.options)
            if item.candidate is not None and item.candidate.id == candidate
        )

    def needs(self) -> tuple[tuple[int, int], ...]:
        """Return pairs of an option and the option that it requires."""
        found = [
            (k, k - 1) for k, item in enumerate(self.options) if item.candidate and item.level > 0
        ]
        wanted = self.file.content.requires
        return (
            *found,
            *(
                (self.levels_of(item.candidate)[0], self.levels_of(item.needs)[0])
                for item in wanted
            ),
        )


def as_instrument(
    candidate: Candidate, level: Level, instruments: Mapping[str, Instrument], as_of: date
) -> Instrument:
    """Return a level of a candidate as an instrument in force on `as_of`.

    An extension takes from the instrument that it extends what it leaves out.
    """
    parent = instruments.get(candidate.extends or "")
    uptake = Uptake(
        start=as_of,
        low=level.uptake.low,
        value=level.uptake.value,
        high=level.uptake.high,
        measure=level.uptake.measure,
        citation=level.uptake.citation,
    )
    steps = candidate.steps.as_steps(uptake) if candidate.steps else None
    if steps is None and parent is not None:
        steps = parent.steps_on(as_of) or next(iter(parent.steps), None)
    return Instrument(
        id=f"{candidate.id}.{level.id}",
        name=candidate.name,
        kind=candidate.kind,
        theme=parent.theme if parent else 1,
        worked_out=True,
        status=(DatedStatus(start=as_of, value=Status.IN_FORCE, citation=candidate.citation),),
        scope=candidate.scope or (parent.scope if parent else None),
        uptake=(uptake,),
        force=candidate.force or (parent.force if parent else None),
        steps=(steps.model_copy(update={"start": as_of}),) if steps else (),
        citation=candidate.citation,
    )


def lay_options(
    edition: Path, file: CandidateFile, kind: Kind, measure: Measure, as_of: date
) -> Options:
    """Return the candidates of a file as options on a day.

    Raises `InputError` for an extension that reaches less than what exists already.
    """
    candidates = file.content.candidates
    ground = ground_for(edition, as_of, [item.scope for item in candidates])
    inputs = ground.inputs
    by_id = {item.id: item for item in inputs.instruments}
    base = tuple(
        item for item in ground.reaches(inputs.instruments, kind, as_of) if isinstance(item, Reach)
    )
    found = [Option(item, None, -1, -1) for item in base if item.is_known]
    known = {item.reach.instrument: k for k, item in enumerate(found)}
    after = [-1] * len(found)
    groups = list(range(len(found)))
    for index, candidate in enumerate(candidates):
        levels = [as_instrument(candidate, level, by_id, as_of) for level in candidate.levels]
        laid = ground.reaches(levels, kind, as_of)
        group = len(set(groups))
        for number, item in enumerate(laid):
            if isinstance(item, Absent):
                raise InputError(
                    f"{candidate.name.en} cannot be laid over the chain: {item.reason}",
                    where=file.where("candidates", index, "id"),
                    fix="Give it a scope, force and steps.",
                )
            after.append(len(found) - 1 if number else known.get(candidate.extends or "", -1))
            found.append(Option(item, candidate, index, number))
            groups.append(group)
    exposure = ground.exposure(measure)
    situation = situation_of(
        exposure,
        patterns_of(exposure, [item.reach for item in found], ground.products),
        inputs.nodes,
        inputs.severity,
        inputs.table.sector_index(),
        abroad(inputs),
        np.array(after, dtype=np.int64),
        np.array(groups, dtype=np.int64),
    )
    options = Options(ground, kind, as_of, tuple(found), base, situation, file)
    _check_extensions(options)
    return options


def abroad(inputs: Inputs) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which nodes (n,) lie outside the home country."""
    regions = np.array(inputs.table.regions)[inputs.table.region_index()]
    return np.asarray(regions != inputs.table.home)


def _check_extensions(options: Options) -> None:
    situation = options.situation
    patterns = situation.patterns
    used = np.unique(situation.pattern)
    for k, before in enumerate(situation.after):
        candidate = options.options[k].candidate
        if before < 0 or candidate is None or options.options[k].level > 0:
            continue
        own = patterns.structure[k, 1, used] * patterns.scale[k, 1]
        there = patterns.structure[before, 1, used] * patterns.scale[before, 1]
        fewer = patterns.issues[k, 1] < patterns.issues[before, 1]
        if (own < there - 1e-9).any() or fewer.any():
            raise InputError(
                f"{candidate.name.en} reaches less than {candidate.extends} does already on "
                f"{options.as_of}",
                where=options.file.where("candidates", options.options[k].index, "levels"),
                fix="Let its first level reach at least as much, or make it a new instrument.",
            )


def conditions_for(
    options: Options,
    budget: float,
    costs: Floats,
    chosen: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> tuple[Condition, ...]:
    """Return every condition on the options, each with where it was asked."""
    names = {item.id: item.name.en for item in options.file.content.candidates}
    found = [
        Condition(f"the budget of {budget:,.0f} euro a year", costs, budget, "--budget"),
        Condition(
            "what applies already",
            row(options, *((k, -1.0) for k in options.forced)),
            -float(len(options.forced)),
        ),
    ]
    return (
        *found,
        *_of_levels(options),
        *_of_file(options, costs),
        *(
            Condition(f"{names[name]} is chosen", row(options, (name, -1.0)), -1.0, "--with")
            for name in chosen
        ),
        *(
            Condition(f"{names[name]} is left out", row(options, (name, 1.0)), 0.0, "--without")
            for name in left_out
        ),
    )


def row(options: Options, *pairs: tuple[str | int, float]) -> Floats:
    """Return factors per option: of an option by number, or of the first level of a candidate."""
    found = np.zeros(len(options.options))
    for which, factor in pairs:
        found[which if isinstance(which, int) else options.levels_of(which)[0]] += factor
    return found


def _of_levels(options: Options) -> list[Condition]:
    found = []
    for k, item in enumerate(options.options):
        if item.candidate is None or item.level == 0:
            continue
        level = item.candidate.levels[item.level]
        found.append(
            Condition(
                f"{level.name.en} of {item.candidate.name.en} stands on the level before it",
                row(options, (k, 1.0), (k - 1, -1.0)),
                0.0,
                options.file.where("candidates", item.index, "levels", item.level, "id"),
            )
        )
    return found


def _of_file(options: Options, costs: Floats) -> list[Condition]:
    file = options.file
    content = file.content
    names = {item.id: item.name.en for item in content.candidates}
    found = [
        Condition(
            f"at most one of {', '.join(names[name] for name in group.of)}",
            row(options, *((name, 1.0) for name in group.of)),
            1.0,
            file.where("at_most_one", index, "of"),
        )
        for index, group in enumerate(content.at_most_one)
    ]
    found += [
        Condition(
            f"{names[item.candidate]} needs {names[item.needs]}",
            row(options, (item.candidate, 1.0), (item.needs, -1.0)),
            0.0,
            file.where("requires", index, "needs"),
        )
        for index, item in enumerate(content.requires)
    ]
    for index, cap in enumerate(content.caps):
        named = set(cap.sectors)
        inside = [
            (k, float(costs[k]))
            for k, option in enumerate(options.options)
            if option.candidate is not None and named & set(_sectors(options, option.candidate))
        ]
        found.append(
            Condition(
                f"at most {cap.at_most:,.0f} euro a year in {', '.join(cap.sectors)}",
                row(options, *inside),
                cap.at_most,
                file.where("caps", index, "at_most"),
            )
        )
    return found


def _sectors(options: Options, candidate: Candidate) -> tuple[str, ...]:
    """Return the sectors that the scope of a candidate names; nothing for all of them."""
    scope = candidate.scope
    if scope is None:
        by_id = {item.id: item for item in options.ground.inputs.instruments}
        scope = by_id[candidate.extends].scope if candidate.extends else None
    return () if scope is None else scope.sectors or ()
