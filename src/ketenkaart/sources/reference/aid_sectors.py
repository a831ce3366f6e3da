"""Read which of our sectors a purpose code of aid leads to, from `aid_sectors.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.chain.aid import EVERY_SECTOR
from ketenkaart.core.provenance import Citation, Frozen, Identifier
from ketenkaart.sources.reference.folder import read_file, reference_root
from ketenkaart.sources.reference.labels import load_sectors


class _File(Frozen):
    citation: Citation
    codes: dict[str, tuple[Identifier, ...]]
    every_sector: tuple[str, ...]


@lru_cache(maxsize=4)
def _aid_sectors(root: Path) -> Mapping[str, tuple[str, ...]]:
    document, found = read_file(root, "aid_sectors.yml", _File)
    known = {sector.id for sector in load_sectors(root)}
    for code, sectors in found.codes.items():
        for number, sector in enumerate(sectors):
            document.require_known(("codes", code, number), sector, known, "sector")
    return {**found.codes, **dict.fromkeys(found.every_sector, (EVERY_SECTOR,))}


def load_aid_sectors(root: Path | None = None) -> Mapping[str, tuple[str, ...]]:
    """Return our sectors by how a purpose code begins; `*` stands for every sector.

    Raises `ReferenceDataError` with file, line and key.
    """
    return _aid_sectors(reference_root(root))
