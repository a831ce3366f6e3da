"""Read the names and addresses of long lists, on as many processes as there are processors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.prepared import Prepared, merged, prepare
from ketenkaart.core.chain.matching.vocabulary import Vocabulary
from ketenkaart.services.matching.processes import spread

STRETCH = 100_000
"""Rows read at once: so many that a word which many rows share is read once, in few processes."""

WORTH_A_PROCESS = 50_000
"""Rows of both lists together from which a second process brings more than it costs."""


def read_lists(
    records: Sequence[FacilityRecord],
    against: Sequence[FacilityRecord] | None,
    vocabulary: Vocabulary,
    *,
    told: Callable[[float], None],
) -> tuple[Prepared, Prepared]:
    """Return both lists ready to be compared; one list twice where `against` is None.

    `told` hears which share is done, from 0 to 1.
    """
    lists = [records] if against is None else [records, against]
    stretches = [
        (which, low)
        for which, rows in enumerate(lists)
        for low in range(0, max(1, len(rows)), STRETCH)
    ]

    def read(k: int) -> Prepared:
        which, low = stretches[k]
        return prepare(lists[which][low : low + STRETCH], vocabulary)

    is_long = sum(map(len, lists)) >= WORTH_A_PROCESS
    found: dict[int, Prepared] = {}
    for k, part in spread(len(stretches), read, least=2 if is_long else len(stretches) + 1):
        found[k] = part
        told(len(found) / len(stretches))
    whole = [
        merged([found.pop(k) for k, (of, _) in enumerate(stretches) if of == which])
        for which in range(len(lists))
    ]
    return whole[0], whole[-1]
