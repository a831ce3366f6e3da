"""What tests of effects stand on: the command itself, and a frame of made tenders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ketenkaart.cli.main import run
from made_tenders import many_releases, write_lines

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    def _call(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["ketenkaart", "effect", *map(str, words)])
        code = 0
        try:
            run()
        except SystemExit as stop:
            code = int(stop.code or 0)
        found = capsys.readouterr()
        return code, found.out, found.err

    return _call


@pytest.fixture
def frame(call: Call, tmp_path: Path) -> Path:
    """A frame of 45 made tenders."""
    notices = write_lines(tmp_path / "notices.jsonl", many_releases())
    code, _, err = call("frame", notices, "-o", tmp_path / "frame.parquet")
    assert code == 0, err
    return tmp_path / "frame.parquet"
