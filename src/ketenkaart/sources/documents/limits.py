"""How much a document may cost before it is refused."""

from __future__ import annotations

from typing import NamedTuple

MEBIBYTE = 1 << 20


class Limits(NamedTuple):
    """What one document may take; the confined process and its parent both hold to it.

    `processor_seconds` run from the moment that the reader is ready. Every page that was read buys
    `seconds_per_page` more, up to `max_seconds`: a document that gives nothing ends within the
    first second, a long honest one is read to its end. The clock on the wall may run `wall_factor`
    times as long, because a process on a busy machine gets only part of a processor.
    """

    max_bytes: int = 32 * MEBIBYTE
    memory_bytes: int = 300_000_000
    start_seconds: float = 10.0
    processor_seconds: float = 0.8
    wall_factor: float = 2.5
    seconds_per_page: float = 0.01
    max_seconds: float = 5.0
    max_output_bytes: int = 16 * MEBIBYTE
    max_characters: int = 3_000_000
    max_pages: int = 1_500
    max_parts: int = 100_000
    max_nodes: int = 400_000
    max_depth: int = 200
    max_entries: int = 2_000
    max_unpacked_bytes: int = 64 * MEBIBYTE
    max_ratio: int = 120

    def seconds_allowed(self, pages: int) -> float:
        """Return how much processor time reading may take once `pages` pages are done, in seconds.

        >>> Limits().seconds_allowed(0), Limits().seconds_allowed(200)
        (0.8, 2.8)
        >>> Limits().seconds_allowed(10_000)
        5.0
        """
        return min(self.processor_seconds + pages * self.seconds_per_page, self.max_seconds)


DEFAULT = Limits()
