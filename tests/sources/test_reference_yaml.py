"""The YAML reader: plain data with lines, and nothing that a file could smuggle in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.sources.reference.document import (
    MAX_BYTES,
    MAX_DEPTH,
    parse_text,
    read_document,
)


def bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    names = "abcdefghij"
    for before, name in itertools.pairwise(names):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join(lines)


def test_reads_what_a_safe_loader_reads() -> None:
    text = 'a: 1\nb: -2.5\nc: [true, null, ~, "3", plain text]\nd: {e: {f: "é"}}\ng: >-\n  x\n  y\n'
    assert parse_text(text, "x.yml").data == yaml.safe_load(text)


def keys(data: object) -> Iterator[object]:
    """Every key in plain data, however deep."""
    inside = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    yield from data if isinstance(data, dict) else ()
    for item in inside:
        yield from keys(item)


def test_keys_of_our_files_are_words_to_readers_of_yaml_1_1_too() -> None:
    # Those take a plain `on` for the boolean true. Years stay numbers.
    for file in Path(str(files("ketenkaart"))).rglob("*.yml"):
        read = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        assert {type(key) for key in keys(read)} <= {str, int}, file.name


@pytest.mark.parametrize("word", ["NO", "on", "yes", "2020-01-01", "010", "1:30", "1e5", ".nan"])
def test_words_that_yaml_guesses_at_stay_words(word: str) -> None:
    assert parse_text(f"a: {word}\n", "x.yml").data == {"a": word}


def test_lines_are_those_of_keys_and_items() -> None:
    document = parse_text("top:\n  - a: 1\n    b:\n      c: 2\n  - d\n", "x.yml")
    paths = [("top",), ("top", 0, "a"), ("top", 0, "b", "c"), ("top", 1), ("top", 1, "no")]
    assert [document.line(path) for path in paths] == [1, 2, 4, 5, 5]


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", "x.yml:3", "Not valid YAML"),
        ("a: 1\n  b: 2\n", "x.yml:2", "Not valid YAML"),
        ("a:\n\t- 1\n", "x.yml:2 (key 'a')", "Not valid YAML"),
        ("a: 1\nb: 2\na: 3\n", "x.yml:3 (key 'a')", "'a' stands here twice"),
        ("a: 1\n---\nb: 2\n", "x.yml:2", "second document"),
        ("a: 1\n? [x, y]\n: 2\n", "x.yml:2", "A key must be a word"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", "x.yml:2 (key 'b')", "tag"),
        ("a: 1\nb: !!python/name:os.system\n", "x.yml:2 (key 'b')", "tag"),
        ("a: 1\nb: !!binary aGk=\n", "x.yml:2 (key 'b')", "tag"),
        ("a: &x 1\nb: *x\n", "x.yml:1 (key 'a')", "Anchors and aliases"),
        ("a: *x\n", "x.yml:1 (key 'a')", "Anchors and aliases"),
        ("a: &x {b: *x}\n", "x.yml:1 (key 'a')", "Anchors and aliases"),
        ("a: 1\n<<: {b: 2}\n<<: {c: 3}\n", "x.yml:3 (key '<<')", "twice"),
        ("a: éééééééé\nb: \x00\n\n\n", "x.yml:2", "a character that may not stand"),
    ],
)
def test_refuses_with_file_line_and_key(text: str, where: str, words: str) -> None:
    with pytest.raises(ReferenceDataError, match=words) as caught:
        parse_text(text, "x.yml")
    assert caught.value.where is not None
    assert caught.value.where.startswith(where)
    assert caught.value.fix


def test_an_alias_bomb_is_refused_at_its_first_alias() -> None:
    with pytest.raises(ReferenceDataError, match="Anchors and aliases"):
        parse_text(bomb(), "x.yml")


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
def test_a_deep_file_is_refused(depth: int) -> None:
    with pytest.raises(ReferenceDataError, match=r"levels deep|Not valid YAML"):
        parse_text("[" * depth + "]" * depth, "x.yml")


def test_a_file_of_ten_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yml"
    path.write_text("a: " + "x" * (2 * MAX_BYTES))
    with pytest.raises(ReferenceDataError, match="larger than 5 MB"):
        read_document(path, "big.yml")


def test_a_file_that_is_not_text_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "bytes.yml"
    path.write_bytes(b"a: 1\nb: \xff\xfe\n")
    with pytest.raises(ReferenceDataError, match="not UTF-8") as caught:
        read_document(path, "bytes.yml")
    assert caught.value.where == "bytes.yml:2"


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.yml", tmp_path):
        with pytest.raises(ReferenceDataError, match="cannot be read"):
            read_document(path, "absent.yml")
