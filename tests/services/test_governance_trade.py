"""The gap in imports: asked, named, followed back, and told apart from the gap in demand."""

from __future__ import annotations

from datetime import date

import pytest

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.governance import compute_gap, explain
from ketenkaart.services.governance.ids import parse_figure_id

DAY = date(2018, 7, 1)


def test_what_ends_with_dutch_buyers_is_the_demand_view() -> None:
    demand = compute_gap(GapQuery(by="country", as_of=DAY))
    uses = compute_gap(GapQuery(by="buyer", as_of=DAY, view="trade"))
    assert uses.view == "trade"
    rows = {row.key: row.exposure for row in uses.rows}
    assert list(rows)[-1] == "re_export"
    assert sum(rows.values()) == pytest.approx(uses.total.exposure)
    assert sum(rows.values()) - rows["re_export"] == pytest.approx(demand.total.exposure)
    assert "Never to be added" in " ".join(note.en for note in uses.notes)
    assert "Never to be added" not in " ".join(note.en for note in demand.notes)


def test_a_covenant_reaches_what_final_buyers_buy_and_no_exports() -> None:
    query = GapQuery(sector="textiles", issue="child_labour", by="buyer", as_of=DAY, view="trade")
    rows = {row.key: row for row in compute_gap(query).rows}
    known = {key: [i.id for i in row.instruments if i.reach_is_known] for key, row in rows.items()}
    assert "agt" in known["households"]
    assert (rows["households"].gap.high or 0) < 1
    assert "agt" not in known["re_export"]
    assert rows["re_export"].gap.high == 1


def test_a_border_law_reaches_only_what_crosses_as_such() -> None:
    on = date(2022, 1, 1)
    for view in ("demand", "trade"):
        sold = compute_gap(GapQuery(sector="mining", issue="conflict", as_of=on, view=view))
        facts = {fact.id: fact.at_most for fact in sold.missing_facts}
        assert 0 < (facts["eu_2017_821"] or 0) < 1
        other = compute_gap(GapQuery(sector="textiles", issue="conflict", as_of=on, view=view))
        assert "eu_2017_821" not in {fact.id for fact in other.missing_facts}


def test_a_figure_of_this_view_has_a_name_of_its_own_and_a_way_back() -> None:
    answer = compute_gap(GapQuery(by="buyer", as_of=DAY, view="trade"))
    name = answer.rows[0].id
    assert name.startswith("gap:trade:breadth:value_added:2018-07-01:buyer=households@")
    query, key, _ = parse_figure_id(name)
    assert (query.view, key) == ("trade", "households")
    trace = explain(name)
    assert trace.id == name
    assert "Dutch imports" in trace.figure.en
    assert parse_figure_id(name.replace("trade:", ""))[0].view == "demand"
