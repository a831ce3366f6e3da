"""Read the cues by which letters are read, and hold each to its own examples."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.ledger.reading.lexicon import Cue, Lexicon, Recess
from ketenkaart.core.ledger.reading.pattern import check_pattern
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.reference.document import Document, Trail, read_document
from ketenkaart.sources.reference.folder import reference_root

FOLDER = "letters"
RECESSES = "recesses.yml"


class CuesFile(Frozen):
    """The content of one file of cues."""

    cues: tuple[Cue, ...]


class RecessesFile(Frozen):
    """The content of the file of recesses."""

    recesses: tuple[Recess, ...]


def load_lexicon(root: Path | None = None) -> Lexicon:
    """Return the cues of every file in the folder `letters`, in the order of names and lines.

    The recesses are those of `recesses.yml`; without that file none is known.

    Raises `ReferenceDataError`, with file, line and key, for an id given twice, a pattern that
    could take without bound, an example without a match and a counter-example with one.
    """
    return _lexicon(reference_root(root))


@lru_cache(maxsize=16)
def _lexicon(root: Path) -> Lexicon:
    paths = sorted((root / FOLDER).glob("*.yml"))
    if not paths:
        raise ReferenceDataError(
            "There is no file with cues", where=FOLDER, fix="Put at least one .yml file there."
        )
    cues: list[Cue] = []
    owners: dict[str, str] = {}
    digest = sha256()
    for path in paths:
        document = read_document(path, f"{FOLDER}/{path.name}")
        digest.update(path.read_bytes())
        for index, cue in enumerate(document.parse(CuesFile).cues):
            _check(document, ("cues", index), cue, owners)
            cues.append(cue)
    recesses: tuple[Recess, ...] = ()
    if (path := root / RECESSES).exists():
        recesses = read_document(path, RECESSES).parse(RecessesFile).recesses
        digest.update(path.read_bytes())
    return Lexicon(cues=tuple(cues), recesses=recesses, sha256=digest.hexdigest())


def _check(document: Document, place: Trail, cue: Cue, owners: dict[str, str]) -> None:
    if cue.id in owners:
        document.fail(
            (*place, "id"), f"'{cue.id}' stands in {owners[cue.id]} already", "Give it another id."
        )
    owners[cue.id] = document.name
    check_pattern(cue.pattern, name=f"{document.where((*place, 'pattern'))}, cue {cue.id}")
    pattern = re.compile(cue.pattern, re.IGNORECASE)
    for key, examples, wanted in (
        ("examples", cue.examples, True),
        ("counterexamples", cue.counterexamples, False),
    ):
        for index, example in enumerate(examples):
            if bool(pattern.search(example)) is not wanted:
                finds = "does not find" if wanted else "finds"
                document.fail(
                    (*place, key, index),
                    f"The cue {cue.id} {finds} this",
                    "Change the pattern, or move the sentence.",
                )
