"""Writes docs/methods/endorsement-scores.md: how well endorsement is read in labelled passages.

    python scripts/endorsement_scores.py [--check]

Measures the passages of tests/endorsement, those that rules were written on and those held out
apart, and the labelled passages of ../shared/data/disclosures where they are there (else that part
of the page is kept). With --check nothing is written; the exit status is 1 when the page does not
say what is measured now.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from ketenkaart.core.monitor.endorsement.cues import CueKind
from ketenkaart.core.monitor.endorsement.types import Level
from ketenkaart.core.monitor.intervals import wilson
from ketenkaart.services.endorsement.reading import read_passage
from ketenkaart.sources.reference.endorsement import load_endorsement_cues

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "methods" / "endorsement-scores.md"
FOLDER = ROOT / "tests" / "endorsement"
REAL = ROOT.parent / "shared" / "data" / "disclosures" / "oecd_mentions_dev.csv"
REAL_TITLE = "## Passages of real reports"
HALVES = {
    "held out": (("held-out.yml",), "No rule was written on these: the figures to look at."),
    "development": (
        ("development.yml", "development-more.yml"),
        "Rules were written on these; they say how well the rules fit them.",
    ),
}
PLAIN = {
    ("held-out", "en"): (187, 999),
    ("held-out", "nl"): (173, 999),
    ("development", "en"): (72, 113),
    ("development", "nl"): (72, 112),
}
"""Which passages are in the plain language of reports (tests/endorsement/README.md)."""
REAL_LEVELS = {
    "endorse": (2, 3),
    "based_on_or_aligned": (2, 3),
    "mention_only": (1,),
    "other_OECD_instrument": (0,),
}
INTRODUCTION = """# How well endorsement is read

Written by `scripts/endorsement_scores.py`; the passages are in `tests/endorsement`, in our own
words, labelled by one reader with a second pass. The figures are estimates with 95 % intervals
(Wilson) that take passages for a random sample of what companies write, which they are not: hard
cases are many here on purpose. Real reports may be read better or worse; measure it on your own
with `ketenkaart endorsement judge`. A level is right only when it is the label's; *at least 2*
asks only whether the Guidelines are read as the writer's own frame, which the 90 % target counts.
"""


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    new = page()
    if parser.parse_args().check:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == new else 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


def page() -> str:
    """Return the page as it should be now."""
    parts = [INTRODUCTION]
    for name, (files, remark) in HALVES.items():
        parts.append(half_part(name, passages(files), remark))
    parts.append(real_part())
    return "\n".join(parts)


def passages(files: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the labelled passages of files, each with what is read in it."""
    return [
        {**passage, "reading": read_passage(passage["text"])}
        for file in files
        for passage in yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    ]


def half_part(name: str, found: list[dict[str, Any]], remark: str) -> str:
    """Return the figures of one half."""
    clear = [one for one in found if not one["doubt"]]
    lines = [f"## {name.capitalize()}: {len(found)} passages", "", remark, ""]
    lines += ["| of which | passages | level right | at least 2 right | stance right |"]
    lines += ["|---|--:|--:|--:|--:|"]
    groups = {
        "all": found,
        "without those in doubt": clear,
        "English": [one for one in found if one["language"] == "en"],
        "Dutch": [one for one in found if one["language"] == "nl"],
        "plain report language": [one for one in found if is_plain(one)],
        "free language": [one for one in found if not is_plain(one)],
    }
    for label, group in groups.items():
        if not group:
            continue
        lines.append(
            f"| {label} | {len(group)} | {share(sum(is_right(one) for one in group), len(group))} |"
            f" {share(sum(is_frame_right(one) for one in group), len(group))} |"
            f" {share(sum(is_stance_right(one) for one in group), len(group))} |"
        )
    lines += ["", "| level | labelled | read | precision | recall |", "|---|--:|--:|--:|--:|"]
    for level in Level:
        lines.append(level_row(level.word.replace("_", " "), found, {level}))
    lines.append(level_row("*at least 2*", found, {Level(2), Level(3)}))
    counts = Counter((one["level"], int(one["reading"].level)) for one in found)
    lines += ["", "| labelled | read 0 | read 1 | read 2 | read 3 |", "|---|--:|--:|--:|--:|"]
    for truth in Level:
        cells = " | ".join(str(counts[int(truth), int(read)]) for read in Level)
        lines.append(f"| {int(truth)} | {cells} |")
    return "\n".join([*lines, ""])


