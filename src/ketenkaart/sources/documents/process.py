"""Start the confined process, feed it, and end it in time; nothing here looks into a document."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from ketenkaart.sources.documents.limits import Limits
from ketenkaart.sources.documents.media import Form
from ketenkaart.sources.documents.reasons import Reason, Refusal

_MODULE = "ketenkaart.sources.documents.inside"
_PIECE = 1 << 16
_EMPTY_PAGE = b'{"page":""}'
_LAST = (b'{"end"', b'{"refused"')


@dataclass(slots=True)
class Outcome:
    """What came of one process: its lines, how it ended, and what it cost.

    `start_seconds` runs until the reader was ready, `seconds` from then on; `peak_bytes` is the
    largest memory in use. `exit_code` is negative for the signal that ended it.
    """

    lines: list[bytes] = field(default_factory=list)
    is_complete: bool = False
    is_late: bool = False
    is_flood: bool = False
    exit_code: int = 0
    start_seconds: float = 0.0
    seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_bytes: int = 0


def run(form: Form, data: bytes, limits: Limits) -> Outcome:
    """Have `data` read as `form` in a process of its own; return whatever came of it.

    The process gets an empty environment, three pipes' ends and its limits, nothing else. It is
    ended when it says that it is done, when its time is up, and when it says too much. Raises
    `Refusal` where no such process can be started.
    """
    command = [sys.executable, "-I", "-B", "-m", _MODULE, form.value, json.dumps(limits._asdict())]
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
        )
    except OSError:
        raise Refusal(Reason.UNCONFINED) from None
    talk = _Talk(process, data, limits)
    try:
        talk.listen()
    finally:
        talk.finish()
    return talk.outcome


class _Talk:
    """One exchange with a confined process."""

    def __init__(self, process: subprocess.Popen[bytes], data: bytes, limits: Limits) -> None:
        self.outcome = Outcome()
        self._process = process
        self._data = memoryview(data)
        self._limits = limits
        self._start = time.monotonic()
        self._ready: float | None = None
        self._pages = 0
        self._size = 0
        self._pieces: list[bytes] = []

    def listen(self) -> None:
        """Feed and listen until there is nothing more to hear."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError("the process was started without pipes")
        with selectors.DefaultSelector() as selector:
            for stream, event in (
                (stdin, selectors.EVENT_WRITE),
                (stdout, selectors.EVENT_READ),
            ):
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, event)
            if not self._data:
                selector.unregister(stdin)
                stdin.close()
            while not (self.outcome.is_complete or self.outcome.is_flood):
                left = self._deadline() - time.monotonic()
                if left <= 0:
                    self.outcome.is_late = True
                    return
                for key, _ in selector.select(left):
                    if key.fileobj is stdin and not self._feed():
                        selector.unregister(stdin)
                        stdin.close()
                    elif key.fileobj is stdout and not self._hear():
                        return

    def _deadline(self) -> float:
        if self._ready is None:
            return self._start + self._limits.start_seconds
        allowed = self._limits.seconds_allowed(self._pages)
        return self._ready + self._limits.wall_factor * allowed

    def _feed(self) -> bool:
        """Write the next piece; return whether there is more to write."""
        stdin = self._process.stdin
        try:
            written = os.write(stdin.fileno(), self._data[:_PIECE]) if stdin else 0
        except BlockingIOError:
            return True
        except BrokenPipeError:
            return False
        self._data = self._data[written:]
        return bool(self._data)

    def _hear(self) -> bool:
        """Take in what was said; return whether more may come."""
        stdout = self._process.stdout
        try:
            piece = os.read(stdout.fileno(), _PIECE) if stdout else b""
        except BlockingIOError:
            return True
        if not piece:
            return False
        self._size += len(piece)
        if self._size > self._limits.max_output_bytes:
            self.outcome.is_flood = True
            return False
        # Joined only once per line: a line of megabytes comes in hundreds of pieces.
        self._pieces.append(piece)
        if b"\n" not in piece:
            return True
        *lines, rest = b"".join(self._pieces).split(b"\n")
        self._pieces = [rest]
        for line in lines:
            self._take(line)
        return True

    def _take(self, line: bytes) -> None:
        if self._ready is None:
            self._ready = time.monotonic()
        if line.startswith(b'{"page"') and line != _EMPTY_PAGE:
            self._pages += 1
        self.outcome.lines.append(line)
        self.outcome.is_complete = self.outcome.is_complete or line.startswith(_LAST)

    def finish(self) -> None:
        """End the process if it still runs, and note what it cost."""
        now = time.monotonic()
        outcome = self.outcome
        self._reap(now)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        ready = now if self._ready is None else self._ready
        outcome.start_seconds = ready - self._start
        outcome.seconds = now - ready

    def _reap(self, now: float) -> None:
        """Wait for the process; one that closed its pipe is given a moment to say how it ended."""
        pid, status, usage = 0, 0, None
        self.outcome.peak_bytes = _peak_bytes(self._process.pid)
        is_over = self.outcome.is_complete or self.outcome.is_late or self.outcome.is_flood
        try:
            while not is_over and pid == 0 and time.monotonic() < now + 1.0:
                pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
                if pid == 0:
                    time.sleep(0.002)
            if pid == 0:
                os.kill(self._process.pid, signal.SIGKILL)
                _, status, usage = os.wait4(self._process.pid, 0)
        except (ChildProcessError, ProcessLookupError):
            # Someone else in this process collects children; then the cost stays unknown.
            self._process.returncode = 0
            return
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self.outcome.exit_code = self._process.returncode
        if usage is not None:
            self.outcome.processor_seconds = usage.ru_utime + usage.ru_stime
            self.outcome.peak_bytes = self.outcome.peak_bytes or _peak_after(usage.ru_maxrss * 1024)


def _peak_bytes(pid: int) -> int:
    """Return the largest memory that a living process has used; 0 where it cannot be asked."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "")
    return int(line.split()[1]) * 1024 if line else 0


def _peak_after(most: int) -> int:
    """Return what an ended process used; 0 when that may be what it inherited at its start."""
    return most if most > _peak_bytes(os.getpid()) else 0
