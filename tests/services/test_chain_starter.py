"""The starter edition asked as a world table: what it can answer, and what it must refuse."""

from __future__ import annotations

import numpy as np
import pytest

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.services.chain.asking import make_out
from ketenkaart.services.chain.footprints import ask_footprint, ask_tiers
from ketenkaart.services.chain.leverage import ask_levers, ask_scale_up
from ketenkaart.services.chain.neighbours import ask_downstream
from ketenkaart.services.chain.paths import PathFilter, ask_paths
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.starter import starter_id, starter_world
from ketenkaart.services.chain.tables import chosen_table
from ketenkaart.services.chain.trading import ask_partners_in_trade
from ketenkaart.services.governance.inputs import load_inputs

ALL = Question("starter")


def test_it_is_the_table_that_the_gap_is_computed_from() -> None:
    table, inputs = starter_world(), load_inputs()
    np.testing.assert_array_equal(table.x, inputs.table.output)
    np.testing.assert_allclose(table.A * table.x, inputs.table.Z, rtol=1e-12)
    np.testing.assert_array_equal(table.demand_of("NLD"), inputs.demand.Y.sum(axis=0))
    assert chosen_table("starter") is table
    assert chosen_table(starter_id()) is table
    with pytest.raises(NotFoundError):
        chosen_table("starter-1999")


def test_its_footprint_is_the_published_one() -> None:
    answer = ask_footprint(ALL, extensions=["value_added"], by="country")
    abroad = sum(row[2] for row in answer.rows if row[0] != "NLD" and isinstance(row[2], float))
    assert abroad == pytest.approx(231_947, abs=0.5), "docs/methods/chain.md says so"
    assert answer.facts["total"] == pytest.approx(
        float(starter_world().demand_of("NLD").sum()), rel=1e-9
    )


def test_products_part_a_demand_without_remainder() -> None:
    whole = ask_footprint(ALL, extensions=["value_added"]).facts["total"]
    parts = [
        ask_footprint(Question("starter", products=(sector,)), extensions=["value_added"])
        for sector in starter_world().sectors
    ]
    assert sum(part.facts["total"] for part in parts) == pytest.approx(whole, rel=1e-12)
    both = make_out(Question("starter", products=("food", "textiles")))
    assert both.label.endswith("for products of food, textiles")
    with pytest.raises(InputError, match="products"):
        make_out(Question("starter", sector="NLD.food", products=("food",)))
    with pytest.raises(InputError, match="cheese"):
        make_out(Question("starter", products=("cheese",)))


def test_paths_from_elsewhere_leave_out_home_alone() -> None:
    whole = ask_paths(ALL, extension="value_added", top=5)
    home = ask_paths(ALL, extension="value_added", top=5, chosen=PathFilter(country="NLD"))
    away = ask_paths(ALL, extension="value_added", top=5, chosen=PathFilter(outside="nld"))
    assert home.total + away.total == pytest.approx(whole.total, rel=1e-9)
    assert away.chosen.outside == "NLD"
    assert all(row.nodes[0][0] != "NLD" for row in away.rows)
    with pytest.raises(InputError, match="--outside"):
        ask_paths(ALL, extension="value_added", chosen=PathFilter(outside="XX"))


def test_a_risk_can_be_followed_and_says_what_it_leaves_out() -> None:
    risk = "risk:child_labour"
    known = ask_footprint(ALL, extensions=[risk]).facts["extensions"][0]["total"]
    paths = ask_paths(ALL, extension=risk, top=3)
    layers = ask_tiers(ALL, extension=risk, layers=3)
    assert paths.total == pytest.approx(known, rel=1e-9)
    assert layers.facts["total"] == pytest.approx(known, rel=1e-9)
    for notes in (paths.notes, layers.notes):
        assert any("not the same as no risk" in " ".join(note.en.split()) for note in notes)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: ask_partners_in_trade(edition="starter"),
        lambda: ask_levers(edition="starter"),
        lambda: ask_scale_up(["food"], edition="starter"),
        lambda: ask_downstream("NLD.food", edition="starter"),
    ],
)
def test_what_needs_the_demand_of_all_is_refused(ask) -> None:
    with pytest.raises(InputError, match="holds final demand of NLD alone"):
        ask()
