"""Do the parts of a work on as many processes as there are processors."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import TypeVar

from ketenkaart.core.errors import KetenkaartError

MOST_PROCESSES = 8
Result = TypeVar("Result")


def spread(count: int, do: Callable[[int], Result], *, least: int) -> Iterator[tuple[int, Result]]:
    """Yield the number of each part and what came of it, as they are done.

    Processes are forked: they see what there is without copying it, and send back what they make.
    With fewer than `least` parts there is no second process. What a process leaves undone, for
    whatever reason, is done here, and raises what it raises.
    """
    missing = set(range(count))
    at_once = min(_processors(), MOST_PROCESSES, count)
    if at_once > 1 and count >= least and sys.platform == "linux":
        for k, result in _from_processes(count, do, at_once):
            missing.discard(k)
            yield k, result
    for k in sorted(missing):
        yield k, do(k)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _from_processes(
    count: int, do: Callable[[int], Result], at_once: int
) -> Iterator[tuple[int, Result]]:
    context = multiprocessing.get_context("fork")
    parent = os.getpid()
    readers: list[Connection] = []
    processes: list[ForkProcess] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside idle threads
        for first in range(at_once):
            reader, writer = context.Pipe(duplex=False)
            share = range(first, count, at_once)
            process = context.Process(target=_work, args=(share, do, writer, parent), daemon=True)
            process.start()
            writer.close()
            readers.append(reader)
            processes.append(process)
    try:
        yield from _received(readers)
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
            process.join()


def _received(readers: list[Connection]) -> Iterator[tuple[int, Result]]:
    """Yield what comes in, until every process has closed its end."""
    open_ones = list(readers)
    while open_ones:
        ready = wait(open_ones)
        for reader in [reader for reader in open_ones if reader in ready]:
            try:
                yield pickle.loads(reader.recv_bytes())  # noqa: S301 - of our own processes
            except EOFError:
                open_ones.remove(reader)
                reader.close()


def _work(share: range, do: Callable[[int], Result], writer: Connection, parent: int) -> None:
    try:
        for k in share:
            # Whose parent was killed stops after its part.
            if os.getppid() != parent:
                return
            writer.send_bytes(pickle.dumps((k, do(k)), protocol=5))
    except (KetenkaartError, KeyboardInterrupt, BrokenPipeError):
        os._exit(1)  # the parent tries again, and says what is wrong
