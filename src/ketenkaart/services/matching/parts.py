"""Parts of a run: kept as files, so that a killed run goes on, and done by several processes."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from ketenkaart.core.chain.matching.outcomes import Found
from ketenkaart.core.errors import StoreError
from ketenkaart.services.matching.processes import spread

KEPT_SECONDS = 30 * 24 * 3600
"""How long parts of a run that nobody went on with are kept."""
LEAST_PARTS = 4
"""With fewer parts to do, a second process costs more than it brings."""


def in_parts(
    starts: Sequence[int],
    do: Callable[[int], None],
    *,
    told: Callable[[int], None],
) -> None:
    """Do the parts that begin at these rows; `told` hears how many are done."""
    for count, _ in enumerate(spread(len(starts), lambda k: do(starts[k]), least=LEAST_PARTS)):
        told(count + 1)


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
            _clear_abandoned(work, self._folder)
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
        _write(self._folder / "left_out", str(count).encode(), outlives=self._lent is None)
        return count

    def has(self, start: int) -> bool:
        """Return whether the part that begins at a row is done."""
        return self._file(start).exists()

    def keep(self, start: int, found: Found) -> None:
        """Keep a part, whole or not at all."""
        raw = io.BytesIO()
        np.save(raw, found, allow_pickle=False)
        _write(self._file(start), raw.getvalue(), outlives=self._lent is None)

    def read(self, start: int) -> Found:
        """Return a part."""
        return np.asarray(np.load(self._file(start), allow_pickle=False))

    def _file(self, start: int) -> Path:
        return self._folder / f"{start:09d}.npy"


def _clear_abandoned(work: Path, used: Path) -> None:
    """Remove parts of runs that were cut short long ago, by the day they were last added to."""
    oldest = time.time() - KEPT_SECONDS
    for folder in work.iterdir():
        if folder != used and folder.is_dir() and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, raw: bytes, *, outlives: bool) -> None:
    staged = path.with_suffix(f".{os.getpid()}")
    try:
        with staged.open("wb") as file:
            file.write(raw)
            if outlives:
                file.flush()
                os.fsync(file.fileno())
        os.replace(staged, path)
    except OSError as error:
        raise StoreError(
            f"A part of the run cannot be kept: {error.strerror}",
            where=str(path.parent),
            fix="Free space, and run again: finished parts are kept.",
        ) from error
