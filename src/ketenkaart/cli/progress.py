"""A progress bar on standard error: drawn for people, one line per step in a pipe."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from ketenkaart.cli.output import tell


class Steps:
    """Named steps of known number; `begin` ends the step before it.

    >>> with Steps(total=1) as steps:
    ...     steps.begin("Stores")
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = -1
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._bar.add_task("", total=total)
        self._drawn = sys.stderr.isatty()

    def __enter__(self) -> Steps:
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

    def begin(self, name: str) -> None:
        """Say which step begins now."""
        self._done += 1
        if self._drawn:
            self._bar.update(self._task, completed=self._done, description=name)
        else:
            tell(f"[{min(self._done + 1, self._total)}/{self._total}] {name}")


class Share:
    """One job whose parts say how far they are; a terminal gets a bar, a pipe a line per part.

    >>> with Share() as share:
    ...     share.show("reading", 0.5)
    """

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._bar.add_task("", total=1.0)
        self._drawn = sys.stderr.isatty()
        self._told = -1

    def __enter__(self) -> Share:
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

    def show(self, name: str, done: float) -> None:
        """Say what is being done, and how far that is (0 to 1)."""
        if self._drawn:
            self._bar.update(self._task, completed=done, description=name)
        elif (tenth := int(done * 10)) != self._told:
            self._told = tenth
            tell(f"[{done:4.0%}] {name}")
