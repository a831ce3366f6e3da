"""Runs every written situation: facts about a firm, a day, and what the law says to it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.types import LawStatus
from ketenkaart.services.laws import law_book
from ketenkaart.services.laws.situations import find_situations, try_situation

FOLDER = Path(__file__).parent / "laws"
SITUATIONS = find_situations(FOLDER)
LAWS = {law.id: law for law in law_book().laws}


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda item: item.where)
def test_situation(situation) -> None:
    outcome = try_situation(situation)
    assert not outcome.differences, situation.expected.because


def test_every_law_has_at_least_twelve_situations_of_its_own() -> None:
    counts = Counter(situation.law for situation in SITUATIONS)
    assert counts.keys() == LAWS.keys()
    assert min(counts.values()) >= 12


def test_every_law_is_tried_in_and_out_and_on_both_sides_of_its_first_day() -> None:
    for law in LAWS.values():
        mine = [s.expected for s in SITUATIONS if s.law == law.id]
        assert any(item.status is LawStatus.NOT_YET for item in mine), law.id
        assert any(item.as_of == law.status[0].start or item.status for item in mine), law.id
        if law.versions[-1].scope is not None:
            assert {"yes", "no", "unknown"} <= {item.in_scope for item in mine}, law.id


def test_every_version_and_the_day_before_each_status_is_tried() -> None:
    for law in LAWS.values():
        days = {s.expected.as_of for s in SITUATIONS if s.law == law.id}
        for version in law.versions:
            end = version.end
            assert any(version.start <= d and (end is None or d <= end) for d in days), version.id
        for status in law.status[1:]:
            assert status.start in days, (law.id, status.start)
            assert status.start - timedelta(days=1) in days, (law.id, status.start)


def test_no_situation_stands_twice() -> None:
    keys = [(s.law, s.expected.as_of, str(s.expected.given)) for s in SITUATIONS]
    twice = [key for key, count in Counter(keys).items() if count > 1]
    assert not twice


def test_a_wrong_expectation_is_found(tmp_path: Path) -> None:
    text = (FOLDER / "uflpa.yml").read_text(encoding="utf-8")
    (tmp_path / "wrong.yml").write_text(
        text.replace("in_scope: yes, status: in_force", "in_scope: no, status: in_force")
    )
    outcomes = [try_situation(item) for item in find_situations(tmp_path / "wrong.yml")]
    assert [d for o in outcomes for d in o.differences] == [("in_scope", "no", "yes")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("law: uflpa", "law: nope"), "nope"),
        (("goods_from_xinjiang: no}", "goods_from_xinjang: no}"), "goods_from_xinjang"),
        (('because: "no size"', 'becuase: "no size"'), "because"),
        (("in_scope: unknown", "in_scope: maybe"), "in_scope"),
    ],
)
def test_a_situation_that_cannot_be_read_is_named(tmp_path: Path, change, words) -> None:
    text = (FOLDER / "uflpa.yml").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "bad.yml").write_text(text.replace(*change))
    with pytest.raises(InputError, match=words) as caught:
        find_situations(tmp_path / "bad.yml")
    assert "bad.yml:" in str(caught.value)
