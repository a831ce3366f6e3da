"""Do the parts of a work on as many processes as there are processors."""

from __future__ import annotations

import mmap
import multiprocessing
import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any, TypeVar

from ketenkaart.core.errors import KetenkaartError

MOST_PROCESSES = 8
_ALIGNED = 64
Result = TypeVar("Result")


def processors() -> int:
    """Return how many processes are worth starting here."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return min(count, MOST_PROCESSES)


def spread(count: int, do: Callable[[int], Result], *, least: int) -> Iterator[tuple[int, Result]]:
    """Yield the number of each part and what came of it, as they are done.

    This process does its share, the others are forked: they see what there is without copying it,
    and hand back what they make. With fewer than `least` parts there is no second process. What a
    process leaves undone, for whatever reason, is done here, and raises what it raises.
    """
    missing = set(range(count))
    at_once = min(processors(), count)
    if at_once > 1 and count >= least and sys.platform == "linux":
        for k, result in _shared(count, do, at_once):
            missing.discard(k)
            yield k, result
    for k in sorted(missing):
        yield k, do(k)


@dataclass(frozen=True, slots=True)
class _Other:
    """Another process: where it says what it has done, and the memory that it puts arrays in."""

    process: ForkProcess
    reader: Connection
    memory: int

    def received(self) -> tuple[int, Any]:
        """Return a part; raises `EOFError` when there will be no more.

        Arrays are not copied: they are views of the memory that the other process wrote.
        """
        head, start, places = pickle.loads(self.reader.recv_bytes())  # noqa: S301 - our own
        size = max((end for _, end in places), default=0)
        held = memoryview(self._mapped(start, size) if size else b"")
        arrays = [held[low:high] for low, high in places]
        part: tuple[int, Any] = pickle.loads(head, buffers=arrays)  # noqa: S301
        return part

    def _mapped(self, start: int, size: int) -> mmap.mmap:
        return mmap.mmap(
            self.memory, size, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE, offset=start
        )


def _shared(count: int, do: Callable[[int], Result], at_once: int) -> Iterator[tuple[int, Result]]:
    others: list[_Other] = []
    for first in range(1, at_once):
        # Where no memory or process is to be had, its share is done here.
        with suppress(OSError):
            others.append(_started(range(first, count, at_once), do))
    waiting = list(others)
    try:
        for k in range(0, count, at_once):
            yield k, do(k)
            yield from _received(waiting, timeout=0)
        while waiting:
            yield from _received(waiting, timeout=None)
    finally:
        for other in others:
            if other.process.is_alive():
                other.process.terminate()
            other.process.join()
            other.reader.close()
            os.close(other.memory)


def _received(waiting: list[_Other], timeout: float | None) -> Iterator[tuple[int, Any]]:
    """Yield what has come in; who has closed its end is taken off the list."""
    ready = wait([other.reader for other in waiting], timeout)
    for other in [other for other in waiting if other.reader in ready]:
        try:
            yield other.received()
        except EOFError:
            waiting.remove(other)


def _started(share: Sequence[int], do: Callable[[int], Any]) -> _Other:
    context = multiprocessing.get_context("fork")
    memory = os.memfd_create("ketenkaart")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(
        target=_work, args=(share, do, writer, memory, os.getpid()), daemon=True
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside idle threads
            process.start()
    except OSError:
        reader.close()
        os.close(memory)
        raise
    finally:
        writer.close()
    return _Other(process, reader, memory)


def _work(
    share: Sequence[int], do: Callable[[int], Any], writer: Connection, memory: int, parent: int
) -> None:
    free = 0
    try:
        for k in share:
            # Whose parent was killed stops after its part.
            if os.getppid() != parent:
                return
            free = _send(writer, memory, free, (k, do(k)))
    except (KetenkaartError, KeyboardInterrupt, BrokenPipeError):
        os._exit(1)  # the parent tries again, and says what is wrong


def _send(writer: Connection, memory: int, start: int, part: Any) -> int:
    """Send a part, its arrays by way of shared memory; return where the next may begin."""
    arrays: list[pickle.PickleBuffer] = []
    head = pickle.dumps(part, protocol=5, buffer_callback=arrays.append)
    places, end = [], 0
    for array in arrays:
        raw = array.raw()
        low = -(-end // _ALIGNED) * _ALIGNED
        end = low + raw.nbytes
        done = 0
        while done < raw.nbytes:
            done += os.pwrite(memory, raw[done:], start + low + done)
        places.append((low, end))
    # An empty array at the end has a place too, where nothing was written.
    os.ftruncate(memory, start + end)
    writer.send_bytes(pickle.dumps((head, start, places), protocol=5))
    whole = mmap.ALLOCATIONGRANULARITY
    return start + -(-end // whole) * whole
