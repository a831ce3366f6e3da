"""Read the words by which the promises of two letters are compared."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.ledger.drift_types import Aspect, DriftLexicon
from ketenkaart.sources.reference.document import read_document
from ketenkaart.sources.reference.folder import reference_root

FILE = "drift.yml"


def load_drift_lexicon(root: Path | None = None) -> DriftLexicon:
    """Return the scales, synonyms and silent words.

    Raises `ReferenceDataError`, with line and key, for a scale that is unknown or given twice, and
    for a phrase that stands on two steps of one scale.
    """
    return _lexicon(reference_root(root))


@lru_cache(maxsize=16)
def _lexicon(root: Path) -> DriftLexicon:
    document = read_document(root / FILE, FILE)
    lexicon = document.parse(DriftLexicon)
    document.require_unique(("scales",), [scale.id for scale in lexicon.scales])
    for index, scale in enumerate(lexicon.scales):
        document.require_known(
            ("scales", index, "id"), scale.id, [a.value for a in Aspect], "scale"
        )
        phrases = [phrase for step in scale.steps for phrase in step.phrases]
        document.require_unique(("scales", index, "steps"), phrases, None)
    return lexicon
