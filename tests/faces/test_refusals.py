"""What the services of follow-up refuse, they refuse in Dutch on a Dutch page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ketenkaart
from ketenkaart.web.refusals import in_dutch, said

SOURCE = Path(str(ketenkaart.__file__)).parent
# Who runs the command line reads English; a page never shows these.
COMMAND_LINE_ONLY = ("seeding.py", "reminders.py")


def sentences(node: ast.expr, names: dict[str, list[str]]) -> Iterator[str]:
    """Return what an expression may say, with `Q1` for each value that is filled in."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from sentences(node.body, names)
        yield from sentences(node.orelse, names)
    elif isinstance(node, ast.JoinedStr):
        found = [""]
        for part in node.values:
            if isinstance(part, ast.Constant):
                choices = [str(part.value)]
            else:
                assert isinstance(part, ast.FormattedValue)
                choices = names.get(ast.unparse(part.value), ["Q1"])
            found = [before + choice for before in found for choice in choices]
        yield from found


def all_sentences() -> list[tuple[str, str]]:
    lanes = ["claim", "evidence", "verdict"]
    names = {"table": lanes, "kind.value": ["countdown", "consultation"]}
    files = sorted((SOURCE / "services" / "followup").glob("*.py"))
    files += [SOURCE / "services" / "actors.py", SOURCE / "web" / "account.py"]
    files += sorted((SOURCE / "web" / "views" / "followup").glob("*.py"))
    found = []
    for file in files:
        if file.name in COMMAND_LINE_ONLY:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if not node.func.id.endswith("Error") or node.func.id == "ValueError":
                continue
            spoken = [*node.args, *(k.value for k in node.keywords if k.arg == "fix")]
            found += [(file.name, words) for part in spoken for words in sentences(part, names)]
    return sorted(set(found))


def test_there_is_much_to_refuse() -> None:
    assert len(all_sentences()) > 80


@pytest.mark.parametrize(("file", "words"), all_sentences())
def test_every_refusal_has_a_dutch_sentence(file: str, words: str) -> None:
    dutch = in_dutch(words)
    assert dutch is not None, file
    assert dutch != words
    assert "{" not in dutch
    assert words.count("Q1") == dutch.count("Q1") or "rol" in dutch


def test_what_is_filled_in_is_not_read_as_a_pattern() -> None:
    assert in_dutch("{name} owns {item} already") == "{name} is al eigenaar van {item}"
    assert in_dutch("There is no account '(a+)+$'") == "Er is geen account '(a+)+$'"


def test_what_nobody_translated_is_marked_as_english() -> None:
    assert said("Something entirely new", "nl") == ("Something entirely new", True)
    assert said("Look again.", "en") == ("Look again.", False)


def test_what_is_filled_in_may_be_short_or_long() -> None:
    for owned in ("x", "x" * 299):
        assert in_dutch(f"{owned} is still to come") == f"{owned} moet nog komen"


@given(st.text(max_size=3000))
def test_any_words_are_translated_or_not_and_quickly(words: str) -> None:
    found = in_dutch(words)
    assert found is None or found
