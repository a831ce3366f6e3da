"""How a code of goods was placed in a table, in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass

from ketenkaart.core.provenance import Grade
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.wording import capital, finer_percent
from ketenkaart.web.text import say

TABLE_STEPS = frozenset({"sectors of the table", "sector of the table"})


@dataclass(frozen=True, slots=True)
class CodedWords:
    """A code as given, the sectors behind it with their weights, and how sure that is."""

    code: str
    sectors: tuple[tuple[str, str], ...]
    via: str
    grade: str
    is_assumed: bool

    @property
    def is_shared(self) -> bool:
        """Whether more than one sector is behind the code."""
        return len(self.sectors) > 1


def coded_words(form: ChainForm) -> CodedWords | None:
    """Return how the form's code of goods was placed; None where none was given."""
    coded, chosen = form.coded, form.language
    if coded is None:
        return None
    names = form.choices.names.sectors
    steps = [
        say("chain.code_own_sectors", chosen) if step in TABLE_STEPS else step
        for step in coded.via.split(", ")
    ]
    return CodedWords(
        code=coded.code,
        sectors=tuple(
            (capital(names[sector].in_language(chosen)), finer_percent(weight, chosen))
            for sector, weight in coded.weights.items()
        ),
        via=" → ".join(steps),
        grade=coded.grade.in_language(chosen),
        is_assumed=coded.grade is Grade.ASSUMED,
    )
