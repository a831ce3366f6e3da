"""The gap on the starter edition: what is asked is what is answered, and it adds up."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ketenkaart.core.chain.leontief import footprint
from ketenkaart.core.errors import EditionError, InputError, NotFoundError
from ketenkaart.core.governance.answers import GapQuery, Step
from ketenkaart.services.governance import compute_gap, explain, gap_series
from ketenkaart.services.governance.ids import parse_figure_id
from ketenkaart.services.governance.inputs import load_inputs

LETTER_DAY = date(2019, 11, 22)
AXES = ("issue", "sector", "country", "layer", "buyer")


def ask(**parts: object):
    return compute_gap(GapQuery(**parts))  # type: ignore[arg-type]


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


def test_missing_facts_are_ranked_and_worth_no_more_than_the_known_low_end() -> None:
    answer = ask(as_of=LETTER_DAY)
    worth = [fact.at_most for fact in answer.missing_facts]
    assert worth == sorted(worth, reverse=True)
    assert all(0 <= value <= answer.total.gap_known_reach.low for value in worth)
    unknown = {item.id for item in answer.total.instruments if not item.reach_is_known}
    assert {fact.id for fact in answer.missing_facts} == unknown


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


@pytest.mark.parametrize("code", ["rou", "ROM", "RO"])
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
