"""Read what the defence of the gap needs: how far assumptions are moved."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.governance.defence.ranges import SensitivityRanges
from ketenkaart.sources.reference.folder import read_file, reference_root


@lru_cache(maxsize=4)
def _ranges(root: Path) -> SensitivityRanges:
    return read_file(root, "sensitivity.yml", SensitivityRanges)[1]


def load_sensitivity_ranges(root: Path | None = None) -> SensitivityRanges:
    """Return how far assumptions without an interval of their own are moved.

    Raises `ReferenceDataError` naming file, line and key.
    """
    return _ranges(reference_root(root))
