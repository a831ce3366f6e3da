"""Judge a letter: every judgement is added, none is ever changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from pydantic import Field, ValidationError

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.core.ledger.candidates import fingerprint, words_of
from ketenkaart.core.ledger.folding import GroupState
from ketenkaart.core.ledger.judgement import (
    Action,
    CandidateKind,
    Fields,
    JudgedRecommendation,
    Judgement,
    in_force,
)
from ketenkaart.core.ledger.reading.types import Offsets
from ketenkaart.core.provenance import Frozen
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.judging.readings import (
    OpenLetter,
    check_time,
    note,
    open_letter,
    require_any,
)


class Decision(Frozen):
    """What somebody decides about passages of a letter.

    Accepting takes what is proposed and needs no `fields`; what is added gets its key from its
    words, so that two people who add the same thing say the same. Places in the original are
    worked out here from the spans, whatever `fields` says.
    """

    action: Action
    keys: tuple[str, ...] = ()
    fields: tuple[Fields, ...] = Field(default=(), max_length=40)
    note: str | None = Field(default=None, max_length=4_000)
    by_consensus: bool = False


def judge(
    *, letter: str, decision: Decision, actor: Actor, at: datetime, seen: int | None = None
) -> Judgement:
    """Add a judgement and return it.

    `seen` is the number of the last judgement that the coder knew of about these passages, 0 for
    none; leave it out to skip the check.

    Raises `ConflictError` when the coder judged one of the passages since, `InputError` for a
    decision that does not hold together, `NotFoundError` for an unknown letter or passage,
    `RefusedError` unless `actor` is a coder, or an editor for a resolution.
    """
    with transaction.atomic():
        return judge_open(open_letter(letter), decision=decision, actor=actor, at=at, seen=seen)


def judge_open(
    found: OpenLetter, *, decision: Decision, actor: Actor, at: datetime, seen: int | None = None
) -> Judgement:
    """Add a judgement to a letter that was opened in the same transaction, and return it.

    `found` does not show the new judgement. Raises what `judge` raises.
    """
    check_time(at)
    if decision.action is Action.WITHDRAW:
        raise InputError("A withdrawal names a judgement", where="action", fix="Use withdraw.")
    if decision.action is Action.RESOLVE and not decision.by_consensus:
        actor.require(Role.EDITOR)
    else:
        require_any(actor, Role.CODER)
    complete = _complete(found, decision)
    _check_keys(found, complete)
    if complete.action is Action.RESOLVE:
        _check_resolvable(found, complete)
    _check_seen(found, actor.name, complete.keys, seen)
    return _add(found, complete, actor, at, withdraws=None)


def withdraw(*, letter: str, actor: Actor, at: datetime, judgement: int | None = None) -> Judgement:
    """Take back one's own judgement, the latest in force unless another is named.

    What it stood over stands again. An editor may take back a resolution by anybody.

    Raises `NotFoundError` when there is nothing to take back, `RefusedError` unless `actor` is a
    coder or an editor.
    """
    check_time(at)
    require_any(actor, Role.CODER, Role.EDITOR)
    with transaction.atomic():
        found = open_letter(letter)
        chosen = _to_withdraw(found, actor, judgement)
        if chosen is None:
            raise NotFoundError(
                "There is nothing of yours to take back",
                where="judgement",
                fix="Only a judgement of your own that still stands can be withdrawn.",
            )
        decision = Decision(action=Action.WITHDRAW)
        return _add(found, decision, actor, at, withdraws=chosen.id)


def _to_withdraw(found: OpenLetter, actor: Actor, number: int | None) -> Judgement | None:
    own = [j for j in found.judgements if j.coder == actor.name]
    plain = in_force(j for j in own if j.action is not Action.RESOLVE)
    taken_back = {j.withdraws for j in found.judgements if j.withdraws is not None}
    may_resolve = Role.EDITOR in actor.roles
    resolved = [
        j
        for j in found.judgements
        if j.action is Action.RESOLVE
        and j.id not in taken_back
        and (j.coder == actor.name or (may_resolve and number is not None))
    ]
    standing = sorted((*plain, *resolved), key=lambda j: j.id)
    if number is not None:
        standing = [j for j in standing if j.id == number]
    return standing[-1] if standing else None


def _complete(found: OpenLetter, decision: Decision) -> Decision:
    """Return the decision with its fields placed, and filled in where it accepts or adds."""
    if decision.action is Action.ACCEPT:
        if len(decision.keys) != 1 or decision.keys[0] not in found.by_key:
            raise _unknown(decision.keys)
        return decision.model_copy(update={"fields": (found.by_key[decision.keys[0]].fields,)})
    placed = tuple(_placed(found, item) for item in decision.fields)
    if decision.action is Action.ADD:
        if len(placed) != 1:
            raise InputError("Add one passage at a time", where="fields", fix="Give one entry.")
        return decision.model_copy(update={"fields": placed, "keys": (_key(found, placed[0]),)})
    return decision.model_copy(update={"fields": placed})


def _key(found: OpenLetter, fields: Fields) -> str:
    """Return the key of an added passage; what a machine proposes already is not added again."""
    start, end = fields.span
    kind = CandidateKind(fields.kind)
    key = fingerprint(kind, fields.quote, found.text[start:end])
    same = [
        item.code
        for item in found.candidates
        if item.kind is kind and item.fields.quote_span == fields.quote_span
    ]
    if key in found.by_key or same:
        raise InputError(
            f"This passage is proposed already, as {(same or [found.by_key[key].code])[0]}",
            where="quote",
            fix="Judge that proposal instead.",
        )
    return key


def _placed(found: OpenLetter, fields: Fields) -> Fields:
    _check_span(found, fields.span, "span")
    start, end = fields.quote_span
    _check_span(found, (start, end), "quote_span")
    if words_of(found.text[start:end]) != words_of(fields.quote):
        raise InputError(
            "The quote does not stand at its place in the letter",
            where="quote",
            fix="Copy the words from the letter.",
        )
    more: dict[str, object] = {"place": found.places.place((start, end))}
    if isinstance(fields, JudgedRecommendation) and fields.response_span is not None:
        _check_span(found, fields.response_span, "response_span")
        more["response_place"] = found.places.place(fields.response_span)
    return fields.model_copy(update=more)


def _check_span(found: OpenLetter, span: Offsets, where: str) -> None:
    if not 0 <= span[0] < span[1] <= len(found.text):
        raise InputError(
            f"{span[0]} to {span[1]} is no place in this letter",
            where=where,
            fix=f"The letter has {len(found.text)} characters.",
        )


def _check_keys(found: OpenLetter, decision: Decision) -> None:
    known = set(found.by_key) | {key for item in found.judgements for key in item.keys}
    if decision.action is not Action.ADD:
        strange = [key for key in decision.keys if key not in known]
        if strange:
            raise _unknown(strange)
    kinds = {found.by_key[key].kind for key in decision.keys if key in found.by_key}
    kinds |= {CandidateKind(item.kind) for item in decision.fields}
    if len(kinds) > 1:
        raise InputError(
            "A judgement concerns one kind of passage",
            where="keys",
            fix="Reject the proposal and add the passage as the other kind.",
        )


def _unknown(keys: Iterable[str]) -> NotFoundError:
    return NotFoundError(
        f"No such passage in this letter: {', '.join(keys)[:80] or 'none named'}",
        where="keys",
        fix="Reload the letter; it may have been read again.",
    )


def _check_resolvable(found: OpenLetter, decision: Decision) -> None:
    named = set(decision.keys)
    state = {
        key: group.state for group in found.folded.groups for key in group.keys if key in named
    }
    whole = {key for g in found.folded.groups if named & set(g.keys) for key in g.keys}
    settled = {GroupState.DISAGREED, GroupState.RESOLVED}
    if not set(state.values()) <= settled or whole != named:
        raise InputError(
            "There is no disagreement about exactly these passages",
            where="keys",
            fix="Resolve one disagreement as a whole.",
        )


def _check_seen(found: OpenLetter, coder: str, keys: Iterable[str], seen: int | None) -> None:
    if seen is None:
        return
    named = set(keys)
    own = [j.id for j in found.judgements if j.coder == coder and named & set(j.keys)]
    own += [j.id for j in found.judgements if j.coder == coder and j.withdraws in own]
    if max(own, default=0) > seen:
        raise ConflictError(
            "You judged this passage in another window since",
            where="passage",
            fix="Reload the page, look at what stands now, and judge again if need be.",
        )


def _add(
    found: OpenLetter, decision: Decision, actor: Actor, at: datetime, withdraws: int | None
) -> Judgement:
    try:
        checked = Judgement(
            id=0,
            coder=actor.name,
            at=at,
            action=decision.action,
            keys=decision.keys,
            fields=decision.fields,
            note=(decision.note or "").strip() or None,
            by_consensus=decision.by_consensus,
            withdraws=withdraws,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            str(first["msg"]).removeprefix("Value error, "),
            where=".".join(str(part) for part in first["loc"]) or decision.action.value,
            fix="Correct it and judge again.",
        ) from error
    row = rows.Judgement.objects.create(
        letter=found.id,
        reading_id=found.number,
        coder=actor.name,
        at=at,
        action=checked.action.value,
        keys=list(checked.keys),
        value=[item.model_dump(mode="json") for item in checked.fields],
        note=checked.note,
        by_consensus=checked.by_consensus,
        withdraws_id=withdraws,
    )
    kept = checked.model_copy(update={"id": row.pk})
    note(
        f"judge_{checked.action.value}",
        found.id,
        actor.name,
        at,
        before=None,
        after=hashlib.sha256(kept.model_dump_json().encode()).hexdigest(),
        counts={"judgement": row.pk, "entries": len(checked.fields)},
    )
    return kept
