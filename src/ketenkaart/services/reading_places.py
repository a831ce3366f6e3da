"""How many letters are read at once, so that reading never takes the whole machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from ketenkaart.core.errors import KetenkaartError

MOST_AT_ONCE = 2
"""Each may take 300 MB and a processor; the server answers on four threads."""
WAIT_SECONDS = 2.0
RETRY_SECONDS = 10

_PLACES = BoundedSemaphore(MOST_AT_ONCE)


class BusyError(KetenkaartError):
    """As many letters are being read as may be read at once; try again in `RETRY_SECONDS`."""

    code = "busy"
    http_status = 503


@contextmanager
def reading_place(wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold one of the places for reading, in this process, until the block ends.

    Raises `BusyError` when none comes free within `wait_seconds`.
    """
    if not _PLACES.acquire(timeout=wait_seconds):
        raise BusyError(
            "As many letters are being read as may be read at once",
            fix=f"Try again in {RETRY_SECONDS} seconds.",
        )
    try:
        yield
    finally:
        _PLACES.release()
