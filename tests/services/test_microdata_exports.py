"""Exports for evaluators: what leaves, what does not, and whether estimates stay the same."""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from lxml import etree

from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.services.microdata import exporting
from ketenkaart.services.microdata.exporting import Exported, check, export
from ketenkaart.services.microdata.proposing import propose
from ketenkaart.services.microdata.verifying import verify
from ketenkaart.services.monitor.estimating import estimate_file
from made_microdata import CODEBOOK, MISSING, made_rows, write_rows

DAY = date(2026, 11, 23)
DDI = "{ddi:codebook:2_5}"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.yml"
    path.write_text(CODEBOOK, encoding="utf-8")
    return path


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "firms.csv", made_rows())


@pytest.fixture
def made(firms: Path, book: Path, tmp_path: Path) -> Exported:
    return export(firms, book, tmp_path / "out", day=DAY, new_key=tmp_path / "a.key")


def test_nothing_of_the_firms_themselves_leaves(made: Exported) -> None:
    rows = made_rows()
    secrets = [str(row[name]) for row in rows for name in ("kvk", "firm_name", "remark")]
    key = (made.folder.parent / "a.key").read_text().strip()
    for name in made.files:
        content = (made.folder / name).read_bytes()
        assert key.encode() not in content
        assert bytes.fromhex(key) not in content
        text = content.decode("utf-8", errors="replace")
        assert not [secret for secret in secrets if secret in text]


def test_every_combination_is_large_enough_by_brute_force(made: Exported) -> None:
    frame = pl.read_csv(made.folder / "data.csv", infer_schema=False)
    units, values = defaultdict(set), defaultdict(set)
    for row in frame.iter_rows(named=True):
        key = tuple(row[name] for name in ("sector", "size_class", "founded", "region"))
        units[key].add(row["firm"])
        if row["policy"] not in MISSING:
            values[key].add(row["policy"])
    assert min(map(len, units.values())) >= 5
    assert all(len(values[key]) >= 2 for key in units)
    assert made.record["risk_after"]["k"] == min(map(len, units.values()))
    assert made.record["risk_before"]["k"] == 1
    # the two kinds of file hold the same
    other = pl.read_parquet(made.folder / "data.parquet")
    assert other["firm"].to_list() == frame["firm"].to_list()
    assert other["wages__state"].to_list().count("known") == other["wages"].count()
    assert Counter(other["wages__state"]) == Counter(
        text if text in MISSING else "known" for text in frame["wages"]
    )


def test_rows_stand_in_the_order_of_pseudonyms(made: Exported) -> None:
    firms = pl.read_csv(made.folder / "data.csv", infer_schema=False)["firm"].to_list()
    assert firms == sorted(firms)


@tried(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.integers(80, 200))
def test_estimates_of_what_is_unaltered_stay_the_same(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
) -> None:
    folder = tmp_path_factory.mktemp("same")
    rows = made_rows(count, seed)
    for row in rows:
        size = sum(other["h"] == row["h"] for other in rows)
        row["size"] = round(float(str(row["w"])) * size)
    data = write_rows(folder / "firms.csv", rows)
    (folder / "book.yml").write_text(CODEBOOK.replace("l: 2, ", ""), encoding="utf-8")
    (folder / "old.yml").write_text("strata: h\nweights: w\nfpc: size\n", encoding="utf-8")
    made = export(data, folder / "book.yml", folder / "out", day=DAY, new_key=folder / "key")
    asked = ["mean:wages", "total:complaints", "proportion:policy=partly", "median:wages"]
    before = estimate_file(data, folder / "old.yml", statistics=asked, missing="leave_out")
    for name in ("data.csv", "data.parquet"):
        after = estimate_file(
            made.folder / name, made.folder / "design.yml", statistics=asked, missing="leave_out"
        )
        for old, new in zip(before.rows, after.rows, strict=True):
            assert new.estimate == pytest.approx(old.estimate, rel=1e-12)
            assert new.se == pytest.approx(old.se, rel=1e-9)
            assert new.n == old.n
    # merging the largest keeps the weighted total, and the loss of others is said
    (total,) = estimate_file(data, folder / "old.yml", statistics=["total:turnover"]).rows
    (kept,) = estimate_file(
        made.folder / "data.csv", made.folder / "design.yml", statistics=["total:turnover"]
    ).rows
    assert kept.estimate == pytest.approx(total.estimate, rel=1e-9)
    loss = {item["name"]: item["loss"] for item in made.variables}
    assert loss["founded"] > 0
    assert loss["wages"] == 0


