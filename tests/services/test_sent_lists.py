"""Lists that travel with a page: what comes back is what was read, and nothing else is believed."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.purchase_files import HEADINGS, Listed, Row, read_list
from ketenkaart.services.chain.sent.files import SentFile, placed, safe_name
from ketenkaart.services.chain.sent.lists import list_sent, packed, unpacked
from ketenkaart.services.chain.sent.template import template_csv, template_workbook

CELLS = st.dictionaries(st.sampled_from(sorted(HEADINGS)), st.text(min_size=1), min_size=1)
LISTS = st.builds(
    Listed,
    st.builds(Path, st.from_regex(r"[a-z]{1,8}\.csv", fullmatch=True)),
    st.lists(st.builds(Row, st.integers(1, 10**6), CELLS), min_size=1, max_size=8).map(tuple),
    st.booleans(),
    st.dictionaries(st.sampled_from(sorted(HEADINGS)), st.text(), max_size=4),
    st.lists(st.text(), max_size=3).map(tuple),
)


@given(LISTS)
def test_what_travels_comes_back_as_it_was(listed: Listed) -> None:
    assert unpacked(packed(listed)) == listed


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        unpacked(text)


def sealed(data: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(data).encode())).decode()


@pytest.mark.parametrize(
    "text",
    [
        sealed([]),
        sealed({"rows": []}),
        sealed({"name": "x", "comma": 1, "headings": {}, "unused": [], "columns": [], "rows": []}),
        sealed({"name": "x", "comma": 1, "headings": {}, "unused": [], "columns": [],
                "rows": [[k] for k in range(20_001)]}),
        base64.urlsafe_b64encode(zlib.compress(b"[" * 10_000)).decode(),
        base64.urlsafe_b64encode(zlib.compress(b" " * 40_000_000)).decode(),
    ],
)  # fmt: skip
def test_a_text_made_to_harm_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        unpacked(text)


@given(st.text())
def test_a_name_never_leaves_its_folder(name: str) -> None:
    made = safe_name(name)
    assert made == Path(made).name
    assert 0 < len(made) <= 80
    assert not made.startswith(".")


def test_files_are_gone_afterwards_and_errors_do_not_tell_where_they_stood() -> None:
    files = [SentFile("a.csv", b"1"), SentFile("a.csv", b"2")]
    rules = {"kinds": (".csv",), "most_bytes": 2, "smaller": "Send less."}
    with placed(files, **rules) as paths:  # type: ignore[arg-type]
        assert [path.read_bytes() for path in paths] == [b"1", b"2"]
        assert {path.name for path in paths} == {"a.csv"}
    assert not any(path.exists() or path.parent.exists() for path in paths)
    with pytest.raises(InputError, match=r"at a\.csv, row 3"), placed(files, **rules) as paths:  # type: ignore[arg-type]
        raise InputError("No", where=f"{paths[1]}, row 3", fix="Mend it.")
    with pytest.raises(InputError, match="larger than 0 MB"), placed([*files, *files], **rules):  # type: ignore[arg-type]
        pass


def test_the_template_opens_as_the_same_list_in_both_forms(tmp_path: Path) -> None:
    for language in ("nl", "en"):
        made = []
        for name, content in (("t.xlsx", template_workbook), ("t.csv", template_csv)):
            path = tmp_path / name
            path.write_bytes(content(language))
            rows = read_list(path).rows
            made.append([{k: v for k, v in row.cells.items() if v} for row in rows])
            assert list_sent(SentFile(name, content(language))).rows == rows
        assert made[0] == made[1]
        assert content(language) == content(language)
        assert {row["cpv"][:2] for row in made[0]} >= {"18", "30"}
