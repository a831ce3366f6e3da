"""Place the waiting rows of a list by matching: join the sure, ask people, register the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from ketenkaart.core.chain.facilities.proposals import PossibleMatch
from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.outcomes import Band, RowResult
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.asking import propose_matches
from ketenkaart.services.facilities.exact_joining import asked_about, join_exact
from ketenkaart.services.facilities.noting import dutch_day, note, require_keeper
from ketenkaart.services.facilities.placing import join_rows, register_rows
from ketenkaart.services.facilities.registry import find_list, registry_records, waiting_rows
from ketenkaart.services.facilities.rows import row_number
from ketenkaart.services.matching.asking import match_file

Told = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Placing:
    """What placing a list came to.

    `exact` and `joined` rows belong to facilities that were there, the first because they say the
    same, the second by weight of evidence. `alike` rows joined a new facility of the same list.
    `registered` facilities are new. `asked` pairs wait for people, and `waiting` rows with them.
    """

    exact: int
    joined: int
    alike: int
    registered: int
    asked: int
    waiting: int


def place_list(
    *,
    list_id: str,
    actor: Actor,
    at: datetime,
    engine: str = "auto",
    model: Path | None = None,
    told: Told | None = None,
) -> Placing:
    """Match the waiting rows of a list with the registry and with each other, and place them.

    Rows in the automatic band join, those in the human band are put before people, those in
    neither become facilities. Each step is an event that can be undone. What was placed or asked
    before is left alone, so that a run that was cut short can be run again. Raises `RefusedError`
    unless `actor` is editor or moderator, `NotFoundError` for a list that is not there.
    """
    require_keeper(actor)
    dutch_day(at)
    source = find_list(list_id)
    with transaction.atomic():
        exact = join_exact(int(source.id), by=actor.name, at=at)
    asked_before = asked_about()
    records = [
        row.record for row in waiting_rows(source.id) if row_number(row.key) not in asked_before
    ]
    known = tuple(registry_records())
    found = _matched(records, known, engine, model, told) if known else ()
    outside = {result.key: result for result in found}
    fresh = [
        record
        for record in records
        if record.key not in outside or outside[record.key].band is Band.NEW
    ]
    inside = _matched(fresh, None, engine, model, told) if len(fresh) > 1 else ()
    with transaction.atomic():
        placing = _place(source.id, exact, list(outside.values()), fresh, inside, actor, at)
        note(
            "place_list",
            f"list {source.id}",
            actor=actor.name,
            at=at,
            after={"list": source.id, "joined": placing.joined, "asked": placing.asked},
            counts={
                "exact": placing.exact,
                "joined": placing.joined,
                "alike": placing.alike,
                "registered": placing.registered,
                "asked": placing.asked,
            },
        )
    return placing


def _matched(
    records: Sequence[FacilityRecord],
    against: Sequence[FacilityRecord] | None,
    engine: str,
    model: Path | None,
    told: Told | None,
) -> Sequence[RowResult]:
    if not records:
        return ()
    return match_file(records, against, engine=engine, model=model, told=told).results


def _place(
    list_id: str,
    exact: int,
    outside: Sequence[RowResult],
    fresh: Sequence[FacilityRecord],
    inside: Sequence[RowResult],
    actor: Actor,
    at: datetime,
) -> Placing:
    joins = {
        result.key: result.matches[0].right for result in outside if result.band is Band.AUTOMATIC
    }
    if joins:
        join_rows(joins=joins, reason="automatic band of matching", actor=actor, at=at)
    groups = _groups([record.key for record in fresh], inside)
    doubtful = {
        key
        for result in inside
        if result.band is Band.HUMAN
        for match in result.matches
        for key in (match.left, match.right)
    }
    made = _register(list_id, [group for group in groups if not doubtful & set(group)], actor, at)
    pairs = [
        PossibleMatch(match.left, match.right, match.probability, match.reasons, match.cautions)
        for result in (*outside, *inside)
        if result.band is Band.HUMAN
        for match in result.matches
    ]
    numbers = propose_matches(pairs=pairs, reason="human band of matching", actor=actor, at=at)
    return Placing(
        exact=exact,
        joined=len(joins),
        alike=sum(len(group) - 1 for group in made),
        registered=len(made),
        asked=len(set(numbers)),
        waiting=find_list(list_id).waiting,
    )


def _groups(keys: Sequence[str], inside: Sequence[RowResult]) -> list[list[str]]:
    """Return the rows that are one facility beyond doubt, each group in the order of the list."""
    first = {key: key for key in keys}
    place = {key: number for number, key in enumerate(keys)}
    for result in inside:
        if result.band is Band.AUTOMATIC:
            one, other = _root(first, result.key), _root(first, result.matches[0].right)
            first[max(one, other, key=place.__getitem__)] = min(one, other, key=place.__getitem__)
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(_root(first, key), []).append(key)
    return list(groups.values())


def _root(first: dict[str, str], key: str) -> str:
    while first[key] != key:
        key = first[key]
    return key


def _register(
    list_id: str, groups: Sequence[Sequence[str]], actor: Actor, at: datetime
) -> Sequence[Sequence[str]]:
    """Make a facility of the first row of each group, and join the others to it."""
    if not groups:
        return groups
    reason = f"new in list {list_id}, after matching"
    ids = register_rows(keys=[group[0] for group in groups], reason=reason, actor=actor, at=at)
    joins = {key: made for group, made in zip(groups, ids, strict=True) for key in group[1:]}
    if joins:
        join_rows(joins=joins, reason="alike in one list", actor=actor, at=at)
    return groups