def is_plain(one: dict[str, Any]) -> bool:
    """Say whether a passage is among those written as plainly as most reports are."""
    half, _, rest = one["id"].partition("-en-" if "-en-" in one["id"] else "-nl-")
    first, last = PLAIN.get((half, one["language"]), (0, -1))
    return first <= int(rest) <= last


def level_row(name: str, found: list[dict[str, Any]], levels: set[Level]) -> str:
    """Return precision and recall of some levels together."""
    labelled = [one for one in found if one["level"] in levels]
    read = [one for one in found if one["reading"].level in levels]
    hits = sum(one["level"] in levels for one in read)
    return (
        f"| {name} | {len(labelled)} | {len(read)} |"
        f" {share(hits, len(read))} | {share(hits, len(labelled))} |"
    )


def is_right(one: dict[str, Any]) -> bool:
    """Say whether the level is the label's."""
    return bool(one["level"] == int(one["reading"].level))


def is_frame_right(one: dict[str, Any]) -> bool:
    """Say whether own frame or not is read as labelled."""
    return bool((one["level"] >= 2) == (int(one["reading"].level) >= 2))


def is_stance_right(one: dict[str, Any]) -> bool:
    """Say whether firm, intended, denied or none is read as labelled."""
    return bool(one["stance"] == one["reading"].stance.value)


def share(hits: int, of: int) -> str:
    """Return a share as a percentage with its interval; a dash where there is nothing to share."""
    if not of:
        return "-"
    low, high = wilson(hits / of, of, 0.95)
    return f"{hits / of:.0%} ({low:.0%}-{high:.0%})"


def real_part() -> str:
    """Return the figures of the labelled passages of real reports, or the page's part as it is."""
    if not REAL.exists():
        old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        start = old.find(REAL_TITLE)
        return old[start:] if start >= 0 else f"{REAL_TITLE}\n\nNot measured.\n"
    with REAL.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["label"] in REAL_LEVELS]
    right = sum(
        int(read_passage(row["passage"]).level) in REAL_LEVELS[row["label"]] for row in rows
    )
    return (
        f"{REAL_TITLE}\n\n{intentions()}{right} of {len(rows)} passages of real statements are"
        f" read as labelled (estimate {share(right, len(rows))}): too few to rest anything on.\n"
    )


def intentions() -> str:
    """Return how well the words for an intention tell sentences that only mean to do something.

    The labels stand in one file and the sentences, in the same order, in the other.
    """
    with (REAL.parent / "aims_future_uk.csv").open(encoding="utf-8", newline="") as stream:
        labels = [row["targets"] == "1" for row in csv.DictReader(stream)]
    words = REAL.parent / "aims_negative_evidence_uk.csv"
    with words.open(encoding="utf-8", newline="") as stream:
        texts = [row["sentence"] for row in csv.DictReader(stream)]
    cues = load_endorsement_cues()
    unique = dict(zip(texts, labels, strict=True))
    found = {text: bool(cues.hits(CueKind.HEDGE, text)) for text in unique}
    both = sum(unique[text] and found[text] for text in unique)
    meant, read = sum(unique.values()), sum(found.values())
    return (
        f"Of {len(unique)} different sentences of modern slavery statements {meant} are labelled as"
        f" an intention only. The words for intentions find {share(both, meant)} of these, and"
        f" {share(both, read)} of what they find is labelled so. Many of these sentences are cut"
        " from lists and headings that say what the sentence does not; and they are about modern"
        " slavery, not about the Guidelines.\n\n"
    )


if __name__ == "__main__":
    sys.exit(main())
