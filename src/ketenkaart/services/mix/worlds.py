"""How stable a mix is: the same choice in other worlds, and other choices in drawn ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ketenkaart.core.chain.types import Booleans
from ketenkaart.core.governance.mix.answers import Regret
from ketenkaart.core.governance.mix.greedy import greedy
from ketenkaart.core.governance.mix.problem import merge
from ketenkaart.core.governance.mix.situation import World, between, total_weight
from ketenkaart.core.governance.mix.value import covered_by
from ketenkaart.services.mix.solving import Mixer, Progress, spent

ENDS: dict[str, tuple[float, float, int]] = {
    "reach_low": (0.0, 1.0, 1),
    "reach_high": (2.0, 1.0, 1),
    "risk_low": (1.0, 0.0, 1),
    "risk_high": (1.0, 2.0, 1),
    "cost_low": (1.0, 1.0, 0),
    "cost_high": (1.0, 1.0, 2),
}
"""Worlds at the ends: the place of every reach and intensity, and which cost."""


def world_at(mixer: Mixer, reach: float, risk: float, cost: int) -> World:
    """Return the world in which all reaches, intensities and costs stand at one end."""
    centre = mixer.centre
    return World(
        np.full_like(centre.reach, reach),
        np.full_like(centre.intensity, risk),
        mixer.options.costs(cost),
    )


def regrets_of(mixer: Mixer, chosen: Booleans, tell: Progress) -> tuple[Regret, ...]:
    """Return what the choice covers in six worlds at the ends, beside the best one there."""
    found = []
    for number, (name, (reach, risk, cost)) in enumerate(ENDS.items()):
        tell(f"World {name}", 0.3 + 0.3 * number / len(ENDS))
        world = world_at(mixer, reach, risk, cost)
        solved = mixer.best(mixer.query.budget, world)
        total = total_weight(mixer.options.situation, world)
        own = covered_by(solved.problem, chosen).total()
        best = covered_by(solved.problem, solved.choice.chosen).total()
        found.append(
            Regret(
                world=name,
                covered=own / total if total > 0 else 0.0,
                best_covered=best / total if total > 0 else 0.0,
                regret=(best - own) / total if total > 0 else 0.0,
                over=max(0.0, spent(world.cost, chosen) - mixer.query.budget),
                best=_candidates(mixer, solved.choice.chosen),
            )
        )
    return tuple(found)


def chosen_in_draws(mixer: Mixer, draws: int, seed: int, tell: Progress) -> dict[str, float]:
    """Return in which share of drawn worlds every candidate is chosen, at any level.

    Each candidate's reach and each cost and issue is drawn on its own: below the central value
    with chance one half, evenly there, and evenly above it otherwise. The levels of a candidate
    share their draw. Each world's mix is the greedy one.
    """
    random = np.random.default_rng(seed)
    names = [item.id for item in mixer.options.file.content.candidates]
    counts = dict.fromkeys(names, 0)
    centre = mixer.centre
    ends = np.stack([mixer.options.costs(end) for end in range(3)])
    owner = [item.candidate.id if item.candidate else "" for item in mixer.options.options]
    _, group = np.unique(owner, return_inverse=True)
    for number in range(draws):
        if number % 10 == 0:
            tell(f"Draw {number + 1} of {draws}", 0.2 + 0.1 * number / draws)
        place = random.uniform(0.0, 2.0, int(group.max()) + 1)[group.reshape(-1)]
        world = World(
            random.uniform(0.0, 2.0, len(centre.reach)),
            random.uniform(0.0, 2.0, len(centre.intensity)),
            np.maximum(between(ends, place), 0.0),
        )
        choice = greedy(merge(mixer.problem(mixer.query.budget, world)))
        if choice is not None:
            for name in _candidates(mixer, choice.chosen):
                counts[name.split(".")[0]] += 1
    return {name: count / draws for name, count in counts.items()}


def _candidates(mixer: Mixer, chosen: Booleans | Sequence[bool]) -> tuple[str, ...]:
    """Return the highest level chosen of every candidate, as `candidate.level`."""
    found: dict[str, str] = {}
    for k in np.flatnonzero(chosen):
        item = mixer.options.options[int(k)]
        if item.candidate is not None:
            found[item.candidate.id] = item.reach.instrument
    return tuple(found.values())
