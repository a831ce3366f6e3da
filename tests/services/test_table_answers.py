"""What was solved is kept beside a table, and counts only where nothing has changed since."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ketenkaart.core.chain.path_bounds import path_bounds
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain import remembering
from ketenkaart.services.chain.footprints import ask_footprint
from ketenkaart.services.chain.leverage import ask_levers
from ketenkaart.services.chain.neighbours import ask_downstream, ask_upstream
from ketenkaart.services.chain.over_time import ask_series
from ketenkaart.services.chain.paths import ask_paths
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.remembering import RememberingSystem, solver_of
from ketenkaart.services.world_tables import add_table, open_world, verify_world
from ketenkaart.warehouse.table_answers import MOST_KEPT, TableAnswers
from made_tables import made_table, write_plain


@pytest.fixture
def folder(tmp_path: Path, data_folder: Path) -> Path:
    path = write_plain(made_table(), tmp_path / "made")
    add_table("table", path, name="made-2020", data_folder=data_folder)
    return data_folder / "tables" / "made-2020"


def no_solving(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("solved again")

    monkeypatch.setattr(remembering, "system_of", refuse)
    monkeypatch.setattr(remembering, "path_bounds", refuse)


def files(folder: Path) -> list[Path]:
    return sorted((folder / "derived" / "answers").iterdir())


def test_a_question_asked_again_is_not_solved_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask_footprint(Question("made-2020"), extensions=["value_added"])
    paths = ask_paths(Question("made-2020"), extension="jobs", top=5)
    assert len(files(folder)) == 2
    with monkeypatch.context() as patched:
        no_solving(patched)
        assert ask_footprint(Question("made-2020"), extensions=["value_added"]) == first
        assert ask_footprint(Question(str(folder)), extensions=["jobs"]).facts["total"] > 0
        assert ask_paths(Question("made-2020"), extension="jobs", top=5) == paths
        with pytest.raises(AssertionError, match="solved again"):
            ask_footprint(Question("made-2020", "CHN"), extensions=["value_added"])


def test_a_series_asked_again_is_not_solved_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = write_plain(made_table(seed=2), tmp_path / "later")
    about = later / "table.json"
    about.write_text(about.read_text(encoding="utf-8").replace("2020", "2021"), encoding="utf-8")
    add_table("table", later, name="made-2021", data_folder=folder.parents[1])
    first = ask_series(Question(demand="NLD"))
    assert [row[0] for row in first.rows] == [2020, 2021]
    assert len(files(folder)) == 2  # the demand of either year, under the technology of 2020
    with monkeypatch.context() as patched:
        no_solving(patched)
        assert ask_series(Question(demand="NLD")) == first
    with pytest.raises(InputError, match="starter edition is of one year"):
        ask_series(Question("starter"))


def test_neighbours_and_levers_asked_again_are_not_solved_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> list[object]:
        return [
            ask_upstream("CHN.A01", edition="made-2020"),
            ask_downstream("China.A01", edition="made-2020"),
            ask_levers(edition="made-2020", partners=("China", "CN"), at=("A01",)),
        ]

    first = asked()
    with monkeypatch.context() as patched:
        no_solving(patched)
        assert asked() == first


def test_what_is_kept_is_what_was_solved(folder: Path) -> None:
    table = open_world("made-2020")
    y, s = table.demand_of("NLD"), np.linspace(0.1, 0.9, table.n)
    wanted, system = system_of(table), solver_of(table)
    assert isinstance(system, RememberingSystem)
    for _ in range(2):
        assert (system.output_for(y) == wanted.output_for(y)).all()
        assert (system.multipliers(s) == wanted.multipliers(s)).all()
        assert (system.bounds(s).most == path_bounds(table.A, s).most).all()
        system = solver_of(table)
    assert system.output_for(np.stack([y, y], axis=1)).shape == (table.n, 2)
    assert len(files(folder)) == 3
    verify_world("made-2020")


def spoil(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "flipped":
        content[-1] ^= 1
    elif how == "cut":
        del content[-8:]
    elif how == "longer":
        content += bytes(8)
    elif how == "header":
        line, _, rest = bytes(content).partition(b"\n")
        told = json.loads(line)
        told["shape"] = [2, 10**9]
        content = bytearray(json.dumps(told).encode() + b"\n" + rest)
    elif how == "list":
        content = bytearray(b"[1, 2]\n")
    elif how == "empty":
        content = bytearray()
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["flipped", "cut", "longer", "header", "list", "empty"])
def test_a_damaged_answer_is_none(folder: Path, how: str) -> None:
    table = open_world("made-2020")
    y = table.demand_of("NLD")
    X = solver_of(table).output_for(y)
    answers = TableAnswers(folder)
    assert answers.get("output_for 1", y) is not None
    assert answers.get("multipliers 1", y) is None
    spoil(files(folder)[0], how)
    assert answers.get("output_for 1", y) is None
    assert (solver_of(table).output_for(y) == X).all()
    assert answers.get("output_for 1", y) is not None


def test_a_table_added_anew_has_no_answers_of_the_old(
    folder: Path, tmp_path: Path, data_folder: Path
) -> None:
    y = open_world("made-2020").demand_of("NLD")
    kept = TableAnswers(folder)
    kept.put("output_for 1", y, y)
    old = files(folder)[0].read_bytes()
    other = write_plain(made_table(seed=7), tmp_path / "other")
    add_table("table", other, name="made-2020", data_folder=data_folder)
    new = folder / "derived" / "answers"
    assert not new.exists()
    new.mkdir()
    (new / "0.bin").write_bytes(old)
    TableAnswers(folder).put("output_for 1", y * 2, y)
    assert TableAnswers(folder).get("output_for 1", y) is None


def test_what_cannot_be_kept_is_no_error(folder: Path) -> None:
    (folder / "derived" / "answers").write_text("a file in the way")
    table = open_world("made-2020")
    y = table.demand_of("NLD")
    assert (solver_of(table).output_for(y) == system_of(table).output_for(y)).all()


def test_only_so_many_are_kept(folder: Path) -> None:
    answers = TableAnswers(folder)
    for k in range(MOST_KEPT + 3):
        answers.put("output_for 1", np.array([float(k)]), np.array([1.0]))
    assert len(files(folder)) == MOST_KEPT
    assert answers.get("output_for 1", np.array([float(MOST_KEPT + 2)])) is not None