def test_one_key_links_and_another_does_not(
    firms: Path, book: Path, made: Exported, tmp_path: Path
) -> None:
    def firms_of(found: Exported) -> set[str]:
        return set(pl.read_csv(found.folder / "data.csv", infer_schema=False)["firm"])

    again = export(firms, book, tmp_path / "again", day=DAY, key=tmp_path / "a.key")
    other = export(firms, book, tmp_path / "other", day=DAY, new_key=tmp_path / "b.key")
    assert firms_of(again) == firms_of(made)
    assert not firms_of(other) & firms_of(made)
    marks = [found.record["pseudonyms"]["key_mark"] for found in (made, again, other)]
    assert marks[0] == marks[1] != marks[2]
    assert "used before" in again.record["pseudonyms"]["key"]
    # the same firm under another heading, in another wave
    renamed = write_rows(
        tmp_path / "wave2.csv",
        [{"kvk_nr" if k == "kvk" else k: v for k, v in row.items()} for row in made_rows()],
    )
    (tmp_path / "book2.yml").write_text(CODEBOOK.replace("name: firm, column: kvk",
                                                        "name: firm, column: kvk_nr"))  # fmt: skip
    wave = export(renamed, tmp_path / "book2.yml", tmp_path / "w2", day=DAY, key=tmp_path / "a.key")
    assert firms_of(wave) == firms_of(made)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_the_key_is_its_owners_alone(made: Exported, firms: Path, book: Path) -> None:
    key = made.folder.parent / "a.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(InputError, match="Others than its owner may read a"):
        export(firms, book, made.folder.parent / "x", day=DAY, key=key)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("  - {name: firm_name, role: drop, kind: text, label: {nl: \"naam\", en: \"name\"}}\n", "",
         r"firm_name is not declared, and looks like the name of a firm \(at firms.csv, row 2"),
        ("role: text, kind: text", "role: text, kind: text, reviewed: {by: A, on: 2026-01-02}",
         r"holds what looks like a phone number \(at firms.csv, row 2, column remark\)"),
        ("firm_name, role: drop, kind: text", "firm_name, role: plain, kind: category",
         "holds what looks like the name of a firm"),
        ("rules: {k: 5", "rules: {k: 500", "There are 240 units, and k is 500"),
        ("l: 2", "l: 4", "has 3 known values, and l is 4"),
        ("retain_until: \"2031-12-31\"", "retain_until: \"2020-12-31\"", "which has passed"),
        ("  legal_basis: \"GDPR article 6(1)(e)\"\n", "", "The key 'legal_basis' is missing"),
        ("    top: {above: 0.98}\n", "", "money needs top"),
        ("partly: {nl", "half: {nl", "'partly' is no declared code"),
        ("unit: firm\n", "unit: region\n", "role pseudonym"),
        ("[NH, ZH, UT]", "[NH, ZH]", "'UT' is in no group of level 1"),
        ("level: 3\n", "level: 9\n", "There is no level 9 of founded"),
        ("    hierarchy: {kind: nace}", "    hierarchy: {kind: nace}\n    top: {least: 3}",
         "numbers"),
        ("name: policy\n", "name: policy__state\n", "names that end in __state"),
        ("role: sensitive", "role: sensitive\n    links: x", "links does nothing for role"),
        ("role: sensitive", "role: sensitive\n    level: 1", "level is one of a hierarchy"),
        ("column: nace", "column: sbi", "has no column 'sbi'"),
    ],
)  # fmt: skip
def test_what_may_not_leave_is_refused_and_nothing_is_left(
    firms: Path, tmp_path: Path, before: str, after: str, words: str
) -> None:
    assert before in CODEBOOK
    book = tmp_path / "book.yml"
    book.write_text(CODEBOOK.replace(before, after), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        export(firms, book, tmp_path / "out", day=DAY, new_key=tmp_path / "k")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.yml", "firms.csv"]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("kvk", "", r"does not say whom it is about \(at firms.csv, row 5, column kvk\)"),
        ("w", "0", r"weight is not above zero \(at firms.csv, row 5, column w\)"),
        ("nace", "textiles", r"'textiles' is no NACE code \(at firms.csv, row 5, column nace\)"),
        ("founded", "1/2/1990", r"is no date \(at firms.csv, row 5, column founded\)"),
        ("wages", "a lot", r"'a lot' is no number \(at firms.csv, row 5, column wages\)"),
    ],
)
def test_a_wrong_cell_is_named(
    book: Path, tmp_path: Path, column: str, value: str, words: str
) -> None:
    rows = made_rows(60)
    rows[3][column] = value
    data = write_rows(tmp_path / "firms.csv", rows)
    with pytest.raises(InputError, match=words):
        check(data, book, day=DAY)


