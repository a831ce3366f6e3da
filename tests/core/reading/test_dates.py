"""Words of time against their meaning, for every day and for text that nobody wrote."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.ledger.reading.calendar import MONTHS
from ketenkaart.core.ledger.reading.dates import TimeExpression, read_times
from ketenkaart.core.ledger.reading.deadlines import read_deadline
from ketenkaart.core.ledger.reading.mentions import Kinds
from ketenkaart.core.ledger.reading.scan import Scanner
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import DeadlineKind, ReadDeadline
from ketenkaart.sources.reference.lexicon import load_lexicon

LEXICON = load_lexicon()
SCANNER = Scanner(c for c in LEXICON.cues if c.kind in ("time", "bound", "firmness"))
DAYS = st.dates(date(1995, 1, 1), date(2040, 12, 31))
NOTATIONS = (
    "{day} {dutch} {year}",
    "{day} {english} {year}",
    "{english} {day}, {year}",
    "{year}-{month:02}-{day:02}",
    "{day}/{month}/{year}",
    "{day:02}-{month:02}-{year}",
)
RELATIVE = (
    "binnen drie maanden",
    "binnen een jaar",
    "over twee jaar",
    "volgend jaar",
    "dit jaar",
    "eind volgend jaar",
    "in het voorjaar",
    "in maart",
    "in het eerste kwartaal",
    "volgende maand",
    "op 15 juli",
)


def times_in(text: str, letter: date | None) -> tuple[TimeExpression, ...]:
    return read_times(text, SCANNER.hits(text), letter, LEXICON.recesses)


def deadline_in(text: str, letter: date | None) -> ReadDeadline:
    kinds = Kinds(SCANNER.hits(text))
    times = read_times(text, kinds.of("time", "bound"), letter, LEXICON.recesses)
    whole = Span(0, len(text))
    return read_deadline(text, whole, times, kinds.of("firmness"), letter_date=letter)


@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_day_comes_back_from_every_notation(notation: str) -> None:
    day = date(1995, 1, 1)
    seen = 0
    while day <= date(2040, 12, 31):
        names = MONTHS[day.month - 1]
        words = notation.format(
            day=day.day, month=day.month, year=day.year, dutch=names[0],
            english=names[1] if names[1] in ENGLISH else names[0],
        )  # fmt: skip
        found = times_in(f"Gereed op {words} hier.", None)
        assert [(t.days.start, t.days.end) for t in found] == [(day, day)], words
        seen += 1
        # every day once over the six notations would be slow: a step of 11 meets every day of month
        day += timedelta(days=11)
    assert seen > 1_500


ENGLISH = ("january", "february", "march", "may", "june", "july", "august", "october")


@given(DAYS, DAYS, st.sampled_from(RELATIVE))
@settings(max_examples=300)
def test_a_later_letter_never_falls_due_earlier(one: date, other: date, words: str) -> None:
    first, last = sorted((one, other))
    ends = [times_in(f"Ik kom {words} terug.", day)[0].days.end for day in (first, last)]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0] <= ends[1]


@given(DAYS, st.sampled_from(RELATIVE))
def test_relative_words_end_on_or_after_the_letter(letter: date, words: str) -> None:
    (time,) = times_in(f"Ik kom {words} terug.", letter)
    assert time.days.end is not None
    assert time.days.end >= letter


@given(st.sampled_from(RELATIVE))
def test_relative_words_have_no_day_without_a_letter_day(words: str) -> None:
    (time,) = times_in(f"Ik kom {words} terug.", None)
    assert (time.days.start, time.days.end) == (None, None)


PIECES = st.lists(
    st.sampled_from(
        [*RELATIVE, "uiterlijk", "vóór", "in", "2021", "31 februari 2021", "Q3 2022", "week 60",
         "29 februari", "tussen 2023 en 2021", "eind", "medio juni", "na", "niet", "maar",
         "99/99/2021", "het zomerreces", "Prinsjesdag", "jaarlijks", ",", ".", "\n", "é",
         "00", "2021-13-45"]
    ),
    max_size=12,
)  # fmt: skip


@given(PIECES, st.one_of(st.none(), DAYS))
@settings(max_examples=300)
def test_any_words_give_ordered_days_at_their_place(pieces: list[str], letter: date | None) -> None:
    text = " ".join(pieces)
    for time in times_in(text, letter):
        assert 0 <= time.span.start <= time.core.start < time.core.end == time.span.end <= len(text)
    found = deadline_in(text, letter)
    if found.start and found.end:
        assert found.start <= found.end
    if found.kind is not DeadlineKind.NONE:
        assert found.text
        assert found.span is not None
        assert text[slice(*found.span)] == found.text
    if letter and found.end and found.kind is not DeadlineKind.SLIPPED:
        assert found.end >= letter - timedelta(days=1)


@given(PIECES)
def test_expressions_do_not_overlap(pieces: list[str]) -> None:
    times = times_in(" ".join(pieces), date(2020, 11, 22))
    for one, other in itertools.pairwise(times):
        assert one.core.end <= other.core.start
