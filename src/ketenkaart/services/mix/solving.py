"""Answer a question about the mix: the best choice, its proof, and why not the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.mix.answers import MixQuery
from ketenkaart.core.governance.mix.conflict import conflict
from ketenkaart.core.governance.mix.exact import solve
from ketenkaart.core.governance.mix.greedy import Choice, greedy, improve, online_bound
from ketenkaart.core.governance.mix.problem import Condition, Problem, merge
from ketenkaart.core.governance.mix.programme import Effort
from ketenkaart.core.governance.mix.situation import (
    World,
    central_world,
    problem_in,
)
from ketenkaart.services.governance.inputs import load_inputs
from ketenkaart.services.governance.query import check_day
from ketenkaart.services.instruments.in_use import kept_while_facts_stand
from ketenkaart.services.mix.options import Options, conditions_for, lay_options
from ketenkaart.sources.reference.mix import CandidateFile, load_candidates

Progress = Callable[[str, float], None]

EXACT_OPTIONS = 60
"""Up to this many options (levels of candidates) the best mix is proven; above it, bounded."""

PROOF = Effort(gap=1e-6, seconds=20.0)
BOUND = Effort(gap=0.01, seconds=25.0, dropped=0.002)


@dataclass(frozen=True, slots=True)
class Solved:
    """A problem with its best choice; `proven` says that nothing allowed is better."""

    problem: Problem
    choice: Choice

    @property
    def proven(self) -> bool:
        """Return whether the choice is proven to be the best."""
        return self.choice.gap <= 2 * PROOF.gap


class Mixer:
    """The options of one question, and the best choice among them for any budget and world."""

    def __init__(self, query: MixQuery, options: Options) -> None:
        self.query = query
        self.options = options
        self.centre = central_world(options.situation, options.costs(1))

    def conditions(self, budget: float, world: World) -> tuple[Condition, ...]:
        """Return the conditions of the question for a budget in a world."""
        return conditions_for(
            self.options, budget, world.cost, self.query.chosen, self.query.left_out
        )

    def problem(self, budget: float, world: World, also: Sequence[Condition] = ()) -> Problem:
        """Return the problem for a budget in a world, `also` with further conditions."""
        chosen = [self.options.levels_of(name)[0] for name in self.query.chosen]
        return problem_in(
            self.options.situation,
            world,
            (*self.conditions(budget, world), *also),
            needs=self.options.needs(),
            forced=(*self.options.forced, *chosen),
            rule=self.query.rule,
            worst_sector=self.query.objective == "worst-sector",
        )

    def best(self, budget: float, world: World, also: Sequence[Condition] = ()) -> Solved:
        """Return the best choice for a budget in a world.

        Raises `InputError` with the smallest set of conditions that clash where none is allowed.
        """
        problem = self.problem(budget, world, also)
        return Solved(problem, best_choice(problem, budget))


def best_choice(problem: Problem, budget: float) -> Choice:
    """Return the best choice: greedy and swaps to start from, then proven or bounded.

    Raises `InputError` where conditions clash, with the smallest set that does.
    """
    problem = merge(problem)
    start = greedy(problem)
    if start is None:
        refuse_clash(problem.conditions)
        start = _any_allowed(problem)
    is_small = problem.options <= EXACT_OPTIONS
    if not is_small:
        start = improve(problem, start, rounds=5)
    if problem.floors is None:
        start = replace(start, bound=online_bound(problem, budget, start.order))
    return solve(problem, start, PROOF if is_small else BOUND, time.monotonic)


def _any_allowed(problem: Problem) -> Choice:
    """Return some allowed choice where greedy found none: conditions that pull in turn."""
    from ketenkaart.core.governance.mix.programme import minimise  # noqa: PLC0415 - seldom needed
    from ketenkaart.core.governance.mix.value import covered_by  # noqa: PLC0415 - as above

    K = problem.options
    found = minimise(
        problem.cost, [], problem.conditions, np.ones(K), options=K, gap=0.0, seconds=20.0
    )
    chosen = np.asarray(found.x[:K] > 0.5)
    return Choice(
        chosen,
        covered_by(problem, chosen).worth(),
        tuple(int(k) for k in np.flatnonzero(chosen)),
    )


def refuse_clash(conditions: Sequence[Condition]) -> None:
    """Raise `InputError` with the smallest set of conditions that clash; pass where none does."""
    found = conflict(conditions)
    if not found:
        return
    listed = "; ".join(f"{item.name}{f' [{item.where}]' if item.where else ''}" for item in found)
    raise InputError(
        f"No mix can meet these conditions together: {listed}",
        where=next((item.where for item in found if item.where), None),
        fix="Give up or loosen any one of them; the others then leave room.",
    )


def mixer_for(query: MixQuery, path: Path | None, edition: Path) -> Mixer:
    """Return what answers a question; raises `InputError` for one that cannot be asked."""
    file = load_candidates(path)
    known = [item.id for item in file.content.candidates]
    for name, asked in (("--with", query.chosen), ("--without", query.left_out)):
        for item in asked:
            if item not in known:
                close = get_close_matches(item, known) or known
                raise NotFoundError(
                    f"Unknown candidate {item[:60]!r}",
                    where=name,
                    fix=f"Known: {', '.join(close)}.",
                )
    inputs = load_inputs(edition)
    day = check_day(query.as_of or inputs.manifest.edition_date)
    options = _options(edition, _Held(file), query.kind, query.measure, day)
    return Mixer(query, options)


class _Held:
    """A file of candidates as a key: the same while the file read is the same."""

    def __init__(self, file: CandidateFile) -> None:
        self.file = file

    def __hash__(self) -> int:
        return hash(self.file.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.file.content == self.file.content


@kept_while_facts_stand(6)
def _options(edition: Path, held: _Held, kind: object, measure: object, day: object) -> Options:
    return lay_options(edition, held.file, kind, measure, day)  # type: ignore[arg-type]


def spent(costs: Floats, chosen: Booleans) -> float:
    """Return what a choice costs."""
    return float(costs[chosen].sum())
