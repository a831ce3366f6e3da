"""Find every cue in a text, as Python's `re` would one by one, in a fraction of the time.

A cue can match only where one of its own literals stands. All literals are looked up first; a
pattern is then tried only where a match could begin. What comes out is what `re.finditer` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from ketenkaart.core.ledger.reading.finder import Finder, view
from ketenkaart.core.ledger.reading.lexicon import Cue
from ketenkaart.core.ledger.reading.pattern import Checked, check_pattern
from ketenkaart.core.ledger.reading.source import Span

_FAR = 1 << 40
_SPACE = ord(" ")


class Hit(NamedTuple):
    """One place where a cue's pattern matches; `start` is included, `end` is not.

    `order` is the place of the cue among those of the scanner.
    """

    start: int
    end: int
    order: int
    cue: Cue
    match: re.Match[str]

    @property
    def span(self) -> Span:
        """Return the characters that match."""
        return Span(self.start, self.end)

    def group(self, name: str) -> str | None:
        """Return the words of a named group, `None` where it took no part or is not there."""
        return self.match[name] if name in self.match.re.groupindex else None

    def group_span(self, name: str) -> Span | None:
        """Return where a named group's words stand, `None` where it took no part."""
        if self.group(name) is None:
            return None
        return Span(*self.match.span(name))


class _Rule:
    """A cue ready to be searched: `reach` is how far beyond a start the text must be seen."""

    def __init__(self, cue: Cue) -> None:
        self.cue = cue
        self.checked: Checked = check_pattern(cue.pattern, name=cue.id)
        # one character more than a match can take, so that a word's end can be seen
        self.reach = _FAR if self.checked.needs_end else self.checked.width + 1

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, compiled when the first of its literals is met: most letters need few."""
        return re.compile(self.cue.pattern, re.IGNORECASE)


class Scanner:
    """Searches a fixed set of cues; build it once and use it for many letters.

    Raises `ReferenceDataError` for a pattern that `check_pattern` refuses.
    """

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._rules = tuple(_Rule(cue) for cue in cues)
        # where a match may start, counted back from a literal: at one place, or within two
        self._exact: dict[bytes, list[tuple[int, int]]] = {}
        self._wide: dict[bytes, list[tuple[int, int, int]]] = {}
        for index, rule in enumerate(self._rules):
            # at the start of the text a try costs less than a search for literals
            anchor = (not rule.checked.begins_text and rule.checked.anchor) or ()
            is_exact = all(literal.least == literal.most for literal in anchor)
            for text, least, most in anchor:
                # the view has one space before the text
                if is_exact:
                    self._exact.setdefault(text, []).append((index, least + 1))
                else:
                    self._wide.setdefault(text, []).append((index, least + 1, most + 1))
        self.finder = Finder({*self._exact, *self._wide})

    def hits(self, text: str, start: int = 0, end: int | None = None) -> list[Hit]:
        """Return the matches of every cue between `start` and `end`, in the order of the text.

        For one cue they are those of `re.compile(pattern, re.IGNORECASE).finditer(text, start,
        end)`; matches of different cues may overlap, and those of one place stand in the order
        of the cues.
        """
        stop = len(text) if end is None else min(end, len(text))
        starts: dict[int, list[int]] = {}
        regions: dict[int, list[tuple[int, int]]] = {}
        seen = view(text[start:stop])
        for place, literal in self.finder.find(seen):
            at = start + place
            for index, offset in self._exact.get(literal, ()):
                starts.setdefault(index, []).append(at - offset)
            for index, least, most in self._wide.get(literal, ()):
                regions.setdefault(index, []).append((max(at - most, start), at - least))
        found: list[Hit] = []
        for index, rule in enumerate(self._rules):
            if rule.checked.begins_text:
                matches = _matches_at(rule, text, [start] if start == 0 else [], start, stop)
            elif index in starts:
                matches = _matches_at(rule, text, sorted(starts[index]), start, stop)
            elif index in regions and rule.checked.begins_word:
                words = _word_starts(seen, sorted(regions[index]), start)
                matches = _matches_at(rule, text, words, start, stop)
            elif index in regions:
                matches = _matches_in(rule, text, regions[index], stop)
            elif rule.checked.anchor is None:
                matches = list(rule.pattern.finditer(text, start, stop))
            else:
                continue
            found += [Hit(*match.span(), index, rule.cue, match) for match in matches]
        # start, end and order are never all the same, so that nothing else is compared
        found.sort()
        return found


def _matches_at(
    rule: _Rule, text: str, starts: list[int], untried: int, stop: int
) -> list[re.Match[str]]:
    """Return the matches that start at `starts` from `untried` on, none over another."""
    matches: list[re.Match[str]] = []
    match_at = rule.pattern.match
    for at in starts:
        if at >= untried:
            match = match_at(text, at, stop)
            untried = at + 1
            if match is not None:
                matches.append(match)
                untried = match.end()
    return matches


def _word_starts(seen: bytes, regions: list[tuple[int, int]], start: int) -> list[int]:
    """Return where words begin in sorted `regions` of the text from `start` on, in order."""
    found: list[int] = []
    untried = 0
    for first, last in regions:
        end = last - start + 1
        place = seen.find(_SPACE, max(first - start, untried), end)
        while place >= 0:
            if seen[place + 1] != _SPACE:
                found.append(place + start)
            place = seen.find(_SPACE, place + 1, end)
        untried = max(untried, end)
    return found


def _matches_in(
    rule: _Rule, text: str, regions: list[tuple[int, int]], stop: int
) -> list[re.Match[str]]:
    """Return the matches that start in `regions`, none over another, as `finditer` does."""
    regions.sort()
    matches: list[re.Match[str]] = []
    untried = 0
    for first, last in _merged(regions, rule.reach):
        at = first if first > untried else untried
        while at <= last:
            match = rule.pattern.search(text, at, min(stop, last + rule.reach))
            if match is None or match.start() > last:
                break
            matches.append(match)
            untried = at = match.end()
    return matches


def _merged(regions: list[tuple[int, int]], reach: int) -> Iterator[tuple[int, int]]:
    """Yield sorted regions, those as one of which a search of the first would enter the next.

    Without this, a text full of one word would be searched again for every time it stands there.
    """
    begin, end = regions[0]
    for first, last in regions:
        if first <= end + reach:
            end = max(end, last)
        else:
            yield begin, end
            begin, end = first, last
    yield begin, end
