"""Where the other publishers' files are, for tests that need them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the publishers' files; without it the test is skipped, and says so."""
    named = os.environ.get("KETENKAART_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not (folder / "wiod2013").is_dir():
        pytest.skip(f"NOT RUN: no source data in {folder}; set KETENKAART_SHARED_DATA")
    return folder
