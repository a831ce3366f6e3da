"""The letters made for measuring: their marks give gold, and both halves are fit for their use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from layouts import wrap
from make_gold import file_of, gold_of, load, names
from marks import BONES, Letter, MarkError, find, read_letter, without_marks

from ketenkaart.core.ledger.gold import placed
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.reference.gold import read_gold

ALL = [(half, name) for half in ("dev", "held-out") for name in names(half)]


def text_of(letter: Letter, folder: Path) -> str:
    suffix, data = file_of(letter)
    if suffix == ".txt":
        return data.decode()
    path = folder / f"letter{suffix}"
    path.write_bytes(data)
    return read_document(path, name=path.name).raw


@pytest.mark.parametrize(("half", "name"), ALL)
def test_marks_become_gold_in_the_letter_as_a_reader_gets_it(
    half: str, name: str, tmp_path: Path
) -> None:
    import json

    letter = load(half, name)
    raw = text_of(letter, tmp_path)
    data = gold_of(letter, raw)
    path = tmp_path / "gold.json"
    path.write_text(json.dumps(data, default=str), encoding="utf-8")
    gold = read_gold(path)
    assert placed(gold, raw) == gold
    for item in (*gold.recommendations, *gold.commitments, *gold.references):
        here = BONES.sub("", raw[item.quote.span.start : item.quote.span.end])
        assert here == BONES.sub("", re.sub(r"\^\d", "", item.quote.text))


def test_there_are_enough_letters_and_neither_half_has_all_styles() -> None:
    styles = {half: set() for half in ("dev", "held-out")}
    for half, name in ALL:
        styles[half] |= set(load(half, name).head["styles"])
    assert min(len(names("dev")), len(names("held-out"))) >= 7
    assert len(ALL) >= 14
    assert styles["held-out"] - styles["dev"]
    assert sum(load(*item).head["document"]["language"] == "en" for item in ALL) == 2


@pytest.mark.parametrize(("half", "name"), ALL)
def test_a_letter_has_the_length_of_a_letter(half: str, name: str) -> None:
    assert 4_500 <= len(load(half, name).body) <= 25_000


def test_rules_hold_no_words_of_the_held_out_half() -> None:
    # Ten words in a row are no accident; set formulas of a council are shorter.
    rules = Path(__file__).parents[2] / "src" / "ketenkaart" / "reference" / "letters"
    text = " ".join(
        " ".join(re.findall(r"\w+", path.read_text(encoding="utf-8").casefold()))
        for path in sorted(rules.glob("*.yml"))
    )
    for name in names("held-out"):
        words = re.findall(r"\w+", load("held-out", name).body.casefold())
        rows = {" ".join(words[k : k + 10]) for k in range(len(words) - 9)}
        assert not [row for row in rows if row in text], name


def test_no_mark_is_lost() -> None:
    with pytest.raises(MarkError, match="not closed"):
        without_marks("[R1|open", "x")
    with pytest.raises(MarkError, match="twice"):
        without_marks("[R1|a] [R1|b]", "x")
    with pytest.raises(MarkError, match="not unique"):
        find("ja", "ja en ja", "x")
    with pytest.raises(MarkError, match="not in the letter"):
        find("nee", "ja en ja", "x")


def test_coding_without_a_mark_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.letter"
    path.write_text("---\nrecommendations: {R1: {class: adopted}}\n---\nNiets gemerkt.\n")
    with pytest.raises(MarkError, match="coded or marked alone"):
        read_letter(path)


@pytest.mark.parametrize("width", [20, 33, 72])
def test_wrapping_loses_nothing(width: int) -> None:
    text = "De verantwoordelijkheid voor bijzondere werkzaamheden ligt bij de beheerder."
    lines = wrap(text, width, hyphenate=True)
    assert BONES.sub("", "".join(lines)) == BONES.sub("", text)
    assert max(len(line) for line in lines) <= max(width, 23)
