"""Call the command line in this process, as a shell would, and take what it says."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from ketenkaart.cli.main import app, run

Call = Callable[..., tuple[int, str, str]]
"""Takes the words behind `ketenkaart`; returns exit code, standard output and standard error."""


def calling(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return what calls `ketenkaart` with its own words for `sys.argv`."""

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ketenkaart", *map(str, words)])
        try:
            run()
        except SystemExit as stop:
            code = stop.code or 0
        else:
            code = 0
        said = capsys.readouterr()
        return (code if isinstance(code, int) else 1), said.out, said.err

    return call


def printed(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """Return what a command prints; it must end with this exit code, and errors come through."""
    with pytest.raises(SystemExit) as ended:
        app(list(words))
    assert ended.value.code == code
    return capsys.readouterr().out
