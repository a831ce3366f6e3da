"""Read the names that things had over time, from `terminology.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.terminology.types import Vocabulary
from ketenkaart.sources.reference.document import Document
from ketenkaart.sources.reference.folder import read_file, reference_root
from ketenkaart.sources.reference.labels import load_glossary

NAME = "terminology.yml"


@lru_cache(maxsize=8)
def _vocabulary(root: Path) -> Vocabulary:
    document, found = read_file(root, NAME, Vocabulary)
    document.require_unique(("concepts",), [concept.id for concept in found.concepts])
    document.require_unique(("ambiguous",), [item.id for item in found.ambiguous])
    terms = {term.id for term in load_glossary(root)}
    for index, concept in enumerate(found.concepts):
        if concept.glossary is not None:
            place = ("concepts", index, "glossary")
            document.require_known(place, concept.glossary, terms, "term of the glossary")
    _one_owner(document, found)
    return found


def _one_owner(document: Document, found: Vocabulary) -> None:
    """Fail on a name that two concepts share: a text could not be checked for it."""
    owners: dict[str, str] = {}
    for index, concept in enumerate(found.concepts):
        for place, name in enumerate(concept.names):
            for form in name.spellings:
                if owners.setdefault(form.casefold(), concept.id) != concept.id:
                    document.fail(
                        ("concepts", index, "names", place, "text"),
                        f"'{form}' is a name of '{owners[form.casefold()]}' already",
                        "Give it to one concept, or list it under ambiguous.",
                    )


def load_vocabulary(root: Path | None = None) -> Vocabulary:
    """Return the concepts with their names over time, and the words that are ambiguous.

    Raises `ReferenceDataError` with file, line and key.
    """
    return _vocabulary(reference_root(root))
