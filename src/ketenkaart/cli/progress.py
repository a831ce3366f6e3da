"""A progress bar on standard error: drawn for people, one line per step in a pipe."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ketenkaart.cli.output import tell


class _Bar:
    """A bar that is drawn on a terminal while its block runs."""

    def __init__(self, *columns: ProgressColumn) -> None:
        self._bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        self._drawn = sys.stderr.isatty()

    def __enter__(self) -> Self:
        if self._drawn:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._drawn:
            self._bar.stop()


class Steps(_Bar):
    """Named steps of known number; `begin` ends the step before it.

    >>> with Steps(total=1) as steps:
    ...     steps.begin("Stores")
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = -1
        super().__init__(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        )
        self._task = self._bar.add_task("", total=total)

    def begin(self, name: str) -> None:
        """Say which step begins now."""
        self._done += 1
        if self._drawn:
            self._bar.update(self._task, completed=self._done, description=name)
        else:
            tell(f"[{min(self._done + 1, self._total)}/{self._total}] {name}")


class Share(_Bar):
    """One job whose parts say how far they are; a terminal gets a bar, a pipe a line per part.

    >>> with Share() as share:
    ...     share.show("reading", 0.5)
    """

    def __init__(self) -> None:
        super().__init__(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
        )
        self._task = self._bar.add_task("", total=1.0)
        self._told = -1

    def show(self, name: str, done: float) -> None:
        """Say what is being done, and how far that is (0 to 1)."""
        if self._drawn:
            self._bar.update(self._task, completed=done, description=name)
        elif (tenth := int(done * 10)) != self._told:
            self._told = tenth
            tell(f"[{done:4.0%}] {name}")


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Return the rate in words."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s")


class Tally(_Bar):
    """Many things alike, counted as they are done: a bar with rate and time left.

    A pipe gets a line per tenth, and one every half minute.

    >>> with Tally("reading", 3) as tally:
    ...     tally.show(1, 3)
    """

    SECONDS_PER_LINE = 30.0

    def __init__(self, name: str, total: int) -> None:
        self._name = name
        super().__init__(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(compact=True),
        )
        self._task = self._bar.add_task(name, total=total)
        self._start = self._told = time.monotonic()
        self._tenth = 0

    def show(self, done: int, total: int) -> None:
        """Say how many are done, and of how many."""
        if self._drawn:
            self._bar.update(self._task, completed=done, total=total)
            return
        now = time.monotonic()
        tenth = done * 10 // max(total, 1)
        since = now - self._told
        is_due = since > self.SECONDS_PER_LINE or (tenth != self._tenth and since > 1.0)
        if not is_due and done != total:
            return
        self._tenth, self._told = tenth, now
        rate = done / max(now - self._start, 1e-9)
        left = "" if done == total else f", {(total - done) / rate:.0f} s left"
        tell(f"[{done}/{total}] {self._name}, {rate:.1f} a second{left}")
