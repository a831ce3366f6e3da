"""Write a first codebook for a file: a proposal, in which only people can fill in the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from ketenkaart.core.monitor.microdata.identifiers import is_free_text, looks_like
from ketenkaart.services.microdata.columns import STATE_WORDS, different, texts_of
from ketenkaart.services.monitor.writing import write_bytes
from ketenkaart.sources.survey.table import SurveyTable, read_table

FEW = 30
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){1,2}\Z")
_NACE = re.compile(r"[0-9]{2}\.[0-9]{1,2}\Z")
Entry = dict[str, object]
NUMBERS: tuple[tuple[str, Entry, str], ...] = (
    (r"weight|gewicht", {"role": "weight", "kind": "number"}, "called a weight"),
    (
        r"turnover|omzet|revenue|wage|loon|amount|bedrag|cost|kosten|profit|winst|_eur\b|euro",
        {"role": "plain", "kind": "money", "unit": "EUR", "top": {"least": 3}},
        "called an amount: the largest are merged",
    ),
    (
        r"employees|werknemers|staff|personeel|\bfte",
        {"role": "quasi", "kind": "number", "level": 1,
         "hierarchy": {"kind": "breaks", "breaks": [[10, 50, 250], [50]]}},
        "called a size: classes of employees",
    ),
)  # fmt: skip
HEAD = """# A proposal, made from {name}. Before an export, fill in what stands between angle
# brackets and judge each role: only people know what tells somebody apart.
# Roles and hierarchies: docs/methods/microdata.md
title: {{nl: "<titel>", en: "<title>"}}
abstract: {{nl: "<waarover>", en: "<about what>"}}
release:
  purpose: {{nl: "<doel>", en: "<purpose>"}}
  legal_basis: "<legal basis>"
  recipient: "<recipient>"
  agreement: "<agreement>"
  retain_until: "<YYYY-MM-DD>"
  responsible: "<who>"
rules: {{k: 5, l: 1, most_suppressed: 0.05}}
unit: {unit}
variables:
"""


@dataclass(slots=True)
class ProposedRole:
    """A column, the role proposed for it, and why."""

    column: str
    role: str
    why: str


def propose(data: Path, out: Path, *, sheet: str | None = None, force: bool = False) -> list[
    ProposedRole
]:  # fmt: skip
    """Write a first codebook and return what it proposes of each column.

    The first column that is different in each row is taken for the unit. The release terms are
    left open, so that no export can be made before somebody has filled them in.
    """
    table = read_table(data, sheet)
    found: list[ProposedRole] = []
    lines: list[str] = []
    names: dict[str, str] = {}
    unit = ""
    for heading in table.columns:
        name = _name(heading, names)
        entry, why = _entry(table, heading, has_unit=bool(unit))
        if entry["role"] == "pseudonym" and not unit:
            unit = name
        names[name] = heading
        whole = {"name": name, **({"column": heading} if name != heading else {}), **entry}
        whole["label"] = {"nl": f"<{heading}>", "en": f"<{heading}>"}
        text = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, default_flow_style=True,
                              width=10_000).strip()  # fmt: skip
        lines.append(f"  # {why}\n  - {text}\n")
        found.append(ProposedRole(heading, str(entry["role"]), why))
    head = HEAD.format(name=data.name.replace("\n", " "), unit=unit or '"<unit>"')
    write_bytes(out, (head + "".join(lines)).encode(), force=force)
    return found


def _name(heading: str, taken: dict[str, str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", heading.casefold()).strip("_")[:28] or "column"
    plain = plain if plain[0].isalpha() else f"c_{plain}"[:28]
    found, count = plain, 1
    while found in taken:
        count += 1
        found = f"{plain}_{count}"
    return found


def _entry(table: SurveyTable, heading: str, *, has_unit: bool) -> tuple[Entry, str]:
    """Return what is proposed for a column, and why."""
    texts = texts_of(table, heading)
    values, first = different(texts)
    looks = looks_like(heading, values, first)
    known = [value for value in values if value not in STATE_WORDS]
    if not has_unit and len(known) == len(texts) > 1:
        told = f" and looks like {looks.what}" if looks else ""
        return {"role": "pseudonym"}, f"different in each row{told}: taken for the unit"
    if looks is not None:
        return {"role": "drop", "kind": "text"}, f"looks like {looks.what} (row {looks.row + 2})"
    if known and table.is_number(heading):
        return _number(heading, known)
    return _text(values, known)


def _number(heading: str, known: list[str]) -> tuple[Entry, str]:
    if all(_NACE.match(value) for value in known):
        return {"role": "quasi", "hierarchy": {"kind": "nace"}}, "looks like NACE codes"
    for pattern, entry, why in NUMBERS:
        if re.search(pattern, heading.casefold()):
            return dict(entry), why
    return {"role": "plain", "kind": "number"}, "numbers: quasi with `breaks` if others know them"


def _text(values: list[str], known: list[str]) -> tuple[Entry, str]:
    if is_free_text(values) is not None:
        return {"role": "text", "kind": "text"}, "free text: left out until somebody read it"
    if known and all(_DAY.match(value) for value in known):
        return {"role": "quasi", "kind": "date", "hierarchy": {"kind": "date"}}, "days"
    if len(known) <= FEW:
        codes = {value: {"nl": f"<{value}>", "en": f"<{value}>"} for value in sorted(known)}
        return {"role": "plain", "codes": codes}, (
            "few values: quasi with `groups` if others know it, sensitive if it harms"
        )
    return {"role": "drop", "kind": "text"}, "many values: quasi with a hierarchy, or left out"
