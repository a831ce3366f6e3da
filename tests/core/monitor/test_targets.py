"""A target's standing and the chance to reach it: right where data carry it, else silent."""

from __future__ import annotations

from datetime import date, timedelta
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.coding import CodingCheck, correct_for_coding
from ketenkaart.core.monitor.indicators import Indicator, Scale
from ketenkaart.core.monitor.targets import (
    Observation,
    Prior,
    Series,
    Standing,
    Thin,
    back_test,
    comparable,
    observed,
    project,
    scaled,
    standing,
    thin,
)

TEXT = {"nl": "x", "en": "x"}
CITE = {"source": "own", "grade": "assumed"}
LATE = date(2030, 1, 1)


def indicator(*waves: dict, targets: tuple[dict, ...] = (), **more) -> Indicator:
    """Return an indicator; a wave says its year, its value, and what else it is."""
    filled = [
        {
            "on": date(wave.pop("year"), 12, 31), "definition": "a", "frame": "x",
            "citation": CITE, **wave,
        }
        for wave in waves
    ]  # fmt: skip
    kinds = {"text": TEXT, "citation": CITE}
    return Indicator.model_validate({
        "id": "test", "name": TEXT, "citation": CITE, "scale": "share", "unit": TEXT,
        "definitions": [
            {"id": name, "start": date(2000, 1, 1), "unit_of_analysis": TEXT, **kinds}
            for name in "ab"
        ],
        "frames": [{"id": name, "size": 600, **kinds} for name in "xy"],
        "baseline": {"state": "none_exists", "citation": CITE},
        "waves": filled,
        "targets": [
            {"value": 0.9, "on": date(2023, 12, 31), "set_on": date(2018, 7, 2), "citation": CITE,
             **target}
            for target in targets
        ],
        **more,
    })  # fmt: skip


def test_one_usable_wave_gives_no_forecast() -> None:
    seen = comparable(indicator({"year": 2017, "value": 0.3}), LATE)
    assert thin(seen, None) is Thin.TOO_FEW_WAVES
    assert thin(seen, Prior(0.1, 0.1, 0.1)) is None
    with pytest.raises(ValueError, match="three waves"):
        project(seen.used, LATE, 0.9, Scale.SHARE)
    assert thin(comparable(indicator(), LATE), Prior(0.1, 0.1, 0.1)) is Thin.NO_WAVE


def test_another_definition_breaks_a_series_and_a_common_day_joins_it() -> None:
    waves = ({"year": 2014, "value": 0.2, "definition": "a"}, {"year": 2016, "value": 0.3})
    now = {"definition": "b", "frame": "y"}
    broken = comparable(
        indicator(*(dict(wave) for wave in waves), {"year": 2018, "value": 0.5, **now}), LATE
    )
    assert [wave.value for wave in broken.waves] == [0.5]
    assert len(broken.left_out) == 2
    joined = comparable(
        indicator(
            *(dict(wave) for wave in waves),
            {"year": 2016, "value": 0.45, **now},
            {"year": 2018, "value": 0.5, **now},
        ),
        LATE,
    )
    assert len(joined.bridges) == 1
    assert len(joined.used) == 3
    shift = scaled(0.45, Scale.SHARE) - scaled(0.3, Scale.SHARE)
    assert joined.bridges[0].shift == pytest.approx(shift)
    assert joined.used[0].value == pytest.approx(scaled(0.2, Scale.SHARE) + shift)
    assert joined.used[1].value == pytest.approx(scaled(0.45, Scale.SHARE))


def test_a_bridge_carries_its_error() -> None:
    sample = {"coverage": "sample", "n": 200}
    seen = comparable(
        indicator(
            {"year": 2014, "value": 0.2, **sample},
            {"year": 2016, "value": 0.3, **sample},
            {"year": 2016, "value": 0.4, "frame": "y", **sample},
            {"year": 2018, "value": 0.5, "frame": "y", **sample},
        ),
        LATE,
    )
    alone = observed(indicator({"year": 2014, "value": 0.2, **sample}).waves[0], Scale.SHARE)
    assert seen.used[0].se > 1.5 * alone.se


def line(values, se=0.05, start=2010) -> list[Observation]:
    return [Observation(float(start + k), value, se) for k, value in enumerate(values)]


