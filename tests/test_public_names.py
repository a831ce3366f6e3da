"""`import ketenkaart as kk` gives what it promises, and loads nothing before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ketenkaart as kk


@pytest.mark.parametrize("name", kk.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(kk, name)
    assert thing.__name__ == name
    assert thing.__doc__
    assert name in dir(kk)


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = kk.nonsense


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, ketenkaart; print(*(m for m in ('numpy', 'polars') if m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
