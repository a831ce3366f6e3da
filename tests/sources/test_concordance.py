"""Codes lead to the sectors that anybody would look under, and weights sum to one."""

from __future__ import annotations

import csv
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.chain.concordance import (
    CLASSIFICATIONS,
    SECTIONS,
    Placed,
    divisions_of,
    sectors_for,
)
from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.provenance import Grade
from ketenkaart.sources.reference.concordance import load_concordance
from ketenkaart.sources.reference.labels import load_sectors
from ketenkaart.sources.reference.sector_names import names_by_division

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "src" / "ketenkaart" / "reference" / "concordance"


def codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LISTS = load_concordance()
WIOD = tuple(f"c{k}" for k in range(1, 36))
ICIO_2021 = codes(
    """
    D01T02 D03 D05T06 D07T08 D09 D10T12 D13T15 D16 D17T18 D19 D20 D21 D22 D23 D24 D25 D26
    D27 D28 D29 D30 D31T33 D35 D36T39 D41T43 D45T47 D49 D50 D51 D52 D53 D55T56 D58T60 D61
    D62T63 D64T66 D68 D69T75 D77T82 D84 D85 D86T88 D90T93 D94T96 D97T98
    """
)
ICIO_2025 = codes(
    """
    A01 A02 A03 B05 B06 B07 B08 B09 C10T12 C13T15 C16 C17_18 C19 C20 C21 C22 C23 C24A C24B
    C25 C26 C27 C28 C29 C301 C302T309 C31T33 D E F G H49 H50 H51 H52 H53 I J58T60 J61
    J62_63 K L M N O P Q R S T
    """
)
WIOD_2016 = codes(
    """
    A01 A02 A03 B C10-C12 C13-C15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29
    C30 C31_C32 C33 D35 E36 E37-E39 F G45 G46 G47 H49 H50 H51 H52 H53 I J58 J59_J60 J61
    J62_J63 K64 K65 K66 L68 M69_M70 M71 M72 M73 M74_M75 N O84 P85 Q R_S T U
    """
)
FIGARO = codes(
    """
    A01 A02 A03 B C10T12 C13T15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C30
    C31_32 C33 D35 E36 E37T39 F G45 G46 G47 H49 H50 H51 H52 H53 I J58 J59_60 J61 J62_63 K64
    K65 K66 L M69_70 M71 M72 M73 M74_75 N77 N78 N79 N80T82 O84 P85 Q86 Q87_88 R90T92 R93
    S94 S95 S96 T U
    """
)
TABLES = {
    "wiod": WIOD,
    "icio21": ICIO_2021,
    "icio25": ICIO_2025,
    "wiod16": WIOD_2016,
    "fig": FIGARO,
}


def place(code: str, classification: str, sectors: tuple[str, ...] = WIOD) -> Placed:
    return sectors_for(code, classification, sectors, LISTS)


@pytest.mark.parametrize(
    ("code", "classification", "wiod", "icio"),
    [
        ("520100", "hs", "c1", "A01"),  # cotton
        ("610910", "hs", "c4", "C13T15"),  # T-shirts
        ("640399", "hs", "c5", "C13T15"),  # leather shoes
        ("8703", "hs", "c15", "C29"),  # cars
        ("180100", "hs", "c1", "A01"),  # cocoa beans
        ("270900", "hs", "c2", "B06"),  # crude oil
        ("13", "nace", "c4", "C13T15"),
        ("14.13", "nace", "c4", "C13T15"),
        ("1413", "isic4", None, None),
        ("15201", "sbi", None, None),
        ("F", "nace", "c18", "F"),
        ("80000000-4", "cpv", "c32", "P"),
        ("18100000", "cpv", "c4", "C13T15"),
        ("45000000-7", "cpv", "c18", "F"),
        ("39100000", "cpv", "c16", "C31T33"),
        ("30200000-1", "cpv", "c14", "C26"),
        ("31", "isic4", "c16", "C31T33"),
        ("85100000", "cpv", "c33", "Q"),
    ],
)
def test_codes_lead_where_anybody_would_look(code, classification, wiod, icio):
    if wiod is None:
        with pytest.raises(InputError, match="Near it"):
            place(code, classification)
        return
    assert next(iter(place(code, classification).weights)) == wiod
    assert next(iter(place(code, classification, ICIO_2025).weights)) == icio


