"""The mix on the edition: what it says agrees with the gap, and wrong files name their place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.coverage import tally
from ketenkaart.core.governance.mix.answers import MixQuery
from ketenkaart.core.governance.mix.changes import Change, WhatIfQuery
from ketenkaart.core.governance.mix.patterns import patterns_of, tally_of
from ketenkaart.core.governance.reach import Reach
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.installed import edition_day, edition_folder
from ketenkaart.services.mix.answering import compute_mix
from ketenkaart.services.mix.ground import ground_for
from ketenkaart.services.mix.whatif import compute_what_if
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.mix import SHIPPED, load_candidates


def shipped() -> str:
    return (reference_root(None) / SHIPPED).read_text()


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yml"
    path.write_text(text)
    return path


def quick(budget: float, **more: object) -> MixQuery:
    return MixQuery.model_validate({"budget": budget, **more})


def test_the_gap_after_the_mix_is_that_of_the_gap_with_it() -> None:
    """Two roads to one figure: merged cells and options, and the whole tally of instruments."""
    answer = compute_mix(quick(20e6), regrets=False)
    assert answer.after.central == pytest.approx(answer.known_after, abs=1e-9)
    assert answer.steps[-1].gap == pytest.approx(answer.known_after, abs=1e-9)
    assert sum(step.cost for step in answer.steps) == pytest.approx(answer.spent.counted)
    assert answer.spent.counted <= answer.budget
    scenario = compute_what_if(
        WhatIfQuery(added=tuple(f"{item.candidate}.{item.level}" for item in answer.chosen))
    )
    assert scenario.after == answer.after
    assert scenario.before == answer.before


def test_before_the_mix_the_gap_is_the_gap() -> None:
    answer = compute_mix(quick(0.0, kind="breadth"), regrets=False)
    gap = compute_gap(GapQuery(kind="breadth")).total.gap
    assert answer.before.low == pytest.approx(gap.low, abs=1e-9)
    assert answer.before.central == pytest.approx(gap.central, abs=1e-9)
    assert not answer.chosen
    assert answer.after == answer.before


def test_patterns_give_the_tally_itself() -> None:
    ground = ground_for(edition_folder(), edition_day(), ())
    found = ground.reaches(ground.inputs.instruments, "depth", edition_day())
    reaches = [item for item in found if isinstance(item, Reach)]
    exposure = ground.exposure("value_added")
    issues = len(ground.inputs.nodes.issues)
    slow = tally(exposure, issues, reaches, ground.products)
    fast = tally_of(exposure, patterns_of(exposure, reaches, ground.products), issues)
    for name in ("open_low", "open_central", "open_high", "open_low_known", "in_unknown_scope"):
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=1e-9, atol=1e-9)


@pytest.mark.long
def test_more_budget_never_leaves_a_larger_gap() -> None:
    gaps = [compute_mix(quick(b), regrets=False).known_after for b in (2e6, 10e6, 40e6)]
    assert gaps == sorted(gaps, reverse=True)


@pytest.mark.long
def test_conditions_are_met_and_others_say_why_not() -> None:
    answer = compute_mix(quick(60e6, chosen=("child_labour_law",)), regrets=False)
    names = {item.candidate for item in answer.chosen}
    assert "child_labour_law" in names
    assert "due_diligence_law" not in names
    why = {item.candidate: item for item in answer.not_chosen}["due_diligence_law"]
    assert why.reason == "at_most_one"
    assert "award_advantage" not in names or "isv_all_levels" in names


@pytest.mark.parametrize(
    ("query", "named"),
    [
        (quick(1e6, chosen=("due_diligence_law",)), ("budget", "Broad due-diligence law")),
        (
            quick(1e9, chosen=("due_diligence_law", "child_labour_law")),
            ("at most one", "candidates.yml:"),
        ),
        (
            quick(1e9, chosen=("award_advantage",), left_out=("isv_all_levels",)),
            ("needs", "--without"),
        ),
    ],
)
def test_what_cannot_be_together_is_named_and_no_more(
    query: MixQuery, named: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as error:
        compute_mix(query, regrets=False)
    for word in named:
        assert word in str(error.value)
    assert "Covenant in construction" not in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("unit: eur_per_year", "unit: usd", "(key 'unit')"),
        ("          unit: eur_per_year\n", "", "'unit' is missing"),
        ("lever: oblige", "lever: force", "(key 'lever')"),
        ("force: law_sanctioned", "force: law_loud", "Unknown force"),
        ("extends: isv", "extends: isvv", "Unknown instrument 'isvv'"),
        ("sectors: [construction]", "sectors: [building]", "Unknown sector 'building'"),
        ("issues: [child_labour]", "issues: [children]", "Unknown issue 'children'"),
        ("needs: isv_all_levels", "needs: isv_everywhere", "Unknown candidate"),
        ("needs: isv_all_levels", "needs: award_advantage", "circle"),
        ("          value: 8000000\n", "          value: 80000000\n", "low <= value <= high"),
        ("id: helpdesk", "id: csrd", "exists"),
        ("id: helpdesk", "id: sector_fund", "twice"),
    ],
)
def test_a_wrong_file_names_file_line_and_key(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    text = shipped()
    assert old in text
    with pytest.raises(InputError) as error:
        load_candidates(written(tmp_path, text.replace(old, new, 1)))
    assert told in str(error.value)
    assert "mine.yml:" in str(error.value)
    assert error.value.exit_code == 2


def test_a_candidate_without_cost_is_refused(tmp_path: Path) -> None:
    lines = shipped().split("\n")
    first = next(k for k, line in enumerate(lines) if line.strip() == "cost:")
    after = next(
        k for k in range(first + 1, len(lines)) if len(lines[k]) - len(lines[k].lstrip()) <= 8
    )
    with pytest.raises(InputError, match=r"'cost' is missing.*mine\.yml:\d+"):
        load_candidates(written(tmp_path, "\n".join(lines[:first] + lines[after:])))


def test_a_cost_of_which_nothing_is_known_is_refused_and_a_range_is_not(tmp_path: Path) -> None:
    text = shipped()
    whole = "          low: 1500000\n          value: 2500000\n          high: 4000000\n"
    assert whole in text
    with pytest.raises(InputError, match="unknown is refused"):
        load_candidates(written(tmp_path, text.replace(whole, "", 1)))
    ranged = text.replace(whole, whole.replace("          value: 2500000\n", ""), 1)
    answer = compute_mix(
        quick(5e6, chosen=("helpdesk",)), candidates=written(tmp_path, ranged), regrets=False
    )
    found = next(item for item in answer.chosen if item.candidate == "helpdesk")
    assert found.cost_is_range
    assert found.cost.counted == found.cost.high


@pytest.mark.long
def test_a_cap_per_sector_binds(tmp_path: Path) -> None:
    text = shipped() + (
        "caps:\n  - sectors: [food]\n    at_most: 500000\n    unit: eur_per_year\n"
        '    because: {nl: "proef", en: "trial"}\n'
    )
    answer = compute_mix(quick(20e6), candidates=written(tmp_path, text), regrets=False)
    assert "covenant_food" not in {item.candidate for item in answer.chosen}
    why = {item.candidate: item.reason for item in answer.not_chosen}
    assert why["covenant_food"] in {"cap", "budget"}


def test_an_unknown_candidate_is_named_with_what_is_near() -> None:
    with pytest.raises(NotFoundError, match="due_diligence_law"):
        compute_mix(quick(1.0, chosen=("due_dilligence_law",)))


def test_switching_off_what_is_unknown_moves_only_the_low_end() -> None:
    answer = compute_what_if(
        WhatIfQuery(changes=(Change(instrument="csrd", off=True),), kind="breadth")
    )
    assert answer.after.central == answer.before.central
    assert (answer.after.low or 0) >= (answer.before.low or 0)


def test_a_lower_threshold_reaches_more() -> None:
    found = [
        compute_what_if(WhatIfQuery(changes=(Change(instrument="csrd", employees=size),)))
        for size in (250, 1000, 5000)
    ]
    central = [answer.after.central or 0.0 for answer in found]
    assert central == sorted(central)
    assert central[0] < (found[0].before.central or 0.0)


@pytest.mark.parametrize(
    "change",
    [Change(instrument="nothing"), Change(instrument="agt"), Change(instrument="fmo", employees=9)],
)
def test_what_cannot_be_changed_is_said(change: Change) -> None:
    with pytest.raises(InputError):
        compute_what_if(WhatIfQuery(changes=(change,)))
