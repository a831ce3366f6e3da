"""The figures in docs/methods/split.md are what the back-test gives, on the real tables."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ketenkaart.core.chain.split.types import Prior
from ketenkaart.services.chain.split_backtest import run_trials
from ketenkaart.services.chain.splitting import DEFAULT_PRIOR

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "methods" / "split.md"
sys.path.insert(0, str(ROOT / "scripts"))

pytestmark = [pytest.mark.long, pytest.mark.data]
PRIORS = (Prior.PROPORTIONAL, Prior.ACCOUNTS, DEFAULT_PRIOR)


@pytest.fixture(scope="module")
def trials():
    if not (SOURCE / "wiod2013" / "wiot_2011.parquet").is_file():
        pytest.skip("the real tables are absent: the back-test of the split is NOT tested")
    return run_trials(SOURCE, (("BRA", "TUR", "IDN"), ("CAN", "JPN", "POL")), (2011,), PRIORS)


def test_the_page_says_what_the_back_test_gives(trials) -> None:
    import split_backtest

    page = PAGE.read_text(encoding="utf-8")
    for line in split_backtest.error_table(trials)[2:]:
        assert line in page
    for line in split_backtest.country_table([t for t in trials if t.prior is DEFAULT_PRIOR])[2:]:
        assert line in page


def test_what_is_known_of_countries_beats_size_alone(trials) -> None:
    for group in {trial.countries for trial in trials}:
        naive, accounts, best = (
            next(t for t in trials if t.countries == group and t.prior is prior).errors()
            for prior in PRIORS
        )
        assert accounts["output"] < 0.8 * naive["output"]
        assert best["cells"] < 0.8 * naive["cells"]
        assert best["footprint"] < 0.8 * naive["footprint"]


def test_intervals_hold_the_truth_where_they_were_not_made(trials) -> None:
    import split_backtest

    from ketenkaart.core.chain.split.errors import bounds, covered
    from ketenkaart.sources.reference.split_errors import load_split_errors

    errors = load_split_errors()
    best = [trial for trial in trials if trial.prior is DEFAULT_PRIOR]
    for what in ("output", "footprint"):
        estimates, truths, shares = split_backtest.pooled(best, what)
        low, high = bounds(estimates, shares, [c.made() for c in getattr(errors, what)])
        assert covered(truths, low, high) >= 0.85