def exiobase(form: str) -> tuple[str, ...]:
    """The sectors of EXIOBASE 3 as another program lists them."""
    folder = resources.files("pymrio") / "mrio_models" / f"exio3_{form}"
    lines = (folder / "sectors.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(row["ExioName"] for row in csv.DictReader(lines, delimiter="\t"))


@pytest.mark.parametrize(
    ("code", "classification", "ixi", "pxp"),
    [
        ("520100", "hs", "Cultivation of plant-based fibers", "Plant-based fibers"),
        ("260300", "hs", "Mining of copper ores", "Copper ores"),
        ("710812", "hs", "Precious metals production", "Precious metals"),
        ("1006", "hs", "Processed rice", "Processed rice"),
        ("0116", "isic4", "Cultivation of plant-based fibers", "Plant-based fibers"),
        ("14.13", "nace", "Manufacture of wearing apparel; dressing and dyeing of fur (18)", None),
        ("270900", "hs", "Extraction of crude petroleum", "Crude petroleum"),
        ("0910", "sbi", "Extraction of", None),
        ("85100000", "cpv", "Health and social work (85)", "Health and social work services (85)"),
        ("19", "isic4", "Manufacture of coke oven products", "Coke Oven Coke"),
    ],
)
def test_codes_lead_to_sectors_of_exiobase(code, classification, ixi, pxp) -> None:
    for form, wanted in (("ixi", ixi), ("pxp", pxp)):
        sectors = exiobase(form)
        assert len(sectors) == {"ixi": 163, "pxp": 200}[form]
        placed = place(code, classification, sectors)
        assert sum(placed.weights.values()) == pytest.approx(1)
        assert placed.grade is Grade.ASSUMED
        assert wanted is None or next(iter(placed.weights)).startswith(wanted)


@pytest.mark.parametrize("code", ["35", "3510", "D", "E", "3811"])
def test_what_exiobase_parts_otherwise_is_refused(code) -> None:
    for form in ("ixi", "pxp"):
        with pytest.raises(InputError, match="parted otherwise in the table"):
            place(code, "isic4", exiobase(form))


def test_codes_lead_to_the_sectors_of_the_starter_edition() -> None:
    sectors = tuple(item.id for item in load_sectors())
    for item in load_sectors():
        for division in item.isic4:
            assert dict(place(division, "isic4", sectors).weights) == {item.id: 1.0}
    assert next(iter(place("18100000", "cpv", sectors).weights)) == "textiles"


def test_cpv_is_graded_as_an_assumption_and_a_single_sector_as_likely():
    assert place("45000000", "cpv").grade is Grade.ASSUMED
    assert place("610910", "hs").grade is Grade.LIKELY
    assert place("C", "nace").grade is Grade.ASSUMED


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"wiod"}))
def test_every_class_of_isic_has_exactly_one_sector(name):
    """Extraterritorial bodies apart, which most tables leave out."""
    held = [found for sector in TABLES[name] for found in divisions_of(sector, LISTS.classes)]
    assert len(held) == len(set(held))
    missing = set(LISTS.classes) - set(held)
    assert not {found for found in missing if not found.startswith("99")}


def test_sectors_of_the_starter_edition_hold_the_divisions_they_say():
    for sector in load_sectors():
        for division in sector.isic4:
            # Repair is trade and computing in ISIC Rev. 3; work for oneself is not in it.
            if division in ("95", "98"):
                continue
            found = sectors_for(division, "isic4", WIOD, LISTS).weights
            assert sum(found.get(code, 0.0) for code in sector.wiod2013) > 0, (sector.id, division)


def known_codes() -> st.SearchStrategy[tuple[str, str]]:
    pairs = [(code, name) for name, codes in LISTS.to_classes.items() for code in codes]
    pairs = [(f"{code}000000" if name == "cpv" else code, name) for code, name in pairs]
    pairs += [(code, "isic4") for code in LISTS.classes]
    pairs += [(code, "nace") for code in SECTIONS]
    return st.sampled_from(sorted(pairs))


