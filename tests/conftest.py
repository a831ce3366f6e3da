"""What every test stands on: a data folder of its own, so that no test sees a user's stores."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from calling import Call, calling

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


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command in this process; a file that tests one group puts its word before."""
    return calling(capsys, monkeypatch)


@pytest.fixture(scope="module")
def once_per_file(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[Callable[[], object]], object]]:
    """Fill the record once for a file; each test starts from that, and the file leaves no trace.

    What is filled in stands in a transaction around those of the tests, and is taken back after
    the last one.
    """
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield lambda fill: fill()
        transaction.set_rollback(True)
