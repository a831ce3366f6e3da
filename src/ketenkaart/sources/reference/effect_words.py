"""Read the words of the report pages about effects."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.provenance import Citation, Frozen, Text
from ketenkaart.sources.reference.folder import read_file, reference_root

FILE = "effect/report.yml"


class WordsFile(Frozen):
    """The content of `report.yml`."""

    citation: Citation
    words: dict[str, Text]


@lru_cache(maxsize=4)
def _read(root: Path) -> WordsFile:
    return read_file(root, FILE, WordsFile)[1]


def load_effect_words(language: str, root: Path | None = None) -> dict[str, str]:
    """Return the words of reports in Dutch (`nl`) or English."""
    words = _read(reference_root(root)).words
    return {key: text.in_language(language) for key, text in words.items()}
