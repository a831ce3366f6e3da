"""Read how far off splits have been in the back-test: reference/split_errors.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field

from ketenkaart.core.chain.split.errors import ErrorClass
from ketenkaart.core.provenance import Citation, Frozen
from ketenkaart.sources.reference.folder import read_file, reference_root

FILE = "split_errors.yml"


class ClassEntry(Frozen):
    """Figures from a share of the region's total on: truth over estimate, 5 % and 95 %."""

    at_least: float = Field(ge=0, le=1)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=1)
    count: int = Field(ge=20)

    def made(self) -> ErrorClass:
        """Return the class as the calculation has it."""
        return ErrorClass(self.at_least, self.low, self.high, self.count)


class CountryEntry(Frozen):
    """Country totals: truth over estimate, 5 % and 95 % of a log-normal fitted to `count`."""

    low: float = Field(ge=0, le=1)
    high: float = Field(ge=1)
    count: int = Field(ge=3)


class SplitErrorsFile(Frozen):
    """The content of `split_errors.yml`."""

    command: str
    citation: Citation
    output: tuple[ClassEntry, ...] = Field(min_length=1)
    footprint: tuple[ClassEntry, ...] = Field(min_length=1)
    country_output: CountryEntry
    country_footprint: CountryEntry


@lru_cache(maxsize=4)
def _read(root: Path) -> SplitErrorsFile:
    document, content = read_file(root, FILE, SplitErrorsFile)
    for name in ("output", "footprint"):
        sizes = [item.at_least for item in getattr(content, name)]
        if sizes != sorted(sizes, reverse=True) or sizes[-1] != 0:
            document.fail(
                (name,),
                "The classes do not go down to zero",
                "List them from large to small, and end with at_least: 0.0.",
            )
    return content


def load_split_errors(root: Path | None = None) -> SplitErrorsFile:
    """Return the errors by size; raises `ReferenceDataError` with file and line."""
    return _read(reference_root(root))
