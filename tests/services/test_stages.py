"""Where criteria bite: by hand on a chain of three steps, and as laws on any table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from chain_tables import table_from, tables
from ketenkaart.cli.main import app
from ketenkaart.core.chain.counted import extension_of, intensities
from ketenkaart.core.chain.criteria import Criterion, bite, untouched
from ketenkaart.core.chain.system import layers_and_rest, system_of
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain import asking

# Cotton (IND.c1) into cloth (IND.c4) into clothing (NLD.c4), half of each being bought.
A = np.zeros((4, 4))
A[2, 3] = A[3, 1] = 0.5
Y = np.array([[0.0, 0, 0, 0], [80.0, 0, 0, 0], [0, 0, 5.0, 0], [0, 0, 10.0, 0]])


def small() -> WorldTable:
    return table_from(A, Y, ("NLD", "IND"), ("c1", "c4"))


@pytest.fixture
def one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "chosen_table", lambda edition, data_folder=None: small())


def ask(*words: str) -> Any:
    words = ("chain", "stage", *words, "--format", "json")
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.usefixtures("one_table")
class TestByHand:
    # 80 of clothing: 40 sewn at home, 20 woven and 20 grown in India.
    def test_each_criterion_has_its_layers(self) -> None:
        answer = ask(
            "--criterion", "growers: c1", "--criterion", "cloth: IND.c4 @0", "--layers", "1"
        )
        growers, cloth = answer["rows"]
        assert growers["share"] == pytest.approx(0.25)
        assert growers["mean_layer"] == pytest.approx(2)
        assert (growers["layer_0"], growers["layer_1"]) == (0, 0)
        assert growers["deeper"] == pytest.approx(0.25)
        assert cloth["share"] == 0
        assert cloth["mean_layer"] is None
        assert answer["touched_share"] == pytest.approx(0.25)
        assert answer["no_criterion_share"]["layer_0"] == pytest.approx(0.5)

    def test_layers_that_a_criterion_names_are_told_apart(self) -> None:
        answer = ask("--criterion", "India deep: IND @2-3", "--layers", "0")
        row = answer["rows"][0]
        assert list(row)[-5:] == ["layer_0", "layer_1", "layer_2", "layer_3", "deeper"]
        assert row["share"] == pytest.approx(0.25)
        assert row["mean_layer"] == pytest.approx(2)

    def test_what_overlaps_is_touched_once(self) -> None:
        answer = ask("--criterion", "a: IND", "--criterion", "b: c1 c4")
        assert sum(row["share"] for row in answer["rows"]) == pytest.approx(1.5)
        assert answer["touched_share"] == pytest.approx(1)

    def test_a_file_of_criteria(self, tmp_path: Path) -> None:
        file = tmp_path / "criteria.csv"
        file.write_text("Criterion;Places;Layers\nweavers;IND.c4;1\n", encoding="utf-8-sig")
        assert ask("--criteria", str(file))["rows"][0]["share"] == pytest.approx(0.25)

    def test_risk_has_ends_that_hold_the_centre(self) -> None:
        row = ask("--criterion", "growers: c1 #child_labour")["rows"][0]
        assert 0 <= row["risk_share_low"] <= row["risk_share_high"] <= 1
        everything = ask("--criterion", "all: #child_labour")["rows"][0]
        assert everything["risk_share_low"] == pytest.approx(1)

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--criterion", "x: c9"), "There is no region or sector 'c9'"),
            (("--criterion", "x: @3-1"), "run backwards"),
            (("--criterion", "x: @-1"), "are no layers"),
            (("--criterion", "x: @999"), "is no deepest layer"),
            (("--criterion", "a:b:c"), "is no criterion"),
            (("--criterion", "x: c1 #hunger"), "There is no issue 'hunger'"),
            ((), "There are 0 criteria"),
            (("--criteria", "none.csv"), "cannot be read"),
        ],
    )
    def test_what_cannot_be_judged_is_said(self, words: tuple[str, ...], message: str) -> None:
        with pytest.raises(InputError, match=message):
            ask(*words)


@settings(max_examples=30, deadline=None)
@given(tables(), st.integers(0, 3), st.integers(0, 3), st.data())
def test_parts_add_up_on_any_table(
    table: WorldTable, first: int, deepest: int, data: st.DataObject
) -> None:
    system = system_of(table)
    y = np.abs(table.Y).sum(axis=1) + 1e-6
    s = intensities(table, [extension_of(table, "output")])[0]
    if not (s * y).sum() > 0:
        return
    X = layers_and_rest(table, system, y, max(first, deepest)).T
    values = s[:, None] * X
    later = s * system.output_for(system.output_for(y) - y)
    nodes = tuple(data.draw(st.sets(st.integers(0, table.n - 1))))
    near, far = Criterion("near", nodes, 0, first), Criterion("far", nodes, first)
    whole = bite(Criterion("all", nodes), values, later)
    found = bite(near, values, later), bite(far, values, later)
    layer = float(values[list(nodes), first].sum() / values.sum())
    assert found[0].share + found[1].share == pytest.approx(whole.share + layer)
    assert sum(untouched([near, far], values)) == pytest.approx(1 - whole.share)
    if whole.mean_layer is not None and found[1].mean_layer is not None:
        assert found[1].mean_layer >= first - 1e-6
