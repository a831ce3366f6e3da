"""Indicators that follow from facts at hand, and the collection of every baseline."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from ketenkaart.cli.indicator import indicator_app
from ketenkaart.core.governance.types import Kind
from ketenkaart.core.monitor.computed import Counted
from ketenkaart.core.monitor.indicators import Computed
from ketenkaart.core.provenance import BaselineState, Grade, State
from ketenkaart.services.monitor.computing import compute_figure
from ketenkaart.services.monitor.indicators import baselines
from ketenkaart.sources.reference.governance import load_instruments
from ketenkaart.sources.reference.indicators import find_indicator, load_indicators

TODAY = date(2026, 11, 22)


def test_the_ten_metrics_of_coverage_are_there_with_formula_and_caveat() -> None:
    coded = [item for item in load_indicators() if item.code]
    assert {item.code for item in coded} == {f"GC{k}" for k in range(1, 11)}
    assert all(item.formula and item.caveat for item in coded)
    # where nobody measured and nothing can be computed, that is said and not filled in
    for item in load_indicators():
        known = any(wave.state is State.KNOWN for wave in item.waves)
        open_ = any(wave.state is not State.KNOWN for wave in item.waves)
        assert known or open_ or item.computed
    split = find_indicator("endorsement_high_risk")
    assert [wave.state for wave in split.waves] == [State.UNKNOWN]
    assert split.waves[0].citation.grade is Grade.CHECK
    assert split.targets == ()


def test_sectors_are_counted_from_the_agreements_of_a_day() -> None:
    early, late = (
        compute_figure(Computed.SECTOR_COVERAGE, on=day) for day in (date(2013, 1, 1), TODAY)
    )
    assert (early.value, len(early.parts)) == (0, 13)
    assert late.value == sum(part.counted is Counted.YES for part in late.parts) / 13
    then = compute_figure(Computed.SECTOR_COVERAGE, on=date(2020, 7, 8))
    assert then.value is not None
    assert then.value > late.value  # agreements ended
    textiles = next(part for part in then.parts if part.id == "textiles")
    assert textiles.counted is Counted.YES
    assert "Garments" in textiles.why.en


def test_schemes_that_are_not_worked_out_keep_the_share_open() -> None:
    found = compute_figure(Computed.INSTRUMENT_COVERAGE, on=TODAY)
    unknown = sum(part.counted is Counted.UNKNOWN for part in found.parts)
    hidden = [
        item
        for item in load_instruments()
        if item.kind in (Kind.FUND, Kind.FINANCE) and not item.worked_out
    ]
    assert unknown == len(hidden)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(unknown / len(found.parts))


def test_agreements_are_a_query_and_not_a_constant() -> None:
    counts = [
        compute_figure(Computed.AGREEMENTS, on=date(year, 12, 31)).value
        for year in range(2013, 2025)
    ]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == sum(item.kind is Kind.COVENANT for item in load_instruments())


def test_the_gap_is_computed_and_can_be_followed_back() -> None:
    shown = CliRunner().invoke(
        indicator_app, ["show", "governance_gap", "--as-of", "2026-11-22", "--format", "json"]
    )
    found = json.loads(shown.stdout)
    assert found["code"] == "GC10"
    computed = found["computed"]
    assert 0 <= computed["low"] <= computed["value"] <= computed["high"] <= 1
    assert computed["trace"].startswith("gap:")
    words = CliRunner().invoke(indicator_app, ["show", "governance_gap"]).stdout
    assert f"ketenkaart why {computed['trace'].split(':2026')[0]}" in words


def test_no_instrument_is_missing_from_the_collection_of_baselines() -> None:
    rows = [row for row in baselines() if row.kind == "instrument"]
    worked_out = {item.id: item for item in load_instruments() if item.worked_out}
    assert {row.of for row in rows} == set(worked_out)
    for row in rows:
        item = worked_out[row.of]
        if not item.baselines:
            assert row.state is BaselineState.NOT_RESEARCHED
        assert (row.value is None) == (row.state is not BaselineState.MEASURED)
        assert row.value is not None or row.note is not None
