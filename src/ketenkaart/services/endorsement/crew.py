"""Keep several reading processes at work; one that dies or hangs costs one file, not the run."""

from __future__ import annotations

import contextlib
import json
import selectors
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ketenkaart.core.errors import StoreError
from ketenkaart.services.endorsement.rows import DocumentRow, FileState, file_name, row_of

COMMAND = (sys.executable, "-m", "ketenkaart.services.endorsement.worker")
SECONDS_PER_FILE = 300.0
"""How long one file may take on the clock; the confined reader's own limits are shorter."""
START_SECONDS = 60.0
TRIES = 2
"""A file whose process dies is tried once more: another file may have been the cause."""


@dataclass(slots=True)
class _Job:
    number: int
    path: Path
    tries: int = 0


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    said: IO[bytes]
    until: float
    job: _Job | None = None
    is_ready: bool = False
    pieces: list[bytes] = field(default_factory=list)

    def last_words(self) -> str:
        self.said.seek(0)
        lines = self.said.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else "no word of why"


def read_all(jobs: Iterable[tuple[int, Path]], processes: int) -> Iterator[tuple[int, DocumentRow]]:
    """Yield the number and the row of each file as it is done, on so many processes.

    Closing the iterator ends the processes. Raises `StoreError` where none can be started.
    """
    crew = _Crew(jobs, processes)
    try:
        yield from crew.results()
    finally:
        crew.close()


class _Crew:
    def __init__(self, jobs: Iterable[tuple[int, Path]], processes: int) -> None:
        self._jobs = iter(jobs)
        self._again: deque[_Job] = deque()
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []
        self._processes = processes

    def results(self) -> Iterator[tuple[int, DocumentRow]]:
        """Yield results until no file is left."""
        while True:
            while len(self._workers) < self._processes and (job := self._next()) is not None:
                self._start(job)
            if not self._workers:
                return
            yield from self._heard()
            yield from self._late()

    def close(self) -> None:
        """End every process."""
        for worker in tuple(self._workers):
            self._end(worker)
        self._selector.close()

    def _next(self) -> _Job | None:
        if self._again:
            return self._again.popleft()
        found = next(self._jobs, None)
        return None if found is None else _Job(*found)

    def _start(self, job: _Job) -> None:
        said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as its worker
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        except OSError as error:
            said.close()
            raise StoreError(
                f"No reading process can be started: {error.strerror or error}",
                fix="Free some memory, or ask for fewer with --processes.",
            ) from error
        worker = _Worker(process, said, time.monotonic() + START_SECONDS, job)
        self._workers.append(worker)
        self._selector.register(_pipe(process.stdout), selectors.EVENT_READ, worker)

    def _heard(self) -> Iterator[tuple[int, DocumentRow]]:
        first = min(worker.until for worker in self._workers)
        for key, _ in self._selector.select(timeout=max(0.0, first - time.monotonic()) + 0.01):
            worker: _Worker = key.data
            piece = _pipe(worker.process.stdout).read1(1 << 20)  # type: ignore[attr-defined]
            if not piece:
                yield from self._died(worker, "The reader stopped on this file")
                continue
            worker.pieces.append(piece)
            if not piece.endswith(b"\n"):
                continue
            line = b"".join(worker.pieces)
            worker.pieces.clear()
            yield from self._took(worker, json.loads(line))

    def _took(self, worker: _Worker, data: Any) -> Iterator[tuple[int, DocumentRow]]:
        if not worker.is_ready:
            worker.is_ready = True
            self._send(worker)
            return
        job = worker.job
        worker.job = self._next()
        if worker.job is None:
            self._end(worker)
        else:
            self._send(worker)
        if job is not None:
            yield job.number, row_of(data, file_name(job.path))

    def _send(self, worker: _Worker) -> None:
        if worker.job is None:
            return
        worker.until = time.monotonic() + SECONDS_PER_FILE
        stdin = _pipe(worker.process.stdin)
        try:
            stdin.write(json.dumps(str(worker.job.path)).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            return  # its end of output says so too

    def _late(self) -> Iterator[tuple[int, DocumentRow]]:
        now = time.monotonic()
        for worker in [worker for worker in self._workers if worker.until < now]:
            if worker.job is not None:
                worker.job.tries = TRIES  # what hangs once hangs again
            yield from self._died(worker, f"Reading took over {SECONDS_PER_FILE:.0f} seconds")

    def _died(self, worker: _Worker, what: str) -> Iterator[tuple[int, DocumentRow]]:
        job, was_ready = worker.job, worker.is_ready
        words = worker.last_words()
        self._end(worker)
        if not was_ready:
            raise StoreError(
                f"The reading process does not start: {words}", fix="Install ketenkaart again."
            )
        if job is None:
            return
        job.tries += 1
        if job.tries < TRIES:
            self._again.append(job)
            return
        reason = f"{what}: {words}. Give another form of the same document."
        yield (
            job.number,
            DocumentRow(file_name(job.path), None, FileState.UNREADABLE, reason=reason),
        )

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        stdin, stdout = _pipe(worker.process.stdin), _pipe(worker.process.stdout)
        self._selector.unregister(stdout)
        worker.process.kill()
        worker.process.wait()
        for stream in (stdout, worker.said):
            stream.close()
        with contextlib.suppress(BrokenPipeError):
            stdin.close()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise AssertionError("the process was started without pipes")
    return stream
