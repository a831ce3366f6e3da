"""Read the cues by which letters are read, and hold each to its own examples."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.ledger.reading.anchor import Literal
from ketenkaart.core.ledger.reading.lexicon import Cue, Lexicon, Recess
from ketenkaart.core.ledger.reading.pattern import Checked, check_pattern, recall
from ketenkaart.core.provenance import Citation, Frozen
from ketenkaart.sources.reference.document import Document, Trail, read_document
from ketenkaart.sources.reference.folder import reference_root

FOLDER = "letters"
RECESSES = "recesses.yml"
PATTERNS = "patterns.json"


class CuesFile(Frozen):
    """The content of one file of cues; `citation` says where its rules come from."""

    citation: Citation | None = None
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
    contents = [path.read_bytes() for path in paths]
    digest = sha256(b"".join(contents))
    is_checked = _recall(root / FOLDER / PATTERNS, digest.hexdigest())
    cues: list[Cue] = []
    owners: dict[str, str] = {}
    for path in paths:
        document = read_document(path, f"{FOLDER}/{path.name}")
        for index, cue in enumerate(document.parse(CuesFile).cues):
            if not is_checked:
                _check(document, ("cues", index), cue, owners)
            cues.append(cue)
    recesses: tuple[Recess, ...] = ()
    if (path := root / RECESSES).exists():
        recesses = read_document(path, RECESSES).parse(RecessesFile).recesses
        digest.update(path.read_bytes())
    return Lexicon(cues=tuple(cues), recesses=recesses, sha256=digest.hexdigest())


def pattern_facts(root: Path | None = None) -> str:
    """Return what checking found of every shipped pattern, as the text of `patterns.json`.

    The file spares each command the checks; it counts only for the very cues that it was made of.
    """
    paths = sorted((reference_root(root) / FOLDER).glob("*.yml"))
    contents = b"".join(path.read_bytes() for path in paths)
    files = [read_document(path, f"{FOLDER}/{path.name}").parse(CuesFile) for path in paths]
    patterns = sorted({cue.pattern for file in files for cue in file.cues})
    lines = [
        json.dumps([pattern, *_written(check_pattern(pattern))], separators=(",", ":"))
        for pattern in patterns
    ]
    head = json.dumps(sha256(contents).hexdigest())
    return f'{{"cues_sha256":{head},"patterns":[\n' + ",\n".join(lines) + "\n]}\n"


def _written(checked: Checked) -> tuple[object, ...]:
    anchor = checked.anchor and [
        (literal.text.decode("latin-1"), literal.least, literal.most) for literal in checked.anchor
    ]
    flags = (checked.needs_end, checked.begins_word, checked.begins_text)
    return (checked.width, anchor, *flags)


def _recall(path: Path, cues_sha256: str) -> bool:
    """Take over what was found of these patterns before; return whether that was possible."""
    if not path.is_file():
        return False
    content = json.loads(path.read_bytes())
    if content["cues_sha256"] != cues_sha256:
        return False
    recall(
        {
            pattern: Checked(
                width,
                anchor
                and tuple(
                    Literal(text.encode("latin-1"), least, most) for text, least, most in anchor
                ),
                *flags,
            )
            for pattern, width, anchor, *flags in content["patterns"]
        }
    )
    return True


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
