"""Gold files: what is read from them, and how faults in them are named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.gold import GoldDeadline, placed
from ketenkaart.core.ledger.reading.types import DeadlineKind
from ketenkaart.sources.reference.gold import read_gold

QUOTE = {"text": "een studie", "char_start": 10, "char_end": 20, "line_start": 1, "line_end": 1}

RECOMMENDATION: dict[str, Any] = {
    "id": "R1",
    "quote": QUOTE,
    "response_class": "adopted",
    "acceptable_classes": ["adopted"],
}


def content(**commitment: Any) -> dict[str, Any]:
    return {
        "document": {"id": "letter", "date": "2019-11-22", "dossier": "26485", "number": "319"},
        "recommendations": [
            RECOMMENDATION
        ],
        "commitments": [{"id": "K1", "quote": QUOTE, "status_in_letter": "promised", **commitment}],
        "cross_references": [{"id": "26485-308", "label": "Kamerstuk", "quote": QUOTE}],
    }  # fmt: skip


def written(folder: Path, data: Any) -> Path:
    path = folder / "gold.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def deadline(folder: Path, **commitment: Any) -> GoldDeadline | None:
    return read_gold(written(folder, content(**commitment))).commitments[0].deadline


@pytest.mark.parametrize(
    ("text", "date_type", "first", "last", "start_by"),
    [
        ("2023", "year", (2023, 12, 31), (2023, 12, 31), (2023, 1, 1)),
        ("2021;2023", "years", (2023, 12, 31), (2023, 12, 31), (2021, 1, 1)),
        ("2020-03-31", "quarter-end (Q1 2020)", (2020, 3, 31), (2020, 3, 31), (2020, 3, 31)),
        ("2020 summer", "season", (2020, 8, 31), (2020, 9, 23), (2020, 6, 23)),
        # It began before the letter was written, so where it began is no matter.
        ("2015-2020", "period", (2020, 12, 31), (2020, 12, 31), (2020, 12, 31)),
    ],
)
def test_dates_of_the_first_coding(
    tmp_path: Path, text: str, date_type: str, first: Any, last: Any, start_by: Any
) -> None:
    found = deadline(tmp_path, date=text, date_type=date_type)
    assert found is not None
    assert (found.due_first, found.due_last) == (date(*first), date(*last))
    assert found.start_by == date(*start_by)


def test_a_relative_date_without_a_day_must_stay_open(tmp_path: Path) -> None:
    found = deadline(tmp_path, date="before the debate", date_type="relative")
    assert found == GoldDeadline(None, None, None, True, None)


def test_a_period_is_taken_as_it_stands(tmp_path: Path) -> None:
    found = deadline(
        tmp_path, date="mid 2020", date_type="period", period=["2020-06-01", "2020-07-31"],
        due=["2020-06-30", "2020-07-31"], unresolved=True, deadline_kind="slipped",
    )  # fmt: skip
    days = date(2020, 6, 30), date(2020, 7, 31), date(2020, 6, 1)
    assert found == GoldDeadline(*days, True, DeadlineKind.SLIPPED)


@pytest.mark.parametrize("date_type", ["none", "ongoing", "past", "derived", None])
def test_other_dates_fall_not_due(tmp_path: Path, date_type: str | None) -> None:
    assert deadline(tmp_path, date="2020", date_type=date_type) is None


@pytest.mark.parametrize(
    ("status", "tenses"),
    [
        ("promised", {"promised"}),
        ("done/under revision", {"done", "under_way"}),
        ("target (set earlier)", {"promised"}),
        ("wish", set()),
    ],
)
def test_the_status_in_the_letter_gives_the_tense(
    tmp_path: Path, status: str, tenses: set[str]
) -> None:
    found = read_gold(written(tmp_path, content(status_in_letter=status)))
    assert found.commitments[0].tenses == tenses


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", r"no JSON: .* \(at gold.json, line 1, column 2\)"),
        ("[]", "key"),
        (content(quote=QUOTE | {"char_start": 30}), r"char_end must be greater .*commitments\[0\]"),
        (content(date="soon", date_type="year"), "'soon' of type 'year'.*Add `period`"),
        (
            content(date_type="period", period=["2020-02-31", "2020-03-01"]),
            "'2020-02-31' is no day",
        ),
        (content() | {"recommendations": [{"id": "R1"}]}, r"recommendations\[0\].quote"),
        (content() | {"commitments": content()["commitments"] * 2}, "K1 stands there twice"),
        (
            content() | {"recommendations": [RECOMMENDATION | {"acceptable_classes": []}]},
            "adopted is not among the acceptable",
        ),
        (
            content() | {"recommendations": [RECOMMENDATION | {"response_class": "yes"}]},
            r"recommendations\[0\].response_class",
        ),
    ],
)  # fmt: skip
def test_faults_are_named_with_file_and_key(tmp_path: Path, data: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_gold(written(tmp_path, data))
    assert "gold.json" in str(caught.value)
    assert caught.value.exit_code == 2


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json"):
        read_gold(tmp_path / "nowhere.json")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "gold.json"
    path.write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(InputError, match="The gold is no JSON"):
        read_gold(path)


@pytest.mark.data
def test_the_first_letter_and_its_gold_belong_together() -> None:
    folder = Path(__file__).parents[2].parent / "shared" / "data" / "letters"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data/letters")
    found = read_gold(folder / "kst-26485-319.ledger.json")
    raw = (folder / "kst-26485-319.txt").read_text(encoding="utf-8")
    assert placed(found, raw) == found
    assert (len(found.recommendations), len(found.commitments), len(found.references)) == (
        55,
        38,
        14,
    )
    assert sum(item.deadline is not None for item in found.commitments) == 10
    assert sum(item.is_own for item in found.references) == 1
