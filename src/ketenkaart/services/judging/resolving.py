"""Disagreements of a letter: which there are, and the entries that a resolution stands for."""

from __future__ import annotations

from collections.abc import Mapping

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.ledger.folding import Group, GroupState
from ketenkaart.core.ledger.judgement import CandidateKind, Fields
from ketenkaart.services.judging.exchange import FIXES, PROBLEMS
from ketenkaart.services.judging.filling import NAMES, fill, shown
from ketenkaart.services.judging.readings import OpenLetter

SETTLED = frozenset({GroupState.DISAGREED, GroupState.RESOLVED})


def disagreements(letter: OpenLetter) -> tuple[Group, ...]:
    """Return the passages on which coders differ or differed, in the order of the letter."""
    return tuple(group for group in letter.folded.groups if group.state in SETTLED)


def disagreement_about(letter: OpenLetter, name: str) -> Group:
    """Return the disagreement about a passage, named by its code or its key.

    Raises `NotFoundError` when there is none about it.
    """
    keys = {item.code.upper(): item.key for item in letter.candidates}
    key = keys.get(name.upper(), name)
    for group in disagreements(letter):
        if key in group.keys:
            return group
    raise NotFoundError(
        f"Coders do not differ on {name[:80]!r}",
        where="--code",
        fix=f"See `ketenkaart letter resolve {letter.id}`.",
    )


def name_of(letter: OpenLetter, group: Group) -> str:
    """Return the codes of a group's passages; the key of one that no reading proposes."""
    return " ".join(letter.by_key[k].code if k in letter.by_key else k for k in group.keys)


def base_of(letter: OpenLetter, group: Group) -> Fields:
    """Return the proposal that the coders differ on, or what one of them made of it."""
    known = next((letter.by_key[key] for key in group.keys if key in letter.by_key), None)
    if known is not None:
        return known.fields
    return next(entry.fields for made in group.by_coder.values() for entry in made or ())


def entries_by(group: Group, coder: str) -> tuple[Fields, ...]:
    """Return what one coder made of the passages; none for one who rejected them.

    Raises `InputError` for somebody who has not judged them.
    """
    made = group.by_coder.get(coder)
    if made is None:
        judged = [name for name, entries in group.by_coder.items() if entries is not None]
        raise InputError(
            f"{coder[:40]} has not judged this",
            where="--follow",
            fix=f"Follow one of: {', '.join(judged)}.",
        )
    return tuple(entry.fields for entry in made)


def changed(letter: OpenLetter, base: Fields, values: Mapping[str, str]) -> Fields:
    """Return `base` with some fields replaced by text, as a form would give them.

    Raises `InputError` for a field that the kind of passage does not have, or that cannot be so.
    """
    kind = CandidateKind(base.kind)
    strange = sorted(values.keys() - set(NAMES[kind]))
    if strange:
        raise InputError(
            f"A {kind.value} has no field {', '.join(strange)[:60]}",
            where="--set",
            fix=f"Use {', '.join(NAMES[kind])}.",
        )
    filled = fill(letter, kind, {**shown(letter, base), **values}, base)
    if filled.entry is None:
        name, problem = next(iter(filled.problems.items()))
        raise InputError(PROBLEMS[problem], where=f"--set {name}", fix=FIXES[problem])
    return filled.entry
