"""Readings and comparisons of letters keep what was measured of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
@pytest.mark.parametrize("which", ["first", "second", "last"])
def test_planted_changes_are_found_at_few_false_alarms(
    which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    sys.modules.pop("drift", None)
    import drift

    figures = drift.measure(which=drift.SETS[which])["figures"]
    assert figures["recall"]["of"] == 100
    assert figures["recall"]["value"] >= 0.9
    assert figures["false_alarms"]["of"] == 100
    assert figures["false_alarms"]["value"] <= 0.1
    assert figures["unrelated_paired"]["value"] <= 0.1


@pytest.mark.long
def test_the_page_with_scores_says_what_is_measured_now() -> None:
    script = [sys.executable, ROOT / "scripts" / "reading_scores.py", "--check"]
    assert subprocess.run(script, check=False).returncode == 0, "run scripts/reading_scores.py"
