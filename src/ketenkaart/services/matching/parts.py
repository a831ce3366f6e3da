"""Parts of a run: kept as files, so that a killed run goes on, and done by several processes."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from ketenkaart.core.chain.matching.finding import Band, Match, RowResult
from ketenkaart.core.chain.matching.rules import Caution
from ketenkaart.core.errors import KetenkaartError, StoreError

LEAST_PARTS = 4
"""With fewer parts to do, a second process costs more than it brings."""
MOST_PROCESSES = 8


def in_parts(
    starts: Sequence[int],
    do: Callable[[int], None],
    is_done: Callable[[int], bool],
    *,
    told: Callable[[int], None],
) -> None:
    """Do each part, on as many processes as there are processors; `told` hears how many are done.

    What a process leaves undone, for whatever reason, is done here, and raises what it raises.
    """
    count = min(_processors(), MOST_PROCESSES, len(starts) // 2)
    if count > 1 and len(starts) >= LEAST_PARTS and sys.platform == "linux":
        _shared_out(starts, do, is_done, count, told)
    for start in starts:
        if not is_done(start):
            do(start)
            told(sum(map(is_done, starts)))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _shared_out(
    starts: Sequence[int],
    do: Callable[[int], None],
    is_done: Callable[[int], bool],
    count: int,
    told: Callable[[int], None],
) -> None:
    """Fork processes that each do their share; they see the lists without copying them."""
    parent = os.getpid()

    def work(share: Sequence[int]) -> None:
        try:
            for start in share:
                # Whose parent was killed stops after its part, which is kept.
                if os.getppid() != parent:
                    return
                do(start)
        except (KetenkaartError, KeyboardInterrupt):
            os._exit(1)  # the parent tries again, and says what is wrong

    context = multiprocessing.get_context("fork")
    processes = [
        context.Process(target=work, args=(starts[k::count],), daemon=True) for k in range(count)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside idle threads
        for process in processes:
            process.start()
    try:
        while any(process.is_alive() for process in processes):
            time.sleep(0.05)
            told(sum(map(is_done, starts)))
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
            process.join()


class Parts:
    """Finished parts of a run, as files: in a folder that outlives it, or one that does not.

    They are removed when the run is done, and kept when it is cut short.
    """

    def __init__(self, work: Path | None, fingerprint: str) -> None:
        self._lent: tempfile.TemporaryDirectory[str] | None = None
        try:
            if work is None:
                self._lent = tempfile.TemporaryDirectory(prefix="ketenkaart-")
                work = Path(self._lent.name)
            self._folder = work / fingerprint
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"Parts of the run cannot be kept: {error.strerror}",
                where=str(work),
                fix="Free space, or choose another data folder with KETENKAART_DATA.",
            ) from error
        said = self._folder / "left_out"
        self.left_out = int(said.read_text()) if said.exists() else 0

    def __enter__(self) -> Parts:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._lent is not None:
            self._lent.cleanup()

    def note_left_out(self, count: int) -> int:
        """Keep how many keys were left out."""
        self.left_out = count
        _write(self._folder / "left_out", str(count))
        return count

    def has(self, start: int) -> bool:
        """Return whether the part that begins at a row is done."""
        return self._file(start).exists()

    def keep(self, start: int, results: list[RowResult]) -> None:
        """Keep a part, whole or not at all."""
        _write(self._file(start), json.dumps([_as_json(result) for result in results]))

    def read(self, start: int) -> Iterable[RowResult]:
        """Return a part."""
        return [_from_json(found) for found in json.loads(self._file(start).read_text())]

    def _file(self, start: int) -> Path:
        return self._folder / f"{start:09d}.json"


def _write(path: Path, text: str) -> None:
    staged = path.with_suffix(f".{os.getpid()}")
    try:
        with staged.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, path)
    except OSError as error:
        raise StoreError(
            f"A part of the run cannot be kept: {error.strerror}",
            where=str(path.parent),
            fix="Free space, and run again: finished parts are kept.",
        ) from error


def _as_json(result: RowResult) -> list[Any]:
    return [
        result.key,
        result.band.value,
        [
            [m.left, m.right, m.band.value, m.probability, m.reasons, [c.value for c in m.cautions]]
            for m in result.matches
        ],
    ]


def _from_json(found: list[Any]) -> RowResult:
    key, band, matches = found
    return RowResult(
        key,
        Band(band),
        tuple(
            Match(a, b, Band(c), d, tuple((text, bits) for text, bits in e), tuple(map(Caution, f)))
            for a, b, c, d, e, f in matches
        ),
    )
