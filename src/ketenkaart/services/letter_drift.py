"""Read two letters by machine and compare their promises."""

from __future__ import annotations

from datetime import date

from ketenkaart.core.ledger.drift import DriftSide, drift
from ketenkaart.core.ledger.drift_types import Drift
from ketenkaart.core.ledger.reading.sentences import sentences
from ketenkaart.services.letters import LetterRead, read_target
from ketenkaart.sources.reference.drift import load_drift_lexicon


def drift_between(
    old: str, new: str, *, old_date: date | None = None, new_date: date | None = None
) -> Drift:
    """Return what became of the promises of one letter in a later one.

    `old` and `new` are files, addresses or ids such as "kst-26485-319"; the dates are used where
    a letter gives none itself.

    Raises `NotFoundError` for a letter that is not there, `RefusedDocumentError` for one that
    cannot be read safely, and `FetchError` for one that cannot be had.
    """
    return compare_letters(
        side_of(read_target(old, on=old_date), old), side_of(read_target(new, on=new_date), new)
    )


def side_of(read: LetterRead, name: str) -> DriftSide:
    """Return a letter that was read as one side of a comparison; `name` is what to call it."""
    document = read.reading.document
    shown = document.id or name
    return DriftSide(shown, read.reading, read.text.text, sentences(read.text))


def compare_letters(old: DriftSide, new: DriftSide) -> Drift:
    """Return what became of the older side's promises in the newer one."""
    return drift(old, new, load_drift_lexicon())
