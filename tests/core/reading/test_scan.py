"""The scanner finds exactly what `re` finds, in every text, for every pattern that it takes."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.ledger.reading.lexicon import Cue
from ketenkaart.core.ledger.reading.pattern import MAX_WIDTH, check_pattern
from ketenkaart.core.ledger.reading.scan import Scanner
from ketenkaart.sources.reference.lexicon import load_lexicon

# Letters of one case only, with relatives abroad, with marks, beyond Latin-1 and beyond the BMP.
SIGNS = "abdeiknsz KAIS éÉëïöÅåßÿŸµ ſıİKÅẞ őΣσς ’«»–-.,;:()0259_\n\t\r\x85\u00a0\u2028😀"
PATTERNS = (
    r"\bniet\b",
    r"\b(?:neemt|neem|nemen) .{0,30}over\b",
    r"kabinet",
    r"\b(?:het|hij|de) kabinet\b",
    r"k(?:ind|ant)\w{0,5}",
    r"(?:\w{1,12} ){0,4}zijn\b",
    r"\b[a-z]{1,9}eid\b",
    r"v(?:óó|oo)r(?:dat)?",
    r"één|een",
    r"\bis\b[^.;:]{0,20}?\b(?:is|in|de)\b",
    r"(?P<number>\d{1,2})(?:e|ste)? (?P<noun>kind|aanbeveling)",
    r"\d{2} \d{3}",
    r"^de\b|\bde$",
    r"(?:ook )?(?:een|de)? ?sik",
    r"\B-initiatief|a\Bb",
    r"ink[.] ?de",
    r"[ei]s[- ]a{1,2}",
    r"s{1,3}k?i",
    r"de.?e",
    r"\s(?:in|aan)\s",
    r"(?i:KIND)(?-i:de)",
    r"\w\b.\bin",
    r"ei(?:nd(?:e|ig)?|sen)?\b",
    r"(?:de){2}n",
)


def cue(pattern: str, name: str = "a") -> Cue:
    return Cue(id=name, kind="test", pattern=pattern, examples=("-",), counterexamples=("-",))


def plain(
    cues: list[Cue], text: str, start: int = 0, end: int | None = None
) -> list[tuple[int, int, str]]:
    """What `re` finds, pattern by pattern."""
    stop = len(text) if end is None else end
    found = [
        (*match.span(), index, item.id)
        for index, item in enumerate(cues)
        for match in re.compile(item.pattern, re.IGNORECASE).finditer(text, start, stop)
    ]
    return [(first, last, name) for first, last, _, name in sorted(found)]


def shown(scanner: Scanner, text: str, *ends: int) -> list[tuple[int, int, str]]:
    return [(hit.start, hit.end, hit.cue.id) for hit in scanner.hits(text, *ends)]


CUES = [cue(pattern, f"c{index}") for index, pattern in enumerate(PATTERNS)]
SCANNER = Scanner(CUES)
SPOKEN = """
    niet neemt neem over kabinet Het hij de DE kind kant zijn zijde eenheid vóór voor voordat één
    een is in 1 2e aanbeveling 26 485 sik ook eis es a aa sski deze dedede deden einde eindig eisen
    ink. ab -initiatief K\u0130ND k\u0131nd \u017fik \u212aabinet KABINET Één
