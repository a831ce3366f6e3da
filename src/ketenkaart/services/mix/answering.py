"""Put the answer about the mix together: what is chosen, in which order, why not the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.types import Booleans
from ketenkaart.core.governance.answers import Interval
from ketenkaart.core.governance.mix.answers import (
    Amount,
    ChosenLevel,
    FrontierPoint,
    MixAnswer,
    MixQuery,
    MixStep,
    NotChosen,
    Reason,
    SectorGap,
)
from ketenkaart.core.governance.mix.problem import Condition
from ketenkaart.core.governance.mix.programme import order_of
from ketenkaart.core.governance.mix.situation import total_weight, weight_by_sector
from ketenkaart.core.governance.mix.types import Candidate
from ketenkaart.core.governance.mix.value import Covered, covered_by
from ketenkaart.core.governance.reach import Reach
from ketenkaart.core.provenance import Text
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.instruments.in_use import kept_while_facts_stand
from ketenkaart.services.mix.figures import figures_with
from ketenkaart.services.mix.notes import notes_for
from ketenkaart.services.mix.segments import ledger_of, scorecard
from ketenkaart.services.mix.solving import Mixer, Progress, Solved, mixer_for, spent
from ketenkaart.services.mix.worlds import chosen_in_draws, regrets_of

FRONTIER = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
"""The budgets of a frontier, as parts of the budget asked for."""


def compute_mix(
    query: MixQuery,
    *,
    candidates: Path | None = None,
    frontier: bool = False,
    regrets: bool = True,
    segments: bool = False,
    shares: Path | None = None,
    draws: int = 0,
    seed: int = 1,
    edition: Path | None = None,
    progress: Progress | None = None,
) -> MixAnswer:
    """Return the mix of candidates that closes most of the gap within a budget.

    Costs are euro a year, shares in [0, 1]. With `draws` the choice is made again in that many
    worlds drawn with `seed`; with `regrets` in six worlds at the ends; with `frontier` for eight
    budgets; `segments` adds the carrots and sticks for leaders, pack and laggards, whose
    `shares` may come from a file. Raises
    `InputError` for a question or file that is wrong, and for conditions that clash, with the
    smallest set that does. Method: docs/methods/mix.md.
    """
    tell = progress or (lambda _name, _done: None)
    tell("Laying candidates over the chain", 0.0)
    mixer = mixer_for(query, candidates, edition or edition_folder())
    tell("Choosing", 0.1)
    solved = mixer.best(query.budget, mixer.centre)
    answer = _Answer(mixer, solved)
    often = chosen_in_draws(mixer, draws, seed, tell) if draws else {}
    found = answer.whole(often, draws)
    more: dict[str, object] = {}
    if regrets:
        more["regrets"] = regrets_of(mixer, solved.choice.chosen, tell)
    if segments:
        tops = [mixer.options.options[k] for k in answer.tops.values()]
        more["segments"] = scorecard(mixer.options, tops, shares)
        more["incentives"] = ledger_of(mixer.options)
    if frontier:
        more["frontier"] = frontier_of(mixer, tell)
    return found.model_copy(update=more)


@kept_while_facts_stand(32)
def shipped_mix(query: MixQuery, *, more: str) -> MixAnswer:
    """Return the mix of the package's own candidates; the same question is answered once.

    `more` is what is asked beside it: `frontier`, `stability` or `segments`.
    """
    return compute_mix(
        query,
        frontier=more == "frontier",
        regrets=more == "stability",
        segments=more == "segments",
    )


def frontier_of(mixer: Mixer, tell: Progress) -> tuple[FrontierPoint, ...]:
    """Return the best mix for eight budgets around the one asked for."""
    points: list[FrontierPoint] = []
    total = total_weight(mixer.options.situation, mixer.centre)
    base = _covered_before(mixer)
    before = (0.0, 1.0 - base / total if total else 1.0)
    for number, part in enumerate(FRONTIER):
        budget = part * mixer.query.budget
        tell(f"Budget {budget:,.0f}", 0.6 + 0.4 * number / len(FRONTIER))
        solved = mixer.best(budget, mixer.centre)
        covered = covered_by(solved.problem, solved.choice.chosen).total()
        gap = 1.0 - covered / total if total else 1.0
        more = budget - before[0]
        points.append(
            FrontierPoint(
                budget=budget,
                spent=spent(mixer.centre.cost, solved.choice.chosen),
                gap=gap,
                per_million=(before[1] - gap) / more * 1e6 if more > 0 else None,
                optimality_gap=solved.choice.gap,
                levels=_names(mixer, solved.choice.chosen),
            )
        )
        before = (budget, gap)
    return tuple(points)


def _covered_before(mixer: Mixer) -> float:
    problem = mixer.problem(0.0, mixer.centre)
    return covered_by(problem, list(mixer.options.forced)).total()


def _names(mixer: Mixer, chosen: Booleans) -> tuple[str, ...]:
    """Return the highest level chosen of every candidate, as `candidate.level`."""
    return tuple(mixer.options.options[k].reach.instrument for k in _tops(mixer, chosen).values())


def _tops(mixer: Mixer, chosen: Booleans) -> dict[str, int]:
    """Return the number of the highest level chosen per candidate."""
    found: dict[str, int] = {}
    for k in np.flatnonzero(chosen):
        candidate = mixer.options.options[k].candidate
        if candidate is not None:
            found[candidate.id] = int(k)
    return found


class _Answer:
    """Makes the answer of one choice."""

    def __init__(self, mixer: Mixer, solved: Solved) -> None:
        self.mixer = mixer
        self.solved = solved
        self.options = mixer.options
        self.chosen = solved.choice.chosen
        self.tops = _tops(mixer, self.chosen)
        self.total = total_weight(self.options.situation, mixer.centre)
        self.covered = covered_by(solved.problem, self.chosen)

    def whole(self, often: dict[str, float], draws: int) -> MixAnswer:
        """Return the answer without regrets and frontier."""
        query, options = self.mixer.query, self.options
        inputs = options.ground.inputs
        sectors = self._sectors()
        worst = self._worst(sectors)
        return MixAnswer(
            edition=inputs.manifest.id,
            as_of=options.as_of,
            kind=query.kind,
            measure=query.measure,
            objective=query.objective,
            rule=query.rule,
            budget=query.budget,
            spent=self._spent(),
            before=self._interval(options.base),
            after=self._interval(self._after()),
            known_before=self._share(_covered_before(self.mixer)),
            known_after=self._share(self.covered.total()),
            worst_before=worst[0],
            worst_after=worst[1],
            optimality_gap=self.solved.choice.gap,
            method="proven_best" if self.solved.proven else "bounded",
            chosen=tuple(self._level(k, often) for k in self.tops.values()),
            steps=self._steps(),
            not_chosen=self._others(often),
            sectors=sectors,
            regrets=(),
            draws=draws,
            frontier=(),
            notes=notes_for(options, query),
        )

    def _share(self, covered: float) -> float:
        return 1.0 - covered / self.total if self.total > 0 else 1.0

    def _spent(self) -> Amount:
        ends = [spent(self.options.costs(end), self.chosen) for end in range(3)]
        return Amount(low=ends[0], counted=ends[1], high=ends[2])

    def _after(self) -> tuple[Reach, ...]:
        """Return what reaches somebody with the mix: an extension takes its instrument's place."""
        replaced = {
            self.options.options[k].candidate.extends  # type: ignore[union-attr]
            for k in self.tops.values()
        }
        kept = [
            item
            for item in self.options.base
            if not (item.is_known and item.instrument in replaced)
        ]
        return (*kept, *(self.options.options[k].reach for k in self.tops.values()))

    def _interval(self, reaches: Sequence[Reach]) -> Interval:
        query = self.mixer.query
        return figures_with(
            self.options.ground,
            reaches,
            kind=query.kind,
            measure=query.measure,
            as_of=self.options.as_of,
        ).whole()

    def _level(self, k: int, often: dict[str, float]) -> ChosenLevel:
        option = self.options.options[k]
        candidate = option.candidate
        assert candidate is not None  # noqa: S101 - tops holds candidates only
        level = candidate.levels[option.level]
        low, counted, high = level.cost.ends()
        without = self.chosen.copy()
        own = set(self.options.levels_of(candidate.id))
        for other in np.flatnonzero(self.chosen):
            if own & set(self.solved.problem.with_needed(int(other))):
                without[other] = False
        lost = self.covered.total() - covered_by(self.solved.problem, without).total()
        return ChosenLevel(
            candidate=candidate.id,
            level=level.id,
            label=candidate.name,
            level_label=level.name,
            lever=candidate.lever,
            extends=candidate.extends,
            cost=Amount(low=low, counted=counted, high=high),
            cost_is_range=level.cost.value is None,
            cost_citation=level.cost.citation,
            alone_less=max(0.0, lost / self.total) if self.total > 0 else 0.0,
            share_of_draws=often.get(candidate.id, 0.0) if often else None,
        )

    def _steps(self) -> tuple[MixStep, ...]:
        covered = Covered(self.solved.problem)
        found = []
        for k in order_of(self.solved.problem, self.chosen):
            gain = covered.gain(k)
            covered.add(k)
            candidate = self.options.options[k].candidate
            if candidate is None:
                continue
            level = candidate.levels[self.options.options[k].level]
            found.append(
                MixStep(
                    candidate=candidate.id,
                    level=level.id,
                    label=_both(candidate.name, level.name),
                    cost=float(self.mixer.centre.cost[k]),
                    closes=gain / self.total if self.total > 0 else 0.0,
                    gap=self._share(covered.total()),
                )
            )
        return tuple(found)

    def _others(self, often: dict[str, float]) -> tuple[NotChosen, ...]:
        found = []
        for candidate in self.options.file.content.candidates:
            if candidate.id in self.tops:
                continue
            first = self.options.levels_of(candidate.id)[0]
            added = [k for k in self.solved.problem.with_needed(first) if not self.chosen[k]]
            trial = self.chosen.copy()
            trial[added] = True
            more = covered_by(self.solved.problem, trial).total() - self.covered.total()
            reason, of = self._reason(candidate, trial, more)
            low, counted, high = candidate.levels[0].cost.ends()
            found.append(
                NotChosen(
                    candidate=candidate.id,
                    label=candidate.name,
                    lever=candidate.lever,
                    reason=reason,
                    of=of,
                    cost=Amount(low=low, counted=counted, high=high),
                    closes=max(0.0, more / self.total) if self.total > 0 else 0.0,
                    share_of_draws=often.get(candidate.id, 0.0) if often else None,
                )
            )
        return tuple(sorted(found, key=lambda item: -item.closes))

    def _reason(
        self, candidate: Candidate, trial: Booleans, more: float
    ) -> tuple[Reason, tuple[Text, ...]]:
        """Return why a candidate is not in the mix, and which others stand in its way."""
        if candidate.id in self.mixer.query.left_out:
            return "left_out", ()
        if more <= 1e-12 * max(self.total, 1.0):
            return "adds_nothing", ()
        broken = [item for item in self.solved.problem.conditions if not item.holds(trial)]
        names = {item.id: item.name for item in self.options.file.content.candidates}
        for group in self.options.file.content.at_most_one:
            rivals = [name for name in group.of if name in self.tops]
            if candidate.id in group.of and rivals:
                return "at_most_one", tuple(names[name] for name in rivals)
        if any(_is_budget(item) for item in broken):
            return "budget", ()
        return ("cap", ()) if broken else ("less", ())

    def _sectors(self) -> tuple[SectorGap, ...]:
        """Return every sector with weight, its gap before and after, the largest weight first."""
        situation, problem = self.options.situation, self.solved.problem
        weights = weight_by_sector(situation, self.mixer.centre)
        before = covered_by(problem, list(self.options.forced)).by_block(len(weights))
        after = self.covered.by_block(len(weights))
        inputs = self.options.ground.inputs
        found = [
            SectorGap(
                sector=sector,
                label=inputs.labels["sector"][sector],
                before=float(1.0 - before[s] / weights[s]),
                after=float(1.0 - after[s] / weights[s]),
                weight=float(weights[s] / self.total),
            )
            for s, sector in enumerate(inputs.table.sectors)
            if weights[s] > 0
        ]
        return tuple(sorted(found, key=lambda item: -item.weight))

    def _worst(self, sectors: tuple[SectorGap, ...]) -> tuple[SectorGap | None, SectorGap | None]:
        if self.mixer.query.objective != "worst-sector" or not sectors:
            return None, None
        floors = self.solved.problem.floors
        names = self.options.ground.inputs.table.sectors
        counting = {names[s] for s in np.flatnonzero(floors if floors is not None else np.zeros(0))}
        counted = [item for item in sectors if item.sector in counting] or list(sectors)
        return (
            max(counted, key=lambda item: item.before),
            max(counted, key=lambda item: item.after),
        )


def _is_budget(condition: Condition) -> bool:
    return condition.where == "--budget"


def _both(name: Text, level: Text) -> Text:
    return Text(nl=f"{name.nl}: {level.nl}", en=f"{name.en}: {level.en}")
