"""Find every cue in a text, as Python's `re` would one by one, in a fraction of the time.

A cue can match only where one of its own literals stands. All literals are looked up first; a
pattern is then tried only where a match could begin. What comes out is what `re.finditer` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ketenkaart.core.ledger.reading.finder import Finder, view
from ketenkaart.core.ledger.reading.lexicon import Cue
from ketenkaart.core.ledger.reading.pattern import check_pattern
from ketenkaart.core.ledger.reading.source import Span

_FAR = 1 << 40


class Hit(NamedTuple):
    """One place where a cue's pattern matches; `start` is included, `end` is not."""

    cue: Cue
    match: re.Match[str]

    @property
    def start(self) -> int:
        """Return where the match begins."""
        return self.match.start()

    @property
    def end(self) -> int:
        """Return where the match ends."""
        return self.match.end()

    @property
    def span(self) -> Span:
        """Return the characters that match."""
        return Span(*self.match.span())

    def group(self, name: str) -> str | None:
        """Return the words of a named group, `None` where it took no part or is not there."""
        return self.match[name] if name in self.match.re.groupindex else None

    def group_span(self, name: str) -> Span | None:
        """Return where a named group's words stand, `None` where it took no part."""
        if self.group(name) is None:
            return None
        return Span(*self.match.span(name))


class _Rule(NamedTuple):
    """A cue ready to be searched: `reach` is how far beyond a start the text must be seen."""

    cue: Cue
    pattern: re.Pattern[str]
    reach: int


class Scanner:
    """Searches a fixed set of cues; build it once and use it for many letters.

    Raises `ReferenceDataError` for a pattern that `check_pattern` refuses.
    """

    def __init__(self, cues: Iterable[Cue]) -> None:
        rules: list[_Rule] = []
        self._without_anchor: list[int] = []
        self._places: dict[bytes, list[tuple[int, int, int]]] = {}
        for index, cue in enumerate(cues):
            checked = check_pattern(cue.pattern, name=cue.id)
            compiled = re.compile(cue.pattern, re.IGNORECASE)
            # one character more than a match can take, so that a word's end can be seen
            reach = _FAR if checked.needs_end else checked.width + 1
            rules.append(_Rule(cue, compiled, reach))
            if checked.anchor is None:
                self._without_anchor.append(index)
            for literal in checked.anchor or ():
                places = self._places.setdefault(literal.text, [])
                # an offset counts from a match's start, and the view has one space before that
                places.append((index, literal.least + 1, literal.most + 1))
        self._rules = tuple(rules)
        self._finder = Finder(self._places)

    def hits(self, text: str, start: int = 0, end: int | None = None) -> list[Hit]:
        """Return the matches of every cue between `start` and `end`, in the order of the text.

        For one cue they are those of `re.compile(pattern, re.IGNORECASE).finditer(text, start,
        end)`; matches of different cues may overlap, and those of one place stand in the order
        of the cues.
        """
        stop = len(text) if end is None else min(end, len(text))
        found: list[tuple[int, int, int, Hit]] = []
        for index, regions in self._regions(text, start, stop).items():
            rule = self._rules[index]
            found += [
                (*match.span(), index, Hit(rule.cue, match))
                for match in _matches(rule, text, regions, stop)
            ]
        for index in self._without_anchor:
            rule = self._rules[index]
            found += [
                (*match.span(), index, Hit(rule.cue, match))
                for match in rule.pattern.finditer(text, start, stop)
            ]
        found.sort()
        return [item[3] for item in found]

    def _regions(self, text: str, start: int, stop: int) -> dict[int, list[tuple[int, int]]]:
        """Return, per rule, the first and the last place where a match may start, in order."""
        regions: dict[int, list[tuple[int, int]]] = {}
        for place, literal in self._finder.find(view(text[start:stop])):
            at = start + place
            for index, least, most in self._places[literal]:
                regions.setdefault(index, []).append((max(at - most, start), at - least))
        return regions


def _matches(
    rule: _Rule, text: str, regions: list[tuple[int, int]], stop: int
) -> list[re.Match[str]]:
    """Return the matches that start in `regions`, none over another, as `finditer` does."""
    regions.sort()
    matches: list[re.Match[str]] = []
    untried = 0
    for first, last in _merged(regions, rule.reach):
        at = first if first > untried else untried
        while at <= last:
            if at == last:
                match = rule.pattern.match(text, at, stop)
            else:
                match = rule.pattern.search(text, at, min(stop, last + rule.reach))
            if match is None or match.start() > last:
                break
            matches.append(match)
            untried = at = match.end()
    return matches


def _merged(regions: list[tuple[int, int]], reach: int) -> Iterator[tuple[int, int]]:
    """Yield sorted regions, wide ones as one when a search of the first would enter the next.

    Without this, a text full of one word would be searched again for every time it stands there.
    """
    begin, end = regions[0]
    for first, last in regions:
        if first <= end or (begin < end and first <= end + reach):
            end = max(end, last)
        else:
            yield begin, end
            begin, end = first, last
    yield begin, end
