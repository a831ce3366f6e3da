"""Only a verdict makes a promise late; the rest is not due, not researched or without a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.ledger.status import (
    DEADLINE_STATES,
    count_by_theme,
    count_deadlines,
    deadline_state,
    verdict_on,
)
from ketenkaart.core.ledger.types import (
    Commitment,
    DateType,
    Deadline,
    Ledger,
    Letter,
    Locator,
    Verdict,
    VerdictValue,
)
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.sources.reference import load_ledger

CITED = Citation(source="s01", grade=Grade.SURE)
WORDS = Text(nl="woorden", en="words")
DUE = date(2020, 3, 31)
DAYS = st.dates(date(2019, 1, 1), date(2025, 1, 1))


def promise(name: str = "K1", due: date | None = DUE) -> Commitment:
    return Commitment(
        id=name,
        summary=WORDS,
        date_text=WORDS if due else None,
        date_type=DateType.YEAR if due else DateType.NONE,
        deadline=Deadline(due=due, reading=WORDS, citation=CITED) if due else None,
        responsible=WORDS,
        status_in_letter=WORDS,
        locator=Locator(quote="a", start=0, end=1, line=1),
        citation=CITED,
    )


def verdict(value: VerdictValue, found_on: date | None, name: str = "K1") -> Verdict:
    return Verdict(commitment=name, value=value, found_on=found_on, statement=WORDS, citation=CITED)


@pytest.mark.parametrize(
    ("due", "verdicts", "as_of", "state"),
    [
        (DUE, (), date(2020, 3, 30), "not_due"),
        (DUE, (), DUE, "not_due"),
        (DUE, (), date(2020, 4, 1), "not_researched"),
        (None, (), date(2030, 1, 1), "no_deadline"),
        (DUE, ((VerdictValue.KEPT, date(2020, 2, 1)),), date(2020, 2, 1), "kept"),
        (DUE, ((VerdictValue.KEPT, date(2020, 2, 1)),), date(2020, 1, 31), "not_due"),
        (DUE, ((VerdictValue.KEPT_LATE, date(2020, 5, 1)),), date(2020, 4, 15), "not_researched"),
        (DUE, ((VerdictValue.KEPT_LATE, date(2020, 5, 1)),), date(2020, 5, 1), "kept_late"),
        (DUE, ((VerdictValue.NOT_KEPT, None),), DUE, "not_due"),
        (DUE, ((VerdictValue.NOT_KEPT, None),), date(2020, 4, 1), "not_kept"),
        (None, ((VerdictValue.PARTLY_KEPT, None),), date(2019, 1, 1), "partly_kept"),
        (None, ((VerdictValue.KEPT, date(2021, 1, 1)),), date(2020, 1, 1), "no_deadline"),
        (
            DUE,
            ((VerdictValue.KEPT_LATE, date(2021, 1, 1)), (VerdictValue.NOT_KEPT, date(2020, 6, 1))),
            date(2022, 1, 1),
            "kept_late",
        ),
        (
            DUE,
            ((VerdictValue.KEPT_LATE, date(2021, 1, 1)), (VerdictValue.NOT_KEPT, date(2020, 6, 1))),
            date(2020, 12, 31),
            "not_kept",
        ),
    ],
)
def test_where_a_promise_stands(
    due: date | None,
    verdicts: tuple[tuple[VerdictValue, date | None], ...],
    as_of: date,
    state: str,
) -> None:
    found = [verdict(value, day) for value, day in verdicts]
    assert deadline_state(promise(due=due), found, as_of) == state


def test_a_verdict_on_another_promise_says_nothing() -> None:
    other = verdict(VerdictValue.NOT_KEPT, date(2020, 1, 1), name="K2")
    assert verdict_on(promise(), [other], date(2022, 1, 1)) is None
    assert deadline_state(promise(), [other], date(2022, 1, 1)) == "not_researched"


@given(due=st.none() | DAYS, as_of=DAYS)
def test_nothing_is_late_without_a_verdict(due: date | None, as_of: date) -> None:
    state = deadline_state(promise(due=due), (), as_of)
    assert state in {"no_deadline", "not_due", "not_researched"}


@given(
    dues=st.lists(st.none() | DAYS, max_size=8),
    found=st.lists(st.tuples(st.sampled_from(VerdictValue), st.none() | DAYS), max_size=8),
    as_of=DAYS,
)
def test_counts_add_up(
    dues: list[date | None], found: list[tuple[VerdictValue, date | None]], as_of: date
) -> None:
    ledger = Ledger(
        letter=Letter(
            id="letter", title=WORDS, dossier="1", number="1", date=DUE, sender="x",
            characters=1, sha256="0" * 64, citation=CITED,
        ),
        themes=(),
        recommendations=(),
        commitments=tuple(promise(f"K{k}", due) for k, due in enumerate(dues)),
        references=(),
        verdicts=tuple(
            verdict(value, day, f"K{k}") for k, (value, day) in enumerate(found)
        ),
    )  # fmt: skip
    counts = count_deadlines(ledger, as_of)
    assert sum(counts.states.values()) == counts.commitments == len(dues)
    assert sum(counts.passed_states.values()) == counts.passed
    assert set(counts.states) == set(counts.passed_states) == set(DEADLINE_STATES)
    assert counts.passed == sum(1 for due in dues if due is not None and due < as_of)
    assert counts.passed_states["no_deadline"] == counts.passed_states["not_due"] == 0


def test_the_letter_on_the_day_it_was_sent_and_today() -> None:
    ledger = load_ledger()
    sent = count_deadlines(ledger, ledger.letter.date)
    assert sent.passed == 0
    assert sent.states["not_due"] == 8
    later = count_deadlines(ledger, date(2026, 11, 22))
    assert (later.commitments, later.passed) == (38, 8)
    assert later.passed_states["not_kept"] == 1
    assert later.passed_states["not_researched"] == 7
    assert later.states["kept"] == 4
    quarter = count_deadlines(ledger, date(2020, 3, 31) + timedelta(days=1))
    assert quarter.passed_states["not_researched"] == 1


def test_themes_count_their_answers() -> None:
    counts = count_by_theme(load_ledger())
    assert [count.total for count in counts] == [2, 2, 7, 7, 9, 3, 10, 2, 13]
    for count in counts:
        for codes in (count.responses, count.positions, count.follow_ups):
            assert sum(codes.values()) == count.total
    embassies = counts[6]
    assert embassies.responses["adopted"] == 8  # type: ignore[index]
    assert embassies.responses["outside_scope"] == 0  # type: ignore[index]
