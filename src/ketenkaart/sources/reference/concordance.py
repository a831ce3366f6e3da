"""Read the lists that lead from codes of goods, activities and purchases to sectors."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.chain.concordance import Concordance, Weights
from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.labels import load_sectors

FOLDER = "concordance"


def load_concordance(root: Path | None = None) -> Concordance:
    """Return the lists of the package, or those under `root`.

    Raises `ReferenceDataError` with file and line for a row that is not as its heading says.
    """
    return _load(reference_root(root) / FOLDER)


@lru_cache(maxsize=2)
def _load(folder: Path) -> Concordance:
    class_to_wiod = _list(folder / "isic4_wiod2013.csv")
    nace = _list(folder / "nace_isic4.csv")
    classes = {name for weights in nace.values() for name in weights} | set(class_to_wiod)
    return Concordance(
        classes=tuple(sorted(name for name in classes if len(name) == 4)),
        to_classes={
            "hs": _list(folder / "hs_isic4.csv"),
            "nace": nace,
            "sbi": _list(folder / "sbi_isic4.csv"),
            "cpv": _list(folder / "cpv_isic4.csv"),
        },
        hs_to_wiod=_list(folder / "hs_wiod2013.csv"),
        class_to_wiod=class_to_wiod,
        by_name=(
            _list(folder / "isic4_exiobase_ixi.csv"),
            _list(folder / "isic4_exiobase_pxp.csv"),
            _by_sector(folder.parent),
        ),
        hs_by_name=(
            _list(folder / "hs_exiobase_ixi.csv"),
            _list(folder / "hs_exiobase_pxp.csv"),
        ),
    )


def _by_sector(root: Path) -> dict[str, Weights]:
    """Return the sector of `sectors.yml`, and so of the starter edition, by ISIC division."""
    return {code: {sector.id: 1.0} for sector in load_sectors(root) for code in sector.isic4}


def _list(path: Path) -> dict[str, Weights]:
    """Return the targets of every code, with weights that sum to 1; equal where none is given."""
    found: dict[str, dict[str, float]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            next(rows)
            for number, row in enumerate(rows, start=2):
                _take(found, row, f"{path.name}, row {number}")
    except (OSError, StopIteration) as error:
        raise ReferenceDataError(
            f"{path.name} cannot be read", where=str(path), fix="Install the package again."
        ) from error
    return {
        code: {target: weight / sum(weights.values()) for target, weight in weights.items()}
        for code, weights in found.items()
    }


def _take(found: dict[str, dict[str, float]], row: list[str], where: str) -> None:
    try:
        code, target, weight = row[0], row[1], float(row[2]) if len(row) > 2 else 1.0
    except (IndexError, ValueError):
        weight, code, target = 0.0, "", ""
    weights = found.setdefault(code, {})
    if not code or target in weights or not 0 < weight <= 1:
        raise ReferenceDataError(
            f"The row {','.join(row)[:60]!r} is not a code, what it leads to, and a weight",
            where=where,
            fix="Build the lists again with scripts/concordance.py.",
        )
    weights[target] = weight
