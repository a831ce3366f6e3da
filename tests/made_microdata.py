"""Made records of firms, and a codebook for them."""

from __future__ import annotations

import csv
import random
from pathlib import Path

COLUMNS = (
    "kvk", "firm_name", "nace", "employees", "founded", "region", "turnover", "wages", "complaints",
    "remark", "policy", "h", "w", "size",
)  # fmt: skip
MISSING = ("unknown", "not_researched", "not_applicable", "refused")

CODEBOOK = """title: {nl: "Bedrijven 2025", en: "Firms 2025"}
abstract: {nl: "Een verzonnen steekproef van bedrijven.", en: "A made sample of firms."}
release:
  purpose: {nl: "evaluatie van convenanten", en: "evaluation of covenants"}
  legal_basis: "GDPR article 6(1)(e)"
  recipient: "Evaluators at a made university"
  agreement: "DPA-2026-04"
  retain_until: "2031-12-31"
  responsible: "Secretariat"
rules: {k: 5, l: 2, most_suppressed: 0.05}
unit: firm
variables:
  - {name: firm, column: kvk, role: pseudonym, links: company, label: {nl: "bedrijf", en: "firm"}}
  - {name: firm_name, role: drop, kind: text, label: {nl: "naam", en: "name"}}
  - name: sector
    column: nace
    role: quasi
    label: {nl: "bedrijfstak", en: "sector"}
    source: "business register"
    hierarchy: {kind: nace}
  - name: size_class
    column: employees
    role: quasi
    kind: number
    label: {nl: "grootte", en: "size"}
    unit: "employees"
    level: 1
    hierarchy: {kind: breaks, breaks: [[10, 50, 250], [50]]}
  - name: founded
    role: quasi
    kind: date
    label: {nl: "opgericht", en: "founded"}
    level: 3
    hierarchy: {kind: date}
  - name: region
    role: quasi
    label: {nl: "streek", en: "region"}
    hierarchy: {kind: groups, groups: [{west: [NH, ZH, UT], other: [GR, LB, OV]}]}
  - name: turnover
    role: plain
    kind: money
    unit: EUR
    label: {nl: "omzet", en: "turnover"}
    top: {above: 0.98}
  - {name: wages, role: plain, kind: number, unit: EUR, label: {nl: "loon", en: "wages"}}
  - {name: complaints, role: plain, kind: number, label: {nl: "klachten", en: "complaints"}}
  - {name: remark, role: text, kind: text, label: {nl: "opmerking", en: "remark"}}
  - name: policy
    role: sensitive
    label: {nl: "beleid", en: "policy"}
    codes:
      none: {nl: "geen", en: "none"}
      partly: {nl: "deels", en: "partly"}
      whole: {nl: "geheel", en: "whole"}
  - {name: stratum, column: h, role: stratum, label: {nl: "stratum", en: "stratum"}}
  - {name: weight, column: w, role: weight, kind: number, label: {nl: "gewicht", en: "weight"}}
  - {name: frame, column: size, role: population, kind: number, label: {nl: "omvang", en: "size"}}
"""


def made_rows(count: int = 240, seed: int = 3) -> list[dict[str, object]]:
    """Return made records; some cells say why they hold no value."""
    chance = random.Random(seed)  # noqa: S311 - made data
    rows: list[dict[str, object]] = []
    for k in range(count):
        stratum = chance.choice("abc")
        row: dict[str, object] = {
            "kvk": f"{30_000_000 + 7 * k}",
            "firm_name": f"Weverij {k} B.V.",
            "nace": chance.choice(["13.10", "13.20", "14.13", "14.14", "46.42", "47.71"]),
            "employees": chance.choice([3, 12, 14, 40, 80, 200, 900]),
            "founded": f"{chance.choice([1990, 2000, 2010])}-0{chance.randint(1, 9)}-15",
            "region": chance.choice(["NH", "ZH", "UT", "GR", "LB", "OV"]),
            "turnover": round(chance.lognormvariate(13, 1.4), 2),
            "wages": chance.randint(20, 60) * 100,
            "complaints": chance.choice([0, 0, 0, 1, 2]),
            "remark": f"Phone 020-55512{k:02d} after the visit",
            "policy": chance.choice(["none", "partly", "whole"]),
            "h": stratum,
            "w": {"a": 2, "b": 5, "c": 12.5}[stratum],
            "size": {"a": 400, "b": 900, "c": 2500}[stratum],
        }
        for name in ("wages", "complaints", "policy", "region"):
            if chance.random() < 0.06:
                row[name] = chance.choice(MISSING)
        rows.append(row)
    return rows


def write_rows(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write records as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
