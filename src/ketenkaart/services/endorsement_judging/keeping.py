"""Keep the results of a run on the record, and draw from it what people will judge."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.endorsement.rows import DocumentRow, FileState, summarise
from ketenkaart.services.followup.noting import dutch_day, note

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
MOST_DRAWN = 5_000
BATCH = 500


class Allocation(StrEnum):
    """How a sample is spread over the levels that the machine gave."""

    EQUAL = "equal"
    PROPORTIONAL = "proportional"


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as it stands on the record; `is_new` says whether it was added just now."""

    name: str
    documents: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class DrawnSample:
    """A sample as it was drawn: per level of the machine, how many there are and were drawn."""

    name: str
    run: str
    seed: int
    strata: tuple[tuple[int, int, int], ...]


def keep_run(*, name: str, documents: Sequence[DocumentRow], actor: Actor, at: datetime) -> KeptRun:
    """Keep the rows of a run under a name; the same rows are kept once.

    Raises `RefusedError` unless `actor` is an editor, `InputError` for a name that cannot be, rows
    of two readers or none at all, and `ConflictError` for a name that other rows have.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    _check_name(name)
    if not documents:
        raise InputError("There is nothing to keep", where="RESULTS", fix="Give other results.")
    readers = {row.reader for row in documents if row.state is FileState.READ}
    if len(readers) > 1 or None in readers:
        raise InputError(
            "The results were read by several readers, or by one that is not said",
            where="RESULTS",
            fix="Read all reports again: `ketenkaart endorsement read ... --output`.",
        )
    content = [row.as_data() for row in documents]
    sha256 = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    with transaction.atomic():
        known = rows.EndorsementRun.objects.filter(sha256=sha256).first()
        if known is not None:
            return KeptRun(known.name, len(documents), is_new=False)
        if rows.EndorsementRun.objects.filter(name=name).exists():
            raise ConflictError(
                f"Other results are kept as {name!r}", where="--name", fix="Use another name."
            )
        run = rows.EndorsementRun.objects.create(
            name=name,
            reader=next(iter(readers), None) or "",
            sha256=sha256,
            summary=asdict(summarise(documents)),
            kept_at=at,
            kept_by=actor.name,
        )
        rows.EndorsementReading.objects.bulk_create(
            [
                rows.EndorsementReading(
                    run=run, position=k, file=row.file, sha256=row.sha256, state=row.state.value,
                    level=row.level, content=data,
                )
                for k, (row, data) in enumerate(zip(documents, content, strict=True), start=1)
            ],
            batch_size=BATCH,
        )  # fmt: skip
        note("keep_endorsement_run", name, actor=actor.name, at=at, after={"sha256": sha256})
    return KeptRun(name, len(documents), is_new=True)


def draw_sample(
    *,
    run: str,
    name: str,
    size: int,
    seed: int,
    actor: Actor,
    at: datetime,
    allocation: Allocation = Allocation.EQUAL,
) -> DrawnSample:
    """Draw documents that were read, at random within each level that the machine gave.

    The order of judging tells nothing of the machine's level, so that whoever stops half-way has
    judged a random part. Raises `RefusedError` unless `actor` is an editor, `InputError` for a
    size or name that cannot be, `NotFoundError` for an unknown run, `ConflictError` for a name in
    use.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    _check_name(name)
    if not 1 <= size <= MOST_DRAWN:
        raise InputError(
            f"{size} is no size of a sample", where="--size", fix=f"Give 1 to {MOST_DRAWN}."
        )
    with transaction.atomic():
        kept = find_run(run)
        if rows.EndorsementSample.objects.filter(name=name).exists():
            raise ConflictError(
                f"There is already a sample {name!r}", where="--name", fix="Use another name."
            )
        found = kept.readings.filter(state=FileState.READ.value).values_list(
            "id", "level", "sha256"
        )
        by_level: dict[int, list[tuple[str, int]]] = {}
        for key, level, sha256 in found:
            by_level.setdefault(level or 0, []).append((_order(seed, sha256 or str(key)), key))
        if not by_level:
            raise InputError(
                f"Nothing was read in {run!r}", where="--run", fix="Read the reports first."
            )
        wanted = allocate({k: len(items) for k, items in by_level.items()}, size, allocation)
        drawn = [pair for k, items in by_level.items() for pair in sorted(items)[: wanted[k]]]
        strata = tuple((k, len(by_level[k]), wanted[k]) for k in sorted(by_level))
        sample = rows.EndorsementSample.objects.create(
            run=kept, name=name, seed=seed, allocation=allocation.value,
            strata=[{"level": k, "population": n, "drawn": m} for k, n, m in strata],
            drawn_at=at, drawn_by=actor.name,
        )  # fmt: skip
        rows.EndorsementItem.objects.bulk_create(
            [
                rows.EndorsementItem(sample=sample, reading_id=key, number=number)
                for number, (_, key) in enumerate(sorted(drawn), start=1)
            ],
            batch_size=BATCH,
        )
        note(
            "draw_endorsement_sample", name, actor=actor.name, at=at,
            after={"run": run, "seed": seed, "strata": sample.strata},
        )  # fmt: skip
    return DrawnSample(name, run, seed, strata)


def find_run(name: str) -> rows.EndorsementRun:
    """Return a run by name; raises `NotFoundError`."""
    found = rows.EndorsementRun.objects.filter(name=name).first()
    if found is None:
        raise NotFoundError(
            f"No results are kept as {name[:80]!r}",
            where="--run",
            fix="Keep them: `ketenkaart endorsement keep RESULTS --name NAME --as NAME`.",
        )
    return found


def allocate(populations: Mapping[int, int], size: int, how: Allocation) -> dict[int, int]:
    """Return how many to draw per level: alike or in proportion, never more than there are.

    What a small level cannot give goes to the others, and every level gets at least one.

    >>> allocate({0: 100, 1: 4, 2: 50}, 30, Allocation.EQUAL)
    {0: 13, 1: 4, 2: 13}
    """
    total = sum(populations.values())
    wanted = dict.fromkeys(sorted(populations), 0)
    share = {
        level: 1.0 if how is Allocation.EQUAL else populations[level] / total for level in wanted
    }
    for _ in range(min(max(size, len(wanted)), total)):
        open_ones = [level for level in wanted if wanted[level] < populations[level]]
        # Highest averages: the level that is furthest behind its share is next.
        behind = max(open_ones, key=lambda k: (wanted[k] == 0, share[k] / (2 * wanted[k] + 1)))
        wanted[behind] += 1
    return wanted


def _order(seed: int, sha256: str) -> str:
    """Return where a document stands in the lottery of a seed, the same on every machine."""
    return hashlib.sha256(f"{seed}:{sha256}".encode()).hexdigest()


def _check_name(name: str) -> None:
    if NAME.fullmatch(name) is None:
        raise InputError(
            f"{name[:80]!r} cannot be a name",
            where="--name",
            fix="Use 1 to 80 of a-z, 0-9, dot, hyphen and underscore.",
        )
