"""Credit on the starter edition: it adds up, and its ends hold it."""

from __future__ import annotations

from datetime import date

import pytest

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.governance.defence import compute_credit
from ketenkaart.services.governance.defence.exports import CREDIT_COLUMNS, credit_rows

QUESTION = GapQuery(as_of=date(2019, 11, 22), by="sector", country="CHN")


def test_credits_sum_to_the_covered_weight_in_every_row() -> None:
    answer = compute_credit(QUESTION)
    for row in (*answer.rows, answer.total):
        if row.gap.central is None:
            continue
        credited = sum(item.share or 0 for item in row.instruments)
        assert credited == pytest.approx(1 - row.gap.central, abs=1e-9)


def test_an_instrument_of_unknown_reach_has_ends_and_no_credit() -> None:
    answer = compute_credit(QUESTION)
    unknown = [item for item in answer.total.instruments if not item.reach_is_known]
    assert unknown
    for item in unknown:
        assert (item.amount, item.share, item.known.low) == (None, None, None)
        assert item.possible.low == 0
        assert 0 <= item.possible.high <= 1
    assert max(item.possible.high for item in unknown) > 0.5


def test_credit_lies_between_its_ends_and_more_rivals_only_widen_them() -> None:
    # one issue of which every risk is known, so that the centre and the ends speak of the same
    answer = compute_credit(QUESTION.model_copy(update={"issue": "freedom_of_association"}))
    known = [item for item in answer.total.instruments if item.reach_is_known]
    assert known
    for item in known:
        assert item.known.low <= item.share <= item.known.high
        assert item.possible.low <= item.known.low + 1e-12
        assert item.possible.high >= item.known.high - 1e-12


def test_it_is_the_credit_that_the_gap_shows() -> None:
    shown = {item.id: item.credit.share for item in compute_gap(QUESTION).total.instruments}
    found = {item.id: item.share for item in compute_credit(QUESTION).total.instruments}
    assert found == pytest.approx(shown)


def test_rows_for_other_programs_have_every_column() -> None:
    rows = credit_rows(compute_credit(QUESTION))
    assert {len(row) for row in rows} == {len(CREDIT_COLUMNS)}
    assert rows[-1][0] == "total"