def test_a_forecast_is_the_textbook_prediction_where_errors_are_unknown() -> None:
    """Ordinary least squares with its t interval for a new point (as `lm` and `predict` in R)."""
    values = [0.1, 0.5, 0.4, 0.9, 1.1]
    series = [Observation(item.year, item.value, nan) for item in line(values)]
    on = date.fromordinal(round(2017 * 365.25))
    found = project(series, on, 1.5, Scale.AMOUNT)
    x = np.arange(5.0)
    fit = stats.linregress(x, values)
    ahead = on.toordinal() / 365.25 - 2010
    left = np.array(values) - fit.intercept - fit.slope * x
    s = np.sqrt(left @ left / 3)
    sd = s * np.sqrt(1 + 1 / 5 + (ahead - 2) ** 2 / ((x - 2) ** 2).sum())
    mean = fit.intercept + fit.slope * ahead
    assert found.value == pytest.approx(mean)
    assert found.high - found.value == pytest.approx(stats.t.ppf(0.975, 3) * sd)
    assert found.probability == pytest.approx(stats.t.sf((1.5 - mean) / sd, 3))


def test_forecast_intervals_cover_the_truth() -> None:
    """Lines with known errors and a spread of their own: 95 % intervals hold 92 % or more."""
    random = np.random.default_rng(11)
    on = date.fromordinal(round(2018 * 365.25))
    ahead = on.toordinal() / 365.25
    inside, chances, hits = [], [], []
    for _ in range(800):
        slope, noise, se = random.normal(0.1, 0.1), 0.1, 0.08
        years = 2010 + np.arange(5.0)
        truth = slope * (years - 2010) + random.normal(0, noise, 5)
        series = [
            Observation(float(year), float(value), se)
            for year, value in zip(years, truth + random.normal(0, se, 5), strict=True)
        ]
        then = slope * (ahead - 2010) + random.normal(0, noise)
        found = project(series, on, 0.8, Scale.AMOUNT)
        inside.append(found.low <= then <= found.high)
        chances.append(found.probability)
        hits.append(then >= 0.8)
    assert 0.92 <= np.mean(inside) <= 0.99
    for low, high in ((0.0, 0.3), (0.7, 1.0)):
        here = (np.array(chances) >= low) & (np.array(chances) <= high)
        assert abs(np.mean(np.array(hits)[here]) - np.mean(np.array(chances)[here])) < 0.1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.05, 0.95), min_size=3, max_size=7),
    st.floats(0.1, 0.9),
    st.integers(1, 20),
)
def test_a_higher_target_is_never_likelier(values, target, years) -> None:
    series = [
        Observation(item.year, scaled(item.value, Scale.SHARE), item.se) for item in line(values)
    ]
    on = date.fromordinal(round((2010 + len(values) + years) * 365.25))
    easy = project(series, on, target, Scale.SHARE)
    hard = project(series, on, min(0.99, target + 0.05), Scale.SHARE)
    assert 0 <= hard.probability <= easy.probability <= 1
    assert 0 <= easy.low <= easy.value <= easy.high <= 1
    down = project(series, on, target, Scale.SHARE, rises=False)
    assert down.probability == pytest.approx(1 - easy.probability, abs=1e-9)


def test_a_prior_lets_one_wave_speak_with_all_its_doubt() -> None:
    seen = [Observation(2018.0, scaled(0.3, Scale.SHARE), 0.1)]
    on = date.fromordinal(round(2023 * 365.25))
    vague = project(seen, on, 0.9, Scale.SHARE, prior=Prior(0.2, 0.2, 0.1))
    sure = project(seen, on, 0.9, Scale.SHARE, prior=Prior(0.2, 0.01, 0.1))
    assert vague.high - vague.low > sure.high - sure.low
    assert vague.df == inf
    mean = scaled(0.3, Scale.SHARE) + 0.2 * (on.toordinal() / 365.25 - 2018)
    assert scaled(vague.value, Scale.SHARE) == pytest.approx(mean, abs=1e-6)


def test_waves_on_a_line_without_errors_are_no_ground_for_certainty() -> None:
    straight = [Observation(2010.0 + k, 0.1 * k, nan) for k in range(4)]
    assert thin(Series(tuple(straight), (), (), ()), None) is Thin.NO_ERROR


def test_a_back_test_uses_earlier_waves_only() -> None:
    values = [0.2, 0.3, 0.35, 0.5, 0.1]
    waves = [{"year": 2010 + k, "value": v, "coverage": "sample", "n": 400}
             for k, v in enumerate(values)]  # fmt: skip
    seen = comparable(indicator(*(dict(wave) for wave in waves)), LATE)
    tests = back_test(seen, Scale.SHARE)
    assert [test.on.year for test in tests] == [2013, 2014]
    again = back_test(comparable(indicator(*(dict(w) for w in waves[:4])), LATE), Scale.SHARE)
    assert tests[0] == again[0]
    assert tests[0].actual == pytest.approx(0.5)
    assert back_test(comparable(indicator(*(dict(w) for w in waves[:3])), LATE), Scale.SHARE) == []


