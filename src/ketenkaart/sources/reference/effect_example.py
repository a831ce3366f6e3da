"""Read the made example of the effect method."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field

from ketenkaart.core.provenance import Citation, Frozen, Text
from ketenkaart.sources.reference.folder import read_file, reference_root

FILE = "effect/example.yml"


class MadeContract(Frozen):
    """A contract that does not exist, with its value and its effect."""

    id: str
    value_eur: float = Field(gt=0)
    effect: float


class MadeExample(Frozen):
    """The content of `example.yml`."""

    citation: Citation
    draw: int = Field(ge=2)
    seed: int = Field(ge=0)
    effect: Text
    contracts: tuple[MadeContract, ...] = Field(min_length=3)


@lru_cache(maxsize=4)
def _read(root: Path) -> MadeExample:
    document, content = read_file(root, FILE, MadeExample)
    document.require_unique(("contracts",), [item.id for item in content.contracts])
    return content


def load_effect_example(root: Path | None = None) -> MadeExample:
    """Return the made example."""
    return _read(reference_root(root))
