"""Double coding: agreement, errors of coders, and both in the interval of a wave."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ketenkaart.cli.indicator_freezing import indicator_app
from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.agreement import can_be_told, krippendorff_alpha, latent_rates
from ketenkaart.sources.reference.indicators import reference_root

# Krippendorff (2011), example C: four observers, twelve units, a dot where nobody coded
OBSERVERS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
UNITS = [tuple(None if c == "." else c for c in unit) for unit in zip(*OBSERVERS, strict=True)]


@pytest.mark.parametrize(
    ("metric", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_is_that_of_krippendorffs_own_example(metric, value) -> None:
    found = krippendorff_alpha(UNITS, metric=metric)
    assert found.value == pytest.approx(value, abs=5e-4)
    assert found.units == 11
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_two_observers_of_ten_units() -> None:
    """Krippendorff (2011), example A."""
    pairs = list(zip("0100000010", "1110010000", strict=True))
    assert krippendorff_alpha(pairs).value == pytest.approx(0.095, abs=5e-4)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=2, max_size=2), max_size=9)
)
def test_alpha_knows_no_order_of_coders_or_units(rows) -> None:
    found = krippendorff_alpha(rows)
    again = krippendorff_alpha([row[::-1] for row in reversed(rows)])
    assert (found.value is None) == (again.value is None)
    assert found.value == pytest.approx(again.value) if found.value is not None else True
    assert found.value is None or found.value <= 1


def test_errors_of_two_tests_in_two_populations() -> None:
    """Hui & Walter (1980): Mantoux and Tine, two populations, truth not known."""
    rows, groups = [], []
    counts = {"one": (14, 4, 9, 528), "two": (887, 31, 37, 367)}
    for group, cells in counts.items():
        for count, row in zip(cells, ((1, 1), (1, 0), (0, 1), (0, 0)), strict=True):
            rows += [row] * count
            groups += [group] * count
    found = latent_rates(np.array(rows, dtype=float), groups)
    assert [1 - s for s in found.sensitivity] == pytest.approx([0.0339, 0.0311], abs=2e-4)
    assert [1 - s for s in found.specificity] == pytest.approx([0.0067, 0.0159], abs=2e-4)
    assert list(found.prevalence.values()) == pytest.approx([0.0268, 0.7168], abs=2e-4)
    assert found.sensitivity_se == pytest.approx([0.0069, 0.0062], abs=0.002)


def test_three_coders_are_told_apart_without_groups() -> None:
    random = np.random.default_rng(3)
    truth = random.random(6_000) < 0.3
    hits, rejections = (0.95, 0.8, 0.9), (0.97, 0.9, 0.85)
    labels = np.stack(
        [
            np.where(truth, random.random(6_000) < h, random.random(6_000) > r)
            for h, r in zip(hits, rejections, strict=True)
        ],
        axis=1,
    ).astype(float)
    found = latent_rates(labels, [""] * 6_000)
    assert found.sensitivity == pytest.approx(hits, abs=0.03)
    assert found.specificity == pytest.approx(rejections, abs=0.03)
    assert not can_be_told(2, 1)


LABELS = "id,anna,bob,settled,size\n" + "".join(
    f"u{k},{'yes' if k % 10 < 3 else 'no'},{'yes' if k % 10 < 3 or k % 25 == 4 else 'no'},"
    f"{'yes' if (k % 10 < 3) != (k % 20 == 0) else 'no'},{'large' if k < 60 else 'small'}\n"
    for k in range(120)
)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(LABELS, encoding="utf-8")
    return path


def run(*words: object):
    return CliRunner().invoke(indicator_app, [str(word) for word in words])


def test_labels_are_compared_with_settled_truth(labels: Path) -> None:
    shown = run("coding", labels, "--coders", "anna,bob", "--gold", "settled", "--format", "json")
    found = json.loads(shown.stdout)
    (kappa,) = found["kappas"]
    assert 0 < kappa["low"] < kappa["kappa"] < kappa["high"] <= 1
    anna, bob = found["rates"]
    # six of the thirty-six that anna called cases were none
    assert anna["sensitivity"] == 1
    assert anna["specificity"] == pytest.approx(84 / 90)
    assert anna["sensitivity_se"] > 0
    assert bob["specificity"] < anna["specificity"]
    words = run("coding", labels, "--coders", "anna,bob", "--gold", "settled").stdout
    assert "Krippendorff's alpha (nominal)" in words
    assert "Finds a case" in words


def test_what_labels_alone_cannot_tell_is_said(labels: Path) -> None:
    shown = run("coding", labels, "--coders", "anna,bob")
    assert shown.exit_code == 0
    assert "2 coders and 1 group cannot tell errors of coders from truth" in shown.stdout
    few = labels.parent / "few.csv"
    few.write_text("\n".join(LABELS.splitlines()[:20]), encoding="utf-8")
    shown = run("coding", few, "--coders", "anna,bob,settled", "--format", "csv")
    assert len(shown.stdout.splitlines()) == 1
    assert "19 units were coded by all: without settled truth it takes 30" in shown.stderr
    with_groups = run("coding", labels, "--coders", "anna,bob", "--group", "size").stdout
    assert "nobody settled the truth" in with_groups
    refused = run("coding", labels, "--coders", "anna,bob", "--keep", labels.parent / "x.yml")
    assert "There is nothing to keep" in str(refused.exception)
    assert not (labels.parent / "x.yml").exists()


def test_a_wave_carries_its_coding_into_value_interval_and_forecast(
    labels: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "coding.yml"
    done = run("coding", labels, "--coders", "anna,bob", "--gold", "settled", "--keep", kept)
    assert done.exit_code == 0, done.exception
    coding = yaml.safe_load(kept.read_text(encoding="utf-8"))["coding"]
    text = (reference_root(None) / "indicators" / "endorsement.yml").read_text(encoding="utf-8")
    head, tail = text.split("waves:\n")
    target = "targets:\n" + "\n".join(
        line for line in tail.split("targets:\n")[1].splitlines() if "outcome" not in line
    )

    def shown(name: str, more: str) -> dict:
        waves = "".join(
            f'  - {{"on": {year}-12-31, value: {value}, n: 300, coverage: sample, '
            f"definition: endorsed, frame: large, {more}"
            "citation: {source: own, grade: assumed}}\n"
            for year, value in ((2017, 0.3), (2018, 0.36), (2019, 0.4), (2020, 0.47))
        )
        path = tmp_path / name
        path.write_text(f"{head}waves:\n{waves}{target}\n", encoding="utf-8")
        answer = run("show", path, "--as-of", "2021-01-01", "--format", "json")
        assert answer.exit_code == 0, answer.exception
        return json.loads(answer.stdout)

    plain = shown("plain.yml", "")
    found = shown("coded.yml", f"coding: {json.dumps(coding)}, ")
    for before, after in zip(plain["waves"], found["waves"], strict=True):
        assert after["coded"] == before["value"]
        assert after["value"] < before["value"]  # some called cases were none
        assert after["high"] - after["low"] > before["high"] - before["low"]
        assert after["coding"]["method"] == "gold"
    first, then = (item["targets"][0]["forecast"] for item in (plain, found))
    assert then["value"] != first["value"]
    words = run("show", tmp_path / "coded.yml", "--as-of", "2021-01-01").stdout
    assert "Coded 30%, put right for coding" in words


@pytest.mark.parametrize(
    ("change", "words", "says"),
    [
        (("u3,no", "u2,no"), (), "Unit 'u2' already stands in row 4"),
        (("u3,", ","), (), "The unit has no name (at labels.csv, row 5, column id)"),
        (("anna", "carl"), (), "has no column 'anna'"),
        (("u3,", "u3,"), ("--metric", "ordinal"), "The order of the labels is not given"),
        (("u3,", "u3,"), ("--metric", "interval"), "'no' is no number"),
        (("u3,", "u3,"), ("--gold", "nobody"), "has no column 'nobody'"),
        (("u3,", "u3,"), ("--gold", "size"), "The truth holds no case"),
    ],
)
def test_a_fault_of_labels_is_named(labels: Path, change, words, says) -> None:
    labels.write_text(LABELS.replace(*change, 1), encoding="utf-8")
    shown = run("coding", labels, "--coders", "anna,bob", *words)
    assert isinstance(shown.exception, InputError)
    assert says in str(shown.exception)