"""
WORDS = st.sampled_from(SPOKEN.split())
TEXTS = st.one_of(
    st.lists(WORDS | st.text(SIGNS, max_size=4), max_size=30).map(" ".join),
    st.lists(WORDS | st.sampled_from([" ", "\n", ". ", "’", "-"]), max_size=40).map("".join),
    st.text(SIGNS, max_size=60),
    st.text(max_size=40),
)


@settings(max_examples=150)
@given(TEXTS)
def test_hits_are_those_of_re(text: str) -> None:
    assert shown(SCANNER, text) == plain(CUES, text)


@settings(max_examples=80)
@given(TEXTS, st.integers(0, 50), st.integers(0, 80))
def test_hits_within_bounds_are_those_of_re(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    assert shown(SCANNER, text, start, end) == plain(CUES, text, start, end)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """Patterns of a few parts: words, gaps, choices, boundaries, optional words, classes."""
    word = st.sampled_from(["de", "in", "is", "kabinet", "niet", "én", "een", "sik", "a", "e"])
    choice = st.lists(word, min_size=2, max_size=4).map(lambda words: f"(?:{'|'.join(words)})")
    gap = st.sampled_from([".{0,12}", r"\w{0,3}", "[^.;]{0,9}?", " ", " ?", r"\b", "[- ]", r"\d?"])
    optional = word.map(lambda word: f"(?:{word} )?")
    several = choice.map(lambda choice: f"{choice}{{1,2}}")
    named = choice.map(lambda choice: f"(?P<name>{choice[3:]}")
    inner = st.lists(word | gap, min_size=1, max_size=3).map("".join)
    mixed = st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})")
    part = st.one_of(word, choice, gap, optional, several, mixed)
    return "".join([*draw(st.lists(part, min_size=1, max_size=4)), draw(named | word)])


@settings(max_examples=150)
@given(patterns(), TEXTS)
def test_hits_of_made_up_patterns_are_those_of_re(pattern: str, text: str) -> None:
    try:
        scanner = Scanner([cue(pattern)])
    except ReferenceDataError:
        return
    assert shown(scanner, text) == plain([cue(pattern)], text)


def test_all_signs_that_re_folds_are_found() -> None:
    cues = [cue(f"{sign}{sign}", f"c{index}") for index, sign in enumerate("abikszåéÿµßσ")]
    scanner = Scanner(cues)
    text = "\n".join(chr(code) * 2 for code in range(0x20, 0x2200) if not 0xD7FF < code < 0xE000)
    assert shown(scanner, text) == plain(cues, text)


def test_groups_are_read_when_asked_for() -> None:
    hit = Scanner([cue(r"(?P<who>raad|iob) (?:beveelt|(?P<other>raadt)) aan")]).hits(
        "De Raad beveelt aan"
    )[0]
    assert (hit.group("who"), hit.group_span("who")) == ("Raad", (3, 7))
    assert (hit.group("other"), hit.group_span("other"), hit.group("none")) == (None, None, None)
    assert hit.span == (3, 19)


def test_hits_of_shipped_cues_are_those_of_re_on_their_own_sentences() -> None:
    cues = list(load_lexicon().cues)
    scanner = Scanner(cues)
    text = "\n".join(word for item in cues for word in (*item.examples, *item.counterexamples))
    for piece in (text, text.upper(), text.replace(" ", "  ").replace("s", "ſ")):
        assert shown(scanner, piece) == plain(cues, piece)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"beveelt.*aan", "without a bound"),
        (r"beveelt \w+ aan", "without a bound"),
        (r"(?:neem|neemt)?", "nothing at all"),
        (r"(?<=de )raad", "RE2 does not take"),
        (r"(raad) \1", "RE2 does not take"),
        (r"raad(", "not valid"),
        (r"(?:\w{0,30} ?){0,9}aan", "too many ways"),
        (r"a.{0,90}b.{0,90}\w.{0,90}c", "too many ways"),
        (r"a.{0,900}b", "can match 902 characters"),
        (r"(?s)a.b", "sets a flag"),
        (r"a{0,2000}b", "RE2 does not take"),
    ],
)
def test_a_pattern_that_could_take_long_is_refused_with_its_name(pattern: str, words: str) -> None:
    with pytest.raises(ReferenceDataError, match=words) as caught:
        check_pattern(pattern, name="letters/x.yml:3, cue slow")
    assert "letters/x.yml:3, cue slow" in str(caught.value)
    assert caught.value.fix


def test_width_counts_the_longest_match() -> None:
    assert check_pattern(r"\bde .{0,40}raad\b").width == 47
    assert check_pattern("a" * MAX_WIDTH).width == MAX_WIDTH


def attacks(item: Cue, length: int) -> list[str]:
    """Texts of one length that begin a cue's match again and again and never end it."""
    found = re.search(item.pattern, item.examples[0], re.IGNORECASE)
    assert found is not None
    words = found.group()
    halves = [words[: len(words) // 2], words[:-1], words.split(" ")[0]]
    return [
        (part + " ") * (length // (len(part) + 1)) for part in (*halves, "a", "1", words) if part
    ]


@pytest.mark.long
def test_hostile_text_costs_in_proportion_to_its_length() -> None:
    """Four times the text takes about four times as long, over all shipped cues together."""
    seconds = {2_500: 0.0, 10_000: 0.0}
    for item in load_lexicon().cues:
        scanner = Scanner([item])
        for length in seconds:
            for text in attacks(item, length):
                taken = []
                for _ in range(3):
                    begin = perf_counter()
                    scanner.hits(text)
                    taken.append(perf_counter() - begin)
                seconds[length] += min(taken)
    assert seconds[10_000] < 4 * 2 * seconds[2_500]
