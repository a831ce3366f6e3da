"""Writes the figures of docs/methods/matching.md: how often matching is right.

    python scripts/matching_scores.py [--check] [--guides FOLDER]

Measures labelled pairs of real facilities and of names of firms where ../shared/data is there (else
those parts of the page are kept), and made facilities. With --check nothing is written; the exit
status is 1 when the page does not say what is measured now. FOLDER is
py_entitymatching/datasets/end-to-end/restaurants of the source package py-entitymatching 0.4.2,
which is not here; without it that part of the page is kept.
"""

import argparse
import csv
import hashlib
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "methods" / "matching.md"
DATA = ROOT.parent / "shared" / "data"
PAIRS = DATA / "facilities" / "labelled_pairs_dev.json"
NAMES = DATA / "names" / "name_pairs_dev.csv"
FIRMS = ("Company", "Organization", "LegalEntity")
ADDRESS = ("IND", "Plot 14, Ring Road, Surat 395001")
"""Of our own making: where names are compared, all else is the same."""
BEGIN, END = "<!-- figures: {} -->", "<!-- end of figures: {} -->"
SIZE, ROWS, SEED = 20_000, 5_000, 11
sys.path.insert(0, str(ROOT / "tests"))

from ketenkaart.core.chain.facilities.types import FacilityRecord  # noqa: E402
from ketenkaart.core.chain.matching.evaluation import PairScores, Proportion, proportion  # noqa: E402
from ketenkaart.core.chain.matching.outcomes import Band, RowResult  # noqa: E402
from ketenkaart.services.matching.asking import evaluate_pairs  # noqa: E402
from ketenkaart.services.matching.lists import LabelledPair, read_pairs  # noqa: E402
from ketenkaart.services.matching.running import match_records  # noqa: E402
from made_facilities import made_facilities  # noqa: E402


def main() -> int:
    """Write the figures, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--guides", type=Path, help="two guides of restaurants, and their pairs")
    asked = parser.parse_args()
    is_check = asked.check
    old = PAGE.read_text(encoding="utf-8")
    new = put(old, "made", made())
    if PAIRS.exists():
        new = put(new, "real", real())
    if NAMES.exists():
        new = put(new, "names", names())
    if asked.guides:
        new = put(new, "guides", guides(asked.guides))
    if is_check:
        return 0 if new == old else 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


def put(page: str, name: str, lines: list[str]) -> str:
    """Return the page with the lines between its marks."""
    before, _, rest = page.partition(BEGIN.format(name))
    _, _, after = rest.partition(END.format(name))
    return "\n".join([before + BEGIN.format(name), *lines, END.format(name)]) + after


def real() -> list[str]:
    """Return the figures of labelled pairs, both parts."""
    pairs = read_pairs(PAIRS)
    halves = dict(zip(("mending", "held out"), split(pairs), strict=True))
    lines = [*head(("pairs", "right if automatic", "found", "automatic", "spared"))]
    for name, part in (*halves.items(), ("all", pairs)):
        scores = evaluate_pairs(part).scores
        lines.append(row(name, scores))
    return lines


def names() -> list[str]:
    """Return the figures of names of firms that others labelled, all else the same."""
    country, address = ADDRESS
    with NAMES.open(encoding="utf-8", newline="") as stream:
        pairs = [
            LabelledPair(
                FacilityRecord("a", country, case["name1"], address),
                FacilityRecord("b", country, case["name2"], address),
                case["is_match"] == "true",
            )
            for case in csv.DictReader(stream)
            if case["schema"] in FIRMS
        ]
    lines = [*head(("pairs", "right if automatic", "found", "automatic", "spared"))]
    return [*lines, row("names of firms, at one address", evaluate_pairs(pairs).scores)]


def split(pairs: Iterable[LabelledPair]) -> tuple[list[LabelledPair], list[LabelledPair]]:
    """Return the pairs to mend on, and those held out; no facility is in both.

    Pairs that share a facility, by its name, stay together; a hash of the first name decides.
    """
    pairs = list(pairs)
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            name = parent[name]
        return name

    def plain(name: str) -> str:
        return re.sub(r"\W+", "", name.lower())

    for pair in pairs:
        parent[root(plain(pair.left.name))] = root(plain(pair.right.name))
    parts: tuple[list[LabelledPair], list[LabelledPair]] = ([], [])
    for pair in pairs:
        group = root(plain(pair.left.name))
        first = min(name for name in parent if root(name) == group)
        parts[hashlib.sha256(first.encode()).digest()[0] % 2].append(pair)
    return parts


def head(titles: Iterable[str]) -> list[str]:
    """Return the head of a table."""
    titles = tuple(titles)
    return ["", f"| part | {' | '.join(titles)} |", "|---" + "|--:" * len(titles) + "|"]


def row(name: str, scores: PairScores) -> str:
    """Return the scores of some pairs as a row."""
    found = (scores.precision, scores.found, scores.automatic, scores.spared)
    return f"| {name} | {scores.pairs} | " + " | ".join(map(shown, found)) + " |"


def shown(value: Proportion) -> str:
    """Return a share with its counts and interval."""
    if value.share is None or value.low is None or value.high is None:
        return "n/a"
    return f"{value.hits} of {value.of}: {value.share:.2f} ({value.low:.2f}-{value.high:.2f})"


def guides(folder: Path) -> list[str]:
    """Return the figures of one guide of restaurants matched against another."""

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def places(name: str) -> list[FacilityRecord]:
        return [
            FacilityRecord(case["id"], "US", case["name"], f"{case['addr']}, {case['city']}")
            for case in rows(name)
        ]

    true = {case["zagats_id"]: case["fodors_id"] for case in rows("matches_fodors_zagats.csv")}
    listed, known = places("zagats.csv"), places("fodors.csv")
    results = match_records(listed, known).results
    of = f"{len(listed)} restaurants of one guide against {len(known)} of another"
    return whole_list(of, results, [true.get(place.key) for place in listed])


def made() -> list[str]:
    """Return the figures of made facilities."""
    made = made_facilities(SIZE, ROWS, seed=SEED)
    results = match_records(made.rows, made.registry).results
    true = [made.registry[k].key if k >= 0 else None for k in made.truth]
    return whole_list(f"made, {SIZE:,} facilities", results, true)


def whole_list(of: str, results: Sequence[RowResult], true: Sequence[str | None]) -> list[str]:
    """Return the figures of a list matched against another, as a table of one row."""
    both = list(zip(results, true, strict=True))
    sure = [result.matches[0].right == key for result, key in both if result.band is Band.AUTOMATIC]
    there = [(result, key) for result, key in both if key is not None]
    found = sum(any(m.right == key for m in result.matches) for result, key in there)
    automatic = sum(result.band is Band.AUTOMATIC for result, _ in there)
    fresh = [result for result, key in both if key is None]
    spared = sum(result.band is Band.NEW for result in fresh)
    cells = (
        proportion(sum(sure), len(sure)),
        proportion(found, len(there)),
        proportion(automatic, len(there)),
        proportion(spared, len(fresh)),
    )
    return [
        *head(("rows", "right if automatic", "found", "automatic", "spared")),
        f"| {of} | {len(results):,} | {' | '.join(map(shown, cells))} |",
    ]


if __name__ == "__main__":
    sys.exit(main())
