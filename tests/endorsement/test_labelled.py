"""The labelled passages are well formed, complete, and two halves that share no text."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ketenkaart.core.ledger.reading.language import language_of

HERE = Path(__file__).parent
HALVES = ("development", "held-out")
KEYS = {
    "id", "language", "text", "level", "stance", "others", "boilerplate", "doubt", "why",
}  # fmt: skip
OTHERS = {
    "anti_bribery",
    "transfer_pricing",
    "due_diligence_guidance",
    "sector_due_diligence",
    "corporate_governance",
    "artificial_intelligence",
    "statistics",
    "tax_policy",
}
STANCES = {0: {"none"}, 1: {"none", "intended", "denied"}, 2: {"firm"}, 3: {"firm"}}
AT_LEAST = {
    "development": {0: 20, 1: 40, 2: 25, 3: 15},
    "held-out": {0: 40, 1: 70, 2: 60, 3: 30},
}
"""Passages of each level in each of the two languages."""
# What the Guidelines may be called in a passage of level 1 or more.
NAMED = re.compile(r"OECD|OESO|Organisation for Economic|Organisatie voor Economische", re.I)
TITLE = re.compile(
    r"oecd\s+guidelines\s+for\s+multinational\s+enterprises"
    r"|oeso-?\s*richtlijnen\s+voor\s+multinationale\s+ondernemingen"
)


@cache
def passages(half: str) -> list[dict[str, Any]]:
    """Return the passages of one half as they were labelled."""
    text = (HERE / f"{half}.yml").read_text(encoding="utf-8")
    loaded: list[dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def grams(text: str, length: int = 5) -> frozenset[tuple[str, ...]]:
    """Return the runs of `length` words in a text, with words broken over lines made whole.

    The name of the Guidelines counts as one word, since every passage about them shares it.
    """
    whole = TITLE.sub("guidelines", re.sub(r"-\s*\n\s*", "", text).lower())
    words = re.findall(r"\w+", whole)
    return frozenset(
        tuple(words[at : at + length]) for at in range(max(1, len(words) - length + 1))
    )


@pytest.mark.parametrize("half", HALVES)
def test_every_passage_has_every_label(half: str) -> None:
    for passage in passages(half):
        name = passage["id"]
        assert set(passage) == KEYS, name
        assert re.fullmatch(rf"{half}-{passage['language']}-\d{{3}}", name), name
        assert passage["language"] in {"en", "nl"}, name
        assert language_of(passage["text"]) in {passage["language"], None}, name
        assert passage["stance"] in STANCES[passage["level"]], name
        assert set(passage["others"]) <= OTHERS, name
        assert len(set(passage["others"])) == len(passage["others"]), name
        assert isinstance(passage["boilerplate"], bool), name
        assert isinstance(passage["doubt"], bool), name
        assert passage["why"].strip(), name
        assert passage["text"].strip() == passage["text"], name


@pytest.mark.parametrize("half", HALVES)
def test_only_passages_that_name_the_organisation_have_a_level(half: str) -> None:
    for passage in passages(half):
        named = bool(NAMED.search(passage["text"]))
        assert named or passage["level"] == 0, passage["id"]
        assert not (passage["boilerplate"] and passage["level"] == 0), passage["id"]


@pytest.mark.parametrize("half", HALVES)
def test_each_level_is_there_in_both_languages(half: str) -> None:
    found = Counter((passage["level"], passage["language"]) for passage in passages(half))
    for level, least in AT_LEAST[half].items():
        for language in ("en", "nl"):
            assert found[level, language] >= least, (half, level, language)


def test_no_name_is_given_twice() -> None:
    names = [passage["id"] for half in HALVES for passage in passages(half)]
    assert max(Counter(names).values()) == 1


def test_no_passage_is_nearly_another() -> None:
    everything = [
        (passage["id"], grams(passage["text"])) for half in HALVES for passage in passages(half)
    ]
    near = [
        (first, second)
        for (first, one), (second, other) in itertools.combinations(everything, 2)
        if len(one & other) >= 0.5 * min(len(one), len(other))
    ]
    assert near == []
