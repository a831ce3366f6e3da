"""Validation on the starter edition: what is ranked, against what, and what is said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.defence.validation_answers import ValidationAnswer
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.governance.defence import compute_credit, validate
from ketenkaart.services.governance.defence.case_file import read_cases
from ketenkaart.services.governance.defence.exports import RANKED_COLUMNS, ranked_rows
from ketenkaart.services.governance.defence.validation import field_of
from ketenkaart.services.governance.inputs import load_inputs
from ketenkaart.services.governance.rows import rows_for
from ketenkaart.services.governance.standing import (
    forget_validation,
    keep_validation,
    kept_validations,
    validation_standing,
)
from ketenkaart.services.installed import edition_folder

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED = GapQuery(as_of=date(2019, 11, 22))


@pytest.fixture(scope="module")
def heaviest() -> list[tuple[str, str, str]]:
    """The cells of one issue with most open weight: a list that the gap must rank first."""
    field = field_of(rows_for(ASKED, edition_folder()))
    here = np.flatnonzero((field.issues == "freedom_of_association") & field.is_known)
    top = here[np.argsort(-field.scores[0, here], kind="stable")[:20]]
    return [(field.countries[k], field.sectors[k], field.issues[k]) for k in top]


def written(folder: Path, rows: list[tuple[str, ...]], head: str = "country,sector,issue") -> Path:
    file = folder / "cases.csv"
    file.write_text("\n".join([head, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def perfect(tmp_path: Path, heaviest) -> ValidationAnswer:
    return validate(written(tmp_path, heaviest), ASKED, draws=300,
                    origin="made for a test", independent="it is not")  # fmt: skip


def test_a_list_made_from_the_gap_is_ranked_first_by_the_gap(perfect: ValidationAnswer) -> None:
    gap = next(item for item in perfect.scores if item.score == "gap")
    assert gap.auc == 1
    assert perfect.highest == perfect.best == "gap"
    assert (perfect.cases, perfect.file.rows) == (20, 20)
    assert [item.above["gap"] for item in perfect.ranked] == [1] * 20


def test_a_list_drawn_by_lot_is_ranked_no_better_than_chance(tmp_path: Path) -> None:
    field = field_of(rows_for(ASKED, edition_folder()))
    here = np.flatnonzero((field.issues == "corruption") & field.is_known)
    lot = np.random.default_rng(5).choice(here, 60, replace=False)
    rows = [(field.countries[k], field.sectors[k], field.issues[k]) for k in lot]
    found = validate(written(tmp_path, rows), ASKED, draws=300)
    for item in found.scores:
        assert item.clustered.low < 0.5 < item.clustered.high
    assert found.best is None


def test_other_cells_are_those_of_the_same_issues_or_nearer(tmp_path: Path, heaviest) -> None:
    file = written(tmp_path, heaviest)
    wide, *near = (
        validate(file, ASKED, draws=100, compared=name)
        for name in ("issues", "issues_and_countries", "issues_and_sectors")
    )
    field = field_of(rows_for(ASKED, edition_folder()))
    alike = (field.issues == "freedom_of_association") & field.is_known
    assert wide.cases + wide.others == alike.sum()
    assert all(found.cases == 20 and found.others < wide.others for found in near)


def test_cells_of_unknown_risk_are_left_out_or_lowest(tmp_path: Path) -> None:
    rows = [("BGD", "textiles", "forced_labour"), ("IND", "textiles", "forced_labour"),
            ("DEU", "textiles", "forced_labour")]  # fmt: skip
    file = written(tmp_path, rows)
    out = validate(file, ASKED, draws=100)
    lowest = validate(file, ASKED, draws=100, unknown="lowest")
    assert out.file.risk_unknown == 1
    assert (out.cases, lowest.cases) == (2, 3)
    assert lowest.others > out.others


def test_doubles_weights_and_dates_are_counted(tmp_path: Path) -> None:
    rows = [("BGD", "textiles", "corruption", "2", "1999-01-01"),
            ("Bangladesh", "nace:14.13", "Corruptie", "1", "2025-01-01"),
            ("IN", "14", "Corruption", "", "")]  # fmt: skip
    found = validate(written(tmp_path, rows, "country,sector,issue,weight,date"), ASKED, draws=100)
    assert (found.cases, found.file.doubles, found.file.undated) == (2, 1, 1)
    assert found.file.not_after_data == 1
    assert found.scores[0].weighted is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("land,bedrijf\nBGD,x\n", "There is no column 'sector'"),
        ("country,land,sector,issue\n", "Two columns say country: country, land"),
        ("country,sector,issue\n", "The file has no rows"),
        ("country,sector,issue\nBGD,textiles,living_wage\n", "not researched.*row 2, column issue"),
        ("country,sector,issue\nNLD,textiles,corruption\n", "outside the Netherlands"),
        ("country,sector,issue\nXQZ,textiles,corruption\n", "Unknown country 'XQZ'.*row 2"),
        ("country,sector,issue\nBGD,textils,corruption\n", "Did you mean textiles"),
        ("country,sector,issue\nBGD,cpv:18100000-0,corruption\n", "stands for several sectors"),
        ("country,sector,issue,weight\nBGD,textiles,corruption,-1\n", "is no weight.*weight"),
        ("country,sector,issue,weight\nBGD,textiles,corruption,nan\n", "is no weight"),
        ("country,sector,issue,date\nBGD,textiles,corruption,soon\n", "'soon' is not a date"),
        ("country,sector,issue\nBGD\n", "The sector is empty"),
        ('country,sector,issue\n"BGD,textiles', "row 2"),
        ("country,sector,issue\nBGD,textiles,\0\n", "NUL byte"),
    ],
)
def test_a_bad_list_is_refused_with_row_and_column(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_cases(text.encode(), "cases.csv", load_inputs())


def test_bad_rows_are_kept_apart_when_asked(tmp_path: Path) -> None:
    rows = [("BGD", "textiles", "corruption"), ("XQZ", "textiles", "corruption"),
            ("IND", "moon", "corruption"), ("IND", "textiles", "corruption")]  # fmt: skip
    file = written(tmp_path, rows)
    with pytest.raises(InputError, match=r"1 more rows cannot be used: 4 \(sector\)"):
        validate(file, ASKED)
    found = validate(file, ASKED, keep_good=True, draws=100)
    assert (found.cases, found.file.rows, found.file.rejected) == (2, 4, 2)


def test_a_semicolon_a_byte_order_mark_and_dutch_names_are_read() -> None:
    raw = "\ufeffLand;Sector;Thema;Gewicht\r\nIndia;Textiel en kleding;Kinderarbeid;2\r\n".encode()
    found = read_cases(raw, "x.csv", load_inputs())
    assert [(c.country, c.sector, c.issue, c.weight) for c in found.cases] == [
        ("IND", "textiles", "child_labour", 2.0)
    ]


def test_too_few_cases_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Only 1 cases"):
        validate(written(tmp_path, [("BGD", "textiles", "corruption")]), ASKED)


def test_until_an_independent_list_is_kept_every_gap_says_not_validated(
    tmp_path: Path, perfect: ValidationAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path / "data"))
    assert compute_gap(ASKED).validation == "not_validated"
    assert "Not validated" in compute_gap(ASKED).notes[-1].en
    assert "Not validated" in compute_credit(ASKED).notes[-1].en
    nobody = perfect.model_copy(
        update={"file": perfect.file.model_copy(update={"independent": None})}
    )
    with pytest.raises(InputError, match="not stated"):
        keep_validation(nobody, actor="test", at=AT)
    assert kept_validations() == ()

    kept = keep_validation(perfect, actor="test", at=AT)
    assert kept.answer.ranked == ()
    assert kept_validations() == (kept,)
    answer = compute_gap(ASKED)
    assert answer.validation == "validated"
    assert "20 known cases (made for a test): AUC of the gap 1.00" in answer.notes[-1].en
    assert validation_standing("another").state == "outdated"

    assert forget_validation(perfect.file.sha256[:10]) == 1
    assert compute_gap(ASKED).validation == "not_validated"
    with pytest.raises(NotFoundError):
        forget_validation(perfect.file.sha256[:10])
    with pytest.raises(InputError, match="no start of a hash"):
        forget_validation("../..")


def test_the_open_weight_of_all_cells_is_that_of_the_gap() -> None:
    rows = rows_for(ASKED, edition_folder())
    field = field_of(rows)
    total = compute_gap(ASKED).total
    open_weight = total.risk_weighted.central * total.gap.central
    assert field.scores[0].sum() == pytest.approx(open_weight, rel=1e-6)
    assert (field.scores[1] > 0).all()


def test_rows_for_other_programs_have_every_column(perfect: ValidationAnswer) -> None:
    rows = ranked_rows(perfect)
    assert len(rows) == 20
    assert {len(row) for row in rows} == {len(RANKED_COLUMNS)}
