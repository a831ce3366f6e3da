"""Read the names and addresses of long lists, on as many processes as there are processors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.prepared import Prepared, merged, prepare
from ketenkaart.core.chain.matching.vocabulary import Vocabulary
from ketenkaart.services.matching.kept_lists import KeptLists
from ketenkaart.services.matching.processes import processors, spread

STRETCH = 100_000
"""Rows read at once: so many that a word which many rows share is read once, in few processes."""
LEAST_STRETCH = 20_000
"""Rows below which reading by itself costs more than it brings."""
WORTH_A_PROCESS = 50_000
"""Rows to be read from which a second process brings more than it costs."""
WORTH_KEEPING = 20_000
"""Rows of a list that is matched against from which it is kept; shorter ones are read at once."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows of one of the lists, and the file where they are kept or will be, if any."""

    which: int
    records: Sequence[FacilityRecord]
    file: Path | None = None


def read_lists(
    records: Sequence[FacilityRecord],
    against: Sequence[FacilityRecord] | None,
    vocabulary: Vocabulary,
    *,
    told: Callable[[float], None],
    kept: KeptLists | None = None,
) -> tuple[Prepared, Prepared]:
    """Return both lists ready to be compared; one list twice where `against` is None.

    `told` hears which share is done, from 0 to 1. A long list that is matched against is kept,
    and found again where it was kept before.
    """
    registry = _in_stretches(1, against, kept) if against is not None else []
    known = [_known(part, kept) for part in registry]
    rest = processors() - known.count(None)
    stretches = [*_in_stretches(0, records, None, least=rest), *registry]
    shift = len(stretches) - len(registry)
    found = {shift + k: rows for k, rows in enumerate(known) if rows is not None}
    missing = [k for k in range(len(stretches)) if k not in found]

    def read(n: int) -> Prepared:
        part = stretches[missing[n]]
        rows = prepare(part.records, vocabulary)
        if kept is not None and part.file is not None:
            kept.keep(part.file, rows)
        return rows

    is_long = sum(len(stretches[k].records) for k in missing) >= WORTH_A_PROCESS
    for n, rows in spread(len(missing), read, least=2 if is_long else len(missing) + 1):
        found[missing[n]] = rows
        told(len(found) / len(stretches))
    if kept is not None:
        kept.clear()
    whole = [
        merged([found.pop(k) for k, part in enumerate(stretches) if part.which == which])
        for which in sorted({part.which for part in stretches})
    ]
    return whole[0], whole[-1]


def _in_stretches(
    which: int, records: Sequence[FacilityRecord], kept: KeptLists | None, *, least: int = 1
) -> list[_Stretch]:
    """Return the rows in stretches: at least so many, unless they would be too short."""
    each = min(STRETCH, max(LEAST_STRETCH, -(-len(records) // max(1, least))))
    parts = [records[low : low + each] for low in range(0, max(1, len(records)), each)]
    if kept is None or len(records) < WORTH_KEEPING:
        return [_Stretch(which, part) for part in parts]
    return [_Stretch(which, part, kept.file(part)) for part in parts]


def _known(part: _Stretch, kept: KeptLists | None) -> Prepared | None:
    """Return rows as they were kept, if they were."""
    if kept is None or part.file is None or not part.file.exists():
        return None
    return kept.read(part.file)
