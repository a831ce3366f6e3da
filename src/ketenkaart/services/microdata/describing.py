"""Describe an export: every variable with its codes, counts and changes, as data."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

import ketenkaart
from ketenkaart.core.monitor.microdata.hierarchies import level_names
from ketenkaart.core.monitor.microdata.pseudonyms import key_mark
from ketenkaart.core.monitor.microdata.types import SUPPRESSED
from ketenkaart.core.provenance import Text
from ketenkaart.services.microdata.columns import ExportColumn
from ketenkaart.services.microdata.preparing import Prepared
from ketenkaart.sources.reference.microdata import load_nace_sections

MISSING: dict[str, Text] = {
    "unknown": Text(nl="gevraagd, maar niet bekend", en="asked, and not known"),
    "not_researched": Text(nl="niemand heeft gekeken", en="nobody looked"),
    "not_applicable": Text(nl="de vraag past hier niet", en="the question does not fit"),
    "refused": Text(nl="gevraagd, maar niet geantwoord", en="asked, and not answered"),
    SUPPRESSED: Text(
        nl="bekend, maar hier weggelaten om niemand prijs te geven",
        en="known, and left out here so that nobody is given away",
    ),
}
ZERO = Text(
    nl="Nul is een waarde: er is gekeken, en het was nul. Een cel zonder waarde zegt met een woord "
    "waarom.",
    en="Zero is a value: somebody looked, and it was zero. A cell without a value says why in a "
    "word.",
)
MOST_CODES = 200
ROLES: dict[str, Text] = {
    "pseudonym": Text(nl="pseudoniem", en="pseudonym"),
    "drop": Text(nl="weggelaten", en="left out"),
    "quasi": Text(nl="indirect kenmerk", en="quasi-identifier"),
    "sensitive": Text(nl="gevoelig", en="sensitive"),
    "plain": Text(nl="gewoon", en="plain"),
    "text": Text(nl="vrije tekst", en="free text"),
    "weight": Text(nl="gewicht", en="weight"),
    "stratum": Text(nl="stratum", en="stratum"),
    "cluster": Text(nl="cluster", en="cluster"),
    "population": Text(nl="omvang van het stratum", en="size of the stratum"),
}


def describe(prepared: Prepared) -> list[dict[str, Any]]:
    """Return the variables of an export as plain data, in order: what the codebook says of each."""
    return [_variable(column) for column in prepared.columns]


def _variable(column: ExportColumn) -> dict[str, Any]:
    entry = column.entry
    counts = Counter(column.texts)
    missing = {word: counts.pop(word, 0) for word in MISSING}
    found: dict[str, Any] = {
        "name": entry.name,
        "role": entry.role,
        "type": entry.kind if column.numbers is not None else _kind(column),
        "label": entry.label.model_dump(),
        "unit": entry.unit,
        "source": entry.source,
        "known": sum(counts.values()),
        "missing": missing,
        "changes": [text.model_dump() for text in column.changes],
        "loss": round(column.loss, 6),
        "not_identifier": entry.not_identifier,
        "unaltered": entry.unaltered,
        "reviewed": entry.reviewed.model_dump(mode="json") if entry.reviewed else None,
        "levels": list(level_names(entry.hierarchy)) if entry.hierarchy else [],
        "codes": [],
        "range": None,
    }
    if column.numbers is not None:
        found["range"] = _range(column)
    elif entry.role not in ("pseudonym", "stratum", "cluster", "text"):
        found["codes"] = _codes(column, counts)
    return found


def _kind(column: ExportColumn) -> str:
    return (
        "text" if column.entry.role in ("pseudonym", "stratum", "cluster", "text") else "category"
    )


def _range(column: ExportColumn) -> dict[str, Any] | None:
    """Return the mean and spread of the values as exported, and zeros apart."""
    if column.numbers is None:
        return None
    known = column.numbers[~np.isnan(column.numbers)]
    if not len(known):
        return None
    low, mean, high = float(known.min()), float(known.mean()), float(known.max())
    return {"least": low, "mean": mean, "most": high, "zeros": int((known == 0).sum())}


def _codes(column: ExportColumn, counts: Counter[str]) -> list[dict[str, Any]]:
    """Return each code with its label and count; those declared and never met count zero."""
    entry = column.entry
    declared = {} if column.level else dict(entry.codes)
    if entry.hierarchy is not None and entry.hierarchy.kind == "nace":
        declared |= {item.id: item.name for item in load_nace_sections() if item.id in counts}
    names = [*declared, *sorted(name for name in counts if name not in declared)]
    return [
        {
            "code": name,
            "label": declared[name].model_dump() if name in declared else None,
            "count": counts.get(name, 0),
        }
        for name in names[:MOST_CODES]
    ]


def record(prepared: Prepared, key: bytes, day: date, *, is_linked: bool) -> dict[str, Any]:
    """Return the record of an export: on what ground it was made, by which rules, how safe it is.

    Nothing in it tells the key, or an original value.
    """
    codebook, found = prepared.codebook, prepared.found
    return {
        "title": codebook.title.model_dump(),
        "abstract": codebook.abstract.model_dump(),
        "made_on": day.isoformat(),
        "made_with": f"ketenkaart {ketenkaart.__version__}",
        "release": codebook.release.model_dump(mode="json"),
        "rules": codebook.rules.model_dump(),
        "pseudonyms": {
            "method": "HMAC-SHA-256, 128 bits, as 32 letters",
            "key_mark": key_mark(key),
            "key": "used before: this export can be linked to others of the same key_mark"
            if is_linked
            else "made for this export: it cannot be linked to earlier ones",
        },
        "rows": prepared.source_rows,
        "unit": codebook.unit,
        "quasi": [item.name for item in prepared.quasi],
        "sensitive": [item.name for item in codebook.of_role("sensitive")],
        "levels": dict(zip((item.name for item in prepared.quasi), found.levels, strict=True)),
        "suppressed_rows": int(found.suppressed.sum()),
        "loss": round(found.loss, 6),
        "nodes": {"examined": found.examined, "of": found.nodes},
        "risk_before": asdict(prepared.before),
        "risk_after": asdict(prepared.after),
        "risk_with_design": asdict(prepared.with_design) if prepared.with_design else None,
        "left_out": [
            {"name": item.name, "label": item.label.model_dump()} for item in prepared.dropped
        ],
        "notes": [text.model_dump() for text in prepared.notes],
    }


def weighted_design(prepared: Prepared) -> dict[str, Any] | None:
    """Return a design file for `ketenkaart estimate`, None where the data carry no design."""
    codebook = prepared.codebook
    names = {role: [item.name for item in codebook.of_role(role)]
             for role in ("weight", "stratum", "cluster", "population")}  # fmt: skip
    if not any(names.values()):
        return None
    made: dict[str, Any] = {}
    if names["stratum"]:
        made["strata"] = names["stratum"][0]
    if names["cluster"]:
        made["clusters"] = list(names["cluster"])
    if names["weight"]:
        made["weights"] = names["weight"][0]
    if names["population"]:
        made["fpc"] = names["population"][0]
    return made
