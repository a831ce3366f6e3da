"""Lists that were read before: found again as they were, and never where anything changed."""

from __future__ import annotations

import os
import time
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.prepared import merged, prepare
from ketenkaart.services.matching import kept_lists, reading
from ketenkaart.services.matching.kept_lists import FOLDER, KeptLists
from ketenkaart.services.matching.running import Engine, match_records
from ketenkaart.sources.reference.matching import load_vocabulary
from made_facilities import made_facilities

VOCABULARY = load_vocabulary()
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
DEGREES = st.none() | st.floats(-90, 90)
RECORD = st.builds(FacilityRecord, TEXT, TEXT, TEXT, TEXT, DEGREES, DEGREES, st.none() | TEXT)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(
            one, other, equal_nan=one.dtype.kind == "f"
        )
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return bool(one == other)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(RECORD, max_size=6))
def test_any_list_comes_back_as_it_was(tmp_path: Path, records: list[FacilityRecord]) -> None:
    kept = KeptLists(tmp_path, VOCABULARY)
    rows, file = prepare(records, VOCABULARY), kept.file(records)
    kept.keep(file, rows)
    assert same(kept.read(file), rows)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Lumi Mill"},
        {"name": "Lumi Mills4", "address": " Ring Road"},
        {"latitude": 1.0},
        {"os_id": "IN2020"},
        {"key": "F2"},
        {"country": "BGD"},
    ],
)
def test_another_list_has_another_file(tmp_path: Path, changed: dict[str, Any]) -> None:
    kept = KeptLists(tmp_path, VOCABULARY)
    record = FacilityRecord("F1", "IND", "Lumi Mills", "4 Ring Road")
    assert kept.file([record]) == kept.file([replace(record, os_id="")])
    assert kept.file([replace(record, **changed)]) != kept.file([record])
    assert kept.file([record, record]) != kept.file([record])
    other = replace(VOCABULARY, filler=VOCABULARY.filler | {"lumi"})
    assert KeptLists(tmp_path, other).file([record]) != kept.file([record])


def test_a_registry_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_facilities(300, 40, seed=3)
    read: list[int] = []

    def counted(records: Any, vocabulary: Any) -> Any:
        read.append(len(records))
        return prepare(records, vocabulary)

    monkeypatch.setattr(reading, "prepare", counted)
    monkeypatch.setattr(reading, "WORTH_KEEPING", 100)
    monkeypatch.setattr(reading, "STRETCH", 120)

    def match(registry: Any) -> Any:
        read.clear()
        return match_records(made.rows, registry, engine=Engine.OWN, work=tmp_path)

    fresh = match(made.registry)
    assert read == [40, 120, 120, 60]
    assert match(made.registry) == fresh
    assert read == [40]
    # A new facility at the end leaves the stretches before it as they are.
    more = [*made.registry, FacilityRecord("F-new", "IND", "Otra Dyeing", "9 Canal Street, Pali")]
    assert match(more) == match_records(made.rows, more, engine=Engine.OWN)
    # Half a file is none.
    for path in (tmp_path / FOLDER).iterdir():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert match(made.registry) == fresh
    assert read == [40, 120, 120, 60]


def test_beside_a_kept_registry_the_list_itself_is_shared_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_facilities(300, 100, seed=3)
    monkeypatch.setattr(reading, "WORTH_KEEPING", 100)
    monkeypatch.setattr(reading, "WORTH_A_PROCESS", 50)
    monkeypatch.setattr(reading, "LEAST_STRETCH", 30)
    monkeypatch.setattr(reading, "processors", lambda: 4)
    alone = match_records(made.rows, made.registry, engine=Engine.OWN)
    parts: list[int] = []

    def counted(lists: Any) -> Any:
        parts.append(len(lists))
        return merged(lists)

    monkeypatch.setattr(reading, "merged", counted)
    for expected in ([3, 1], [4, 1]):
        parts.clear()
        found = match_records(made.rows, made.registry, engine=Engine.OWN, work=tmp_path)
        assert found == alone
        assert parts == expected


def test_only_who_works_here_reads_what_is_kept(tmp_path: Path) -> None:
    kept = KeptLists(tmp_path, VOCABULARY)
    record = FacilityRecord("F1", "IND", "Lumi Mills", "4 Ring Road")
    kept.keep(kept.file([record]), prepare([record], VOCABULARY))
    (file,) = (tmp_path / FOLDER).iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_long_unused_or_too_much_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptLists(tmp_path, VOCABULARY)
    kept.clear()  # nothing there yet
    records = [FacilityRecord(f"F{k}", "IND", f"Lumi {k}", "4 Ring Road") for k in range(4)]
    files = [kept.file([record]) for record in records]
    for k, (file, record) in enumerate(zip(files, records, strict=True)):
        kept.keep(file, prepare([record], VOCABULARY))
        os.utime(file, (time.time() - 100 + k,) * 2)
    old = time.time() - kept_lists.KEPT_SECONDS - 60
    os.utime(files[2], (old, old))
    kept.clear()
    assert [file.exists() for file in files] == [True, True, False, True]
    monkeypatch.setattr(kept_lists, "MOST_BYTES", int(1.5 * files[3].stat().st_size))
    kept.clear()
    assert [file.exists() for file in files] == [False, False, False, True]


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file in its place")
    kept = KeptLists(tmp_path, VOCABULARY)
    record = FacilityRecord("F1", "IND", "Lumi Mills", "4 Ring Road")
    kept.keep(kept.file([record]), prepare([record], VOCABULARY))
    kept.clear()
    assert kept.read(kept.file([record])) is None
