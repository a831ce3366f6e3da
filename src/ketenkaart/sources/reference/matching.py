"""The words that facilities are matched by: reference/matching.yml, checked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import field_validator

from ketenkaart.core.chain.matching.vocabulary import Vocabulary, similar_sets
from ketenkaart.core.provenance import Citation, Frozen
from ketenkaart.sources.reference.document import read_document
from ketenkaart.sources.reference.folder import reference_root

NAME = "matching.yml"
_LISTS = (
    "legal_forms", "filler", "unit_words", "site_words", "address_filler", "address_cues",
    "country_filler",
)  # fmt: skip


class _File(Frozen):
    citation: Citation
    legal_forms: frozenset[str]
    ends_only: frozenset[str]
    leading_forms: frozenset[str]
    filler: frozenset[str]
    activities: dict[str, tuple[str, ...]]
    unit_words: frozenset[str]
    site_words: frozenset[str]
    address_filler: frozenset[str]
    address_words: dict[str, tuple[str, ...]]
    address_cues: frozenset[str]
    country_words: dict[str, str]
    country_filler: frozenset[str]
    han: dict[str, str]

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _words(cls, text: object) -> object:
        return frozenset(text.split()) if isinstance(text, str) else text


def load_vocabulary(root: Path | None = None) -> Vocabulary:
    """Return the words of `reference/matching.yml`.

    Raises `ReferenceDataError` naming the file, line and key that is wrong.
    """
    return _load(reference_root(root))


@lru_cache(maxsize=4)
def _load(folder: Path) -> Vocabulary:
    found = read_document(folder / NAME, NAME).parse(_File)
    return Vocabulary(
        legal=found.legal_forms,
        ends_only=found.ends_only,
        leading=found.leading_forms,
        filler=found.filler,
        activities=similar_sets(found.activities),
        unit_words=found.unit_words,
        site_words=found.site_words,
        address_filler=found.address_filler,
        address_words=similar_sets(found.address_words),
        address_cues=found.address_cues,
        countries={
            word: code for code, words in found.country_words.items() for word in words.split()
        },
        country_filler=found.country_filler,
        han=tuple(sorted(found.han.items(), key=lambda item: -len(item[0]))),
    )
