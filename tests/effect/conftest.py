"""What tests of effects stand on: the command itself, and a frame of made tenders."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from calling import Call
from made_tenders import many_releases, write_lines


@pytest.fixture
def call(call: Call) -> Call:
    return partial(call, "effect")


@pytest.fixture
def frame(call: Call, tmp_path: Path) -> Path:
    """A frame of 45 made tenders."""
    notices = write_lines(tmp_path / "notices.jsonl", many_releases())
    code, _, err = call("frame", notices, "-o", tmp_path / "frame.parquet")
    assert code == 0, err
    return tmp_path / "frame.parquet"
