"""The instruments as facts: complete, cited, graded, dated, and in both languages."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ketenkaart.core.governance.reach import depth_of
from ketenkaart.core.governance.types import STEPS, Force, Instrument, Kind, Status
from ketenkaart.core.provenance import Citation, Grade, State, Text
from ketenkaart.sources.reference import load_depth, load_instruments

INSTRUMENTS = {instrument.id: instrument for instrument in load_instruments()}
WORKED_OUT = [instrument for instrument in INSTRUMENTS.values() if instrument.worked_out]
REGISTER = [instrument for instrument in INSTRUMENTS.values() if not instrument.worked_out]
by_id = pytest.mark.parametrize("instrument", WORKED_OUT, ids=lambda item: item.id)


def known_facts(instrument: str, key: str) -> list[tuple[str, object, str | None]]:
    return [
        (fact.start.isoformat(), fact.value, fact.unit)
        for fact in INSTRUMENTS[instrument].facts
        if fact.key == key and fact.state is State.KNOWN
    ]


def citations_of(instrument: Instrument) -> list[Citation]:
    found = [instrument.citation]
    found += [status.citation for status in instrument.status]
    found += [uptake.citation for uptake in instrument.uptake]
    found += [fact.citation for fact in instrument.facts]
    found += [getattr(steps, name).citation for steps in instrument.steps for name in STEPS]
    if instrument.scope is not None:
        found += [instrument.scope.citation, instrument.scope.layers.citation]
    return found


def test_every_covenant_law_and_scheme_of_the_field_is_worked_out() -> None:
    waiting = {"conflict_minerals_act", "eu_procurement_directives"}
    treaties = {"anti_bribery_convention", "uncac"}
    left = {item.id for item in REGISTER if item.kind in {Kind.COVENANT, Kind.LAW}}
    assert left == waiting | treaties
    assert {item.kind for item in WORKED_OUT} >= {
        Kind.LAW,
        Kind.COVENANT,
        Kind.FINANCE,
        Kind.PROCUREMENT,
        Kind.INITIATIVE,
        Kind.POST,
        Kind.INFORMATION,
        Kind.FUND,
    }


@by_id
def test_a_worked_out_instrument_says_what_it_covers_and_since_when(instrument: Instrument) -> None:
    assert instrument.scope is not None
    assert instrument.summary is not None
    assert instrument.sector is not None
    first = instrument.status[0].start
    assert instrument.uptake[0].start == first
    assert instrument.steps[0].start == first


@by_id
def test_a_known_uptake_is_read_in_a_document(instrument: Instrument) -> None:
    for uptake in instrument.uptake:
        if uptake.state is State.KNOWN:
            assert re.fullmatch(r"s\d\d", uptake.citation.source)
            assert uptake.citation.locator
            assert uptake.citation.grade is not Grade.ASSUMED
            assert uptake.citation.note is not None, "a share needs its caveat"


@by_id
def test_what_is_unknown_names_the_missing_fact_in_both_languages(instrument: Instrument) -> None:
    texts: list[Text | None] = [
        uptake.missing for uptake in instrument.uptake if uptake.state is not State.KNOWN
    ]
    texts += [fact.note for fact in instrument.facts if fact.state is not State.KNOWN]
    for text in texts:
        assert text is not None
        assert len(text.nl.split()) >= 3
        assert len(text.en.split()) >= 3
        assert text.nl != text.en


def test_only_the_textile_covenant_has_a_share_so_far() -> None:
    known = {
        instrument.id
        for instrument in WORKED_OUT
        for uptake in instrument.uptake
        if uptake.state is State.KNOWN
    }
    assert known == {"agt"}


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda item: item.id)
def test_every_citation_points_somewhere(instrument: Instrument) -> None:
    for citation in citations_of(instrument):
        if citation.source == "own":
            assert citation.grade is Grade.ASSUMED
        else:
            assert citation.locator, f"{instrument.id}: {citation.source} without a place in it"
            assert citation.grade is not Grade.ASSUMED


@by_id
def test_a_judgement_of_a_step_gives_its_reason(instrument: Instrument) -> None:
    for steps in instrument.steps:
        for name in STEPS:
            citation = getattr(steps, name).citation
            if citation.source == "own":
                assert citation.note is not None, f"{instrument.id}.{name}"


@by_id
def test_no_figure_among_the_facts_is_our_own(instrument: Instrument) -> None:
    assert [fact.key for fact in instrument.facts if fact.citation.source == "own"] == []


@by_id
def test_a_fact_stands_once_per_day(instrument: Instrument) -> None:
    keys = [(fact.key, fact.start) for fact in instrument.facts]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("instrument", "day", "expected"),
    [
        ("agt", "2016-07-03", None),
        ("agt", "2016-07-04", Status.IN_FORCE),
        ("agt", "2021-12-31", Status.IN_FORCE),
        ("agt", "2022-01-01", Status.ENDED),
        ("eu_2017_821", "2020-12-31", Status.ADOPTED_NOT_APPLICABLE_YET),
        ("eu_2017_821", "2021-01-01", Status.IN_FORCE),
        ("eudr", "2026-11-22", Status.ADOPTED_NOT_APPLICABLE_YET),
        ("eudr", "2026-12-30", Status.IN_FORCE),
        ("csrd", "2022-12-30", None),
        ("csrd", "2023-12-31", Status.ADOPTED_NOT_APPLICABLE_YET),
        ("csrd", "2024-01-01", Status.IN_FORCE),
        ("trustone", "2019-05-13", Status.SIGNED),
        ("pen", "2023-01-01", Status.ENDED),
        ("endorsement_90", "2024-01-01", Status.ENDED),
        ("wzk", "2026-11-22", Status.ADOPTED_NOT_IN_FORCE),
    ],
)
def test_status_on_golden_days(instrument: str, day: str, expected: Status | None) -> None:
    found = INSTRUMENTS[instrument].status_on(date.fromisoformat(day))
    assert (found.value if found else None) == expected


@pytest.mark.parametrize(
    ("instrument", "asked"),
    [
        ("eu_2017_821", (1, 1, 1, 1, 1, 0.5)),
        ("eudr", (0.5, 1, 1, 0.5, 1, 0)),
        ("csrd", (0, 0, 0, 0, 1, 0)),
    ],
)
def test_steps_that_laws_ask_for(instrument: str, asked: tuple[float, ...]) -> None:
    (steps,) = INSTRUMENTS[instrument].steps
    obligations = [getattr(steps, name) for name in STEPS]
    assert tuple(item.value for item in obligations) == asked
    assert {item.citation.grade for item in obligations} == {Grade.LIKELY}


def series(instrument: str, key: str) -> list[tuple[str, float | str]]:
    measure = INSTRUMENTS[instrument].measure(key)
    assert measure is not None
    return [
        (point.on.isoformat(), point.state.value if point.value is None else point.value)
        for point in measure.points
    ]


def test_the_textile_covenant_over_time() -> None:
    assert series("agt", "companies") == [
        ("2016-07-04", 55),
        ("2018-07-01", 79),
        ("2018-12-31", 93),
        ("2021-12-31", "not_researched"),
    ]
    assert series("agt", "market_share") == [
        ("2016-07-04", "unknown"),
        ("2018-07-01", 0.42),
        ("2018-12-31", 0.48),
        ("2021-12-31", "not_researched"),
    ]
    assert [value for _, value in series("agt", "production_locations")] == [
        2802,
        4268,
        6289,
        6000,
        4000,
    ]


def test_the_annex_of_the_conflict_minerals_regulation() -> None:
    lines = [f for f in INSTRUMENTS["eu_2017_821"].facts if f.key.startswith("cn_")]
    ((_, count, _),) = known_facts("eu_2017_821", "annex_lines")
    assert len(lines) == len({line.key for line in lines}) == count == 23
    assert {line.unit for line in lines} == {"kg/year"}
    parts = [str(line.citation.locator).split(",")[1].strip() for line in lines]
    assert (parts.count("part A"), parts.count("part B")) == (5, 18)
    sure = {line.key: line.value for line in lines if line.citation.grade is Grade.SURE}
    assert sure == {
        "cn_2609_00_00": 5_000,
        "cn_2611_00_00": 250_000,
        "cn_7108_unrefined": 100,
        "cn_2825_90_40": 100_000,
        "cn_8003_00_00": 1_400,
        "cn_8007_00": 2_100,
        "cn_8101_96_00": 250,
    }
    assert {line.citation.grade for line in lines} == {Grade.SURE, Grade.LIKELY}
    filled_in_2020 = {line.key for line in lines if line.note and "2020/1588" in line.note.en}
    assert filled_in_2020 == {
        "cn_2615_90_00_10",
        "cn_2616_90_00_10",
        "cn_2825_90_85_10",
        "cn_2841_90_85_10",
        "cn_2849_90_50_10",
    }


def test_procurement_thresholds_change_every_two_years() -> None:
    assert known_facts("isv", "eu_threshold_central") == [
        ("2018-01-01", 144_000, "EUR"),
        ("2020-01-01", 139_000, "EUR"),
        ("2022-01-01", 140_000, "EUR"),
        ("2024-01-01", 143_000, "EUR"),
        ("2026-01-01", 140_000, "EUR"),
    ]


def test_export_credit_does_not_act_on_what_the_netherlands_buys() -> None:
    (uptake,) = INSTRUMENTS["ekv"].uptake
    assert uptake.state is State.NOT_APPLICABLE


def test_two_funds_have_rbc_as_their_goal_and_others_as_a_condition() -> None:
    roles = {key: INSTRUMENTS[key].rbc_role for key in ("fbk", "fvo", "dggf", "ekv", "fmo", "isv")}
    assert roles == {
        "fbk": "objective",
        "fvo": "objective",
        "dggf": "condition",
        "ekv": "condition",
        "fmo": "condition",
        "isv": "condition",
    }


def test_the_register_lists_the_rest_by_name_only() -> None:
    assert len(REGISTER) >= 50
    for instrument in REGISTER:
        assert instrument.uptake == ()
        assert instrument.scope is None
    names = [(instrument.name.nl, instrument.name.en) for instrument in INSTRUMENTS.values()]
    assert len(names) == len(set(names))
    assert {instrument.theme for instrument in INSTRUMENTS.values()} == set(range(1, 10))


ANSWERS = {"yes": (1, 1, 1), "partly": (0, 0.5, 1), "no": (0, 0, 0)}
SAID = {"ja": "yes", "deels": "partly", "nee": "no"}
QUESTIONS = ["written", "binding", "checked", "consequence", "outsiders"]


@pytest.mark.parametrize("force", load_depth().forces, ids=lambda force: force.id)
def test_a_force_follows_from_the_answers_it_gives(force: Force) -> None:
    assert force.citation.note is not None
    english = [part.split() for part in force.citation.note.en.split("; ")]
    assert [words[0] for words in english] == QUESTIONS
    answers = [words[1] for words in english]
    dutch = [SAID[part.split()[-1]] for part in force.citation.note.nl.split("; ")]
    assert dutch == answers
    ends = [sum(ANSWERS[answer][end] for answer in answers) / len(QUESTIONS) for end in range(3)]
    assert [force.low, force.value, force.high] == pytest.approx(ends)


def test_each_step_counts_alike() -> None:
    assert set(load_depth().step_weights.values()) == {1 / 6}


def test_depth_of_the_textile_covenant_as_worked_out_in_the_methods() -> None:
    (steps,) = INSTRUMENTS["agt"].steps
    force = INSTRUMENTS["agt"].force
    assert force is not None
    low, central, high = depth_of(steps, force, load_depth())
    assert (low, central, high) == pytest.approx((0.4 * 5 / 6, 0.6 * 5 / 6, 0.8 * 5 / 6))
    uptake = INSTRUMENTS["agt"].uptake_on(date(2019, 11, 22))
    assert uptake is not None
    assert uptake.value is not None
    assert uptake.value * central == pytest.approx(0.24)


def test_a_day_chosen_inside_a_month_or_year_is_owned_up_to() -> None:
    chosen = [
        (instrument.id, item.start.isoformat())
        for instrument in INSTRUMENTS.values()
        for item in instrument.status
        if (item.start.month, item.start.day) == (12, 31) and item.citation.note is None
    ]
    assert chosen == []
