"""Read a letter by machine and measure the reading against a person's."""

from __future__ import annotations

from pathlib import Path

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.evaluation import evaluate
from ketenkaart.core.ledger.evaluation_types import Evaluation
from ketenkaart.core.ledger.gold import placed
from ketenkaart.services.letters import read_file
from ketenkaart.sources.reference.gold import read_gold


def evaluate_file(gold: Path, letter: Path) -> Evaluation:
    """Return how far the machine's reading of a letter agrees with its gold standard.

    The gold's date of the letter is handed to the reader, which uses it where the letter gives
    none.

    Raises `InputError` when the gold cannot be read or belongs to another letter, `NotFoundError`
    when there is no such letter, and `RefusedDocumentError` when it cannot be read safely.
    """
    standard = read_gold(gold)
    if not letter.is_file():
        raise NotFoundError(
            f"There is no file {str(letter)[:200]!r}", where="LETTER", fix="Give a letter's file."
        )
    read = read_file(letter, on=standard.date)
    return evaluate(placed(standard, read.extract.raw), read.reading, read.text)
