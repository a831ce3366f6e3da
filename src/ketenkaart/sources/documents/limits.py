"""How much a document may cost before it is refused."""

from __future__ import annotations

from typing import NamedTuple

MEBIBYTE = 1 << 20


class Limits(NamedTuple):
    """What one document may take; the confined process and its parent both hold to it.

    `processor_seconds` and `wall_seconds` run from the moment that the reader is ready to the end.
    Every page that was read buys `seconds_per_page` more, up to `max_seconds`: a document that
    gives nothing ends within the first second, a long honest one is read to its end.
    """

    max_bytes: int = 32 * MEBIBYTE
    memory_bytes: int = 300 * MEBIBYTE
    start_seconds: float = 10.0
    processor_seconds: float = 0.8
    wall_seconds: float = 1.0
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

    def seconds_allowed(self, base: float, pages: int) -> float:
        """Return how long reading may last after `pages` pages, in seconds.

        >>> Limits().seconds_allowed(1.0, 200), Limits().seconds_allowed(1.0, 10_000)
        (3.0, 5.0)
        """
        return min(base + pages * self.seconds_per_page, max(self.max_seconds, base))


DEFAULT = Limits()
