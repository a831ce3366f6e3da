"""What every test stands on: a data folder of its own, so that no test sees a user's stores."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair, not a property of the code.
settings.register_profile("ketenkaart", deadline=None)
settings.load_profile("ketenkaart")

_FOLDER = tempfile.mkdtemp(prefix="ketenkaart-tests-")
os.environ["KETENKAART_DATA"] = _FOLDER


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new, empty data folder that commands and services use during one test."""
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path / "data"))
    return tmp_path / "data"
