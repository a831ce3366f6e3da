"""All laws together, with the vocabulary and the tables that their conditions use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketenkaart.core.governance.rules.types import Law, LineTable
from ketenkaart.core.governance.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class LawBook:
    """The laws in the order of their files, the tables by id, and one vocabulary."""

    vocabulary: Vocabulary
    tables: Mapping[str, LineTable]
    laws: tuple[Law, ...]

    def find(self, name: str) -> Law | None:
        """Return the law with this id or alias, in any spelling of capitals."""
        wanted = name.casefold()
        return next(
            (law for law in self.laws if wanted in {law.id, *(a.casefold() for a in law.aliases)}),
            None,
        )
