"""From proposals and everybody's judgements to entries, and where coders disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ketenkaart.core.ledger.judgement import (
    Candidate,
    CandidateKind,
    Coding,
    Entry,
    Judgement,
    coded,
    codings,
    entries_of,
    resolutions,
)
from ketenkaart.core.ledger.reading.types import Offsets


class GroupState(StrEnum):
    """How far the judging of some passages that belong together is.

    `waiting` has been judged, though not by everybody who judges this letter; `agreed` counts
    for one coder too.
    """

    UNJUDGED = "unjudged"
    WAITING = "waiting"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Group:
    """Passages that some judgement ties together, with what each coder made of them.

    `entries` is what the group comes to: what all agree on, what was resolved, or what the only
    coder says; empty while it is unjudged or disagreed, and when all reject it. `differs` names
    the variables on which coders differ.
    """

    keys: tuple[str, ...]
    kind: CandidateKind
    state: GroupState
    entries: tuple[Entry, ...]
    by_coder: Mapping[str, tuple[Entry, ...] | None]
    differs: tuple[str, ...] = ()
    resolution: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Folded:
    """The whole letter after folding: its groups in the order of the text, and its coders."""

    groups: tuple[Group, ...]
    coders: tuple[str, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return everything that was agreed or resolved, in the order of the text."""
        return tuple(entry for group in self.groups for entry in group.entries)

    def count(self, state: GroupState) -> int:
        """Return how many groups are in a state."""
        return sum(group.state is state for group in self.groups)


def fold(candidates: Sequence[Candidate], judgements: Iterable[Judgement]) -> Folded:
    """Return what proposals and judgements come to.

    Every proposal and every passage that a person added lies in exactly one group.
    """
    given = tuple(judgements)
    coders = codings(given)
    settled = resolutions(given)
    kinds = {item.key: item.kind for item in candidates}
    spans = {item.key: item.fields.quote_span for item in candidates}
    for coding in (*coders, settled):
        for judgement in coding.judgements:
            for key in judgement.keys:
                if judgement.fields and key not in kinds:
                    kinds[key] = CandidateKind(judgement.fields[0].kind)
                    spans[key] = judgement.fields[0].quote_span
    known = {item.key for item in candidates}
    ties = [j.keys for coding in (*coders, settled) for j in coding.judgements]
    ties += _overlaps(kinds, spans, known)
    groups = [
        _group(keys, kinds[keys[0]], coders, settled, known)
        for keys in _components(kinds, ties, spans)
    ]
    return Folded(tuple(groups), tuple(coding.coder for coding in coders))


def _overlaps(
    kinds: Mapping[str, CandidateKind], spans: Mapping[str, Offsets], known: set[str]
) -> list[tuple[str, ...]]:
    """Return pairs of an added passage and another of its kind that mostly covers the same words.

    Two people who add what was missed rarely mark the very same words.
    """
    added = [key for key in kinds if key not in known]
    return [
        (key, other)
        for key in added
        for other in kinds
        if other != key
        and kinds[other] is kinds[key]
        and 2 * shared(spans[key], spans[other]) >= min(_length(spans[key]), _length(spans[other]))
    ]


def shared(one: Offsets, other: Offsets) -> int:
    """Return how many characters two spans share.

    >>> shared((0, 10), (6, 20)), shared((0, 3), (3, 5))
    (4, 0)
    """
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _length(span: Offsets) -> int:
    return span[1] - span[0]


def _components(
    kinds: Mapping[str, CandidateKind],
    ties: Iterable[Sequence[str]],
    spans: Mapping[str, Offsets],
) -> list[tuple[str, ...]]:
    leader = {key: key for key in kinds}

    def find(key: str) -> str:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for tie in ties:
        present = [key for key in tie if key in leader]
        for key in present[1:]:
            leader[find(key)] = find(present[0])
    together: dict[str, list[str]] = {}
    for key in sorted(kinds, key=lambda name: (spans[name], name)):
        together.setdefault(find(key), []).append(key)
    return [tuple(keys) for keys in together.values()]


def _group(
    keys: tuple[str, ...],
    kind: CandidateKind,
    coders: Sequence[Coding],
    settled: Coding,
    known: set[str],
) -> Group:
    by_coder = {coding.coder: _made(coding, keys, known) for coding in coders}
    judged = {name: made for name, made in by_coder.items() if made is not None}
    resolution = next((settled.by_key[key] for key in keys if key in settled.by_key), None)
    if resolution is not None:
        entries = tuple(e for j in _unique(settled, keys) for e in entries_of(j))
        return Group(keys, kind, GroupState.RESOLVED, entries, by_coder, (), resolution)
    if not judged:
        return Group(keys, kind, GroupState.UNJUDGED, (), by_coder)
    differs = differences(tuple(judged.values()))
    if differs:
        return Group(keys, kind, GroupState.DISAGREED, (), by_coder, differs)
    state = GroupState.AGREED if len(judged) == len(coders) else GroupState.WAITING
    return Group(keys, kind, state, _best(tuple(judged.values())), by_coder)


def _made(coding: Coding, keys: tuple[str, ...], known: set[str]) -> tuple[Entry, ...] | None:
    """Return a coder's entries in a group; `None` while a proposal in it is not judged by them.

    Who has judged every proposal and did not add what another added has left it out on purpose.
    """
    proposed = [key for key in keys if key in known]
    own = _unique(coding, keys)
    if not own and (proposed or not known <= coding.by_key.keys()):
        return None
    if any(key not in coding.by_key for key in proposed):
        return None
    return tuple(entry for judgement in own for entry in entries_of(judgement))


def _unique(coding: Coding, keys: Iterable[str]) -> list[Judgement]:
    found = {coding.by_key[key].id: coding.by_key[key] for key in keys if key in coding.by_key}
    return [found[number] for number in sorted(found)]


def differences(made: Sequence[tuple[Entry, ...]]) -> tuple[str, ...]:
    """Return the variables on which coders differ; `taken` and `count` when not even that."""
    sizes = {len(entries) for entries in made}
    if len(sizes) > 1:
        return ("taken",) if 0 in sizes else ("count",)
    ordered = [sorted(entries, key=lambda entry: entry.fields.quote_span) for entries in made]
    names: dict[str, None] = {}
    for entries in zip(*ordered, strict=True):
        values = [coded(entry.fields) for entry in entries]
        for name in values[0]:
            if len({value.get(name) for value in values}) > 1:
                names[name] = None
        if len({entry.fields.kind for entry in entries}) > 1:
            names["kind"] = None
    return tuple(names)


def _best(made: Sequence[tuple[Entry, ...]]) -> tuple[Entry, ...]:
    """Return the entries of those who agree that say most in their own words, else the latest."""

    def worth(entries: tuple[Entry, ...]) -> tuple[int, int]:
        words = sum(
            (entry.fields.summary_nl is not None) + (entry.fields.summary_en is not None)
            for entry in entries
        )
        return words, max((entry.judgement for entry in entries), default=0)

    return max(made, key=worth)
