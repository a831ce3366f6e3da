"""How many planted changes the comparison of two letters finds, and how often it cries wolf.

    python benchmarks/drift.py [--seed N] [--json] [--faults] [--set first|second|last]

Letters are written from `drift_promises.yml`, read by the reader as any letter is, and compared.
A planted change counts as found when its promise comes out as weakened (or dropped, where it was
left out). Promises that stand unchanged or say the same in other words are the unplanted pairs:
one that comes out as anything but repeated or reworded is a false alarm. Letters about different
things are compared too: each pair made there is one too many.

The sentences are our own, and so is the word list that they are held against. The comparison was
mended on the first set and the second; the last one was written when it was finished and never
used to mend it, so its figures are the ones to believe.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ketenkaart.core.ledger.drift_types import Change, Drift
from ketenkaart.core.ledger.scores import Share
from ketenkaart.services.letter_drift import compare_letters, side_of
from ketenkaart.services.letters import read_file

SEED = 20260314
SETS = {"first": "drift_promises", "second": "drift_promises_second", "last": "drift_promises_last"}
SEEN = SETS["first"]
PAIRS = 25
DAYS = (
    ("vóór 1 juli 2022", "vóór 1 maart 2023"),
    ("in het eerste kwartaal van 2022", "in het vierde kwartaal van 2022"),
    ("in 2022", "in 2024"),
    ("uiterlijk 31 december 2022", "uiterlijk 30 juni 2024"),
    ("in de eerste helft van 2022", "in de tweede helft van 2023"),
    ("eind 2022", "medio 2024"),
    ("in het voorjaar van 2022", "in het najaar van 2022"),
    ("op 1 september 2022", "op 1 april 2023"),
)
PLANTED = {
    "deadline": 20, "hedged": 18, "narrowed": 16, "dropped": 14, "number": 12,
    "force": 10, "condition": 10,
}  # fmt: skip
UNSEEN = ("force", "condition")
"""Kinds that thresholds were not set on."""
UNPLANTED = {"repeated": 40, "reworded": 60}


@dataclass(frozen=True, slots=True)
class Case:
    """One promise in a pair of letters: what was done to it, and its words in both."""

    kind: str
    old: str
    new: str | None


def promises(which: str) -> dict[str, Any]:
    """Return the written promises and background sentences of a set."""
    path = Path(__file__).with_name(f"{which}.yml")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def cases(seed: int, which: str = SEEN) -> list[list[Case]]:
    """Return pairs of letters as lists of cases; no promise stands twice in one pair."""
    chance = random.Random(seed)  # noqa: S311 - a benchmark, no secret
    entries = promises(which)["promises"]
    wanted = [kind for kind, n in (PLANTED | UNPLANTED).items() for _ in range(n)]
    chance.shuffle(wanted)
    # Kinds that few promises can take choose first.
    wanted.sort(key=lambda kind: sum(_can(entry, kind) for entry in entries))
    pairs: list[list[Case]] = [[] for _ in range(PAIRS)]
    used: list[set[int]] = [set() for _ in range(PAIRS)]
    for kind in wanted:
        options = [
            (len(pairs[p]), chance.random(), p, e)
            for p in range(PAIRS)
            for e in range(len(entries))
            if e not in used[p] and _can(entries[e], kind)
        ]
        _, _, pair, entry = min(options)
        used[pair].add(entry)
        pairs[pair].append(_case(entries[entry], kind, chance))
    for pair_cases in pairs:
        chance.shuffle(pair_cases)
    return pairs


def _can(entry: dict[str, str], kind: str) -> bool:
    return kind in {"deadline", "dropped", "repeated", "reworded"} or kind in entry


def _case(entry: dict[str, str], kind: str, chance: random.Random) -> Case:
    early, late = chance.choice(DAYS)
    old = _dated(entry["base"], early)
    if kind == "dropped":
        return Case(kind, old, None)
    if kind == "repeated":
        return Case(kind, old, old)
    if kind == "reworded":
        return Case(kind, old, _dated(entry["same"], early))
    if kind == "deadline":
        wording = entry["base"] if chance.random() < 0.5 else entry["same"]
        return Case(kind, old, _dated(wording, late))
    return Case(kind, old, _dated(entry[kind], early))


def _dated(sentence: str, day: str) -> str:
    return sentence.format(d=day, D=day[0].upper() + day[1:])


def letter(sentences: list[str], day: str, chance: random.Random, which: str) -> str:
    """Return a letter with these promises between sentences of background."""
    background = promises(which)["background"]
    paragraphs = [f"Den Haag, {day}", "Geachte voorzitter,"]
    for start in range(0, len(sentences), 2):
        lead = chance.choice(background)
        paragraphs.append(" ".join([lead, *sentences[start : start + 2]]))
    return "\n\n".join([*paragraphs, "De Minister van Algemene Zaken,", "A. Voorbeeld"]) + "\n"


def compare(
    old: list[str], new: list[str], chance: random.Random, folder: Path, which: str
) -> Drift:
    """Write both letters, read them, and compare them."""
    files = []
    for name, day, sentences in (
        ("old", "14 oktober 2021", old),
        ("new", "10 december 2021", new),
    ):
        path = folder / f"{name}.txt"
        path.write_text(letter(sentences, day, chance, which), encoding="utf-8")
        files.append(side_of(read_file(path), name))
    assert date(2021, 10, 14) == files[0].reading.document.date
    return compare_letters(files[0], files[1])


def unrelated(chance: random.Random, folder: Path, which: str) -> Share:
    """Return how many promises are paired with one that is about something else."""
    bases = [
        _dated(entry["base"], DAYS[k % 8][0]) for k, entry in enumerate(promises(which)["promises"])
    ]
    paired = total = 0
    for _ in range(5):
        chance.shuffle(bases)
        half = len(bases) // 2
        found = compare(bases[:half], bases[half:], chance, folder, which)
        olds = [item for item in found.items if item.old is not None]
        total += len(olds)
        paired += sum(item.new is not None for item in olds)
    return Share.from_counts(paired, total)


def outcome(case: Case, found: Drift) -> str:
    """Return what came out for one case: a change, or "unread" where its promise was not seen."""
    for item in found.items:
        if item.old is not None and _same(item.old.text, case.old):
            if item.new is None or case.new is None or _same(item.new.text, case.new):
                return item.change.value
            return f"{item.change.value} of another"
    for item in found.items:
        if case.new and item.old is None and item.new and _same(item.new.text, case.new):
            return item.change.value
    return "unread"


def _same(read: str, written: str) -> bool:
    return read in written or written in read


def is_found(case: Case, result: str) -> bool:
    """Return whether a planted change came out as what it is."""
    return result == (Change.DROPPED if case.kind == "dropped" else Change.WEAKENED).value


def measure(seed: int = SEED, which: str = SEEN) -> dict[str, Any]:
    """Return recall per kind and the rate of false alarms, with counts and 95 % intervals."""
    chance = random.Random(seed + 1)  # noqa: S311
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    faults: list[dict[str, str | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        for pair in cases(seed, which):
            new = [case.new for case in pair if case.new is not None]
            chance.shuffle(new)
            found = compare([case.old for case in pair], new, chance, Path(folder), which)
            for case in pair:
                result = outcome(case, found)
                if case.kind in PLANTED:
                    good = is_found(case, result)
                else:
                    good = result in {"repeated", "reworded", "unread"}
                totals[case.kind] += 1
                hits[case.kind] += good
                if not good:
                    faults.append(
                        {"kind": case.kind, "came_out": result, "old": case.old, "new": case.new}
                    )
        apart = unrelated(chance, Path(folder), which)
    calm = sum(hits[kind] for kind in UNPLANTED)
    quiet = sum(UNPLANTED.values())
    shares = {
        "recall": Share.from_counts(sum(hits[kind] for kind in PLANTED), sum(PLANTED.values())),
        "recall_of_unseen_kinds": Share.from_counts(
            sum(hits[kind] for kind in UNSEEN), sum(PLANTED[kind] for kind in UNSEEN)
        ),
        "false_alarms": Share.from_counts(quiet - calm, quiet),
        "unrelated_paired": apart,
    } | {f"recall_{kind}": Share.from_counts(hits[kind], totals[kind]) for kind in PLANTED}
    return {
        "seed": seed,
        "figures": {name: share.model_dump() for name, share in shares.items()},
        "faults": faults,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--set", choices=SETS, default="first", help="which promises")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--faults", action="store_true", help="also list what went wrong")
    arguments = parser.parse_args()
    result = measure(arguments.seed, SETS[arguments.set])
    if arguments.json:
        json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
    else:
        for name, share in result["figures"].items():
            print(f"{name:24} {share['hits']:3} of {share['of']:3}  {share['value']:.2f} "
                  f"({share['low']:.2f}-{share['high']:.2f})")  # fmt: skip
        for fault in result["faults"] if arguments.faults else ():
            print(fault["kind"], "->", fault["came_out"], "|", fault["old"], "|", fault["new"])
