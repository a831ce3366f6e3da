"""What the methods page says of the smaller table is what the comparison finds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "methods" / "edition.md"

pytestmark = [pytest.mark.long, pytest.mark.data]


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    named = os.environ.get("KETENKAART_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"NOT RUN: no source data in {folder}; set KETENKAART_SHARED_DATA")
    script = [sys.executable, ROOT / "scripts" / "compare_resolution.py", "--from", folder]
    done = subprocess.run(
        [*script, "--as-of", "2019-12-31"], capture_output=True, text=True, check=True
    )
    parts = re.split(r"^## ", done.stdout, flags=re.MULTILINE)[1:]
    return {part.split(",", 1)[0]: part for part in parts}


def row(start: str) -> list[str]:
    line = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if start in line)
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("measure", "column"), [("value_added", 1), ("person_years", 2)])
def test_the_page_quotes_the_comparison(found, measure: str, column: int) -> None:
    part = found[measure]
    exposure = row("all exposure abroad")[column]
    assert all(
        line.split("|")[2].strip() == exposure
        for line in part.splitlines()
        if line.startswith(("| child_labour", "| corruption"))
    )
    for axis in ("region", "sector"):
        said = row(f"exposure that stands at another {axis}")[column]
        assert f"another {axis}: {said}" in part


@pytest.mark.parametrize("measure", ["value_added", "person_years"])
def test_the_ends_of_the_gap_do_not_move_at_one_decimal(found, measure: str) -> None:
    compared = re.findall(r"([0-9.]+) / ([0-9.]+)", found[measure])
    assert len(compared) >= 14
    assert all(one == other for one, other in compared)
