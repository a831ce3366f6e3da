"""Say at which stage of a chain procurement criteria bite, and which part no criterion reaches."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.counted import VALUE_ADDED, extension_of, intensities
from ketenkaart.core.chain.criteria import Criterion, bite, layers_needed, touched_cells, untouched
from ketenkaart.core.chain.system import layers_and_rest
from ketenkaart.core.chain.tiers import MOST_LAYERS
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.extremes import largest_ratio, smallest_ratio
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import Asked, make_out
from ketenkaart.services.chain.called import nodes_called
from ketenkaart.services.chain.demand_notes import demand_notes
from ketenkaart.services.chain.footprints import LAYER_NOTE, purchase_facts
from ketenkaart.services.chain.question import Question
from ketenkaart.services.exports import Cell

KNOWN_ENOUGH = 0.5
MOST_CRITERIA = 200
_TEXT = re.compile(
    r"(?:(?P<criterion>[^:@#]+):)?(?P<places>[^:@#]*)(?:@(?P<layers>[^#]*))?(?:#(?P<issue>.*))?"
)
_LAYERS = re.compile(r"\s*(\d{1,3})\s*(?:(-)\s*(\d{1,3})?)?\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A criterion in words: what it is called, the places, layers and issue that it speaks of."""

    criterion: str
    places: str = ""
    layers: str = ""
    issue: str = ""

    @classmethod
    def parsed(cls, text: str) -> Wanted:
        """Return the criterion behind `NAME: PLACES @LAYERS #ISSUE`; every part may be left out.

        Raises `InputError` for a text of another form.

        >>> Wanted.parsed("cotton: IND.c1 c4 @1-3 #child_labour")
        Wanted(criterion='cotton', places='IND.c1 c4', layers='1-3', issue='child_labour')
        """
        found = _TEXT.fullmatch(text.strip())
        if found is None or not text.strip():
            raise InputError(
                f"{text[:60]!r} is no criterion",
                where="--criterion",
                fix='Write it like "cotton: c1 IND @1-3 #child_labour".',
            )
        parts = {name: (value or "").strip() for name, value in found.groupdict().items()}
        return cls(**parts | {"criterion": parts["criterion"] or text.strip()})


def read_criteria(path: Path) -> tuple[Wanted, ...]:
    """Return the criteria in a CSV with columns criterion, places, layers and issue.

    All but the first may be empty or left out; places are parted by blanks. Raises `InputError`
    naming the row.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name} cannot be read", where=str(path), fix="Name a CSV file in UTF-8."
        ) from error
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    reader.fieldnames = [name.strip().casefold() for name in reader.fieldnames or ()]
    if "criterion" not in reader.fieldnames:
        raise InputError(
            f"{path.name} has no column 'criterion'",
            where=f"{path}, row 1",
            fix="Name the columns criterion, places, layers and issue.",
        )
    found = []
    for row in reader:
        cells = {name: (row.get(name) or "").strip() for name in Wanted.__slots__}
        if None in row or not cells["criterion"]:
            raise InputError(
                "The row has no criterion or too many cells",
                where=f"{path}, row {reader.line_num}",
                fix="Give criterion, places, layers and issue.",
            )
        found.append(Wanted(**cells))
    return tuple(found)


def ask_stages(
    question: Question,
    criteria: Sequence[Wanted],
    *,
    extension: str = VALUE_ADDED,
    layers: int = 3,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return, per criterion, which share of a chain it touches and at which layers.

    Where a criterion names an issue, also its share of that issue's risk in the chain: exact ends,
    and a centre where at least half of the footprint has a known likelihood. `no_criterion` in the
    facts is what none touches. Raises `InputError` for a code, layer or issue that there is not.
    """
    if not 0 < len(criteria) <= MOST_CRITERIA:
        raise InputError(
            f"There are {len(criteria)} criteria",
            where="--criterion",
            fix=f"Give 1 to {MOST_CRITERIA}.",
        )
    asked = make_out(question, data_folder)
    table = asked.table
    made_out = [_criterion(table, item) for item in criteria]
    deepest = layers_needed(made_out, layers)
    if not 0 <= layers <= deepest <= MOST_LAYERS:
        raise InputError(
            f"{max(deepest, layers)} is no deepest layer",
            where="--layers",
            fix=f"Use 0 to {MOST_LAYERS}.",
        )
    counted = extension_of(table, extension)
    X = layers_and_rest(table, asked.system, asked.y, deepest).T
    s = intensities(table, [counted])[0]
    values = s[:, None] * X
    output = asked.system.output_for(asked.y)
    later = s * asked.system.output_for(output - asked.y)
    names = [*(f"layer_{t}" for t in range(deepest + 1)), "deeper"]
    rows: list[tuple[Cell, ...]] = []
    for wanted, criterion in zip(criteria, made_out, strict=True):
        found = bite(criterion, values, later)
        risk = _risk(asked, wanted.issue, criterion, X) if wanted.issue else (None, None, None)
        spoken = (wanted.criterion, wanted.places or None, wanted.layers or None)
        rows.append(
            (*spoken, wanted.issue or None, found.share, *risk, found.mean_layer, *found.layers)
        )
    rest = untouched(made_out, values)
    facts: dict[str, Any] = {
        "total": float(values.sum()),
        "touched_share": 1 - sum(rest),
        "no_criterion_share": dict(zip(names, rest, strict=True)),
        **purchase_facts(asked),
    }
    columns = ("criterion", "places", "layers", "issue", "share")
    ends = ("risk_share_low", "risk_share", "risk_share_high")
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        title=f"Where criteria touch {counted.id} embodied in {asked.label}, {table.year}",
        facts=facts,
        columns=(*columns, *ends, "mean_layer", *names),
        rows=tuple(rows),
        notes=(TOUCH_NOTE, LAYER_NOTE, *demand_notes(asked)),
        shares=frozenset({"share", *ends, *names}),
    )


