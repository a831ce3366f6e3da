"""Writes docs/methods/reading-scores.md: how far machine readings agree with people's.

    python scripts/reading_scores.py [--check]

Measures the letters of tests/letters, each half apart, the first letter where ../shared/data is
there (else its part of the page is kept), and the comparison of letters. With --check nothing is
written; the exit status is 1 when the page does not say what is measured now.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "methods" / "reading-scores.md"
FIRST = ROOT.parent / "shared" / "data" / "letters"
NAME = "kst-26485-319"
sys.path[:0] = [str(ROOT / "tests" / "letters"), str(ROOT / "benchmarks")]

from drift import PLANTED, SETS, measure  # noqa: E402
from make_gold import build, load, names  # noqa: E402

from ketenkaart.cli.letter_evaluate import shown  # noqa: E402
from ketenkaart.core.ledger.evaluation_types import Evaluation, Judged, Measured  # noqa: E402
from ketenkaart.core.ledger.scores import PairScore, Share  # noqa: E402
from ketenkaart.services.letter_scores import evaluate_file  # noqa: E402

FIRST_TITLE = "## The first letter"
NEXT_TITLE = "## Comparing two letters"
HALVES = {
    "dev": ("## Letters that rules were written on", "They say how well the rules fit them."),
    "held-out": (
        "## Letters kept out of rule-writing",
        "The figures to look at. The letters are few, and ours: real ones may well score lower.",
    ),
}
INTRODUCTION = """# How well letters are read

Written by `scripts/reading_scores.py`; the letters are in `tests/letters`, the measure is that of
`ketenkaart letter evaluate`. None of these figures is the accuracy of the reader. They are
estimates from {count} letters of our own making and one real one, with 95 % intervals (Wilson)
that take passages for a random sample, which they are not.

One to one: a proposal counts when its sentence covers at least half of the gold's key phrase, and
as many pairs are made as possible. *Class* counts any class that the gold accepts. A deadline
counts when its sentence is right and it falls due on the same last day (a day that the letter does
not give must stay open). `promises` are the commitments still to be done. *Answer's place*: the
answer was found where the gold has it. *Silence*: no answer was read where there is none, and one
where there is.
"""


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args().check
    new = page()
    if is_check:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == new else 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


def page() -> str:
    """Return the page as it should be now."""
    count = sum(len(names(half)) for half in HALVES)
    parts = [INTRODUCTION.format(count=count)]
    for half in ("held-out", "dev"):
        title, remark = HALVES[half]
        parts.append(half_part(half, title, remark))
    parts += [first_letter(), drift_part()]
    return "\n".join(parts)


def half_part(half: str, title: str, remark: str) -> str:
    """Return the figures of one half: together, and letter by letter."""
    found: dict[str, Evaluation] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in build(half, Path(folder)):
            (file,) = (p for p in Path(folder).glob(f"{name}.*") if p.suffix != ".json")
            found[name] = evaluate_file(Path(folder) / f"{name}.ledger.json", file)
    lines = [
        title,
        "",
        remark,
        "",
        *tables(list(found.values())),
        "",
        "Letter by letter (F1; class):",
    ]
    lines += [
        "",
        "| letter | style | recommendations | promises | deadlines | references | class |",
    ]
    lines += ["|---|---|--:|--:|--:|--:|--:|"]
    for name in sorted(found):
        item = found[name]
        shown_f1 = [f1(item.score(of)) for of in (
            Measured.RECOMMENDATIONS, Measured.PROMISES, Measured.DEADLINES, Measured.REFERENCES,
        )]  # fmt: skip
        cls = item.agreement(Judged.RESPONSE_CLASS)
        style = ", ".join(load(half, name).head["styles"][:3])
        lines.append(f"| {name} | {style} | {' | '.join(shown_f1)} | {cls.hits} of {cls.of} |")
    return "\n".join([*lines, ""])


def tables(found: list[Evaluation]) -> list[str]:
    """Return the two tables of some letters taken together."""
    lines = [
        "| kind | gold | matched | missed | false | precision | recall | F1 |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for of in Measured:
        counts: Counter[str] = Counter()
        for item in found:
            score = item.score(of)
            counts.update(
                matched=score.matched, missed=score.missed, false_alarms=score.false_alarms
            )
        s = PairScore.from_counts(
            matched=counts["matched"], missed=counts["missed"], false_alarms=counts["false_alarms"]
        )
        lines.append(
            f"| {words(of)} | {s.matched + s.missed} | {s.matched} | {s.missed} | {s.false_alarms}"
            f" | {shown(s.precision)} | {shown(s.recall)} | {f1(s)} |"
        )
    lines += ["", "| within matched pairs | the same | share |", "|---|--:|--:|"]
    for judged in Judged:
        shares = [item.agreement(judged) for item in found]
        share = Share.from_counts(sum(s.hits for s in shares), sum(s.of for s in shares))
        lines.append(f"| {words(judged)} | {share.hits} of {share.of} | {shown(share)} |")
    return lines


def first_letter() -> str:
    """Return the figures of the first letter, or what the page says where it is not at hand."""
    gold, file = FIRST / f"{NAME}.ledger.json", FIRST / f"{NAME}.txt"
    if not (gold.exists() and file.exists()):
        old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        return (
            FIRST_TITLE + old.partition(FIRST_TITLE)[2].partition(NEXT_TITLE)[0].rstrip("\n") + "\n"
        )
    lines = [FIRST_TITLE, "", f"{NAME}; rules were written with it at hand.", ""]
    return "\n".join([*lines, *tables([evaluate_file(gold, file)]), ""])


def drift_part() -> str:
    """Return the figures of comparing two letters."""
    measured = {name: measure(which=which)["figures"] for name, which in SETS.items()}
    lines = [
        NEXT_TITLE, "",
        "A hundred changes planted in letters of our own, and a hundred promises left as they",
        "were (`benchmarks/drift.py`; method: [drift](drift.md)). The comparison was mended on the",
        "first and second set; the last was written when it was finished and never used to mend",
        "it. A set holds few sentences, said with many dates, so intervals are narrower than they",
        "should be.",
        "", "| measure | first | second | last |", "|---|--:|--:|--:|",
    ]  # fmt: skip
    for key in ("recall", "false_alarms", "unrelated_paired", *(f"recall_{k}" for k in PLANTED)):
        cells = " | ".join(share_of(figures[key]) for figures in measured.values())
        lines.append(f"| {words(key)} | {cells} |")
    return "\n".join([*lines, ""])


def share_of(figure: dict[str, Any]) -> str:
    """Return a share with its counts."""
    return f"{figure['hits']} of {figure['of']}, {shown(Share.model_validate(figure))}"


def f1(score: PairScore) -> str:
    """Return an F1 with three decimals."""
    return "n/a" if score.f1 is None else f"{score.f1:.3f}"


def words(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ")


if __name__ == "__main__":
    sys.exit(main())
