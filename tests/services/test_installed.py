"""The edition in use: installed whole, refused when altered or from another version."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from ketenkaart.cli.main import run
from ketenkaart.core.errors import EditionError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.editions import editions
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.installed import edition_day, edition_folder, install_starter
from ketenkaart.warehouse.editions import starter_path


def test_without_a_copy_the_packages_own_edition_serves(data_folder: Path) -> None:
    assert edition_folder() == starter_path()
    assert not data_folder.exists()


def test_an_installed_copy_serves_and_a_second_install_changes_nothing(data_folder: Path) -> None:
    first = install_starter(data_folder)
    assert first.is_changed
    assert edition_folder() == first.folder
    assert not install_starter(data_folder).is_changed
    assert edition_day() == compute_gap(GapQuery()).as_of


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("edition.yml", "format: 1", "format: 99", "another version"),
        ("edition.yml", "table_year: 2011", "table_year: soon", "not what an edition needs"),
        ("demand.csv", "households,DEU", "households,BEL", "was altered"),
        ("nodes.csv", None, None, "missing"),
    ],
)
def test_a_copy_that_is_not_what_it_was_is_refused(
    data_folder: Path, file: str, old: str | None, new: str | None, words: str
) -> None:
    copy = install_starter(data_folder).folder
    path = copy / file
    if old is None or new is None:
        path.unlink()
    else:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EditionError, match=words) as caught:
        compute_gap(GapQuery())
    assert str(copy) in str(caught.value)
    assert caught.value.exit_code == 1


def test_installing_again_mends_an_altered_copy(data_folder: Path) -> None:
    copy = install_starter(data_folder).folder
    (copy / "demand.csv").write_text("broken")
    assert install_starter(data_folder).is_changed
    assert compute_gap(GapQuery()).edition == "starter-2026.1"


def test_a_folder_without_edition_is_named(tmp_path: Path) -> None:
    shutil.copytree(starter_path(), tmp_path / "copy")
    (tmp_path / "copy" / "edition.yml").unlink()
    with pytest.raises(EditionError, match="no edition here"):
        compute_gap(GapQuery(), edition=tmp_path / "copy")


def test_list_and_verify_look_at_the_copy_in_use(data_folder: Path, capsys, monkeypatch) -> None:
    copy = install_starter(data_folder).folder
    assert [entry.folder for entry in editions(data_folder)] == [copy]
    (copy / "demand.csv").write_text("broken")
    monkeypatch.setattr(sys, "argv", ["ketenkaart", "edition", "verify", "starter-2026.1"])
    with pytest.raises(SystemExit) as caught:
        run()
    assert caught.value.code == 1
    assert "demand.csv was altered" in capsys.readouterr().err
