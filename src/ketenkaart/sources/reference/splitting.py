"""Read what splitting a region needs beside the publishers' files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from ketenkaart.core.chain.split.types import SPENDING
from ketenkaart.core.provenance import Citation, Frozen, Identifier
from ketenkaart.sources.reference.folder import read_file, reference_root

FILE = "split.yml"
Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class SplitLayout(Frozen):
    """How a layout's sectors and buyers are read: which activity, goods or not, whose spending.

    `region` is the code of the region to split; `other_codes` leads from the table's codes of
    countries to ISO 3166-1 where they differ.
    """

    layout: Identifier
    region: str
    other_codes: dict[str, Code]
    mine: str
    goods: tuple[str, ...]
    supplied: tuple[str, ...]
    activities: dict[str, tuple[str, ...]]
    kinds: dict[str, str]
    citation: Citation


class Metal(Frozen):
    """A column of mine output, and what a unit of it is taken to be worth."""

    file: Literal["metal", "mineral"]
    column: str
    usd_per_unit: float = Field(gt=0)


class SplitReference(Frozen):
    """The content of `split.yml`."""

    layouts: tuple[SplitLayout, ...] = Field(min_length=1)
    missing_quantile: float = Field(ge=0, le=1)
    missing_quantile_citation: Citation
    metals: tuple[Metal, ...]
    metals_citation: Citation


@lru_cache(maxsize=4)
def _read(root: Path) -> SplitReference:
    document, content = read_file(root, FILE, SplitReference)
    document.require_unique(("layouts",), [item.layout for item in content.layouts])
    for index, item in enumerate(content.layouts):
        held = [code for codes in item.activities.values() for code in codes]
        document.require_unique(("layouts", index, "activities"), held)
        for code in (item.mine, *item.goods, *item.supplied):
            document.require_known(("layouts", index, "activities"), code, held, "sector")
        for category, kind in item.kinds.items():
            document.require_known(
                ("layouts", index, "kinds", category), kind, SPENDING, "kind of spending"
            )
    return content


def load_split_reference(root: Path | None = None) -> SplitReference:
    """Return layouts and prices of metal; raises `ReferenceDataError` with file and line."""
    return _read(reference_root(root))