@pytest.mark.parametrize(
    ("waves", "target", "as_of", "stands"),
    [
        ([], {}, date(2020, 1, 1), Standing.AHEAD),
        ([], {}, LATE, Standing.NOT_MEASURED),
        ([], {"outcome": "not_reached", "outcome_citation": CITE}, LATE, Standing.NOT_REACHED),
        ([], {"outcome": "not_reached", "outcome_citation": CITE}, date(2020, 1, 1),
         Standing.AHEAD),
        ([{"year": 2023, "value": 0.95}], {}, LATE, Standing.REACHED),
        ([{"year": 2023, "value": 0.5}], {}, LATE, Standing.NOT_REACHED),
        ([{"year": 2022, "value": 0.95}], {}, LATE, Standing.NOT_MEASURED),
        ([{"year": 2024, "value": 0.88, "coverage": "sample", "n": 50}], {}, LATE,
         Standing.UNDECIDED),
        ([{"year": 2024, "value": 0.88, "low": 0.87, "high": 0.89}], {}, LATE,
         Standing.NOT_REACHED),
        ([{"year": 2024, "state": "unknown"}], {}, LATE, Standing.NOT_MEASURED),
    ],
)  # fmt: skip
def test_where_a_target_stands(waves, target, as_of, stands) -> None:
    found = indicator(*(dict(wave) for wave in waves), targets=(target,))
    assert standing(found, found.targets[0], as_of) is stands


def test_where_less_is_better() -> None:
    found = indicator({"year": 2023, "value": 0.05}, targets=({"value": 0.1},), rises=False)
    assert standing(found, found.targets[0], LATE) is Standing.REACHED


@pytest.mark.parametrize(
    ("waves", "more", "says"),
    [
        ([{"year": 2017, "value": 30}], {}, "between 0 and 1"),
        ([{"year": 2017}], {}, "has a value"),
        ([{"year": 2017, "value": 0.3, "state": "refused"}], {}, "no figures"),
        ([{"year": 2017, "value": 0.3, "low": 0.2}], {}, "both low and high"),
        ([{"year": 2017, "value": 0.3, "low": 0.4, "high": 0.5}], {}, "low <= value"),
        ([{"year": 2017, "value": 0.3, "frame": "z"}], {}, "names no frame"),
        ([{"year": 2017, "value": 0.3, "definition": "z"}], {}, "names no definition"),
        ([{"year": 2018, "value": 0.3}, {"year": 2017, "value": 0.3}], {}, "rise in time"),
        ([], {"baseline": {"state": "measured", "citation": CITE}}, "measured baseline"),
        ([], {"baseline": {"state": "none_exists", "value": 0.2, "citation": CITE}}, "no value"),
        ([], {"scale": "count", "baseline": {"state": "measured", "value": -1, "on": LATE,
          "method": TEXT, "citation": CITE}}, "at least zero"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused(waves, more, says) -> None:
    with pytest.raises(ValidationError, match=says):
        indicator(*waves, **more)


def test_a_coded_share_is_put_right_as_published() -> None:
    """Rogan & Gladen: (p + specificity - 1) / (sensitivity + specificity - 1)."""
    found = correct_for_coding(0.30, 0.0, CodingCheck(90, 100, 95, 100))
    assert found.value == pytest.approx(0.25 / 0.85)
    perfect = correct_for_coding(0.30, 0.02, CodingCheck(10_000, 10_000, 10_000, 10_000))
    assert perfect.value == pytest.approx(0.30, abs=1e-4)
    assert perfect.se == pytest.approx(0.02, rel=0.05)


def test_corrected_intervals_cover_the_truth() -> None:
    random = np.random.default_rng(5)
    truth, sensitivity, specificity, n = 0.3, 0.88, 0.95, 300
    coded = truth * sensitivity + (1 - truth) * (1 - specificity)
    inside = []
    for _ in range(2_000):
        share = random.binomial(n, coded) / n
        check = CodingCheck(
            int(random.binomial(60, sensitivity)), 60, int(random.binomial(120, specificity)), 120
        )
        found = correct_for_coding(share, float(np.sqrt(share * (1 - share) / n)), check)
        inside.append(abs(found.value - truth) <= 1.96 * found.se)
    assert 0.93 <= np.mean(inside) <= 0.97


def test_coding_that_tells_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="too little"):
        correct_for_coding(0.3, 0.02, CodingCheck(50, 100, 50, 100))
    for counts in ((5, 4, 1, 2), (-1, 4, 1, 2), (0, 0, 1, 2)):
        with pytest.raises(InputError, match="no count"):
            CodingCheck(*counts)


def test_days_count_as_parts_of_years() -> None:
    """Half a year on, half of the slope: the scale of time is the year."""
    series = line([0.0, 0.1, 0.2, 0.3], se=1e-6)
    start = date.fromordinal(round(2013 * 365.25))
    near = project(series, start + timedelta(days=183), 1, Scale.AMOUNT)
    assert near.value == pytest.approx(0.35, abs=0.002)
