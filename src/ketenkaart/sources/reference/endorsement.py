"""Read the cues of endorsement, and hold each to its own examples."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from ketenkaart.core.monitor.endorsement.cues import CueKind, EndorsementCue, EndorsementCues
from ketenkaart.core.monitor.endorsement.types import Step
from ketenkaart.core.provenance import Citation, Frozen
from ketenkaart.sources.reference.document import Document, read_document
from ketenkaart.sources.reference.folder import reference_root

FILE = "endorsement.yml"
_STEPS = (CueKind.STEP, CueKind.EVERYDAY_STEP)


class _File(Frozen):
    citation: Citation
    cues: tuple[EndorsementCue, ...]


def load_endorsement_cues(root: Path | None = None) -> EndorsementCues:
    """Return the cues of `endorsement.yml`, in the order of the file.

    Raises `ReferenceDataError`, with file, line and key, for an id given twice, a pattern that is
    none, a step that is none, an example without a match and a counter-example with one.
    """
    return _load(reference_root(root))


@lru_cache(maxsize=4)
def _load(root: Path) -> EndorsementCues:
    path = root / FILE
    document = read_document(path, FILE)
    cues = document.parse(_File).cues
    document.require_unique(("cues",), [cue.id for cue in cues])
    for index, cue in enumerate(cues):
        _check(document, index, cue)
    return EndorsementCues(cues, sha256(path.read_bytes()).hexdigest())


def _check(document: Document, index: int, cue: EndorsementCue) -> None:
    at = ("cues", index)
    if cue.kind in _STEPS and cue.value not in set(Step):
        document.fail(
            (*at, "value"),
            f"{cue.value} is no step of due diligence",
            f"Take one of {', '.join(Step)}.",
        )
    if cue.kind is CueKind.INSTRUMENT and not cue.value:
        document.fail((*at, "kind"), "An instrument has no id", "Give its id as value.")
    try:
        pattern = cue.compiled()
    except re.error as error:
        document.fail((*at, "pattern"), f"This is no pattern: {error}", "Mend the pattern.")
    for key, texts, wanted in (
        ("examples", cue.examples, True),
        ("counterexamples", cue.counterexamples, False),
    ):
        for number, text in enumerate(texts):
            if bool(pattern.search(text)) is not wanted:
                document.fail(
                    (*at, key, number),
                    f"{cue.id} {'does not find its example' if wanted else 'finds'} {text!r}",
                    "Mend the pattern or the example.",
                )
