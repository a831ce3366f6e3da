"""The solver of a stored table, which keeps what it solved beside the table."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ketenkaart.core.chain.path_bounds import PathBounds, path_bounds
from ketenkaart.core.chain.system import Solver, system_of
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import EditionError, NotFoundError

METHOD = 1
"""Raised when a change in the way of solving makes other numbers than those that were kept."""


class Answers(Protocol):
    """Where answers are kept: see `warehouse.table_answers.TableAnswers`."""

    def get(self, kind: str, asked: Floats) -> Floats | None:
        """Return the answer that is kept, or None."""

    def put(self, kind: str, asked: Floats, answer: Floats) -> None:
        """Keep an answer."""


class RememberingSystem:
    """The solver of a table, with answers to one demand or extension at a time kept on disk.

    Asked again, by whatever command, they cost no pass over A. Many columns at once are solved as
    ever and not kept.
    """

    def __init__(self, table: WorldTable, answers: Answers, solver: Solver | None = None) -> None:
        self._table = table
        self._answers = answers
        self._solver = solver

    @property
    def system(self) -> Solver:
        """The solver itself, made when first needed."""
        if self._solver is None:
            self._solver = system_of(self._table)
        return self._solver

    def output_for(self, Y: Floats) -> Floats:
        """Return X with (I - A) X = Y; shape of Y."""
        if np.ndim(Y) != 1:
            return self.system.output_for(Y)
        return self._kept("output_for", Y)

    def forgetting(self, memory: dict[Hashable, Any]) -> ForgettingSystem:
        """Return this solver for demands that are kept in `memory` alone."""
        return ForgettingSystem(self._table, self._answers, self._solver, memory)

    def multipliers(self, S: Floats) -> Floats:
        """Return M with M (I - A) = S; shape of S."""
        if np.ndim(S) != 1:
            return self.system.multipliers(S)
        return self._kept("multipliers", S)

    def layers(self, Y: Floats, k: int) -> Floats:
        """Return Y, AY, ..., A^k Y; a pass per layer, kept nowhere."""
        if k == 0:
            return np.asarray(Y)[None].copy()
        return self.system.layers(Y, k)

    def bounds(self, s: Floats) -> PathBounds:
        """Return the bounds that a search for the largest paths prunes by, for intensities s."""
        kind = f"path_bounds {METHOD}"
        found = self._answers.get(kind, s)
        if found is None or found.shape != (2, len(s)):
            made = path_bounds(self._table.A, s)
            self._answers.put(kind, s, np.stack([made.most, made.onward]))
            return made
        return PathBounds(found[0], found[1])

    def _kept(self, what: str, asked: Floats) -> Floats:
        kind = f"{what} {METHOD}"
        found = self._answers.get(kind, asked)
        if found is None or found.shape != asked.shape:
            found = getattr(self.system, what)(asked)
            self._answers.put(kind, asked, found)
        return np.asarray(found)


class ForgettingSystem(RememberingSystem):
    """The solver of a table for a demand that is nobody else's business, such as a purchase list.

    What extensions ask is kept and read back as ever; what a demand asks is kept in `memory` alone,
    which goes with the list, since the demand can be worked out from its answer.
    """

    def __init__(
        self,
        table: WorldTable,
        answers: Answers,
        solver: Solver | None,
        memory: dict[Hashable, Any],
    ) -> None:
        super().__init__(table, answers, solver)
        self._memory = memory

    def output_for(self, Y: Floats) -> Floats:
        """Return X with (I - A) X = Y; shape of Y."""
        if np.ndim(Y) != 1:
            return self.system.output_for(Y)
        asked = "output_for", np.ascontiguousarray(Y).tobytes()
        if asked not in self._memory:
            self._memory[asked] = self.system.output_for(Y)
        return np.asarray(self._memory[asked])


def without_keeping(system: Solver, memory: dict[Hashable, Any]) -> Solver:
    """Return a solver that keeps no answer to a demand on disk, but in `memory`."""
    return system.forgetting(memory) if isinstance(system, RememberingSystem) else system


def solver_of(
    table: WorldTable, edition: str | None = None, data_folder: Path | None = None
) -> Solver:
    """Return the solver of a table; one that remembers, where the table is kept on disk."""
    from ketenkaart.warehouse.folder import chosen_data_folder  # noqa: PLC0415 - reads settings
    from ketenkaart.warehouse.table_answers import TableAnswers  # noqa: PLC0415 - as above
    from ketenkaart.warehouse.world_tables import find_table  # noqa: PLC0415 - as above

    try:
        folder = find_table(edition or table.edition, data_folder or chosen_data_folder())
        return RememberingSystem(table, TableAnswers(folder))
    except (NotFoundError, EditionError, OSError):
        return system_of(table)