def test_a_column_of_its_own_values_is_refused_until_it_is_explained(
    book: Path, tmp_path: Path
) -> None:
    rows = [{**row, "lot": f"lot{k}"} for k, row in enumerate(made_rows(60))]
    data = write_rows(tmp_path / "firms.csv", rows)
    entry = '  - {name: lot, role: plain, label: {nl: "partij", en: "lot"}'
    book.write_text(CODEBOOK + entry + "}\n", encoding="utf-8")
    with pytest.raises(InputError, match="Most rows have a value of their own"):
        check(data, book, day=DAY)
    book.write_text(CODEBOOK + entry + ', not_identifier: "drawn by lot"}\n', encoding="utf-8")
    found = check(data, book, day=DAY)
    assert "drawn by lot" in json.dumps(found.variables)


def test_missing_values_keep_their_kind_and_zero_is_none(made: Exported) -> None:
    rows = made_rows()
    frame = pl.read_csv(made.folder / "data.csv", infer_schema=False)
    for name in ("wages", "complaints", "policy"):
        was = Counter(str(row[name]) for row in rows if row[name] in MISSING)
        assert Counter(text for text in frame[name] if text in MISSING) == was
        (entry,) = (item for item in made.variables if item["name"] == name)
        assert {word: n for word, n in entry["missing"].items() if n} == was
    (complaints,) = (item for item in made.variables if item["name"] == "complaints")
    assert complaints["range"]["zeros"] == sum(row["complaints"] == 0 for row in rows)


def test_several_rows_of_a_unit_count_once(book: Path, tmp_path: Path) -> None:
    rows = made_rows(30)
    for row in rows:
        row.update(nace="13.10", employees=40, founded="2000", region="NH")
    for k, row in enumerate(rows):
        row["kvk"] = "1" if k < 28 else str(k)
    data = write_rows(tmp_path / "firms.csv", rows)
    plain = CODEBOOK.replace("top: {above: 0.98}", 'unaltered: "made data"')
    book.write_text(plain, encoding="utf-8")
    with pytest.raises(InputError, match="There are 3 units, and k is 5"):
        check(data, book, day=DAY)


def test_an_export_verifies_and_any_change_is_seen(made: Exported) -> None:
    assert verify(made.folder).faults == []
    for name in made.files:
        path = made.folder / name
        kept = path.read_bytes()
        path.write_bytes(kept.replace(b"e", b"i", 1))
        assert verify(made.folder).faults
        path.write_bytes(kept)
    (made.folder / "more.txt").write_text("x")
    assert verify(made.folder).faults == ["more.txt: is there and not listed"]


def test_a_record_that_promises_too_much_is_seen_behind_right_hashes(made: Exported) -> None:
    from hashlib import sha256

    path = made.folder / "data.csv"
    old = sha256(path.read_bytes()).hexdigest()
    lines = path.read_bytes().decode().split("\r\n")
    cells = lines[1].split(",")
    lines[1] = ",".join([cells[0], "C", "under 10", *cells[3:]])
    path.write_bytes("\r\n".join(lines).encode())
    manifest = made.folder / "MANIFEST.sha256"
    new = sha256(path.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(old, new))
    faults = verify(made.folder).faults
    assert any("a group has 1 units, and the rule asks 5" in fault for fault in faults)


