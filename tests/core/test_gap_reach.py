"""What one instrument reaches on a day: scope, layers, uptake and depth, each by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.governance.reach import Absent, Axes, Reach, depth_of, eu_regions, reach
from ketenkaart.core.governance.types import (
    STEPS,
    ActsOn,
    DatedStatus,
    DepthTable,
    Force,
    Instrument,
    LayerReach,
    Scope,
    Status,
    StepObligation,
    Steps,
    Uptake,
)
from ketenkaart.core.provenance import Citation, Grade, State, Text

OWN = Citation(source="own", grade=Grade.ASSUMED)
WORDS = Text(nl="woord", en="word")
START, DAY = date(2016, 7, 4), date(2019, 11, 22)
AXES = Axes(
    buyers=("households", "government"),
    regions=("NLD", "DEU", "ROW"),
    sources=("NLD", "DEU", "HRV"),
    sectors=("food", "textiles"),
    issues=("x", "y"),
    layers=("0", "1", "2", "3", "rest"),
    eu=frozenset({"NLD", "DEU", "HRV"}),
)
ASKED = {"embed": 1, "identify": 1, "act": 0.5, "track": 0, "communicate": 0.5, "remedy": 0}
DEPTH = DepthTable(
    step_weights={"embed": 0.1, "identify": 0.2, "act": 0.3, "track": 0.2, "communicate": 0.1,
                  "remedy": 0.1},
    step_weights_citation=OWN,
    forces=(Force(id="strong", label=WORDS, low=0.5, value=0.8, high=1, citation=OWN),),
)  # fmt: skip
KNOWN = Uptake(start=START, low=0.25, value=0.5, high=0.75, measure=WORDS, citation=OWN)
UNKNOWN = Uptake(start=START, state=State.UNKNOWN, missing=WORDS, citation=OWN)


def steps(start: date) -> Steps:
    asked = {name: StepObligation(value=ASKED[name], citation=OWN) for name in STEPS}
    return Steps(start=start, **asked)


def scope(acts_on: ActsOn, **parts: object) -> Scope:
    layers = LayerReach(low="0", value="1", high="rest", citation=OWN)
    given = {"sectors": None, "issues": None, "buyers": None, "layers": layers, **parts}
    return Scope(acts_on=acts_on, citation=OWN, **given)


def instrument(where: Scope, uptake: Uptake = KNOWN, *, asked_from: date = START) -> Instrument:
    return Instrument(
        id="toy",
        name=WORDS,
        kind="law",
        theme=1,
        worked_out=True,
        status=(DatedStatus(start=START, value=Status.IN_FORCE, citation=OWN),),
        scope=where,
        uptake=(uptake,),
        force="strong",
        steps=(steps(asked_from),),
        citation=OWN,
    )


def reached(item: Instrument, *, kind: str = "breadth", as_of: date = DAY) -> Reach:
    found = reach(item, AXES, as_of=as_of, kind=kind, depth=DEPTH)
    assert isinstance(found, Reach)
    return found


def test_depth_is_force_times_the_weighted_steps_with_its_own_ends() -> None:
    # 0.1 + 0.2 + 0.3 x 1/2 + 0.1 x 1/2 = 0.5 of what could be asked
    assert depth_of(steps(START), "strong", DEPTH) == pytest.approx((0.25, 0.4, 0.5))
    with pytest.raises(ReferenceDataError, match="weak"):
        depth_of(steps(START), "weak", DEPTH)


def test_reach_in_depth_multiplies_share_and_depth_end_by_end() -> None:
    item = instrument(scope(ActsOn.PRODUCT_BOUGHT))
    assert reached(item).scale == pytest.approx([0.25, 0.5, 0.75])
    deep = reached(item, kind="depth")
    assert deep.scale == pytest.approx([0.25 * 0.25, 0.5 * 0.4, 0.75 * 0.5])
    assert deep.is_known


def test_unknown_uptake_lies_between_nothing_and_all_that_its_depth_allows() -> None:
    item = instrument(scope(ActsOn.PRODUCT_BOUGHT), UNKNOWN)
    broad, deep = reached(item), reached(item, kind="depth")
    assert not broad.is_known
    assert not deep.is_known
    assert broad.scale.tolist() == [0, 0, 1]
    assert deep.scale == pytest.approx([0, 0, 0.5])


def test_steps_that_are_not_dated_yet_make_depth_unknown_and_leave_breadth_alone() -> None:
    item = instrument(scope(ActsOn.PRODUCT_BOUGHT), asked_from=date(2024, 1, 1))
    assert reached(item).is_known
    deep = reached(item, kind="depth")
    assert not deep.is_known
    assert deep.scale == pytest.approx([0, 0, 0.75])
    assert reached(item, kind="depth", as_of=date(2024, 1, 1)).is_known


def test_the_newest_uptake_and_steps_hold_from_their_own_day_on() -> None:
    later = KNOWN.model_copy(update={"start": DAY, "low": 0.9, "value": 0.9, "high": 0.9})
    item = instrument(scope(ActsOn.PRODUCT_BOUGHT)).model_copy(update={"uptake": (KNOWN, later)})
    assert reached(item, as_of=date(2019, 11, 21)).scale == pytest.approx([0.25, 0.5, 0.75])
    assert reached(item, as_of=DAY).scale == pytest.approx([0.9, 0.9, 0.9])
    full = Steps(start=DAY, **{name: StepObligation(value=1, citation=OWN) for name in STEPS})
    item = instrument(scope(ActsOn.PRODUCT_BOUGHT))
    item = item.model_copy(update={"steps": (*item.steps, full)})
    assert reached(item, kind="depth").scale[1] == pytest.approx(0.5 * 0.8)


@pytest.mark.parametrize("acts_on", [ActsOn.PRODUCT_BOUGHT, ActsOn.BUYER])
def test_what_is_bought_is_in_scope_by_product_with_the_whole_chain_behind_it(acts_on) -> None:
    found = reached(instrument(scope(acts_on, sectors=("textiles",), buyers=("government",))))
    assert found.products.tolist() == [[0, 1, 0, 1, 0, 1]] * 3
    assert found.nodes.tolist() == [[1] * 6] * 3
    assert found.buyers.tolist() == [[0, 1]] * 3


@pytest.mark.parametrize(
    "acts_on", [ActsOn.BORDER_PRODUCT, ActsOn.FINANCED_FLOW, ActsOn.SITE], ids=str
)
def test_what_is_made_is_in_scope_by_source_whatever_is_bought(acts_on: ActsOn) -> None:
    found = reached(instrument(scope(acts_on, sectors=("food",), outside=("DEU",))))
    assert found.products.tolist() == [[1] * 6] * 3
    assert found.nodes.tolist() == [[1, 0, 0, 0, 1, 0]] * 3


def test_outside_speaks_of_who_stands_at_the_source_not_of_its_region() -> None:
    # the question is about Croatia: its region is not in the EU, it is
    found = reached(instrument(scope(ActsOn.BORDER_PRODUCT, outside=("EU",))))
    assert found.nodes.tolist() == [[0] * 6] * 3
    bought = reached(instrument(scope(ActsOn.PRODUCT_BOUGHT, outside=("EU",))))
    assert bought.products.tolist() == [[0, 0, 0, 0, 1, 1]] * 3


def test_layers_run_to_the_narrowest_declared_and_widest() -> None:
    found = reached(instrument(scope(ActsOn.BUYER)))
    assert found.layers.tolist() == [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 1, 1]]


def test_issues_left_out_mean_all_and_named_ones_only_those() -> None:
    assert reached(instrument(scope(ActsOn.BUYER))).issues.tolist() == [[1, 1]] * 3
    one = reached(instrument(scope(ActsOn.BUYER, issues=("y", "not_assessed"))))
    assert one.issues.tolist() == [[0, 1]] * 3


def test_a_share_is_the_product_of_its_factors() -> None:
    item = instrument(
        scope(ActsOn.PRODUCT_BOUGHT, sectors=("textiles",), buyers=("government",), issues=("y",))
    )
    share = reached(item).share(1, 1, np.array([0, 1]))
    assert share.shape == (2, 2, 6, 5)
    expected = np.zeros((2, 2, 6, 5))
    expected[1, 1, :, :2] = 0.5
    assert np.array_equal(share, expected)
    assert not reached(item).share(1, 0, np.array([0, 1])).any()


def test_before_its_first_day_an_instrument_is_absent() -> None:
    item = instrument(scope(ActsOn.BUYER))
    found = reach(item, AXES, as_of=date(2016, 7, 3), kind="breadth", depth=DEPTH)
    assert found == Absent("toy", "not_yet")


def test_a_region_lies_in_the_union_where_all_its_countries_do() -> None:
    found = eu_regions(
        ["DEU", "REU", "ROW", "USA"],
        {"REU": ["AUT", "BGR"], "ROW": ["NGA", "HRV"]},
        frozenset({"DEU", "AUT", "BGR", "HRV"}),
    )
    assert found == {"DEU", "REU"}