@given(known_codes(), st.sampled_from(sorted(TABLES)))
def test_weights_of_any_known_code_sum_to_one(pair, name):
    code, classification = pair
    try:
        found = sectors_for(code, classification, TABLES[name], LISTS)
    except InputError as error:
        assert "no sector" in str(error)  # noqa: PT017 - only extraterritorial bodies
        return
    assert sum(found.weights.values()) == pytest.approx(1, abs=1e-12)
    assert set(found.weights) <= set(TABLES[name])
    assert all(weight > 0 for weight in found.weights.values())


@given(st.text(max_size=12), st.sampled_from(CLASSIFICATIONS))
def test_any_text_is_placed_or_refused_with_advice(code, classification):
    try:
        found = place(code, classification)
    except InputError as error:
        assert error.fix  # noqa: PT017 - either is right
    else:
        assert sum(found.weights.values()) == pytest.approx(1)


def test_an_unknown_code_names_near_ones():
    with pytest.raises(InputError, match=r"no HS code 520199.*520100"):
        place("520199", "hs")
    with pytest.raises(InputError, match=r"no CPV code 17000000.*14, 15, 16"):
        place("17000000", "cpv")
    with pytest.raises(InputError, match="classification"):
        place("1", "naics")


def test_a_table_whose_sectors_have_names_is_refused():
    with pytest.raises(InputError, match="do not say which activities"):
        place("520100", "hs", ("Cultivation of wheat", "Wool, silk-worm cocoons"))


def test_nearly_every_hs_code_reaches_a_sector():
    """Only codes for what is specified nowhere else (9999) lead to none, in whatever table."""
    assert len(LISTS.hs_to_wiod) > 5_500
    for code in ("999999", "99"):
        for table in (WIOD, ICIO_2025):
            with pytest.raises(InputError, match=f"no HS code {code}"):
                place(code, "hs", table)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "src/ketenkaart/reference/concordance").glob("*.csv"))
)
def test_every_list_has_a_sidecar_that_names_its_columns(path):
    sidecar = yaml.safe_load(path.with_suffix(".yml").read_text())
    with path.open() as stream:
        assert list(sidecar["columns"]) == next(csv.reader(stream))
    assert all(
        sidecar[key] for key in ("title", "publisher", "licence", "licence_grade", "command")
    )


@pytest.mark.parametrize("row", ["1,2,x", "1", "1,2,0.5\n1,2,0.5", "1,2,-1", ",2,1"])
def test_a_broken_list_is_named_by_row(tmp_path, row):
    from ketenkaart.sources.reference.concordance import _list

    path = tmp_path / "list.csv"
    path.write_text(f"code,target,weight\n{row}\n")
    with pytest.raises(ReferenceDataError, match=r"list\.csv, row"):
        _list(path)


@pytest.mark.data
def test_the_lists_are_built_again_to_the_last_byte(shared_data, tmp_path):
    script = ROOT / "scripts" / "concordance.py"
    subprocess.run(
        [sys.executable, script, shared_data, "--to", tmp_path], check=True, capture_output=True
    )
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (KEPT / path.name).read_bytes(), path.name
    assert len(list(tmp_path.iterdir())) == 10


@pytest.mark.data
def test_every_division_of_cpv_leads_to_an_activity(shared_data):
    lines = (shared_data / "codes" / "cpv_en.tsv").read_text(encoding="utf-8").splitlines()
    for code in {line[:2] for line in lines}:
        assert place(f"{code}000000", "cpv", ICIO_2025).weights


@pytest.mark.parametrize("name", ["icio21", "icio25", "wiod16", "fig"])
def test_every_sector_that_says_its_divisions_has_a_name_of_its_own(name) -> None:
    sectors = TABLES[name]
    names = names_by_division(sectors)
    assert set(names) == set(sectors)
    for language in ("nl", "en"):
        assert len({name.in_language(language) for name in names.values()}) == len(sectors)