def test_the_xml_has_the_shape_of_ddi(made: Exported) -> None:
    root = etree.fromstring((made.folder / "codebook.xml").read_bytes())
    assert (root.tag, root.get("version")) == (f"{DDI}codeBook", "2.5")
    assert [item.tag.removeprefix(DDI) for item in root] == [
        "stdyDscr", "fileDscr", "fileDscr", "dataDscr",
    ]  # fmt: skip
    order = ["location", "labl", "imputation", "security", "embargo", "respUnit", "anlysUnit",
             "qstn", "valrng", "invalrng", "undocCod", "universe", "TotlResp", "sumStat", "txt",
             "stdCatgry", "catgryGrp", "catgry", "codInstr", "verStmt", "concept", "derivation",
             "varFormat", "geoMap", "catLevel", "notes"]  # fmt: skip
    ids = [item.get("ID") for item in root.iter() if item.get("ID")]
    assert len(set(ids)) == len(ids)
    variables = root.findall(f"{DDI}dataDscr/{DDI}var")
    assert [item.get("name") for item in variables] == [item["name"] for item in made.variables]
    for variable in variables:
        places = [order.index(part.tag.removeprefix(DDI)) for part in variable]
        assert places == sorted(places)
        whole = int(variable.findtext(f"{DDI}TotlResp"))
        parts = {item.get("type"): item.text for item in variable.findall(f"{DDI}sumStat")}
        assert whole == int(parts["vald"]) + int(parts["invd"]) == 240
    (policy,) = (item for item in variables if item.get("name") == "policy")
    labels = [item.text for item in policy.iter(f"{DDI}labl")]
    assert {"beleid", "policy", "geen", "none", "asked, and not answered"} <= set(labels)


