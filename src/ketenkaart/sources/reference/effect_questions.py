"""Read what the effect monitor asks of a contract, and in which units effects are counted."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field

from ketenkaart.core.provenance import Citation, Frozen, Text
from ketenkaart.sources.reference.folder import read_file, reference_root

FILE = "effect/questions.yml"


class AskedQuestion(Frozen):
    """One column of the sheet, as `name:kind`, and what it says."""

    ask: str
    says: Text


class EffectKind(Frozen):
    """One effect: the column it is written in, its name and its unit."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    name: Text
    unit: Text


class EffectQuestions(Frozen):
    """The content of `questions.yml`."""

    citation: Citation
    wording_citation: Citation
    questions: tuple[AskedQuestion, ...]
    effects: tuple[EffectKind, ...] = Field(min_length=1)


@lru_cache(maxsize=4)
def _read(root: Path) -> EffectQuestions:
    document, content = read_file(root, FILE, EffectQuestions)
    document.require_unique(("effects",), [item.id for item in content.effects])
    return content


def load_effect_questions(root: Path | None = None) -> EffectQuestions:
    """Return the questions and effects that come with the package."""
    return _read(reference_root(root))
