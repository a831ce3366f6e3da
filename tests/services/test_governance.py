"""The gap on the starter edition: what is asked is what is answered, and it adds up."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from ketenkaart.core.chain.leontief import footprint
from ketenkaart.core.errors import EditionError, InputError, NotFoundError
from ketenkaart.core.governance.answers import GapQuery, Step
from ketenkaart.services.governance import compute_gap, explain, gap_series
from ketenkaart.services.governance.ids import parse_figure_id
from ketenkaart.services.governance.inputs import load_inputs
from ketenkaart.services.governance.laid import axes_of

LETTER_DAY = date(2019, 11, 22)
AXES = ("issue", "sector", "country", "layer", "buyer")


def ask(**parts: object):
    return answered(GapQuery(**parts))  # type: ignore[arg-type]


@cache
def answered(query: GapQuery):
    """Return the answer to a query, computed once for all tests: answers are never changed."""
    return compute_gap(query)


@pytest.mark.parametrize("measure", ["value_added", "person_years"])
def test_exposure_is_the_leontief_footprint_of_dutch_demand_abroad(measure: str) -> None:
    inputs = load_inputs()
    whole = footprint(inputs.table, measure, inputs.demand.Y.sum(axis=0))
    abroad = np.array(inputs.table.regions)[inputs.table.region_index()] != "NLD"
    assert ask(measure=measure).total.exposure == pytest.approx(whole[abroad].sum())


def test_what_the_netherlands_pays_is_what_the_world_earns() -> None:
    inputs = load_inputs()
    earned = footprint(inputs.table, "value_added", inputs.demand.Y.sum(axis=0)).sum()
    # The table balances to some tenths of a percent: its source is rounded to whole millions.
    assert earned == pytest.approx(inputs.demand.Y.sum(), rel=0.005)


@pytest.mark.parametrize("by", AXES)
@pytest.mark.parametrize("kind", ["breadth", "depth"])
def test_rows_add_up_to_the_total(by: str, kind: str) -> None:
    answer = ask(by=by, kind=kind, as_of=LETTER_DAY)
    total = answer.total
    if by != "issue":
        assert sum(row.exposure for row in answer.rows) == pytest.approx(total.exposure)
    central = [row.risk_weighted.central for row in answer.rows]
    if None not in central:
        assert sum(central) == pytest.approx(total.risk_weighted.central)
    # Every row may take its own weighting of countries, the total takes one.
    assert sum(row.risk_weighted.low for row in answer.rows) <= total.risk_weighted.low + 1e-6
    assert sum(row.risk_weighted.high for row in answer.rows) >= total.risk_weighted.high - 1e-6


@pytest.mark.parametrize("by", AXES)
def test_every_axis_has_the_same_total(by: str) -> None:
    one, other = ask(by="issue").total, ask(by=by).total
    assert one.gap == other.gap
    assert one.exposure == pytest.approx(other.exposure)


def test_rows_have_their_intervals_the_right_way_round() -> None:
    for row in ask(by="country", as_of=LETTER_DAY).rows:
        assert 0 <= row.gap.low <= row.gap_known_reach.low <= row.gap.high <= 1
        if row.gap.central is not None and row.unknown_share.risk == 0:
            assert row.gap.low <= row.gap.central <= row.gap.high
        assert row.risk_weighted.low <= row.risk_weighted.high <= row.exposure


def test_credits_are_owed_to_known_reach_only_and_sum_to_what_is_covered() -> None:
    total = ask(as_of=LETTER_DAY).total
    credited = [item.credit.value for item in total.instruments if item.reach_is_known]
    covered = total.risk_weighted.central * (1 - total.gap.central)
    assert sum(credited) == pytest.approx(covered)
    assert covered > 0
    for item in total.instruments:
        if not item.reach_is_known:
            assert item.credit.value is None


def test_leaving_an_instrument_out_opens_the_gap() -> None:
    with_it, without = ask(as_of=LETTER_DAY), ask(as_of=LETTER_DAY, without=("agt",))
    assert without.total.gap.central > with_it.total.gap.central
    assert without.total.gap.central == 1
    assert "agt" not in {item.id for item in without.total.instruments}


@pytest.mark.parametrize("parts", [{}, {"sector": "textiles"}, {"issue": "deforestation"}])
def test_missing_facts_are_ranked_and_worth_no_more_than_what_is_open(parts) -> None:
    answer = ask(as_of=LETTER_DAY, **parts)
    worth = [fact.at_most for fact in answer.missing_facts if fact.at_most is not None]
    assert worth == sorted(worth, reverse=True)
    assert all(0 <= value <= answer.total.gap.high for value in worth)
    unknown = {item.id for item in answer.total.instruments if not item.reach_is_known}
    assert {fact.id for fact in answer.missing_facts} == unknown


def test_a_missing_fact_could_be_worth_all_that_known_reach_leaves_open() -> None:
    # loans may reach every producer of textiles; the covenant reaches part of each, at least so
    # much: where that part is smallest, loans could add all the rest
    answer = ask(sector="textiles", as_of=LETTER_DAY)
    worth = {fact.id: fact.at_most for fact in answer.missing_facts}
    assert worth["ban"] == answer.total.gap.high
    assert worth["ban"] > answer.total.gap_known_reach.low


def test_an_instrument_whose_scope_misses_the_question_is_no_missing_fact() -> None:
    textiles = ask(sector="textiles", as_of=date(2021, 6, 1))
    assert "eu_2017_821" not in {fact.id for fact in textiles.missing_facts}
    mining = ask(sector="mining", as_of=date(2021, 6, 1))
    assert "eu_2017_821" in {fact.id for fact in mining.missing_facts}


def test_weak_at_home_is_part_of_what_is_open() -> None:
    for row in ask(by="country", as_of=LETTER_DAY).rows:
        weak, gap = row.weak_at_home, row.gap
        assert weak.low <= gap.low
        assert weak.high <= gap.high
        if weak.central is not None:
            assert weak.low <= weak.central <= min(weak.high, gap.central)
    rows = {row.key: row.weak_at_home for row in ask(by="country").rows}
    assert rows["RUS"].central == 1
    assert rows["DEU"].high == 0
    assert 0 < rows["ROW"].central < 1
    assert ask(country="COD").total.weak_at_home.central == 1


def test_the_law_at_home_of_nearly_all_countries_is_known() -> None:
    inputs = load_inputs()
    members = [m for region in inputs.composites.values() for m in region.members]
    assert sum(member in inputs.host_laws for member in members) > 160
    assert inputs.host_laws["NLD"].estimate > 1


def test_a_country_inside_the_rest_of_the_world_is_an_estimate_never_zero() -> None:
    answer = ask(country="BGD", by="country")
    (row,) = answer.rows
    assert row.is_estimate
    assert row.key == "BGD"
    assert row.member is not None
    assert row.member.region == "ROW"
    assert 0 < row.member.share.low <= row.member.share.central <= row.member.share.high < 0.2
    assert 0 < row.exposure_interval.low <= row.exposure <= row.exposure_interval.high
    assert row.exposure_interval.low < row.exposure_interval.high


@pytest.mark.long
def test_the_members_of_a_region_add_up_to_it() -> None:
    inputs = load_inputs()
    region = inputs.composites["ROW"]
    total = sum(ask(country=member, by="country").total.exposure for member in region.members)
    assert total == pytest.approx(ask(country="ROW", by="country").total.exposure, rel=1e-6)


def test_a_region_of_many_countries_lists_who_carries_it_and_its_wider_band() -> None:
    rows = {row.key: row for row in ask(by="country").rows}
    note = rows["ROW"].composite
    assert note is not None
    assert note.members > 100
    assert 5 <= len(note.carriers) <= 10
    shares = [carrier.share for carrier in note.carriers]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1
    assert note.widest.low <= rows["ROW"].risk_weighted.low
    assert note.widest.high >= rows["ROW"].risk_weighted.high
    assert rows["DEU"].composite is None


@pytest.mark.parametrize("measure", ["value_added", "person_years"])
@pytest.mark.parametrize("parts", [{}, {"country": "ROW"}, {"country": "REU", "as_of": LETTER_DAY}])
def test_the_wider_band_of_a_region_encloses_its_interval(measure: str, parts) -> None:
    seen = 0
    for by in AXES:
        for row in ask(by=by, measure=measure, **parts).rows:
            if row.composite is not None:
                seen += 1
                assert row.composite.widest.low <= row.risk_weighted.low + 1e-6
                assert row.composite.widest.high >= row.risk_weighted.high - 1e-6
                assert row.composite.widest.high <= row.exposure_interval.high + 1e-6
    assert seen >= 2


def test_a_member_of_the_union_inside_the_rest_of_the_world_is_not_at_its_border() -> None:
    """Croatia joined on 1 July 2013; a border law of 2021 reaches its neighbour, not Croatia."""
    day = date(2021, 6, 1)
    seen = {
        country: {item.id for item in ask(country=country, as_of=day).total.instruments}
        for country in ("HRV", "SRB", "AUT", "GBR", "ROW")
    }
    assert "eu_2017_821" in seen["SRB"]
    assert "eu_2017_821" in seen["ROW"]
    assert "eu_2017_821" in seen["GBR"]
    assert "eu_2017_821" not in seen["HRV"]
    assert "eu_2017_821" not in seen["AUT"]


@pytest.mark.parametrize(
    ("day", "inside", "outside"),
    [
        (date(2013, 6, 30), {"GBR", "REU"}, {"HRV", "ROW"}),
        (date(2013, 7, 1), {"GBR", "REU", "HRV"}, {"ROW"}),
        (date(2020, 1, 31), {"GBR", "REU", "HRV"}, {"ROW"}),
        (date(2020, 2, 1), {"REU", "HRV"}, {"GBR", "ROW"}),
    ],
)
def test_the_union_is_that_of_the_day(day: date, inside: set[str], outside: set[str]) -> None:
    union = axes_of(load_inputs(), day, ("ROW", "HRV")).eu
    assert inside <= union
    assert not outside & union


def test_a_country_with_weight_in_one_scheme_only_still_has_an_interval() -> None:
    """San Marino has no mining by value added, yet it has by other ways to weight."""
    total = ask(country="SMR", sector="mining", as_of=LETTER_DAY).total
    assert (total.exposure, total.exposure_interval.low) == (0, 0)
    assert total.exposure_interval.high > 0
    assert total.risk_weighted.high > 0
    assert total.gap.low is not None
    assert total.gap.high is not None
    assert total.gap.central is None


def test_every_answer_says_that_coverage_is_not_effect_and_when_trade_is_older() -> None:
    for parts in ({}, {"country": "BGD"}, {"kind": "depth", "measure": "person_years"}):
        notes = [note.en for note in ask(**parts).notes]
        assert notes[0] == "Coverage means that an instrument applies, not that it works."
        assert any("Trade is that of 2011" in note for note in notes)
    assert any("Depth weighs" in note for note in notes)
    assert any("Person-years are an estimate" in note for note in notes)


def test_the_ends_over_issues_are_those_of_the_issues_rows() -> None:
    answer = ask(by="issue", as_of=LETTER_DAY)
    central = [row.gap.central for row in answer.rows if row.gap.central is not None]
    assert answer.issue_range.issues.low == min(central)
    assert answer.issue_range.issues.high == max(central)
    assert answer.issue_range.weights.low == min(row.gap.low for row in answer.rows)
    assert answer.issue_range.weights.high == max(row.gap.high for row in answer.rows)


def test_depth_covers_less_than_breadth_and_credit_shares_are_of_all_weight() -> None:
    broad, deep = (ask(kind=kind, as_of=LETTER_DAY).total for kind in ("breadth", "depth"))
    assert broad.gap.low <= deep.gap.low
    assert broad.gap.central < deep.gap.central < 1
    # the covenant asks five sixths with a force of 0.6 (0.4 to 0.8)
    credited = [
        next(c for c in total.instruments if c.id == "agt").credit for total in (broad, deep)
    ]
    assert credited[1].value == pytest.approx(credited[0].value * 0.6 * 5 / 6)
    assert credited[0].share == pytest.approx(credited[0].value / broad.risk_weighted.central)


def test_border_law_reaches_nobody_inside_the_union() -> None:
    """The deforestation regulation starts at the border of the EU, and only from its first day."""
    day = date(2027, 1, 15)
    rows = {row.key: row for row in ask(by="country", issue="deforestation", as_of=day).rows}
    assert "eudr" in {item.id for item in rows["BRA"].instruments}
    assert "eudr" not in {item.id for item in rows["DEU"].instruments}
    before = ask(issue="deforestation", as_of=date(2026, 12, 29))
    assert "eudr" not in {item.id for item in before.total.instruments}
    assert ("eudr", "not_in_force") in {(item.id, item.reason) for item in before.absent}


def test_export_credit_is_not_applicable_to_what_the_netherlands_buys() -> None:
    reasons = {item.id: item.reason for item in ask().absent}
    assert reasons["ekv"] == "not_applicable"


def test_unknown_intensity_gives_no_central_value() -> None:
    rows = {row.key: row for row in ask().rows}
    forced = rows["forced_labour"]
    assert forced.unknown_share.risk > 0.5
    assert forced.gap.central is None
    assert forced.risk_weighted.central is None
    assert forced.gap.low is not None


def test_the_default_day_is_the_editions_and_years_are_named() -> None:
    answer = ask()
    assert answer.as_of == load_inputs().manifest.edition_date
    assert answer.years.table == 2011
    assert answer.years.instruments == answer.as_of.year
    assert set(answer.years.risk) == set(load_inputs().nodes.issues)
    # the newest of a measure of 2021 and a list of 2026
    assert answer.years.risk["conflict"] == 2026


def test_issues_without_data_are_named_as_not_researched() -> None:
    answer = ask()
    assert "living_wage" in answer.not_researched
    assert not set(answer.not_researched) & {row.key for row in answer.rows}


def test_the_series_shows_the_covenant_come_and_go() -> None:
    points = {point.as_of.year: point for point in gap_series(years=(2012, 2018, 2019, 2022))}
    assert points[2012].gap.central == 1
    assert points[2019].gap.central < 1
    assert "agt" in points[2019].in_force
    assert points[2022].gap.central == 1


@pytest.mark.parametrize(
    ("parts", "error", "words"),
    [
        ({"country": "XQZ"}, NotFoundError, "XQZ"),
        ({"country": "NLD"}, InputError, "outside the Netherlands"),
        ({"issue": "child_labor"}, NotFoundError, "child_labour"),
        ({"issue": "living_wage"}, InputError, "not researched"),
        ({"sector": "textile"}, NotFoundError, "textiles"),
        ({"without": ("agtt",)}, NotFoundError, "agt"),
        ({"as_of": date(1900, 1, 1)}, InputError, "1900"),
        ({"as_of": date(2011, 12, 31)}, InputError, "not researched"),
        ({"as_of": date(2041, 1, 1)}, InputError, "foreseen"),
    ],
)
def test_a_wrong_question_gets_one_clear_answer(parts, error, words) -> None:
    with pytest.raises(error, match=words) as caught:
        ask(**parts)
    assert caught.value.where
    assert caught.value.fix
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("code", ["textiles", "13", "14", "c4", "C4"])
def test_a_sector_answers_to_its_id_and_to_isic_and_wiod_codes(code: str) -> None:
    assert ask(sector=code).total == ask(sector="textiles").total


@pytest.mark.parametrize("code", ["rou", "ROM", "RO", "Romania", "roemenië"])
def test_a_country_answers_to_every_code_it_is_known_by(code: str) -> None:
    assert ask(country=code).total == ask(country="ROU").total


def flat(steps: tuple[Step, ...]):
    for step in steps:
        yield step
        yield from flat(step.steps)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"by": "country", "kind": "depth", "measure": "person_years", "as_of": LETTER_DAY},
        {"by": "sector", "country": "BGD", "issue": "corruption", "without": ("csrd", "fmo")},
    ],
)
def test_every_figure_leads_back_to_its_sources(parts) -> None:
    answer = ask(**parts)
    for row in (answer.total, answer.rows[0], answer.rows[-1]):
        trace = explain(row.id)
        assert trace.id == row.id
        steps = list(flat(trace.steps))
        assert f"{row.exposure:.6g}" in " ".join(step.value or "" for step in steps)
        cited = {step.citation.source for step in steps if step.citation}
        assert "wiod2013" in cited
        files = [step.value for step in steps if step.value and step.value.startswith("sha256")]
        assert len(files) >= 5


def cells_of(figure: str) -> list[Step]:
    """The nodes that weigh most, as the way back shows them."""
    return [step for step in flat(explain(figure).steps) if step.value and " MUSD x " in step.value]


def test_the_way_back_of_a_row_shows_nodes_of_that_row_only() -> None:
    row = next(r for r in ask(by="sector", issue="corruption").rows if r.key == "textiles")
    nodes = cells_of(row.id)
    assert nodes
    assert all("textiles" in node.title.en for node in nodes)
    layer = next(r for r in ask(by="layer", issue="corruption").rows if r.key == "0")
    (first, *_) = cells_of(layer.id)
    assert float(first.value.split(" ")[0]) < layer.exposure


def test_the_way_back_of_a_country_inside_a_region_shows_its_own_share_and_source() -> None:
    answer = ask(country="BGD", sector="textiles", issue="corruption")
    (node,) = cells_of(answer.total.id)
    assert node.title.en.startswith("Bangladesh")
    assert float(node.value.split(" ")[0]) == pytest.approx(answer.total.exposure, rel=1e-3)
    assert node.detail is not None
    assert node.detail.en.startswith("wgi_2020")


def test_the_way_back_tells_known_reach_without_a_centre_from_unknown_reach() -> None:
    answer = ask(issue="forced_labour", as_of=LETTER_DAY, kind="depth")
    assert answer.total.gap.central is None
    steps = {step.title.en: step for step in flat(explain(answer.total.id).steps)}
    covenant = steps["Agreement on Sustainable Garments and Textile"]
    assert covenant.value == "uptake 0.48 / 0.48 / 0.48; no central value"
    assert steps["Dutch Banking Sector Agreement"].value == "reach unknown"
    (depth,) = covenant.steps
    assert depth.value == "0.333333 / 0.5 / 0.666667"
    assert len(depth.steps) == 7
    assert all(step.citation for step in depth.steps)


def test_the_name_of_a_figure_is_enough_to_ask_for_it_again() -> None:
    answer = ask(by="layer", country="IND", kind="depth", without=("agt",), as_of=LETTER_DAY)
    query, key, edition = parse_figure_id(answer.rows[1].id)
    assert key == "1"
    assert edition == answer.edition
    again = compute_gap(query)
    assert again.rows[1] == answer.rows[1]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", InputError),
        ("gap", InputError),
        ("gap:breadth:value_added:2026-13-40:total@starter-2026.1", InputError),
        ("gap:breadth:value_added:2026-11-22:total@other-1", EditionError),
        ("gap:breadth:value_added:2026-11-22:country=ZZZ@starter-2026.1", NotFoundError),
        ("gap:breadth:value_added:2026-11-22:total@starter-2026.1\n;rm", InputError),
    ],
)
def test_what_is_no_figure_has_no_way_back(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        explain(name)