TOUCH_NOTE = Text(
    nl="Raken is niet veranderen: een eis die niemand controleert, raakt evenveel.",
    en="To touch is not to change: a criterion that nobody checks touches as much.",
)


def _criterion(table: WorldTable, wanted: Wanted) -> Criterion:
    places = re.split(r"[\s,;]+", wanted.places.strip()) if wanted.places.strip() else []
    nodes = [node for code in places for node in nodes_called(table, code, "--criterion")]
    first, last = 0, None
    if wanted.layers.strip():
        found = _LAYERS.fullmatch(wanted.layers)
        if found is None:
            raise InputError(
                f"{wanted.layers[:20]!r} are no layers",
                where="--criterion",
                fix="Write them like 0, 1-3 or 2-.",
            )
        first = int(found[1])
        last = first if not found[2] else int(found[3]) if found[3] else None
    return Criterion(wanted.criterion, tuple(nodes if places else range(table.n)), first, last)


def _risk(
    asked: Asked, issue: str, criterion: Criterion, X: Floats
) -> tuple[float | None, float | None, float | None]:
    """Return the share of an issue's risk that a criterion touches: low, central, high."""
    from ketenkaart.services.chain.risks import risk_extensions  # noqa: PLC0415 - opens an edition

    table = asked.table
    known, low, high, unknown = (
        np.nan_to_num(item.values) for item in risk_extensions(table, f"risk:{issue.casefold()}")
    )
    made = extension_of(table, VALUE_ADDED)
    s = intensities(table, [made])[0]
    cells = s[:, None] * X
    e = cells.sum(axis=1)
    u = np.where(touched_cells(criterion, (X.shape[0], X.shape[1])), cells, 0.0).sum(axis=1)
    counts = (e > 0) & (made.values > 0)
    e, u, v = e[counts], u[counts], made.values[counts]
    q = [np.clip(item[counts] / v, 0.0, 1.0) for item in (low, high, known)]
    ends = smallest_ratio(u, e, q[0], q[1]), largest_ratio(u, e, q[0], q[1])
    if np.isnan(ends[0]):
        return None, None, None
    is_enough = float(e @ (1 - unknown[counts] / v)) >= KNOWN_ENOUGH * float(e.sum())
    whole = float(e @ q[2])
    return ends[0], float(u @ q[2]) / whole if is_enough and whole > 0 else None, ends[1]
