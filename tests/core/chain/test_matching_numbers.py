"""Texts as numbers: what is read off numbers is what is read off the texts, for any text."""

from __future__ import annotations

import re
from collections import Counter
from zlib import crc32

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.matching.flat import Books, Flat, joined_codes
from ketenkaart.core.chain.matching.numbering import are_in, codes_of, grouped
from ketenkaart.core.chain.matching.signs import (
    Spelling,
    equal_begin,
    letters_in,
    most_shared,
    signs,
)
from ketenkaart.core.chain.matching.skeletons import skeletons
from ketenkaart.core.chain.matching.tokens import read_flat
from ketenkaart.core.chain.matching.vocabulary import fold
from ketenkaart.sources.reference.matching import load_vocabulary
from matching_rules_one_by_one import skeleton

VOCABULARY = load_vocabulary()
WORD = st.text(alphabet="abcghz09éя日𝔞", min_size=1, max_size=7) | st.just("long" * 20)
ROWS = st.lists(st.lists(WORD, max_size=5), max_size=6)
TEXT = st.text(
    alphabet=st.sampled_from("aBç İışđ..,-_/#01() \n&'日限公司ЖñŞß٣²①ﬁ𝔞Ⅷ"), max_size=30
) | st.text(max_size=25)
TOKEN = re.compile(r"[^\W\d_]+|\d+")
DOTTED = re.compile(r"\b(?:[^\W\d_]\.)+[^\W\d_]\b\.?")
NUMBERS = st.lists(st.integers(0, 40) | st.integers(0, 2**62), max_size=60)


def flat(rows: list[list[str]]) -> Flat:
    book = list(dict.fromkeys(word for row in rows for word in row))
    code = np.array([book.index(word) for row in rows for word in row], dtype=np.int64)
    row = np.array([k for k, words in enumerate(rows) for _ in words], dtype=np.int64)
    return Flat(tuple(book), code, row, len(rows))


def same_where(codes: np.ndarray, texts: list) -> None:
    """Assert that numbers are equal where the texts are, and 0 for none."""
    assert len(set(codes.tolist())) == len(set(texts))
    assert len(set(zip(codes.tolist(), texts, strict=True))) == len(set(texts))
    assert all((code == 0) == (not text) for code, text in zip(codes.tolist(), texts, strict=True))


@settings(max_examples=80, deadline=None)
@given(ROWS, ROWS)
def test_a_number_of_parts_is_the_number_of_the_whole(rows, others) -> None:
    others = (others + [[]] * len(rows))[: len(rows)]
    one, other = flat(rows), flat(others)
    whole = ["".join([*a, *b]) for a, b in zip(rows, others, strict=True)]
    assert (joined_codes([one, other]) == codes_of(whole)).all()
    same_where(codes_of(whole), whole)
    same_where(one.set_codes(), [tuple(sorted(row)) for row in rows])
    same_where(joined_codes([one.begins(3)]), ["".join(row)[:3] for row in rows])


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_rows_of_words_are_as_lists_of_words(rows) -> None:
    words = flat(rows)
    every = np.arange(len(rows))
    assert words.texts(every, " ") == [" ".join(row) for row in rows]
    assert words.sorted_texts(every, "+") == ["+".join(sorted(row)) for row in rows]
    assert words.in_order().joined(" ") == [" ".join(sorted(row)) for row in rows]
    assert words.once().joined(" ") == [" ".join(dict.fromkeys(row)) for row in rows]
    turned = every[::-1].repeat(2)
    assert words.texts(turned) == ["".join(rows[k]) for k in turned.tolist()]
    both = Books().merged([words, words])
    assert both.joined(" ") == [" ".join(row) for row in (*rows, *rows)]


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXT, max_size=6))
def test_texts_are_parted_as_a_pattern_parts_them(texts) -> None:
    """Held to a regular expression over each text by itself, folded as a whole."""
    found = read_flat(texts, VOCABULARY).rowwise()
    for row, text in enumerate(texts):
        known = text
        for word, latin in VOCABULARY.han:
            known = known.replace(word, f" {latin} ")
        plain = DOTTED.sub(lambda dotted: dotted.group().replace(".", "") + " ", fold(known))
        assert found(row) == tuple(TOKEN.findall(plain))


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_spellings_never_promise_too_little(rows) -> None:
    """Letters shared at most, lengths and beginnings, against the texts themselves."""
    words = flat(rows)
    spelt = Spelling(len(rows)).add(words)
    spaced = spelt.spaced(words.in_order())
    pairs = np.indices((len(rows), len(rows))).reshape(2, -1)
    for bits, texts in (
        (spelt.bits(), words.joined()),
        (spaced, words.in_order().joined(" ")),
    ):
        found = most_shared(bits, bits, *pairs)
        begins = equal_begin(bits, bits, *pairs)
        for k, (a, b) in enumerate(zip(*pairs.tolist(), strict=True)):
            one, other = texts[a], texts[b]
            assert (found.left[k], found.right[k]) == (len(one), len(other))
            shared = sum((Counter(one) & Counter(other)).values())
            assert shared <= found.letters[k]
            begin = next((n for n in range(4) if one[n : n + 1] != other[n : n + 1]), 4)
            assert begin <= begins[k] or not one or not other
            if one == other:
                assert found.letters[k] == len(one)


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_bits_of_words(rows) -> None:
    words = flat(rows)
    found = signs(words).view(np.uint64)
    for row, texts in enumerate(rows):
        bits = 0
        for text in texts:
            raw = text.encode()
            for k in range(max(1, len(raw) - 2)):
                bits |= 1 << (crc32(raw[k : k + 3]) & 255)
        assert found[row].tolist() == [bits >> 64 * k & (1 << 64) - 1 for k in range(4)]
    letters = letters_in(words.book).tolist()
    for word, bits in zip(words.book, letters, strict=True):
        assert bits == sum(1 << k for k in {ord(letter) % 62 for letter in word})


@settings(max_examples=80, deadline=None)
@given(st.lists(WORD, max_size=20))
def test_skeletons_of_many_are_those_of_each(words) -> None:
    assert skeletons(words) == [skeleton(word) for word in words]


@settings(max_examples=100, deadline=None)
@given(NUMBERS, NUMBERS)
def test_looking_up_and_grouping_are_exact(codes, known) -> None:
    one, other = np.array(codes, dtype=np.int64), np.array(known, dtype=np.int64)
    assert are_in(one, other).tolist() == [k != 0 and k in set(known) for k in codes]
    first, of = grouped(one)
    assert one[first][of].tolist() == codes
    assert len(first) == len(set(codes))