def test_pages_for_people_are_escaped(firms: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.yml"
    book.write_text(CODEBOOK.replace('en: "Firms 2025"', 'en: "<script>a|b</script>"'))
    made = export(firms, book, tmp_path / "out", day=DAY, new_key=tmp_path / "k")
    page = (made.folder / "codebook.en.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert 'lang="en"' in page
    assert "\\<script\\>a\\|b" in (made.folder / "codebook.md").read_text(encoding="utf-8")


def test_a_failure_while_writing_leaves_neither_folder_nor_key(
    firms: Path, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = sorted(path.name for path in tmp_path.iterdir())

    def full(path: Path, content: bytes) -> None:
        if path.name == "codebook.xml":
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    monkeypatch.setattr(exporting, "_write_one", full)
    with pytest.raises(StoreError, match="No space left"):
        export(firms, book, tmp_path / "out", day=DAY, new_key=tmp_path / "k")
    assert sorted(path.name for path in tmp_path.iterdir()) == there


def test_places_that_cannot_be(firms: Path, book: Path, made: Exported) -> None:
    folder = made.folder.parent
    for words, given_words in (
        ("needs one key", {}),
        ("out is there already", {"new_key": folder / "n"}),
        ("would lie in the export", {"new_key": folder / "new" / "k"}),
        ("a.key is there already", {"new_key": folder / "a.key"}),
        ("There is no key", {"key": folder / "none"}),
        ("holds no key of 32 bytes", {"key": folder / "firms.key"}),
    ):
        (folder / "firms.key").write_text("abc")
        (folder / "firms.key").chmod(0o600)
        out = made.folder if "out is" in words else folder / "new"
        with pytest.raises(InputError, match=words):
            export(firms, book, out, day=DAY, **given_words)
    with pytest.raises(InputError, match="holds no MANIFEST"):
        verify(folder)


def test_a_proposal_needs_people_and_then_works(firms: Path, tmp_path: Path) -> None:
    book = tmp_path / "prop.yml"
    roles = {item.column: item.role for item in propose(firms, book)}
    assert roles["kvk"] == "pseudonym"
    assert roles["firm_name"] == roles["remark"] == "drop"
    assert roles["nace"] == roles["founded"] == roles["employees"] == "quasi"
    with pytest.raises(InputError, match=r"<titel> was not filled in \(at prop.yml:4 \(key 'nl'\)"):
        check(firms, book, day=DAY)
    text = book.read_text(encoding="utf-8").replace("<YYYY-MM-DD>", "2030-01-01")
    book.write_text(re.sub(r"<([^<>]*)>", r"\1", text), encoding="utf-8")
    found = check(firms, book, day=DAY)
    assert found.record["risk_after"]["k"] >= 5
    assert found.record["left_out"][0]["name"] == "firm_name"
    with pytest.raises(InputError, match="is there already"):
        propose(firms, book)


def test_odd_headings_get_names_of_their_own(tmp_path: Path) -> None:
    rows = [{"Größe (€)": k, "1st": f"a{k}", "1ST": "x", 'No: "q"': "no"} for k in range(4)]
    data = write_rows(tmp_path / "odd.csv", rows)
    propose(data, tmp_path / "odd.yml")
    text = (tmp_path / "odd.yml").read_text(encoding="utf-8").replace("<YYYY-MM-DD>", "2030-01-01")
    text = re.sub(r"<([^<>]*)>", r"\1", text).replace("k: 5", "k: 2")
    (tmp_path / "odd.yml").write_text(text, encoding="utf-8")
    found = check(data, tmp_path / "odd.yml", day=DAY)
    assert [item["name"] for item in found.variables] == ["gr_sse", "c_1st", "c_1st_2", "no_q"]


cells = st.sampled_from(
    ["", "NA", "unknown", "refused", "0", "-1", "12,5", "1.5", "13.10", "2020-01-01", "NH", "x y",
     "=1+1", "é€", "suppressed", "partly", "1e300", "0612345678", "*", '"', "30000001"]
)  # fmt: skip


@tried(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_the_cells_the_answer_is_an_export_or_one_message(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    rows = made_rows(30)
    for name in data.draw(st.lists(st.sampled_from(list(rows[0])), max_size=2, unique=True)):
        for row in rows:
            if data.draw(st.booleans()):
                row[name] = data.draw(cells)
    path = write_rows(folder / "firms.csv", rows)
    (folder / "book.yml").write_text(CODEBOOK.replace("k: 5, l: 2", "k: 2"), encoding="utf-8")
    refused: InputError | None = None
    try:
        export(path, folder / "book.yml", folder / "out", day=DAY, new_key=folder / "k")
    except InputError as error:
        refused = error
    if refused is None:
        assert verify(folder / "out").faults == []
    else:
        assert refused.where
        assert sorted(item.name for item in folder.iterdir()) == ["book.yml", "firms.csv"]


def test_the_codebook_in_the_documentation_works(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "methods" / "microdata.md"
    text = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "book.yml").write_text(text, encoding="utf-8")
    rows = [
        {"kvk": row["kvk"], "name": row["firm_name"], "nace": row["nace"],
         "employees": row["employees"], "bought": row["turnover"],
         "verdict": ("enough", "too_little", "refused")[k % 3]}
        for k, row in enumerate(made_rows(90))
    ]  # fmt: skip
    found = check(write_rows(tmp_path / "a.csv", rows), tmp_path / "book.yml", day=DAY)
    assert found.record["risk_after"]["k"] >= 5
    rows[7]["nace"] = "suppressed"
    with pytest.raises(InputError, match=r"stands for what is left out \(at a.csv, row 9"):
        check(write_rows(tmp_path / "a.csv", rows), tmp_path / "book.yml", day=DAY)


def test_signs_that_xml_cannot_hold_do_not_spoil_the_codebook(tmp_path: Path) -> None:
    rows = made_rows(60)
    for row in rows[:20]:
        row["region"] = "N\x01H\ufffe"
    book = CODEBOOK.replace("[NH, ZH, UT]", '[NH, ZH, UT, "N\\x01H\\ufffe"]').replace("l: 2, ", "")
    book = book.replace('"employees"', '"em\\x02ployees"')
    (tmp_path / "book.yml").write_text(book, encoding="utf-8")
    data = write_rows(tmp_path / "firms.csv", rows)
    made = export(data, tmp_path / "book.yml", tmp_path / "out", day=DAY, new_key=tmp_path / "k")
    assert verify(made.folder).faults == []
